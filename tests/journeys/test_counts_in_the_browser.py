"""A supervisor counts contacts, sees that small counts are hidden and why, and keeps the table as a sheet.

The pictures go to test-results/screens.
"""

import asyncio
import re
from datetime import timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from playwright.async_api import Browser, BrowserContext, Page, Route, expect

from app.domain.permissions import Role
from app.platform.clock import fresh_id, now
from tests.console.test_accessibility import complaints
from tests.journeys.in_browsers import SCREENS, contexts, in_english, shown, sign_in
from tests.journeys.town import Town
from tests.journeys.volunteer import Volunteer

__all__ = ["contexts"]

pytestmark = pytest.mark.browser

SERVICE_ZONE = ZoneInfo("Asia/Shanghai")


async def notes(town: Town, writer: Volunteer, how_many: int, *, ago: timedelta = timedelta(0), **codes: str) -> None:
    """Contacts that are over, of this month or as long ago, each with a note of these codes."""
    at = now() - ago
    async with town.db.transaction() as tx:
        for _ in range(how_many):
            contact = fresh_id()
            await tx.execute(
                """INSERT INTO contact (id, line_id, number_dialled, state, person_id, offered_at, answered_at,
                     ended_at, terminal_reason)
                   VALUES ($1, 'harbour', '+441632960101', 'closed', $2, $3, $3, $3, 'answered')""",
                contact, writer.person_id, at,
            )  # fmt: skip
            await tx.execute(
                """INSERT INTO note (id, contact_id, line_id, scope, person_id, gender, age_band, topics, texts,
                     codes_version, submitted_at, changed_at, locks_at)
                   VALUES (gen_random_uuid(), $1, 'harbour', $1, $2, $3, $4, $5, '{"facts": "说很累"}', 'x', $6, $6,
                     $6)""",
                contact, writer.person_id, codes.get("gender"), codes.get("age_band"),
                [codes["topic"]] if "topic" in codes else [], at,
            )  # fmt: skip


async def counting(town: Town, browser: Browser, contexts: list[BrowserContext], role: Role) -> Page:
    await town.volunteer("heron", role=role)
    page = await sign_in(town, browser, contexts, "heron")
    await page.get_by_role("link", name="统计", exact=True).click()
    await expect(page.get_by_role("heading", name="统计", exact=True)).to_be_visible()
    return page


async def row(page: Page, name: str) -> list[str]:
    """What a row of the table says, cell by cell."""
    found = page.get_by_role("row").filter(has=page.get_by_role("rowheader", name=name, exact=True))
    return [text.strip() for text in await found.get_by_role("cell").all_inner_texts()]


async def ask(page: Page, rows: str, columns: str | None = None) -> None:
    """Count by these, and wait until it is counted."""
    await page.get_by_label("按什么统计").select_option(label=rows)
    await page.get_by_label("再按什么细分").select_option(label=columns or "不细分")
    await page.get_by_role("button", name="统计", exact=True).click()
    said = f"{rows}和{columns}" if columns else rows
    await expect(page.get_by_role("heading", name=re.compile(f"，我负责的全部线路，按{said}$"))).to_be_visible()


