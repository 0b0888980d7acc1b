"""A supervisor follows a notice to somebody else's record: what the level rests on is read there, nothing is written.

The pictures go to test-results/screens.
"""

import re

import pytest
from playwright.async_api import Browser, BrowserContext, Page, expect

from app.domain.permissions import Role
from tests.journeys.in_browsers import contexts, in_english, shown, sign_in
from tests.journeys.past_talks import write_note
from tests.journeys.town import Town
from tests.journeys.volunteer import Volunteer

__all__ = ["contexts"]

pytestmark = pytest.mark.browser

FACTS = "来电者说最近睡不着，有过不想活的念头。"
WHY = "念头一闪而过，没有计划，姐姐今晚陪着。"
SCREENER = {
    "instrument_id": "c-ssrs-screener",
    "version": 1,
    "answers": {"q1": "yes", "q2": "yes", "q3": "unknown", "q4": "yes", "q5": "no", "q6": "no"},
}


async def _talk_below_the_prompt(town: Town, browser: Browser, contexts: list[BrowserContext]) -> tuple[str, str, Page]:
    """Reed talks, and has set a level below what was prompted; heron is before the wallboard."""
    reed = await town.volunteer("reed")
    await town.volunteer("heron", role=Role.SUPERVISOR)
    await reed.ready()
    sid = await town.call()
    contact = str((await reed.answer())["id"])
    await reed.post(f"/api/contacts/{contact}/assessments", SCREENER, expect=201)
    told = {"level": "moderate", "rationale": WHY, "unknowns": ["alone", "c-ssrs-screener.q3"], "version": 0}
    assert (await reed.client.put(f"/api/contacts/{contact}/level", json=told)).status_code == 200
    page = await sign_in(town, browser, contexts, "heron")
    await page.get_by_role("link", name="实时看板").click()
    return sid, contact, page


def _reed(town: Town) -> Volunteer:
    return town.volunteers[0]


async def _over(town: Town, sid: str) -> None:
    await town.hang_up(sid)
    await _reed(town).wrap_up()
    await town.ends_as(sid, "answered")


async def test_whoever_is_asked_to_look_at_a_level_below_its_prompt_reads_the_reasons_and_the_answers(
    town: Town, browser: Browser, contexts: list[BrowserContext]
) -> None:
    sid, contact, page = await _talk_below_the_prompt(town, browser, contexts)
    await write_note(_reed(town), contact, facts=FACTS)
    await page.get_by_role("link", name=re.compile("已写明理由，请复核")).click()

    levels = page.get_by_role("region", name="风险等级与依据")
    for said in ("中", "低于评估提示“高”"):
        await expect(levels.get_by_text(said, exact=True)).to_be_visible()
    for told in (WHY, re.compile("^小reed .* 确定$")):
        await expect(levels.get_by_text(told)).to_be_visible()
    for unknown in ("身边是否有人", "有没有想过用什么方式？"):
        await expect(levels.get_by_role("listitem").filter(has_text=unknown).last).to_be_visible()
    await levels.get_by_text(re.compile("^小reed 填写，看 6 题的回答")).click()
    asked = levels.get_by_role("term").filter(has_text="有没有打算真的去做")
    await expect(asked).to_be_visible()
    await expect(levels.get_by_role("definition").filter(has_text="有／是").first).to_be_visible()
    await expect(page.get_by_text(FACTS)).to_be_visible()
    await expect(page.get_by_role("textbox")).to_have_count(0)
    await shown(page, "record-of-another")
    await in_english(page, "record-of-another")
    looks = await town.rows("SELECT act FROM audit_entry WHERE act IN ('levels_seen', 'assessments_seen', 'note_seen')")
    assert sorted(row["act"] for row in looks) == ["assessments_seen", "levels_seen", "note_seen"]

    async with town.db.transaction() as tx:  # as of before a contact's texts were numbered together
        await tx.execute("UPDATE risk_level SET scope = id")
    await page.reload()
    await expect(levels.get_by_text("编号与记录中的不对应")).to_be_visible()

    await page.route("**/level", lambda route: route.fulfill(status=503, json={"code": "error", "status": 503}))
    await page.reload()
    await expect(levels.get_by_role("alert").filter(has_text="连不上")).to_be_visible(timeout=30_000)
    await expect(levels.get_by_text(re.compile("^小reed 填写"))).to_be_visible()
    await _over(town, sid)


async def test_p7_a_record_that_somebody_else_has_not_written_yet_is_read_and_no_form_is_given_that_never_saves(
    town: Town, browser: Browser, contexts: list[BrowserContext]
) -> None:
    sid, _, page = await _talk_below_the_prompt(town, browser, contexts)
    await page.get_by_role("link", name=re.compile("已写明理由，请复核")).click()

    await expect(page.get_by_text("还没有记录。")).to_be_visible()
    await expect(page.get_by_text(WHY)).to_be_visible()
    await expect(page.get_by_role("textbox")).to_have_count(0)
    await expect(page.get_by_role("button", name="核对并提交")).to_have_count(0)
    await shown(page, "record-of-another-not-yet")
    await in_english(page, "record-of-another-not-yet")
    assert await town.rows("SELECT 1 FROM audit_entry WHERE act = 'file_refused'") == []
    await _over(town, sid)
