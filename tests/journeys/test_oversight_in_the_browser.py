"""An auditor reads who did what; an administrator sees what is kept how long, holds a line and lifts the hold.

The pictures go to test-results/screens.
"""

import re

import pytest
from playwright.async_api import Browser, BrowserContext, expect

from app.domain.permissions import Role
from tests.journeys.in_browsers import contexts, in_english, shown, sign_in
from tests.journeys.past_talks import code_of, talk
from tests.journeys.town import Town

__all__ = ["contexts"]

pytestmark = pytest.mark.browser

CALLER = "+447700900145"  # reserved for drama


async def test_an_auditor_finds_what_a_supervisor_did(
    town: Town, browser: Browser, contexts: list[BrowserContext]
) -> None:
    reed = await town.volunteer("reed")
    heron = await town.volunteer("heron", role=Role.SUPERVISOR)
    code = await code_of(heron, await talk(town, reed, CALLER, level="high"))
    (file,) = await heron.get(f"/api/subjects?code={code}")
    await heron.get(f"/api/subjects/{file['id']}")
    await town.volunteer("owl", role=Role.AUDITOR)
    page = await sign_in(town, browser, contexts, "owl")
    await page.get_by_role("link", name="审计", exact=True).click()
    await page.get_by_role("button", name="查阅").click()
    table = page.get_by_role("table", name="审计记录")
    await expect(table.get_by_text("查看档案", exact=True)).to_be_visible()
    await expect(table.get_by_text("确定风险等级")).to_be_visible()
    await shown(page, "audit")
    await in_english(page, "audit")
    await page.get_by_label("操作").select_option(label="查看档案")
    await page.get_by_label("对象编号").fill(file["id"])
    await page.get_by_role("button", name="查阅").click()
    await expect(table.get_by_role("row")).to_have_count(2)  # the head and the one look
    await expect(table.get_by_text("小heron")).to_be_visible()
    assert CALLER[3:] not in await page.content()


async def test_an_administrator_holds_a_line_and_lifts_the_hold(
    town: Town, browser: Browser, contexts: list[BrowserContext]
) -> None:
    await town.volunteer("stork", role=Role.ADMINISTRATOR)
    page = await sign_in(town, browser, contexts, "stork")
    await page.get_by_role("link", name="保存期限").click()
    await expect(page.get_by_text("现在没有法律保留。")).to_be_visible()
    await page.get_by_role("button", name="设置法律保留").click()
    await page.get_by_label("整条线路").last.select_option(label="港湾热线")
    await page.get_by_label("原因").select_option(label="投诉")
    await page.get_by_role("button", name="设置法律保留").click()
    holds = page.get_by_role("region", name=re.compile("^法律保留"))
    await expect(holds.get_by_text("港湾热线")).to_be_visible()
    await shown(page, "retention")
    await in_english(page, "retention")
    await holds.get_by_role("button", name="解除").click()
    await holds.get_by_role("alertdialog").get_by_role("button", name="解除").click()
    await expect(page.get_by_text("现在没有法律保留。")).to_be_visible()

    await page.get_by_role("button", name="清除一个人的记录").click()
    await expect(page.get_by_text("永久删除，无法恢复")).to_be_visible()
    erase = page.get_by_role("button", name="永久清除")
    await page.get_by_label("编号").fill("不是编号")
    await expect(page.get_by_text("编号应为 36 位")).to_be_visible()
    await expect(erase).to_be_disabled()
    await shown(page, "retention-erasing")
