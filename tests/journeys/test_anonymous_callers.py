"""Callers who withhold their number share one, or none: what is meant for one of them hits no other (failure 25)."""

import pytest

from tests.journeys.harbour import CALLER
from tests.journeys.signed_forms import VOICE, arrival, hung_up, post_signed, sid_of
from tests.journeys.town import Town
from tests.journeys.volunteer import Volunteer

NOT_SENT = None
WITHHELD = (
    "",
    " ",
    NOT_SENT,
    "+266696687",
    "266696687",
    "anonymous",
    "ANONYMOUS",
    "RESTRICTED",
    "Unavailable",
    "unknown",
)
MANY = 30


async def _ready(town: Town, login: str = "reed") -> Volunteer:
    volunteer = await town.volunteer(login)
    await volunteer.ready()
    return volunteer


async def _block(volunteer: Volunteer, contact_id: str, *, expect: int = 201) -> None:
    """As a supervisor would, for every line."""
    body = {"contact_id": contact_id, "reason": "abusive", "hours": 24}
    await volunteer.post("/api/blocks", body, expect=expect)


async def _supervisor(town: Town) -> Volunteer:
    from app.domain.permissions import Role

    return await town.volunteer("supervisor", role=Role.SUPERVISOR)


@pytest.mark.parametrize("caller", WITHHELD, ids=repr)
async def test_failure_25_a_withheld_number_is_no_number_whatever_it_is_called(town: Town, caller: str | None) -> None:
    """Received, with no pseudonym and nothing sealed; the second one is no returning caller; neither can be blocked."""
    supervisor, reed = await _supervisor(town), await _ready(town)
    earlier, sid = sid_of(250), sid_of(251)
    for one in (earlier, sid):
        assert (await post_signed(town, VOICE, arrival(one, caller=caller))).status_code == 200
        offer = await reed.offer()
        assert (offer["number_withheld"], offer["returning"]) == (True, False)
        row = await town.contact_of(one)
        assert row["subject_token"] is None
        await _block(supervisor, str(row["id"]), expect=422)
        await hung_up(town, one)
        await town.ends_as(one, "abandoned")
        await reed.is_("ready")
    assert await town.rows("SELECT FROM vault.sealed_number") == []
    assert await town.rows("SELECT FROM block") == []


async def test_failure_25_a_block_hits_its_own_number_and_nobody_who_withholds_or_resembles_it(town: Town) -> None:
    """Not a blank, not the number anonymous callers share, not one that it begins with, not one that begins with it."""
    supervisor = await _supervisor(town)
    blocked = sid_of(252)
    await post_signed(town, VOICE, arrival(blocked))
    await _block(supervisor, str((await town.contact_of(blocked))["id"]))
    await hung_up(town, blocked)
    again = sid_of(253)
    await post_signed(town, VOICE, arrival(again))
    assert (await town.contact_of(again))["refused_as"] == "blocked"
    await hung_up(town, again)
    for number, caller in enumerate((*WITHHELD, CALLER[:-1], f"{CALLER}4", CALLER[:4], CALLER[:-1] + "4"), start=254):
        sid = sid_of(number)
        await post_signed(town, VOICE, arrival(sid, caller=caller))
        assert (await town.contact_of(sid))["refused_as"] is None, caller
        await hung_up(town, sid)


async def test_failure_25_no_limit_on_one_callers_calls_hits_the_many_who_withhold_their_number(town: Town) -> None:
    """A busy night of anonymous callers: each is received like the first, and none is suggested for a block."""
    await _supervisor(town)
    sids = [sid_of(2500 + number) for number in range(MANY)]
    for sid in sids:
        assert (await post_signed(town, VOICE, arrival(sid, caller="+266696687"))).status_code == 200
        await hung_up(town, sid)
    rows = await town.rows("SELECT refused_as, terminal_reason FROM contact")
    assert len(rows) == MANY
    assert {row["refused_as"] for row in rows} == {None}
    assert await town.rows("SELECT FROM notice") == []


async def test_failure_25_an_anonymous_caller_is_talked_with_and_never_promised_a_call_back(town: Town) -> None:
    reed = await _ready(town)
    busy = await town.call(caller="+447700900124")
    await reed.answer()
    sid = await town.call(caller=None)
    await town.press(sid, "9")
    await town.state(sid, "waiting")
    assert await town.rows("SELECT FROM call_back") == []
    await town.hang_up(busy)
    await reed.wrap_up()
    assert (await reed.answer())["caller"] is None
    await town.hang_up(sid)
    await town.ends_as(sid, "answered")
