"""Before she answers the volunteer is told what is known of whoever calls, what nobody can know, and when the file
could not be read; and nothing of it moves the button that accepts.

The pictures go to test-results/screens.
"""

import asyncio

import pytest
from playwright.async_api import Browser, BrowserContext, Locator, Page, Route, expect

from app.domain.permissions import Role
from tests.journeys.in_browsers import contexts, go_ready, in_english, shown, sign_in
from tests.journeys.long_ringing import LONG_RINGING, ring_long
from tests.journeys.past_talks import code_of, talk
from tests.journeys.town import Town

__all__ = ["contexts"]

pytestmark = pytest.mark.browser

NUMBER = "+447700900151"  # reserved for drama
SUMMARY = "**/api/contacts/*/subject"


def _accept(page: Page) -> Locator:
    return page.get_by_role("button", name="接听", exact=True)


def _file(page: Page) -> Locator:
    return page.get_by_role("region", name="已有档案")


async def _over(town: Town, sid: str) -> None:
    await town.hang_up(sid)
    await town.ends_as(sid, "abandoned")


async def test_a_level_that_nobody_could_tell_does_not_hide_the_danger_that_was_known_before(
    town: Town, browser: Browser, contexts: list[BrowserContext]
) -> None:
    await ring_long(town)
    reed = await town.volunteer("reed")
    heron = await town.volunteer("heron", role=Role.SUPERVISOR)
    for level in ("imminent", "unknown"):
        contact = await talk(town, reed, NUMBER, level=level)
    await code_of(heron, contact)
    page = await sign_in(town, browser, contexts, "reed")

    sid = await town.call(to=LONG_RINGING, caller=NUMBER)
    await expect(_file(page).get_by_text("上次等级：无法判断")).to_be_visible()
    known = _file(page).get_by_text("此前能判断的等级：紧急")
    await expect(known).to_be_visible()
    await expect(known).to_have_class("tag danger")
    await expect(page.get_by_text("曾经来电")).to_be_visible()
    await shown(page, "offer-known-danger")
    await in_english(page, "offer-known-danger")
    await _over(town, sid)


async def test_of_a_caller_who_shows_no_number_nobody_says_that_it_is_the_first_call(
    town: Town, browser: Browser, contexts: list[BrowserContext]
) -> None:
    await ring_long(town)
    await town.volunteer("reed")
    page = await sign_in(town, browser, contexts, "reed")
    await go_ready(page)
    sid = await town.call(to=LONG_RINGING, caller=None)
    await expect(page.get_by_text("未显示号码", exact=True)).to_be_visible()
    await expect(page.get_by_text("首次来电")).to_have_count(0)
    await shown(page, "offer-no-number")
    await in_english(page, "offer-no-number")
    await _over(town, sid)

    sid = await town.call(to=LONG_RINGING, caller=NUMBER)
    await expect(page.get_by_text("首次来电", exact=True)).to_be_visible()
    await expect(page.get_by_text("正在查看有没有档案…")).to_have_count(0)
    await expect(_file(page)).to_have_count(0)
    await _over(town, sid)


async def test_what_is_flagged_in_a_first_talk_is_before_the_eyes_of_the_colleague_it_goes_on_to(
    town: Town, browser: Browser, contexts: list[BrowserContext]
) -> None:
    await ring_long(town)
    reed = await town.volunteer("reed")
    heron = await town.volunteer("heron", role=Role.SUPERVISOR)
    await reed.ready()
    sid = await town.call(to=LONG_RINGING, caller=NUMBER)
    contact = await reed.answer()
    await code_of(heron, contact["id"])
    subject = (await heron.get(f"/api/contacts/{contact['id']}/subject"))["subject_id"]
    await heron.post(f"/api/subjects/{subject}/flags", {"code": "means_at_hand", "text": "家里有药"}, expect=201)

    wren = await town.volunteer("wren")
    page = await sign_in(town, browser, contexts, "wren")
    await go_ready(page)
    await reed.transfer(contact, "cold", "person", wren.person_id)
    await expect(_file(page).get_by_text("手边有致命工具 · 家里有药")).to_be_visible()
    await expect(_file(page).get_by_text("之前谈过")).to_have_count(0)
    await shown(page, "offer-flagged-in-this-talk")
    await _accept(page).click()
    await town.state(sid, "talking")
    await town.hang_up(sid)
    await town.ends_as(sid, "answered")
    await reed.wrap_up()
    await wren.wrap_up()


async def test_a_file_that_could_not_be_read_is_not_taken_for_none_and_moves_nothing_while_it_rings(
    town: Town, browser: Browser, contexts: list[BrowserContext]
) -> None:
    await ring_long(town)
    reed = await town.volunteer("reed")
    heron = await town.volunteer("heron", role=Role.SUPERVISOR)
    await code_of(heron, await talk(town, reed, NUMBER, level="high"))
    page = await sign_in(town, browser, contexts, "reed")
    answers = asyncio.Event()

    async def late_and_broken(route: Route) -> None:
        await answers.wait()
        await route.fulfill(status=500, json={"status": 500, "code": "error", "title": "broken"})

    await page.route(SUMMARY, late_and_broken)
    sid = await town.call(to=LONG_RINGING, caller=NUMBER)
    await expect(page.get_by_text("正在查看有没有档案…")).to_be_visible()
    await expect(_accept(page)).to_be_focused()
    where = await _accept(page).bounding_box()

    answers.set()
    await expect(page.get_by_role("status").get_by_text("档案暂时读不到，可能有提醒。")).to_be_visible()
    await expect(_accept(page)).to_be_focused()
    assert await _accept(page).bounding_box() == where
    await shown(page, "offer-file-unread")
    await in_english(page, "offer-file-unread")

    again = page.get_by_role("button", name="重试")
    await _accept(page).focus()
    async with page.expect_response(SUMMARY):
        await again.click()
    await expect(_accept(page)).to_be_focused()
    await expect(again).to_be_visible()
    await page.unroute(SUMMARY)
    await again.focus()
    await page.keyboard.press("Enter")
    await expect(_file(page).get_by_text("上次等级：高")).to_be_visible()
    await expect(again).to_have_count(0)
    await expect(page.locator("[role=status]:focus")).to_have_count(1)  # and not lost with the button
    assert await _accept(page).bounding_box() == where
    await _over(town, sid)
