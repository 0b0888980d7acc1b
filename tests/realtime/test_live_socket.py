"""The console's socket, over real HTTP: a snapshot, then what changes, and nothing that is not theirs."""

import asyncio
from datetime import timedelta
from uuid import UUID

import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed, InvalidStatus

from app.people.sessions import revoke_sessions
from app.platform.changes import record_change
from app.platform.clock import fresh_id, now
from app.roster.going import go_ready
from app.roster.membership import join_pool
from app.roster.notices import give_notice
from app.roster.rota import let_in
from tests.realtime.conftest import PATIENCE_S, Station, eventually

VOLUNTEER = ("volunteer", "pool", "teachers")


async def contact_of(station: Station, person: UUID | None, state: str, line: str = "night") -> UUID:
    contact = fresh_id()
    async with station.db.transaction() as tx:
        await tx.execute(
            "INSERT INTO contact (id, line_id, number_dialled, state, person_id, offered_at)"
            " VALUES ($1, $2, '96000', $3, $4, $5)",
            contact, line, state, person, now(),
        )  # fmt: skip
        await record_change(tx, "contact", contact, at=now())
    return contact


async def test_a_console_gets_a_snapshot_first_and_then_its_own_presence(station: Station):
    me = await station.person("Reed", VOLUNTEER)
    async with station.console(await station.sign_in(me)) as console:
        first = await console.next()
        assert (first["t"], first["wallboard"]) == ("snapshot", None)
        assert (first["desk"]["presence"]["work_name"], first["desk"]["presence"]["activity"]) == ("Reed", "offline")
        async with station.db.transaction() as tx:
            await join_pool(tx, me, "teachers", now=now())
            await let_in(tx, me, "teachers", 1, by=me, now=now())
            await go_ready(tx, me, now=now())
        shown = await console.until("presence", activity="ready")
        assert shown["id"] == str(me)
        assert shown["v"] == shown["s"]["version"]


async def test_a_volunteer_hears_of_her_own_contact_and_of_nobody_elses(station: Station):
    me, other = await station.person("Reed", VOLUNTEER), await station.person("Heron", VOLUNTEER)
    async with station.console(await station.sign_in(me)) as console:
        await console.next()
        await contact_of(station, other, "talking")
        mine = await contact_of(station, me, "talking")
        assert (await console.next())["id"] == str(mine)


async def test_a_contact_that_the_snapshot_showed_and_that_goes_to_somebody_else_is_told_once_more(station: Station):
    me, other = await station.person("Reed", VOLUNTEER), await station.person("Heron", VOLUNTEER)
    mine = await contact_of(station, me, "talking")
    async with station.db.transaction() as tx:
        await tx.execute(
            "INSERT INTO presence (person_id, activity, contact_id, since) VALUES ($1, 'engaged', $2, $3)",
            me, mine, now(),
        )  # fmt: skip
    async with station.console(await station.sign_in(me)) as console:
        assert (await console.next())["desk"]["contact"]["id"] == str(mine)
        await console.until("contact", person_id=str(me))
        async with station.db.transaction() as tx:
            await tx.execute("UPDATE presence SET contact_id = NULL")
            await tx.execute("UPDATE contact SET person_id = $1, version = version + 1", other)
            await record_change(tx, "contact", mine, at=now())
        await console.until("contact", person_id=str(other))


async def test_a_supervisor_hears_of_her_line_and_not_of_another_one(station: Station):
    boss = await station.person("Heron", ("supervisor", "line", "night"))
    me = await station.person("Reed")
    async with station.console(await station.sign_in(boss)) as console:
        first = await console.next()
        assert [card["line"]["id"] for card in first["wallboard"]["lines"]] == ["night"]
        await contact_of(station, None, "waiting", line="far")
        hers = await contact_of(station, None, "waiting")
        assert (await console.until("contact"))["id"] == str(hers)
        async with station.db.transaction() as tx:
            await join_pool(tx, me, "teachers", now=now())
            notice = await give_notice(tx, "away_after_missed", about=me, now=now())
        assert (await console.until("notice"))["id"] == str(notice)


async def test_an_administrator_watches_the_lines_without_hearing_of_contacts(station: Station):
    chief = await station.person("Tern", ("administrator", "all", ""))
    me = await station.person("Reed", VOLUNTEER)
    async with station.console(await station.sign_in(chief)) as console:
        assert (await console.next())["wallboard"]["contacts"] == []
        await contact_of(station, None, "waiting")
        async with station.db.transaction() as tx:
            await join_pool(tx, me, "teachers", now=now())
        assert (await console.next())["t"] == "presence"


