"""Default deny: an application with a route that says not who may use it does not start."""

from pathlib import Path
from typing import Annotated

import pytest
from fastapi import APIRouter, Depends, FastAPI, WebSocket
from pydantic import SecretStr
from starlette.staticfiles import StaticFiles

from app.domain.permissions import Permission
from app.main import build_app
from app.people.access import AnyoneSignedIn, Principal, check_every_route_has_a_rule, guarded_by, public, require
from app.platform.route_rules import RouteWithoutRule, rules
from app.settings import Settings


def app_of(router: APIRouter) -> FastAPI:
    app = FastAPI()
    outer = APIRouter(prefix="/outer")
    outer.include_router(router)
    app.include_router(outer)
    return app


def test_a_route_without_a_rule_stops_the_start_and_is_named() -> None:
    router = APIRouter()

    @router.get("/open")
    async def forgotten() -> None: ...

    with pytest.raises(RouteWithoutRule, match="/outer/open"):
        check_every_route_has_a_rule(app_of(router))


def test_a_socket_without_a_rule_stops_the_start() -> None:
    router = APIRouter()

    @router.websocket("/live")
    async def forgotten(websocket: WebSocket) -> None: ...

    with pytest.raises(RouteWithoutRule, match="/outer/live"):
        check_every_route_has_a_rule(app_of(router))


def test_a_mounted_application_without_a_mark_stops_the_start() -> None:
    app = FastAPI()
    app.mount("/files", StaticFiles(directory="tests"))

    with pytest.raises(RouteWithoutRule, match="/files"):
        check_every_route_has_a_rule(app)


def test_routes_that_say_who_may_use_them_start() -> None:
    router = APIRouter()

    @router.get("/ruled")
    async def ruled(principal: Annotated[Principal, Depends(require(Permission.DESK_USE))]) -> None: ...

    @router.get("/signed-in")
    async def signed_in(principal: AnyoneSignedIn) -> None: ...

    @router.get("/anybody")
    @public
    async def anybody() -> None: ...

    @router.websocket("/live")
    @guarded_by("a session")
    async def live(websocket: WebSocket) -> None: ...

    app = app_of(router)
    app.mount("/files", public(StaticFiles(directory="tests")))
    check_every_route_has_a_rule(app)


def test_a_rule_on_a_whole_router_counts_for_each_of_its_routes() -> None:
    router = APIRouter(dependencies=[Depends(require(Permission.DESK_USE))])

    @router.get("/ruled")
    async def ruled() -> None: ...

    check_every_route_has_a_rule(app_of(router))


def whole_application(data_dir: Path) -> FastAPI:
    settings = Settings(
        data_dir=data_dir, twilio_account_sid="AC" + "0" * 32, twilio_auth_token=SecretStr("only in this test")
    )
    return build_app(settings, "postgresql://nobody@127.0.0.1:1/nothing")


async def test_the_whole_application_starts_so_every_route_of_it_has_a_rule(tmp_path: Path) -> None:
    check_every_route_has_a_rule(whole_application(tmp_path))


async def test_what_anybody_may_use_without_signing_in_is_known_by_name(tmp_path: Path) -> None:
    app = whole_application(tmp_path)

    open_to_all = {path for path, rule in rules(app) if rule is not None and rule.startswith("nobody")}

    assert {path for path in open_to_all if path.startswith("/api")} == {"/api/session"}
    assert not any(path.startswith("/webhooks") for path in open_to_all)
