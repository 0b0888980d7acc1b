"""The house's clock goes by the database's, whatever this machine's own clock shows (P9, ADR 13)."""

import asyncio
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest
import pytest_asyncio
import structlog

from app.platform import clock
from app.platform.clock import EPOCH, HouseClock
from app.platform.db import Database
from app.platform.timekeeping import Timekeeper

TRUE = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
SECOND_NS = 1_000_000_000


@dataclass
class World:
    """What a machine's clock shows and what its counter has counted, while true time goes on."""

    true: datetime = TRUE
    machine_ahead: timedelta = timedelta(0)
    booted: datetime = TRUE - timedelta(days=3)

    def clock(self) -> HouseClock:
        return HouseClock(machine_ns=lambda: _ns(self.true + self.machine_ahead - EPOCH), counted_ns=self.counted_ns)

    def counted_ns(self) -> int:
        return _ns(self.true - self.booted)

    def ask(
        self, house: HouseClock, *, there_s: float = 0.0, back_s: float = 0.0, wrong: timedelta | None = None
    ) -> timedelta:
        """The database is asked what time it is; the question and the answer take their time."""
        asked = self.counted_ns()
        self.true += timedelta(seconds=there_s)
        theirs = self.true + (wrong or timedelta(0))
        self.true += timedelta(seconds=back_s)
        return house.correct(theirs, asked_ns=asked, heard_ns=self.counted_ns())


def _ns(amount: timedelta) -> int:
    return amount // timedelta(microseconds=1) * 1000


def test_until_a_database_has_told_the_time_the_machine_is_believed_and_it_says_so() -> None:
    world = World(machine_ahead=HOUR)
    house = world.clock()
    assert (house.follows_database, house.machine_ahead()) == (False, None)
    assert house.now() == TRUE + HOUR
    world.ask(house)
    assert (house.follows_database, house.machine_ahead()) == (True, HOUR)
    assert house.now() == TRUE


@pytest.mark.parametrize("step", [HOUR, -HOUR])
def test_p9_stepping_the_machines_clock_changes_nothing(step: timedelta) -> None:
    world = World()
    house = world.clock()
    world.ask(house)
    world.true += timedelta(seconds=10)
    world.machine_ahead += step
    assert house.now() == world.true
    assert house.machine_ahead() == step
    assert world.ask(house) == timedelta(0)
    assert house.now() == world.true


def test_p9_two_processes_with_different_clocks_read_the_same_time() -> None:
    here, there = World(machine_ahead=HOUR), World(machine_ahead=-HOUR, booted=TRUE - timedelta(minutes=5))
    ours, theirs = here.clock(), there.clock()
    here.ask(ours)
    there.ask(theirs)
    here.true = there.true = TRUE + timedelta(minutes=7)
    assert ours.now() == theirs.now() == TRUE + timedelta(minutes=7)


def test_an_answer_that_dawdled_does_not_move_the_time() -> None:
    world = World()
    house = world.clock()
    world.ask(house)
    assert world.ask(house, there_s=0.01, back_s=3.0) == timedelta(0)
    assert world.ask(house, there_s=3.0, back_s=0.01) == timedelta(0)
    assert house.now() == world.true


def test_a_bad_first_answer_is_bettered_by_a_quick_one() -> None:
    world = World()
    house = world.clock()
    world.ask(house, there_s=2.0)
    assert house.now() - world.true == timedelta(seconds=-1) or house.now() - world.true == timedelta(seconds=1)
    world.ask(house, there_s=0.001, back_s=0.001)
    assert abs(house.now() - world.true) <= timedelta(milliseconds=2)


def test_a_counter_that_runs_slow_is_put_right_by_asking_again() -> None:
    world = World()
    house = world.clock()
    world.ask(house)
    world.booted += timedelta(seconds=3)  # the machine slept, and its counter with it
    assert house.now() == world.true - timedelta(seconds=3)
    assert world.ask(house) == timedelta(seconds=3)
    assert house.now() == world.true


