"""/Calls: making, reading, changing and erasing calls, with the carrier's refusals."""

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING

from starlette.requests import Request

from app.simulator.calls import ANONYMOUS, CALL_EVENTS, Call, CallStatus, Direction, Source, StatusCallback
from app.simulator.leg import LegEnded, LegRedirected
from app.simulator.rest_bodies import Body, call_body, page, path
from app.simulator.rest_forms import Form, RestError, not_found
from app.simulator.rest_parameters import CALL_CREATE, CALL_FILTERS, CALL_UNSUPPORTED, CALL_UPDATE

if TYPE_CHECKING:
    from app.simulator.carrier import Carrier

LONGEST_TWIML = 4000


def check_parties(carrier: "Carrier", form: Form) -> tuple[str, str]:
    """(To, From) of an outgoing call. Raises RestError as the carrier would."""
    to, from_ = form.text("To"), form.text("From")
    if not to:
        raise RestError(400, 21201, "No 'To' number is specified")
    if not from_:
        raise RestError(400, 21213, "No 'From' number is specified")
    is_client = to.startswith("client:") and len(to) > 7
    if not is_client and not _is_e164(to):
        raise RestError(400, 21211, "The 'To' number is not a valid phone number or client identifier")
    if carrier.numbers.get(from_) is None and not (is_client and from_.startswith("client:")):
        raise RestError(400, 21210, "The source phone number provided is not yet verified for your account")
    return to, from_


def _is_e164(number: str) -> bool:
    return number.startswith("+") and number[1:].isdigit() and 7 <= len(number) <= 16 and number != ANONYMOUS


def source_of(form: Form) -> Source | None:
    """Url or Twiml of a request; None when it has neither. Raises RestError."""
    if "Url" in form and "Twiml" in form:
        raise RestError(400, 21205, "Url and Twiml cannot be given together")
    if "Twiml" in form:
        if len(form.text("Twiml")) > LONGEST_TWIML:
            raise RestError(400, 20001, f"Twiml is longer than {LONGEST_TWIML} characters")
        return Source(twiml=form.text("Twiml"))
    if "Url" not in form:
        return None
    url = form.url("Url", 21205)
    if not url:
        raise RestError(400, 21205, "Url is not a valid URL")
    return Source(url, form.method("Method"))


def callback_of(form: Form) -> StatusCallback | None:
    """The status callback of a new call. Raises RestError."""
    url = form.url("StatusCallback", 21609)
    events = form.events("StatusCallbackEvent", CALL_EVENTS, frozenset({"completed"}))
    return StatusCallback(url, form.method("StatusCallbackMethod"), events) if url else None


async def create_call(carrier: "Carrier", request: Request) -> Body:
    """POST /Calls.json"""
    form = await Form.read(request, CALL_CREATE, CALL_UNSUPPORTED)
    to, from_ = check_parties(carrier, form)
    source = source_of(form)
    if source is None:
        raise RestError(400, 21205, "Url, Twiml or ApplicationSid is required")
    call = Call(to=to, from_=from_, direction=Direction.OUTBOUND_API)
    call.timeout_s = form.whole("Timeout", 60, (1, 600))
    call.time_limit_s = form.whole("TimeLimit", 14_400, (1, 86_400))
    call.send_digits = form.text("SendDigits")
    if set(call.send_digits) - set("0123456789*#w"):
        raise RestError(400, 21206, "SendDigits may hold digits, *, # and w")
    call.status_callback = callback_of(form)
    fallback = form.url("FallbackUrl", 21205)
    call.fallback = Source(fallback, form.method("FallbackMethod")) if fallback else None
    carrier.originate(call, source)
    return call_body(call, carrier.options.account_sid)


def find_call(carrier: "Carrier", sid: str) -> Call:
    """A call by SID. Raises 20404."""
    call = carrier.calls.get(sid)
    if call is None:
        raise not_found(path(carrier.options.account_sid, "Calls", sid))
    return call


def list_calls(carrier: "Carrier", request: Request) -> Body:
    """GET /Calls.json with the carrier's filters."""
    query = request.query_params
    unknown = set(query) - CALL_FILTERS
    if unknown:
        raise RestError(400, 20001, f"Unknown parameter {', '.join(sorted(unknown))}")
    found = [call for call in reversed(carrier.calls.values()) if _matches(call, dict(query))]
    account = carrier.options.account_sid
    number, size = page_wanted(request)
    return page("calls", [call_body(call, account) for call in found], path(account, "Calls"), number=number, size=size)


