"""The plan for a person (一人一策): versions that are only ever added, with responsible adults by role, never by name.

A plan is written on the version its writer saw. If another one has been written meanwhile nothing is stored, and the
answer carries the other one, so that both can be shown side by side (P8).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from app.casework.files.family import ORIGINAL_OF
from app.casework.files.file_codes import file_codes
from app.casework.files.reach import SubjectFile
from app.casework.files.schemas import Adult, Plan
from app.casework.redacting import RedactedText
from app.domain.acts import Act
from app.domain.errors import StaleVersion
from app.platform.audit import record_act
from app.platform.db import Tx

# A plan's number is its place in the file's history. So it goes on over a merge, which brings other plans in, and over
# its undoing: whoever wrote on what was there before is told.
_PLANS: Final = f"""
    SELECT p.*, w.work_name, row_number() OVER (ORDER BY p.written_at, p.version, p.subject_id) AS place,
      {ORIGINAL_OF.format(subject="p.subject_id", file="$3::uuid")} AS numbered_in
    FROM subject_plan p JOIN person w ON w.id = p.written_by WHERE p.subject_id = ANY($1) ORDER BY place DESC LIMIT $2
"""  # noqa: S608 the text is ours alone


@dataclass(frozen=True, slots=True)
class PlanText:
    """What a plan says. Each adult is a role and what they do."""

    key_lines: Sequence[RedactedText]
    body: RedactedText
    adults: Sequence[tuple[str, RedactedText]]


async def plans_of(tx: Tx, file: SubjectFile, *, at_most: int = 100) -> list[Plan]:
    """Every version, newest first: the first is the plan in force."""
    return [_plan(row) for row in await tx.fetch(_PLANS, file.members, at_most, file.id)]


async def current_plan(tx: Tx, file: SubjectFile) -> Plan | None:
    """The plan in force."""
    return next(iter(await plans_of(tx, file, at_most=1)), None)


def _plan(row: Any) -> Plan:
    codes = file_codes()
    return Plan(
        version=row["place"],
        key_lines=row["key_lines"],
        body=row["body"],
        adults=[
            Adult(role=role.code, zh=role.zh, en=role.en, does=adult["does"])
            for adult in row["adults"]
            for role in [codes.name_of("role", adult["role"])]
        ],
        written_by=row["work_name"],
        written_at=row["written_at"],
        numbered_in=row["numbered_in"],
    )


async def write_plan(tx: Tx, file: SubjectFile, text: PlanText, *, on_version: int, by: UUID, now: datetime) -> Plan:
    """Add the next version; `file` must have been loaded with its lock. Raises StaleVersion with the current plan."""
    codes = file_codes()
    adults = [{"role": codes.role(role).code, "does": does} for role, does in text.adults]
    current = await current_plan(tx, file)
    if on_version != (0 if current is None else current.version):
        raise StaleVersion(
            "Somebody wrote another version of this plan; put the two together and save again. "
            "方案已有新版本，请对照合并后再保存。",
            current=None if current is None else current.model_dump(mode="json"),
        )
    await tx.execute(
        """INSERT INTO subject_plan (subject_id, version, key_lines, body, adults, codes_version, written_by,
             written_at)
           SELECT $1, coalesce(max(version), 0) + 1, $2, $3, $4, $5, $6, $7 FROM subject_plan WHERE subject_id = $1""",
        file.id, list(text.key_lines), text.body, adults, codes.version, by, now,
    )  # fmt: skip
    await record_act(
        tx, Act.PLAN_WRITTEN, by=by, target_kind="subject", target_id=file.id, now=now,
        facts={"version": on_version + 1},
    )  # fmt: skip
    (written,) = await plans_of(tx, file, at_most=1)
    return written
