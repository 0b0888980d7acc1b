"""Caller and volunteer in the bridge, told twice, late and in any order: what is true of them does not depend on it.

Failures 17 and 20, P1 and P3. Each order is one that a carrier may choose: it promises none.
"""

import itertools
import random
from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest_asyncio

from app.carriers.events import BridgeEvent, BridgeMoment, LegEvent, LegProgress
from app.contacts.arrival import Reception
from app.contacts.calls import Calls
from app.lines.apply import apply_documents
from app.lines.book import LineBook
from app.lines.reading import read_document
from app.platform.clock import fresh_id, now
from app.platform.crypto import Pseudonymiser, Sealer
from app.platform.db import Database
from tests.bench.queues import bring_volunteers
from tests.journeys.harbour import LINE_FILE

KEY = bytes(range(32))
Told = BridgeEvent | LegProgress


@dataclass
class Lease:
    """A volunteer has accepted a caller; both calls are up, and nothing has been told of the bridge."""

    db: Database
    calls: Calls
    contact: UUID
    legs: dict[str, UUID]

    def bridge(self, who: str, moment: str, seq: int, instance: str, reason: str | None = None) -> BridgeEvent:
        """A conference callback about the caller or the volunteer."""
        label = "caller" if who == "caller" else f"v-{self.legs[who]}"
        return BridgeEvent(
            "twilio", self.contact, BridgeMoment(moment), f"{instance}{seq}", seq, label, who, reason, instance=instance
        )

    def ended(self, who: str) -> LegProgress:
        """The call is over."""
        return LegProgress("twilio", who, self.legs[who], LegEvent.ENDED, f"end-{who}", 9, "normal")

    async def tell(self, events: Iterable[Told]) -> None:
        """What the carrier tells, in this order."""
        for event in events:
            if isinstance(event, LegProgress):
                await self.calls.leg_progressed(event)
            else:
                await self.calls.bridge_changed(event)

    async def end_in_the_talk(self, events: Sequence[Told], instance: str) -> None:
        """When all of it is told, the two talk in this conference, and nobody was lost on the way."""
        await self.tell(events)
        row = await self.row()
        found = (row["state"], row["offer"], row["requeued"], row["inside"])
        assert found == ("talking", "bridged", 0, [instance, instance]), events

    async def row(self) -> Any:
        """The contact, and how often it lost its volunteer."""
        async with self.db.reading() as tx:
            return await tx.fetchrow(
                """SELECT c.state, c.terminal_reason, c.requeued, o.state AS offer,
                     ARRAY(SELECT bridge_instance FROM leg WHERE contact_id = c.id AND in_bridge ORDER BY 1) AS inside
                   FROM contact c JOIN offer o ON o.contact_id = c.id WHERE c.id = $1""",
                self.contact,
            )


@pytest_asyncio.fixture
async def lease(database_url: str) -> AsyncIterator[Callable[..., Any]]:
    """Makes one lease after another in one database."""
    db = Database(database_url, size=4)
    await db.open()
    book = LineBook()
    async with db.transaction() as tx:
        await apply_documents(tx, [read_document(LINE_FILE, "harbour.yaml")], now=now())
        await book.refresh(tx)
    calls = Calls(db, Reception(book, Pseudonymiser(KEY), Sealer({"k1": KEY}, "k1")), read_clock=now)
    (person,) = await bring_volunteers(db, 0, 1)

    async def make(*, talked_before: bool = False) -> Lease:
        made = Lease(db, calls, fresh_id(), {"caller": fresh_id(), "volunteer": fresh_id()})
        offer, moment = fresh_id(), now()
        async with db.transaction() as tx:
            for table in ("ledger", "offer", "timer", "command", "leg", "contact"):
                await tx.execute(f"DELETE FROM {table}")  # noqa: S608 names of ours
            await tx.execute(
                """UPDATE presence SET activity = 'engaged', offer_id = $2, contact_id = $3, pools = '{day}'
                   WHERE person_id = $1""",
                person, offer, made.contact,
            )  # fmt: skip
            await tx.execute(
                """INSERT INTO contact (id, line_id, number_dialled, state, offered_at, enqueued_at, person_id, bridge,
                     answered_at)
                   VALUES ($1, 'harbour', '+441632960555', 'connecting', $2, $2, $3, $4, $5)""",
                made.contact, moment, person, f"c-{made.contact}", moment if talked_before else None,
            )  # fmt: skip
            await tx.execute(
                """INSERT INTO offer (id, contact_id, person_id, state, because, reach, leg_id, offered_at, ring_until,
                     answered_at) VALUES ($1, $2, $3, 'accepted', 'freed', 'browser', $4, $5, $6, $5)""",
                offer, made.contact, person, made.legs["volunteer"], moment, moment + timedelta(seconds=5),
            )  # fmt: skip
            for role, leg in made.legs.items():
                hers = role == "volunteer"
                await tx.execute(
                    """INSERT INTO leg (id, contact_id, role, person_id, offer_id, provider, provider_call_id, label,
                         state, started_at) VALUES ($1, $2, $3, $4, $5, 'twilio', $3, $6, 'answered', $7)""",
                    leg, made.contact, role, person if hers else None, offer if hers else None,
                    f"v-{leg}" if hers else "caller", moment,
                )  # fmt: skip
        return made

    yield make
    await db.close()


