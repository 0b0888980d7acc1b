"""The wallboard counts honestly and stays within its scope."""

import json
from datetime import datetime, timedelta
from uuid import uuid4

import pytest

from app.domain.permissions import Role
from app.oversight.board_ticker import BoardTicker
from app.oversight.line_cards import line_cards
from app.oversight.schemas import LineCard
from app.oversight.wallboard import load_wallboard
from app.platform.clock import fresh_id
from app.realtime.hub import Hub, Subscriber
from app.roster.notices import give_notice
from tests.oversight.conftest import NOW, SECOND, STATE, Watch, principal

HOUR = timedelta(hours=1)


async def card(watch: Watch, at: datetime = NOW) -> LineCard:
    async with watch.db.reading() as tx:
        (found,) = await line_cards(tx, watch.book, ["lamp"], now=at)
    return found


async def test_the_columns_of_today_and_who_is_still_with_us_add_up_to_offered(watch: Watch):
    await watch.contact(answered_after=8, ended_after=900, reason="answered")
    await watch.contact(reason="answered", ended_after=60)  # put through to an outside number
    await watch.contact("talking", answered_after=30)
    await watch.contact(ended_after=40, reason="abandoned")
    await watch.contact(ended_after=2, reason="abandoned")
    await watch.contact(queued_after=None, ended_after=3, reason="abandoned")
    await watch.contact(queued_after=None, ended_after=12, reason="abandoned")
    for reason in ("voicemail", "callback", "closed_hours", "blocked", "failed"):
        await watch.contact(queued_after=None, ended_after=5, reason=reason)
    await watch.contact("intake", queued_after=None)
    await watch.contact("waiting", came=NOW - 15 * SECOND)
    today = (await card(watch)).today
    counted = today.model_dump(exclude={"offered", "service_level_answered", "service_level_offered", "asa_s"})
    assert counted == {
        "answered": 3, "abandoned": 2, "short_abandoned": 2, "voicemail": 1, "callback": 1, "closed_hours": 1,
        "blocked": 1, "failed": 1,
    }  # fmt: skip
    assert today.offered == sum(counted.values()) + 2, "one hears the greeting, one waits"


async def test_both_service_levels_are_told_and_short_abandons_are_in_neither(watch: Watch):
    await watch.contact(answered_after=20, ended_after=100, reason="answered")
    await watch.contact(answered_after=40, ended_after=100, reason="answered")
    await watch.contact(ended_after=60, reason="abandoned")
    await watch.contact(ended_after=4.9, reason="abandoned")
    await watch.contact("waiting", came=NOW - 40 * SECOND)  # over twenty seconds: too late already
    await watch.contact("waiting", came=NOW - 20 * SECOND)  # may still be answered in time
    today = (await card(watch)).today
    assert today.service_level_answered == 0.5
    assert today.service_level_offered == 0.25
    assert today.asa_s == pytest.approx(30)


async def test_a_line_nobody_rang_has_no_rates_rather_than_perfect_ones(watch: Watch):
    found = await card(watch)
    assert found.today.offered == 0
    assert found.today.service_level_answered is None
    assert found.today.service_level_offered is None
    assert found.today.asa_s is None
    assert found.longest_wait_s is None


async def test_the_longest_wait_counts_from_the_queue_and_a_ring_is_still_a_wait(watch: Watch):
    await watch.contact("offered", came=NOW - 100 * SECOND, queued_after=10)
    await watch.contact("waiting", came=NOW - 50 * SECOND, queued_after=10)
    await watch.contact("talking", came=NOW - 900 * SECOND, answered_after=5)
    await watch.contact("wrapping_up", came=NOW - 900 * SECOND, answered_after=5, ended_after=60, reason="answered")
    found = await card(watch)
    assert (found.waiting, found.longest_wait_s, found.talking) == (2, 90, 1)


async def test_today_begins_at_the_lines_own_midnight_and_our_own_calls_are_not_offered(watch: Watch):
    await watch.contact(came=NOW - 12 * HOUR - SECOND, reason="abandoned", ended_after=30)
    await watch.contact(came=NOW - 12 * HOUR, reason="abandoned", ended_after=30)
    await watch.contact(direction="call_back", answered_after=1, reason="answered")
    await watch.contact(line="buoy", reason="failed")
    assert (await card(watch)).today.offered == 1


