"""A volunteer writes beside the talk, her browser dies, the draft is there again; identities are marked and go; two
windows conflict and nothing is lost; when the caller rings again the desk shows that there is a file (P5, P8).

The pictures go to test-results/screens.
"""

import re

import pytest
from playwright.async_api import Browser, BrowserContext, Locator, Page, expect

from app.domain.permissions import Role
from tests.console.test_accessibility import complaints
from tests.journeys.in_browsers import SCREENS, contexts, go_ready, in_english, sign_in
from tests.journeys.long_ringing import LONG_RINGING, ring_long
from tests.journeys.town import Town

__all__ = ["contexts"]

pytestmark = pytest.mark.browser

NAME = "顾长风"  # invented
NUMBER_SAID = "07700 900321"  # reserved for drama
FACTS = f"来电者自称{NAME}，电话{NUMBER_SAID}，说最近睡不着，想到过跳楼。"


def _facts(page: Page) -> Locator:
    return page.get_by_label(re.compile("^事实"))


async def _take_the_call(town: Town, page: Page) -> str:
    sid = await town.call(to=LONG_RINGING)
    await expect(page.get_by_role("button", name="接听", exact=True)).to_be_visible()
    async with town.db.transaction() as tx:  # as by a key in the greeting, where a line asks for it
        await tx.execute("UPDATE contact SET consents = $1", {"recording": "refused"})
    await page.get_by_role("button", name="接听", exact=True).click()
    await town.state(sid, "talking")
    await expect(_facts(page)).to_be_visible()
    return sid


async def _kept_in_the_browser(page: Page) -> str:
    kept: str = await page.evaluate("JSON.stringify(Object.entries(localStorage))")
    return kept


async def test_a_note_is_written_beside_the_talk_survives_a_crash_and_is_stored_without_the_name(
    town: Town, browser: Browser, contexts: list[BrowserContext]
) -> None:
    await ring_long(town)
    await town.volunteer("reed")
    page = await sign_in(town, browser, contexts, "reed")
    await go_ready(page)
    sid = await _take_the_call(town, page)
    by_key = page.get_by_role("group", name="来电者的同意").locator(".row").filter(has_text="录音")
    await expect(by_key).to_contain_text("不同意来电时按键")

    await _facts(page).fill(FACTS)
    await expect(page.get_by_text(re.compile("草稿已保存 [0-9]"))).to_be_visible()
    await page.screenshot(path=SCREENS / "record-writing-zh.png", full_page=True)
    await in_english(page, "record-writing")
    assert await complaints(page) == []
    assert NAME not in await _kept_in_the_browser(page)
    assert "hotline.sealed.record" in await _kept_in_the_browser(page)

    await page.close(run_before_unload=False)
    page = await contexts[0].new_page()
    await page.goto(town.base_url)
    await expect(page.get_by_text("已恢复您上次没有提交的草稿。")).to_be_visible()
    await expect(_facts(page)).to_have_value(FACTS)

    submit = page.get_by_role("button", name="核对并提交")
    await expect(submit).to_be_disabled()
    await page.get_by_role("radio", name="问过").check()
    await submit.click()
    await expect(page.get_by_role("button", name=re.compile(f"人名 {NAME} 将隐去为 〔姓名1〕"))).to_be_visible()
    await expect(page.get_by_text("跳楼")).to_be_visible()
    await expect(page.get_by_role("button", name="确认提交")).to_be_enabled()
    # The README's picture of the record (docs/pictures/record-zh.png) is this one.
    await page.screenshot(path=SCREENS / "record-check-zh.png", full_page=True, animations="disabled")
    await in_english(page, "record-check")
    assert await complaints(page) == []
    await page.get_by_role("button", name="确认提交").click()

    await expect(page.get_by_text("第 1 版")).to_be_visible()
    await expect(page.get_by_text(re.compile("〔姓名1〕.*想到过跳楼"))).to_be_visible()
    assert NAME not in await page.content()
    assert NAME not in await _kept_in_the_browser(page)
    async with town.db.reading() as tx:
        stored = await tx.fetchval("SELECT string_agg(n::text, '') FROM note n")
        drafts = await tx.fetchval("SELECT count(*) FROM note_draft")
    assert NAME not in stored
    assert NUMBER_SAID not in stored
    assert drafts == 0
    await page.screenshot(path=SCREENS / "record-stored-zh.png", full_page=True)
    await in_english(page, "record-stored")

    await town.hang_up(sid)
    await page.get_by_role("radio", name="已倾听与支持").check()
    await page.get_by_role("button", name=re.compile("完成")).click()
    await town.ends_as(sid, "answered")


