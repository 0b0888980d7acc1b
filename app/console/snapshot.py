"""The first message of a console's socket: the desk, and the wallboard for whoever may watch it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from app.contacts.api import lines_at_desk
from app.contacts.desk import load_desk
from app.contacts.public_state import PublicState
from app.contacts.schemas import Desk
from app.domain.permissions import Permission
from app.lines.book import LineBook
from app.oversight.schemas import Wallboard
from app.oversight.wallboard import load_wallboard
from app.people.access import Principal
from app.platform.db import Tx


@dataclass(frozen=True, slots=True)
class Snapshot:
    """What one person sees at one moment."""

    desk: Desk
    wallboard: Wallboard | None

    def message(self) -> dict[str, Any]:
        """As it is sent."""
        return {"t": "snapshot", "desk": self.desk, "wallboard": self.wallboard}

    @property
    def own_contacts(self) -> list[str]:
        """Ids of contacts that are shown because they are this person's now."""
        return [str(contact.id) for contact in (self.desk.contact, self.desk.wrap_up) if contact is not None]

    @property
    def own_offers(self) -> list[str]:
        """Ids of offers that are shown because they ring at this person."""
        return [str(offer.id) for offer in self.desk.offers]


async def take_snapshot(tx: Tx, principal: Principal, book: LineBook, state: PublicState, *, now: datetime) -> Snapshot:
    """Everything this person's console shows."""
    watches = principal.may(Permission.WALLBOARD_SEE)
    return Snapshot(
        desk=await load_desk(tx, state, book, principal.person_id, lines_at_desk(principal), now=now),
        wallboard=await load_wallboard(tx, principal, book, state, now=now) if watches else None,
    )
