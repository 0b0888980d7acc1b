"""/Messages and /Recordings: what the carrier keeps, and erases when asked."""

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse

from app.simulator import rest_calls
from app.simulator.carrier import Carrier
from app.simulator.messages import FINAL, Message, deliver
from app.simulator.rest_bodies import message_body, page, path, recording_body
from app.simulator.rest_forms import Form, RestError, not_found
from app.simulator.rest_parameters import MESSAGE_CREATE
from app.simulator.tones import soft_tones
from app.simulator.twiml.recording import Recording

LONGEST_MESSAGE = 1600
NO_CONTENT = 204


def _new_message(carrier: Carrier, form: Form) -> Message:
    """A message from a form, checked as the carrier checks it."""
    to, body = form.text("To"), form.text("Body")
    if not to:
        raise RestError(400, 21604, "A 'To' phone number is required")
    if carrier.numbers.get(form.text("From")) is None:
        raise RestError(400, 21606, "The 'From' number is not a message-capable number of this account")
    if not body:
        raise RestError(400, 21602, "A message body is required")
    if len(body) > LONGEST_MESSAGE:
        raise RestError(400, 21617, f"The message body is longer than {LONGEST_MESSAGE} characters")
    callback = form.url("StatusCallback", 21609)
    return Message(to, form.text("From"), body, "outbound-api", "queued", callback)


def add_messages(router: APIRouter, carrier: Carrier) -> None:
    """Add the routes of messages."""
    account = carrier.options.account_sid

    def find(sid: str) -> Message:
        message = carrier.messages.get(sid)
        if message is None:
            raise not_found(path(account, "Messages", sid))
        return message

    @router.post("/Messages.json")
    async def create(request: Request) -> JSONResponse:
        message = _new_message(carrier, await Form.read(request, MESSAGE_CREATE))
        carrier.messages[message.sid] = message
        carrier.background.start(deliver(carrier, message))
        return JSONResponse(message_body(message, account), 201)

    @router.get("/Messages.json")
    async def list_(request: Request) -> JSONResponse:
        bodies = [message_body(message, account) for message in reversed(carrier.messages.values())]
        number, size = rest_calls.page_wanted(request)
        return JSONResponse(page("messages", bodies, path(account, "Messages"), number=number, size=size))

    @router.get("/Messages/{sid}.json")
    async def get(sid: str) -> JSONResponse:
        return JSONResponse(message_body(find(sid), account))

    @router.delete("/Messages/{sid}.json")
    async def delete(sid: str) -> Response:
        if find(sid).status not in FINAL:
            raise RestError(409, 20009, "Cannot delete this resource before it is complete")
        del carrier.messages[sid]
        return Response(status_code=NO_CONTENT)


def recordings_page(carrier: Carrier, request: Request, call_sid: str | None) -> JSONResponse:
    """A page of recordings, of one call if it is named."""
    account = carrier.options.account_sid
    wanted = call_sid or request.query_params.get("CallSid")
    bodies = [
        recording_body(item, account)
        for item in reversed(carrier.recordings.values())
        if wanted is None or item.call_sid == wanted
    ]
    number, size = rest_calls.page_wanted(request)
    return JSONResponse(page("recordings", bodies, path(account, "Recordings"), number=number, size=size))


def add_recordings(router: APIRouter, carrier: Carrier) -> None:
    """Add the routes of recordings."""
    account = carrier.options.account_sid

    def find(sid: str) -> Recording:
        recording = carrier.recordings.get(sid)
        if recording is None:
            raise not_found(path(account, "Recordings", sid))
        return recording

    @router.get("/Recordings.json")
    async def list_(request: Request) -> JSONResponse:
        return recordings_page(carrier, request, None)

    @router.get("/Recordings/{sid}.json")
    async def get(sid: str) -> JSONResponse:
        return JSONResponse(recording_body(find(sid), account))

    @router.delete("/Recordings/{sid}.json")
    async def delete(sid: str) -> Response:
        find(sid)
        del carrier.recordings[sid]
        return Response(status_code=NO_CONTENT)

    @router.get("/Recordings/{sid}")
    @router.get("/Recordings/{sid}.wav")  # registered first: the lower decorator is applied before the upper
    async def media(sid: str) -> Response:
        return Response(soft_tones(find(sid).duration_s), media_type="audio/x-wav")