async def test_p8_two_windows_write_one_note_and_both_texts_are_shown_side_by_side(
    town: Town, browser: Browser, contexts: list[BrowserContext]
) -> None:
    await ring_long(town)
    await town.volunteer("reed")
    page = await sign_in(town, browser, contexts, "reed")
    await go_ready(page)
    sid = await _take_the_call(town, page)
    await _facts(page).fill("最近睡不着。")
    await page.get_by_role("radio", name="问过").check()
    await page.get_by_role("button", name="核对并提交").click()
    await page.get_by_role("button", name="确认提交").click()
    await page.get_by_role("button", name="修改", exact=True).click()

    other = await contexts[0].new_page()
    await other.goto(town.base_url)
    await other.get_by_role("button", name="修改", exact=True).click()
    for window, text in ((other, "最近睡不着，不想吃饭。"), (page, "最近睡不着，不想上学。")):
        await _facts(window).fill(text)
        await window.get_by_role("button", name="核对并保存修改").click()
        await window.get_by_role("button", name="确认提交").click()
        if window is other:
            await expect(window.get_by_text("最近睡不着，不想吃饭。")).to_be_visible()

    clash = page.get_by_role("alertdialog", name="这份记录刚被别人改过")
    await expect(clash.get_by_text("不想吃饭")).to_be_visible()
    await expect(clash.get_by_text("不想上学")).to_be_visible()
    await page.screenshot(path=SCREENS / "record-conflict-zh.png", full_page=True)
    await in_english(page, "record-conflict")
    assert await complaints(page) == []
    await clash.get_by_role("button", name="按所选继续").click()
    await page.get_by_role("button", name="核对并保存修改").click()
    await page.get_by_role("button", name="确认提交").click()
    await expect(page.get_by_text("第 3 版")).to_be_visible()
    await expect(page.get_by_text("最近睡不着，不想上学。")).to_be_visible()
    async with town.db.reading() as tx:
        assert await tx.fetchval("SELECT version FROM note") == 3

    await town.hang_up(sid)
    await page.get_by_role("radio", name="已倾听与支持").check()
    await page.get_by_role("button", name=re.compile("完成")).click()
    await town.ends_as(sid, "answered")


async def test_whoever_calls_again_has_a_file_and_the_desk_says_so_before_the_answer(
    town: Town, browser: Browser, contexts: list[BrowserContext]
) -> None:
    await ring_long(town)
    await town.volunteer("reed")
    await town.volunteer("heron", role=Role.SUPERVISOR)
    page = await sign_in(town, browser, contexts, "reed")
    await go_ready(page)
    sid = await _take_the_call(town, page)
    await page.get_by_role("button", name=re.compile("C-SSRS")).click()
    await page.get_by_role("group", name=re.compile("^过去一个月里，有没有真的想过")).get_by_role("radio").first.check()
    await page.get_by_role("button", name="保存评估").click()
    await expect(page.get_by_text("提示：低", exact=True)).to_be_visible()
    await page.get_by_role("radio", name="高", exact=True).check()
    await page.get_by_label("判断依据").fill("语气很低，不愿多说。")
    await page.get_by_role("button", name="确定等级").click()
    await expect(page.get_by_text("已定为“高”")).to_be_visible()
    await page.screenshot(path=SCREENS / "record-risk-zh.png", full_page=True)
    await in_english(page, "record-risk")
    await town.hang_up(sid)
    await page.get_by_role("radio", name="已倾听与支持").check()
    await page.get_by_role("button", name=re.compile("完成")).click()
    await town.ends_as(sid, "answered")

    again = await town.call(to=LONG_RINGING)
    await expect(page.get_by_role("region", name="已有档案")).to_be_visible()
    await expect(page.get_by_text(re.compile("上次等级：高"))).to_be_visible()
    await expect(page.get_by_role("button", name="接听", exact=True)).to_be_visible()
    await page.screenshot(path=SCREENS / "desk-ringing-with-file-zh.png")
    await in_english(page, "desk-ringing-with-file")
    assert "+44" not in await page.content()
    await town.hang_up(again)
    await town.ends_as(again, "abandoned")


