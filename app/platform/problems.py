"""Every error leaves as a problem detail (RFC 9457) in both languages, with a stable code; one place renders them.

Input values are never echoed: a wrong value may be a caller's number (promise P5). For the same reason an unexpected
failure is logged by its kind and the places it passed, not by its message, and its answer carries no trace.
"""

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

import asyncpg
from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from prometheus_client import Counter
from starlette.exceptions import HTTPException
from starlette.requests import HTTPConnection, Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from starlette.websockets import WebSocket

from app.domain.errors import (
    Forbidden,
    Held,
    HotlineError,
    Invalid,
    NotFound,
    NotRostered,
    SignInRequired,
    StaleVersion,
    TooLarge,
    TooManyAttempts,
    Unavailable,
)
from app.platform.log_events import Log
from app.platform.logging import get_log
from app.platform.problem_schema import describe_problems

log = get_log()

STALE = Counter("hotline_stale_refused_total", "Writes refused because someone else had saved a newer version (P8)")

MEDIA_TYPE = "application/problem+json"
_CHINESE_BEGINS = re.compile(r"(?:(?<=[.!?)”\"])\s+|^)(?=[^一-鿿.!?]{0,30}[一-鿿])")
FIELD_NAME = re.compile(r"(?!.*\d{5})[A-Za-z0-9_-]{1,64}")  # no field of ours has a number in its name
# The database is gone, going, full, or has undone us in favour of another: worth trying again in a moment.
OUT_OF_REACH = (
    OSError,  # refused, timed out, or its socket file is not there
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,  # a server that died in the midst of its answer
    asyncpg.PostgresConnectionError,
    asyncpg.OperatorInterventionError,
    asyncpg.InsufficientResourcesError,
    asyncpg.TransactionRollbackError,
)
# Values that passed our own checks and that the database cannot hold: a NUL in a text, a number too large.
UNSTORABLE = asyncpg.DataError
SOCKET_CLOSE_CODES = {401: 4401, 403: 4403}

# The framework's answer to a body in no encoding it knows, or nested deeper than anybody means it.
UNREADABLE_BODY = 400
NOT_READABLE = {"field": "body", "message": "cannot be read", "message_zh": "无法读取"}

# What the framework itself refuses: status → (code, English, Chinese).
REFUSALS: Mapping[int, tuple[str, str, str]] = {
    400: ("bad_request", "The request could not be read", "无法读取该请求"),
    404: (NotFound.code, NotFound.title, NotFound.title_zh),
    405: ("method_not_allowed", "This cannot be done here", "此处不支持该操作"),
    413: (TooLarge.code, TooLarge.title, TooLarge.title_zh),
    415: ("wrong_media_type", "This kind of content is not accepted", "不支持该内容类型"),
}
# What can be wrong with a value, by pydantic's name for it; everything else is "is not valid".
COMPLAINTS: Mapping[str, tuple[str, str]] = {
    "missing": ("is missing", "缺少此项"),
    "extra_forbidden": ("is not known here", "不支持此项"),
    "json_invalid": ("is not valid JSON", "不是有效的 JSON"),
    "string_too_short": ("is too short (at least {min_length})", "太短（至少 {min_length}）"),
    "string_too_long": ("is too long (at most {max_length})", "太长（至多 {max_length}）"),
    "greater_than": ("must be greater than {gt}", "必须大于 {gt}"),
    "greater_than_equal": ("must be at least {ge}", "不能小于 {ge}"),
    "less_than": ("must be less than {lt}", "必须小于 {lt}"),
    "less_than_equal": ("must be at most {le}", "不能大于 {le}"),
    "literal_error": ("must be one of {expected}", "必须是 {expected} 之一"),
    "enum": ("must be one of {expected}", "必须是 {expected} 之一"),
    "uuid_parsing": ("is not an id", "不是有效的编号"),
    "bool_parsing": ("must be true or false", "必须是 true 或 false"),
    "int_parsing": ("must be a whole number", "必须是整数"),
    "float_parsing": ("must be a number", "必须是数字"),
}


def problem(
    status: int,
    code: str,
    title: str,
    title_zh: str,
    *,
    detail: str = "",
    detail_zh: str = "",
    errors: Sequence[Mapping[str, str]] = (),
    more: Mapping[str, Any] | None = None,
    headers: Mapping[str, str] | None = None,
) -> Response:
    """One problem detail as a response. `errors` name fields and what is wrong with them, never their values.

    `more`: what a program needs besides, to say it in its own words (problem_schema.py).
    """
    body: dict[str, Any] = {
        "type": f"urn:hotline:problem:{code}",
        "title": title,
        "title_zh": title_zh,
        "status": status,
        "code": code,
    }
    if detail:
        body["detail"] = detail
    if detail_zh:
        body["detail_zh"] = detail_zh
    if errors:
        body["errors"] = list(errors)
    body |= more or {}
    return Response(json.dumps(body, ensure_ascii=False), status, dict(headers or {}), MEDIA_TYPE)


