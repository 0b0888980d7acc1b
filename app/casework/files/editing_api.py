"""Routes that change what is in a file: flags, the plan, tasks. Every text passes the gate before it is stored."""

from collections.abc import Awaitable, Callable
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Request

from app.casework.files.bodies import ChangeTask, ExtendFlag, LiftFlag, NewFlag, NewTask, WritePlan
from app.casework.files.flags import extend_flag, lift_flag, place_flag
from app.casework.files.plan import PlanText, plans_of, write_plan
from app.casework.files.reach import SubjectFile, file_in_reach
from app.casework.files.schemas import Flag, Plan, Task
from app.casework.files.tasks import change_task, make_task
from app.casework.notes.known import known_in_file
from app.casework.redacting import Found, KnownValue, RedactedText, Redacting
from app.contacts.api import Db
from app.domain.acts import Act
from app.domain.permissions import Permission
from app.people.access import Principal, require
from app.platform.audit import record_act
from app.platform.db import Tx
from app.platform.edges import Now

router = APIRouter(prefix="/api/subjects/{subject_id}", tags=["files"])


def redacting(request: Request) -> Redacting:
    """The gate from raw text to stored text."""
    gate: Redacting = request.app.state.redacting
    return gate


def knowing(request: Request) -> Callable[[UUID], Awaitable[list[KnownValue]]]:
    """What the vault knows of whom a file is about: to be hidden in the file's texts, and shown to nobody."""

    async def known(subject_id: UUID) -> list[KnownValue]:
        async with request.app.state.db.transaction() as tx:
            return await known_in_file(tx, request.app.state.door.sealer, subject_id)

    return known


Gate = Annotated[Redacting, Depends(redacting)]
KnownIn = Annotated[Callable[[UUID], Awaitable[list[KnownValue]]], Depends(knowing)]
Editing = Annotated[Principal, Depends(require(Permission.FILE_EDIT))]
Opening = Annotated[Principal, Depends(require(Permission.FILE_OPEN))]


async def clean(gate: Redacting, tx: Tx, file: SubjectFile, founds: list[Found]) -> list[RedactedText]:
    """What may be stored of texts that were looked through; placeholders are numbered within the file."""
    return [each.text for each in await gate.settle(tx, [(found, ()) for found in founds], scope=file.id)]


@router.post("/flags", status_code=201)
async def add_flag(
    subject_id: UUID, body: NewFlag, principal: Editing, gate: Gate, known: KnownIn, db: Db, now: Now
) -> Flag:
    """Place a flag."""
    found = await gate.find(body.text, await known(subject_id))
    async with file_in_reach(db, principal, subject_id, Permission.FILE_EDIT, now=now) as (tx, file):
        (text,) = await clean(gate, tx, file, [found])
        return await place_flag(tx, file, body.code, text, until=body.expires_at, by=principal.person_id, now=now)


@router.post("/flags/{flag_id}/extend")
async def prolong_flag(subject_id: UUID, flag_id: UUID, body: ExtendFlag, principal: Editing, db: Db, now: Now) -> Flag:
    """Let a flag hold as long again, from now on; also one that has lapsed."""
    async with file_in_reach(db, principal, subject_id, Permission.FILE_EDIT, now=now) as (tx, file):
        return await extend_flag(tx, file, flag_id, version=body.version, by=principal.person_id, now=now)


@router.post("/flags/{flag_id}/lift")
async def end_flag(
    subject_id: UUID, flag_id: UUID, body: LiftFlag, principal: Editing, gate: Gate, known: KnownIn, db: Db, now: Now
) -> Flag:
    """Lift a flag before its end, or one that has lapsed, with a reason."""
    found = await gate.find(body.reason, await known(subject_id), field="reason")
    async with file_in_reach(db, principal, subject_id, Permission.FILE_EDIT, now=now) as (tx, file):
        (reason,) = await clean(gate, tx, file, [found])
        return await lift_flag(tx, file, flag_id, reason, version=body.version, by=principal.person_id, now=now)


@router.get("/plans")
async def plans(subject_id: UUID, principal: Opening, db: Db, now: Now) -> list[Plan]:
    """Every version of the plan, newest first."""
    async with file_in_reach(db, principal, subject_id, Permission.FILE_OPEN, now=now) as (tx, file):
        await record_act(
            tx, Act.FILE_OPENED, by=principal.person_id, target_kind="subject", target_id=file.id, now=now,
            facts={"part": "plans"},
        )  # fmt: skip
        return await plans_of(tx, file)


@router.put("/plan")
async def put_plan(
    subject_id: UUID, body: WritePlan, principal: Editing, gate: Gate, known: KnownIn, db: Db, now: Now
) -> Plan:
    """Write the next version of the plan; one written on a version that is not the last is refused with the last."""
    texts = [("key_lines", line) for line in body.key_lines]
    texts += [("body", body.body), *(("adults", adult.does) for adult in body.adults)]
    told = await known(subject_id)
    founds = [await gate.find(text, told, field=field) for field, text in texts]
    async with file_in_reach(db, principal, subject_id, Permission.FILE_EDIT, now=now, lock=True) as (tx, file):
        cleaned = await clean(gate, tx, file, founds)
        lines, (whole, *does) = cleaned[: len(body.key_lines)], cleaned[len(body.key_lines) :]
        adults = [(adult.role, text) for adult, text in zip(body.adults, does, strict=True)]
        plan = PlanText(lines, whole, adults)
        return await write_plan(tx, file, plan, on_version=body.version, by=principal.person_id, now=now)


@router.post("/tasks", status_code=201)
async def add_task(
    subject_id: UUID, body: NewTask, principal: Editing, gate: Gate, known: KnownIn, db: Db, now: Now
) -> Task:
    """Let something be done, by somebody, until a time."""
    found = await gate.find(body.text, await known(subject_id))
    async with file_in_reach(db, principal, subject_id, Permission.FILE_EDIT, now=now) as (tx, file):
        (text,) = await clean(gate, tx, file, [found])
        return await make_task(tx, file, text, body.owner, body.due_at, by=principal.person_id, now=now)


@router.patch("/tasks/{task_id}")
async def patch_task(
    subject_id: UUID, task_id: UUID, body: ChangeTask, principal: Editing, gate: Gate, known: KnownIn, db: Db, now: Now
) -> Task:
    """Change a task, end it, or open it again."""
    changes: dict[str, Any] = {
        name: value
        for name in ("owner", "due_at", "state", "text", "outcome")
        if (value := getattr(body, name)) is not None
    }
    texts = [name for name in ("text", "outcome") if name in changes]
    told = await known(subject_id) if texts else []
    founds = [await gate.find(changes[name], told, field=name) for name in texts]
    async with file_in_reach(db, principal, subject_id, Permission.FILE_EDIT, now=now) as (tx, file):
        changes |= dict(zip(texts, await clean(gate, tx, file, founds), strict=True))
        return await change_task(tx, file, task_id, changes, version=body.version, by=principal.person_id, now=now)
