"""One call on the volunteer's desk: ring, accept, mute, hold, transfer, hang up, wrap up."""

import pytest
from playwright.async_api import Page, expect

from tests.console.conftest import Place

pytestmark = pytest.mark.browser


async def ready(place: Place, login: str = "songguo", **visit: object) -> Page:
    """Someone at the desk, ready for calls."""
    page = await place.visit(login, **visit)  # type: ignore[arg-type]
    await page.get_by_role("button", name="上线接听").click()
    await expect(page.get_by_role("heading", name="已上线，等待来电")).to_be_visible()
    return page


async def talking(place: Place) -> Page:
    """Someone in a talk."""
    page = await ready(place)
    await place.service.ring("songguo")
    await page.get_by_role("button", name="接听", exact=True).click()
    await expect(page.get_by_role("button", name="静音", exact=True)).to_be_enabled()
    return page


async def settled(page: Page) -> None:
    """The offer's card has been there for so long that a key counts: an earlier one was meant for something else."""
    await page.evaluate("window.hotlineCardAt = performance.now()")
    await page.wait_for_function("() => performance.now() - window.hotlineCardAt > 400")


async def test_a_call_rings_is_accepted_with_enter_hung_up_and_wrapped_up_in_two_clicks(place: Place) -> None:
    page = await ready(place)
    await place.service.ring("songguo", danger=True, returning=True)
    accept = page.get_by_role("button", name="接听", exact=True)
    await expect(accept).to_be_focused()
    await expect(page).to_have_title("来电 · 宁波24小时心理热线")
    await expect(page.get_by_text("来电者表示现在有危险").last).to_be_visible()
    await expect(page.get_by_text("曾经来电")).to_be_visible()
    await expect(page.get_by_role("timer")).to_be_visible()
    await settled(page)
    await page.keyboard.press("Enter")

    await expect(page.get_by_role("img", name="通话各方")).to_be_visible()
    await page.get_by_role("button", name="挂断").click()
    await expect(page.get_by_role("button", name="继续通话")).to_be_focused()
    await page.get_by_role("button", name="确定挂断").click()

    await page.get_by_role("radio", name="完成咨询").check()
    await page.get_by_role("button", name="完成，继续接听").click()
    await expect(page.get_by_role("heading", name="已上线，等待来电")).to_be_visible()
    assert [what for what, _ in place.service.asked] == ["accept", "wrap-up"]
    assert place.service.asked[-1][1]["disposition"] == "counselled"


async def test_alt_a_accepts_from_anywhere(place: Place) -> None:
    page = await ready(place)
    await place.service.ring("songguo")
    await page.get_by_role("button", name="接听", exact=True).wait_for()
    await page.get_by_role("button", name="English").focus()
    await settled(page)
    await page.keyboard.press("Alt+a")
    await expect(page.get_by_role("img", name="通话各方")).to_be_visible()


async def test_the_page_never_shows_a_number_of_the_caller(place: Place) -> None:
    page = await talking(place)
    await expect(page.get_by_text("来电者 A7F3").first).to_be_visible()
    assert "+44" not in await page.content()


async def test_mute_and_hold_are_shown_in_words(place: Place) -> None:
    page = await talking(place)
    await page.get_by_role("button", name="静音", exact=True).click()
    await expect(page.get_by_text("您已静音：对方听不到您")).to_be_visible()
    await page.get_by_role("button", name="取消静音").click()
    await page.get_by_role("button", name="保持通话").click()
    await expect(page.get_by_text("来电者听到等候音，听不到您")).to_be_visible()
    await page.get_by_role("button", name="恢复通话").click()
    await expect(page.get_by_text("来电者听到等候音，听不到您")).to_have_count(0)


async def test_a_colleague_who_was_quicker_is_told_and_the_card_goes(place: Place) -> None:
    page = await ready(place)
    offer = await place.service.ring("songguo")
    offer["state"] = "withdrawn"  # the message of it is lost
    await page.get_by_role("button", name="接听", exact=True).click()
    await expect(page.get_by_text("这通来电已由同事接听")).to_be_visible()
    await expect(page.get_by_role("button", name="接听", exact=True)).to_have_count(0)


async def test_an_offer_that_is_withdrawn_goes_by_itself_and_says_why(place: Place) -> None:
    page = await ready(place)
    offer = await place.service.ring("songguo")
    await expect(page.get_by_role("button", name="暂不接听")).to_be_visible()
    await place.service.offer_over(offer, "withdrawn")
    await expect(page.get_by_text("刚才的来电已停止响铃")).to_be_visible()


async def test_declining_leaves_the_volunteer_ready(place: Place) -> None:
    page = await ready(place)
    await place.service.ring("songguo")
    await page.get_by_role("button", name="暂不接听").click()
    await expect(page.get_by_role("heading", name="已上线，等待来电")).to_be_visible()


async def test_an_offer_on_the_phone_says_to_press_one(place: Place) -> None:
    page = await place.visit("songguo")
    await page.get_by_text("手机", exact=True).click()
    await page.get_by_role("button", name="上线接听").click()
    await expect(page.get_by_text("接起后按 1 接听")).to_be_visible()
    await place.service.ring("songguo")
    await expect(page.get_by_text("请接起手机，按 1 接听")).to_be_visible()


async def test_a_warm_transfer_rings_joins_and_is_completed(place: Place) -> None:
    page = await talking(place)
    await page.get_by_role("button", name="转接 / 加入第三方").click()
    await page.get_by_role("radio", name="危机干预小组").check()
    await page.get_by_role("button", name="开始转接").click()
    await expect(page.get_by_text("正在呼叫 危机干预小组")).to_be_visible()
    contact = next(iter(place.service.contact.values()))
    await place.service.transfer_moves(contact, "joined")
    await page.get_by_role("button", name="完成转接").click()
    await expect(page.get_by_role("heading", name="话后整理")).to_be_visible()
    assert place.service.asked[-1] == (
        "transfer", {"kind": "warm", "target_kind": "number", "target": "crisis-team"}
    )  # fmt: skip


async def test_a_cold_transfer_asks_once(place: Place) -> None:
    page = await talking(place)
    await page.get_by_role("button", name="转接 / 加入第三方").click()
    await page.get_by_text("直接转接", exact=True).click()
    await page.get_by_role("radio", name="康宁医院志愿者").check()
    await page.get_by_role("button", name="开始转接").click()
    assert place.service.asked[-1][0] == "accept"
    await page.get_by_role("button", name="确认直接转接").click()
    await expect(page.get_by_role("heading", name="话后整理")).to_be_visible()


async def test_a_third_person_joins_and_leaves(place: Place) -> None:
    page = await talking(place)
    await page.get_by_role("button", name="转接 / 加入第三方").click()
    await page.get_by_text("三方通话", exact=True).click()
    await page.get_by_role("radio", name="危机干预小组").check()
    await page.get_by_role("button", name="呼叫并加入").click()
    await expect(page.get_by_text("正在呼叫 危机干预小组")).to_be_visible()
    contact = next(iter(place.service.contact.values()))
    await place.service.transfer_moves(contact, "joined")
    await expect(page.get_by_text("危机干预小组 已加入通话")).to_be_visible()
    await page.get_by_role("button", name="请对方离开").click()
    await expect(page.get_by_text("来电者仍在您这里")).to_be_visible()
