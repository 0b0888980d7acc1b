"""The demo phone in a real browser: dial, hear, press, hang up, and pick up a volunteer's own phone."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from playwright.async_api import Browser, Page, expect

from tests.contract.rehearsed_product import LINE, PHONE, Rehearsal, rehearsal

pytestmark = pytest.mark.browser
ROOM = '<Dial><Conference beep="false" endConferenceOnExit="true" waitUrl="/hold">r1</Conference></Dial>'


@asynccontextmanager
async def phone_page(stage: Rehearsal, browser: Browser) -> AsyncIterator[Page]:
    """The page in Chromium; a script error on it fails the test."""
    wrong: list[str] = []
    page = await browser.new_page()
    page.on("pageerror", lambda error: wrong.append(str(error)))
    await page.goto(stage.emulator.base_url)
    yield page
    await page.context.close()
    assert wrong == []


async def test_a_caller_dials_hears_presses_and_hangs_up_with_the_keyboard_alone(browser: Browser) -> None:
    async with rehearsal(time_scale=2) as stage:
        ask = '<Say language="zh-CN">您好，按一继续。</Say>'
        stage.product.answers("/voice", f'<Gather numDigits="1" timeout="60" action="/menu">{ask}</Gather>')
        stage.product.answers("/menu", '<Dial><Conference waitUrl="/hold">r1</Conference></Dial>')
        stage.product.answers("/hold", '<Say language="zh-CN">请稍候。</Say><Pause length="30"/>')
        async with phone_page(stage, browser) as page:
            await expect(page.get_by_test_id("line")).to_have_value(LINE)
            await page.get_by_test_id("dial").focus()
            await page.keyboard.press("Enter")
            await expect(page.get_by_test_id("heard")).to_contain_text("您好，按一继续。")
            await page.keyboard.press("1")
            assert (await stage.product.receives("/menu")).params["Digits"] == "1"
            await expect(page.get_by_test_id("heard")).to_contain_text("请稍候。")
            await expect(page.get_by_test_id("status")).to_have_text("正在等候")
            await page.get_by_test_id("language").click()
            await expect(page.get_by_test_id("status")).to_have_text("Waiting")
            await page.keyboard.press("Escape")
            await expect(page.get_by_test_id("status")).to_have_text("The call is over")


async def test_a_volunteers_own_phone_rings_on_the_page_and_is_answered_there(browser: Browser) -> None:
    async with rehearsal(time_scale=5) as stage:
        stage.product.answers("/voice", ROOM)
        stage.product.answers("/hold", "<Say>please wait</Say><Redirect/>")
        stage.product.answers(
            "/answered", '<Gather numDigits="1" timeout="60" action="/join"><Say>按一接听</Say></Gather>'
        )
        stage.product.answers("/join", ROOM)
        async with phone_page(stage, browser) as page:
            await page.get_by_test_id("dial").click()
            await expect(page.get_by_test_id("heard")).to_contain_text("please wait")
            await stage.create(To=PHONE)
            await page.get_by_test_id("tab-phones").click()
            phone = page.get_by_test_id(f"phone-{PHONE}")
            await phone.get_by_test_id("answer").click()
            await expect(phone).to_contain_text("按一接听")
            await phone.get_by_test_id("phone-key-1").click()
            await expect(phone).to_contain_text("已接通")
            await page.get_by_test_id("tab-call").click()
            await expect(page.get_by_test_id("status")).to_have_text("已接通，可以说话")
            await page.get_by_test_id("hangup").click()
            await expect(page.get_by_test_id("status")).to_have_text("通话结束")
