"""Three hundred calls, fifty at once, while the carrier repeats, shuffles and delays, and workers are killed.

Issue "A caller is heard": the ledger is complete and true, nobody was bridged twice, nothing is left over.
"""

import asyncio
import random
from collections import Counter
from collections.abc import AsyncIterator, Collection, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import combinations
from pathlib import Path
from typing import Any, NamedTuple

import httpx2
import pytest

from app.domain.contact import TerminalReason
from app.platform.clock import fresh_id, now
from app.simulator.scripted_callers import CallerReport, Script, play_caller
from tests.journeys.accounts import make_account
from tests.journeys.city import City, running_city
from tests.journeys.console_volunteer import ConsoleVolunteer
from tests.journeys.lighthouse import CLOSED, LINE_FILE, MAIN, MESSAGES, NUMBERS, UNKNOWN
from tests.journeys.settled import HOUSEKEEPING, double_holds, still_moving
from tests.journeys.still_open import still_open, story_of
from tests.journeys.waiting_for import until

pytestmark = [pytest.mark.slow, pytest.mark.alone]

CALLS, AT_ONCE, RING_EVERY_S, KILL_EVERY_S = 300, 50, 0.05, 5.0
SPEED = 10.0
BLOCKED_CALLER = "+447700900999"
UNRULY = {"duplicate_percent": 25, "reorder_percent": 25, "delay_ms_min": 0, "delay_ms_max": 150, "seed": 300}
"""Of four callbacks one comes twice and one lets others overtake it, for as long as three seconds."""


@dataclass(frozen=True)
class Played:
    """Everything as it was when every telephone was down again."""

    reports: Sequence[CallerReport]
    heard: dict[str, list[dict[str, Any]]]
    conferences: list[dict[str, Any]]
    calls: dict[str, dict[str, Any]]
    legs_dialled: Counter[str]


async def test_p1_p3_three_hundred_calls_end_in_a_true_ledger_whatever_the_carrier_and_the_workers_do(
    database_url: str, tmp_path: Path
) -> None:
    async with running_city(database_url, tmp_path, line_file=LINE_FILE, numbers=NUMBERS, time_scale=SPEED) as city:
        await _block(city, BLOCKED_CALLER)
        async with _volunteers(city) as at_work:
            await city.set("chaos", UNRULY)
            async with _killing(city):
                reports = await _play(city)
            await _at_rest(city, at_work)
        played = await _look_back(city, reports)
        await _assert_the_ledger_is_true(city, played)
        await _assert_nobody_was_bridged_twice(city, played)
        await _assert_nobody_was_rung_for_nothing(city, played)
        assert await city.look("problems") == []
        assert (await city.look("state"))["task_failures"] == 0
    assert [line for process in city.processes for line in process.alarms()] == []
    assert [process.process.returncode for process in (city.serve, *city.workers) if process.process] == [0, 0, 0]


# The callers


def _scripts() -> list[Script]:
    """Three hundred callers, shuffled; the seconds here are real ones."""
    dice = random.Random(300)  # noqa: S311 a rehearsal's dice, not a secret

    def many(count: int, line: str, kind: str, **more: Any) -> list[Script]:
        return [_script(dice, line, kind, **more) for _ in range(count)]

    scripts = [
        *many(175, MAIN, "ordinary"),
        *many(6, MAIN, "anonymous", from_="anonymous"),
        *many(20, MAIN, "danger", keys=("1",)),
        *many(20, MAIN, "call_back", keys=("9", "9")),
        *[_script(dice, MAIN, "changed_mind", hang_up_after_s=dice.uniform(0, 1.5) * SPEED) for _ in range(25)],
        *[_script(dice, MAIN, "impatient", patience_s=dice.uniform(1, 3) * SPEED) for _ in range(15)],
        *many(15, MESSAGES, "messages"),
        *many(12, CLOSED, "closed"),
        *many(6, UNKNOWN, "unknown"),
        *many(6, MAIN, "blocked", from_=BLOCKED_CALLER),
    ]
    assert len(scripts) == CALLS
    dice.shuffle(scripts)
    return scripts


def _script(dice: random.Random, line: str, kind: str, **more: Any) -> Script:
    defaults = {
        "from_": f"+447700900{dice.randrange(900):03d}",
        "patience_s": dice.uniform(20, 40) * SPEED,
        "talk_s": dice.uniform(0.2, 3) * SPEED,
        "message_s": dice.uniform(0.5, 1.5) * SPEED,
    }
    return Script(line, kind=kind, **{**defaults, **more})


async def _play(city: City) -> list[CallerReport]:
    """Everybody calls, fifty at a time."""
    gate = asyncio.Semaphore(AT_ONCE)
    limits = httpx2.Limits(max_connections=None)
    async with httpx2.AsyncClient(base_url=city.phone_url, limits=limits, trust_env=False) as phones:

        async def live(script: Script) -> CallerReport:
            try:
                return await play_caller(phones, script, speed=SPEED)
            finally:
                gate.release()

        calls = []
        async with asyncio.TaskGroup() as group:
            for script in _scripts():
                await gate.acquire()
                calls.append(group.create_task(live(script)))
                await asyncio.sleep(RING_EVERY_S)
    return [call.result() for call in calls]


