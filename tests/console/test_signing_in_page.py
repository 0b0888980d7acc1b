"""The sign-in page: two steps where the account has two, errors in words, nothing typed is lost."""

import pytest
from playwright.async_api import expect

from tests.console.conftest import Place, sign_in
from tests.console.fake_state import PASSWORD

pytestmark = pytest.mark.browser


async def test_a_volunteer_signs_in_and_sees_the_desk(place: Place) -> None:
    page = await place.visit()
    await sign_in(page, "songguo")
    await expect(page.get_by_role("link", name="接听台")).to_have_attribute("aria-current", "page")
    await expect(page.get_by_role("link", name="实时看板")).to_have_count(0)


async def test_a_wrong_password_is_told_in_words_and_the_login_stays(place: Place) -> None:
    page = await place.visit()
    await sign_in(page, "songguo", "not-it")
    await expect(page.get_by_role("alert")).to_contain_text("账号或密码不正确")
    await expect(page.locator("[name=login]")).to_have_value("songguo")
    await expect(page.locator("[name=password]")).to_have_value("not-it")


async def test_the_second_step_is_asked_for_and_a_wrong_code_can_be_corrected(place: Place) -> None:
    page = await place.visit()
    await sign_in(page, "qinghe")
    code = page.locator("[name=code]")
    await expect(code).to_be_focused()
    await code.fill("000000")
    await code.press("Enter")
    await expect(page.get_by_role("alert")).to_contain_text("验证码不正确")
    await code.fill("123 456")
    await code.press("Enter")
    await expect(page.get_by_role("link", name="接听台")).to_be_visible()


async def test_a_server_out_of_reach_keeps_what_was_typed(place: Place) -> None:
    page = await place.visit()
    await page.locator("[name=login]").fill("songguo")
    await place.service.go_down()
    await sign_in(page, "songguo")
    await expect(page.get_by_role("alert")).to_contain_text("暂时连不上服务器")
    place.service.come_back()
    await expect(page.locator("[name=password]")).to_have_value(PASSWORD)
    await page.locator("button[type=submit]").click()
    await expect(page.get_by_role("link", name="接听台")).to_be_visible()


async def test_the_language_switch_takes_effect_at_once_and_is_kept_on_the_account(place: Place) -> None:
    page = await place.visit("songguo")
    await page.get_by_role("button", name="English").click()
    await expect(page.get_by_role("link", name="Desk")).to_be_visible()
    await expect(page.locator("html")).to_have_attribute("lang", "en")
    await page.reload()
    await expect(page.get_by_role("link", name="Desk")).to_be_visible()
    assert place.service.language["songguo"] == "en"


async def test_a_session_that_ends_on_the_server_leads_back_to_signing_in(place: Place) -> None:
    page = await place.visit("songguo")
    await expect(page.get_by_role("button", name="上线接听")).to_be_enabled()
    place.service.sessions.clear()
    await page.get_by_role("button", name="上线接听").click()
    await expect(page.locator("[name=login]")).to_be_visible()
