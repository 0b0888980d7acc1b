"""What a supervisor watches and does: wallboard, people, notices, rota, lines, blocked callers, call-backs."""

import re

import pytest
from playwright.async_api import Locator, Page, Route, expect

from tests.console.busy_evening import fill
from tests.console.conftest import Place
from tests.console.fake_state import ago, contact_of

pytestmark = pytest.mark.browser


async def supervising(place: Place, page_name: str, **visit: object) -> Page:
    """A supervisor on this page, on a busy evening."""
    fill(place.service)
    page = await place.visit("yuanshan", **visit)  # type: ignore[arg-type]
    await page.get_by_role("link", name=page_name, exact=True).click()
    return page


def row_of(page: Page, text: str) -> Locator:
    """The table row that says this."""
    return page.get_by_role("row").filter(has_text=text)


async def choose(page: Page, field: str, option: str) -> None:
    """Pick from a list by typing, as the keyboard does; the list may still be loading."""
    await page.get_by_role("combobox", name=field).fill(option)
    await expect(page.locator(".ant-select-item-option-active", has_text=option)).to_be_visible()
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("dialog").locator(".ant-select").first).to_contain_text(option)


async def test_the_wallboard_shows_both_denominators_and_moves_as_things_happen(place: Place) -> None:
    page = await supervising(place, "实时看板")
    card = page.get_by_role("article", name="宁波24小时心理热线")
    await expect(card).to_contain_text("94.6%")
    await expect(card).to_contain_text("83.3%")
    await expect(card).to_contain_text("有人排队，无人可接听")
    await place.service.change("line", "ningbo-24h", ready=1, waiting=0)
    await expect(card).not_to_contain_text("有人排队，无人可接听")


async def test_waits_grow_by_themselves_between_messages(place: Place) -> None:
    page = await supervising(place, "实时看板")
    wait = page.get_by_role("article", name="宁波24小时心理热线").locator("dd").nth(1)
    await expect(wait).to_have_text(re.compile(r"^1:\d\d$"))
    first = await wait.inner_text()
    await expect(wait).not_to_have_text(first)


async def test_a_contact_appears_moves_and_leaves_and_shows_who_was_rung(place: Place) -> None:
    page = await supervising(place, "实时看板")
    contact = contact_of(1, "waiting", caller="B2B2", tried=[{"work_name": "青禾", "state": "missed", "at": ago(9)}])
    place.service.contact[contact["id"]] = contact
    await place.service.tell("contact", contact["id"])
    row = row_of(page, "B2B2")
    await expect(row).to_contain_text("排队等候")
    await expect(row).to_contain_text("青禾 未接")
    await place.service.change("contact", contact["id"], state="talking", work_name="远山", answered_at=ago(0))
    await expect(row).to_contain_text("通话中")
    await place.service.change("contact", contact["id"], state="closed")
    await expect(row).to_have_count(0)


async def test_someone_is_sent_offline_with_a_reason(place: Place) -> None:
    page = await supervising(place, "实时看板")
    await row_of(page, "青禾").get_by_role("button", name="设为下线").click()
    await page.get_by_role("radio", name="请先休息").check()
    await page.get_by_role("button", name="设为下线").last.click()
    await expect(page.get_by_role("dialog")).to_have_count(0)
    assert ("set-presence", {"activity": "offline", "reason": "rest"}) in place.service.asked


async def test_a_wrap_up_that_was_left_is_closed_with_a_reason_once_its_time_is_over(place: Place) -> None:
    page = await supervising(place, "实时看板")
    qinghe = place.service.ids["qinghe"]
    contact = contact_of(
        1, "wrapping_up", caller="C3C3", person_id=qinghe, work_name="青禾", wrap_up_until=ago(-600)
    )  # fmt: skip
    place.service.contact[contact["id"]] = contact
    await place.service.tell("contact", contact["id"])
    await place.service.change("presence", qinghe, activity="wrapping_up", contact_id=contact["id"])
    row = page.get_by_role("region", name=re.compile("^值班人员")).get_by_role("row").filter(has_text="青禾")
    button = row.get_by_role("button", name="结束话后整理")
    await expect(row).to_contain_text("话后整理")
    await expect(button).to_have_count(0)
    await place.service.change("contact", contact["id"], wrap_up_until=ago(1))
    await button.click()
    confirm = page.get_by_role("dialog").get_by_role("button", name="结束话后整理")
    await expect(confirm).to_be_disabled()
    await page.get_by_role("radio", name="人已离开，联系不上").check()
    await confirm.click()
    await expect(page.get_by_role("dialog")).to_have_count(0)
    await expect(row).to_contain_text("暂离")
    await expect(button).to_have_count(0)
    assert ("close-wrap-up", {"contact_id": contact["id"], "reason": "out_of_reach"}) in place.service.asked


async def test_someone_off_shift_is_let_in(place: Place) -> None:
    page = await supervising(place, "实时看板")
    await page.get_by_role("button", name="临时放行").click()
    await choose(page, "同事", "青禾")
    await page.get_by_text("2 小时", exact=True).click()
    await page.get_by_role("dialog").get_by_role("button", name="临时放行").click()
    await expect(page.get_by_role("dialog")).to_have_count(0)
    assert ("let-in", {"pool_id": "ningbo-teachers", "hours": 2}) in place.service.asked


async def test_a_notice_goes_when_it_was_seen(place: Place) -> None:
    page = await supervising(place, "实时看板")
    notice = page.get_by_role("listitem").filter(has_text="青禾 连续未接来电")
    await notice.get_by_role("button", name="知道了").click()
    await expect(notice).to_have_count(0)


