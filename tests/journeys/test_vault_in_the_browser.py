"""A life is at stake: one supervisor asks, another agrees, the first looks; the number is nowhere else (P6, P7).

The pictures go to test-results/screens.
"""

import re
from uuid import UUID

import pytest
from playwright.async_api import Browser, BrowserContext, Page, expect

from app.domain.permissions import Role
from app.platform.vault_role import as_vault
from tests.journeys.in_browsers import contexts, in_english, kept_by_the_browser, shown, sign_in
from tests.journeys.past_talks import code_of, talk
from tests.journeys.test_supervisors_casework_in_the_browser import find
from tests.journeys.town import Town

__all__ = ["contexts"]

pytestmark = pytest.mark.browser

NUMBER = "+447700900143"  # reserved for drama
DIGITS = NUMBER[3:]
WHY = "来电者说人在桥上，电话已断，需要定位救援。"


async def code_of_a_caller(town: Town) -> str:
    """The code of somebody who talked once and was in great danger; and two supervisors."""
    reed = await town.volunteer("reed")
    heron = await town.volunteer("heron", role=Role.SUPERVISOR)
    await town.volunteer("crane", role=Role.SUPERVISOR)
    return await code_of(heron, await talk(town, reed, NUMBER, level="imminent"))


async def the_time_is_over(town: Town) -> None:
    """The minutes of what is open have gone by."""
    async with town.db.transaction() as tx:
        await tx.execute("UPDATE vault_opening SET open_until = now()")
        await tx.execute("UPDATE timer SET due_at = now() WHERE kind = 'vault_opening' AND done_at IS NULL")
        tx.hint("timers")


async def nowhere_but_on_the_page(page: Page) -> None:
    """It is not in what the browser keeps."""
    assert DIGITS not in await kept_by_the_browser(page)


async def test_two_supervisors_open_the_vault_and_the_number_is_seen_for_half_a_minute_by_the_one_who_asked(
    town: Town, browser: Browser, contexts: list[BrowserContext]
) -> None:
    code = await code_of_a_caller(town)
    asks, agrees = [await sign_in(town, browser, contexts, login) for login in ("heron", "crane")]

    await find(asks, code)
    await asks.get_by_role("button", name="申请查看身份").click()
    dialog = asks.get_by_role("dialog", name="申请查看来电者身份")
    await dialog.get_by_role("radio", name="有生命危险").check()
    await dialog.get_by_label("具体情况").fill(WHY)
    await shown(asks, "vault-asking")
    await dialog.get_by_role("button", name="提出申请").click()
    await expect(asks.get_by_text("您不能批准自己的申请")).to_be_visible()
    await expect(asks.get_by_role("region", name="等您处理").get_by_role("button")).to_have_count(0)
    await shown(asks, "vault-asked")

    await agrees.get_by_role("link", name="实时看板").click()
    await agrees.get_by_role("link", name=re.compile("小heron 申请查看来电者身份信息")).click()
    await expect(agrees.get_by_role("heading", name=re.compile("小heron 申请查看电话号码，10 分钟"))).to_be_visible()
    await shown(agrees, "vault-to-approve")
    await agrees.get_by_role("button", name="批准", exact=True).click()
    await agrees.get_by_role("alertdialog").get_by_role("button", name="批准").click()
    await expect(agrees.get_by_text("现在没有等您处理的申请。")).to_be_visible()
    await expect(agrees.get_by_role("button", name="显示")).to_have_count(0)

    show = asks.get_by_role("button", name="显示", exact=True)
    await expect(show).to_be_enabled()
    assert DIGITS not in await asks.content()
    await show.click()
    await expect(asks.get_by_text(NUMBER)).to_be_visible()
    await shown(asks, "vault-looking")
    await in_english(asks, "vault-looking")
    await expect(asks.get_by_text(NUMBER)).to_be_visible()
    await nowhere_but_on_the_page(asks)

    await asks.evaluate("window.dispatchEvent(new Event('blur'))")
    await expect(asks.get_by_text(NUMBER)).to_have_count(0)
    await expect(asks.get_by_text("已隐去。")).to_be_visible()
    await asks.clock.install()
    await show.click()
    await expect(asks.get_by_text(NUMBER)).to_be_visible()
    await asks.clock.fast_forward(31_000)
    await expect(asks.get_by_text(NUMBER)).to_have_count(0)
    await nowhere_but_on_the_page(asks)
    for page in (asks, agrees):
        assert DIGITS not in await page.content()
    looks = await town.rows("SELECT looks FROM vault_opening")
    assert [row["looks"] for row in looks] == [2]
    await the_time_is_over(town)
    await expect(asks.get_by_text("已关闭")).to_be_visible()


