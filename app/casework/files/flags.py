"""Flags: what whoever answers should know at once. Each has an end when it is placed, and is lifted with a reason."""

from datetime import datetime
from typing import Any
from uuid import UUID

from app.casework.files.family import ORIGINAL_OF
from app.casework.files.file_codes import end_of_flag, file_codes
from app.casework.files.reach import SubjectFile
from app.casework.files.schemas import Flag, FlagInForce
from app.casework.redacting import RedactedText
from app.domain.acts import Act
from app.domain.errors import NotFound, NotPossibleNow, StaleVersion
from app.platform.audit import record_act
from app.platform.clock import fresh_id
from app.platform.db import Tx

# A look at the flags of a family, by the members' ids in $1, as one file, by its id in $3.
_FLAGS = f"""
    SELECT f.id, f.code, f.text, f.placed_at, f.expires_at, f.version, a.work_name AS placed_by, f.lifted_at,
      b.work_name AS lifted_by, f.lift_reason,
      {ORIGINAL_OF.format(subject="f.subject_id", file="$3::uuid")} AS numbered_in
    FROM subject_flag f JOIN person a ON a.id = f.placed_by LEFT JOIN person b ON b.id = f.lifted_by
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
    flag_id = fresh_id()
    await tx.execute(
        """INSERT INTO subject_flag (id, subject_id, code, codes_version, text, placed_by, placed_at, expires_at)
           VALUES ($1, $2, $3, $4, $5, $6, $7, $8)""",
        flag_id, file.id, flag.code, codes.version, text, by, now, end_of_flag(flag, until, now=now),
    )  # fmt: skip
    await record_act(
        tx, Act.FLAG_PLACED, by=by, target_kind="subject", target_id=file.id, now=now,
        facts={"flag": str(flag_id), "code": flag.code},
    )  # fmt: skip
    return (await flags_of(tx, file, flag_id=flag_id))[0]


async def lift_flag(
    tx: Tx, file: SubjectFile, flag_id: UUID, reason: RedactedText, *, version: int, by: UUID, now: datetime
) -> Flag:
    """End a flag before its time. Raises NotFound, NotPossibleNow when it has ended, StaleVersion."""
    found = await flags_of(tx, file, flag_id=flag_id)
    if not found:
        raise NotFound
    flag = found[0]
    if flag.lifted_at is not None or flag.expires_at <= now:
        raise NotPossibleNow("This flag has ended already; nothing has to be lifted. 此标记已失效，无需再解除。")
    lifted = await tx.fetchval(
        """UPDATE subject_flag SET lifted_at = $3, lifted_by = $4, lift_reason = $5, version = version + 1
           WHERE id = $1 AND version = $2 AND lifted_at IS NULL RETURNING true""",
        flag_id, version, now, by, reason,
    )  # fmt: skip
    if not lifted:
        raise StaleVersion
    await record_act(
        tx, Act.FLAG_LIFTED, by=by, target_kind="subject", target_id=file.id, now=now,
        facts={"flag": str(flag_id), "code": flag.code},
    )  # fmt: skip
    return (await flags_of(tx, file, flag_id=flag_id))[0]
