"""The routes of the stand-in: the contract's addresses over `FakeService`, and the real console's pages."""

import contextlib
from typing import Any
from uuid import uuid4

from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse, Response
from starlette.websockets import WebSocket, WebSocketDisconnect

from app.console.serving import mount_console
from app.platform.clock import now
from app.platform.security_headers import browser_headers
from tests.console.fake_oversight import add_oversight
from tests.console.fake_server import FakeService, Refused
from tests.console.fake_state import ACCOUNTS, NUMBERS, PASSWORD, POOLS, Document, Sent, ago, iso, leg_of

COOKIE = "hotline"


def application(service: FakeService) -> FastAPI:
    """The web application over `service`, with the product's own browser headers."""
    app = FastAPI()
    _add_session(app, service)
    _add_desk(app, service)
    _add_contacts(app, service)
    _add_silence(app, service)
    add_oversight(app, service)
    mount_console(app)

    @app.exception_handler(Refused)
    async def refused(_: Request, problem: Refused) -> Response:
        document = {"status": problem.status, "code": problem.code, "title": problem.code, "title_zh": problem.code}
        return JSONResponse(document, problem.status, media_type="application/problem+json")

    headers = browser_headers(https=False, softphone=False)

    @app.middleware("http")
    async def gate(request: Request, go_on: Any) -> Response:
        if not service.up and request.url.path.startswith("/api"):
            return Response(status_code=503)
        answer: Response = await go_on(request)
        for name, value in headers.items():
            answer.headers.setdefault(name, value)
        return answer

    return app


def login_of(request: Request, service: FakeService) -> str:
    """Who asks. Raises Refused."""
    login = service.sessions.get(request.cookies.get(COOKIE, ""))
    if login is None:
        raise Refused(401, "sign_in_required")
    return login


def _add_session(app: FastAPI, service: FakeService) -> None:
    @app.post("/api/session")
    async def sign_in(body: Sent) -> Response:
        account = ACCOUNTS.get(body["login"])
        if account is None or body["password"] != PASSWORD:
            raise Refused(401, "sign_in_failed")
        if account["code"] is not None and body.get("code") != account["code"]:
            raise Refused(401, "second_factor_required")
        token = str(uuid4())
        service.sessions[token] = body["login"]
        answer = JSONResponse(service.me_of(body["login"]))
        answer.set_cookie(COOKIE, token, httponly=True, samesite="lax")
        return answer

    @app.get("/api/session")
    async def who(request: Request) -> Document:
        return service.me_of(login_of(request, service))

    @app.delete("/api/session")
    async def sign_out(request: Request) -> Response:
        service.sessions.pop(request.cookies.get(COOKIE, ""), None)
        return Response(status_code=204)

    @app.put("/api/session/language")
    async def language(request: Request, body: Sent) -> Document:
        login = login_of(request, service)
        service.language[login] = body["language"]
        return service.me_of(login)

    @app.websocket("/api/live")
    async def live(socket: WebSocket) -> None:
        login = service.sessions.get(socket.cookies.get(COOKIE, ""))
        if login is None or not service.up:
            await socket.close(4401)
            return
        with contextlib.suppress(WebSocketDisconnect):
            await service.listen(login, socket)


def _add_desk(app: FastAPI, service: FakeService) -> None:
    @app.get("/api/desk")
    async def desk(request: Request) -> Document:
        return service.desk_of(login_of(request, service))

    @app.get("/api/softphone/token")
    async def token() -> Document:
        return {"mode": "none"}

    @app.post("/api/presence")
    async def presence(request: Request, body: Sent) -> Document:
        person_id = service.ids[login_of(request, service)]
        known = service.presence[person_id]
        if body["version"] != known["version"]:
            raise Refused(409, "stale_version")
        if body["activity"] == "ready" and not known["on_shift"]:
            raise Refused(409, "not_rostered")
        reach = body.get("reach", known["reach"])
        return await service.change(
            "presence", person_id, activity=body["activity"], reach=reach, reason="", since=iso(now()), missed_in_row=0
        )

    @app.post("/api/offers/{offer_id}/accept")
    async def accept(offer_id: str, body: Sent) -> Document:
        service.asked.append(("accept", body))
        return await service.accepted(service.offer[offer_id])

    @app.post("/api/offers/{offer_id}/decline")
    async def decline(offer_id: str) -> Document:
        offer = service.offer[offer_id]
        await service.offer_over(offer, "declined")
        return service.presence[offer["person_id"]]


