"""A note of high risk is reviewed: taken, returned with what is missing, amended by its writer, accepted.

The pictures go to test-results/screens.
"""

import re

import pytest
from playwright.async_api import Browser, BrowserContext, expect

from app.domain.permissions import Role
from tests.journeys.in_browsers import contexts, in_english, shown, sign_in
from tests.journeys.past_talks import talk
from tests.journeys.town import Town

__all__ = ["contexts"]

pytestmark = pytest.mark.browser

CALLER = "+447700900144"  # reserved for drama
WANTED = "请补充手边有没有药，以及谁来保管。"
ADDED = "家里有安眠药，已约好由家人保管。"


async def test_a_note_goes_back_to_its_writer_and_comes_again(
    town: Town, browser: Browser, contexts: list[BrowserContext]
) -> None:
    reed = await town.volunteer("reed")
    await town.volunteer("heron", role=Role.SUPERVISOR)
    await talk(town, reed, CALLER, level="high", facts="最近睡不着，有吃药的念头。")
    reviewer = await sign_in(town, browser, contexts, "heron")
    await reviewer.get_by_role("link", name="评审", exact=True).click()
    await expect(reviewer.get_by_text("高风险", exact=True)).to_be_visible()
    await expect(reviewer.get_by_text("待评审 1 份；近 30 天已评审 0 份，共 1 份记录。")).to_be_visible()
    await shown(reviewer, "reviews")
    await reviewer.get_by_role("link", name=re.compile("^打开 小reed")).click()
    await expect(reviewer.get_by_text("有吃药的念头")).to_be_visible()
    levels = reviewer.get_by_role("region", name="风险等级与依据")
    await expect(levels.get_by_text("语气低沉，有计划。")).to_be_visible()
    await expect(levels.get_by_text("当时没有评估提示")).to_be_visible()
    await reviewer.get_by_role("button", name="领取评审").click()
    accept = reviewer.get_by_role("button", name="通过", exact=True)
    await expect(accept).to_be_disabled()
    groups = reviewer.locator(".review-form fieldset")
    for number in range(await groups.count()):
        await groups.nth(number).get_by_role("radio").nth(3).check()
    await groups.nth(3).get_by_role("radio", name="无法判断").check()
    give_back = reviewer.get_by_role("button", name="退回补充")
    await expect(give_back).to_be_disabled()
    await reviewer.get_by_label("给书写人的反馈").fill(WANTED)
    await shown(reviewer, "review")
    await in_english(reviewer, "review")
    await give_back.click()
    await expect(reviewer.get_by_text("已退回，等书写人补充")).to_be_visible()

    writer = await sign_in(town, browser, contexts, "reed")
    await writer.get_by_role("link", name="个案记录").click()
    await expect(writer.get_by_role("heading", name="退回给我的记录（1）")).to_be_visible()
    await expect(writer.get_by_text(WANTED)).to_be_visible()
    done = writer.get_by_role("button", name="交回评审")
    await expect(done).to_be_disabled()
    await shown(writer, "records-returned")
    await writer.get_by_role("link", name=re.compile("打开记录补充")).click()
    await writer.get_by_role("button", name="修改", exact=True).click()
    await writer.get_by_label(re.compile("^危险手段")).fill(ADDED)
    await writer.get_by_role("button", name="核对并保存修改").click()
    await writer.get_by_role("button", name="确认提交").click()
    await expect(writer.get_by_text("第 2 版")).to_be_visible()
    await writer.get_by_role("link", name="返回").click()
    await done.click()
    await expect(writer.get_by_text("已交回，等评审人查看。")).to_be_visible()

    await reviewer.reload()
    await expect(reviewer.get_by_text(ADDED)).to_be_visible()
    await expect(reviewer.get_by_text(re.compile("小reed .* 已补充"))).to_be_visible()
    for number in range(await groups.count()):
        await groups.nth(number).get_by_role("radio").nth(4).check()
    await accept.click()
    await expect(reviewer.get_by_text("已通过")).to_be_visible()
    states = await town.rows("SELECT state FROM note_review")
    assert [row["state"] for row in states] == ["done"]
