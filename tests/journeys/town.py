"""A small town for the journeys: a database, the carrier emulator, the web process and a worker, over real HTTP.

Everything listens on loopback; the carrier's telephones run many times as fast as real ones. Our own clock is never
touched: `later` moves what the database remembers into the past instead.
"""

import asyncio
import base64
import contextlib
import logging
import socket
from collections.abc import AsyncIterator, MutableMapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any
from uuid import UUID

import httpx2
import structlog
from pydantic import SecretStr

from app import wiring
from app.cli.running import WebServer
from app.contacts.moving import BEST_FIRST
from app.domain.permissions import Role
from app.lines.apply import apply_documents
from app.lines.reading import read_document
from app.main import build_app
from app.platform.clock import now
from app.platform.db import Database
from app.platform.problems import OUT_OF_REACH
from app.settings import Settings
from app.simulator.application import RunningEmulator, running_emulator, serving
from app.simulator.carrier import Carrier
from app.simulator.chaos import Knobs
from app.simulator.numbers import Number
from app.simulator.options import Options
from app.worker import work
from tests.journeys.accounts import PASSPHRASE, make_account
from tests.journeys.harbour import CALLER, CLOSED_NUMBER, LINE_FILE, LINE_NUMBER, NUMBERS
from tests.journeys.settled import ledger_gaps, unsettled
from tests.journeys.volunteer import Volunteer
from tests.journeys.waiting_for import until

KEY = base64.b64encode(bytes(range(32))).decode()
BEAT_S = 4.0

LogLine = MutableMapping[str, Any]


class Lines(logging.Handler):
    """Every line that anything logs while the town runs."""

    def __init__(self, ours: list[LogLine]) -> None:
        super().__init__(logging.WARNING)
        self.ours = ours
        self.others: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        """Keep a line of a library."""
        self.others.append(f"{record.levelname} {record.name} {record.getMessage()} {record.exc_info or ''}")

    def alarms(self) -> list[str]:
        """The lines that ask for a person."""
        ours = [str(line) for line in self.ours if line["log_level"] in ("error", "critical")]
        return ours + [line for line in self.others if not line.startswith("WARNING")]