def test_the_databases_clock_is_the_authority_even_when_it_is_stepped() -> None:
    world = World()
    house = world.clock()
    world.ask(house)
    assert world.ask(house, wrong=-HOUR) == -HOUR
    assert house.now() == world.true - HOUR
    assert house.machine_ahead() == HOUR


def test_ids_are_in_the_order_of_their_making_by_the_houses_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    world = World(machine_ahead=HOUR)
    house = world.clock()
    world.ask(house)
    monkeypatch.setattr(clock, "HOUSE", house)
    first = clock.fresh_id()
    world.machine_ahead = -HOUR
    world.true += timedelta(milliseconds=2)
    assert first < clock.fresh_id()
    assert first.int >> 80 == int(TRUE.timestamp() * 1000)


def test_reading_the_time_is_cheap() -> None:
    """It is read on every hot path: no round trip, and within a few times what the machine's own clock costs."""
    house = HouseClock()
    house.correct(datetime.now(UTC), asked_ns=house.counted_ns(), heard_ns=house.counted_ns())  # noqa: TID251
    ours = min(_seconds_of(house.now) for _ in range(5))
    machine = min(_seconds_of(lambda: datetime.now(UTC)) for _ in range(5))  # noqa: TID251
    assert ours < 20 * machine


def _seconds_of(read: object) -> float:
    assert callable(read)
    began = time.perf_counter()
    for _ in range(2000):
        read()
    return time.perf_counter() - began


@pytest_asyncio.fixture
async def off(database_url: str) -> AsyncIterator[tuple[Database, HouseClock, list[timedelta]]]:
    """A database opened by a process whose machine is an hour ahead; the list's last entry is by how much."""
    ahead = [HOUR]
    house = HouseClock(machine_ns=lambda: time.time_ns() + _ns(ahead[-1]))
    db = Database(database_url, size=2, clock=house)
    await db.open()
    yield db, house, ahead
    await db.close()


async def test_opening_a_database_sets_the_clock_by_it(
    off: tuple[Database, HouseClock, list[timedelta]], connection: object
) -> None:
    db, house, ahead = off
    ahead.append(-HOUR)
    async with db.statements() as tx:
        before = house.now()
        theirs = await tx.fetchval("SELECT clock_timestamp()")
        after = house.now()
    late = timedelta(milliseconds=50)  # half of what the first question and its answer took, at most
    assert before - late < theirs < after + late


async def test_a_machine_that_is_wrong_is_told_of_once_and_again_when_it_is_right(database_url: str) -> None:
    ahead = [timedelta(seconds=-90)]
    house = HouseClock(machine_ns=lambda: time.time_ns() + _ns(ahead[-1]))
    timekeeper = Timekeeper(house)
    db = Database(database_url, size=2)
    await db.open()
    try:
        with structlog.testing.capture_logs() as lines:
            async with db.statements() as tx:
                for now_ahead in (-90, -90, 30, 0, 0):
                    ahead.append(timedelta(seconds=now_ahead))
                    await timekeeper.ask(tx.connection)
    finally:
        await db.close()
    told = [(line["event"], line["log_level"], round(line.get("ahead_s", 0))) for line in lines]
    assert told == [
        ("machine_clock_wrong", "warning", -90),
        ("machine_clock_wrong", "warning", 30),
        ("machine_clock_right", "info", 0),
    ]


async def test_the_database_is_asked_again_and_again(database_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.platform.timekeeping.ASK_EVERY_S", 0.01)
    house = HouseClock()
    corrected: list[timedelta] = []
    correct = house.correct
    enough = asyncio.Event()

    def noted(theirs: datetime, *, asked_ns: int, heard_ns: int) -> timedelta:
        corrected.append(correct(theirs, asked_ns=asked_ns, heard_ns=heard_ns))
        if len(corrected) > 3:
            enough.set()
        return corrected[-1]

    monkeypatch.setattr(house, "correct", noted)
    db = Database(database_url, size=2, clock=house)
    await db.open()
    try:
        async with asyncio.timeout(10):
            await enough.wait()
    finally:
        await db.close()
