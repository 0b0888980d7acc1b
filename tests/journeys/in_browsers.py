"""People in real browsers before the real service: a profile for each, signed in, and pictures of what they see."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, BrowserContext, Page, expect

from tests.conftest import FAILED
from tests.console.test_accessibility import complaints
from tests.journeys.town import PASSPHRASE, Town

SCREENS = Path("test-results/screens")
PATIENCE_MS = 15_000


@pytest_asyncio.fixture
async def contexts(
    browser: Browser, pages_built: None, request: pytest.FixtureRequest
) -> AsyncIterator[list[BrowserContext]]:
    """Browser profiles of this test, closed at its end; after a failure it is told what they showed."""
    SCREENS.mkdir(parents=True, exist_ok=True)
    opened: list[BrowserContext] = []
    yield opened
    for context in opened:
        for page in context.pages if request.node.stash.get(FAILED, False) else []:
            print(f"{page.url} showed:\n{await page.locator('body').aria_snapshot()}")
        await context.close()


async def sign_in(town: Town, browser: Browser, contexts: list[BrowserContext], login: str) -> Page:
    """Somebody's first page, in a profile of their own that asks for no motion: a click meets what it was meant for."""
    context = await browser.new_context(
        viewport={"width": 1366, "height": 768}, locale="zh-CN", reduced_motion="reduce"
    )
    contexts.append(context)
    context.set_default_timeout(PATIENCE_MS)
    page = await context.new_page()
    await page.goto(town.base_url)
    await page.get_by_label("账号").fill(login)
    await page.get_by_label("密码", exact=True).fill(PASSPHRASE)
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("navigation")).to_be_visible()
    return page


async def shown(page: Page, name: str) -> None:
    """A picture of the page in Chinese, and axe's opinion of it, once whatever moves has come to rest."""
    await page.evaluate(
        """Promise.allSettled(document.getAnimations()
             .filter((one) => one.effect.getComputedTiming().iterations !== Infinity).map((one) => one.finished))"""
    )
    await page.screenshot(path=SCREENS / f"{name}-zh.png", full_page=True)
    said = await complaints(page)
    assert said == [], said


async def in_english(page: Page, name: str) -> None:
    """The same page in English, and back."""
    await page.get_by_role("button", name="English").click()
    await page.screenshot(path=SCREENS / f"{name}-en.png", full_page=True, animations="disabled")
    await page.get_by_role("button", name="中文").click()


async def kept_by_the_browser(page: Page) -> str:
    """What a browser keeps and what others may read over its shoulder: address, title, storage, history."""
    kept: str = await page.evaluate(
        """async () => JSON.stringify([location.href, document.title, {...localStorage}, {...sessionStorage},
             document.cookie, history.state, performance.getEntriesByType('resource').map(one => one.name),
             await caches.keys(), (await indexedDB.databases()).map(one => one.name)])"""
    )
    return kept


async def go_ready(page: Page) -> None:
    """Begin to take calls: whoever calls from now on finds her."""
    await page.get_by_role("button", name="上线接听").click()
    await expect(page.get_by_role("heading", name="已上线，等待来电")).to_be_visible()
