"""Whoever hangs up, at whatever step: one reason in the ledger, nobody rings on, nothing stays (failures 13 and 14).

What must be gone afterwards is the town's own check (settled.py): offers, legs at the carrier and here, timers.
"""

from collections.abc import Awaitable, Callable

import pytest

from tests.journeys.harbour import CLOSED_NUMBER, HOSPITAL, QUAY_NUMBER, UNKNOWN_NUMBER
from tests.journeys.town import Town
from tests.journeys.volunteer import Volunteer
from tests.journeys.waiting_for import until

Step = Callable[[Town], Awaitable[tuple[str, str]]]
"""Brings a call to a step; its id, and the reason it must end with when the caller hangs up there."""


async def _volunteer(town: Town, login: str = "reed") -> Volunteer:
    volunteer = await town.volunteer(login)
    await volunteer.ready()
    return volunteer


async def greeting(town: Town) -> tuple[str, str]:
    """The first words are being spoken; a volunteer rings already."""
    await _volunteer(town)
    sid = await town.call()
    await town.look(sid, "says:港湾")
    return sid, "abandoned"


async def before_the_first_word(town: Town) -> tuple[str, str]:
    """The caller changes their mind at once."""
    await _volunteer(town)
    return await town.call(), "abandoned"


async def menu(town: Town) -> tuple[str, str]:
    """The keys are being explained; nobody is there yet."""
    await _volunteer(town)
    await town.volunteer("wren")
    sid = await town.call()
    await town.look(sid, "gather:0")
    return sid, "abandoned"


async def waiting(town: Town) -> tuple[str, str]:
    """In the queue, with music: the only volunteer talks to somebody else."""
    volunteer = await _volunteer(town)
    await town.call(caller="+447700900124")
    await volunteer.answer()
    sid = await town.call()
    await town.look(sid, "conference")
    await town.state(sid, "waiting")
    return sid, "abandoned"


async def ringing(town: Town) -> tuple[str, str]:
    """A volunteer's console rings."""
    volunteer = await _volunteer(town)
    sid = await town.call()
    await town.look(sid, "conference")
    await volunteer.offer()
    return sid, "abandoned"


async def ringing_a_telephone(town: Town) -> tuple[str, str]:
    """A volunteer's own telephone rings."""
    volunteer = await town.volunteer("reed", phone="+447700900200")
    await volunteer.ready("phone")
    sid = await town.call()
    await town.leg_to("+447700900200")
    return sid, "abandoned"


async def connecting(town: Town) -> tuple[str, str]:
    """A volunteer has accepted and her browser still rings."""
    volunteer = await _volunteer(town)
    await town.device(volunteer.softphone, "by_hand")
    sid = await town.call()
    town.telephones_run(1)
    await volunteer.accept()
    await town.leg_to(volunteer.softphone)
    return sid, "abandoned"


async def connecting_before_anything_rings(town: Town) -> tuple[str, str]:
    """A volunteer has accepted in this very instant."""
    volunteer = await _volunteer(town)
    await town.device(volunteer.softphone, "by_hand")  # however slow this machine is, her browser is slower
    sid = await town.call()
    await volunteer.accept()
    return sid, "abandoned"


async def talking(town: Town) -> tuple[str, str]:
    """They talk."""
    volunteer = await _volunteer(town)
    sid = await town.call()
    await volunteer.answer()
    return sid, "answered"


async def on_hold(town: Town) -> tuple[str, str]:
    """The caller is held."""
    volunteer = await _volunteer(town)
    sid = await town.call()
    contact = await volunteer.answer()
    await volunteer.post(f"/api/contacts/{contact['id']}/hold", {"on": True})
    await _held(town, sid)
    return sid, "answered"


async def _held(town: Town, sid: str) -> None:
    async def held() -> bool:
        return bool((await town.look(sid))["held"])

    await until(held, what=f"{sid} is held")


async def warm_transfer_ringing(town: Town) -> tuple[str, str]:
    """A colleague is being asked in, the caller is held."""
    reed, wren = await _volunteer(town), await _volunteer(town, "wren")
    sid = await town.call()
    contact = await reed.answer()
    await reed.transfer(contact, "warm", "person", wren.person_id)
    await wren.offer()
    await _held(town, sid)
    return sid, "answered"


async def warm_transfer_joined(town: Town) -> tuple[str, str]:
    """Two volunteers talk about the caller, who is held."""
    reed, wren = await _volunteer(town), await _volunteer(town, "wren")
    sid = await town.call()
    contact = await reed.answer()
    await reed.transfer(contact, "warm", "person", wren.person_id)
    await wren.accept()
    await _transfer_is(town, reed, "joined")
    return sid, "answered"


async def _transfer_is(town: Town, volunteer: Volunteer, state: str) -> None:
    async def there() -> bool:
        contact = (await volunteer.desk())["contact"]
        return contact is not None and contact["transfer"] is not None and contact["transfer"]["state"] == state

    await until(there, what=f"the transfer is {state}")


async def outside_ringing(town: Town) -> tuple[str, str]:
    """An outside telephone rings to be brought in."""
    reed = await _volunteer(town)
    sid = await town.call()
    contact = await reed.answer()
    await reed.transfer(contact, "third", "number", "hospital")
    await town.leg_to(HOSPITAL)
    return sid, "answered"


async def caller_alone(town: Town) -> tuple[str, str]:
    """The volunteer's line broke, the caller is told so."""
    volunteer = await _volunteer(town)
    sid = await town.call()
    await volunteer.answer()
    await town.hang_up(await town.leg_to(volunteer.softphone))
    await town.state(sid, "caller_alone", "waiting", "diverted")
    return sid, "answered"