@dataclass
class Town:
    """Everything that runs."""

    db: Database
    settings: Settings
    base_url: str
    emulator: RunningEmulator
    phone: httpx2.AsyncClient
    parts: wiring.Parts
    lines: Lines
    clients: list[httpx2.AsyncClient] = field(default_factory=list)
    volunteers: list[Volunteer] = field(default_factory=list)
    unheard: set[UUID] = field(default_factory=set)  # volunteers whose consoles beat no more
    provoked_problems: set[int] = field(default_factory=set)  # the carrier's error codes that a test brings about
    provoked_alarms: set[str] = field(default_factory=set)  # words of alarms that a test brings about
    web: "asyncio.Task[None] | None" = None  # the web process; a test may end it

    @property
    def carrier(self) -> Carrier:
        """The emulated carrier, to look into."""
        return self.emulator.carrier

    async def volunteer(
        self, login: str, *, pools: tuple[str, ...] = ("day",), role: Role = Role.VOLUNTEER, phone: str | None = None
    ) -> Volunteer:
        """An account in these pools, on shift now, signed in; perhaps with a telephone of her own."""
        sealer = self.parts.door.sealer
        person_id = await make_account(self.db, sealer, login, pools=pools, role=role, phone=phone)
        client = httpx2.AsyncClient(base_url=self.base_url, headers={"origin": self.base_url}, timeout=20)
        self.clients.append(client)
        answer = await client.post("/api/session", json={"login": login, "password": PASSPHRASE})
        assert answer.status_code == 200, answer.text
        volunteer = Volunteer(person_id, client, login)
        self.volunteers.append(volunteer)
        return volunteer

    async def call(self, *, to: str = LINE_NUMBER, caller: str | None = CALLER) -> str:
        """Somebody dials; the carrier's id of the call."""
        body = {"to": to, "from": caller or "anonymous", "anonymous": caller is None}
        answer = await self.phone.post("/emulator/calls", json=body)
        assert answer.status_code == 201, answer.text
        return str(answer.json()["sid"])

    async def look(self, sid: str, *words: str) -> Any:
        """What a telephone shows; with words, once one of them is true of it (app.simulator.call_view)."""
        params: dict[str, Any] = {"until": list(words), "timeout": 20} if words else {}
        shown = (await self.phone.get(f"/emulator/calls/{sid}", params=params, timeout=40)).json()
        assert not words or shown["waited_for"], f"{sid} never came to {words}: {shown}"
        return shown

    async def press(self, sid: str, digits: str) -> None:
        """The caller presses keys, once keys are asked for."""
        await self.look(sid, "gather:0")
        pressed = await self.phone.post(f"/emulator/calls/{sid}/digits", json={"digits": digits})
        assert pressed.status_code == 200, f"{sid} could not press {digits}: {pressed.text}"

    async def hang_up(self, sid: str) -> None:
        """Somebody hangs up."""
        await self.phone.post(f"/emulator/calls/{sid}/hangup")

    async def device(self, address: str, behaviour: str, **more: Any) -> None:
        """From now on a telephone or browser behaves so when it rings."""
        answer = await self.phone.post("/emulator/devices", json={"address": address, "behaviour": behaviour, **more})
        assert answer.status_code == 200, answer.text

    def telephones_run(self, time_scale: float) -> None:
        """From now on new calls run so many times as fast as real ones."""
        self.carrier.options = replace(self.carrier.options, time_scale=time_scale)

    async def leg_to(self, address: str) -> str:
        """Wait until the carrier rings or holds this telephone or browser; the newest such call's id."""

        async def there() -> str | None:
            live = [leg.call for leg in self.carrier.legs.values() if leg.call.to.partition("?")[0] == address]
            return live[-1].sid if live else None

        return str(await until(there, what=f"a call to {address}"))

    async def contact_of(self, sid: str) -> Any:
        """The contact behind a call."""
        async with self.db.reading() as tx:
            return await tx.fetchrow(
                "SELECT c.* FROM contact c JOIN leg l ON l.contact_id = c.id WHERE l.provider_call_id = $1", sid
            )

    async def ends_as(self, sid: str, reason: str, *, within_s: float = 30.0) -> Any:
        """Wait until the contact of a call has this terminal reason. What the carrier tells late may better one that
        was there before (a message's report after the call's end); nothing may worsen it, so any other fails."""
        seen: list[str] = []

        async def ended() -> Any:
            row = await self.contact_of(sid)
            found = None if row is None else row["terminal_reason"]
            if found and found not in seen:
                seen.append(found)
                assert reason not in BEST_FIRST[BEST_FIRST.index(found) + 1 :], (
                    f"{sid} ended as {seen}, not as {reason}"
                )
            return row if found == reason else None

        return await until(ended, what=f"{sid} ends as {reason}", within_s=within_s)

    async def state(self, sid: str, *states: str) -> Any:
        """Wait until the contact of a call is in one of these states."""

        async def there() -> Any:
            row = await self.contact_of(sid)
            return row if row is not None and row["state"] in states else None

        return await until(there, what=f"{sid} is {states}")

    async def heard(self, sid: str, text: str) -> None:
        """Wait until the caller has heard something with this in it."""
        await self.look(sid, f"says:{text}")

    async def rows(self, sql: str, *args: Any) -> list[Any]:
        """Rows of the database."""
        async with self.db.reading() as tx:
            return list(await tx.fetch(sql, *args))

    async def later(self, seconds: float) -> None:
        """Let `seconds` have gone by for every call, offer and timer."""
        async with self.db.transaction() as tx:
            for statement in _LATER:
                await tx.execute(statement, timedelta(seconds=seconds))
            tx.hint("timers")
            tx.hint("commands")

    async def everybody_hangs_up(self) -> None:
        """Every telephone is put down, the callers' first."""
        for leg in list(self.carrier.legs.values()):
            await self.hang_up(leg.call.sid)

    async def assert_settled(self, *, within_s: float = 20.0) -> None:
        """Everything comes to rest; nobody is lost, stuck or held twice; nothing went wrong that was not provoked."""
        await self.everybody_hangs_up()

        async def at_rest() -> bool:
            return not await unsettled(self.db, self.carrier)

        with contextlib.suppress(AssertionError):
            await until(at_rest, what="rest", within_s=within_s)
        assert await unsettled(self.db, self.carrier) == []
        assert await ledger_gaps(self.db, self.carrier) == []
        kept = [problem for problem in self.carrier.problems.kept if problem.code not in self.provoked_problems]
        assert kept == []
        assert self.carrier.background.failures == 0
        alarms = [line for line in self.lines.alarms() if not any(word in line for word in self.provoked_alarms)]
        assert alarms == []


