"""A flag that ends: those in charge are asked in time, extend it with one press, and find what has lapsed (P8). A task
that is late: whoever answers reads by when it was due.

The pictures go to test-results/screens.
"""

import re
from datetime import timedelta
from typing import Any

import pytest
from playwright.async_api import Browser, BrowserContext, expect

from app.domain.permissions import Role
from app.platform.clock import now
from tests.journeys.in_browsers import contexts, go_ready, in_english, shown, sign_in
from tests.journeys.long_ringing import LONG_RINGING, ring_long
from tests.journeys.past_talks import talk
from tests.journeys.town import Town
from tests.journeys.volunteer import Volunteer
from tests.journeys.waiting_for import until

__all__ = ["contexts"]

pytestmark = pytest.mark.browser

NUMBER = "+447700900143"  # reserved for drama
AGED = """
    UPDATE subject_flag SET placed_at = placed_at - $2::int * interval '1 day',
      extended_at = extended_at - $2::int * interval '1 day',
      expires_at = expires_at - $2::int * interval '1 day' WHERE code = $1
"""
ASK_NOW = "UPDATE timer SET due_at = now() WHERE kind = 'flag_ends' AND subject_id = $1 AND done_at IS NULL"


async def file_of(supervisor: Volunteer, contact: str) -> Any:
    """The file that a contact is in, once the worker has opened it."""

    async def opened() -> Any:
        return (await supervisor.get(f"/api/contacts/{contact}/subject"))["subject_id"]

    return await until(opened, what="the file")


async def test_p8_before_a_flag_ends_somebody_is_asked_and_what_lapsed_can_hold_again(
    town: Town, browser: Browser, contexts: list[BrowserContext]
) -> None:
    reed = await town.volunteer("reed")
    heron = await town.volunteer("heron", role=Role.SUPERVISOR)
    contact = await talk(town, reed, NUMBER, level="high")

    subject = await file_of(heron, contact)
    flags_at = f"/api/subjects/{subject}/flags"
    guardian = await heron.post(flags_at, {"code": "guardian_may_be_danger", "text": "继父在家"}, expect=201)
    await heron.post(flags_at, {"code": "means_at_hand"}, expect=201)
    async with town.db.transaction() as tx:
        await tx.execute(AGED, "guardian_may_be_danger", 87)
        await tx.execute(AGED, "means_at_hand", 31)
        await tx.execute(ASK_NOW, guardian["id"])
        tx.hint("timers")

    page = await sign_in(town, browser, contexts, "heron")
    await page.get_by_role("link", name="实时看板").click()
    notice = page.get_by_role("link", name=re.compile("有一条提醒快到期了"))
    await expect(notice).to_be_visible()
    await shown(page, "notice-flag-ends")
    await in_english(page, "notice-flag-ends")
    await notice.click()

    flags = page.get_by_role("region", name="提醒", exact=True)
    await expect(flags.get_by_text("即将到期")).to_be_visible()
    lapsed = flags.get_by_role("list", name="已到期的提醒")
    await expect(lapsed.get_by_text("手边有致命工具")).to_be_visible()
    await shown(page, "file-flags-lapsed")
    await in_english(page, "file-flags-lapsed")

    await flags.get_by_role("button", name=re.compile("^延长至 .*监护人")).click()
    await expect(flags.get_by_text("即将到期")).to_be_hidden()
    await expect(flags.get_by_text(re.compile("heron .* 延长"))).to_be_visible()
    (flag,) = await town.rows("SELECT id, version FROM subject_flag WHERE code = 'means_at_hand'")
    await heron.post(f"{flags_at}/{flag['id']}/extend", {"version": flag["version"]})
    await lapsed.get_by_role("button", name=re.compile("^重新生效至 .*手边有致命工具")).click()
    await expect(flags.get_by_text("内容刚刚有变化，页面已更新")).to_be_visible()
    await expect(lapsed).to_be_hidden()
    await shown(page, "file-flags-extended")
    await in_english(page, "file-flags-extended")

    async with town.db.transaction() as tx:
        await tx.execute(AGED, "means_at_hand", 31)
    await page.reload()
    await lapsed.get_by_role("button", name=re.compile("^重新生效至")).click()
    await expect(lapsed).to_be_hidden()
    await flags.get_by_role("button", name=re.compile("^解除 手边有致命工具")).click()
    await page.get_by_label("为什么解除").fill("药已交家人保管")
    await page.get_by_role("dialog").get_by_role("button", name="解除").click()
    await expect(flags.get_by_text("已解除的提醒（1）")).to_be_visible()


async def test_whoever_answers_reads_until_when_a_task_was_due_and_what_she_has_to_ask(
    town: Town, browser: Browser, contexts: list[BrowserContext]
) -> None:
    await ring_long(town)
    reed = await town.volunteer("reed")
    heron = await town.volunteer("heron", role=Role.SUPERVISOR)
    subject = await file_of(heron, await talk(town, reed, NUMBER))
    owner, due = {"kind": "role", "id": "volunteer"}, (now() + timedelta(hours=1)).isoformat()
    task = {"text": "问药是否已交给家人", "owner": owner, "due_at": due}
    await heron.post(f"/api/subjects/{subject}/tasks", task, expect=201)
    async with town.db.transaction() as tx:
        await tx.execute("UPDATE subject_task SET due_at = now() - interval '1 hour'")
        await tx.execute("UPDATE timer SET due_at = now() WHERE kind = 'task_overdue'")
        tx.hint("timers")
    await reed.be("offline")
    page = await sign_in(town, browser, contexts, "reed")
    await go_ready(page)

    sid = await town.call(to=LONG_RINGING, caller=NUMBER)
    await expect(page.get_by_text(re.compile("^已逾期（应在 .+ 前完成）"))).to_be_visible()
    await page.get_by_role("button", name="接听", exact=True).click()
    await town.state(sid, "talking")
    question = page.get_by_role("group", name=re.compile("这通电话里，您是否问过来电者有没有自伤、自杀或伤人的危险？"))
    await expect(question).to_be_visible()
    await shown(page, "desk-task-overdue")
    await in_english(page, "desk-task-overdue")
    await town.hang_up(sid)
