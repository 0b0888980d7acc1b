"""Flags: what whoever answers should know at once. Each has an end when it is placed, and is lifted with a reason.

Some days before its end those in charge get a notice: they extend it by its span, lift it, or let it lapse. What has
lapsed is not shown before the answer any more; in the file it stays, to be extended or lifted, until somebody has.
"""

from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from app.casework.files.family import ORIGINAL_OF
from app.casework.files.file_codes import end_of_flag, file_codes
from app.casework.files.reach import SubjectFile, load_subject_file
from app.casework.files.schemas import Flag, FlagInForce
from app.casework.files.tasks import last_contact_within
from app.casework.redacting import RedactedText
from app.domain.acts import Act
from app.domain.errors import NotFound, NotPossibleNow, StaleVersion
from app.platform.audit import record_act
from app.platform.clock import fresh_id
from app.platform.db import Tx
from app.platform.timers import Timer, cancel_timer, set_timer
from app.roster.notices import give_notice

FLAG_ENDS: Final = "flag_ends"
"""The timer's kind and the notice's."""
TOLD_BEFORE: Final = timedelta(days=7)
"""So long before its end; of a flag that holds for less than twice as long, halfway."""

# A look at the flags of a family, by the members' ids in $1, as one file, by its id in $3.
_FLAGS = f"""
    SELECT f.id, f.code, f.text, f.placed_at, f.expires_at, f.version, a.work_name AS placed_by, f.extended_at,
      c.work_name AS extended_by, f.lifted_at, b.work_name AS lifted_by, f.lift_reason,
      {ORIGINAL_OF.format(subject="f.subject_id", file="$3::uuid")} AS numbered_in
    FROM subject_flag f JOIN person a ON a.id = f.placed_by LEFT JOIN person b ON b.id = f.lifted_by
      LEFT JOIN person c ON c.id = f.extended_by
    WHERE f.subject_id = ANY($1) AND ($2::uuid IS NULL OR f.id = $2) ORDER BY f.placed_at DESC, f.id LIMIT 200
"""  # noqa: S608 the text is ours alone


async def flags_of(tx: Tx, file: SubjectFile, *, flag_id: UUID | None = None) -> list[Flag]:
    """The flags that were ever placed, newest first; or one of them."""
    rows = await tx.fetch(_FLAGS, file.members, flag_id, file.id)
    return [Flag(**_named(dict(row))) for row in rows]


def flag_in_force(flag: dict[str, Any]) -> FlagInForce:
    """A flag as the summary read it, with the names of its code."""
    return FlagInForce(**_named(flag))


def _named(flag: dict[str, Any]) -> dict[str, Any]:
    named = file_codes().name_of("flag", flag["code"])
    return {"zh": named.zh, "en": named.en, **flag}


async def place_flag(
    tx: Tx, file: SubjectFile, code: str, text: RedactedText, *, until: datetime | None, by: UUID, now: datetime
) -> Flag:
    """Place a flag; raises Invalid for an unknown code, or an end that is past or too far away."""
    codes = file_codes()
    flag = codes.flag(code)
    flag_id, end = fresh_id(), end_of_flag(flag, until, now=now)
    await tx.execute(
        """INSERT INTO subject_flag (id, subject_id, code, codes_version, text, placed_by, placed_at, expires_at)
           VALUES ($1, $2, $3, $4, $5, $6, $7, $8)""",
        flag_id, file.id, flag.code, codes.version, text, by, now, end,
    )  # fmt: skip
    await _tell_before(tx, flag_id, end, now=now)
    await record_act(
        tx, Act.FLAG_PLACED, by=by, target_kind="subject", target_id=file.id, now=now,
        facts={"flag": str(flag_id), "code": flag.code},
    )  # fmt: skip
    return (await flags_of(tx, file, flag_id=flag_id))[0]


