"""Tasks of a file: what is to be done for this person, by whom, until when. Being late ends nothing, it is told.

A task names a person, a pool or a role. When its time has come and it is still open, the supervisors of the line that
helped last get a notice, once for each due time.
"""

from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from app.casework.files.bodies import NewOwner
from app.casework.files.reach import SubjectFile, load_subject_file
from app.casework.files.schemas import Task
from app.casework.redacting import RedactedText
from app.domain.acts import Act
from app.domain.errors import Invalid, NotFound, NotPossibleNow, StaleVersion
from app.domain.lifecycle import Moved
from app.domain.permissions import Role
from app.domain.task import TaskEvent, TaskState, apply
from app.platform.audit import record_act
from app.platform.clock import fresh_id
from app.platform.db import Tx
from app.platform.timers import Timer, cancel_timer, set_timer
from app.roster.notices import give_notice

TASK_OVERDUE: Final = "task_overdue"
"""The timer's kind and the notice's."""
FARTHEST: Final = timedelta(days=400)
MAY_OWN: Final = frozenset({Role.VOLUNTEER, Role.SUPERVISOR, Role.CRISIS})

OWNER: Final = """
    jsonb_build_object('kind', t.owner_kind, 'id', t.owner, 'zh', coalesce(op.work_name, oq.name_zh, ''),
      'en', coalesce(op.work_name, oq.name_en, ''))
"""
OWNER_JOIN: Final = """
    LEFT JOIN person op ON t.owner_kind = 'person' AND op.id::text = t.owner
    LEFT JOIN pool oq ON t.owner_kind = 'pool' AND oq.id = t.owner
"""


async def tasks_of(tx: Tx, file: SubjectFile, *, now: datetime, task_id: UUID | None = None) -> list[Task]:
    """The tasks, open ones first; or one of them."""
    rows = await tx.fetch(
        f"""SELECT t.id, t.text, {OWNER} AS owner, t.due_at, t.state = 'open' AND t.due_at <= $3 AS overdue, t.version,
             t.state, a.work_name AS made_by, t.made_at, b.work_name AS ended_by, t.ended_at, t.outcome
           FROM subject_task t JOIN person a ON a.id = t.made_by LEFT JOIN person b ON b.id = t.ended_by {OWNER_JOIN}
           WHERE t.subject_id = ANY($1) AND ($2::uuid IS NULL OR t.id = $2)
           ORDER BY t.state = 'open' DESC, t.due_at, t.id LIMIT 200""",  # noqa: S608 the text is ours alone
        file.members, task_id, now,
    )  # fmt: skip
    return [Task(**dict(row)) for row in rows]


async def make_task(
    tx: Tx, file: SubjectFile, text: RedactedText, owner: NewOwner, due_at: datetime, *, by: UUID, now: datetime
) -> Task:
    """Let something be done until `due_at`. Raises Invalid for an owner who is not there, or a time that is past."""
    owner = await _check(tx, owner, due_at, now=now)
    task_id = fresh_id()
    await tx.execute(
        """INSERT INTO subject_task (id, subject_id, text, owner_kind, owner, due_at, state, made_by, made_at)
           VALUES ($1, $2, $3, $4, $5, $6, 'open', $7, $8)""",
        task_id, file.id, text, owner.kind, owner.id, due_at, by, now,
    )  # fmt: skip
    await set_timer(tx, TASK_OVERDUE, task_id, due_at=due_at, now=now)
    await _enter(tx, Act.TASK_MADE, file, task_id, {"owner_kind": owner.kind}, by=by, now=now)
    return (await tasks_of(tx, file, now=now, task_id=task_id))[0]


async def change_task(
    tx: Tx,
    file: SubjectFile,
    task_id: UUID,
    changes: dict[str, Any],
    *,
    version: int,
    by: UUID,
    now: datetime,
) -> Task:
    """Change `text`, `owner`, `due_at`, `outcome` or `state` of a task, as many as are given.

    Raises NotFound, StaleVersion with the task as it is, Invalid, and NotPossibleNow for a state that does not follow.
    """
    task = await _task(tx, file, task_id, now=now)
    if task.version != version:
        raise StaleVersion(current=task.model_dump(mode="json"))
    owner = changes.get("owner") or NewOwner(kind=task.owner.kind, id=task.owner.id)
    due_at: datetime = changes.get("due_at") or task.due_at
    state = TaskState(changes.get("state") or task.state)
    if state != task.state:
        _must_follow(TaskState(task.state), state)
    elif state is not TaskState.OPEN:
        raise NotPossibleNow("This task has ended; open it again to change it. 任务已结束，如需修改请先重新打开。")
    if "owner" in changes or "due_at" in changes:
        owner = await _check(tx, owner, due_at if "due_at" in changes else None, now=now)
    ended = state is not TaskState.OPEN
    written = await tx.fetchval(
        """UPDATE subject_task SET text = coalesce($3, text), owner_kind = $4, owner = $5, due_at = $6, state = $7,
             outcome = coalesce($8, outcome), ended_by = $9, ended_at = $10, version = version + 1
           WHERE id = $1 AND version = $2 RETURNING true""",
        task_id, version, changes.get("text"), owner.kind, owner.id, due_at, state.value, changes.get("outcome"),
        by if ended else None, now if ended else None,
    )  # fmt: skip
    if not written:  # somebody changed it since it was read above
        stored = await _task(tx, file, task_id, now=now)
        raise StaleVersion(current=stored.model_dump(mode="json"))
    if ended:
        await cancel_timer(tx, TASK_OVERDUE, task_id, now=now)
    elif state != task.state or due_at != task.due_at:
        await set_timer(tx, TASK_OVERDUE, task_id, due_at=due_at, now=now)
    await _enter(tx, Act.TASK_CHANGED, file, task_id, {"state": state.value}, by=by, now=now)
    return (await tasks_of(tx, file, now=now, task_id=task_id))[0]