async def test_one_person_alone_opens_it_for_an_act_in_progress_is_warned_and_another_reviews(
    town: Town, browser: Browser, contexts: list[BrowserContext]
) -> None:
    code = await code_of_a_caller(town)
    alone, reviews = [await sign_in(town, browser, contexts, login) for login in ("heron", "crane")]
    await find(alone, code)
    await alone.get_by_role("button", name="申请查看身份").click()
    dialog = alone.get_by_role("dialog", name="申请查看来电者身份")
    await dialog.get_by_role("radio", name="有生命危险").check()
    await expect(dialog.get_by_role("checkbox")).to_have_count(0)
    await dialog.get_by_role("radio", name="自杀或伤害行为正在发生").check()
    await dialog.get_by_role("checkbox", name=re.compile("由我一人立即打开")).check()
    await expect(dialog.get_by_text("次日由另一人复核")).to_be_visible()
    await dialog.get_by_label("具体情况").fill(WHY)
    await shown(alone, "vault-alone")
    await dialog.get_by_role("button", name="立即打开").click()
    await alone.get_by_role("button", name="显示", exact=True).click()
    await expect(alone.get_by_text(NUMBER)).to_be_visible()

    await the_time_is_over(town)
    await expect(alone.get_by_text(NUMBER)).to_have_count(0)
    assert DIGITS not in await alone.content()
    await reviews.get_by_role("link", name="保险库").click()
    title = "小heron 未经第二人批准，独自打开了电话号码（限 10 分钟）"
    await expect(reviews.get_by_role("heading", name=title)).to_be_visible()
    await expect(alone.get_by_role("region", name="等您处理").get_by_role("button")).to_have_count(0)
    await shown(reviews, "vault-to-review")
    await in_english(reviews, "vault-to-review")
    await reviews.get_by_role("button", name="应当打开", exact=True).click()
    await reviews.get_by_role("alertdialog").get_by_role("button", name="应当打开").click()
    await expect(reviews.get_by_text("已复核")).to_be_visible()


async def test_a_number_whose_key_is_gone_hides_no_other_and_the_page_says_that_one_is_missing(
    town: Town, browser: Browser, contexts: list[BrowserContext]
) -> None:
    town.provoked_alarms.add("vault_not_all_opened")
    reed = await town.volunteer("reed")
    heron = await town.volunteer("heron", role=Role.SUPERVISOR)
    crane = await town.volunteer("crane", role=Role.SUPERVISOR)
    older = await talk(town, reed, NUMBER)
    code = await code_of(heron, older)
    await code_of(heron, await talk(town, reed, NUMBER))
    async with town.db.transaction() as tx, as_vault(tx):
        await tx.execute(
            "UPDATE vault.identity SET sealed = overlay(sealed placing 'zz'::bytea from 2 for 2) WHERE contact_id = $1",
            UUID(older),
        )
    page = await sign_in(town, browser, contexts, "heron")
    await find(page, code)
    await page.get_by_role("button", name="申请查看身份").click()
    dialog = page.get_by_role("dialog", name="申请查看来电者身份")
    await dialog.get_by_role("radio", name="有生命危险").check()
    await dialog.get_by_label("具体情况").fill(WHY)
    await dialog.get_by_role("button", name="提出申请").click()
    await expect(page.get_by_text("您不能批准自己的申请")).to_be_visible()
    (asked,) = await heron.get("/api/vault/openings")
    await crane.post(f"/api/vault/openings/{asked['id']}/approve")

    await page.get_by_role("button", name="显示", exact=True).click()
    await expect(page.get_by_text(NUMBER)).to_be_visible()
    await expect(page.get_by_text("还有 1 项打不开：密钥“zz”缺失或不符。")).to_be_visible()
    await shown(page, "vault-not-all-opened")
    await in_english(page, "vault-not-all-opened")
    await the_time_is_over(town)
    await expect(page.get_by_text("已关闭")).to_be_visible()
