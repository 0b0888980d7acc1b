"""From one pool to the next: at once when nobody of it is there, unless the line's file says to wait (failure 16)."""

import pytest

from app.platform.clock import now
from tests.journeys.own_line import open_line
from tests.journeys.town import Town
from tests.journeys.volunteer import Volunteer
from tests.journeys.waiting_for import until

LONG_AFTER_S = 100


async def _ready(town: Town, login: str, pool: str) -> Volunteer:
    volunteer = await town.volunteer(login, pools=(pool,))
    await volunteer.ready()
    return volunteer


async def _stage(town: Town, sid: str) -> int:
    return int((await town.contact_of(sid))["stage"])


async def test_failure_16_a_pool_with_nobody_there_is_passed_at_once(town: Town) -> None:
    finch = await _ready(town, "finch", "night")
    pools = f"[{{pool: day, overflow_after_s: {LONG_AFTER_S}}}, {{pool: night}}]"
    sid = await town.call(to=await open_line(town, finch, pools=pools))
    await finch.answer()
    assert await _stage(town, sid) == 1
    await town.hang_up(sid)
    await town.ends_as(sid, "answered")


async def test_failure_11_callers_go_on_when_the_last_of_a_pool_leaves_it(town: Town) -> None:
    """Nothing tells the waiting contact: her shift is over, and she lands offline after her wrap-up."""
    finch, reed = await _ready(town, "finch", "night"), await _ready(town, "reed", "day")
    pools = f"[{{pool: day, overflow_after_s: {LONG_AFTER_S}}}, {{pool: night}}]"
    number = await open_line(town, finch, pools=pools)
    first = await town.call(to=number)
    await reed.answer()
    sid = await town.call(to=number, caller="+447700900124")
    await town.state(sid, "waiting")
    assert await _stage(town, sid) == 0
    assert (await finch.desk())["offers"] == []
    await town.hang_up(first)
    async with town.db.transaction() as tx:
        await tx.execute("UPDATE presence SET shift_ends_at = $2 WHERE person_id = $1", reed.person_id, now())
    await reed.wrap_up()
    await reed.is_("offline")
    assert (await finch.offer())["contact_id"] == str((await town.contact_of(sid))["id"])
    await finch.answer()
    await town.hang_up(sid)
    await town.ends_as(sid, "answered")


async def test_a_line_that_waits_for_an_empty_pool_waits_for_it(town: Town) -> None:
    finch = await _ready(town, "finch", "night")
    pools = f"[{{pool: day, overflow_after_s: {LONG_AFTER_S}, overflow_when_empty: false}}, {{pool: night}}]"
    sid = await town.call(to=await open_line(town, finch, pools=pools))
    await town.state(sid, "waiting")
    await town.heard(sid, "通话不录音")
    await _next_step_is_taken(town, sid)
    assert await _stage(town, sid) == 0
    assert (await finch.desk())["offers"] == []
    await town.later(LONG_AFTER_S)
    await finch.answer()
    assert await _stage(town, sid) == 1
    await town.hang_up(sid)
    await town.ends_as(sid, "answered")


async def _next_step_is_taken(town: Town, sid: str) -> None:
    """Wait until somebody has decided again about this caller."""
    contact = await town.contact_of(sid)
    (before,) = await town.rows(_STEP, contact["id"])

    async def decided() -> bool:
        (after,) = await town.rows(_STEP, contact["id"])
        return bool(after["due_at"] != before["due_at"])

    await until(decided, what="the next decision")


_STEP = "SELECT due_at FROM timer WHERE kind = 'contact_step' AND subject_id = $1 AND done_at IS NULL"


@pytest.mark.parametrize(("head_start_s", "goes_first"), [(0, "earlier"), (600, "handed_on")])
async def test_a_transferred_caller_has_the_head_start_that_the_lines_file_says(
    town: Town, head_start_s: int, goes_first: str
) -> None:
    """Two wait for the next volunteer: the one who came first, and one who was handed on."""
    reed, finch = await _ready(town, "reed", "day"), await town.volunteer("finch")
    queue = f"ring_seconds: 15, choice_every_s: null, priority: {{transferred_head_start_s: {head_start_s}}}"
    number = await open_line(town, reed, pools="[{pool: day}]", queue=queue)
    sids = {"earlier": await town.call(to=number, caller="+447700900124")}
    await reed.decline()
    sids["handed_on"] = await town.call(to=number)
    contact = await reed.answer()
    assert contact["id"] == str((await town.contact_of(sids["handed_on"]))["id"])
    await reed.transfer(contact, "cold", "pool", "day")
    await town.state(sids["handed_on"], "waiting")
    await finch.ready()
    offer = await finch.offer()
    assert offer["contact_id"] == str((await town.contact_of(sids[goes_first]))["id"])
    assert not offer["danger"]
