"""What one writes is never written over unseen: not by a second window of one's own, and not because the key of the
draft is missing (P8).

The pictures go to test-results/screens.
"""

import re

import pytest
from playwright.async_api import Browser, BrowserContext, Locator, Page, Route, expect

from tests.console.test_accessibility import complaints
from tests.journeys.in_browsers import contexts, go_ready, in_english, shown, sign_in
from tests.journeys.long_ringing import LONG_RINGING, ring_long
from tests.journeys.town import Town

__all__ = ["contexts"]

pytestmark = pytest.mark.browser

SEND_AFTER_MS = 3000  # as in useRecord.ts


def _facts(page: Page) -> Locator:
    return page.get_by_label(re.compile("^事实"))


def _saved(page: Page) -> Locator:
    return page.get_by_text(re.compile("^草稿已保存 [0-9]"))


async def _writing(town: Town, browser: Browser, contexts: list[BrowserContext], text: str) -> tuple[Page, str]:
    """Reed in a talk, with a draft that says so much."""
    await ring_long(town)
    await town.volunteer("reed")
    page = await sign_in(town, browser, contexts, "reed")
    await go_ready(page)
    sid = await town.call(to=LONG_RINGING)
    await page.get_by_role("button", name="接听", exact=True).click()
    await town.state(sid, "talking")
    await _facts(page).fill(text)
    await expect(_saved(page)).to_be_visible()
    return page, sid


async def _version(town: Town) -> int:
    (draft,) = await town.rows("SELECT version FROM note_draft")
    return int(draft["version"])


async def _over(town: Town, page: Page, sid: str) -> None:
    await town.hang_up(sid)
    await page.get_by_role("radio", name="已倾听与支持").check()
    await page.get_by_role("button", name=re.compile("完成")).click()
    await town.ends_as(sid, "answered")


async def test_p8_a_draft_whose_key_is_missing_is_told_of_and_once_it_is_discarded_saving_goes_on(
    town: Town, browser: Browser, contexts: list[BrowserContext]
) -> None:
    page, sid = await _writing(town, browser, contexts, "最近睡不着。")
    version = await _version(town)
    async with town.db.transaction() as tx:
        await tx.execute("UPDATE note_draft SET sealed = overlay(sealed placing 'zz'::bytea from 2 for 2)")
    await page.reload()

    told = page.get_by_role("alert").filter(has_text=re.compile("密钥“zz.*缺失或不符"))
    await expect(told).to_be_visible()
    await expect(_facts(page)).to_have_value("最近睡不着。")  # this browser has it still
    await _facts(page).fill("最近睡不着，不想吃饭。")
    await expect(page.get_by_text("还没存到服务器，请看下面的提示")).to_be_visible()
    await shown(page, "record-draft-unreadable")
    await in_english(page, "record-draft-unreadable")
    assert await _version(town) == version

    await page.get_by_role("button", name="放弃打不开的草稿").click()
    await page.get_by_role("button", name="放弃", exact=True).click()
    await expect(told).to_have_count(0)
    await expect(_saved(page)).to_be_visible()
    await page.reload()
    await expect(_facts(page)).to_have_value("最近睡不着，不想吃饭。")
    await expect(told).to_have_count(0)
    await _over(town, page, sid)


