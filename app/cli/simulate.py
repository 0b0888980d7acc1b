"""`app simulate night`: callers and volunteers play a scripted night on a demonstration, and the ledger is added up."""

import asyncio
import random
import sys
from argparse import ArgumentParser, Namespace, _SubParsersAction
from collections.abc import Mapping, Sequence
from dataclasses import replace

import httpx2

from app.cli.addresses import at_this_address
from app.cli.database import command_database
from app.cli.demonstration import Demonstration, demonstration
from app.cli.failures import CommandFailed
from app.cli.ledger_summary import LedgerSummary, in_words, ledger_of
from app.cli.run import PHONE_PORT_ABOVE
from app.cli.running import until_signalled
from app.cli.seed import PASSPHRASE, PEOPLE
from app.domain.permissions import Role
from app.lines import queries
from app.platform.db import Database
from app.settings import read_settings
from app.simulator.night import NightLine, NightSummary, PlannedCall, Progress, plan_night, play_calls
from app.simulator.scripted_volunteers import ScriptedVolunteer

CLOSE_WITHIN_S = 150.0  # a lost callback is found by the reconciler, which comes once a minute
NEEDED_S = 3.0  # real seconds from a ring to audio joined, which no story makes shorter
YOUTH = ("青少年", "12355", "8585")
SCENARIOS = {"night": (18, 12.0), "day": (0, 24.0), "weekend": (0, 48.0)}
"""The hour a scenario begins at, and how many hours it lasts."""


def add_parser(subparsers: "_SubParsersAction[ArgumentParser]") -> None:
    """Declare the command."""
    parser = subparsers.add_parser("simulate", help="play a scripted night and sum up its ledger")
    parser.add_argument("scenario", choices=list(SCENARIOS), help="arrivals, patience and talks are as in the field")
    parser.add_argument("--hours", type=float, help="how long it lasts (a night 12, a day 24, a weekend 48)")
    parser.add_argument("--start-hour", type=int, metavar="H", help="the hour it begins at (a night 18, others 0)")
    parser.add_argument("--speed", type=float, default=60.0, help="story seconds in a real one (60); 1 is real time")
    parser.add_argument("--calls-a-day", type=float, default=30.0, metavar="N", help="calls a day on every line (30)")
    parser.add_argument("--surge", type=float, default=1.0, help="times the usual volume (1); exam season 2, a shock 3")
    parser.add_argument("--seed", type=int, default=1, help="the same seed draws the same night (1)")
    parser.add_argument(
        "--line", action="append", default=[], metavar="TEXT", help="only lines with this in their name or id"
    )
    parser.add_argument("--volunteers", type=int, default=99, metavar="N", help="how many volunteers work (all)")
    parser.add_argument("--phone-port", type=int, metavar="PORT", help="the demo phone's; HOTLINE_PORT + 10")
    parser.set_defaults(func=run)


async def run(args: Namespace) -> int:
    """0: the ledger closes and nobody is missing; 1: it does not."""
    return await until_signalled(_run(args))


async def _run(args: Namespace) -> int:
    settings = at_this_address(read_settings())
    phone_port = args.phone_port or settings.port + PHONE_PORT_ABOVE
    async with (
        demonstration(settings, phone_port=phone_port, time_scale=args.speed) as place,
        command_database(settings) as db,
    ):
        return await _play(args, place, db)


async def _play(args: Namespace, place: Demonstration, db: Database) -> int:
    lines = await _lines(place, db, args)
    if not place.ours and place.time_scale != args.speed:
        print(
            f"The demonstration's announcements run at {place.time_scale:g}×, its callers at {args.speed:g}×: they "
            "lose patience sooner. Stop it, and this command starts one that fits.",
            file=sys.stderr,
        )
    volunteers = _volunteers(place, args)
    working = [asyncio.ensure_future(volunteer.work()) for volunteer in volunteers]
    try:
        night = await play_calls(
            place.phone_url, _planned(lines, args), speed=args.speed, seed=args.seed, on_progress=_Teller()
        )
        summary = await _closed(db, night)
    finally:
        for work in working:
            work.cancel()
        ends = await asyncio.gather(*working, return_exceptions=True)
    for volunteer, end in zip(volunteers, ends, strict=True):
        if isinstance(end, Exception):
            print(f"{volunteer.login} stopped working: {end!r}", file=sys.stderr)
    print(_night_in_words(night, volunteers))
    if not summary.closes:
        for volunteer in volunteers:
            if volunteer.refusals:
                told = ", ".join(f"{why} {times} times" for why, times in sorted(volunteer.refusals.items()))
                print(f"{volunteer.login} was refused: {told}", file=sys.stderr)
    print(in_words(summary))
    return 0 if summary.closes else 1


