"""What an instrument prompts is not lost: filled in again it begins with what was answered, and a prompt of danger asks
the volunteer for a level before the note goes, whoever forgets it or assessed meanwhile (P6).

The pictures go to test-results/screens.
"""

import re

import pytest
from playwright.async_api import Browser, BrowserContext, Locator, Page, expect

from app.domain.permissions import Role
from tests.journeys.in_browsers import contexts, go_ready, in_english, shown, sign_in
from tests.journeys.long_ringing import LONG_RINGING, ring_long
from tests.journeys.town import Town

__all__ = ["contexts"]

pytestmark = pytest.mark.browser

FACTS = "说手里拿着药，想到过跳楼。"
INTENT = re.compile("^有这些想法的时候")
BEHAVIOUR = re.compile("^这一生中")


def _facts(page: Page) -> Locator:
    return page.get_by_label(re.compile("^事实"))


def _answer(page: Page, question: re.Pattern[str], answer: str) -> Locator:
    return page.get_by_role("group", name=question).get_by_role("radio", name=answer, exact=True)


async def _in_a_talk(town: Town, browser: Browser, contexts: list[BrowserContext]) -> tuple[Page, str]:
    """Reed in a talk, with her note written and danger asked about."""
    await ring_long(town)
    await town.volunteer("reed")
    page = await sign_in(town, browser, contexts, "reed")
    await go_ready(page)
    sid = await town.call(to=LONG_RINGING)
    await page.get_by_role("button", name="接听", exact=True).click()
    await town.state(sid, "talking")
    await _facts(page).fill(FACTS)
    await page.get_by_role("radio", name="问过").check()
    return page, sid


async def test_p6_an_instrument_filled_in_again_keeps_its_prompt_and_the_note_waits_for_a_level(
    town: Town, browser: Browser, contexts: list[BrowserContext]
) -> None:
    page, sid = await _in_a_talk(town, browser, contexts)
    screener = page.get_by_role("button", name=re.compile("C-SSRS"))
    await screener.click()
    await _answer(page, INTENT, "有／是").check()
    await page.get_by_role("button", name="保存评估").click()
    await expect(page.get_by_text("提示：高", exact=True)).to_be_visible()

    await screener.click()
    await expect(page.get_by_text(re.compile("填过，下面是当时的回答"))).to_be_visible()
    await expect(_answer(page, INTENT, "有／是")).to_be_checked()
    await _answer(page, BEHAVIOUR, "没有／否").check()
    await shown(page, "record-instrument-again")
    await in_english(page, "record-instrument-again")
    await page.get_by_role("button", name="保存评估").click()
    await expect(page.get_by_text("提示：高", exact=True)).to_have_count(2)

    submit = page.get_by_role("button", name="核对并提交")
    await expect(submit).to_be_disabled()
    await expect(page.get_by_text("评估提示“高”，请先在“危险评估”里确定等级，再提交。")).to_be_visible()
    await shown(page, "record-level-asked")
    await in_english(page, "record-level-asked")
    await page.get_by_role("button", name="转到风险等级").press("Enter")
    await expect(page.get_by_role("radio", name="低", exact=True)).to_be_focused()

    await page.keyboard.press("Space")
    await page.get_by_label("判断依据").fill("说只是想想，药已交给姐姐。")
    await page.get_by_role("button", name="确定等级", exact=True).click()
    await expect(page.get_by_text("已定为“低” · 提示：高")).to_be_visible()
    await expect(page.get_by_text(re.compile("请您确定等级"))).to_have_count(0)
    await submit.click()
    await page.get_by_role("button", name="确认提交").click()
    await expect(page.get_by_text("第 1 版")).to_be_visible()
    assert [row["kind"] for row in await town.rows("SELECT kind FROM notice")] == ["risk_below_prompt"]
    await town.hang_up(sid)


async def test_p6_what_somebody_else_assessed_meanwhile_refuses_the_note_in_words_and_nothing_typed_is_lost(
    town: Town, browser: Browser, contexts: list[BrowserContext]
) -> None:
    page, sid = await _in_a_talk(town, browser, contexts)
    heron = await town.volunteer("heron", role=Role.SUPERVISOR)
    (row,) = await town.rows("SELECT id FROM contact")
    contact = f"/api/contacts/{row['id']}"
    await expect(page.get_by_text("还没有确定等级")).to_be_visible()
    await page.get_by_role("button", name="核对并提交").click()
    rules = {"instrument_id": "high-risk-rules", "version": 1, "answers": {"act_in_progress": "yes"}}
    await heron.post(f"{contact}/assessments", rules, expect=201)

    await page.get_by_role("button", name="确认提交").click()
    refused = page.get_by_role("alert").filter(has_text=re.compile("评估提示“紧急”，请先在“危险评估”里确定等级"))
    await expect(refused).to_be_visible()
    await shown(page, "record-level-refused")
    await in_english(page, "record-level-refused")
    await page.get_by_role("button", name="返回修改").click()
    await expect(_facts(page)).to_have_value(FACTS)
    await page.reload()
    await expect(_facts(page)).to_have_value(FACTS)
    await expect(page.get_by_role("button", name="核对并提交")).to_be_disabled()

    await town.hang_up(sid)
    await page.get_by_role("radio", name="恶作剧").check()
    await page.get_by_role("button", name=re.compile("^完成")).click()
    await expect(refused).to_be_visible()
    await shown(page, "wrap-up-level-refused")
    await in_english(page, "wrap-up-level-refused")
    await expect(_facts(page)).to_have_value(FACTS)

    level = {"level": "low", "rationale": "来电者说是玩笑", "unknowns": [], "version": 0}
    assert (await heron.client.put(f"{contact}/level", json=level)).status_code == 200
    await expect(page.get_by_text("已定为“低” · 提示：紧急")).to_be_visible()  # it need not be her
    await expect(page.get_by_role("button", name="核对并提交")).to_be_enabled()
    await page.get_by_role("button", name=re.compile("^完成")).click()
    await expect(page.get_by_role("heading", name=re.compile("^话后整理"))).to_have_count(0)
    await town.ends_as(sid, "answered")
    assert [row["non_counselling"] for row in await town.rows("SELECT non_counselling FROM note")] == ["prank"]