async def test_a_card_tells_when_the_line_opens_and_closes(watch: Watch):
    by_day, by_night = await card(watch), await card(watch, NOW + 11 * HOUR)
    assert (by_day.open, by_day.opens_at, by_day.closes_at) == (True, None, NOW + 10 * HOUR)
    assert (by_night.open, by_night.opens_at, by_night.closes_at) == (False, NOW + 20 * HOUR, None)


async def test_ready_are_those_who_could_be_offered_a_call_of_this_line(watch: Watch):
    await watch.person("Reed", "day", "ready")
    await watch.person("Wren", "day", "engaged")
    await watch.person("Teal", "far", "ready")
    assert (await card(watch)).ready == 1


async def test_a_supervisor_sees_her_lines_and_nothing_of_others(watch: Watch):
    mine = await watch.contact("waiting")
    await watch.contact("waiting", line="buoy")
    await watch.contact(reason="answered")
    reed, teal = await watch.person("Reed", "day", "ready"), await watch.person("Teal", "far", "ready")
    await watch.person("Wren", "day", "offline")
    async with watch.db.transaction() as tx:
        about_reed = await give_notice(tx, "away_after_missed", about=reed, now=NOW)
        await give_notice(tx, "away_after_missed", about=teal, now=NOW)
        await give_notice(tx, "timers_late", now=NOW)
        board = await load_wallboard(tx, principal(line="lamp"), watch.book, STATE, now=NOW)
        everything = await load_wallboard(tx, principal(lines=["lamp", "buoy"]), watch.book, STATE, now=NOW)
    assert [found.line.id for found in board.lines] == ["lamp"]
    assert [person.work_name for person in board.people] == ["Reed"]
    assert [contact.id for contact in board.contacts] == [mine]
    assert [notice.id for notice in board.notices] == [about_reed]
    assert (len(everything.lines), len(everything.people), len(everything.contacts)) == (2, 2, 2)
    assert len(everything.notices) == 3


async def test_an_administrator_sees_the_lines_but_no_contact_and_no_notice(watch: Watch):
    await watch.contact("waiting")
    async with watch.db.transaction() as tx:
        await give_notice(tx, "timers_late", now=NOW)
        board = await load_wallboard(tx, principal(Role.ADMINISTRATOR, lines=["lamp"]), watch.book, STATE, now=NOW)
    assert board.lines[0].waiting == 1
    assert (board.contacts, board.notices, board.voicemails, board.call_backs) == ([], [], [], [])


async def test_call_backs_and_voicemails_that_somebody_must_see_to_are_on_the_board(watch: Watch):
    one, two = await watch.contact(reason="callback"), await watch.contact(reason="voicemail")
    async with watch.db.transaction() as tx:
        await tx.execute(
            "INSERT INTO call_back (contact_id, state, consented_at, due_at) VALUES ($1, 'requested', $2, $2)", one, NOW
        )
        await tx.execute(
            "INSERT INTO voicemail (contact_id, recording_id, seconds, left_at) VALUES ($1, 'r', 7, $2)", two, NOW
        )
        board = await load_wallboard(tx, principal(line="lamp"), watch.book, STATE, now=NOW)
    assert [(task.contact_id, task.state) for task in board.call_backs] == [(one, "requested")]
    assert [(task.contact_id, task.seconds) for task in board.voicemails] == [(two, 7)]


async def test_open_wallboards_are_told_new_cards_of_the_lines_that_moved(watch: Watch):
    heard: list[dict] = []

    class Ear:
        def write(self, frame) -> bool:
            heard.append(json.loads(frame.payload))
            return True

        def abort(self) -> None:
            raise AssertionError

    hub = Hub()
    subscriber = Subscriber(Ear(), uuid4(), b"", ["line:lamp"])
    hub.join(subscriber)
    subscriber.release()
    ticker = BoardTicker(watch.db, hub, watch.book, read_clock=lambda: NOW)
    await ticker.tick()
    assert heard == [], "nothing moved"
    await watch.contact("waiting")
    hub.publish("contact", [(fresh_id(), 1, {}, ["line:lamp"]), (fresh_id(), 1, {}, ["line:buoy"])])
    await ticker.tick()
    assert [(message["t"], message["id"], message["s"]["waiting"]) for message in heard] == [("line", "lamp", 1)]
    await ticker.tick(everything=True)
    assert len(heard) == 2
