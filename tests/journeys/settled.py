"""What must hold when every telephone is down again: the end of each journey (P1, P3; failures 6, 7, 13)."""

from collections.abc import Collection
from typing import Any

from app.domain.contact import TerminalReason
from app.platform.db import Database
from app.simulator.calls import Direction
from app.simulator.carrier import Carrier

HOUSEKEEPING = (
    "shift_end", "wrap_up", "volunteer_free", "recording_kept", "call_back_over", "retention", "note_locks",
    "note_draft_kept", "flag_ends",
)  # fmt: skip


async def unsettled(db: Database, carrier: Carrier, *, excused: Collection[str] = ()) -> list[str]:
    """What is still moving, or stuck: empty when everything has come to rest."""
    found = await still_moving(db, excused=excused)
    found += [f"live at the carrier: {leg.call.sid} {leg.call.direction}" for leg in carrier.legs.values()]
    if carrier.callbacks.under_way:
        found.append(f"{carrier.callbacks.under_way} callbacks under way")
    return found


async def still_moving(
    db: Database, *, excused: Collection[str] = (), housekeeping: Collection[str] = HOUSEKEEPING
) -> list[str]:
    """The same of our own tables alone."""
    async with db.reading() as tx:
        rows = await tx.fetch(_OPEN, list(housekeeping))
    return [f"{row['what']} {row['id']}: {row['state']}" for row in rows if str(row["id"]) not in excused]


_OPEN = """
    SELECT 'contact' AS what, id::text, state FROM contact
      WHERE state <> 'closed' AND NOT (state = 'wrapping_up' AND EXISTS (
        SELECT FROM presence p WHERE p.contact_id = contact.id AND p.activity = 'wrapping_up'))
    UNION ALL SELECT 'contact without an end', id::text, state FROM contact
      WHERE terminal_reason IS NULL OR ended_at IS NULL
    UNION ALL SELECT 'offer', id::text, state FROM offer WHERE state IN ('offered', 'accepted')
    UNION ALL SELECT 'leg', id::text, role || ' ' || state FROM leg WHERE state <> 'ended' OR in_bridge
    UNION ALL SELECT 'presence', person_id::text, activity FROM presence WHERE activity IN ('offered', 'engaged')
    UNION ALL SELECT 'presence with a contact that is over', p.person_id::text, p.activity
      FROM presence p JOIN contact c ON c.id = p.contact_id WHERE c.state = 'closed' AND c.person_id = p.person_id
    UNION ALL SELECT 'transfer', id::text, state FROM transfer WHERE state IN ('ringing', 'joined')
    UNION ALL SELECT 'call-back', contact_id::text, state FROM call_back WHERE state = 'dialling'
    UNION ALL SELECT 'timer', subject_id::text, kind FROM timer WHERE done_at IS NULL AND NOT kind = ANY($1)
    UNION ALL SELECT 'command', id::text, kind || ' ' || coalesce(error_code, '') FROM command
      WHERE done_at IS NULL AND kind <> 'erase_leg'
"""


async def ledger_gaps(db: Database, carrier: Carrier) -> list[str]:
    """Where the ledger and the carrier's own list of calls differ: offered = the sum of the ends, nobody missing."""
    async with db.reading() as tx:
        arrived = {
            row["provider_call_id"]: row["terminal_reason"]
            for row in await tx.fetch(
                """SELECT l.provider_call_id, c.terminal_reason FROM ledger l LEFT JOIN leg g
                     ON g.provider = l.provider AND g.provider_call_id = l.provider_call_id AND g.role = 'caller'
                   LEFT JOIN contact c ON c.id = g.contact_id
                   WHERE l.kind = 'call.arrived'"""
            )
        }
        doubled = await tx.fetch(
            "SELECT provider_call_id FROM ledger WHERE kind = 'call.arrived' GROUP BY 1 HAVING count(*) > 1"
        )
    theirs = {call.sid for call in carrier.calls.values() if call.direction is Direction.INBOUND}
    reasons = {reason.value for reason in TerminalReason}
    gaps = [f"never reached the ledger: {sid}" for sid in sorted(theirs - arrived.keys())]
    gaps += [f"twice in the ledger: {row['provider_call_id']}" for row in doubled]
    gaps += [f"no one reason: {sid} {reason}" for sid, reason in arrived.items() if reason not in reasons]
    return gaps


async def double_holds(db: Database) -> list[str]:
    """Contacts that two volunteers had accepted at the same time (P3), from the offers' own times."""
    async with db.reading() as tx:
        rows: list[Any] = await tx.fetch(
            """SELECT a.contact_id, a.id, b.id AS other FROM offer a JOIN offer b
                 ON a.contact_id = b.contact_id AND a.id < b.id AND a.kind = 'queue' AND b.kind = 'queue'
               WHERE a.state IN ('accepted', 'bridged', 'lapsed') AND b.state IN ('accepted', 'bridged', 'lapsed')
                 AND a.answered_at IS NOT NULL AND b.answered_at IS NOT NULL
                 AND tstzrange(a.answered_at, coalesce(a.ended_at, a.bridged_at, a.answered_at), '[]')
                  && tstzrange(b.answered_at, coalesce(b.ended_at, b.bridged_at, b.answered_at), '[]')"""
        )
    return [f"contact {row['contact_id']} was accepted twice at once: {row['id']}, {row['other']}" for row in rows]
