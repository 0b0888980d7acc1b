"""People in real browsers before the real service: a profile for each, signed in, and pictures of what they see."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest_asyncio
from playwright.async_api import Browser, BrowserContext, Page, expect

from tests.console.conftest import browser, pages_built
from tests.journeys.town import PASSPHRASE, Town

__all__ = ["SCREENS", "browser", "contexts", "pages_built", "sign_in"]

SCREENS = Path("test-results/screens")
PATIENCE_MS = 15_000


@pytest_asyncio.fixture
async def contexts(browser: Browser, pages_built: None) -> AsyncIterator[list[BrowserContext]]:
    """Browser profiles of this test, closed at its end."""
    SCREENS.mkdir(parents=True, exist_ok=True)
    opened: list[BrowserContext] = []
    yield opened
    for context in opened:
        await context.close()


async def sign_in(town: Town, browser: Browser, contexts: list[BrowserContext], login: str, height: int = 768) -> Page:
    """Somebody's first page, in a profile of their own."""
    context = await browser.new_context(viewport={"width": 1366, "height": height}, locale="zh-CN")
    contexts.append(context)
    context.set_default_timeout(PATIENCE_MS)
    page = await context.new_page()
    await page.goto(town.base_url)
    await page.get_by_label("账号").fill(login)
    await page.get_by_label("密码", exact=True).fill(PASSPHRASE)
    await page.keyboard.press("Enter")
    return page


async def in_english(page: Page, name: str) -> None:
    """The same page in English, and back."""
    await page.get_by_role("button", name="English").click()
    await page.screenshot(path=SCREENS / f"{name}-en.png", full_page=True, animations="disabled")
    await page.get_by_role("button", name="中文").click()


async def go_ready(page: Page) -> None:
    """Begin to take calls: whoever calls from now on finds her."""
    await page.get_by_role("button", name="上线接听").click()
    await expect(page.get_by_role("heading", name="已上线，等待来电")).to_be_visible()
