"""What is known of some contacts, in words: for a test that waited for their end in vain, or doubts it."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from app.platform.db import Tx

_CONTACTS = """
    SELECT id, line_id, state, stage, ways_tried, queue_key_id, person_id, bridge, offered_at, answered_at, ended_at,
      terminal_reason, refused_as, ended_by, requeued, version
    FROM contact WHERE id = ANY($1) ORDER BY offered_at
"""

_ABOUT_IT = {
    "leg": """SELECT id, role, person_id, provider_call_id, state, desired->>'do' AS step, in_bridge, bridge_seq,
                bridge_instance, last_seq, cause, started_at, ended_at
              FROM leg WHERE contact_id = $1 ORDER BY started_at""",
    "offer": """SELECT id, person_id, kind, state, because, reach, offered_at, ring_until, answered_at, bridged_at,
                  ended_at FROM offer WHERE contact_id = $1 ORDER BY offered_at""",
    "presence": """SELECT person_id, activity, reason, reach, since, offer_id, contact_id, heartbeat_at FROM presence
                   WHERE contact_id = $1 OR person_id = (SELECT person_id FROM contact WHERE id = $1)""",
    "timer": """SELECT kind, subject_id, due_at, attempt, done_at, outcome FROM timer WHERE subject_id = $1
                  OR subject_id IN (SELECT id FROM offer WHERE contact_id = $1) ORDER BY created_at""",
    "command": """SELECT kind, leg_id, due_at, attempt, done_at, outcome, error_code FROM command
                  WHERE contact_id = $1 ORDER BY seq""",
    "ledger": """SELECT kind, provider_call_id, leg_id, received_at FROM ledger
                 WHERE contact_id = $1 ORDER BY received_at""",
}


async def still_open(tx: Tx) -> str:
    """Every contact that is not closed."""
    rows = await tx.fetch("SELECT id FROM contact WHERE state <> 'closed'")
    return await story_of(tx, [row["id"] for row in rows])


async def story_of(tx: Tx, contacts: Sequence[UUID]) -> str:
    """These contacts with their legs, offers, timers, commands and entries in the ledger."""
    said = []
    for contact in await tx.fetch(_CONTACTS, list(contacts)):
        said.append(f"contact {_line(contact)}")
        for what, query in _ABOUT_IT.items():
            said += [f"  {what} {_line(row)}" for row in await tx.fetch(query, contact["id"])]
    return "\n".join(said)


def _line(row: Any) -> str:
    return " ".join(f"{name}={value}" for name, value in row.items() if value not in (None, "", [], False))