async def _lines(place: Demonstration, db: Database, args: Namespace) -> list[NightLine]:
    async with db.reading() as tx:
        ids = {row.number: row.line_id for row in await queries.numbers(tx)}
    async with httpx2.AsyncClient(timeout=10, trust_env=False) as client:
        numbers = (await client.get(f"{place.phone_url}/emulator/numbers")).raise_for_status().json()
    wanted = [number for number in numbers if not args.line or any(text in _names(number, ids) for text in args.line)]
    if not wanted:
        raise CommandFailed(
            f"No line has {' or '.join(args.line)} in its name." if args.line else "There are no lines."
        )
    return [
        NightLine(number["number"], args.calls_a_day, youth=any(sign in number["label_zh"] for sign in YOUTH))
        for number in wanted
    ]


def _names(number: dict[str, str], ids: Mapping[str, str]) -> str:
    return f"{number['label_zh']} {number['label_en']} {ids.get(number['number'], '')}"


def _planned(lines: Sequence[NightLine], args: Namespace) -> list[PlannedCall]:
    """The night's calls. A sped-up one leaves the callers the seconds that the service and the machine really need."""
    start_hour, hours = SCENARIOS[args.scenario]
    calls = plan_night(
        lines,
        hours=hours if args.hours is None else args.hours,
        seed=args.seed,
        start_hour=start_hour if args.start_hour is None else args.start_hour,
        surge=args.surge,
    )
    needed_s = NEEDED_S * (args.speed - 1)
    return [replace(call, script=replace(call.script, patience_s=call.script.patience_s + needed_s)) for call in calls]


def _volunteers(place: Demonstration, args: Namespace) -> list[ScriptedVolunteer]:
    logins = [person.login for person in PEOPLE if person.role is Role.VOLUNTEER]
    return [
        ScriptedVolunteer(place.web_url, login, PASSPHRASE, args.speed, random.Random(f"{args.seed}{login}"))  # noqa: S311 a rehearsal's dice
        for login in logins[: args.volunteers]
    ]


async def _closed(db: Database, night: NightSummary) -> LedgerSummary:
    """The ledger once every contact has closed, or after CLOSE_WITHIN_S as it is then."""
    deadline = asyncio.get_running_loop().time() + CLOSE_WITHIN_S
    placed = [report.sid for report in night.reports if report.sid]
    while True:
        async with db.reading() as tx:
            summary = await ledger_of(tx, placed)
        if summary.closes or asyncio.get_running_loop().time() > deadline:
            return summary
        await asyncio.sleep(0.5)


class _Teller:
    """Says how far the night is: on a terminal in one line, else now and then."""

    def __init__(self) -> None:
        self._said = -1

    def __call__(self, progress: Progress) -> None:
        tenth = 10 * progress.done // max(1, progress.planned)
        if sys.stdout.isatty():
            print(f"\r{_told(progress)}", end="\n" if progress.done == progress.planned else "", flush=True)
        elif tenth != self._said:
            self._said = tenth
            print(_told(progress), flush=True)


def _told(progress: Progress) -> str:
    hours, minutes = divmod(int(progress.story_s) // 60, 60)
    return f"{hours:02}:{minutes:02}  {progress.placed} of {progress.planned} called, {progress.live} on the line  "


def _night_in_words(night: NightSummary, volunteers: Sequence[ScriptedVolunteer]) -> str:
    lived = ", ".join(f"{count} {outcome.replace('_', ' ')}" for outcome, count in sorted(night.outcomes.items()))
    answered = sum(volunteer.answered for volunteer in volunteers)
    return (
        f"\nThe callers ({len(night.reports)}): {lived}; mean wait of those who talked {night.mean_wait_s():.0f} s.\n"
        f"The volunteers ({len(volunteers)}): {answered} offers taken."
    )