def page_wanted(request: Request) -> tuple[int, int]:
    """(page, size) of a list request. Raises RestError."""
    texts = request.query_params.get("Page", "0"), request.query_params.get("PageSize", "50")
    if not all(text.isdigit() for text in texts) or not 1 <= int(texts[1]) <= 1000:
        raise RestError(400, 20006, "Page or PageSize is out of range")
    return int(texts[0]), int(texts[1])


def _matches(call: Call, query: dict[str, str]) -> bool:
    if query.get("Status", call.status.value) != call.status.value:
        return False
    if query.get("To", call.to) != call.to or query.get("From", call.from_) != call.from_:
        return False
    if query.get("ParentCallSid", call.parent_sid) != call.parent_sid:
        return False
    return _in_time(call.answered_at or call.created_at, "StartTime", query) and _in_time(
        call.ended_at, "EndTime", query
    )


def _in_time(moment: datetime | None, name: str, query: dict[str, str]) -> bool:
    """Whether a moment is on the day, or before or after the time, that the query names."""
    for sign in ("", "<", ">"):
        text = query.get(name + sign)
        if text is None:
            continue
        if moment is None:
            return False
        wanted = _time(text)
        if sign == "" and moment.date() != wanted.date():
            return False
        if (sign == "<" and moment > wanted) or (sign == ">" and moment < wanted):
            return False
    return True


def _time(text: str) -> datetime:
    try:
        wanted = datetime.fromisoformat(text)
    except ValueError:
        try:
            wanted = parsedate_to_datetime(text)
        except ValueError as error:
            raise RestError(400, 20001, "a date filter is not a date") from error
    return wanted if wanted.tzinfo else wanted.replace(tzinfo=UTC)


async def update_call(carrier: "Carrier", sid: str, request: Request) -> Body:
    """POST /Calls/{sid}.json: new instructions, or the end."""
    form = await Form.read(request, CALL_UPDATE)
    call = find_call(carrier, sid)
    source = source_of(form)
    status = form.text("Status")
    if status not in {"", "canceled", "completed"}:
        raise RestError(400, 20001, "Status must be canceled or completed")
    leg = carrier.legs.get(sid)
    if leg is None:
        raise RestError(400, 21220, "Call is not in-progress. Cannot redirect.")
    fallback = form.url("FallbackUrl", 21205)
    if fallback:
        call.fallback = Source(fallback, form.method("FallbackMethod"))
    callback = form.url("StatusCallback", 21609)
    if callback:
        call.status_callback = StatusCallback(callback, form.method("StatusCallbackMethod"))
    if status == "completed" or (status == "canceled" and call.status is not CallStatus.IN_PROGRESS):
        leg.interrupt(LegEnded("api"))
    elif source is not None:
        await _redirect(carrier, call, source)
    return call_body(call, carrier.options.account_sid)


async def _redirect(carrier: "Carrier", call: Call, source: Source) -> None:
    leg = carrier.legs[call.sid]
    chaos = carrier.chaos
    if call.status is not CallStatus.IN_PROGRESS:
        raise RestError(400, 21220, "Call is not in-progress. Cannot redirect.")
    hangs_up = chaos.strikes(chaos.knobs.hang_up_during_redirect_percent)
    if hangs_up and chaos.strikes(50):
        leg.interrupt(LegEnded("caller"))  # just before: the API learns of it
        raise RestError(400, 21220, "Call is not in-progress. Cannot redirect.")
    if not leg.interrupt(LegRedirected(source)):
        raise RestError(400, 21220, "Call is not in-progress. Cannot redirect.")
    if hangs_up:
        leg.interrupt(LegEnded("caller"))  # just after: the API has said yes


def delete_call(carrier: "Carrier", sid: str) -> None:
    """DELETE /Calls/{sid}.json, once the call is over."""
    call = find_call(carrier, sid)
    if not call.is_over:
        raise RestError(409, 20009, "Cannot delete this resource before it is complete")
    carrier.erased[sid] = carrier.calls.pop(sid)
