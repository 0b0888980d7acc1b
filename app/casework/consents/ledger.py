"""The consent ledger of a contact: entries are added, the present state follows from them (app.domain.consent).

Keys pressed in the greeting stand in `contact.consents` until something else is entered; then they become entries of
their own, at the moment of arrival, so that the ledger is whole without the contact.
"""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from app.casework.consents.schemas import ConsentEntry, Consents
from app.domain.consent import ConsentHow, ConsentSaid, ConsentState, ConsentTo, Entry, apply, from_greeting, present
from app.domain.errors import NotFound, NotPossibleNow
from app.domain.lifecycle import Late, Refused
from app.platform.clock import fresh_id
from app.platform.db import Tx


async def enter_consent(
    tx: Tx, contact_id: UUID, to: ConsentTo, said: ConsentSaid, *, how: ConsentHow, by: UUID | None, now: datetime
) -> bool:
    """Add what the caller said; False: it stood so already. Raises NotPossibleNow: it was never given."""
    greeting = await _greeting(tx, contact_id, lock=True)
    entries = await _entries(tx, contact_id)
    if greeting and not any(entry.how is ConsentHow.KEY for entry, _ in entries):
        for entry in greeting:
            await _add(tx, contact_id, entry, by=None)
        entries = [*entries, *((entry, None) for entry in greeting)]
    verdict = apply(present(entry for entry, _ in entries)[to], said)
    if isinstance(verdict, Refused):
        raise NotPossibleNow("It was not given, so it cannot be withdrawn. 此项未曾同意，无法撤回。")
    if isinstance(verdict, Late):
        return False
    await _add(tx, contact_id, Entry(to, said, how, now), by=by)
    return True


async def load_consents(tx: Tx, contact_id: UUID) -> Consents:
    """The ledger of one contact. Raises NotFound."""
    greeting = await _greeting(tx, contact_id)
    entries = await _entries(tx, contact_id)
    if not any(entry.how is ConsentHow.KEY for entry, _ in entries):
        entries = [*((entry, None) for entry in greeting), *entries]
    shown = [
        ConsentEntry(consent_to=entry.to, said=entry.said, how=entry.how, entered_by=name, said_at=entry.at)
        for entry, name in reversed(entries)
    ]
    return Consents(contact_id=contact_id, present=present(entry for entry, _ in entries), entries=shown)


async def stands(tx: Tx, contact_id: UUID, to: ConsentTo) -> ConsentState:
    """Where one consent of a contact stands: for whoever acts upon it."""
    return (await load_consents(tx, contact_id)).present[to]


async def _greeting(tx: Tx, contact_id: UUID, *, lock: bool = False) -> list[Entry]:
    if lock:  # two entries of one contact, one after the other
        await tx.execute("SELECT FROM contact WHERE id = $1 FOR UPDATE", contact_id)
    row = await tx.fetchrow("SELECT consents, offered_at FROM contact WHERE id = $1", contact_id)
    if row is None:
        raise NotFound
    return from_greeting(row["consents"], at=row["offered_at"])


async def _entries(tx: Tx, contact_id: UUID) -> Sequence[tuple[Entry, str | None]]:
    rows = await tx.fetch(
        """SELECT e.consent_to, e.said, e.how, e.said_at, p.work_name FROM consent e
           LEFT JOIN person p ON p.id = e.entered_by WHERE e.contact_id = $1 ORDER BY e.said_at, e.id""",
        contact_id,
    )
    return [
        (
            Entry(ConsentTo(row["consent_to"]), ConsentSaid(row["said"]), ConsentHow(row["how"]), row["said_at"]),
            row["work_name"],
        )
        for row in rows
    ]


async def _add(tx: Tx, contact_id: UUID, entry: Entry, *, by: UUID | None) -> None:
    await tx.execute(
        """INSERT INTO consent (id, contact_id, consent_to, said, how, entered_by, said_at)
           VALUES ($1, $2, $3, $4, $5, $6, $7)""",
        fresh_id(), contact_id, entry.to.value, entry.said.value, entry.how.value, by, entry.at,
    )  # fmt: skip
