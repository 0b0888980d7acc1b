"""Supervisors at work on a caller's file, in browsers, on the real service (P7, P8).

The pictures go to test-results/screens.
"""

import re

import pytest
from playwright.async_api import Browser, BrowserContext, Page, expect

from app.domain.permissions import Role
from app.lines.apply import apply_documents
from app.lines.reading import read_document
from app.platform.clock import now
from tests.journeys.in_browsers import contexts, in_english, shown, sign_in
from tests.journeys.past_talks import code_of, talk
from tests.journeys.town import Town
from tests.journeys.volunteer import Volunteer

__all__ = ["contexts"]

pytestmark = pytest.mark.browser

NUMBER = "+447700900141"  # reserved for drama, like the other
OTHER_NUMBER = "+447700900142"
NAME = "顾长风"  # invented
ORCHARD = """
organisations:
  - id: orchard
    name: {zh: "果园", en: "Orchard"}
    pools: [{id: orchard-day, name: {zh: "果园白班", en: "Orchard day"}}]
lines: []
"""


async def three_talks(town: Town) -> tuple[Volunteer, Volunteer, str]:
    """A caller who rang three times: the volunteer, a supervisor, the file's code."""
    reed = await town.volunteer("reed")
    heron = await town.volunteer("heron", role=Role.SUPERVISOR)
    for level in ("moderate", "unknown", "high"):
        contact = await talk(town, reed, NUMBER, level=level)
    return reed, heron, await code_of(heron, contact)


async def find(page: Page, code: str) -> None:
    await page.get_by_role("link", name="档案", exact=True).click()
    await page.get_by_label("来电者代号").fill(code.lower())
    await page.get_by_role("button", name="查找", exact=True).click()
    await page.get_by_role("link", name=re.compile(f"打开档案 {code}")).click()
    await expect(page.get_by_role("heading", name=f"档案 {code}")).to_be_visible()


async def test_a_supervisor_reads_a_file_and_keeps_its_flags_plan_and_tasks(
    town: Town, browser: Browser, contexts: list[BrowserContext]
) -> None:
    *_, code = await three_talks(town)
    page = await sign_in(town, browser, contexts, "heron")
    await find(page, code)
    await expect(page.get_by_role("img", name=re.compile("风险等级从早到晚.*中.*无法判断.*高"))).to_be_visible()
    await expect(page.get_by_role("link", name=re.compile("查看记录："))).to_have_count(3, timeout=15_000)

    await page.get_by_role("button", name="添加提醒").click()
    dialog = page.get_by_role("dialog", name="添加提醒")
    await dialog.get_by_label("提醒什么").click()
    await page.get_by_title("手边有致命工具").click()
    await dialog.get_by_label("补充说明").fill(f"{NAME}家里有药。")
    await shown(page, "file-place-flag")
    await dialog.get_by_role("button", name="添加提醒").click()
    await expect(dialog).to_be_hidden()
    flags = page.get_by_role("region", name="提醒")
    await expect(flags.get_by_text("〔姓名1〕家里有药。")).to_be_visible()

    await page.get_by_role("button", name="写方案").click()
    await page.get_by_label("应对要点").fill("先问安全，再问睡眠\n不追问学校")
    await page.get_by_label("方案全文").fill("每周三次来电，每次不超过四十分钟。")
    await page.get_by_role("button", name="添加一位").click()
    await page.get_by_label("身份 1").select_option(label="学校心理老师")
    await page.get_by_label("做什么 1").fill("每周见一面")
    await shown(page, "file-plan-writing")
    await page.get_by_role("button", name="保存为新版本").click()
    plan = page.get_by_role("region", name="应对方案")
    await expect(plan.get_by_text("第 1 版")).to_be_visible()
    await expect(plan.get_by_text("先问安全，再问睡眠")).to_be_visible()

    await page.get_by_role("button", name="添加待办").click()
    await page.get_by_label("要做什么").fill("周五回访，问药是否已交给家人保管")
    await page.get_by_role("button", name="添加待办").click()
    tasks = page.get_by_role("region", name="待办事项")
    await expect(tasks.get_by_text("周五回访")).to_be_visible()
    await expect(tasks.get_by_text("任一督导")).to_be_visible()
    async with town.db.transaction() as tx:
        await tx.execute("UPDATE subject_task SET due_at = now() - interval '1 hour'")
    await page.reload()
    await expect(tasks.get_by_text("已逾期")).to_be_visible()
    await shown(page, "file")
    await in_english(page, "file")
    await tasks.get_by_role("button", name=re.compile("^完成")).click()
    await tasks.get_by_label("结果或原因").fill("已交家人保管")
    await tasks.get_by_role("group", name="这件事办完了？").get_by_role("button", name="完成").click()
    await expect(tasks.get_by_text("已结束的（1）")).to_be_visible()

    await flags.get_by_role("button", name=re.compile("^解除")).click()
    await page.get_by_label("为什么解除").fill("药已交家人保管")
    await page.get_by_role("dialog").get_by_role("button", name="解除").click()
    await expect(flags.get_by_text("没有生效的提醒。")).to_be_visible()
    assert NUMBER[1:] not in await page.content()
    assert NAME not in await page.content()
    rows = await town.rows("SELECT text FROM subject_flag UNION ALL SELECT lift_reason FROM subject_flag")
    assert NAME not in str(rows)


