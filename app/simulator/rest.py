"""The carrier's REST API under /2010-04-01/Accounts/{sid}: HTTP Basic, forms in, JSON out, numeric errors."""

import base64
import binascii
import hmac
from collections.abc import Awaitable, Callable

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import JSONResponse

from app.simulator import rest_calls, rest_conferences
from app.simulator.calls import Call
from app.simulator.carrier import Carrier
from app.simulator.rest_bodies import call_body, conference_body, participant_body
from app.simulator.rest_forms import RestError, not_found
from app.simulator.rest_records import NO_CONTENT, add_messages, add_recordings, recordings_page


def rest_router(carrier: Carrier) -> APIRouter:
    """The routes of the API."""
    router = APIRouter(
        prefix="/2010-04-01/Accounts/{account}",
        dependencies=[Depends(_authenticator(carrier))],
        include_in_schema=False,
    )
    _add_calls(router, carrier)
    _add_conferences(router, carrier)
    add_messages(router, carrier)
    add_recordings(router, carrier)
    return router


def _authenticator(carrier: Carrier) -> Callable[[Request], Awaitable[None]]:
    async def authenticate(request: Request) -> None:
        scheme, _, given = request.headers.get("authorization", "").partition(" ")
        try:
            user, _, password = base64.b64decode(given, validate=True).decode().partition(":")
        except (binascii.Error, UnicodeDecodeError):
            user, password = "", ""
        options = carrier.options
        good = hmac.compare_digest(user.encode(), options.account_sid.encode())
        good &= hmac.compare_digest(password.encode(), options.auth_token.encode())
        if scheme.lower() != "basic" or not good:
            raise RestError(401, 20003, "Authenticate")
        if request.path_params["account"] != options.account_sid:
            raise not_found(request.url.path)

    return authenticate


def _add_calls(router: APIRouter, carrier: Carrier) -> None:
    account = carrier.options.account_sid

    @router.post("/Calls.json")
    async def create(request: Request) -> JSONResponse:
        return JSONResponse(await rest_calls.create_call(carrier, request), 201)

    @router.get("/Calls.json")
    async def list_(request: Request) -> JSONResponse:
        return JSONResponse(rest_calls.list_calls(carrier, request))

    @router.get("/Calls/{sid}.json")
    async def get(sid: str) -> JSONResponse:
        return JSONResponse(call_body(rest_calls.find_call(carrier, sid), account))

    @router.post("/Calls/{sid}.json")
    async def update(sid: str, request: Request) -> JSONResponse:
        return JSONResponse(await rest_calls.update_call(carrier, sid, request))

    @router.delete("/Calls/{sid}.json")
    async def delete(sid: str) -> Response:
        rest_calls.delete_call(carrier, sid)
        return Response(status_code=NO_CONTENT)

    @router.get("/Calls/{sid}/Recordings.json")
    async def recordings(sid: str, request: Request) -> JSONResponse:
        call: Call = rest_calls.find_call(carrier, sid)
        return recordings_page(carrier, request, call.sid)


def _add_conferences(router: APIRouter, carrier: Carrier) -> None:
    account = carrier.options.account_sid

    @router.get("/Conferences.json")
    async def list_(request: Request) -> JSONResponse:
        return JSONResponse(rest_conferences.list_rooms(carrier, request))

    @router.get("/Conferences/{sid}.json")
    async def get(sid: str) -> JSONResponse:
        return JSONResponse(conference_body(rest_conferences.find_room(carrier, sid), account))

    @router.post("/Conferences/{sid}.json")
    async def update(sid: str, request: Request) -> JSONResponse:
        return JSONResponse(await rest_conferences.update_room(carrier, sid, request))

    base = "/Conferences/{sid}/Participants"

    @router.get(base + ".json")
    async def participants(sid: str, request: Request) -> JSONResponse:
        return JSONResponse(rest_conferences.list_participants(carrier, sid, request))

    @router.post(base + ".json")
    async def bring_in(sid: str, request: Request) -> JSONResponse:
        return JSONResponse(await rest_conferences.create_participant(carrier, sid, request), 201)

    @router.get(base + "/{label}.json")
    async def participant(sid: str, label: str) -> JSONResponse:
        return JSONResponse(participant_body(*rest_conferences.find_participant(carrier, sid, label), account))

    @router.post(base + "/{label}.json")
    async def change(sid: str, label: str, request: Request) -> JSONResponse:
        return JSONResponse(await rest_conferences.update_participant(carrier, sid, label, request))

    @router.delete(base + "/{label}.json")
    async def remove(sid: str, label: str) -> Response:
        rest_conferences.delete_participant(carrier, sid, label)
        return Response(status_code=NO_CONTENT)
