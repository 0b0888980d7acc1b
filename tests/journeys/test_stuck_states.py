"""Nothing stays stuck: lost webhooks, dead consoles, transfers that never come about (failures 6 to 11)."""

from datetime import timedelta

from app.contacts.closing import close_what_was_left
from app.contacts.reconciling import reconcile
from app.domain.permissions import Role
from app.platform.clock import now
from app.worker import Worker
from tests.journeys.harbour import HOSPITAL
from tests.journeys.town import Town
from tests.journeys.volunteer import Volunteer
from tests.journeys.waiting_for import until


async def _volunteer(town: Town, login: str = "reed", **more: str) -> Volunteer:
    volunteer = await town.volunteer(login, **more)  # type: ignore[arg-type] # a telephone's number, as text
    await volunteer.ready()
    return volunteer


async def test_failure_6_a_volunteer_never_stays_reserved_when_nobody_answers(town: Town) -> None:
    """Failure 6: the ring runs out, and she is free for the next caller; missed twice in a row she is away."""
    reed, wren = await _volunteer(town), await _volunteer(town, "wren")
    await town.call()
    offer = await reed.offer()
    await town.later(16)
    assert (await wren.offer())["contact_id"] == offer["contact_id"]
    presence = await reed.is_("ready")
    assert presence["missed_in_row"] == 1


async def test_failure_7_a_call_whose_end_was_never_reported_is_ended_by_comparing_with_the_carrier(town: Town) -> None:
    """Failure 7: every callback of the end is lost; the reconciler asks the carrier for its own list."""
    reed = await _volunteer(town)
    sid = await town.call()
    await reed.answer()
    town.carrier.chaos.set({"drop_percent": 100})
    await town.hang_up(sid)
    await town.look(sid, "over")
    await until(lambda: _quiet(town), what="nothing live at the carrier")
    town.carrier.chaos.set({"drop_percent": 0})
    assert (await town.contact_of(sid))["state"] == "talking"
    await town.later(31)
    assert town.parts.carrier is not None
    ended, unheard = await reconcile(town.db, town.parts.carrier, town.parts.calls, town.parts.book, now=now())
    assert ended >= 1
    assert unheard == 0
    await town.ends_as(sid, "answered")
    await reed.wrap_up()


async def _quiet(town: Town) -> bool:
    if len(town.carrier.legs) == 1:  # the volunteer's browser hangs up when it hears nobody
        await town.everybody_hangs_up()
    return not town.carrier.legs


async def test_failure_7_a_call_the_carrier_had_and_we_never_heard_of_is_an_alarm_and_a_notice(town: Town) -> None:
    """Failure 7, the other way round: somebody rang and may not have been received."""
    town.provoked_alarms.add("reconciled_call_unknown")
    sid = await town.call()
    await town.hang_up(sid)
    await town.ends_as(sid, "abandoned")
    async with town.db.transaction() as tx:
        await tx.execute("UPDATE ledger SET provider_call_id = 'CAother' WHERE provider_call_id = $1", sid)
    assert town.parts.carrier is not None
    late = now() + timedelta(seconds=40)
    _, unheard = await reconcile(town.db, town.parts.carrier, town.parts.calls, town.parts.book, now=late)
    async with town.db.transaction() as tx:
        await tx.execute("UPDATE ledger SET provider_call_id = $1 WHERE provider_call_id = 'CAother'", sid)
    assert unheard == 1
    assert len(await town.rows("SELECT FROM notice WHERE kind = 'call_never_reached_us'")) == 1


async def test_failure_8_one_volunteer_out_of_reach_does_not_hold_up_the_queue(town: Town) -> None:
    """Failure 8: the offer of a browser that is gone goes on, and the others are rung."""
    gone, wren = await _volunteer(town, "gone"), await _volunteer(town, "wren")
    first = await town.call()
    offer = await gone.offer()
    town.unheard.add(gone.person_id)
    async with town.db.transaction() as tx:
        await tx.execute(
            "UPDATE presence SET heartbeat_at = heartbeat_at - interval '16 s' WHERE person_id = $1", gone.person_id
        )
    assert (await wren.offer())["contact_id"] == offer["contact_id"]
    assert (await gone.is_("offline"))["reason"] == "out_of_reach"
    await wren.answer()
    await town.hang_up(first)
    await town.ends_as(first, "answered")


async def test_failure_9_a_wrap_up_is_neither_cut_short_nor_begun_again(town: Town) -> None:
    """Failure 9: when its time is over a supervisor is told, and the volunteer goes on writing."""
    reed = await _volunteer(town)
    sid = await town.call()
    await reed.answer()
    await town.hang_up(sid)
    await reed.is_("wrapping_up")
    await town.later(61)

    async def told() -> bool:
        return bool(await town.rows("SELECT FROM notice WHERE kind = 'wrap_up_overdue'"))

    await until(told, what="a notice")
    waits = await town.call(caller="+447700900124")
    await town.state(waits, "waiting")
    desk = await reed.desk()
    assert desk["presence"]["activity"] == "wrapping_up"
    assert desk["offers"] == []
    await reed.wrap_up()
    assert (await reed.offer())["contact_id"] == str((await town.contact_of(waits))["id"])


