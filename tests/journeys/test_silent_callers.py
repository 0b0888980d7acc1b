"""A caller who makes no sound is prompted gently, by a person, and at last let go with a word and a code."""

from typing import Any

from tests.journeys.town import Town
from tests.journeys.volunteer import Volunteer
from tests.journeys.waiting_for import until

MOST = 3  # what a line's file says when it says nothing
EVERY_S = 15
PROMPT, GOODBYE = "您好，我在听。不用着急", "现在没有听到您的声音"


async def _silent_talk(town: Town) -> tuple[str, Volunteer, Any]:
    reed = await town.volunteer("reed")
    await reed.ready()
    sid = await town.call()
    return sid, reed, await reed.answer()


async def _prompt(reed: Volunteer, contact: Any, *, expect: int = 200) -> Any:
    return await reed.post(f"/api/contacts/{contact['id']}/silent-prompt", expect=expect)


async def _end(reed: Volunteer, contact: Any, *, expect: int = 200) -> Any:
    return await reed.post(f"/api/contacts/{contact['id']}/end-silent", expect=expect)


async def _prompts_heard(town: Town, sid: str, count: int) -> None:
    async def heard() -> bool:
        return str((await town.look(sid))["heard"]).count(PROMPT) == count

    await until(heard, what=f"{count} prompts are heard")


async def test_a_silent_caller_is_prompted_and_then_let_go_with_a_word_and_a_code(town: Town) -> None:
    sid, reed, contact = await _silent_talk(town)
    assert (contact["silence_prompts"], contact["silence_prompts_most"]) == (0, MOST)
    for count in range(1, MOST + 1):
        await _end(reed, contact, expect=409)  # nobody is let go before every prompt
        shown = await _prompt(reed, contact)
        assert shown["silence_prompts"] == count
        assert shown["silence_prompt_from"] is not None
        await _prompts_heard(town, sid, count)
        await town.look(sid, "talk")  # the talk goes on
        await town.later(EVERY_S + 1)
        await _may_prompt_again(reed)
    assert (await _prompt(reed, contact, expect=409))["code"] == "not_possible_now"
    ended = await _end(reed, contact)
    assert (ended["state"], ended["disposition"]) == ("wrapping_up", "silent")
    await town.heard(sid, GOODBYE)
    await town.ends_as(sid, "answered")
    await reed.wrap_up("silent")
    assert (await town.contact_of(sid))["disposition"] == "silent"


async def _may_prompt_again(reed: Volunteer) -> None:
    async def allowed() -> bool:
        return (await reed.desk())["contact"]["silence_prompt_from"] is None

    await until(allowed, what="the next prompt may be given")


async def test_a_prompt_is_not_given_again_before_the_caller_has_had_time(town: Town) -> None:
    sid, reed, contact = await _silent_talk(town)
    await _prompt(reed, contact)
    assert "a moment ago" in (await _prompt(reed, contact, expect=409))["detail"]
    await _prompts_heard(town, sid, 1)
    await town.hang_up(sid)
    await town.ends_as(sid, "answered")
    await reed.wrap_up("counselled")  # prompted, and yet not silent: the person decides


async def test_a_caller_on_hold_is_not_prompted(town: Town) -> None:
    _, reed, contact = await _silent_talk(town)
    await reed.post(f"/api/contacts/{contact['id']}/hold", {"on": True})
    assert "hold" in (await _prompt(reed, contact, expect=409))["detail"]


async def test_nobody_prompts_or_ends_somebody_elses_talk(town: Town) -> None:
    _, _, contact = await _silent_talk(town)
    wren = await town.volunteer("wren")
    await _prompt(wren, contact, expect=404)
    await _end(wren, contact, expect=404)
