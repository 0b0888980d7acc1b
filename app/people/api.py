"""Routes about people: signing in and out, one's own language and password, the administrator's list."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Request, Response

from app.domain.acts import Act
from app.domain.errors import NotFound
from app.domain.permissions import Grant, Permission, Role, Scope, ScopeKind
from app.people import accounts, queries
from app.people.access import AnyoneSignedIn, Principal, find_principal, public, require
from app.people.door import Door, door
from app.people.schemas import Account, Ended, LanguageBody, Me, PasswordBody, Place, SignInBody
from app.people.sessions import clear_cookie, end_session, revoke_sessions, set_cookie
from app.people.signing_in import prove_password, sign_in
from app.platform.audit import record_act
from app.platform.db import Database, Tx
from app.platform.edges import Now, TxDep

router = APIRouter(prefix="/api", tags=["people"])

DoorDep = Annotated[Door, Depends(door)]
MayManage = Annotated[Principal, Depends(require(Permission.PEOPLE_MANAGE))]
MaySee = Annotated[Principal, Depends(require(Permission.PEOPLE_SEE))]


@router.post("/session")
@public
async def begin(body: SignInBody, request: Request, response: Response, opened: DoorDep, now: Now) -> Me:
    """Sign in. The transactions are its own: an attempt must stay counted when the answer is a refusal."""
    db: Database = request.app.state.db
    token = await sign_in(
        db,
        opened,
        login=body.login,
        password=body.password.get_secret_value(),
        code=body.code,
        origin=_origin(request),
        now=now,
    )
    async with db.transaction() as tx:
        me = await _me(tx, await find_principal(tx, token, now=now))
    set_cookie(response, opened, token)
    return me


@router.get("/session")
async def show(principal: AnyoneSignedIn, tx: TxDep) -> Me:
    """Who is signed in here."""
    return await _me(tx, principal)


@router.delete("/session", status_code=204)
async def end(principal: AnyoneSignedIn, tx: TxDep, response: Response, opened: DoorDep, now: Now) -> None:
    """Sign out, here alone."""
    await end_session(tx, principal.session_hash, now=now)
    clear_cookie(response, opened)


@router.put("/session/language")
async def choose_language(body: LanguageBody, principal: AnyoneSignedIn, tx: TxDep) -> Me:
    """Choose the language of one's screens."""
    await queries.set_language(tx, principal.person_id, body.language)
    return (await _me(tx, principal)).model_copy(update={"language": body.language})


@router.put("/people/me/password", status_code=204)
async def change_password(
    body: PasswordBody, request: Request, caller: AnyoneSignedIn, opened: DoorDep, now: Now
) -> None:
    """Change one's own password; every other session of the account ends."""
    db: Database = request.app.state.db
    await prove_password(
        db,
        opened,
        login=caller.login,
        password=body.current.get_secret_value(),
        origin=_origin(request),
        now=now,
    )
    hashed = await opened.passwords.hash(body.new.get_secret_value())
    async with db.transaction() as tx:
        await accounts.change_password(tx, caller.person_id, hashed, keep=caller.session_hash, now=now)


@router.get("/people")
async def list_people(principal: MaySee, tx: TxDep) -> list[Account]:
    """The accounts that touch a line or pool in one's reach; all of them for who sees everything."""
    return [_account(row) for row in await queries.people(tx) if _touches(principal, row)]


@router.post("/people/{person_id}/disable")
async def disable(person_id: UUID, principal: MayManage, tx: TxDep, now: Now) -> Account:
    """Close an account; its sessions end at once."""
    await _managed(tx, principal, person_id)
    await accounts.disable_person(tx, person_id, by=principal.person_id, now=now)
    await _enter(tx, Act.PERSON_DISABLED, principal, person_id, now=now)
    return _account(await _managed(tx, principal, person_id))


@router.post("/people/{person_id}/revoke-sessions")
async def revoke(person_id: UUID, principal: MaySee, tx: TxDep, now: Now) -> Ended:
    """End every session of an account: an administrator anybody's in reach, a supervisor those of her volunteers."""
    row = await _person(tx, person_id)
    if not _may_sign_out(principal, row):
        raise NotFound
    await _enter(tx, Act.SESSIONS_REVOKED, principal, person_id, now=now)
    return Ended(sessions=await revoke_sessions(tx, person_id, now=now))


async def _enter(tx: Tx, act: Act, principal: Principal, person_id: UUID, *, now: datetime) -> None:
    await record_act(tx, act, by=principal.person_id, target_kind="person", target_id=person_id, now=now)


async def _managed(tx: Tx, principal: Principal, person_id: UUID) -> queries.Row:
    row = await _person(tx, person_id)
    if not principal.covers(Permission.PEOPLE_MANAGE, _scopes(row)):
        raise NotFound
    return row


async def _person(tx: Tx, person_id: UUID) -> queries.Row:
    for row in await queries.people(tx, person_id):
        return row
    raise NotFound


def _scopes(row: queries.Row) -> frozenset[Scope]:
    return frozenset(grant.scope for grant in queries.grants_of(row["granted"]))


def _may_sign_out(principal: Principal, row: queries.Row) -> bool:
    if principal.covers(Permission.PEOPLE_MANAGE, _scopes(row)):
        return True
    roles = {grant.role for grant in queries.grants_of(row["granted"])}
    return roles == {Role.VOLUNTEER} and principal.covers(Permission.PRESENCE_MANAGE, _scopes(row))


def _touches(principal: Principal, row: queries.Row) -> bool:
    if principal.may_everywhere(Permission.PEOPLE_SEE):
        return True
    theirs: frozenset[Grant] = queries.grants_of(row["effective"])
    scopes = {grant.scope for grant in theirs}
    return any(
        grant.scope in scopes and principal.covers(Permission.PEOPLE_SEE, frozenset({grant.scope}))
        for grant in principal.effective
    )


def _account(row: queries.Row) -> Account:
    roles = sorted(accounts.written(grant) for grant in queries.grants_of(row["granted"]))
    return Account(
        id=row["id"],
        login=row["login"],
        work_name=row["work_name"],
        roles=roles,
        demo=row["demo"],
        created_at=row["created_at"],
        disabled_at=row["disabled_at"],
        version=row["version"],
    )


async def _me(tx: Tx, principal: Principal) -> Me:
    lines = await queries.names_of_lines(tx, principal.places(ScopeKind.LINE))
    pools = await queries.names_of_pools(tx, principal.places(ScopeKind.POOL))
    return Me(
        person_id=principal.person_id,
        login=principal.login,
        work_name=principal.work_name,
        language="en" if principal.language == "en" else "zh",
        demo=principal.demo,
        roles=sorted(principal.roles),
        permissions=sorted(principal.permissions),
        lines=[Place(**dict(row)) for row in lines],
        pools=[Place(**dict(row)) for row in pools],
    )


def _origin(request: Request) -> str:
    return request.client.host if request.client is not None else ""