async def _task(tx: Tx, file: SubjectFile, task_id: UUID, *, now: datetime) -> Task:
    """One of the file's tasks, as it is stored at this moment. Raises NotFound."""
    found = await tasks_of(tx, file, now=now, task_id=task_id)
    if not found:
        raise NotFound
    return found[0]


_EVENTS: Final = {
    TaskState.OPEN: TaskEvent.REOPENED,
    TaskState.DONE: TaskEvent.DONE,
    TaskState.CANCELLED: TaskEvent.CANCELLED,
}


def _must_follow(before: TaskState, after: TaskState) -> None:
    if apply(before, _EVENTS[after]) != Moved(after):
        raise NotPossibleNow("This task has ended otherwise; open it again first. 任务已以其他方式结束，请先重新打开。")


async def _check(tx: Tx, owner: NewOwner, due_at: datetime | None, *, now: datetime) -> NewOwner:
    if due_at is not None and not now < due_at <= now + FARTHEST:
        raise Invalid(
            "A task is due between now and 400 days from now. 任务期限须在现在起 400 天之内。",
            fields={"due_at": "must lie in the future, within 400 days"},
        )
    match owner.kind:
        case "person":
            owner = owner.model_copy(update={"id": owner.id.lower()})
            there = await tx.fetchval("SELECT true FROM person WHERE id::text = $1 AND disabled_at IS NULL", owner.id)
        case "pool":
            there = await tx.fetchval("SELECT true FROM pool WHERE id = $1", owner.id)
        case _:
            there = owner.id in MAY_OWN
    if not there:
        raise Invalid(
            "Nobody of that id is there to do it; choose a person, a pool or a role. 找不到该负责人，请重新选择。",
            fields={"owner": "is nobody who is there"},
        )
    return owner


async def _enter(
    tx: Tx, act: Act, file: SubjectFile, task_id: UUID, facts: dict[str, str], *, by: UUID, now: datetime
) -> None:
    await record_act(
        tx, act, by=by, target_kind="subject", target_id=file.id, now=now, facts={"task": str(task_id), **facts}
    )


async def task_overdue(tx: Tx, timer: Timer, *, now: datetime) -> None:
    """The time is over: if the task is still open, those in charge of the line that helped last are told."""
    row = await tx.fetchrow(
        "SELECT subject_id, owner_kind, owner FROM subject_task WHERE id = $1 AND state = 'open' AND due_at <= $2",
        timer.subject_id, now,
    )  # fmt: skip
    file = None if row is None else await load_subject_file(tx, row["subject_id"])
    if row is None or file is None:
        return
    contact_id, line_id = await last_contact_within(tx, file)
    about = UUID(row["owner"]) if row["owner_kind"] == "person" else None
    await give_notice(tx, TASK_OVERDUE, about=about, contact_id=contact_id, line_id=line_id, now=now)


async def last_contact_within(tx: Tx, file: SubjectFile) -> tuple[UUID | None, str | None]:
    """The newest contact on a line of the file's scope, and the line; without one, a line of whoever has custody."""
    row = await tx.fetchrow(
        """SELECT c.id, c.line_id FROM subject_link k JOIN contact c ON c.id = k.contact_id
           WHERE k.subject_id = ANY($1) AND (c.line_id = ANY($2) OR c.line_id IN (
             SELECT id FROM line WHERE organisation_id = $3))
           ORDER BY c.offered_at DESC LIMIT 1""",
        file.members, sorted(file.lines), file.organisation_id,
    )  # fmt: skip
    if row is not None:
        return row["id"], row["line_id"]
    line_id = await tx.fetchval(
        "SELECT id FROM line WHERE organisation_id = $1 ORDER BY id LIMIT 1", file.organisation_id
    )
    return None, line_id