async def test_a_level_that_is_chosen_is_not_lost_and_a_note_that_has_locked_is_amended_and_hides_more(
    town: Town, browser: Browser, contexts: list[BrowserContext]
) -> None:
    await ring_long(town)
    await town.volunteer("reed")
    page = await sign_in(town, browser, contexts, "reed")
    await go_ready(page)
    sid = await _take_the_call(town, page)

    await _facts(page).fill(FACTS)
    await page.get_by_role("radio", name="问过").check()
    await page.get_by_text("安全计划").click()
    await page.get_by_role("group").locator("textarea").last.fill("把药交给姐姐保管")
    submit = page.get_by_role("button", name="核对并提交")
    await expect(submit).to_be_enabled()
    await page.get_by_role("radio", name="高", exact=True).check()
    await expect(submit).to_be_disabled()
    await expect(page.get_by_text("您选的等级还没有生效：请按“确定等级”，或撤回选择。")).to_be_visible()
    await page.get_by_role("button", name="撤回选择").click()
    await submit.click()
    await page.get_by_role("button", name="确认提交").click()
    await expect(page.get_by_text("第 1 版")).to_be_visible()
    await expect(page.get_by_text("把药交给姐姐保管")).to_be_visible()
    await expect(page.get_by_text(re.compile("草稿已保存"))).to_have_count(0)

    await page.get_by_role("radio", name="高", exact=True).check()  # it became worse after she had submitted
    await page.get_by_role("button", name="确定等级").click()
    await expect(page.get_by_text("已定为“高”")).to_be_visible()
    async with town.db.transaction() as tx:
        assert await tx.fetchval("SELECT level FROM risk_level") == "high"
        await tx.execute("UPDATE note SET locks_at = now() - interval '1 minute'")
    await page.reload()
    await page.get_by_label("补充内容").fill(f"{NAME}又来电。")
    await page.screenshot(path=SCREENS / "record-locked-zh.png", full_page=True)
    await in_english(page, "record-locked")

    town.provoked_alarms |= {"note_held_as_draft", "HeldAsDraft"}
    missing = {"code": "tagger_missing", "status": 503, "title": "missing", "title_zh": "暂不可用"}
    await page.route("**/note/preview", lambda route: route.fulfill(status=503, json=missing))
    amendment = page.get_by_label("补充内容")
    await amendment.fill(f"{NAME}又来电。")
    await page.get_by_role("button", name="核对并补记").click()
    await expect(page.get_by_text("内容已加密保存为草稿")).to_be_visible()
    async with town.db.transaction() as tx:
        assert await tx.fetchval("SELECT count(*) FROM note_draft") == 1
    await page.unroute("**/note/preview")
    await page.reload()
    await expect(amendment).to_have_value(f"{NAME}又来电。")
    await page.get_by_role("button", name="核对并补记").click()
    await page.get_by_role("button", name="确认提交").click()
    await expect(page.get_by_text("又来电。", exact=False).locator("visible=true")).to_be_visible()
    await expect(amendment).to_have_value("")
    async with town.db.transaction() as tx:
        assert await tx.fetchval("SELECT text FROM note_amendment") == "〔姓名1〕又来电。"
        assert await tx.fetchval("SELECT count(*) FROM note_draft") == 0

    to_hide = page.get_by_label("要隐去的文字")
    for text, said in (("哥哥", "记录里没有这段文字"), ("姐姐", "已隐去。")):
        await to_hide.fill(text)
        await page.get_by_role("button", name="全部隐去").click()
        await page.get_by_role("button", name="确定隐去").click()
        await expect(page.get_by_text(said)).to_be_visible()
    await expect(page.get_by_text(re.compile("把药交给〔姓名.〕保管"))).to_be_visible()
    await expect(to_hide).to_have_value("")
    await town.hang_up(sid)


async def test_what_is_being_written_when_its_contact_is_erased_is_kept_nowhere_and_the_page_says_why(
    town: Town, browser: Browser, contexts: list[BrowserContext]
) -> None:
    await ring_long(town)
    await town.volunteer("reed")
    page = await sign_in(town, browser, contexts, "reed")
    await go_ready(page)
    sid = await _take_the_call(town, page)
    await _facts(page).fill(FACTS)
    await expect(page.get_by_text(re.compile("草稿已保存 [0-9]"))).to_be_visible()

    async with town.db.transaction() as tx:
        await tx.execute("UPDATE contact SET erased_at = now()")
        await tx.execute("DELETE FROM note_draft")
    await _facts(page).fill(FACTS + FACTS)

    await expect(page.get_by_text(re.compile("这次来电的记录已依申请或因保存期满清除"))).to_be_visible()
    await expect(_facts(page)).to_have_count(0)
    assert "hotline.sealed.record" not in await _kept_in_the_browser(page)
    await page.screenshot(path=SCREENS / "record-erased-zh.png", full_page=True)
    await in_english(page, "record-erased")
    await town.hang_up(sid)