async def test_a_beat_is_answered_and_kept_for_the_sweep(station: Station):
    me = await station.person("Reed", VOLUNTEER)
    async with station.db.transaction() as tx:
        await tx.execute(
            "INSERT INTO presence (person_id, activity, since, heartbeat_at) VALUES ($1, 'ready', $2, $2)",
            me, now() - timedelta(hours=1),
        )  # fmt: skip
    async with station.console(await station.sign_in(me)) as console:
        await console.next()
        await console.say({"t": "beat"})
        assert await console.next() == {"t": "beat"}

        async def written() -> bool:
            async with station.db.reading() as tx:
                return now() - await tx.fetchval("SELECT heartbeat_at FROM presence") < timedelta(minutes=1)

        await eventually(written)


@pytest.mark.parametrize("nonsense", ["", "{", "[]", '{"t":"hello"}', '{"t":"beat","x":"' + "y" * 300 + '"}', b"\x00"])
async def test_a_console_that_talks_nonsense_is_closed(station: Station, nonsense: str | bytes):
    me = await station.person("Reed", VOLUNTEER)
    async with station.console(await station.sign_in(me)) as console:
        await console.next()
        await console.say(nonsense)
        with pytest.raises(ConnectionClosed) as closed:
            await console.next()
        assert closed.value.rcvd is not None
        assert closed.value.rcvd.code == 1008


async def test_revoking_the_session_says_bye_and_closes_the_socket(station: Station):
    me, other = await station.person("Reed", VOLUNTEER), await station.person("Heron", VOLUNTEER)
    async with (
        station.console(await station.sign_in(me)) as console,
        station.console(await station.sign_in(other)) as neighbour,
    ):
        await console.next()
        await neighbour.next()
        async with station.db.transaction() as tx:
            await revoke_sessions(tx, me, now=now())
        assert await console.next() == {"t": "bye", "why": "signed_out"}
        with pytest.raises(ConnectionClosed) as closed:
            await console.next()
        assert closed.value.rcvd is not None
        assert closed.value.rcvd.code == 4401
        await neighbour.say({"t": "beat"})
        assert await neighbour.next() == {"t": "beat"}
    assert len(station.app.state.live.sockets) <= 1


async def test_a_socket_without_a_session_is_told_so(station: Station):
    async with station.console("never-issued") as console:
        assert await console.next() == {"t": "bye", "why": "signed_out"}
        with pytest.raises(ConnectionClosed):
            await console.next()


async def test_a_page_of_another_site_gets_no_socket(station: Station):
    token = await station.sign_in(await station.person("Reed", VOLUNTEER))
    with pytest.raises(InvalidStatus):
        await connect(
            f"ws://127.0.0.1:{station.port}/api/live",
            additional_headers={"Cookie": f"hotline={token}"},
            origin="http://elsewhere.example",
            proxy=None,
        )


async def test_a_restart_is_announced(station: Station, request):
    me = await station.person("Reed", VOLUNTEER)
    async with station.console(await station.sign_in(me)) as console:
        await console.next()
        assert station.server is not None
        station.server.should_exit = True
        if "asgi" in request.node.callspec.id:
            return  # the server closes its sockets before the application hears of the shutdown
        assert await console.next() == {"t": "bye", "why": "restarting"}
        with pytest.raises(ConnectionClosed) as closed:
            await console.next()
        assert closed.value.rcvd is not None
        assert closed.value.rcvd.code == 1012


async def test_a_client_that_stops_reading_is_dropped_and_the_others_hear_everything_in_time(station: Station):
    watchers = [await station.person(name, ("supervisor", "line", "night")) for name in ("Heron", "Tern")]
    async with (
        station.console(await station.sign_in(watchers[0]), max_queue=1, close_timeout=0.2) as stuck,
        station.console(await station.sign_in(watchers[1])) as well,
    ):
        await stuck.next()
        await well.next()
        stuck.connection.transport.pause_reading()
        hub = station.app.state.hub
        ballast = "x" * 20_000
        async with asyncio.timeout(PATIENCE_S):
            round_ = 0
            while hub.backlog == 0:
                round_ += 1
                hub.publish("presence", [(fresh_id(), round_, {"ballast": ballast, "n": round_}, ["line:night"])])
                await well.until("presence", n=round_)
        for version in range(1, 50):
            hub.publish("presence", [("same", version, {"n": version}, ["line:night"])])
        assert hub.backlog <= 2, "the newest of each"
        await well.until("presence", n=49)
        read = asyncio.get_running_loop().time()  # the hub looks after slow clients by itself too
        hub.drain(read)
        hub.drain(read + 11.0)
        await eventually(lambda: len(station.app.state.live.sockets) == 1)
        assert hub.dropped == 1
        hub.publish("presence", [("same", 99, {"n": 99}, ["line:night"])])
        await well.until("presence", n=99)
