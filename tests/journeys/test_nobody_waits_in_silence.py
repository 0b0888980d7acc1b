"""P2, measured: at no step does a caller hear nothing for longer than LONGEST_SILENCE_S.

Where the figure comes from: our own webhooks give up after 4.5 s (app/carriers/twilio/gate.py), so that the carrier has
something else to play before five; and the longest a question waits for a key, where a line's file does not say
otherwise, is below it too. Callers take a quiet line for a dead one (cwa-hotline#1). The carrier emulator keeps what
each telephone hears, and for how long nothing (app/simulator/ear.py); these are its figures, in seconds of the line.
"""

import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import asyncpg
import pytest
import pytest_asyncio
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from app.simulator.application import serving
from tests.journeys.harbour import CALLER, CLOSED_NUMBER, HOSPITAL, LINE_NUMBER, QUAY_NUMBER
from tests.journeys.own_line import open_line
from tests.journeys.town import Town, running_town
from tests.journeys.volunteer import Volunteer
from tests.journeys.waiting_for import until

LONGEST_SILENCE_S = 5.0
FALLBACK = Path("deploy/twilio/fallback.xml")
BACKUP_LINE, SECOND_BACKUP_LINE = "+442079460199", "+442079460198"


@pytest_asyncio.fixture
async def town(database_url: str) -> AsyncIterator[Town]:
    """Telephones ten times as fast: fast enough to walk through a call, slow enough to measure seconds."""
    async with running_town(database_url, time_scale=10.0) as running:
        yield running
        await running.assert_settled()


async def _ready(town: Town, login: str, **more: Any) -> Volunteer:
    volunteer = await town.volunteer(login, **more)
    await volunteer.ready()
    return volunteer


async def _was_never_silent(town: Town, sid: str, where: str) -> None:
    """Nothing so far was longer than allowed; what was heard around it is told if it was."""
    shown = await town.look(sid)
    heard = [(one["kind"], one["text"][:20], one["seconds"]) for one in shown["heard"][-8:]]
    assert shown["silence"]["longest_s"] <= LONGEST_SILENCE_S, f"{where}: {shown['silence']} after {heard}"


async def _says_times(town: Town, sid: str, kind: str, times: int) -> None:
    async def so_often() -> bool:
        return sum(one["kind"] == kind for one in (await town.look(sid))["heard"]) >= times

    await until(so_often, what=f"{sid} has heard {kind} {times} times", within_s=60.0)


async def _sounds_heard(town: Town, sid: str, more: int) -> None:
    """Wait until so many more sounds have begun on this line."""
    before = (await town.look(sid))["heard_count"]

    async def heard() -> bool:
        return int((await town.look(sid))["heard_count"]) >= before + more

    await until(heard, what=f"{more} more sounds", within_s=60.0)


async def test_p2_from_the_greeting_to_the_end_of_a_talk_with_hold_and_transfers_nobody_hears_nothing(
    town: Town,
) -> None:
    reed = await _ready(town, "reed")
    busy = await town.call(caller="+447700900124")
    await reed.answer()
    sid = await town.call()
    await _was_never_silent(town, sid, "greeting")
    await town.look(sid, "conference")
    await _was_never_silent(town, sid, "menu, no key pressed")
    await _sounds_heard(town, sid, 6)  # a word, music, a word …
    await _was_never_silent(town, sid, "waiting")
    await town.hang_up(busy)
    await reed.wrap_up()
    contact = await reed.answer()
    await town.look(sid, "talk")
    await _was_never_silent(town, sid, "connecting")
    await reed.post(f"/api/contacts/{contact['id']}/hold", {"on": True})
    await _sounds_heard(town, sid, 5)
    await _was_never_silent(town, sid, "on hold")
    await reed.post(f"/api/contacts/{contact['id']}/hold", {"on": False})
    await town.look(sid, "talk")
    wren = await _ready(town, "wren")
    await reed.transfer(contact, "warm", "person", wren.person_id)
    await wren.accept()
    await _sounds_heard(town, sid, 2)
    await _was_never_silent(town, sid, "held for a warm transfer")
    await _joined(reed)
    await reed.post(f"/api/contacts/{contact['id']}/transfer/complete")
    await town.look(sid, "talk")
    await _was_never_silent(town, sid, "after a warm transfer")
    await wren.transfer(contact, "cold", "pool", "night")
    await _sounds_heard(town, sid, 3)
    await _was_never_silent(town, sid, "waiting after a cold transfer")
    await reed.wrap_up()
    await reed.answer()
    await town.look(sid, "talk")
    await reed.post(f"/api/contacts/{contact['id']}/hang-up")
    await town.look(sid, "over")
    await _was_never_silent(town, sid, "goodbye")
    await town.ends_as(sid, "answered")


