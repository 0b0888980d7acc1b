"""Merging, splitting and taking either back, as app.domain.regrouping has it, on the database.

These acts are rare and each may touch two trees of subjects, so they are done one at a time (an advisory lock): two
merges in opposite directions cannot make a circle, and what the rules judged is what is written.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from app.casework.files.family import family_of
from app.casework.files.reach import SubjectFile
from app.casework.files.schemas import Regrouping
from app.casework.retention.holds import hold_part
from app.domain.acts import Act
from app.domain.errors import Conflict, Invalid, NotPossibleNow
from app.domain.regrouping import (
    SAY,
    Forest,
    Moved,
    Refusal,
    Why,
    judge_merge,
    judge_undo_merge,
    judge_undo_split,
    plan_split,
)
from app.platform.audit import record_act
from app.platform.clock import fresh_id
from app.platform.crypto import Pseudonymiser
from app.platform.db import Tx

_ONE_AT_A_TIME: Final = 0x5375_626A_6563_7473  # "Subjects"
_MALFORMED: Final = frozenset({Why.NOTHING_CHOSEN, Why.NOT_IN_THIS_FILE, Why.SAME_FILE})


async def take_turns(tx: Tx) -> None:
    """Nobody else regroups until this transaction ends; before anything is read that is judged."""
    await tx.execute("SELECT pg_advisory_xact_lock($1)", _ONE_AT_A_TIME)


async def merge(tx: Tx, kept: SubjectFile, other: SubjectFile, *, by: UUID, now: datetime) -> Regrouping:
    """Let `other` be part of `kept`. Take turns first. Raises Conflict, Invalid."""
    _must_not(judge_merge(await _forest(tx, [kept.id, other.id]), kept.id, other.id))
    await tx.execute("UPDATE subject SET merged_into = $2, version = version + 1 WHERE id = $1", other.id, kept.id)
    return await _entered(tx, "merge", other.id, kept.id, Moved({}, {}), by=by, now=now)


async def split(
    tx: Tx, file: SubjectFile, contact_ids: Sequence[UUID], pseudonymiser: Pseudonymiser, *, by: UUID, now: datetime
) -> Regrouping:
    """Let these contacts be a file of their own. Take turns first. Raises Conflict, Invalid."""
    moved = plan_split(await _forest(tx, [file.id]), file.id, set(contact_ids))
    if isinstance(moved, Refusal):
        _must_not(moved)
        raise AssertionError("a refusal is always told")
    new_id = fresh_id()
    await tx.execute(
        """INSERT INTO subject (id, organisation_id, custody_since, code, created_at)
           SELECT $2, organisation_id, custody_since, $3, $4 FROM subject WHERE id = $1""",
        file.id, new_id, pseudonymiser.short_code(new_id.bytes), now,
    )  # fmt: skip
    await tx.execute("UPDATE subject_link SET subject_id = $2 WHERE contact_id = ANY($1)", list(moved.contacts), new_id)
    await tx.execute("UPDATE subject_alias SET subject_id = $2 WHERE token = ANY($1)", list(moved.aliases), new_id)
    await hold_part(tx, file.members, new_id, by=by, now=now)
    return await _entered(tx, "split", file.id, new_id, moved, by=by, now=now)


async def undo(tx: Tx, row: Any, *, by: UUID, now: datetime) -> Regrouping:
    """Take a merge or a split back, exactly. `row`: read by `find_regrouping` in our turn. Raises Conflict."""
    if row["undone_at"] is not None:
        raise NotPossibleNow("This has been undone already. 此操作已被撤销。")
    from_subject, to_subject = row["from_subject"], row["to_subject"]
    forest = await _forest(tx, [from_subject, to_subject])
    if row["kind"] == "merge":
        _must_not(judge_undo_merge(forest, to_subject, from_subject))
        await tx.execute("UPDATE subject SET merged_into = NULL, version = version + 1 WHERE id = $1", from_subject)
        for part in (from_subject, forest.root(to_subject)):
            await hold_part(tx, list(forest.merged_into), part, by=by, now=now)
    else:
        moved = await _moved_by(tx, row["id"])
        _must_not(judge_undo_split(forest, from_subject, to_subject, moved))
        await tx.executemany(
            "UPDATE subject_link SET subject_id = $2 WHERE contact_id = $1", list(moved.contacts.items())
        )
        await tx.executemany("UPDATE subject_alias SET subject_id = $2 WHERE token = $1", list(moved.aliases.items()))
        await tx.execute(
            "UPDATE subject SET merged_into = $2, version = version + 1 WHERE id = $1", to_subject, from_subject
        )
    await tx.execute("UPDATE subject_regrouping SET undone_by = $2, undone_at = $3 WHERE id = $1", row["id"], by, now)
    for subject_id in (from_subject, to_subject):
        await record_act(
            tx, Act.REGROUPING_UNDONE, by=by, target_kind="subject", target_id=subject_id, now=now,
            facts={"regrouping": str(row["id"]), "kind": row["kind"]},
        )  # fmt: skip
    return await _shown(tx, row["id"])


def _must_not(refusal: Refusal | None) -> None:
    if refusal is None:
        return
    said = " ".join(SAY[refusal.why])
    raise (Invalid if refusal.why in _MALFORMED else Conflict)(said)


async def find_regrouping(tx: Tx, regrouping_id: UUID) -> Any:
    """One merge or split, or None."""
    return await tx.fetchrow("SELECT * FROM subject_regrouping WHERE id = $1", regrouping_id)


async def custodies(tx: Tx, row: Any) -> tuple[str | None, str | None]:
    """Whose the file is that would stay when a merge is taken back, and the part that would be parted from it; or, of
    a split, the file that the part would come back to, and the part."""
    part, rest = ("from_subject", "to_subject") if row["kind"] == "merge" else ("to_subject", "from_subject")
    found = await tx.fetchrow(
        f"""WITH RECURSIVE {family_of("$1")}
            SELECT kept.organisation_id AS rest, (SELECT organisation_id FROM subject WHERE id = $2) AS part
            FROM kept""",  # noqa: S608
        row[rest], row[part],
    )  # fmt: skip
    return found["rest"], found["part"]


async def _entered(
    tx: Tx, kind: str, from_subject: UUID, to_subject: UUID, moved: Moved[UUID, UUID, bytes], *, by: UUID, now: datetime
) -> Regrouping:
    regrouping_id = fresh_id()
    await tx.execute(
        """INSERT INTO subject_regrouping (id, kind, from_subject, to_subject, done_by, done_at)
           VALUES ($1, $2, $3, $4, $5, $6)""",
        regrouping_id, kind, from_subject, to_subject, by, now,
    )  # fmt: skip
    await tx.executemany(
        "INSERT INTO subject_moved_contact (regrouping_id, contact_id, was_with) VALUES ($1, $2, $3)",
        [(regrouping_id, contact, was) for contact, was in moved.contacts.items()],
    )
    await tx.executemany(
        "INSERT INTO subject_moved_alias (regrouping_id, token, was_with) VALUES ($1, $2, $3)",
        [(regrouping_id, token, was) for token, was in moved.aliases.items()],
    )
    for subject_id in (from_subject, to_subject):
        await record_act(
            tx, Act.FILES_MERGED if kind == "merge" else Act.FILE_SPLIT, by=by, target_kind="subject",
            target_id=subject_id, now=now, facts={"regrouping": str(regrouping_id), "contacts": len(moved.contacts)},
        )  # fmt: skip
    return await _shown(tx, regrouping_id)


async def _moved_by(tx: Tx, regrouping_id: UUID) -> Moved[UUID, UUID, bytes]:
    contacts = await tx.fetch(  # what retention has taken out of every file since is not missed
        """SELECT m.contact_id, m.was_with FROM subject_moved_contact m JOIN subject_link k USING (contact_id)
           WHERE m.regrouping_id = $1""",
        regrouping_id,
    )
    aliases = await tx.fetch("SELECT token, was_with FROM subject_moved_alias WHERE regrouping_id = $1", regrouping_id)
    return Moved({c["contact_id"]: c["was_with"] for c in contacts}, {a["token"]: a["was_with"] for a in aliases})


async def _forest(tx: Tx, subject_ids: Sequence[UUID]) -> Forest[UUID, UUID, bytes]:
    """The whole trees that these subjects are in, with every contact and pseudonym of theirs."""
    members: dict[UUID, UUID | None] = {}
    for subject_id in subject_ids:
        rows = await tx.fetch(
            f"""WITH RECURSIVE {family_of("$1")}
                SELECT s.id, s.merged_into FROM subject s JOIN family f ON f.id = s.id""",  # noqa: S608
            subject_id,
        )
        members |= {row["id"]: row["merged_into"] for row in rows}
    links = await tx.fetch(
        """SELECT k.contact_id, k.subject_id, k.how, c.subject_token FROM subject_link k
           JOIN contact c ON c.id = k.contact_id WHERE k.subject_id = ANY($1)""",
        list(members),
    )
    aliases = await tx.fetch("SELECT token, subject_id FROM subject_alias WHERE subject_id = ANY($1)", list(members))
    return Forest(
        merged_into=members,
        contacts={row["contact_id"]: row["subject_id"] for row in links},
        aliases={row["token"]: row["subject_id"] for row in aliases},
        found_by={row["contact_id"]: row["subject_token"] for row in links if row["how"] == "pseudonym"},
    )


_SHOWN: Final = """
    SELECT r.id, r.kind, r.from_subject, r.to_subject, a.work_name AS done_by, r.done_at, b.work_name AS undone_by,
      r.undone_at, (SELECT count(*) FROM subject_moved_contact m WHERE m.regrouping_id = r.id) AS contacts
    FROM subject_regrouping r JOIN person a ON a.id = r.done_by LEFT JOIN person b ON b.id = r.undone_by
"""


async def _shown(tx: Tx, regrouping_id: UUID) -> Regrouping:
    return Regrouping(**dict(await tx.fetchrow(f"{_SHOWN} WHERE r.id = $1", regrouping_id)))


async def regroupings_of(tx: Tx, file: SubjectFile) -> list[Regrouping]:
    """The merges and splits that this file came from, newest first."""
    rows = await tx.fetch(
        f"{_SHOWN} WHERE r.from_subject = ANY($1) OR r.to_subject = ANY($1) ORDER BY r.done_at DESC, r.id LIMIT 200",
        file.members,
    )
    return [Regrouping(**dict(row)) for row in rows]