def _orders(events: Sequence[Told], most: int = 60) -> list[tuple[Told, ...]]:
    """Orders in which these may be told, the same at each run; always the true one."""
    every = list(itertools.permutations(events)) if len(events) < 6 else []
    dice = random.Random(20)  # noqa: S311 a rehearsal's dice, not a secret
    some = dice.sample(every, min(most, len(every))) or [tuple(dice.sample(events, len(events))) for _ in range(most)]
    return [tuple(events), *some]


async def test_failure_20_a_short_talk_was_a_talk_in_whatever_order_its_callbacks_come(
    lease: Callable[..., Any],
) -> None:
    """P1: both were in one conference and have gone before anything is told; the end of the call may come first."""
    for place in range(61):
        one: Lease = await lease()
        talk = [
            one.bridge("caller", "joined", 1, "CFx"),
            one.bridge("volunteer", "joined", 2, "CFx"),
            one.bridge("caller", "left", 3, "CFx", "hung_up"),
            one.bridge("volunteer", "left", 4, "CFx", "bridge_ended"),
            one.ended("caller"),
        ]
        order = _orders(talk)[place]
        await one.tell(order)
        row = await one.row()
        assert row["terminal_reason"] == "answered", order
        assert row["inside"] == []


async def test_failure_20_two_who_missed_each_other_did_not_talk_in_whatever_order_it_is_told(
    lease: Callable[..., Any],
) -> None:
    """P1: the caller has hung up when the volunteer comes; she stands in a new conference of the same name."""
    for place in range(61):
        one: Lease = await lease()
        missed = [
            one.bridge("caller", "joined", 1, "CFx"),
            one.bridge("caller", "left", 2, "CFx", "hung_up"),
            one.bridge("volunteer", "joined", 1, "CFy"),
            one.ended("caller"),
        ]
        order = _orders(missed)[place % 25]
        await one.tell(order)
        row = await one.row()
        assert row["terminal_reason"] == "abandoned", order


async def test_failure_20_a_caller_who_is_steered_into_the_bridge_once_more_keeps_the_volunteer(
    lease: Callable[..., Any],
) -> None:
    """P3: the steering ends the first conference under them, and both are in the second: nobody has left anybody."""
    for place in range(61):
        one: Lease = await lease()
        steered = [
            one.bridge("caller", "joined", 1, "CFx"),
            one.bridge("volunteer", "joined", 2, "CFx"),
            one.bridge("caller", "left", 3, "CFx", "steered"),
            one.bridge("volunteer", "left", 4, "CFx", "bridge_ended"),
            one.bridge("caller", "joined", 1, "CFy"),
            one.bridge("volunteer", "joined", 2, "CFy"),
        ]
        await one.end_in_the_talk(_orders(steered)[place], "CFy")


async def test_failure_20_a_volunteer_a_caller_was_handed_on_to_is_in_the_talk_in_whatever_order_it_is_told(
    lease: Callable[..., Any],
) -> None:
    """Failure 26: the caller has talked before, to whoever handed them on, and comes from that conference."""
    for place in range(61):
        one: Lease = await lease(talked_before=True)
        handed_on = [
            one.bridge("caller", "joined", 1, "CFx"),
            one.bridge("caller", "left", 3, "CFx", "steered"),
            one.bridge("volunteer", "joined", 1, "CFy"),
            one.bridge("caller", "joined", 2, "CFy"),
            one.bridge("caller", "left", 3, "CFy", "steered"),
            one.bridge("volunteer", "left", 4, "CFy", "bridge_ended"),
            one.bridge("caller", "joined", 1, "CFz"),
            one.bridge("volunteer", "joined", 2, "CFz"),
        ]
        await one.end_in_the_talk(_orders(handed_on)[place], "CFz")


async def test_failure_20_whose_call_is_over_is_in_no_bridge_in_whatever_order_it_is_told(
    lease: Callable[..., Any],
) -> None:
    """Failure 6: nobody is shown in a conference for ever because the end of the call was told before the rest."""
    for place in range(61):
        one: Lease = await lease()
        over = [
            one.bridge("volunteer", "joined", 1, "CFx"),
            one.bridge("volunteer", "left", 2, "CFx", "bridge_ended"),
            one.bridge("volunteer", "joined", 1, "CFy"),
            one.ended("volunteer"),  # and that she left the second is never told
        ]
        order = _orders(over)[place % 25]
        await one.tell(order)
        assert (await one.row())["inside"] == [], order
