"""A night drawn from the field's figures (field.md section 5): who calls when, how patient, how long, and how it went.

What the field has published is marked so; patience, the share of anonymous callers and the length of silent calls have
no published figure and are assumptions, named as such.
"""

import asyncio
import math
import random
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

import httpx2

from app.simulator.scripted_callers import CallerReport, Outcome, Script, play_caller

# Share of a day's calls by hour: 60 % between 18 and 06, trough 05 to 09 (published); the shape inside is ours.
BEFORE_NOON = (5.5, 4.5, 3.5, 2.5, 2.0, 1.0, 1.0, 1.2, 1.8, 3.2, 4.0, 4.0)
AFTER_NOON = (3.8, 4.0, 4.5, 4.5, 4.0, 4.0, 5.5, 7.0, 8.0, 8.0, 7.0, 5.5)
BY_HOUR = (*BEFORE_NOON, *AFTER_NOON)
MEAN_TALK_S = 15 * 60.0  # published, lognormal with a coefficient of variation of 1
MEAN_HIGH_RISK_S = 45 * 60.0  # published
LONGEST_S = 90 * 60.0  # published
SILENT_ADULT, SILENT_YOUTH = 0.15, 0.40  # published: silent or prank calls
HIGH_RISK = 0.08  # published
REPEATERS, REPEAT_CALLS = 0.03, 0.60  # published: 3 % of callers make 60 % of calls
ASSUMED_MEAN_PATIENCE_S = 180.0
ASSUMED_ANONYMOUS = 0.05
ASSUMED_SILENT_S = 60.0
ASSUMED_PRESS_ONE = 0.5  # of high-risk callers, where a menu offers it
SIGMA = math.sqrt(math.log(2))  # a coefficient of variation of 1


@dataclass(frozen=True, slots=True)
class NightLine:
    """A line to call: its number, its calls a day, and whether young people call it (more silent calls)."""

    number: str
    daily_volume: float = 30.0
    youth: bool = False


@dataclass(frozen=True, slots=True)
class PlannedCall:
    """A call of the night, `at_s` story seconds after its beginning."""

    at_s: float
    script: Script


@dataclass(frozen=True, slots=True)
class Progress:
    """How far the night is."""

    planned: int
    placed: int
    live: int
    done: int
    story_s: float


@dataclass(frozen=True, slots=True)
class NightSummary:
    """The night as the callers lived it."""

    seed: int
    reports: tuple[CallerReport, ...]

    @property
    def outcomes(self) -> dict[str, int]:
        """Calls by outcome; together they are all the calls of the night."""
        return dict(Counter(report.outcome.value for report in self.reports))

    def by_line(self) -> dict[str, dict[str, int]]:
        """Calls by line and outcome."""
        lines = sorted({report.line for report in self.reports})
        return {line: replace(self, reports=self._of(line)).outcomes for line in lines}

    def _of(self, line: str) -> tuple[CallerReport, ...]:
        return tuple(report for report in self.reports if report.line == line)

    def longest_silence_s(self) -> float:
        """The longest time any caller heard nothing, in line seconds."""
        return max((report.silence_s for report in self.reports), default=0.0)

    def mean_wait_s(self) -> float:
        """The mean time to a person of those who reached one, in story seconds; 0 when nobody did."""
        waits = [report.waited_s for report in self.reports if report.outcome is Outcome.TALKED]
        return sum(waits) / len(waits) if waits else 0.0


def plan_night(
    lines: Iterable[NightLine], *, hours: float, seed: int, start_hour: int = 18, surge: float = 1.0
) -> list[PlannedCall]:
    """Draw the calls of a night that begins at `start_hour` and lasts `hours`; `surge` multiplies the volume (exam
    season 1.5 to 2, shock 3). The same seed draws the same night."""
    dice = random.Random(seed)  # noqa: S311 a rehearsal's dice, not a secret
    calls = []
    for line in lines:
        volume = line.daily_volume * surge
        callers = _callers(dice, volume * hours / 24)
        calls += [
            PlannedCall(at_s, _script(dice, line, callers)) for at_s in _arrivals(dice, volume, hours, start_hour)
        ]
    return sorted(calls, key=lambda call: call.at_s)