def _changed_legs(contact: Document, role: str, **fields: Any) -> list[Document]:
    return [{**leg, **fields} if leg["role"] == role else leg for leg in contact["legs"]]


def _target_name(service: FakeService, kind: str, target: str) -> str:
    if kind == "person":
        return str(service.presence[target]["work_name"])
    named = POOLS if kind == "pool" else NUMBERS
    return str(next(one["name_zh"] for one in named if one["id"] == target))


def _add_contacts(app: FastAPI, service: FakeService) -> None:
    at = "/api/contacts/{contact_id}"

    @app.post(f"{at}/mute")
    async def mute(contact_id: str, body: Sent) -> Document:
        legs = _changed_legs(service.contact[contact_id], "volunteer", muted=body["on"])
        return await service.change("contact", contact_id, legs=legs)

    @app.post(f"{at}/hold")
    async def hold(contact_id: str, body: Sent) -> Document:
        legs = _changed_legs(service.contact[contact_id], "caller", on_hold=body["on"])
        return await service.change("contact", contact_id, legs=legs)

    @app.post(f"{at}/hang-up")
    async def hang_up(contact_id: str) -> Document:
        return await service.end_talk(service.contact[contact_id], "volunteer")

    @app.post(f"{at}/transfer")
    async def transfer(contact_id: str, body: Sent) -> Document:
        service.asked.append(("transfer", body))
        contact = service.contact[contact_id]
        if body["kind"] == "cold":
            return await service.end_talk(contact, "volunteer")
        name = _target_name(service, body["target_kind"], body["target"])
        doing = {
            "id": str(uuid4()), "kind": body["kind"], "target_kind": body["target_kind"], "target_name": name,
            "state": "ringing", "version": 1,
        }  # fmt: skip
        legs = [*contact["legs"], leg_of("third", None, "ringing")]
        return await service.change("contact", contact_id, transfer=doing, legs=legs)

    @app.post(f"{at}/transfer/complete")
    async def complete(contact_id: str) -> Document:
        return await service.end_talk(service.contact[contact_id], "volunteer")

    @app.post(f"{at}/transfer/cancel")
    async def cancel(contact_id: str) -> Document:
        return await service.transfer_moves(service.contact[contact_id], "cancelled")

    @app.post(f"{at}/wrap-up")
    async def wrap_up(contact_id: str, body: Sent) -> Document:
        service.asked.append(("wrap-up", body))
        contact = service.contact[contact_id]
        if body["version"] != contact["version"]:
            raise Refused(409, "stale_version")
        person_id = contact["person_id"]
        await service.change("presence", person_id, activity="ready", contact_id=None, since=iso(now()))
        return await service.change("contact", contact_id, state="closed", disposition=body["disposition"])


def _add_silence(app: FastAPI, service: FakeService) -> None:
    at = "/api/contacts/{contact_id}"

    @app.post(f"{at}/silent-prompt")
    async def silent_prompt(contact_id: str) -> Document:
        service.asked.append(("silent-prompt", contact_id))
        given = service.contact[contact_id]["silence_prompts"] + 1
        return await service.change("contact", contact_id, silence_prompts=given, silence_prompt_from=ago(-15))

    @app.post(f"{at}/end-silent")
    async def end_silent(contact_id: str) -> Document:
        service.contact[contact_id]["disposition"] = "silent"
        return await service.end_talk(service.contact[contact_id], "volunteer")