async def _joined(volunteer: Volunteer) -> None:
    async def there() -> bool:
        contact = (await volunteer.desk())["contact"]
        return bool(contact["transfer"] and contact["transfer"]["state"] == "joined")

    await until(there, what="the colleague has joined")


async def test_p2_when_a_talk_breaks_off_the_caller_is_told_and_waits_with_sound(town: Town) -> None:
    reed = await _ready(town, "reed")
    sid = await town.call()
    await reed.answer()
    await town.hang_up(await town.leg_to(reed.softphone))
    await town.look(sid, "conference")
    wren = await town.volunteer("wren")  # nobody is there for a while: she comes on shift only now
    await _sounds_heard(town, sid, 2)
    await _was_never_silent(town, sid, "left alone")
    await wren.ready()
    if (await town.contact_of(sid))["state"] != "diverted":
        await wren.answer()
        await town.look(sid, "talk")
        await _was_never_silent(town, sid, "taken back")
    await town.hang_up(sid)
    await _was_never_silent(town, sid, "to the end")


async def test_p2_an_accepted_call_whose_audio_never_joins_leaves_the_caller_with_sound(town: Town) -> None:
    mute, wren = await _ready(town, "mute"), await town.volunteer("wren")
    await town.device(mute.softphone, "by_hand")
    sid = await town.call()
    await mute.accept()
    await wren.ready()
    await town.look(sid, "conference")
    await _was_never_silent(town, sid, "during the lease")
    await wren.answer()
    await town.look(sid, "talk")
    await _was_never_silent(town, sid, "after the lapsed lease")


@pytest.mark.parametrize("number", [LINE_NUMBER, QUAY_NUMBER, CLOSED_NUMBER], ids=["voicemail", "outside", "closed"])
async def test_p2_every_way_on_is_heard_to_its_end(town: Town, number: str) -> None:
    """Nobody is on shift, or the line is closed: voicemail; a busy outside number, then a call-back; a message."""
    await town.device(HOSPITAL, "busy")
    sid = await town.call(to=number)
    if number == LINE_NUMBER:
        await town.look(sid, "recording")
        assert (await town.phone.post(f"/emulator/calls/{sid}/digits", json={"digits": "#"})).status_code == 200
    await town.look(sid, "over")
    await _was_never_silent(town, sid, "a way on")


async def test_p2_whoever_is_called_back_and_hesitates_is_asked_twice_and_not_left_in_silence(town: Town) -> None:
    reed = await _ready(town, "reed")
    menu = 'menu: {say: {zh: "回电请按9。", en: "Press 9."}, danger: null}'
    queue = "ring_seconds: 15, choice_every_s: 30"
    number = await open_line(town, reed, pools="[{pool: day}]", menu=menu, queue=queue)
    busy = await town.call(caller="+447700900124")
    await reed.answer()
    sid = await town.call(to=number)
    await town.press(sid, "9")
    await _asked_again(town, sid, 1)
    await town.press(sid, "9")
    await town.look(sid, "over")
    await _was_never_silent(town, sid, "promised a call-back")
    origin = await town.ends_as(sid, "callback")
    await town.hang_up(busy)
    await reed.wrap_up()
    await town.device(CALLER, "answer")  # picks up, and presses nothing
    await reed.post(f"/api/call-backs/{origin['id']}/dial", {"version": 1})
    back = await town.leg_to(CALLER)
    await _asked_again(town, back, 1)
    await town.press(back, "1")
    await reed.talking()
    await town.look(back, "talk")
    await _was_never_silent(town, back, "called back")
    await town.hang_up(back)