async def _block(city: City, number: str) -> None:
    person = await make_account(city.db, city.parts.door.sealer, "warden", pools=())
    token = city.parts.reception.pseudonymiser.subject_token(number)
    async with city.db.transaction() as tx:
        await tx.execute(
            """INSERT INTO block (id, subject_token, reason, created_by, created_at, expires_at)
               VALUES ($1, $2, 'abusive', $3, $4, $5)""",
            fresh_id(), token, person, now(), now() + timedelta(hours=1),
        )  # fmt: skip


# The volunteers


@asynccontextmanager
async def _volunteers(city: City) -> AsyncIterator[list[asyncio.Task[None]]]:
    """A crew that works until the block ends; whoever has stopped early is a failure."""
    crew = [f"v{n:02d}" for n in range(20)] + ["unreachable", "dropping", *(f"phone{n}" for n in range(3))]
    working = []
    for place, login in enumerate(crew):
        by_phone = login.startswith("phone")
        own = f"+4420794609{place:02d}" if by_phone else None
        person = await make_account(city.db, city.parts.door.sealer, login, pools=("day",), phone=own)
        await city.set("devices", {"address": own or f"client:{person.hex}", **_device(login)})
        dice = random.Random(login)  # noqa: S311
        volunteer = ConsoleVolunteer(city.web_url, login, dice, "phone" if by_phone else "browser")
        working.append(asyncio.ensure_future(volunteer.work()))
    try:
        yield working
    finally:
        for work in working:
            work.cancel()
        ends = await asyncio.gather(*working, return_exceptions=True)
    assert [end for end in ends if not isinstance(end, asyncio.CancelledError)] == []


def _device(login: str) -> dict[str, Any]:
    if login.startswith("phone"):
        return {"behaviour": "answer_and_press", "digits": "1"}
    if login == "unreachable":  # accepts, and is never heard
        return {"behaviour": "offline"}
    if login == "dropping":  # is cut off in the middle of a talk
        return {"behaviour": "answer", "hang_up_after_ms": int(1000 * SPEED)}
    return {"behaviour": "answer"}


# The faults


@asynccontextmanager
async def _killing(city: City) -> AsyncIterator[None]:
    """kill -9 for one of the workers every few seconds, which is then started again."""
    dice, over = random.Random(9), asyncio.Event()  # noqa: S311

    async def kill() -> None:
        while not over.is_set():
            victim = dice.choice(city.workers)
            await victim.kill()
            await victim.start()
            try:
                async with asyncio.timeout(KILL_EVERY_S):
                    await over.wait()
            except TimeoutError:
                continue

    async with asyncio.TaskGroup() as group:
        group.create_task(kill())
        try:
            yield
        finally:
            over.set()


# The end


async def _at_rest(city: City, at_work: Sequence[asyncio.Task[None]]) -> None:
    """Every call, contact, offer, timer and command comes to its end by itself."""

    async def moving() -> list[str]:
        state = await city.look("state")
        found = await still_moving(city.db, housekeeping=set(HOUSEKEEPING) - {"wrap_up", "volunteer_free"})
        if state["live"] or state["callbacks_under_way"]:
            found.append(f"at the carrier: {state}")
        async with city.db.reading() as tx:
            open_contacts = await tx.fetchval("SELECT count(*) FROM contact WHERE state <> 'closed'")
        return [*found, *([f"{open_contacts} contacts are open"] if open_contacts else [])]

    async def nothing() -> bool:
        assert not any(work.done() for work in at_work)
        return await moving() == []

    try:
        await until(nothing, what="rest", within_s=60)
    except AssertionError:
        async with city.db.reading() as tx:
            raise AssertionError("\n".join([*await moving(), await still_open(tx)])) from None


async def _look_back(city: City, reports: Sequence[CallerReport]) -> Played:
    calls = {call["sid"]: call for call in await city.look("calls")}
    heard = {report.sid: (await city.look(f"calls/{report.sid}"))["heard"] for report in reports}
    legs = {
        (request["url"].partition("/legs/")[2].partition("/")[0], request["sid"])
        for request in await city.look("requests", limit=50_000)
        if "/legs/" in request["url"] and calls.get(request["sid"], {}).get("direction") == "outbound-api"
    }
    return Played(reports, heard, await city.look("conferences"), calls, Counter(leg for leg, _ in legs))


