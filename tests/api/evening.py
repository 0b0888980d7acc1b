"""A busy evening in the town: calls in every stage, and something of every kind that the API can be asked about."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from app.casework.files.opening import open_subject
from app.contacts.rows import lock_contact
from app.domain.permissions import Role
from app.platform.clock import fresh_id, now
from app.platform.db import Tx
from app.roster.notices import give_notice
from tests.journeys.town import Town
from tests.journeys.volunteer import Volunteer

IDS = """
    SELECT 'contact_id' AS name, id::text FROM contact
    UNION ALL SELECT 'offer_id', id::text FROM (SELECT id FROM offer ORDER BY offered_at DESC LIMIT 20) AS offers
    UNION ALL SELECT 'person_id', id::text FROM person
    UNION ALL SELECT 'shift_id', id::text FROM shift
    UNION ALL SELECT 'notice_id', id::text FROM notice
    UNION ALL SELECT 'block_id', id::text FROM block
    UNION ALL SELECT 'note_id', id::text FROM note
    UNION ALL SELECT 'action_id', id::text FROM note_action
    UNION ALL SELECT 'subject_id', id::text FROM subject
    UNION ALL SELECT 'hold_id', id::text FROM legal_hold
    UNION ALL SELECT 'review_id', id::text FROM note_review
    UNION ALL SELECT 'line_id', id FROM line
    UNION ALL SELECT 'pool_id', id FROM pool
    UNION ALL SELECT 'opening_id', id::text FROM vault_opening
    UNION ALL SELECT 'subject_id', id::text FROM subject
    UNION ALL SELECT 'other', id::text FROM subject
    UNION ALL SELECT 'flag_id', id::text FROM subject_flag
    UNION ALL SELECT 'task_id', id::text FROM subject_task
    UNION ALL SELECT 'regrouping_id', id::text FROM subject_regrouping
    UNION ALL SELECT 'hand_over_id', id::text FROM subject_hand_over
    UNION ALL SELECT 'to_organisation', id FROM organisation
"""


@dataclass
class Evening:
    """Who is there, and the calls by what became of them."""

    town: Town
    people: dict[str, Volunteer] = field(default_factory=dict)
    contacts: dict[str, UUID] = field(default_factory=dict)

    async def ids(self) -> dict[str, list[str]]:
        """Everything there is now, by the name that the API's parameters have for it."""
        found: dict[str, list[str]] = {}
        for row in await self.town.rows(IDS):
            found.setdefault(row["name"], []).append(row["id"])
        return found

    async def everybody_is_still_signed_in(self) -> None:
        """Undo closed accounts and ended sessions, so that the next request comes from somebody."""
        async with self.town.db.transaction() as tx:
            await tx.execute("UPDATE person SET disabled_at = NULL WHERE disabled_at IS NOT NULL")
            await tx.execute("UPDATE session SET revoked_at = NULL WHERE revoked_at IS NOT NULL")


async def begin(town: Town) -> Evening:
    """Let it be a busy evening."""
    evening = Evening(town)
    people = evening.people
    people["talking"] = await town.volunteer("reed")
    people["writing"] = await town.volunteer("wren")
    people["rung"] = await town.volunteer("finch", pools=("day", "night"))
    for role in (Role.SUPERVISOR, Role.CRISIS, Role.PARTNER, Role.ADMINISTRATOR, Role.AUDITOR):
        people[role.value] = await town.volunteer(role.value, pools=("day",), role=role)
    contacts = evening.contacts
    await people["writing"].ready()
    sid = await town.call(caller="+447700900101")
    contacts["wrapping_up"] = UUID((await people["writing"].answer())["id"])
    await town.hang_up(sid)
    await town.state(sid, "wrapping_up")
    await _a_note(people["writing"], contacts["wrapping_up"])
    await people["talking"].ready()
    await town.call(caller="+447700900102")
    contacts["talking"] = UUID((await people["talking"].answer())["id"])
    for name, caller in (("voicemail", "+447700900103"), ("call_back", "+447700900104"), ("noted", None)):
        sid = await town.call(caller=caller)
        await town.state(sid, "waiting", "offered")
        contacts[name] = (await town.contact_of(sid))["id"]
        await town.hang_up(sid)
        await town.state(sid, "closed")
    await _what_followed(town, contacts, people["supervisor"].person_id)
    await town.call(caller="+447700900105")
    await people["rung"].ready()
    offer = await people["rung"].offer()
    contacts["offered"] = UUID(offer["contact_id"])
    sid = await town.call(caller="+447700900106")
    contacts["waiting"] = (await town.state(sid, "waiting"))["id"]
    return evening


