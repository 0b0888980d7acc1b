"""A caller in danger says where she is: the volunteer puts the place into the vault beside the talk, two people open it
for the rescue, and it is nowhere else (P5). The pictures go to test-results/screens.
"""

import re

import asyncpg
import pytest
from playwright.async_api import Browser, BrowserContext, Locator, Page, expect

from app.domain.permissions import Role
from tests.journeys.in_browsers import contexts, go_ready, in_english, kept_by_the_browser, shown, sign_in
from tests.journeys.long_ringing import LONG_RINGING, ring_long
from tests.journeys.test_vault_in_the_browser import the_time_is_over
from tests.journeys.town import Town
from tests.journeys.volunteer import Volunteer
from tests.privacy.needles import Haystack, Needle, found
from tests.privacy.test_p5_needles_of_the_call_path import log_of
from tests.privacy.watching import look_everywhere

__all__ = ["contexts"]

pytestmark = pytest.mark.browser

PLACE = "浮灯巷 31 号 402 室"  # invented, like the name
NAME = "顾长风"
NEEDLES = [Needle("a place", PLACE), Needle("a name", NAME)]
GIVE = "存入保险库"


async def in_a_talk(town: Town, browser: Browser, contexts: list[BrowserContext]) -> tuple[Page, str]:
    """Reed talks with somebody who withholds the number: all there is to find her by is what she says."""
    await ring_long(town)
    await town.volunteer("reed")
    page = await sign_in(town, browser, contexts, "reed")
    await go_ready(page)
    sid = await town.call(to=LONG_RINGING, caller=None)
    await page.get_by_role("button", name="接听", exact=True).click()
    await town.state(sid, "talking")
    return page, sid


def form(page: Page) -> Locator:
    return page.locator("details.give")


async def wrap_up(town: Town, page: Page, sid: str) -> None:
    await expect(page.get_by_role("heading", name=re.compile("话后整理"))).to_be_visible()
    await page.get_by_role("radio", name="已倾听与支持").check()
    await page.get_by_role("button", name=re.compile("完成")).click()
    await town.ends_as(sid, "answered")


async def opened_by_two(page: Page, asks: Volunteer, agrees: Volunteer, contact_id: str, kind: str) -> None:
    """A request for what a contact gave, and the answer; the one who asked is on the vault's page."""
    body = {"contact_id": contact_id, "kind": kind, "reason_code": "danger_to_life", "reason": "服了药，需要救援。"}
    asked = await asks.post("/api/vault/openings", body, expect=201)
    await agrees.post(f"/api/vault/openings/{asked['id']}/approve")
    await page.get_by_role("link", name="保险库").click()


async def test_p5_a_place_that_is_said_in_a_talk_is_in_the_vault_and_nowhere_else(
    town: Town, browser: Browser, contexts: list[BrowserContext], database_url: str
) -> None:
    haystack = Haystack()
    page, sid = await in_a_talk(town, browser, contexts)
    page.on("request", lambda request: haystack.add("an address a browser asked for", request.url))
    page.on("console", lambda message: haystack.add("a browser's log", message.text))
    heron, crane = [await town.volunteer(login, role=Role.SUPERVISOR) for login in ("heron", "crane")]
    give = form(page)

    await give.get_by_text("把住址、姓名存入保险库").click()
    place = give.get_by_label(re.compile("来电者在哪里"))
    await expect(place).to_have_attribute("autocomplete", "off")
    await place.fill(PLACE)
    await shown(page, "vault-giving")
    await in_english(page, "vault-giving")
    haystack.add("a browser, before it was put in", await kept_by_the_browser(page))
    await place.press("Enter")
    await expect(give.get_by_text("位置已存入保险库，须两人同意才能查看。")).to_be_visible()
    await expect(place).to_have_value("")
    await expect(place).to_be_focused()
    await expect(give.get_by_text(re.compile("已存过一次位置（救援）"))).to_be_visible()
    await shown(page, "vault-given")
    await in_english(page, "vault-given")
    haystack.add("a page", await page.content())
    haystack.add("a browser", await kept_by_the_browser(page))

    contact_id = str((await town.contact_of(sid))["id"])
    supervisor = await sign_in(town, browser, contexts, "heron")
    await opened_by_two(supervisor, heron, crane, contact_id, "location")
    await supervisor.get_by_role("button", name="显示", exact=True).click()
    await expect(supervisor.locator(".identity-value")).to_have_text([PLACE])
    await shown(supervisor, "vault-looking-place")
    await in_english(supervisor, "vault-looking-place")
    haystack.add("a browser", await kept_by_the_browser(supervisor))
    await the_time_is_over(town)
    await expect(supervisor.get_by_text("已关闭")).to_be_visible()
    haystack.add("a page", await supervisor.content())

    await page.reload()  # what was given is not there again
    await form(page).locator("summary").click()
    await expect(form(page).get_by_text(re.compile("已存过一次位置（救援）"))).to_be_visible()
    haystack.add("a page", await page.content())
    haystack.add("a browser", await kept_by_the_browser(page))
    await town.hang_up(sid)
    await wrap_up(town, page, sid)
    connection = await asyncpg.connect(database_url)
    try:
        await look_everywhere(haystack, town, connection, log_of(database_url))
    finally:
        await connection.close()
    hits = found(NEEDLES, haystack)
    assert hits == [], "\n".join(hits)
    for seen in ("a browser", "a page", "our log", "table audit_entry", "an address a browser asked for"):
        assert haystack.places().get(seen), f"nothing was there to look through: {seen}"