async def _asked_again(town: Town, sid: str, more_than: int) -> None:
    await town.look(sid, f"gather:{more_than}")


# --- Our side dies ---------------------------------------------------------------------------------------------------


@asynccontextmanager
async def _fallback_elsewhere(town: Town) -> AsyncIterator[None]:
    """The fallback document is hosted away from us, as deploy/twilio/README.md says, and every number knows it."""
    document = FALLBACK.read_text().replace("https://hotline.example.org", town.base_url)
    document = document.replace("+442079460100", LINE_NUMBER)  # a caller id of this account

    async def elsewhere(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            await Response(document, media_type="text/xml")(scope, receive, send)
        else:
            await _lifespan(receive, send)

    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{listener.getsockname()[1]}/fallback.xml"
        numbers = (await town.phone.get("/emulator/numbers")).json()
        await town.phone.post("/emulator/numbers", json=[{**number, "fallback_url": url} for number in numbers])
        async with serving(elsewhere, listener):
            yield


async def _lifespan(receive: Receive, send: Send) -> None:
    while (await receive())["type"] == "lifespan.startup":
        await send({"type": "lifespan.startup.complete"})
    await send({"type": "lifespan.shutdown.complete"})


@asynccontextmanager
async def _database_that_hangs(town: Town) -> AsyncIterator[None]:
    """Nobody gets at contacts: every webhook runs into its deadline and answers 503."""
    connection = await asyncpg.connect(town.db.url)
    try:
        async with connection.transaction():
            await connection.execute("LOCK TABLE contact IN ACCESS EXCLUSIVE MODE")
            yield
    finally:
        await connection.close()


@pytest.mark.parametrize("when", ["arriving", "pressing a key"])
async def test_p2_when_our_side_fails_the_fallback_speaks_and_reaches_a_backup_line(
    database_url: str, when: str
) -> None:
    async with running_town(database_url, time_scale=10.0) as town, _fallback_elsewhere(town):
        await town.device(BACKUP_LINE, "answer")
        await _ready(town, "reed")
        if when == "arriving":
            async with _database_that_hangs(town):
                sid = await town.call()
                await town.look(sid, "talk")
        else:
            sid = await town.call()
            await town.look(sid, "gather:0")
            async with _database_that_hangs(town):
                await town.press(sid, "1")
                await town.heard(sid, "我们的系统暂时出了故障")
                await town.look(sid, "talk")
        await town.heard(sid, "正在为您转接备用线路")
        await _was_never_silent(town, sid, f"failing while {when}")
        assert [leg.call.to for leg in town.carrier.legs.values() if leg.call.parent_sid == sid] == [BACKUP_LINE]
        assert "webhook_failed" in {line["event"] for line in town.lines.ours}
        await town.everybody_hangs_up()


async def test_p2_when_the_web_process_dies_whoever_waits_is_led_to_the_backup_lines(database_url: str) -> None:
    """Nothing of ours answers any more: the wait sound fails, the call falls out of its bridge, the fallback speaks."""
    async with running_town(database_url, time_scale=10.0, workers=0) as town, _fallback_elsewhere(town):
        await town.device(BACKUP_LINE, "busy")
        await town.device(SECOND_BACKUP_LINE, "answer")
        reed = await _ready(town, "reed")
        busy = await town.call(caller="+447700900124")
        await reed.accept()
        sid = await town.call()
        await town.look(sid, "conference")
        await _sounds_heard(town, sid, 3)
        assert town.web is not None
        town.web.cancel()
        await town.heard(sid, "正在为您转接备用线路")
        await town.heard(sid, "再为您试另一条线路")
        await town.look(sid, "talk")
        await _was_never_silent(town, sid, "the web process is gone")
        await town.hang_up(busy)
        await town.everybody_hangs_up()
