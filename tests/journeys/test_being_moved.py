"""A call that is on its way from one to another is nobody's to clean up (failure 15): no timer, no comparison with the
carrier, no colleague's wrap-up ends it."""

from functools import partial
from typing import Any

from app.contacts.reconciling import reconcile
from app.platform.clock import now
from tests.journeys.harbour import CALLER, HOSPITAL, QUAY_NUMBER
from tests.journeys.town import Town
from tests.journeys.volunteer import Volunteer
from tests.journeys.waiting_for import until

ALL_OF_THEM_S = 3600.0
"""Longer than any timer that cleans up: the greeting's and the way's ten minutes, a lease, a caller left alone."""


async def _ready(town: Town, login: str) -> Volunteer:
    volunteer = await town.volunteer(login)
    await volunteer.ready()
    return volunteer


async def _handed_on(town: Town) -> tuple[str, Volunteer, Any]:
    """The first volunteer has let go, nobody has taken over yet."""
    reed = await _ready(town, "reed")
    sid = await town.call()
    contact = await reed.answer()
    await reed.transfer(contact, "cold", "pool", "day")
    await town.state(sid, "waiting")
    return sid, reed, contact


async def _nothing_is_due(town: Town) -> bool:
    return not await town.rows("SELECT FROM timer WHERE done_at IS NULL AND due_at <= now()")


async def test_failure_15_the_wrap_up_of_whoever_passed_a_caller_on_ends_nothing_for_the_caller(town: Town) -> None:
    sid, reed, contact = await _handed_on(town)
    await reed.wrap_up("referred")
    row = await town.contact_of(sid)
    assert (row["state"], row["terminal_reason"], row["closed_at"]) == ("offered", None, None)
    assert (await reed.offer())["contact_id"] == contact["id"]  # nobody else is there: back to her
    wren = await _ready(town, "wren")
    await reed.decline()
    await wren.answer()
    await town.hang_up(sid)
    await wren.wrap_up("counselled")
    row = await town.ends_as(sid, "answered")
    assert (row["disposition"], row["person_id"]) == ("counselled", wren.person_id)


async def test_failure_15_no_timer_of_an_earlier_step_ends_a_call_that_is_being_moved(town: Town) -> None:
    sid, _reed, contact = await _handed_on(town)
    await town.later(ALL_OF_THEM_S)
    await until(partial(_nothing_is_due, town), what="every timer has had its turn")
    row = await town.contact_of(sid)
    assert (row["state"], row["terminal_reason"]) == ("waiting", None)
    assert (await town.look(sid))["status"] == "in-progress"
    wren = await _ready(town, "wren")
    assert (await wren.answer())["id"] == contact["id"]
    await town.hang_up(sid)
    await town.ends_as(sid, "answered")


async def test_failure_15_a_way_on_that_came_back_leaves_no_timer_that_ends_the_call(town: Town) -> None:
    """An outside number was busy, then a call-back was asked about, and the caller pressed the key for danger."""
    await town.device(HOSPITAL, "busy")
    reed = await town.volunteer("reed")
    town.telephones_run(4)  # so that she can go ready while the caller listens
    sid = await town.call(to=QUAY_NUMBER)
    await town.heard(sid, "要我们给您现在用的这个号码回电")
    await reed.ready()
    await town.press(sid, "1")
    contact = await reed.answer()
    await town.later(ALL_OF_THEM_S)
    await until(partial(_nothing_is_due, town), what="every timer has had its turn")
    assert (await reed.talking())["id"] == contact["id"]
    await town.look(sid, "talk")
    await town.hang_up(sid)
    await town.ends_as(sid, "answered")


async def test_failure_15_comparing_with_the_carrier_leaves_a_call_alone_that_is_between_two_bridges(
    town: Town,
) -> None:
    """It has left its bridge and not entered it again: the carrier has the call, and that is what counts."""
    sid, _reed, contact = await _handed_on(town)
    async with town.db.transaction() as tx:
        await tx.execute("UPDATE leg SET in_bridge = false WHERE role = 'caller' AND contact_id = $1", contact["id"])
    await town.later(31)
    assert town.parts.carrier is not None
    ended, unheard = await reconcile(town.db, town.parts.carrier, town.parts.calls, town.parts.book, now=now())
    assert (ended, unheard) == (0, 0)
    wren = await _ready(town, "wren")
    assert (await wren.answer())["id"] == contact["id"]
    assert [leg.call.from_ for leg in town.carrier.legs.values() if leg.call.sid == sid] == [CALLER]
    await town.hang_up(sid)
    await town.ends_as(sid, "answered")
