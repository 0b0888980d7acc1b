"""Two volunteers race for one call in two real browsers, before the real service, while a supervisor looks on.

The pictures go to test-results/screens; the one in the README is a copy of one of them.
"""

import asyncio
import re

import pytest
from playwright.async_api import Browser, BrowserContext, Locator, Page, expect

from app.domain.permissions import Role
from tests.journeys.in_browsers import SCREENS, contexts, go_ready, sign_in
from tests.journeys.long_ringing import LONG_RINGING, ring_long
from tests.journeys.town import Town

__all__ = ["contexts"]

pytestmark = pytest.mark.browser


def _accept(page: Page) -> Locator:
    return page.get_by_role("button", name="接听", exact=True)


async def test_two_volunteers_race_for_one_call_and_one_gets_it(
    town: Town, browser: Browser, contexts: list[BrowserContext]
) -> None:
    await ring_long(town)
    await town.volunteer("reed")
    await town.volunteer("wren")
    await town.volunteer("heron", role=Role.SUPERVISOR)
    pages = [await sign_in(town, browser, contexts, login) for login in ("reed", "wren")]
    board = await sign_in(town, browser, contexts, "heron")
    await board.get_by_role("link", name="实时看板").click()
    for page in pages:
        await go_ready(page)
    sid = await town.call(to=LONG_RINGING)
    for page in pages:
        await expect(_accept(page)).to_be_visible()
    await pages[0].screenshot(path=SCREENS / "desk-ringing-zh.png")
    await asyncio.gather(*(_accept(page).click() for page in pages))
    mute = [page.get_by_role("button", name="静音", exact=True) for page in pages]
    waiting = [page.get_by_role("heading", name="已上线，等待来电") for page in pages]
    row = await town.state(sid, "talking")
    winner, loser = (0, 1) if await _talks(pages[0]) else (1, 0)
    await expect(mute[winner]).to_be_enabled()
    await expect(waiting[loser]).to_be_visible()
    await expect(board.get_by_text("通话中").first).to_be_visible()
    await pages[winner].screenshot(path=SCREENS / "desk-talking-zh.png")
    await board.screenshot(path=SCREENS / "wallboard-zh.png", full_page=True)
    assert row["person_id"] is not None
    await town.hang_up(sid)
    await pages[winner].get_by_role("radio", name="已倾听与支持").check()
    await pages[winner].get_by_role("button", name=re.compile("完成")).click()
    await expect(waiting[winner]).to_be_visible()
    await town.ends_as(sid, "answered")


async def _talks(page: Page) -> bool:
    """Whether this page shows a talk rather than the wait for one; they settle within moments."""
    talk = page.get_by_role("img", name="通话各方")
    idle = page.get_by_role("heading", name="已上线，等待来电")
    await expect(talk.or_(idle)).to_be_visible()
    return await talk.is_visible()