async def voicemail_being_left(town: Town) -> tuple[str, str]:
    """The recorder runs: what was said before hanging up is kept."""
    sid = await town.call()
    await town.look(sid, "recording")
    return sid, "voicemail"


async def call_back_question(town: Town) -> tuple[str, str]:
    """Asked whether to be called back, and gone without an answer."""
    volunteer = await _volunteer(town)
    await town.call(caller="+447700900124")
    await volunteer.answer()
    sid = await town.call()
    await town.press(sid, "9")
    await town.heard(sid, "要我们给您现在用的这个号码回电")
    return sid, "abandoned"


async def outside_number(town: Town) -> tuple[str, str]:
    """Nobody is on shift and the line's outside number rings."""
    sid = await town.call(to=QUAY_NUMBER)
    await town.leg_to(HOSPITAL)
    return sid, "abandoned"


async def closed(town: Town) -> tuple[str, str]:
    """The line is closed and says so."""
    sid = await town.call(to=CLOSED_NUMBER)
    await town.look(sid, "says:12356")
    return sid, "closed_hours"


EVERY_STEP: tuple[Step, ...] = (
    before_the_first_word,
    greeting,
    menu,
    waiting,
    ringing,
    ringing_a_telephone,
    connecting_before_anything_rings,
    connecting,
    talking,
    on_hold,
    warm_transfer_ringing,
    warm_transfer_joined,
    outside_ringing,
    caller_alone,
    voicemail_being_left,
    call_back_question,
    outside_number,
    closed,
)


@pytest.mark.parametrize("step", EVERY_STEP, ids=lambda step: step.__name__)
async def test_failure_13_a_caller_who_hangs_up_leaves_nobody_ringing_and_one_reason(town: Town, step: Step) -> None:
    """Failures 13 and 14: the caller hangs up."""
    sid, reason = await step(town)
    await town.hang_up(sid)
    row = await town.ends_as(sid, reason)
    assert row["ended_by"] == "caller"
    for volunteer in town.volunteers:
        await volunteer.is_("ready", "wrapping_up", "away", "offline", "engaged")
        assert (await volunteer.desk())["offers"] == []


async def test_failure_14_a_caller_who_hangs_up_while_held_leaves_each_volunteer_with_what_is_theirs(
    town: Town,
) -> None:
    """Two of them talk about the caller, who hears music: whoever held the call codes it, the other is free."""
    sid, _ = await warm_transfer_joined(town)
    reed, wren = town.volunteers
    await town.hang_up(sid)
    await reed.is_("wrapping_up")
    await wren.is_("ready")  # she only helped out: there is nothing for her to code
    await reed.wrap_up("counselled")
    await reed.is_("ready")
    row = await town.ends_as(sid, "answered")
    assert (row["state"], row["person_id"], row["ended_by"]) == ("closed", reed.person_id, "caller")
    assert [leg.call.sid for leg in town.carrier.legs.values()] == []


VOLUNTEER_LEAVES_AT: tuple[Step, ...] = (connecting, talking, on_hold, warm_transfer_ringing, outside_ringing)


@pytest.mark.parametrize("step", VOLUNTEER_LEAVES_AT, ids=lambda step: step.__name__)
async def test_failure_14_a_volunteer_whose_line_breaks_never_takes_the_caller_along(town: Town, step: Step) -> None:
    """Failures 3, 10 and 14: the volunteer's telephone goes down; the caller is still there, and is brought on."""
    sid, _ = await step(town)
    gone = town.volunteers[0]
    helper = town.volunteers[1] if len(town.volunteers) > 1 else await _volunteer(town, "helper")
    await town.hang_up(await town.leg_to(gone.softphone))
    await gone.is_("wrapping_up", "away")
    assert (await town.look(sid))["status"] == "in-progress"
    await helper.answer()
    await town.look(sid, "talk")
    assert not (await town.look(sid))["held"]
    await town.hang_up(sid)
    await town.ends_as(sid, "answered")


async def test_failure_10_a_colleague_who_had_joined_has_the_caller_when_the_first_volunteers_line_breaks(
    town: Town,
) -> None:
    """Failure 10: the user leaves in the middle of a transfer."""
    sid, _ = await warm_transfer_joined(town)
    reed, wren = town.volunteers
    await town.hang_up(await town.leg_to(reed.softphone))
    await reed.wrap_up()
    assert (await wren.talking())["person_id"] == str(wren.person_id)
    await town.look(sid, "talk")
    await town.hang_up(sid)
    await wren.wrap_up()
    assert (await town.ends_as(sid, "answered"))["person_id"] == wren.person_id


async def test_failure_14_a_colleague_who_leaves_again_leaves_the_talk_as_it_was(town: Town) -> None:
    """Failure 14: one participant's going never ends the others' talk."""
    sid, _ = await warm_transfer_joined(town)
    reed, wren = town.volunteers
    await town.hang_up(await town.leg_to(wren.softphone))
    await wren.is_("ready")
    await town.look(sid, "talk")
    contact = await reed.talking()
    assert contact["transfer"] is None
    await town.hang_up(sid)
    await town.ends_as(sid, "answered")


async def test_failure_16_a_call_to_a_number_of_no_line_is_recorded_and_told_who_can_help(town: Town) -> None:
    """Failure 16: a call to a number of no line is recorded like any other, and says who can help."""
    sid = await town.call(to=UNKNOWN_NUMBER)
    await town.heard(sid, "12356")
    await town.ends_as(sid, "failed")