async def test_failure_6_a_volunteer_who_would_leave_in_the_middle_of_a_wrap_up_keeps_it_and_no_contact_stays_open(
    town: Town,
) -> None:
    """She is told what is owed, whatever she presses; when it has been done, the contact closes and she may go."""
    reed = await _volunteer(town)
    sid = await town.call()
    await reed.answer()
    await town.hang_up(sid)
    version = (await reed.is_("wrapping_up"))["version"]
    for activity in ("offline", "away", "ready"):
        refused = await reed.post("/api/presence", {"activity": activity, "version": version}, expect=409)
        assert refused["code"] == "wrap_up_first"
    await reed.wrap_up()
    assert (await town.contact_of(sid))["state"] == "closed"
    await reed.be("offline")


async def test_a_volunteer_who_never_comes_back_leaves_neither_a_contact_nor_its_number_open(town: Town) -> None:
    """As long as her console is heard of, and for hours after, nothing happens; then it is closed, and told."""
    reed, after = await _volunteer(town), timedelta(hours=12)
    sid = await town.call()
    await reed.answer()
    await town.hang_up(sid)
    await reed.is_("wrapping_up")
    contact_id = (await town.contact_of(sid))["id"]
    async with town.db.transaction() as tx:  # she has been writing for longer than that, at an open console
        await tx.execute("UPDATE presence SET since = since - interval '13 hours'")
    assert await close_what_was_left(town.db, after=after, now=now()) == 0
    assert await close_what_was_left(town.db, after=after, now=now() + timedelta(hours=11)) == 0
    assert await reed.activity() == "wrapping_up"
    assert len(await town.rows("SELECT FROM vault.sealed_number WHERE contact_id = $1", contact_id)) == 1

    town.unheard.add(reed.person_id)
    worker = Worker(town.db, town.parts, {})

    async def is_closed() -> bool:
        async with town.db.transaction() as tx:
            await tx.execute(
                "UPDATE presence SET heartbeat_at = heartbeat_at - interval '13 hours' WHERE activity = 'wrapping_up'"
            )
        await worker.every_minute()
        return bool((await town.contact_of(sid))["state"] == "closed")

    await until(is_closed, what="the contact is closed")
    await worker.every_minute()

    closed = await town.contact_of(sid)
    assert (closed["state"], closed["disposition"], closed["terminal_reason"]) == ("closed", None, "answered")

    async def forgotten() -> bool:
        return not await town.rows("SELECT FROM vault.sealed_number WHERE contact_id = $1", contact_id)

    await until(forgotten, what="the number is forgotten")
    assert await town.rows("SELECT FROM timer WHERE kind = 'wrap_up' AND done_at IS NULL") == []
    assert await reed.activity() == "offline"
    (told,) = await town.rows("SELECT about_person_id, contact_id FROM notice WHERE kind = 'wrap_up_closed'")
    assert (told["about_person_id"], told["contact_id"]) == (reed.person_id, contact_id)

    # A tab that slept through it sends its code after all.
    await reed.post(f"/api/contacts/{contact_id}/wrap-up", {"disposition": "information"})
    await reed.post(f"/api/contacts/{contact_id}/wrap-up", {"disposition": "prank"}, expect=409)
    assert (await town.contact_of(sid))["disposition"] == "information"