_LATER = (
    """UPDATE contact SET offered_at = offered_at - $1::interval, enqueued_at = enqueued_at - $1::interval,
         stage_since = stage_since - $1::interval, queue_rank = queue_rank - $1::interval,
         answered_at = answered_at - $1::interval WHERE state <> 'closed'""",
    """UPDATE offer SET offered_at = offered_at - $1::interval, ring_until = ring_until - $1::interval,
         answered_at = answered_at - $1::interval, ended_at = ended_at - $1::interval""",
    "UPDATE leg SET started_at = started_at - $1::interval WHERE state <> 'ended'",
    "UPDATE timer SET due_at = due_at - $1::interval WHERE done_at IS NULL AND kind <> 'shift_end'",
)


@asynccontextmanager
async def running_town(
    database_url: str,
    *,
    knobs: Knobs | None = None,
    time_scale: float = 20.0,
    workers: int = 1,
    reconcile_every_s: int = 600,
    public_base_url: str | None = None,
) -> AsyncIterator[Town]:
    """Run everything for as long as the block lasts. `workers` 0: the test runs its own. `public_base_url`: how the
    outside is told to reach us, where that is not where we listen."""
    async with contextlib.AsyncExitStack() as stack:
        lines = Lines(stack.enter_context(structlog.testing.capture_logs()))
        logging.getLogger().addHandler(lines)
        stack.callback(logging.getLogger().removeHandler, lines)
        listener = stack.enter_context(socket.socket())
        listener.bind(("127.0.0.1", 0))
        listener.listen(512)
        base_url = f"http://127.0.0.1:{listener.getsockname()[1]}"
        options = Options(time_scale=time_scale)
        emulator = await stack.enter_async_context(running_emulator(numbers_of(base_url), options=options, knobs=knobs))
        public = public_base_url or base_url
        settings = settings_of(database_url, public, emulator.base_url, reconcile_every_s=reconcile_every_s)
        db = Database(database_url, size=6)
        await db.open()
        stack.push_async_callback(db.close)
        async with db.transaction() as tx:
            await apply_documents(tx, [read_document(LINE_FILE, "harbour.yaml")], now=now())
        parts = wiring.make_parts(settings, db)
        if parts.carrier is not None:
            stack.push_async_callback(parts.carrier.aclose)
        async with db.transaction() as tx:
            await parts.book.refresh(tx)
        web = asyncio.get_running_loop().create_task(
            WebServer(build_app(settings, database_url), listener).run_until_cancelled()
        )
        stack.push_async_callback(_stop, web)
        phone = httpx2.AsyncClient(base_url=emulator.base_url, timeout=20)
        town = Town(db, settings, base_url, emulator, phone, parts, lines, web=web)
        stack.push_async_callback(_close_clients, town)
        for job in (_consoles_beat(town), *(work(db, parts, wiring.timer_handlers(parts)) for _ in range(workers))):
            stack.push_async_callback(_stop, asyncio.get_running_loop().create_task(job))
        yield town


def numbers_of(base_url: str) -> list[Number]:
    """The account's numbers, all of them led to us; one of them is on no line."""
    voice, status = f"{base_url}/webhooks/twilio/voice", f"{base_url}/webhooks/twilio/status"
    return [Number(number, voice_url=voice, status_callback=status) for number in NUMBERS]


def settings_of(database_url: str, base_url: str, api_base_url: str, *, reconcile_every_s: int) -> Settings:
    """The settings of every process of the town."""
    return Settings(
        database_url=SecretStr(database_url),
        public_base_url=base_url,
        twilio_account_sid=Options().account_sid,
        twilio_auth_token=SecretStr(Options().auth_token),
        twilio_api_base_url=api_base_url,
        pseudonym_key=SecretStr(KEY),
        seal_key=SecretStr(KEY),
        demo=True,
        reconcile_every_s=reconcile_every_s,
        database_pool_size=8,
    )


async def _consoles_beat(town: Town) -> None:
    """Every open console beats, as a browser does."""
    while True:
        heard = [volunteer.person_id for volunteer in town.volunteers if volunteer.person_id not in town.unheard]
        with contextlib.suppress(*OUT_OF_REACH):  # a browser does not end because the service is away
            async with town.db.transaction() as tx:
                await tx.execute("UPDATE presence SET heartbeat_at = $2 WHERE person_id = ANY($1)", heard, now())
        await asyncio.sleep(BEAT_S)


async def _stop(task: "asyncio.Task[None]") -> None:
    """End a part of the town; one that has ended by itself says why."""
    if task.cancelled():
        return
    if task.done():
        task.result()
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


async def _close_clients(town: Town) -> None:
    for client in (*town.clients, town.phone):
        await client.aclose()


__all__ = [
    "CALLER",
    "CLOSED_NUMBER",
    "LINE_NUMBER",
    "PASSPHRASE",
    "Town",
    "Volunteer",
    "running_town",
    "serving",
    "until",
]
