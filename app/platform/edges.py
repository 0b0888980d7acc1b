"""What routes ask for at the edge of the system: the present, and a transaction."""

from collections.abc import AsyncIterator
from datetime import datetime
from typing import Annotated

from fastapi import Depends
from starlette.requests import HTTPConnection

from app.platform.db import Database, Tx


def moment(connection: HTTPConnection) -> datetime:
    """The present, read once for a request, by the clock of its application."""
    present: datetime = connection.app.state.read_clock()
    return present


Now = Annotated[datetime, Depends(moment)]


async def tx(connection: HTTPConnection) -> AsyncIterator[Tx]:
    """A transaction that is committed before the answer is sent (use `TxDep`)."""
    database: Database = connection.app.state.db
    async with database.transaction() as transaction:
        yield transaction


# scope="function": FastAPI would otherwise run what follows the yield when the answer is already out.
TxDep = Annotated[Tx, Depends(tx, scope="function")]
