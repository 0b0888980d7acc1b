"""A real Chromium before the real pages, over the stand-in of the service."""

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator, Callable

import pytest
import pytest_asyncio
import uvicorn
from playwright.async_api import Browser, BrowserContext, Page

from tests.console.fake_routes import application
from tests.console.fake_server import FakeService
from tests.console.fake_state import PASSWORD

PATIENCE_MS = 8000


class _Server(uvicorn.Server):
    """Says when its socket is open."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.serving = asyncio.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.serving.set()


class Place:
    """A running stand-in with an address, and browsers that visit it."""

    def __init__(self, service: FakeService, url: str, browser: Browser) -> None:
        self.service, self.url, self.browser = service, url, browser
        self.contexts: list[BrowserContext] = []
        self.complaints: list[str] = []

    async def visit(self, login: str | None = None, *, language: str = "zh", **context_options: object) -> Page:
        """A new browser profile on the first page; signed in when a login is given."""
        options = {"viewport": {"width": 1366, "height": 768}, "locale": "zh-CN", **context_options}
        context = await self.browser.new_context(**options)  # type: ignore[arg-type]
        context.set_default_timeout(PATIENCE_MS)
        self.contexts.append(context)
        await context.add_init_script(
            f"if (!localStorage.getItem('hotline.language')) localStorage.setItem('hotline.language', '{language}')"
        )
        page = await context.new_page()
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on(
            "console",
            lambda said: self.complaints.append(said.text) if "Content Security Policy" in said.text else None,
        )
        await page.goto(self.url)
        if login is not None:
            self.service.language[login] = language
            await sign_in(page, login)
            await page.locator("header nav").wait_for()
        return page


async def sign_in(page: Page, login: str, password: str = PASSWORD) -> None:
    """Fill in the form and send it."""
    await page.locator("[name=login]").fill(login)
    await page.locator("[name=password]").fill(password)
    await page.locator("button[type=submit]").click()


@pytest_asyncio.fixture(loop_scope="session")
async def place(pages_built: None, browser: Browser, free_port: Callable[[], int]) -> AsyncIterator[Place]:
    """The stand-in, serving; afterwards no page may have complained of an error or of the security policy."""
    service, port = FakeService(), free_port()
    server = _Server(
        uvicorn.Config(
            application(service), port=port, log_level="warning", ws="websockets-sansio", timeout_graceful_shutdown=1
        )
    )
    serving = asyncio.get_running_loop().create_task(server.serve())
    await server.serving.wait()
    place = Place(service, f"http://127.0.0.1:{port}/", browser)
    try:
        yield place
    finally:
        for context in place.contexts:
            await context.close()
        server.should_exit = True
        with contextlib.suppress(asyncio.CancelledError):
            await serving
    assert place.complaints == []


@pytest.fixture
def free_port() -> Callable[[], int]:
    """Finds a port that nobody uses."""

    def find() -> int:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port: int = probe.getsockname()[1]
            return port

    return find
