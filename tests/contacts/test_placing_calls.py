"""Placing a call: never twice for one leg, whatever became of the attempt before (failure 27; ADR 2)."""

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from typing import Any
from uuid import UUID

import pytest_asyncio

from app import wiring
from app.carriers.events import LegEvent, LegProgress
from app.carriers.port import CarrierError
from app.carriers.steps import Goodbye, Join
from app.contacts.commands import Commander
from app.contacts.steps import step_to_json
from app.platform import outbox
from app.platform.clock import fresh_id, now
from app.platform.db import Database
from app.platform.outbox import Command
from tests.journeys.harbour import LINE_NUMBER
from tests.journeys.town import settings_of

PHONE = "+447700900456"
OWN, OTHER = "CA" + "1" * 32, "CA" + "2" * 32


@dataclass
class Carrier:
    """A carrier that says which calls it has, and counts what it is asked."""

    name: str = "twilio"
    has: list[str] = field(default_factory=list)
    gives: str = OWN
    fails: bool = False
    meanwhile: Callable[[], Awaitable[None]] | None = None
    placed: int = 0
    hung_up: list[str] = field(default_factory=list)
    looked_since: datetime | None = None

    async def originate_leg(self, leg_id: UUID, **_: Any) -> str:
        self.placed += 1
        if self.fails:
            raise CarrierError("unknown_outcome", retryable=True)
        gives, meanwhile = self.gives, self.meanwhile
        self.gives, self.meanwhile = OWN, None
        if meanwhile is not None:
            await meanwhile()
        return gives

    async def calls_placed(self, *, target: str, caller_id: str, since: datetime) -> list[str]:
        assert (target, caller_id) == (PHONE, LINE_NUMBER)
        self.looked_since = since
        return self.has

    async def hang_up_leg(self, provider_call_id: str) -> None:
        self.hung_up.append(provider_call_id)


@dataclass
class Desk:
    """One leg that is to be dialled, and everybody who has to do with it."""

    db: Database
    parts: wiring.Parts
    carrier: Carrier
    commander: Commander
    leg_id: UUID

    async def claim(self, *, later_s: float = 0.0) -> list[Command]:
        """What is due so much later."""
        async with self.db.transaction() as tx:
            return await outbox.claim_due(tx, now=now() + timedelta(seconds=later_s))

    async def do_all(self, *, later_s: float = 0.0) -> None:
        """Carry out what is due so much later."""
        for command in await self.claim(later_s=later_s):
            await self.commander.run(command, still_held=lambda: True)

    async def leg(self) -> Any:
        """The leg's row."""
        async with self.db.statements() as tx:
            return await tx.fetchrow("SELECT * FROM leg WHERE id = $1", self.leg_id)

    async def told(self, event: LegEvent, call: str, *, seq: int, cause: str | None = None) -> None:
        """The carrier tells of a call that was placed for the leg."""
        progress = LegProgress(
            "twilio", call, self.leg_id, event, f"{call}:{seq}", seq=seq, cause=cause, command_id=fresh_id()
        )
        await self.parts.calls.leg_progressed(progress)


async def a_leg(db: Database, *, call: str | None = None) -> UUID:
    """A telephone that is to be rung, or has been already."""
    contact_id, leg_id, moment = fresh_id(), fresh_id(), now()
    async with db.transaction() as tx:
        await tx.execute(
            """INSERT INTO contact (id, number_dialled, state, bridge, offered_at, enqueued_at)
               VALUES ($1, $2, 'wrapping_up', '', $3, $3)""",
            contact_id, LINE_NUMBER, moment,
        )  # fmt: skip
        await tx.execute(
            """INSERT INTO leg (id, contact_id, role, provider, label, state, desired, started_at, provider_call_id)
               VALUES ($1, $2, 'target', 'twilio', 't', $3, $4, $5, $6)""",
            leg_id, contact_id, "planned" if call is None else "ringing",
            step_to_json(Join(bridge="c-1", label="t")), moment, call,
        )  # fmt: skip
    return leg_id


@pytest_asyncio.fixture
async def desk(database_url: str) -> AsyncIterator[Desk]:
    db = Database(database_url, size=3)
    await db.open()
    parts = wiring.make_parts(settings_of(database_url, "http://h.test", "http://127.0.0.1:9", reconcile_every_s=9), db)
    carrier = Carrier()
    leg_id = await a_leg(db)
    async with db.transaction() as tx:
        payload = {"reach": "outside", "number": PHONE, "timeout_s": 20, "caller_id": LINE_NUMBER}
        await outbox.enqueue(tx, "originate_leg", contact_id=None, leg_id=leg_id, payload=payload, now=now())
    commander = Commander(db, carrier, parts.reception, read_clock=now)  # type: ignore[arg-type] # what it asks of one
    yield Desk(db, parts, carrier, commander, leg_id)
    if parts.carrier is not None:
        await parts.carrier.aclose()
    await db.close()


AFTER_THE_LEASE = outbox.LEASE.total_seconds() + 1


async def test_a_first_attempt_places_the_call_and_looks_for_none(desk: Desk) -> None:
    await desk.do_all()
    assert (desk.carrier.placed, desk.carrier.looked_since) == (1, None)
    leg = await desk.leg()
    assert (leg["provider_call_id"], leg["state"]) == (OWN, "dialling")


