"""Every page in the state it is used in, held against WCAG 2 A and AA by axe-core, by day and by night."""

from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from playwright.async_api import Page, expect

from app.console import build_hook
from tests.console.busy_evening import fill
from tests.console.conftest import Place
from tests.console.test_desk_call import ready

pytestmark = pytest.mark.browser
AXE = build_hook.WEB / "node_modules" / "axe-core" / "axe.min.js"
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"]}


async def complaints(page: Page) -> list[str]:
    """What axe finds wrong, one line each with the place."""
    await page.evaluate(AXE.read_text())
    found: dict[str, Any] = await page.evaluate("rules => axe.run(document, rules)", RULES)
    return [
        f"{one['id']}: {node['html'][:120]} {node['failureSummary'][:200]}"
        for one in found["violations"]
        for node in one["nodes"]
    ]


async def desk_while_ringing(place: Place, scheme: str) -> Page:
    page = await ready(place, color_scheme=scheme, reduced_motion="reduce")
    await place.service.ring("songguo", danger=True)
    await expect(page.get_by_role("button", name="接听", exact=True)).to_be_focused()
    return page


async def desk_in_a_talk(place: Place, scheme: str) -> Page:
    page = await desk_while_ringing(place, scheme)
    await page.get_by_role("button", name="接听", exact=True).click()
    await page.get_by_role("button", name="转接 / 加入第三方").click()
    await page.get_by_text("预选通话结果").click()
    await expect(page.get_by_role("radio", name="完成咨询")).to_be_visible()
    return page


async def desk_at_wrap_up(place: Place, scheme: str) -> Page:
    page = await desk_in_a_talk(place, scheme)
    await place.service.end_talk(next(iter(place.service.contact.values())), "caller")
    await expect(page.get_by_role("heading", name="话后整理")).to_be_visible()
    return page


async def sign_in_page(place: Place, scheme: str) -> Page:
    page = await place.visit(color_scheme=scheme, reduced_motion="reduce")
    await expect(page.locator("[name=login]")).to_be_focused()
    return page


def supervisor_page(name: str, sign: str) -> Callable[[Place, str], Awaitable[Page]]:
    """A page of the supervisor's on a busy evening; `sign` is there when it is."""

    async def arrive(place: Place, scheme: str) -> Page:
        fill(place.service)
        page = await place.visit("yuanshan", color_scheme=scheme, reduced_motion="reduce")
        await page.get_by_role("link", name=name, exact=True).click()
        await page.locator(sign).first.wait_for()
        return page

    return arrive


PAGES = {
    "sign-in": sign_in_page,
    "ringing": desk_while_ringing,
    "talk": desk_in_a_talk,
    "wrap-up": desk_at_wrap_up,
    "wallboard": supervisor_page("实时看板", ".line-card"),
    "rota": supervisor_page("排班", ".chip"),
    "lines": supervisor_page("线路", "td a"),
    "blocks": supervisor_page("屏蔽名单", "td"),
}


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("name", PAGES)
async def test_a_page_has_no_fault_that_axe_can_find(place: Place, name: str, scheme: str) -> None:
    page = await PAGES[name](place, scheme)
    assert await complaints(page) == []


async def test_the_desk_is_worked_with_the_keyboard_alone(place: Place) -> None:
    page = await place.visit("songguo")
    await page.keyboard.press("Tab")
    await expect(page.get_by_role("link", name="跳到主要内容")).to_be_focused()
    await page.keyboard.press("Enter")
    await page.keyboard.press("Tab")
    pressed = 0
    while not await page.get_by_role("button", name="上线接听").evaluate("one => one === document.activeElement"):
        await page.keyboard.press("Tab")
        pressed += 1
        assert pressed < 5, "the switch is not among the first things that Tab reaches"
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("heading", name="已上线，等待来电")).to_be_visible()


async def test_a_new_offer_does_not_take_the_focus_from_someone_who_types(place: Place) -> None:
    fill(place.service)
    page = await place.visit("yuanshan")
    await page.get_by_role("button", name="上线接听").click()
    await page.evaluate("document.querySelector('main').append(document.createElement('textarea'))")
    await page.locator("textarea").fill("draft")
    await place.service.ring("yuanshan")
    await expect(page.get_by_role("button", name="接听", exact=True)).to_be_visible()
    await expect(page.locator("textarea")).to_be_focused()