def problem_of(error: HotlineError) -> Response:
    """The response for one of our own errors."""
    headers: dict[str, str] = {}
    if isinstance(error, TooManyAttempts) and error.retry_after_s:
        headers["Retry-After"] = str(error.retry_after_s)
    if isinstance(error, SignInRequired | Forbidden):
        headers["Cache-Control"] = "no-store"
    fields = error.fields if isinstance(error, Invalid | Held) else {}
    errors = [{"field": field, "message": message} for field, message in fields.items()]
    detail, detail_zh = in_both_languages(error.detail)
    return problem(
        error.status,
        error.code,
        error.title,
        error.title_zh,
        detail=detail,
        detail_zh=detail_zh,
        errors=errors,
        more=_more(error),
        headers=headers,
    )


def in_both_languages(detail: str) -> tuple[str, str]:
    """What an error says, in English and in Chinese: it is raised with the one sentence after the other."""
    found = _CHINESE_BEGINS.search(detail)
    return (detail, "") if found is None else (detail[: found.start()].rstrip(), detail[found.start() :].lstrip())


def _more(error: HotlineError) -> dict[str, Any]:
    match error:
        case StaleVersion(current=current) if current is not None:
            return {"current": dict(current)}
        case NotRostered(why=why, next_shift=None):
            return {"why": why}
        case NotRostered(why=why, next_shift=next_shift):
            return {"why": why, "next_shift": dict(next_shift or {})}
        case _:
            return {}


def install(app: FastAPI) -> None:
    """Let every error of this application leave as a problem detail. Call before `security_headers.install`."""
    app.add_exception_handler(HotlineError, _our_own)
    app.add_exception_handler(RequestValidationError, _values_not_valid)
    app.add_exception_handler(HTTPException, _refused_by_the_framework)
    app.add_exception_handler(UNSTORABLE, _value_unstorable)
    app.add_middleware(LastResort)
    describe_problems(app)


async def _our_own(connection: HTTPConnection, error: Exception) -> Response:
    assert isinstance(error, HotlineError)  # noqa: S101 registered for nothing else
    if isinstance(error, StaleVersion):
        STALE.inc()
    if isinstance(connection, WebSocket):
        await connection.close(SOCKET_CLOSE_CODES.get(error.status, 4400), error.code)
    elif error.status >= 500:
        _log_failure(connection.scope, error)
    return problem_of(error)


async def _values_not_valid(_request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)  # noqa: S101 registered for nothing else
    errors = [_complaint(item) for item in error.errors()[:20]]
    return problem(Invalid.status, Invalid.code, Invalid.title, Invalid.title_zh, errors=errors)


async def _value_unstorable(request: Request, failure: Exception) -> Response:
    _log_failure(request.scope, failure)
    return problem_of(Invalid())


async def _refused_by_the_framework(_request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)  # noqa: S101 registered for nothing else
    if error.status_code == UNREADABLE_BODY:
        return problem(Invalid.status, Invalid.code, Invalid.title, Invalid.title_zh, errors=[NOT_READABLE])
    code, title, title_zh = REFUSALS.get(error.status_code, REFUSALS[400])
    return problem(error.status_code, code, title, title_zh, headers=error.headers)


def _complaint(item: Mapping[str, Any]) -> dict[str, str]:
    english, chinese = COMPLAINTS.get(item["type"], ("is not valid", "无效"))
    limits = {name: str(value) for name, value in item.get("ctx", {}).items()}
    return {"field": _field(item), "message": english.format(**limits), "message_zh": chinese.format(**limits)}


def _field(item: Mapping[str, Any]) -> str:
    where, *parts = item["loc"]
    if item["type"] == "json_invalid" or not parts:
        return str(where)
    # A name the sender made up may be anything, an identity included.
    if item["type"] == "extra_forbidden":
        parts = [*parts[:-1], "?"]
    return ".".join(str(part) if FIELD_NAME.fullmatch(str(part)) else "?" for part in parts)


class LastResort:
    """Turns what nobody expected into a 500 problem, or a 503 when the database is out of reach, and logs it."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve the request; exceptions end here."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        started = False

        async def sending(message: Message) -> None:
            nonlocal started
            started = True
            await send(message)

        try:
            await self.app(scope, receive, sending)
        except OUT_OF_REACH as failure:
            _log_failure(scope, failure)
            answer = problem_of(Unavailable())
        except Exception as failure:  # noqa: BLE001 the last place before the server's own trace
            _log_failure(scope, failure)
            answer = problem_of(HotlineError())
        else:
            return
        if not started:
            await answer(scope, receive, send)


def _log_failure(scope: Scope, failure: Exception) -> None:
    route = getattr(scope.get("route"), "path", "")
    log.alarm(Log.REQUEST_FAILED, failure=failure, route=route, method=scope.get("method"))