async def test_a_supervisor_counts_sees_what_is_hidden_and_why_and_keeps_the_table(
    town: Town, browser: Browser, contexts: list[BrowserContext], tmp_path: Path
) -> None:
    reed = await town.volunteer("reed")
    await notes(town, reed, 19, gender="female", topic="guigang:study")
    await notes(town, reed, 6, gender="male", topic="guigang:study")
    await notes(town, reed, 2, gender="other")
    page = await counting(town, browser, contexts, Role.SUPERVISOR)
    await ask(page, "性别")
    assert [await row(page, name) for name in ("女", "男", "其他")] == [["19"], ["已隐藏"], ["已隐藏"]]
    await expect(page.get_by_role("status").get_by_text(re.compile("^少于 5 人次的数字会隐藏"))).to_be_visible()
    await shown(page, "counts")

    async with page.expect_download() as begun:
        await page.get_by_role("button", name="下载表格（CSV）").click()
    kept = await begun.value
    month = now().astimezone(SERVICE_ZONE).strftime("%Y-%m")
    assert kept.suggested_filename.startswith("统计-")
    assert kept.suggested_filename.endswith(f"-{month}.csv")
    await kept.save_as(tmp_path / "counts.csv")
    assert (tmp_path / "counts.csv").read_bytes().decode("utf-8") == (
        "\ufeff代码,性别,人次\r\nfemale,女,19\r\nmale,男,*\r\nother,其他,*\r\n"
    )
    assert len(await town.rows("SELECT FROM audit_entry WHERE act = 'counts_exported'")) == 2  # the look and the sheet

    await page.get_by_role("button", name="English").click()
    assert [await row(page, name) for name in ("Female", "Male", "Other")] == [["19"], ["hidden"], ["hidden"]]
    await expect(page.get_by_text(re.compile("^Numbers of fewer than 5 contacts are hidden"))).to_be_visible()
    await page.screenshot(path=SCREENS / "counts-en.png", full_page=True)
    assert await complaints(page) == []


async def test_a_figure_that_lacks_what_is_hidden_in_a_month_says_that_it_is_at_least_so_much(
    town: Town, browser: Browser, contexts: list[BrowserContext]
) -> None:
    reed = await town.volunteer("reed")
    for ago, counted in ((62, (9, 8, 0)), (31, (1, 7, 12)), (0, (2, 0, 0))):
        for gender, many in zip(("female", "male", "other"), counted, strict=True):
            await notes(town, reed, many, ago=timedelta(days=ago), gender=gender)
    page = await counting(town, browser, contexts, Role.SUPERVISOR)
    await ask(page, "性别")
    assert [await row(page, name) for name in ("女", "男", "其他")] == [["至少 9"], ["至少 8"], ["至少 12"]]
    await expect(page.get_by_text(re.compile("^有 1 个“线路×月份”人次太少"))).to_be_visible()
    await shown(page, "counts-at-least")
    await in_english(page, "counts-at-least")
    await ask(page, "性别", "月份")
    assert [await row(page, name) for name in ("女", "男", "其他")] == [["9", "已隐藏"], ["8", "已隐藏"], ["–", "12"]]
    await shown(page, "counts-at-least-by-month")


async def test_counts_by_two_things_have_a_column_each_by_day_and_by_night(
    town: Town, browser: Browser, contexts: list[BrowserContext]
) -> None:
    reed = await town.volunteer("reed")
    counted = {"14-17": (31, 12, 9), "18-24": (24, 17, 8), "10-13": (9, 40, 1), "60-plus": (0, 2, 12)}
    for band, many in counted.items():
        for topic, count in zip(("study", "parent-child", "social"), many, strict=True):
            await notes(town, reed, count, age_band=band, topic=f"guigang:{topic}")
    page = await counting(town, browser, contexts, Role.AUDITOR)
    await ask(page, "主题", "年龄段")
    assert await page.get_by_role("columnheader").all_inner_texts() == [
        "年龄段", "主题", "10–13岁", "14–17岁", "18–24岁", "60岁及以上",
    ]  # fmt: skip
    # 9, 31, 24, 0 · 1, 9, 8, 12 · 40, 12, 17, 2: the 1 and the 2 go, and with them what would tell them.
    hidden = "已隐藏"
    assert await row(page, "学业困扰") == ["9", "31", "24", "0"]
    assert await row(page, "社交障碍") == [hidden, hidden, "8", hidden]
    assert await row(page, "亲子矛盾") == [hidden, hidden, "17", hidden]
    await shown(page, "counts-two")
    await page.emulate_media(color_scheme="dark")
    await shown(page, "counts-two-night")


