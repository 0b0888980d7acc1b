"""Nobody is on shift: the call is in the ledger before anything else, and its caller is led on (failure 16)."""

from tests.journeys.harbour import HOSPITAL, LINE_NUMBER, PIER_NUMBER, QUAY_NUMBER
from tests.journeys.town import Town


async def _in_the_ledger(town: Town, sid: str) -> bool:
    rows = await town.rows("SELECT contact_id FROM ledger WHERE kind = 'call.arrived' AND provider_call_id = $1", sid)
    return len(rows) == 1 and rows[0]["contact_id"] == (await town.contact_of(sid))["id"]


async def test_failure_16_with_nobody_on_shift_a_message_is_taken_at_once(town: Town) -> None:
    sid = await town.call(to=LINE_NUMBER)
    await town.heard(sid, "港湾")
    assert await _in_the_ledger(town, sid)
    await town.look(sid, "recording")
    assert (await town.contact_of(sid))["ways_tried"] == ["voicemail:"]
    await town.hang_up(sid)
    await town.ends_as(sid, "voicemail")


async def test_failure_16_with_nobody_on_shift_an_outside_number_rings_and_is_talked_with(town: Town) -> None:
    await town.device(HOSPITAL, "answer")
    sid = await town.call(to=QUAY_NUMBER)
    await town.look(sid, "talk")
    assert await _in_the_ledger(town, sid)
    await town.hang_up(sid)
    assert (await town.ends_as(sid, "answered"))["outside_answered"]


async def test_failure_16_with_nobody_on_shift_and_no_other_way_the_caller_hears_who_can_help(town: Town) -> None:
    sid = await town.call(to=PIER_NUMBER)
    await town.heard(sid, "请拨打12356、110或120")
    assert await _in_the_ledger(town, sid)
    await town.look(sid, "over")
    row = await town.ends_as(sid, "abandoned")
    assert row["ways_tried"] == ["honest_message:"]


async def test_failure_16_volunteers_who_are_rostered_and_have_not_come_do_not_hold_the_caller(town: Town) -> None:
    """On the rota is not on the line: nothing rings into the void."""
    await town.volunteer("reed")
    away = await town.volunteer("wren")
    await away.ready()
    await away.be("away")
    sid = await town.call(to=LINE_NUMBER)
    await town.look(sid, "recording")
    assert await town.rows("SELECT FROM offer") == []
    await town.hang_up(sid)
    await town.ends_as(sid, "voicemail")


async def test_whoever_is_not_on_shift_now_is_told_why_in_words_and_in_what_a_screen_needs(town: Town) -> None:
    reed = await town.volunteer("reed")
    version = (await reed.desk())["presence"]["version"]
    ready = {"activity": "ready", "reach": "browser", "version": version}
    later = "UPDATE shift SET starts_at = now() + interval '1 hour', ends_at = now() + interval '3 hours'"
    async with town.db.transaction() as tx:
        await tx.execute(later)
    told = await reed.post("/api/presence", ready, expect=409)
    assert (told["code"], told["why"], told["next_shift"]["pool_name_zh"]) == (
        "not_rostered",
        "before_next_shift",
        "白班",
    )
    assert told["next_shift"]["starts_at"] < told["next_shift"]["ends_at"]
    async with town.db.transaction() as tx:
        await tx.execute("UPDATE shift SET cancelled_at = now()")
    told = await reed.post("/api/presence", ready, expect=409)
    assert (told["why"], "next_shift" in told) == ("no_shift_ahead", False)