async def test_p8_a_draft_that_another_window_wrote_is_shown_beside_ones_own_before_it_is_replaced(
    town: Town, browser: Browser, contexts: list[BrowserContext]
) -> None:
    page, sid = await _writing(town, browser, contexts, "最近睡不着。")
    elsewhere = await sign_in(town, browser, contexts, "reed")
    await expect(_facts(elsewhere)).to_have_value("最近睡不着。")
    await elsewhere.get_by_role("radio", name="问过").check()
    await _facts(elsewhere).fill("最近睡不着，不想吃饭。")
    await expect(_saved(elsewhere)).to_be_visible()
    version = await _version(town)

    await _facts(page).fill("最近睡不着，不想上学。")
    both = page.get_by_role("alertdialog", name="另一个窗口里有更新的草稿")
    for text in ("不想吃饭", "不想上学", "问过"):
        await expect(both.locator("label").filter(has_text=text)).to_be_visible()
    await shown(page, "record-other-draft")
    await in_english(page, "record-other-draft")
    assert await complaints(page) == []
    assert await _version(town) == version  # nothing is written over meanwhile

    danger = both.get_by_role("group", name="是否问过危险")
    await expect(danger.get_by_role("radio", name="另一个窗口写的")).to_be_checked()  # nothing was chosen here
    await both.get_by_role("button", name="按所选继续").click()
    await expect(_saved(page)).to_be_visible()
    await expect(page.get_by_role("radio", name="问过")).to_be_checked()
    await expect(_facts(page)).to_have_value("最近睡不着，不想上学。")

    await _facts(elsewhere).fill("最近睡不着，也不想出门。")
    both = elsewhere.get_by_role("alertdialog", name="另一个窗口里有更新的草稿")
    await both.get_by_role("radio", name=re.compile("不想上学")).check()
    await both.get_by_role("button", name="按所选继续").click()
    await expect(_facts(elsewhere)).to_have_value("最近睡不着，不想上学。")
    await _over(town, page, sid)


async def test_p8_what_another_window_has_written_since_is_still_there_when_the_note_is_submitted(
    town: Town, browser: Browser, contexts: list[BrowserContext]
) -> None:
    page, sid = await _writing(town, browser, contexts, "最近睡不着。")
    await page.get_by_role("radio", name="问过").check()
    await expect(_saved(page)).to_be_visible()
    await page.get_by_role("button", name="核对并提交").click()
    await expect(page.get_by_role("button", name="确认提交")).to_be_enabled()
    elsewhere = await sign_in(town, browser, contexts, "reed")
    await _facts(elsewhere).fill("最近睡不着，手边有药。")
    await expect(_saved(elsewhere)).to_be_visible()
    await elsewhere.context.close()

    await page.get_by_role("button", name="确认提交").click()
    beside = page.get_by_text("下面是另外一份还没有提交的草稿")
    await expect(beside).to_be_visible()
    await expect(_facts(page)).to_have_value("最近睡不着，手边有药。")
    await shown(page, "record-draft-beside")
    await in_english(page, "record-draft-beside")
    assert await complaints(page) == []
    (note,) = await town.rows("SELECT texts->>'facts' AS facts FROM note")
    assert note["facts"] == "最近睡不着。"

    await page.get_by_role("button", name="放弃草稿").click()
    await page.get_by_role("button", name="放弃", exact=True).click()
    await expect(beside).to_have_count(0)
    await expect(page.get_by_text("最近睡不着。")).to_be_visible()
    await _over(town, page, sid)


@pytest.mark.parametrize("status", [403, 404])
async def test_p8_a_draft_that_the_server_takes_no_more_is_not_sent_again_and_again_and_the_page_says_so(
    town: Town, browser: Browser, contexts: list[BrowserContext], status: int
) -> None:
    page, sid = await _writing(town, browser, contexts, "最近睡不着。")
    tried: list[str] = []

    async def refuse(route: Route) -> None:
        tried.append(route.request.method)
        await route.fulfill(status=status, json={"code": "not_found", "status": status})

    await page.route("**/draft", refuse)
    for text in ("最近睡不着，不想吃饭。", "最近睡不着，不想上学。"):
        await _facts(page).fill(text)
        told = page.get_by_role("alert").filter(has_text="服务器不再接受您写这份记录")
        await expect(told).to_be_visible()
    await page.get_by_role("radio", name="问过").check()
    await page.wait_for_timeout(2 * SEND_AFTER_MS)
    assert tried == ["PUT"]
    await expect(page.get_by_text("还没存到服务器，请看下面的提示")).to_be_visible()
    await expect(page.get_by_role("button", name="核对并提交")).to_be_disabled()
    await shown(page, "record-refused")
    await in_english(page, "record-refused")

    await page.unroute("**/draft")
    await page.reload()  # she may again: what this computer kept is there and goes to the server
    await expect(_facts(page)).to_have_value("最近睡不着，不想上学。")
    await expect(_saved(page)).to_be_visible()
    await _over(town, page, sid)