async def test_what_is_being_typed_when_the_caller_hangs_up_is_still_there_and_holds_the_wrap_up(
    town: Town, browser: Browser, contexts: list[BrowserContext]
) -> None:
    page, sid = await in_a_talk(town, browser, contexts)
    give = form(page)
    await give.locator("summary").click()
    await give.get_by_role("radiogroup", name="存什么").get_by_text("电话号码").click()
    number = give.get_by_label(re.compile("另一个能联系上的电话"))
    await number.fill("12345")
    await give.get_by_role("button", name=GIVE).click()
    await expect(give.get_by_role("alert").filter(has_text="区号")).to_be_visible()
    await expect(number).to_have_value("12345")  # what was wrong with it can be put right
    await shown(page, "vault-giving-refused")

    await give.get_by_role("radiogroup", name="存什么").get_by_text("姓名").click()
    name = give.get_by_label("来电者的姓名")
    await name.fill(NAME)
    await town.hang_up(sid)
    await expect(page.get_by_role("heading", name=re.compile("话后整理"))).to_be_visible()
    await expect(name).to_have_value(NAME)
    await page.get_by_role("radio", name="已倾听与支持").check()
    await expect(page.get_by_role("button", name=re.compile("^完成"))).to_be_disabled()
    await expect(page.get_by_text("还没有存入保险库")).to_be_visible()
    await shown(page, "vault-giving-wrap-up")
    await in_english(page, "vault-giving-wrap-up")
    await give.get_by_role("button", name=GIVE).click()
    await expect(give.get_by_text("姓名已存入保险库，须两人同意才能查看。")).to_be_visible()
    await wrap_up(town, page, sid)
    assert [tuple(row) for row in await town.rows("SELECT kind, purpose FROM vault.identity")] == [("name", "rescue")]


async def test_an_address_that_the_check_takes_out_of_the_record_is_put_into_the_vault_from_ones_own_records(
    town: Town, browser: Browser, contexts: list[BrowserContext]
) -> None:
    page, sid = await in_a_talk(town, browser, contexts)
    contact_id = (await town.contact_of(sid))["id"]
    await town.hang_up(sid)
    await wrap_up(town, page, sid)
    await page.goto(f"{town.base_url}/#/records/{contact_id}")
    await page.get_by_label(re.compile("^事实")).fill(f"服了药，住在{PLACE}。")
    await page.get_by_role("radio", name="问过").check()
    await page.get_by_role("button", name="核对并提交").click()
    await expect(page.get_by_text("住址、姓名如救援需要，请存入保险库；记录里不会保留。")).to_be_visible()
    await shown(page, "record-check-to-vault")
    await in_english(page, "record-check-to-vault")
    give = form(page)
    await give.locator("summary").click()
    await give.get_by_label(re.compile("来电者在哪里")).fill(PLACE)
    await give.get_by_role("radiogroup", name="用途").get_by_text("随访").click()
    await give.get_by_role("button", name=GIVE).click()
    await expect(give.get_by_text("位置已存入保险库")).to_be_visible()
    await page.get_by_role("button", name="确认提交").click()
    await expect(page.get_by_text("第 1 版")).to_be_visible()
    await shown(page, "record-give-to-vault")
    await in_english(page, "record-give-to-vault")
    assert [tuple(row) for row in await town.rows("SELECT kind, purpose FROM vault.identity")] == [
        ("location", "follow_up")
    ]
    (note,) = await town.rows("SELECT texts->>'facts' AS facts FROM note")
    assert PLACE not in note["facts"]