async def _assert_the_ledger_is_true(city: City, played: Played) -> None:
    """Everybody is in it once, with the one reason that the caller would give, too."""
    async with city.db.reading() as tx:
        rows = await tx.fetch(
            """SELECT l.provider_call_id AS sid, c.state, c.terminal_reason, c.ended_at, c.closed_at
               FROM leg l JOIN contact c ON c.id = l.contact_id WHERE l.role = 'caller'"""
        )
        arrived = await tx.fetch("SELECT provider_call_id FROM ledger WHERE kind = 'call.arrived'")
        offered = await tx.fetchval("SELECT count(*) FROM contact")
    assert len(played.reports) == len({report.sid for report in played.reports}) == len(rows) == offered == CALLS
    assert Counter(row["provider_call_id"] for row in arrived) == Counter(report.sid for report in played.reports)
    assert [dict(row) for row in rows if row["state"] != "closed" or not row["closed_at"] or not row["ended_at"]] == []
    reasons = {row["sid"]: row["terminal_reason"] for row in rows}
    lived = {report.sid: _lived(report, played.heard[report.sid]) for report in played.reports}
    untrue = {sid: (reasons[sid], lived[sid]) for sid in reasons if reasons[sid] != lived[sid]}
    assert untrue == {}, await _story(city, played, untrue)
    sums = Counter(reasons.values())
    assert sum(sums[reason.value] for reason in TerminalReason) == CALLS
    assert {reason.value for reason in TerminalReason} == set(sums), "each way that a call can end has been taken"
    assert sums["answered"] > 100, sums


async def _story(city: City, played: Played, sids: Collection[str]) -> str:
    """What we and the callers know of these calls."""
    said = []
    async with city.db.reading() as tx:
        rows = await tx.fetch(
            "SELECT contact_id, provider_call_id AS sid FROM leg WHERE provider_call_id = ANY($1)", list(sids)
        )
        for row in rows:
            said += [await story_of(tx, [row["contact_id"]]), f"  heard {played.heard.get(row['sid'])}"]
    return "\n".join(said)


def _lived(report: CallerReport, heard: Sequence[dict[str, Any]]) -> str:
    """What the caller would say became of the call."""
    sounds = {item["kind"] for item in heard}
    if "talk" in sounds:
        return "answered"
    if "recording" in sounds:
        return "voicemail"
    if any("记下了" in item["text"] for item in heard):
        return "callback"
    return {"closed": "closed_hours", "blocked": "blocked", "unknown": "failed"}.get(report.kind, "abandoned")


async def _assert_nobody_was_bridged_twice(city: City, played: Played) -> None:
    """No caller ever had two volunteers, no volunteer two callers: by the carrier's own record of who was where.

    A volunteer whom the caller has left, and whose own call is about to be hung up, is bridged with nobody.
    """
    by_caller: dict[str, list[Span]] = {}
    by_volunteer: dict[str, list[Span]] = {}
    for room in played.conferences:
        callers = [_span(stay) for stay in room["stays"] if stay["label"] == "caller"]
        for stay in room["stays"]:
            if stay["label"].startswith("v-"):
                by_caller.setdefault(room["name"], []).append(_span(stay))
                address = played.calls[stay["call"]]["to"].partition("?")[0]
                by_volunteer.setdefault(address, []).extend(_both(callers, _span(stay)))
    assert len(by_caller) > 100
    assert sum(len(talks) for talks in by_volunteer.values()) > 100
    twice = [pair for spans in (*by_caller.values(), *by_volunteer.values()) for pair in _at_once(spans)]
    assert twice == [], f"{twice} {await _story(city, played, [span.call for pair in twice for span in pair])}"
    assert await double_holds(city.db) == []


class Span(NamedTuple):
    """From when to when a call was in a conference."""

    call: str
    begins: datetime
    ends: datetime


def _span(stay: dict[str, Any]) -> Span:
    return Span(stay["call"], datetime.fromisoformat(stay["joined_at"]), datetime.fromisoformat(stay["left_at"]))


def _both(callers: Sequence[Span], hers: Span) -> list[Span]:
    """When she was in it with the caller."""
    both = [Span(hers.call, max(one.begins, hers.begins), min(one.ends, hers.ends)) for one in callers]
    return [span for span in both if span.begins < span.ends]


def _at_once(spans: Sequence[Span]) -> list[tuple[Span, Span]]:
    pairs = combinations(spans, 2)
    return [(one, two) for one, two in pairs if max(one.begins, two.begins) < min(one.ends, two.ends)]


async def _assert_nobody_was_rung_for_nothing(city: City, played: Played) -> None:
    """Each call that we placed is one leg: an offer that rings a telephone, or one that was accepted in a browser."""
    async with city.db.reading() as tx:
        wanted = await tx.fetch(
            """SELECT l.id::text AS leg_id, l.provider_call_id AS sid FROM leg l JOIN offer o ON o.leg_id = l.id
               WHERE l.role = 'volunteer' AND (o.reach = 'phone' OR o.answered_at IS NOT NULL)"""
        )
    placed = {sid for sid, call in played.calls.items() if call["direction"] != "inbound"}
    assert placed == {row["sid"] for row in wanted if row["sid"]}
    assert set(played.legs_dialled) <= {row["leg_id"] for row in wanted}
    assert {leg: times for leg, times in played.legs_dialled.items() if times > 1} == {}
