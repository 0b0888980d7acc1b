"""Two people act on one thing at once: who comes second is told, sees what is stored, keeps what she wrote and can go
on (P8). "The page is up to date now" is true.

The pictures go to test-results/screens.
"""

import re
from datetime import timedelta
from typing import Any

import pytest
from playwright.async_api import Browser, BrowserContext, Page, expect

from app.domain.permissions import Role
from app.lines.apply import apply_documents
from app.lines.reading import read_document
from app.platform.clock import fresh_id, now
from tests.journeys.in_browsers import contexts, go_ready, in_english, shown, sign_in
from tests.journeys.long_ringing import LONG_RINGING, ring_long
from tests.journeys.past_talks import code_of, talk
from tests.journeys.test_supervisors_casework_in_the_browser import NUMBER, ORCHARD, find
from tests.journeys.town import Town
from tests.journeys.volunteer import Volunteer

__all__ = ["contexts"]

pytestmark = pytest.mark.browser

CHANGED = "内容刚刚有变化，页面已更新"


async def test_p8_a_level_set_by_somebody_else_is_shown_at_once_and_after_a_conflict_the_next_press_sets_it(
    town: Town, browser: Browser, contexts: list[BrowserContext]
) -> None:
    await ring_long(town)
    reed = await town.volunteer("reed")
    heron = await town.volunteer("heron", role=Role.SUPERVISOR)
    page = await sign_in(town, browser, contexts, "reed")
    await go_ready(page)
    sid = await town.call(to=LONG_RINGING)
    await page.get_by_role("button", name="接听", exact=True).click()
    await town.state(sid, "talking")
    contact_id = (await town.contact_of(sid))["id"]
    await expect(page.get_by_text("还没有确定等级")).to_be_visible()

    told = {"level": "moderate", "rationale": "语气低沉。", "unknowns": [], "version": 0}
    assert (await heron.client.put(f"/api/contacts/{contact_id}/level", json=told)).status_code == 200
    await expect(page.get_by_text("已定为“中”")).to_be_visible()
    await expect(page.get_by_role("radio", name="中", exact=True)).to_be_checked()

    imminent, why = page.get_by_role("radio", name="紧急", exact=True), page.get_by_label("判断依据")
    await imminent.check()
    await why.fill("药就在手边。")
    told = {"level": "high", "rationale": "有计划。", "unknowns": [], "version": 1}
    assert (await heron.client.put(f"/api/contacts/{contact_id}/level", json=told)).status_code == 200
    await expect(page.get_by_text(re.compile("您选择时，.*已把等级定为“高”"))).to_be_visible()
    await expect(page.get_by_text("已定为“高”")).to_be_visible()
    await expect(imminent).to_be_checked()
    await expect(why).to_have_value("药就在手边。")
    await shown(page, "level-set-meanwhile")
    await in_english(page, "level-set-meanwhile")

    async with town.db.transaction() as tx:  # and once more, of which no message comes in time
        await tx.execute(
            """INSERT INTO risk_level (id, contact_id, version, level, rationale, set_by, set_at)
               VALUES ($1, $2, 3, 'moderate', '', $3, $4)""",
            fresh_id(), contact_id, heron.person_id, now(),
        )  # fmt: skip
    press = page.get_by_role("button", name="确定等级")
    await press.click()
    await expect(page.get_by_text(CHANGED)).to_be_visible()
    await expect(page.get_by_text("已定为“中”", exact=False)).to_be_visible()
    await expect(imminent).to_be_checked()
    await shown(page, "level-conflict")
    await press.click()
    await expect(page.get_by_text("已定为“紧急”")).to_be_visible()
    await expect(page.get_by_text(CHANGED)).to_have_count(0)
    await expect(why).to_have_value("")
    (last,) = await town.rows("SELECT level, version FROM risk_level ORDER BY version DESC LIMIT 1")
    assert (last["level"], last["version"]) == ("imminent", 4)
    await town.hang_up(sid)
    await town.ends_as(sid, "answered")
    await reed.wrap_up()