async def test_p8_two_supervisors_write_one_plan_and_both_texts_are_shown(
    town: Town, browser: Browser, contexts: list[BrowserContext]
) -> None:
    *_, code = await three_talks(town)
    await town.volunteer("crane", role=Role.SUPERVISOR)
    pages = [await sign_in(town, browser, contexts, login) for login in ("heron", "crane")]
    for page, text in zip(pages, ("先陪伴，再评估。", "先评估，再陪伴。"), strict=True):
        await find(page, code)
        await page.get_by_role("button", name="写方案").click()
        await page.get_by_label("方案全文").fill(text)
    first, second = pages
    await first.get_by_role("button", name="保存为新版本").click()
    await expect(first.get_by_text("第 1 版")).to_be_visible()
    await second.get_by_role("button", name="保存为新版本").click()
    clash = second.get_by_role("alertdialog", name=re.compile("这份方案刚被别人改过"))
    await expect(clash.get_by_text("先陪伴，再评估。")).to_be_visible()
    await expect(clash.get_by_text("先评估，再陪伴。")).to_be_visible()
    await shown(second, "file-plan-clash")
    await clash.get_by_role("button", name="接着改我写的").click()
    await second.get_by_role("button", name="保存为新版本").click()
    await expect(second.get_by_text("第 2 版")).to_be_visible()
    await second.get_by_role("button", name="看以前的版本").click()
    await expect(second.get_by_text("先陪伴，再评估。")).to_be_visible()


async def test_two_files_of_one_person_are_merged_split_and_taken_back(
    town: Town, browser: Browser, contexts: list[BrowserContext]
) -> None:
    reed, heron, code = await three_talks(town)
    other = await code_of(heron, await talk(town, reed, OTHER_NUMBER))
    (of_other,) = await heron.get(f"/api/subjects?code={other}")
    flag = {"code": "means_at_hand", "text": f"{NAME}家里有药。"}
    await heron.post(f"/api/subjects/{of_other['id']}/flags", flag, expect=201)
    written = {"version": 0, "body": f"请{NAME}每周来电。", "key_lines": ["先问安全"]}
    assert (await heron.client.put(f"/api/subjects/{of_other['id']}/plan", json=written)).status_code == 200
    page = await sign_in(town, browser, contexts, "heron")
    await find(page, code)
    history = page.get_by_role("region", name="合并与拆分")

    await history.get_by_role("button", name="合并另一份档案").click()
    dialog = page.get_by_role("dialog")
    await dialog.get_by_label("另一份档案的代号").fill(other)
    await dialog.get_by_role("button", name="查找").click()
    await dialog.get_by_role("button", name="选择").click()
    await expect(dialog.get_by_text(f"档案 {other} 的 1 次来电")).to_be_visible()
    await shown(page, "file-merge")
    await dialog.get_by_role("button", name="合并", exact=True).click()
    await expect(page.get_by_role("link", name=re.compile("查看记录："))).to_have_count(4, timeout=15_000)
    for name in ("提醒", "应对方案"):  # whose 〔姓名1〕 need not be this file's
        region = page.get_by_role("region", name=name)
        await expect(region.get_by_text(f"原档案 {other}", exact=True)).to_be_visible()
        await expect(region.get_by_text("与本档案的编号不对应")).to_be_visible()
    await shown(page, "file-merged")
    await in_english(page, "file-merged")
    await page.get_by_role("button", name="修改方案").click()
    await expect(page.get_by_text("这份方案写于合并前的另一份档案")).to_be_visible()
    await shown(page, "file-merged-plan")
    await page.get_by_role("region", name="应对方案").get_by_role("button", name="取消").click()
    await history.get_by_role("button", name="撤销").click()
    await history.get_by_role("alertdialog").get_by_role("button", name="撤销").click()
    await expect(page.get_by_role("link", name=re.compile("查看记录："))).to_have_count(3, timeout=15_000)

    await page.get_by_role("checkbox").first.check()
    await history.get_by_role("button", name="拆出所选 1 次来电").click()
    await dialog.get_by_role("button", name="拆出", exact=True).click()
    await expect(page.get_by_role("link", name=re.compile("查看记录："))).to_have_count(2, timeout=15_000)
    await expect(history.get_by_role("link", name="打开拆出的档案")).to_be_visible()
    await shown(page, "file-split")


async def test_a_file_is_handed_to_another_organisation_which_accepts_it(
    town: Town, browser: Browser, contexts: list[BrowserContext]
) -> None:
    *_, code = await three_talks(town)
    async with town.db.transaction() as tx:
        await apply_documents(tx, [read_document(ORCHARD, "orchard.yaml")], now=now())
    page = await sign_in(town, browser, contexts, "heron")
    await find(page, code)
    await expect(page.get_by_text("归属：灯塔")).to_be_visible()
    await page.get_by_role("button", name="移交给其他单位").click()
    await page.get_by_label("移交给", exact=True).select_option(label="果园")
    await page.get_by_label("移交原因").fill("孩子转学到那边")
    await page.get_by_role("button", name="提出移交").click()
    hand_over = page.get_by_role("region", name="移交档案")
    await expect(hand_over.get_by_text("等待答复")).to_be_visible()
    await page.get_by_role("link", name="档案", exact=True).click()
    waiting = page.get_by_role("region", name="等待答复的移交")
    await expect(waiting.get_by_text("灯塔 → 果园")).to_be_visible()
    await shown(page, "files")
    await waiting.get_by_role("button", name="接受").click()
    await waiting.get_by_role("alertdialog").get_by_role("button", name="接受").click()
    await expect(waiting).to_be_hidden()
    await find(page, code)
    await expect(page.get_by_text("归属：果园")).to_be_visible()
