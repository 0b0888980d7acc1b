"""The vault's own database role: what is sealed in the schema `vault` belongs to it (docs/adr/0014).

The application's role puts numbers in and deletes them; to read one it must say so, by taking the vault's role for a
few statements. So no ordinary query, report or slip of a join can read them, and whoever looks for the places that do
finds them by the name of one function. The role is made by the embedded database's supervisor, or by an operator with
deploy/postgres/vault_role.sql: migrations cannot, for they run as the application.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

from app.platform.db import Tx

VAULT_ROLE: Final = "hotline_vault"

MAY_TAKE_IT: Final = "SELECT pg_has_role(current_user, oid, 'MEMBER') FROM pg_roles WHERE rolname = 'hotline_vault'"
"""Whether the application may take the role; no row: nobody has made it. For the migration and `app doctor`."""


class VaultRoleMissing(Exception):  # noqa: N818 the message is a sentence for an operator
    """The vault's role has not been made, or the application may not take it."""

    def __init__(self, application_role: str) -> None:
        super().__init__(
            f"The database has no role {VAULT_ROLE} that {application_role} may take: run "
            f"deploy/postgres/vault_role.sql once as an administrator of the database (psql -v app={application_role} "
            "-f deploy/postgres/vault_role.sql), then migrate again."
        )


@asynccontextmanager
async def as_vault(tx: Tx) -> AsyncIterator[None]:
    """Take the vault's role for the statements of this block. It reads the vault's tables and no others."""
    await tx.execute(f"SET LOCAL ROLE {VAULT_ROLE}")
    yield
    # After a failure the transaction is rolled back, and the role with it: there is nothing to give back.
    await tx.execute("RESET ROLE")
