"""The people who work in a journey: an account each, in pools and on shift now, and one passphrase for all."""

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from app.domain.permissions import Grant, Role, Scope, ScopeKind
from app.people import queries
from app.people.passwords import PasswordBook
from app.people.phones import keep_own_phone
from app.platform.clock import fresh_id, now
from app.platform.crypto import Sealer
from app.platform.db import Database
from app.roster.membership import join_pool
from app.roster.rota import add_shift

PASSPHRASE = "lantern-in-the-rehearsal"


class _Hash:
    """The one passphrase, hashed once: hashing is slow on purpose."""

    def __init__(self) -> None:
        self._hash: str | None = None

    async def get(self) -> str:
        """The hash."""
        if self._hash is None:
            self._hash = await PasswordBook().hash(PASSPHRASE)
        return self._hash


_HASHED = _Hash()


async def make_account(
    db: Database,
    sealer: Sealer,
    login: str,
    *,
    pools: Sequence[str],
    role: Role = Role.VOLUNTEER,
    phone: str | None = None,
) -> UUID:
    """An account in these pools, on shift for the next hours; perhaps with a telephone of her own."""
    person_id, moment = fresh_id(), now()
    person = {
        "id": person_id,
        "login": login,
        "work_name": f"小{login}",
        "language": "zh",
        "password_hash": await _HASHED.get(),
        "totp_secret": None,
        "demo": True,
        "created_at": moment,
    }
    async with db.transaction() as tx:
        await queries.insert_person(tx, person, frozenset({Grant(role, Scope(ScopeKind.ALL))}))
        for pool in pools:
            await join_pool(tx, person_id, pool, now=moment)
            ends = moment + timedelta(hours=8)
            await add_shift(tx, person_id, pool, moment - timedelta(minutes=1), ends, by=None, now=moment)
        if phone is not None:
            await keep_own_phone(tx, sealer, person_id, phone)
    return person_id