async def _file(town: Town) -> tuple[Volunteer, str, str]:
    """A colleague who is in charge too, a file with a flag and two tasks: its code and its id."""
    reed = await town.volunteer("reed")
    heron = await town.volunteer("heron", role=Role.SUPERVISOR)
    crane = await town.volunteer("crane", role=Role.SUPERVISOR)
    contact = await talk(town, reed, NUMBER, level="high")
    code = await code_of(heron, contact)
    subject = (await crane.get(f"/api/contacts/{contact}/subject"))["subject_id"]
    async with town.db.transaction() as tx:
        await apply_documents(tx, [read_document(ORCHARD, "orchard.yaml")], now=now())
    await crane.post(f"/api/subjects/{subject}/flags", {"code": "means_at_hand"}, expect=201)
    for text in ("周五回访", "问药是否交出"):
        body = {"text": text, "owner": {"kind": "role", "id": "supervisor"}}
        body |= {"due_at": (now() + timedelta(days=3)).isoformat()}
        await crane.post(f"/api/subjects/{subject}/tasks", body, expect=201)
    asked = {"to_organisation": "orchard", "reason": "孩子转学到那边"}
    await crane.post(f"/api/subjects/{subject}/hand-overs", asked, expect=201)
    return crane, code, str(subject)


async def _change_task(colleague: Volunteer, subject: str, called: str, **changes: Any) -> None:
    tasks = (await colleague.get(f"/api/subjects/{subject}"))["tasks"]
    (task,) = (each for each in tasks if each["text"] == called)
    path = f"/api/subjects/{subject}/tasks/{task['id']}"
    answer = await colleague.client.patch(path, json={"version": task["version"], **changes})
    assert answer.status_code == 200, answer.text


async def _press_done(page: Page, text: str, outcome: str) -> None:
    tasks = page.get_by_role("region", name="待办事项")
    await tasks.get_by_role("button", name=f"完成 {text}").click()
    await tasks.get_by_label("结果或原因").fill(outcome)
    await tasks.get_by_role("group", name="这件事办完了？").get_by_role("button", name="完成").click()


async def test_p8_what_a_colleague_has_changed_in_a_file_is_there_after_a_conflict_and_what_was_written_stays(
    town: Town, browser: Browser, contexts: list[BrowserContext]
) -> None:
    crane, code, subject = await _file(town)
    page = await sign_in(town, browser, contexts, "heron")
    await find(page, code)
    tasks = page.get_by_role("region", name="待办事项")
    outcome = tasks.get_by_label("结果或原因")
    await expect(tasks.get_by_text("周五回访")).to_be_visible()

    await _change_task(crane, subject, "周五回访", text="周六回访")
    await _press_done(page, "周五回访", "已回访")
    await expect(tasks.get_by_text(CHANGED)).to_be_visible()
    await expect(tasks.get_by_text("周六回访")).to_be_visible()
    await expect(outcome).to_have_value("已回访")
    await tasks.get_by_role("group", name="这件事办完了？").get_by_role("button", name="完成").click()
    await expect(tasks.get_by_text("已结束的（1）")).to_be_visible()

    await _change_task(crane, subject, "问药是否交出", state="cancelled", outcome="已由学校处理")
    await _press_done(page, "问药是否交出", "已交家人保管")
    await expect(tasks.get_by_text(re.compile("刚把这件事改为“.*”，您写的没有保存。"))).to_be_visible()
    await expect(outcome).to_have_value("已交家人保管")
    await shown(page, "task-ended-meanwhile")
    await in_english(page, "task-ended-meanwhile")
    await tasks.get_by_role("button", name="返回").click()
    await expect(tasks.get_by_text("已结束的（2）")).to_be_visible()

    flags = page.get_by_role("region", name="提醒")
    await flags.get_by_role("button", name=re.compile("^解除")).click()
    await page.get_by_label("为什么解除").fill("药已交家人保管")
    (flag,) = (await crane.get(f"/api/subjects/{subject}"))["flags"]
    await crane.post(f"/api/subjects/{subject}/flags/{flag['id']}/lift", {"reason": "已处理", "version": 1})
    dialog = page.get_by_role("dialog")
    await dialog.get_by_role("button", name="解除").click()
    await expect(dialog.get_by_text("此提醒已解除，无需再次解除")).to_be_visible()
    await dialog.get_by_role("button", name="取消").click()
    await expect(flags.get_by_text("没有生效的提醒。")).to_be_visible()

    hand_over = page.get_by_role("region", name="移交档案")
    await expect(hand_over.get_by_text("等待答复")).to_be_visible()
    (asked,) = (await crane.get(f"/api/subjects/{subject}"))["hand_overs"]
    await crane.post(f"/api/hand-overs/{asked['id']}/withdraw", {"version": asked["version"], "reason": ""})
    await hand_over.get_by_role("button", name="撤回").click()
    await hand_over.get_by_role("alertdialog").get_by_role("button", name="撤回").click()
    await expect(hand_over.get_by_role("alert").get_by_text(re.compile(f"{CHANGED}|已有答复"))).to_be_visible()
    await expect(hand_over.get_by_text("等待答复")).to_have_count(0)