def _arrivals(dice: random.Random, daily_volume: float, hours: float, start_hour: int) -> list[float]:
    """Arrival times: a Poisson process whose rate changes with the hour, thinned from its busiest rate."""
    busiest = daily_volume * max(BY_HOUR) / 100 / 3600
    found, at_s = [], 0.0
    while busiest > 0:
        at_s += dice.expovariate(busiest)
        if at_s >= hours * 3600:
            break
        share = BY_HOUR[int(start_hour + at_s // 3600) % 24]
        if dice.random() < share / max(BY_HOUR):
            found.append(at_s)
    return found


def _callers(dice: random.Random, expected: float) -> tuple[list[str], list[str]]:
    """(those who call again and again, the others), out of the numbers reserved for fiction."""
    numbers = [f"+447700900{tail:03}" for tail in range(1000)]
    dice.shuffle(numbers)
    often = max(1, round(expected * REPEATERS))
    return numbers[:often], numbers[often:]


def _script(dice: random.Random, line: NightLine, callers: tuple[list[str], list[str]]) -> Script:
    often, others = callers
    from_ = dice.choice(often if dice.random() < REPEAT_CALLS else others)
    if dice.random() < ASSUMED_ANONYMOUS:
        from_ = "anonymous"
    draw = dice.random()
    silent = SILENT_YOUTH if line.youth else SILENT_ADULT
    patience_s = dice.expovariate(1 / ASSUMED_MEAN_PATIENCE_S) + 10
    if draw < silent:
        kind, mean_s = "silent", ASSUMED_SILENT_S
    elif draw < silent + HIGH_RISK:
        kind, mean_s = "high_risk", MEAN_HIGH_RISK_S
    else:
        kind, mean_s = "counselling", MEAN_TALK_S
    talk_s = min(dice.lognormvariate(math.log(mean_s) - SIGMA**2 / 2, SIGMA), LONGEST_S)
    presses = kind == "high_risk" and dice.random() < ASSUMED_PRESS_ONE
    return Script(line.number, from_, kind, patience_s, talk_s, ("1",) if presses else ())


async def play_night(
    emulator_base_url: str,
    lines: Sequence[NightLine],
    *,
    hours: float = 12.0,
    speed: float = 60.0,
    seed: int = 1,
    start_hour: int = 18,
    surge: float = 1.0,
    on_progress: Callable[[Progress], None] | None = None,
) -> NightSummary:
    """Draw a night and place its calls, `speed` story seconds a real second, until the last caller has gone."""
    calls = plan_night(lines, hours=hours, seed=seed, start_hour=start_hour, surge=surge)
    return await play_calls(emulator_base_url, calls, speed=speed, seed=seed, on_progress=on_progress)


async def play_calls(
    emulator_base_url: str,
    calls: Sequence[PlannedCall],
    *,
    speed: float,
    seed: int = 0,
    on_progress: Callable[[Progress], None] | None = None,
) -> NightSummary:
    """Place calls at their times and collect what every caller reports, in the order of the plan."""
    reports: dict[int, CallerReport] = {}
    placed = 0
    began = asyncio.get_running_loop().time()

    def tell() -> None:
        if on_progress is not None:
            story_s = (asyncio.get_running_loop().time() - began) * speed
            on_progress(Progress(len(calls), placed, placed - len(reports), len(reports), story_s))

    limits = httpx2.Limits(max_connections=None, max_keepalive_connections=100)
    async with httpx2.AsyncClient(base_url=emulator_base_url, limits=limits, trust_env=False) as client:

        async def live(place: int, script: Script) -> None:
            try:
                reports[place] = await play_caller(client, script, speed=speed)
            except httpx2.HTTPError:
                reports[place] = CallerReport("", script.line, script.kind, Outcome.NOT_PLACED, 0, 0, "", 0)
            tell()

        async with asyncio.TaskGroup() as group:
            for place, call in enumerate(calls):
                await asyncio.sleep(began + call.at_s / speed - asyncio.get_running_loop().time())
                placed += 1
                group.create_task(live(place, call.script))
                tell()
    return NightSummary(seed, tuple(reports[place] for place in sorted(reports)))