async def test_a_second_attempt_finds_the_call_that_the_first_has_placed(desk: Desk) -> None:
    [dead] = await desk.claim()
    desk.carrier.has = [OWN]
    await desk.do_all(later_s=AFTER_THE_LEASE)
    assert desk.carrier.placed == 0
    assert desk.carrier.looked_since is not None
    assert desk.carrier.looked_since <= dead.created_at - timedelta(seconds=30)  # the carrier's clock may differ
    assert (await desk.leg())["provider_call_id"] == OWN


async def test_after_an_answer_that_was_lost_the_call_is_looked_for_too(desk: Desk) -> None:
    desk.carrier.fails = True
    await desk.do_all()
    desk.carrier.fails, desk.carrier.has = False, [OWN]
    await desk.do_all(later_s=10)
    assert desk.carrier.placed == 1
    assert (await desk.leg())["provider_call_id"] == OWN


async def test_a_call_of_another_leg_to_the_same_telephone_is_not_taken_for_ones_own(desk: Desk) -> None:
    await a_leg(desk.db, call=OTHER)
    await desk.claim()
    desk.carrier.has = [OTHER]
    await desk.do_all(later_s=AFTER_THE_LEASE)
    assert desk.carrier.placed == 1
    assert (await desk.leg())["provider_call_id"] == OWN


async def test_nobody_is_rung_a_second_time_only_to_be_hung_up(desk: Desk) -> None:
    await desk.claim()
    async with desk.db.transaction() as tx:
        await outbox.enqueue(tx, "hang_up_leg", contact_id=None, leg_id=desk.leg_id, now=now())
    await desk.do_all(later_s=AFTER_THE_LEASE)
    assert desk.carrier.placed == 0


async def test_the_carrier_is_not_asked_by_whose_lease_is_over(desk: Desk) -> None:
    [late] = await desk.claim()
    await desk.commander.run(late, still_held=lambda: False)
    assert desk.carrier.placed == 0
    looks = iter([True, False])  # it lapses while the carrier's list is read
    [again] = await desk.claim(later_s=AFTER_THE_LEASE)
    await desk.commander.run(again, still_held=lambda: next(looks))
    assert desk.carrier.placed == 0
    assert len(await desk.claim(later_s=2 * AFTER_THE_LEASE)) == 1  # it is not done, and comes back


async def test_a_late_attempts_call_is_hung_up_when_the_leg_has_another(desk: Desk) -> None:
    [late] = await desk.claim()
    desk.carrier.gives = OTHER
    desk.carrier.meanwhile = partial(desk.do_all, later_s=AFTER_THE_LEASE)  # it is stopped while it asks
    await desk.commander.run(late, still_held=lambda: True)
    assert desk.carrier.placed == 2
    assert (await desk.leg())["provider_call_id"] == OWN
    await desk.do_all()
    assert desk.carrier.hung_up == [OTHER]


async def test_a_late_attempts_call_is_the_legs_when_it_has_no_other(desk: Desk) -> None:
    [late] = await desk.claim()
    await desk.claim(later_s=AFTER_THE_LEASE)  # another owns the command now, and has not placed it yet
    await desk.commander.run(late, still_held=lambda: True)
    assert (await desk.leg())["provider_call_id"] == OWN
    assert desk.carrier.hung_up == []


async def test_a_stray_moves_nothing_is_told_to_go_and_is_hung_up(desk: Desk) -> None:
    await desk.told(LegEvent.DIALLED, OWN, seq=0)
    await desk.told(LegEvent.DIALLED, OTHER, seq=0)
    answer = await desk.parts.calls.next_step(desk.leg_id, provider_call_id=OTHER, after="answered", dedupe_key="a")
    assert answer.step == Goodbye()
    await desk.told(LegEvent.ANSWERED, OTHER, seq=2)
    await desk.told(LegEvent.ENDED, OTHER, seq=3, cause="normal")
    leg = await desk.leg()
    assert (leg["provider_call_id"], leg["state"]) == (OWN, "dialling")
    await desk.do_all()
    assert set(desk.carrier.hung_up) == {OTHER}


async def test_the_legs_own_call_goes_on_as_ever(desk: Desk) -> None:
    await desk.told(LegEvent.DIALLED, OWN, seq=0)
    await desk.told(LegEvent.RINGING, OWN, seq=1)
    await desk.parts.calls.next_step(desk.leg_id, provider_call_id=OWN, after="answered", dedupe_key="a")
    await desk.told(LegEvent.ANSWERED, OWN, seq=2)
    assert (await desk.leg())["state"] == "answered"
    await desk.told(LegEvent.RINGING, OWN, seq=1)
    await desk.told(LegEvent.ENDED, OWN, seq=3, cause="normal")
    assert (await desk.leg())["state"] == "ended"
    assert desk.carrier.hung_up == []


async def test_a_call_that_rings_for_a_leg_that_was_over_before_it_had_one_is_hung_up(desk: Desk) -> None:
    async with desk.db.transaction() as tx:
        await tx.execute("UPDATE leg SET state = 'ended', ended_at = $2 WHERE id = $1", desk.leg_id, now())
        await outbox.cancel_commands(tx, desk.leg_id, ["originate_leg"], now=now())
    await desk.told(LegEvent.RINGING, OWN, seq=1)
    await desk.do_all()
    assert desk.carrier.hung_up == [OWN]