async def test_topics_of_one_name_stand_under_the_names_of_their_sets(
    town: Town, browser: Browser, contexts: list[BrowserContext]
) -> None:
    reed = await town.volunteer("reed")
    for topic, many in (("child-helpline:family", 7), ("national-2010:family", 9), ("national-2010:sleep", 6)):
        await notes(town, reed, many, topic=topic, gender="female")
    page = await counting(town, browser, contexts, Role.SUPERVISOR)
    await ask(page, "主题")
    children, national = "儿童热线类主题（自拟）", "全国热线登记类主题（自拟）"
    assert await page.get_by_role("rowheader").all_inner_texts() == [
        children, "家庭关系", national, "睡眠问题", "家庭关系",
    ]  # fmt: skip
    await expect(page.get_by_text("这些记录用了不止一套主题集。")).to_be_visible()
    await shown(page, "counts-sets")
    await in_english(page, "counts-sets")
    await ask(page, "性别", "主题")
    assert await page.get_by_role("columnheader").all_inner_texts() == [
        "主题", children, national, "性别", "家庭关系", "睡眠问题", "家庭关系",
    ]  # fmt: skip
    assert await row(page, "女") == ["7", "6", "9"]
    await shown(page, "counts-sets-across")


async def test_what_cannot_be_counted_is_said_in_plain_words(
    town: Town, browser: Browser, contexts: list[BrowserContext]
) -> None:
    reed = await town.volunteer("reed")
    page = await counting(town, browser, contexts, Role.SUPERVISOR)
    await ask(page, "性别")
    await expect(page.get_by_role("status").get_by_text("这段时间没有可统计的记录。")).to_be_visible()
    await notes(town, reed, 3, gender="female")
    await ask(page, "风险等级")
    await expect(page.get_by_role("status").get_by_text(re.compile("^人次太少，整张表都不能显示"))).to_be_visible()
    await expect(page.get_by_role("table")).to_have_count(0)
    await shown(page, "counts-withheld")

    last = page.get_by_label("截止月份")
    await last.select_option(index=await last.locator("option").count() - 1)
    await expect(page.get_by_text("截止月份不能早于起始月份。")).to_be_visible()
    await expect(page.get_by_role("button", name="统计", exact=True)).to_be_disabled()
    await last.select_option(index=0)
    await page.get_by_label("起始月份").select_option(index=60)
    await expect(page.get_by_text("一次最多统计 60 个月")).to_be_visible()
    await page.get_by_label("起始月份").select_option(index=59)
    wait = asyncio.Event()

    async def nobody_answers(route: Route) -> None:
        await wait.wait()
        await route.abort()

    await page.route("**/api/exports/counts", nobody_answers)
    await page.get_by_role("button", name="统计", exact=True).click()
    await expect(page.get_by_role("status").get_by_text("正在统计…")).to_be_visible()
    await expect(page.get_by_role("button", name="统计", exact=True)).to_be_visible()  # and has no other name meanwhile
    wait.set()
    await expect(page.get_by_role("alert").get_by_text(re.compile("^暂时连不上服务器"))).to_be_visible()


async def test_the_pages_of_a_supervisor_stand_in_one_row_and_the_keyboard_reaches_each(
    town: Town, browser: Browser, contexts: list[BrowserContext]
) -> None:
    page = await counting(town, browser, contexts, Role.SUPERVISOR)
    links = page.locator("header nav a")
    for language in ("English", "中文"):
        await page.get_by_role("button", name=language).click()
        tops = await links.evaluate_all("all => all.map((one) => one.offsetTop)")
        assert len(tops) == 10
        assert len(set(tops)) == 1, f"{language}: {tops}"
    await links.first.focus()
    for name in await links.all_inner_texts():
        await expect(page.get_by_role("link", name=name, exact=True)).to_be_focused()
        await page.keyboard.press("Tab")
