"""Coded as silent by mistake: whoever held the talk finds it again, sets its level, and writes the note after all.

The pictures go to test-results/screens.
"""

import re

import pytest
from playwright.async_api import Browser, BrowserContext, Locator, Page, expect

from tests.journeys.in_browsers import contexts, in_english, shown, sign_in
from tests.journeys.town import Town

__all__ = ["contexts"]

pytestmark = pytest.mark.browser

FACTS = "来电者起初不说话，后来小声说手边有药。"


async def _coded_silent(town: Town, browser: Browser, contexts: list[BrowserContext]) -> Page:
    """Reed's talk was coded as silent; she has found its record again."""
    reed = await town.volunteer("reed")
    await reed.ready()
    sid = await town.call()
    contact = await reed.answer()
    await town.hang_up(sid)
    await town.ends_as(sid, "answered")
    await reed.post(f"/api/contacts/{contact['id']}/non-counselling", {"code": "silent"})
    page = await sign_in(town, browser, contexts, "reed")
    await page.get_by_role("link", name="个案记录").click()
    await page.get_by_label("线路").select_option(label="港湾热线")
    await page.get_by_role("button", name="查找", exact=True).click()
    await page.get_by_role("list", name="查找结果").get_by_role("link").click()
    await expect(page.get_by_text(re.compile("沉默来电 · 非咨询来电"))).to_be_visible()
    return page


def _facts(page: Page) -> Locator:
    return page.get_by_label(re.compile("^事实"))


async def test_a_talk_that_was_coded_as_silent_by_mistake_gets_its_note_and_its_level_after_all(
    town: Town, browser: Browser, contexts: list[BrowserContext]
) -> None:
    page = await _coded_silent(town, browser, contexts)
    after_all = page.get_by_role("button", name="其实有咨询，补写记录")
    await expect(after_all).to_be_visible()
    await shown(page, "record-coded-silent")
    await in_english(page, "record-coded-silent")
    await after_all.click()
    await page.get_by_role("button", name="取消", exact=True).click()  # pressed by mistake
    await after_all.click()

    means = page.get_by_text("这通来电记为“沉默来电”。您提交记录后，会改为有咨询的来电。")
    await expect(means).to_be_visible()
    await _facts(page).fill(FACTS)
    await page.get_by_role("radio", name="问过").check()
    await page.get_by_role("radio", name="高", exact=True).check()
    await page.get_by_label("判断依据").fill("手边有药。")
    await page.get_by_role("button", name="确定等级").click()
    await expect(page.get_by_text("已定为“高”")).to_be_visible()
    await expect(page.get_by_text(re.compile("草稿已保存 [0-9]"))).to_be_visible()
    await shown(page, "record-after-all")
    await in_english(page, "record-after-all")
    await page.reload()
    await expect(page.get_by_text("已恢复您上次没有提交的草稿。")).to_be_visible()
    await expect(means).to_be_visible()
    await page.get_by_role("button", name="核对并提交").click()
    await page.get_by_role("button", name="确认提交").click()

    await expect(page.get_by_text("第 2 版")).to_be_visible()
    await expect(page.get_by_text(FACTS)).to_be_visible()
    await expect(after_all).to_have_count(0)
    (coded,) = await town.rows("SELECT disposition, non_counselling FROM contact c JOIN note n ON n.contact_id = c.id")
    assert (coded["disposition"], coded["non_counselling"]) == ("counselled", None)


async def test_once_its_time_is_over_what_was_said_after_all_is_added_and_its_level_set(
    town: Town, browser: Browser, contexts: list[BrowserContext]
) -> None:
    page = await _coded_silent(town, browser, contexts)
    async with town.db.transaction() as tx:
        await tx.execute("UPDATE note SET locks_at = now() - interval '1 minute'")
    await page.reload()

    await expect(page.get_by_text("如果其实有咨询，请在下面补记")).to_be_visible()
    await expect(page.get_by_role("button", name="其实有咨询，补写记录")).to_have_count(0)
    await expect(page.get_by_role("radio", name="高", exact=True)).to_be_visible()
    await page.get_by_label("补充内容").fill(FACTS)
    await shown(page, "record-coded-silent-locked")
    await in_english(page, "record-coded-silent-locked")
    await page.get_by_role("button", name="核对并补记").click()
    await page.get_by_role("button", name="确认提交").click()
    await expect(page.get_by_role("paragraph").filter(has_text=FACTS)).to_be_visible()
