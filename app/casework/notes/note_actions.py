"""The actions of a note: planned, done, confirmed, each with who said so and when. What was done stays said."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from app.casework.notes.access import Asked
from app.casework.notes.schemas import ActionEntry
from app.casework.notes.texts import text_of_action
from app.casework.redacting import Cleaned
from app.domain.acts import Act
from app.domain.case_note import ActionState, bring_to
from app.domain.errors import Invalid, NotFound, NotPossibleNow, StaleVersion
from app.domain.lifecycle import Moved, Refused
from app.platform.audit import record_act
from app.platform.clock import fresh_id
from app.platform.db import Tx

_STAMP: Final = """
    UPDATE note_action SET state = $2, version = version + $5,
      planned_by = CASE WHEN $2 = 'planned' THEN $3 ELSE planned_by END,
      planned_at = CASE WHEN $2 = 'planned' THEN $4 ELSE planned_at END,
      done_by = CASE WHEN $2 = 'planned' THEN NULL ELSE coalesce(done_by, $3) END,
      done_at = CASE WHEN $2 = 'planned' THEN NULL ELSE coalesce(done_at, $4) END,
      confirmed_by = CASE WHEN $2 = 'confirmed' THEN $3 END,
      confirmed_at = CASE WHEN $2 = 'confirmed' THEN $4 END
    WHERE id = $1
"""


async def write_actions(
    tx: Tx,
    note_id: UUID,
    entries: Sequence[ActionEntry],
    cleaned: Mapping[str, Cleaned],
    *,
    by: UUID,
    now: datetime,
) -> list[dict[str, Any]]:
    """Store a note's list of actions: known ones by their id, others new. Left out and only planned: gone.

    What was done or confirmed stays, whatever the list says: nothing goes back. Returns the list as it was given.
    """
    rows = await tx.fetch("SELECT id, state FROM note_action WHERE note_id = $1 FOR UPDATE", note_id)
    known = {row["id"]: ActionState(row["state"]) for row in rows}
    given: list[dict[str, Any]] = []
    for place, entry in enumerate(entries):
        text = text_of_action(cleaned, place)
        if entry.id is None:
            action_id = fresh_id()
            await tx.execute(
                "INSERT INTO note_action (id, note_id, place, text, state) VALUES ($1, $2, $3, $4, 'planned')",
                action_id, note_id, place, text,
            )  # fmt: skip
            await _stamp(tx, action_id, entry.state, by=by, now=now, new=True)
        elif entry.id in known:
            action_id = entry.id
            verdict = bring_to(known.pop(entry.id), entry.state)
            await tx.execute("UPDATE note_action SET place = $2, text = $3 WHERE id = $1", action_id, place, text)
            if isinstance(verdict, Moved):
                await _stamp(tx, action_id, verdict.state, by=by, now=now)
        else:
            raise Invalid(
                "An action's id is not one of this note's. 该措施不属于这份记录。",
                fields={f"actions.{place}.id": "is not known"},
            )
        given.append({"id": str(action_id), "text": text, "state": entry.state.value})
    gone = [action_id for action_id, state in known.items() if state is ActionState.PLANNED]
    await tx.execute("DELETE FROM note_action WHERE id = ANY($1)", gone)
    return given


async def _stamp(tx: Tx, action_id: UUID, state: ActionState, *, by: UUID, now: datetime, new: bool = False) -> None:
    await tx.execute(_STAMP, action_id, state.value, by, now, 0 if new else 1)


async def move_action(
    tx: Tx, contact: Asked, action_id: UUID, wanted: ActionState, *, version: int, by: UUID, now: datetime
) -> bool:
    """Say that an action was done, or that it is known to have worked; also after the note has locked. False: it was.

    Raises NotFound, StaleVersion, NotPossibleNow. Said twice, it stays as it was said first.
    """
    row = await tx.fetchrow(
        "SELECT state, version FROM note_action WHERE id = $1 AND note_id = $2 FOR UPDATE", action_id, contact.note_id
    )
    if row is None:
        raise NotFound
    verdict = bring_to(ActionState(row["state"]), wanted)
    if isinstance(verdict, Refused):
        raise NotPossibleNow("What was done stays done. 已完成的行动不能改回未完成。")
    if not isinstance(verdict, Moved):
        return False
    if row["version"] != version:
        raise StaleVersion
    await _stamp(tx, action_id, verdict.state, by=by, now=now)
    facts = {"action": str(action_id), "state": verdict.state.value}
    await record_act(
        tx, Act.NOTE_ACTION_MOVED, by=by, target_kind="note", target_id=contact.note_id or "", line_id=contact.line_id,
        facts=facts, now=now,
    )  # fmt: skip
    return True