async def _a_note(writer: Volunteer, contact_id: UUID) -> None:
    body = {"facts": "说睡不着。", "danger_asked": "asked", "actions": [{"text": "次日回访"}]}
    given = {"version": 0, "submission_id": str(fresh_id()), "body": body}
    answer = await writer.client.put(f"/api/contacts/{contact_id}/note", json=given)
    assert answer.status_code == 200, answer.text


async def _what_followed(town: Town, contacts: dict[str, UUID], by: UUID) -> None:
    moment = now()
    later = moment + timedelta(days=1)
    async with town.db.transaction() as tx:
        await tx.execute(
            "INSERT INTO voicemail (contact_id, recording_id, seconds, left_at) VALUES ($1, 'RE1', 9, $2)",
            contacts["voicemail"], moment,
        )  # fmt: skip
        await tx.execute(
            """INSERT INTO call_back (contact_id, state, consented_at, due_at)
               VALUES ($1, 'requested', $2::timestamptz, $2)""",
            contacts["call_back"], moment,
        )  # fmt: skip
        blocked: Any = await lock_contact(tx, contacts["voicemail"])
        await tx.execute(
            """INSERT INTO block (id, subject_token, line_id, reason, created_by, created_at, expires_at)
               VALUES ($1, $2, 'pier', 'prank', $3, $4, $5)""",
            fresh_id(), blocked.subject_token, by, moment, later,
        )  # fmt: skip
        for state in ("requested", "to_review"):
            await tx.execute(
                """INSERT INTO vault_opening (id, contact_id, line_id, kind, reason_code, reason, minutes, state,
                     requested_by, requested_at, lapses_at)
                   VALUES ($1, $2, 'harbour', 'number', 'danger_to_life', '', 5, $3, $4, $5, $6)""",
                fresh_id(), contacts["talking"], state, by, moment, later,
            )  # fmt: skip
        await tx.execute(
            """INSERT INTO note_review (id, note_id, line_id, because, chosen_at, state)
               SELECT gen_random_uuid(), id, line_id, 'sample', $1, 'waiting' FROM note
               ON CONFLICT (note_id) DO NOTHING""",
            moment,
        )
        await _a_file(tx, contacts["talking"], by, moment)
        await give_notice(tx, "missed_offers", about=by, line_id="harbour", now=moment)
        await give_notice(tx, "call_never_reached_us", contact_id=contacts["noted"], line_id="harbour", now=moment)


async def _a_file(tx: Tx, contact: UUID, by: UUID, moment: datetime) -> None:
    subject, merged = await open_subject(tx, contact, now=moment), fresh_id()
    await tx.execute("INSERT INTO subject (id, merged_into, created_at) VALUES ($1, $2, $3)", merged, subject, moment)
    await tx.execute(
        """INSERT INTO subject_flag (id, subject_id, code, codes_version, placed_by, placed_at, expires_at)
           VALUES ($1, $2, 'minor', '1', $3, $4, $5)""",
        fresh_id(), subject, by, moment, moment + timedelta(days=1),
    )  # fmt: skip
    await tx.execute(
        """INSERT INTO subject_task (id, subject_id, text, owner_kind, owner, due_at, state, made_by, made_at)
           VALUES ($1, $2, '', 'role', 'crisis', $5, 'open', $3, $4)""",
        fresh_id(), subject, by, moment, moment + timedelta(days=1),
    )  # fmt: skip
    await tx.execute(
        """INSERT INTO subject_regrouping (id, kind, from_subject, to_subject, done_by, done_at)
           VALUES ($1, 'merge', $2, $3, $4, $5)""",
        fresh_id(), merged, subject, by, moment,
    )  # fmt: skip
    await tx.execute(
        """INSERT INTO subject_hand_over (id, subject_id, from_organisation, to_organisation, state, reason,
             requested_by, requested_at)
           SELECT $1, $2, id, id, 'requested', '', $3, $4 FROM organisation LIMIT 1""",
        fresh_id(), subject, by, moment,
    )  # fmt: skip