async def test_a_call_back_needs_someone_who_is_ready(place: Place) -> None:
    page = await supervising(place, "接听台")
    await expect(page.get_by_role("button", name="回拨").first).to_be_disabled()
    await page.get_by_role("button", name="上线接听").click()
    await page.get_by_role("button", name="回拨").first.click()
    await expect(page.get_by_text("现在不能进行这个操作")).to_be_visible()


async def test_whoever_calls_back_is_told_that_the_telephone_may_have_rung_before(place: Place) -> None:
    page = await supervising(place, "实时看板")
    owed = page.get_by_role("region", name="待回电").get_by_role("listitem")
    told = owed.filter(has_text="上次未接通，对方电话可能响过")
    await expect(told).to_have_count(1)
    await expect(told).to_contain_text("8585 成长热线")
    await expect(owed).to_have_count(2)


async def test_a_caller_is_blocked_from_the_wallboard_and_the_block_is_lifted(place: Place) -> None:
    page = await supervising(place, "实时看板")
    await row_of(page, "A7F3").get_by_role("button", name="屏蔽").click()
    await page.get_by_role("radio", name="恶作剧").check()
    await page.get_by_role("button", name="确定屏蔽").click()
    await expect(page.get_by_role("dialog")).to_have_count(0)
    await page.get_by_role("link", name="屏蔽名单").click()
    row = row_of(page, "A7F3")
    await expect(row).to_contain_text("恶作剧")
    await row.get_by_role("button", name="解除").click()
    await row.get_by_role("button", name="解除", exact=True).click()
    await expect(row).to_have_count(0)


async def test_whoever_is_in_danger_or_has_no_number_is_not_offered_for_blocking(place: Place) -> None:
    page = await supervising(place, "实时看板")
    await expect(row_of(page, "Q4TD")).to_contain_text("危险")
    await expect(row_of(page, "Q4TD").get_by_role("button", name="屏蔽")).to_have_count(0)
    await expect(row_of(page, "无号码").get_by_role("button", name="屏蔽")).to_have_count(0)


async def test_a_shift_across_midnight_is_added_and_cancelled(place: Place) -> None:
    page = await supervising(place, "排班")
    await page.get_by_role("button", name="下一周").click()
    await page.get_by_role("button", name=re.compile("添加班次：康宁医院志愿者")).last.click()
    await choose(page, "同事", "松果")
    await page.get_by_label("开始").fill("2200")
    await page.get_by_label("结束").fill("06:00")
    await expect(page.get_by_text("将排到次日")).to_be_visible()
    before = set(place.service.shift)
    await page.get_by_role("dialog").get_by_role("button", name="添加班次").click()
    await expect(page.get_by_role("dialog")).to_have_count(0)
    (added,) = set(place.service.shift) - before
    assert place.service.shift[added]["starts_at"].endswith("T14:00:00.000Z")
    chip = page.get_by_role("listitem").filter(has_text="22:00–06:00")
    await expect(chip.first).to_contain_text("次日结束")
    await chip.first.get_by_role("button", name=re.compile("取消班次")).click()
    await expect(page.get_by_role("button", name="保留")).to_be_focused()
    await page.get_by_role("button", name="取消该班次").click()
    await expect(page.get_by_role("alertdialog")).to_have_count(0)
    assert place.service.shift[added]["cancelled"]


async def test_gaps_are_told_in_words(place: Place) -> None:
    page = await supervising(place, "排班")
    await expect(page.get_by_text("缺 2 人").first).to_be_visible()
    await expect(page.get_by_text("全天").first).to_be_visible()


async def test_a_line_shows_its_hours_pools_texts_and_dated_versions(place: Place) -> None:
    page = await supervising(place, "线路")
    await page.get_by_role("link", name="常州96111心理热线").click()
    await expect(page.get_by_role("img", name=re.compile("一周开放时间: 周一 全天"))).to_be_visible()
    await page.get_by_role("button", name=re.compile("已过期")).click()
    await expect(page.get_by_role("img", name=re.compile("周一 18:00-22:00"))).to_be_visible()
    await expect(page.get_by_role("heading", name="接听团队（按顺序）")).to_be_visible()
    await page.go_back()
    await expect(page.get_by_role("heading", name="线路")).to_be_visible()


async def test_a_line_that_asks_for_consent_by_key_shows_which_key_says_what(place: Place) -> None:
    async def asking(route: Route) -> None:
        answer = await route.fetch()
        line = await answer.json()
        for version in line["versions"]:
            version["document"]["consent"]["keys"] = {"recording": {"refuse": "6"}, "follow_up": {"agree": "5"}}
        await route.fulfill(response=answer, json=line)

    page = await supervising(place, "线路")
    await page.route("**/api/lines/*", asking)
    await page.get_by_role("link", name="常州96111心理热线").click()
    texts = page.get_by_role("region", name="来电者听到的话")
    await expect(texts.get_by_text("按 6：不同意录音")).to_be_visible()
    await expect(texts.get_by_text("按 5：同意随访")).to_be_visible()
    await page.get_by_role("button", name="English").click()
    await expect(page.get_by_text("5: agrees to follow-up")).to_be_visible()


async def test_an_offer_rings_on_every_page_with_the_way_to_the_desk(place: Place) -> None:
    page = await supervising(place, "线路")
    await expect(page.get_by_role("heading", name="线路")).to_be_visible()
    await place.service.ring("yuanshan")
    await page.get_by_role("alert").get_by_role("link", name="接听台").click()
    await expect(page.get_by_role("button", name="接听", exact=True)).to_be_focused()
