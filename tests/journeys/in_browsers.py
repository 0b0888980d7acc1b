"""People in real browsers before the real service: a profile for each, signed in, and pictures of what they see."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest_asyncio
from playwright.async_api import Browser, BrowserContext, Page

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