async def extend_flag(tx: Tx, file: SubjectFile, flag_id: UUID, *, version: int, by: UUID, now: datetime) -> Flag:
    """Let a flag hold for its span again, from now on, also when it has lapsed.

    Raises NotFound, NotPossibleNow when it was lifted, StaleVersion with the flag as it is.
    """
    flag = await _flag(tx, file, flag_id)
    if flag.lifted_at is not None:
        raise NotPossibleNow("This flag was lifted; if needed, place it anew. 此提醒已解除；如仍需要，请重新添加。")
    end = now + _span_of(flag)
    extended = await tx.fetchval(
        """UPDATE subject_flag SET expires_at = $3, extended_at = $4, extended_by = $5, version = version + 1
           WHERE id = $1 AND version = $2 AND lifted_at IS NULL RETURNING true""",
        flag_id, version, end, now, by,
    )  # fmt: skip
    if not extended:  # somebody changed it, perhaps since it was read above
        raise StaleVersion(current=(await _flag(tx, file, flag_id)).model_dump(mode="json"))
    await _tell_before(tx, flag_id, end, now=now)
    await record_act(
        tx, Act.FLAG_EXTENDED, by=by, target_kind="subject", target_id=file.id, now=now,
        facts={"flag": str(flag_id), "code": flag.code},
    )  # fmt: skip
    return (await flags_of(tx, file, flag_id=flag_id))[0]


def _span_of(flag: Flag) -> timedelta:
    """As long as it held before; no longer than its code allows now."""
    span = flag.expires_at - (flag.extended_at or flag.placed_at)
    known = file_codes().flags.get(flag.code)
    return span if known is None else min(span, timedelta(days=known.longest))


async def lift_flag(
    tx: Tx, file: SubjectFile, flag_id: UUID, reason: RedactedText, *, version: int, by: UUID, now: datetime
) -> Flag:
    """End a flag, or put away one that has lapsed. Raises NotFound, NotPossibleNow when it was lifted, StaleVersion."""
    flag = await _flag(tx, file, flag_id)
    if flag.lifted_at is not None:
        raise NotPossibleNow("This flag was lifted already; nothing is left to lift. 此提醒已解除，无需再次解除。")
    lifted = await tx.fetchval(
        """UPDATE subject_flag SET lifted_at = $3, lifted_by = $4, lift_reason = $5, version = version + 1
           WHERE id = $1 AND version = $2 AND lifted_at IS NULL RETURNING true""",
        flag_id, version, now, by, reason,
    )  # fmt: skip
    if not lifted:
        raise StaleVersion(current=(await _flag(tx, file, flag_id)).model_dump(mode="json"))
    await cancel_timer(tx, FLAG_ENDS, flag_id, now=now)
    await record_act(
        tx, Act.FLAG_LIFTED, by=by, target_kind="subject", target_id=file.id, now=now,
        facts={"flag": str(flag_id), "code": flag.code},
    )  # fmt: skip
    return (await flags_of(tx, file, flag_id=flag_id))[0]


async def _flag(tx: Tx, file: SubjectFile, flag_id: UUID) -> Flag:
    """One of the file's flags, as it is stored at this moment. Raises NotFound."""
    found = await flags_of(tx, file, flag_id=flag_id)
    if not found:
        raise NotFound
    return found[0]


async def _tell_before(tx: Tx, flag_id: UUID, end: datetime, *, now: datetime) -> None:
    await set_timer(tx, FLAG_ENDS, flag_id, due_at=end - min(TOLD_BEFORE, (end - now) / 2), now=now)


async def flag_ends(tx: Tx, timer: Timer, *, now: datetime) -> None:
    """Its end is near: if nobody has lifted it, those in charge of the line that helped last are asked about it."""
    subject_id = await tx.fetchval(
        "SELECT subject_id FROM subject_flag WHERE id = $1 AND lifted_at IS NULL", timer.subject_id
    )
    file = None if subject_id is None else await load_subject_file(tx, subject_id)
    if file is None:
        return
    contact_id, line_id = await last_contact_within(tx, file)
    await give_notice(tx, FLAG_ENDS, contact_id=contact_id, line_id=line_id, now=now)
