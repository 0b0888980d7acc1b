"""What a database may do to whoever asks it, as the exceptions one has to reckon with."""

from typing import Final

import asyncpg

TROUBLE: Final = (
    OSError,  # refused, timed out, or its socket file is not there
    asyncpg.PostgresError,
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,  # how asyncpg calls it when a server dies in the midst of an answer
)
"""Anything that a database may answer, or not answer: for loops that say so and go on."""

GONE: Final = (
    OSError,
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,
    asyncpg.PostgresConnectionError,
    asyncpg.OperatorInterventionError,
    asyncpg.IdleInTransactionSessionTimeoutError,
)
"""The database is gone, or has thrown us out: what was under way is rolled back, and is no fault of its own."""
