"""When the connection breaks: the page says so, locks what needs the server, keeps what was entered, comes back."""

import pytest
from playwright.async_api import expect

from tests.console.conftest import Place
from tests.console.test_desk_call import ready, talking

pytestmark = pytest.mark.browser


async def test_offline_is_said_acts_are_locked_and_it_comes_back_by_itself(place: Place) -> None:
    page = await talking(place)
    await place.service.go_down()
    await expect(page.get_by_text("连接已断开，正在重连…；通话不受影响")).to_be_visible()
    await expect(page.get_by_role("button", name="挂断")).to_be_disabled()
    place.service.come_back()
    await expect(page.get_by_text("已重新连接")).to_be_visible()
    await expect(page.get_by_role("button", name="挂断")).to_be_enabled()


async def test_what_happened_while_offline_is_shown_after_the_snapshot(place: Place) -> None:
    page = await talking(place)
    contact = next(iter(place.service.contact.values()))
    await place.service.go_down()
    await expect(page.get_by_text("正在重连")).to_be_visible()
    await place.service.end_talk(contact, "caller")
    place.service.come_back()
    await expect(page.get_by_role("heading", name="话后整理")).to_be_visible()


async def test_a_chosen_outcome_survives_a_reload_and_a_broken_connection(place: Place) -> None:
    page = await talking(place)
    contact = next(iter(place.service.contact.values()))
    await place.service.end_talk(contact, "caller")
    await page.get_by_role("radio", name="沉默来电").check()
    await place.service.go_down()
    await expect(page.get_by_role("button", name="完成，继续接听")).to_be_disabled()
    place.service.come_back()
    await page.reload()
    await expect(page.get_by_role("radio", name="沉默来电")).to_be_checked()
    await page.get_by_role("button", name="完成，继续接听").click()
    await expect(page.get_by_role("heading", name="已上线，等待来电")).to_be_visible()
    assert place.service.asked[-1][1]["disposition"] == "silent"


async def test_a_stale_version_keeps_the_choice_and_the_second_try_goes_through(place: Place) -> None:
    page = await talking(place)
    contact = next(iter(place.service.contact.values()))
    await place.service.end_talk(contact, "caller")
    await page.get_by_role("radio", name="沉默来电").check()
    contact["version"] += 1  # somebody else's change, of which no message came
    await page.get_by_role("button", name="完成，继续接听").click()
    await expect(page.get_by_text("内容刚刚有变化")).to_be_visible()
    await expect(page.get_by_role("radio", name="沉默来电")).to_be_checked()
    await page.get_by_role("button", name="完成，继续接听").click()
    await expect(page.get_by_role("heading", name="已上线，等待来电")).to_be_visible()


async def test_a_ringing_offer_is_still_there_after_a_reload(place: Place) -> None:
    page = await ready(place)
    await place.service.ring("songguo")
    await expect(page.get_by_role("button", name="暂不接听")).to_be_visible()
    await page.reload()
    await expect(page.get_by_role("button", name="暂不接听")).to_be_visible()


async def test_whoever_is_not_on_shift_is_told_why_they_cannot_go_ready(place: Place) -> None:
    place.service.presence[place.service.ids["songguo"]]["on_shift"] = False
    page = await place.visit("songguo")
    await page.get_by_role("button", name="上线接听").click()
    await expect(page.get_by_text("现在不在您的班次内，无法上线")).to_be_visible()
