"""Who is asking, and whether they may: the rule that every route names (design.md section 8, default deny).

A route states `Annotated[Principal, Depends(require(Permission.X))]`, which asks whether the permission is held
anywhere; what it then touches is asked for with `principal.may(Permission.X, line=…)` or filtered by `lines_for`.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import Depends
from starlette.requests import HTTPConnection
from starlette.websockets import WebSocket

from app.domain.errors import Forbidden, SignInRequired
from app.domain.permissions import (
    EVERYTHING,
    Grant,
    Permission,
    Role,
    Scope,
    ScopeKind,
    allows,
    allows_anywhere,
    permissions_of,
    reach,
)
from app.people import queries
from app.people.door import Door
from app.people.sessions import IDLE, SEEN_EVERY, hash_of
from app.platform.clock import now as read_clock
from app.platform.db import Database, Tx
from app.platform.edges import Now
from app.platform.route_rules import check_every_route_has_a_rule, guarded_by, public

__all__ = [
    "AnyoneSignedIn",
    "Principal",
    "check_every_route_has_a_rule",
    "guarded_by",
    "principal_for_socket",
    "public",
    "require",
    "signed_in",
]

TOKEN_LONGEST = 128


@dataclass(frozen=True, slots=True)
class Principal:
    """Someone signed in. `grants` as given; `effective` also names the lines and pools that follow from them."""

    person_id: UUID
    login: str
    work_name: str
    language: str
    demo: bool
    grants: frozenset[Grant]
    effective: frozenset[Grant] = field(repr=False)
    session_hash: bytes = field(repr=False)

    def may(
        self,
        permission: Permission,
        *,
        line: str | None = None,
        pool: str | None = None,
        organisation: str | None = None,
    ) -> bool:
        """Whether the permission is held on what is named (in any one of its scopes); unnamed: anywhere at all."""
        named = ((ScopeKind.LINE, line), (ScopeKind.POOL, pool), (ScopeKind.ORGANISATION, organisation))
        scopes = {Scope(kind, scope_id) for kind, scope_id in named if scope_id is not None}
        return allows(self.effective, permission, scopes) if scopes else allows_anywhere(self.grants, permission)

    def check(self, permission: Permission, *, line: str | None = None, pool: str | None = None) -> None:
        """Raise Forbidden unless `may`."""
        if not self.may(permission, line=line, pool=pool):
            raise Forbidden

    def may_everywhere(self, permission: Permission) -> bool:
        """Whether the permission is held over the whole service."""
        return allows(self.grants, permission, ())

    def lines_for(self, permission: Permission) -> frozenset[str]:
        """Ids of the lines on which the permission is held (all of today's, when held everywhere)."""
        return self._ids(ScopeKind.LINE, permission)

    def pools_for(self, permission: Permission) -> frozenset[str]:
        """Ids of the pools over which the permission is held."""
        return self._ids(ScopeKind.POOL, permission)

    @property
    def roles(self) -> frozenset[Role]:
        """The roles held, in whatever scope."""
        return frozenset(grant.role for grant in self.grants)

    @property
    def permissions(self) -> frozenset[Permission]:
        """All that is held anywhere: what a console shows and hides."""
        return permissions_of(self.grants)

    def places(self, kind: ScopeKind) -> frozenset[str]:
        """Ids of the lines, or the pools, that any grant reaches."""
        return frozenset(grant.scope.id for grant in self.effective if grant.scope.kind is kind)

    def covers(self, permission: Permission, scopes: frozenset[Scope]) -> bool:
        """Whether the permission is held over every one of these scopes: for acts upon a person as a whole."""
        held = reach(self.grants, permission) | reach(self.effective, permission)
        return EVERYTHING in held or (bool(scopes) and scopes <= held)

    def _ids(self, kind: ScopeKind, permission: Permission) -> frozenset[str]:
        named = (grant for grant in self.effective if grant.scope.kind is not ScopeKind.ALL)
        return frozenset(scope.id for scope in reach(named, permission) if scope.kind is kind)


async def find_principal(tx: Tx, token: str | None, *, now: datetime) -> Principal:
    """The person behind a session's token; raises SignInRequired. One statement; the use is noted once a minute."""
    if not token or len(token) > TOKEN_LONGEST:
        raise SignInRequired
    token_hash = hash_of(token)
    row = await queries.find_session(tx, token_hash, idle=IDLE, now=now)
    if row is None:
        raise SignInRequired
    if row["seen_at"] < now - SEEN_EVERY:
        await queries.touch_session(tx, token_hash, now=now)
    return Principal(
        person_id=row["id"],
        login=row["login"],
        work_name=row["work_name"],
        language=row["language"],
        demo=row["demo"],
        grants=queries.grants_of(row["granted"]),
        effective=queries.grants_of(row["effective"]),
        session_hash=token_hash,
    )


async def signed_in(connection: HTTPConnection, moment: Now) -> Principal:
    """FastAPI dependency: whoever is signed in. The connection is given back before the route begins.

    A route that opens transactions of its own would otherwise hold one connection while it waits for another: as many
    such requests at once as the pool has connections, a shift that begins together, and no call could arrive.
    """
    database: Database = connection.app.state.db
    async with database.statements() as tx:
        return await find_principal(tx, _token(connection), now=moment)


def require(permission: Permission) -> Callable[..., Awaitable[Principal]]:
    """A dependency that lets in only those who hold the permission in some scope; raises SignInRequired, Forbidden."""

    @guarded_by(permission.value)
    async def rule(principal: Annotated[Principal, Depends(signed_in)]) -> Principal:
        if not principal.may(permission):
            raise Forbidden
        return principal

    return rule


guarded_by("a session")(signed_in)  # a rule of its own: whoever is signed in, about themselves
AnyoneSignedIn = Annotated[Principal, Depends(signed_in)]


async def principal_for_socket(websocket: WebSocket) -> Principal:
    """The person who opens a WebSocket; raises SignInRequired. A foreign Origin never comes this far.

    The layer in app.platform.security_headers refuses it at the handshake. Mark the route `guarded_by("a session")`.
    """
    database: Database = websocket.app.state.db
    async with database.transaction() as tx:
        return await find_principal(tx, _token(websocket), now=read_clock())


def _token(connection: HTTPConnection) -> str | None:
    opened: Door = connection.app.state.door
    return connection.cookies.get(opened.cookie)