async def test_a_supervisor_closes_a_wrap_up_that_was_left_and_its_note_is_still_owed_by_who_held_it(
    town: Town,
) -> None:
    """Not before its time is over (failure 9), by nobody who is not in charge of her, once, and with a reason."""
    reed = await _volunteer(town)
    boss = await town.volunteer("heron", role=Role.SUPERVISOR)
    sid = await town.call()
    await reed.answer()
    await town.hang_up(sid)
    await reed.is_("wrapping_up")
    contact_id = str((await town.contact_of(sid))["id"])
    path, body = f"/api/people/{reed.person_id}/wrap-up/close", {"contact_id": contact_id, "reason": "out_of_reach"}
    assert (await boss.post(path, body, expect=409))["code"] == "not_possible_now"
    await town.later(61)

    async def told() -> bool:
        return bool(await town.rows("SELECT FROM notice WHERE kind = 'wrap_up_overdue'"))

    await until(told, what="a notice")
    await reed.post(path, body, expect=403)
    elsewhere = await town.volunteer("owl", pools=("night",), role=Role.SUPERVISOR)
    async with town.db.transaction() as tx:
        await tx.execute(
            "UPDATE role_grant SET scope_kind = 'pool', scope_id = 'night' WHERE person_id = $1", elsewhere.person_id
        )
    await elsewhere.post(path, body, expect=404)
    assert await reed.activity() == "wrapping_up"

    shown = await boss.post(path, body)
    assert (shown["activity"], shown["reason"], shown["contact_id"]) == ("away", "wrap_up_closed", None)
    assert (await boss.post(path, body, expect=409))["code"] == "stale_version"
    closed = await town.contact_of(sid)
    assert (closed["state"], closed["disposition"], closed["person_id"]) == ("closed", None, reed.person_id)
    (entry,) = await town.rows(
        "SELECT person_id, target_id, line_id, facts FROM audit_entry WHERE act = 'wrap_up_closed'"
    )
    assert (entry["person_id"], entry["target_id"], entry["line_id"]) == (boss.person_id, contact_id, "harbour")
    assert entry["facts"] == {"person": str(reed.person_id), "reason": "out_of_reach"}
    (notice,) = await town.rows("SELECT about_person_id FROM notice WHERE kind = 'wrap_up_closed_for_her'")
    assert notice["about_person_id"] == reed.person_id

    assert [owed["contact_id"] for owed in await reed.get("/api/notes/owed")] == [contact_id]
    await reed.ready()  # she comes back by herself, and is rung again
    waits = await town.call(caller="+447700900124")
    assert (await reed.offer())["contact_id"] == str((await town.contact_of(waits))["id"])


async def test_failure_10_a_transfer_that_nobody_takes_gives_the_caller_back(town: Town) -> None:
    """Failure 10: the colleague lets it ring; the talk goes on, the caller is off hold."""
    reed, wren = await _volunteer(town), await _volunteer(town, "wren")
    sid = await town.call()
    contact = await reed.answer()
    await reed.transfer(contact, "warm", "person", wren.person_id)
    await wren.offer()
    await _held(town, sid, on=True)
    await town.later(16)
    await wren.is_("ready")
    await _held(town, sid, on=False)
    shown = await reed.talking()
    assert shown["transfer"] is None
    assert not any(leg["on_hold"] for leg in shown["legs"])
    await town.look(sid, "talk")


async def _held(town: Town, sid: str, *, on: bool) -> None:
    async def so() -> bool:
        return bool((await town.look(sid))["held"]) is on

    await until(so, what=f"{sid} held: {on}")


async def test_failure_10_a_colleague_who_accepts_a_transfer_and_is_never_heard_is_no_holder(town: Town) -> None:
    """Failure 10: the transfer's lease runs out; the first volunteer still has the caller."""
    reed, wren = await _volunteer(town), await _volunteer(town, "wren")
    await town.device(wren.softphone, "no_answer")
    sid = await town.call()
    contact = await reed.answer()
    await reed.transfer(contact, "warm", "person", wren.person_id)
    await wren.accept()
    await wren.is_("away")
    await _held(town, sid, on=False)
    assert (await reed.talking())["transfer"] is None


async def test_failure_10_an_outside_telephone_that_is_busy_gives_the_caller_back(town: Town) -> None:
    """Failure 10: a third person who cannot be reached."""
    reed = await _volunteer(town)
    await town.device(HOSPITAL, "busy")
    sid = await town.call()
    contact = await reed.answer()
    await reed.transfer(contact, "warm", "number", "hospital")
    await _held(town, sid, on=False)

    async def over() -> bool:
        return (await reed.talking())["transfer"] is None

    await until(over, what="the transfer is over")
    await town.look(sid, "talk")


async def test_failure_10_a_volunteer_who_leaves_in_the_middle_of_a_cold_transfer_has_left_and_the_caller_waits(
    town: Town,
) -> None:
    """Failure 10: nothing of the call hangs on her any more."""
    reed, wren = await _volunteer(town), await _volunteer(town, "wren")
    sid = await town.call()
    contact = await reed.answer()
    await reed.transfer(contact, "cold", "person", wren.person_id)
    await reed.wrap_up()
    await reed.be("offline")
    await wren.answer()
    await town.look(sid, "talk")
    await town.hang_up(sid)
    await wren.wrap_up()
    await town.ends_as(sid, "answered")


async def test_failure_11_a_queue_is_served_again_when_staff_leave_and_come_back(town: Town) -> None:
    """Failure 11: everyone else went offline while somebody waited."""
    reed, wren = await _volunteer(town), await _volunteer(town, "wren")
    busy = await town.call(caller="+447700900124")
    await reed.answer()
    sid = await town.call()
    await wren.decline()
    await wren.be("offline")
    await town.state(sid, "waiting")
    await town.later(21)
    await wren.ready()
    assert (await wren.offer())["contact_id"] == str((await town.contact_of(sid))["id"])
    await wren.answer()
    for one in (busy, sid):
        await town.hang_up(one)
        await town.ends_as(one, "answered")
