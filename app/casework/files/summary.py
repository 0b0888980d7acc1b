"""What the desk shows of the caller before the answer and while it talks: that there is a file, and what helps now.

Flags, open tasks, the last level, the plan's key lines, how often and when last; never a number, and no note. It is for
whoever is offered the contact, holds it, is brought into it or wraps it up, and for those in charge of its line; each
look is entered in the audit. Two statements and the entry, however long the file (issue 3: before the answer).
"""

from datetime import datetime
from typing import Final
from uuid import UUID

from app.casework.files.family import ORIGINAL_OF, PSEUDONYM_OF, code_of, family_of
from app.casework.files.flags import flag_in_force
from app.casework.files.schemas import LastLevel, OpenTask, SubjectSummary
from app.casework.files.tasks import OWNER, OWNER_JOIN
from app.casework.levels.queries import newest_levels_of_subjects
from app.domain.acts import Act
from app.domain.permissions import Permission
from app.domain.risk import RiskLevel
from app.people.access import Principal
from app.platform.audit import record_act
from app.platform.crypto import Pseudonymiser
from app.platform.db import Tx

# The subject of contact $1 and its file; whether the contact is $2's; what holds at $3.
_SUMMARY: Final = f"""
    WITH RECURSIVE asked AS (
      SELECT c.id, c.line_id, c.subject_token, c.answered_at, coalesce(k.subject_id, a.subject_id) AS subject_id,
        c.person_id = $2 AND c.state <> 'closed'
        OR EXISTS (SELECT FROM presence p WHERE p.person_id = $2 AND p.contact_id = c.id)
        OR EXISTS (SELECT FROM offer o WHERE o.contact_id = c.id AND o.person_id = $2
                   AND o.state IN ('offered', 'accepted'))
        OR EXISTS (SELECT FROM leg g WHERE g.contact_id = c.id AND g.person_id = $2 AND g.state <> 'ended') AS hers
      FROM contact c LEFT JOIN subject_link k ON k.contact_id = c.id
      LEFT JOIN subject_alias a ON a.token = c.subject_token WHERE c.id = $1),
    {family_of("(SELECT subject_id FROM asked)")},
    seen AS (
      SELECT count(*) AS times, max(k.linked_at) AS last FROM family m JOIN subject_link k ON k.subject_id = m.id
      WHERE k.contact_id <> $1)
    SELECT asked.line_id, asked.subject_token, asked.answered_at, coalesce(asked.hers, false) AS hers, kept.id,
      kept.code, {PSEUDONYM_OF.format(subject="kept.id")} AS token,
      seen.times, seen.last, ARRAY(SELECT id FROM family) AS members,
      (SELECT jsonb_agg(jsonb_build_object('id', f.id, 'code', f.code, 'text', f.text, 'placed_at', f.placed_at,
           'expires_at', f.expires_at, 'version', f.version, 'numbered_in',
           {ORIGINAL_OF.format(subject="f.subject_id", file="kept.id")}) ORDER BY f.placed_at, f.id)
       FROM family m JOIN subject_flag f ON f.subject_id = m.id
       WHERE f.lifted_at IS NULL AND f.expires_at > $3) AS flags,
      (SELECT jsonb_agg(jsonb_build_object('id', t.id, 'text', t.text, 'owner', {OWNER}, 'due_at', t.due_at,
           'overdue', t.due_at <= $3, 'version', t.version) ORDER BY t.due_at, t.id)
       FROM family m JOIN subject_task t ON t.subject_id = m.id {OWNER_JOIN} WHERE t.state = 'open') AS tasks,
      (SELECT jsonb_build_object('key_lines', p.key_lines, 'numbered_in',
           {ORIGINAL_OF.format(subject="p.subject_id", file="kept.id")})
       FROM family m JOIN subject_plan p ON p.subject_id = m.id
       ORDER BY p.written_at DESC, p.version DESC, p.subject_id DESC LIMIT 1) AS plan
    FROM asked CROSS JOIN seen LEFT JOIN kept ON true
"""  # noqa: S608 the text is ours alone


async def see_summary(
    tx: Tx,
    principal: Principal,
    contact_id: UUID,
    pseudonymiser: Pseudonymiser,
    *,
    linked_now: bool = False,
    now: datetime,
) -> SubjectSummary | None:
    """The summary, and the look entered. None: there is no such contact, or it is not theirs; then that is entered.

    `linked_now`: the asker has just linked the contact by hand, and sees what it was linked to.
    """
    row = await tx.fetchrow(_SUMMARY, contact_id, principal.person_id, now)
    if row is None:
        return None
    in_charge = row["line_id"] is not None and principal.may(Permission.FILE_OPEN, line=row["line_id"])
    mine = linked_now or row["hers"] or in_charge or principal.may_everywhere(Permission.FILE_OPEN)
    await record_act(
        tx, Act.FILE_SUMMARY_SEEN if mine else Act.FILE_REFUSED, by=principal.person_id, target_kind="contact",
        target_id=contact_id, line_id=row["line_id"], now=now,
        facts={} if row["id"] is None else {"subject": str(row["id"])},
    )  # fmt: skip
    if not mine:
        return None
    if row["id"] is None:
        return _no_file(linkable=not row["subject_token"] and row["answered_at"] is not None)
    plan = row["plan"] or {}
    newest = await newest_levels_of_subjects(tx, row["members"])
    levels = [LastLevel(level=each.level, set_at=each.set_at) for each in newest]
    return SubjectSummary(
        has_file=True,
        linkable=False,
        subject_id=row["id"],
        code=code_of(pseudonymiser, row["token"], row["code"]),
        times_seen=row["times"],
        last_contact_at=row["last"],
        flags=[flag_in_force(flag) for flag in row["flags"] or ()],
        tasks=[OpenTask(**task) for task in row["tasks"] or ()],
        last_level=levels[0] if levels else None,
        last_known_level=next((level for level in levels if level.level is not RiskLevel.UNKNOWN), None),
        key_lines=plan.get("key_lines") or [],
        key_lines_numbered_in=plan.get("numbered_in"),
    )


def _no_file(*, linkable: bool) -> SubjectSummary:
    return SubjectSummary(
        has_file=False,
        linkable=linkable,
        subject_id=None,
        code=None,
        times_seen=0,
        last_contact_at=None,
        flags=[],
        tasks=[],
        last_level=None,
        last_known_level=None,
        key_lines=[],
        key_lines_numbered_in=None,
    )
