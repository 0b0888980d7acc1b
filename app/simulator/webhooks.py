"""Sending the carrier's requests: signed, with an idempotency token, within 15 seconds, retried once when no connection
came about (telephony.md 1, Transport), and only ever to this machine."""

import asyncio
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode, urlsplit

from app.platform.clock import fresh_id, now
from app.simulator.chaos import Chaos
from app.simulator.loopback_http import BrokenReplyError, LoopbackHttp, NotConnectedError, TooSlowError
from app.simulator.options import Options
from app.simulator.retry_rules import RetryRules, rules_of
from app.simulator.signing import signature, spoilt

LOOPBACK = frozenset({"localhost", "::1"})
REQUESTS_KEPT = 50_000


@dataclass(frozen=True, slots=True)
class Answer:
    """What the product answered."""

    status: int
    content_type: str
    body: bytes

    @property
    def is_good(self) -> bool:
        """2xx."""
        return 200 <= self.status < 300


@dataclass(frozen=True, slots=True)
class NoAnswer:
    """Nothing usable came back: the carrier's error code and a sentence."""

    code: int
    reason: str


@dataclass(frozen=True, slots=True)
class SentRequest:
    """A line of the request log: what went where and how it ended, with ids only."""

    at: datetime
    method: str
    url: str
    what: str
    sid: str
    status: int
    ms: float
    attempt: int
    token: str
    signed: bool

    def public(self) -> dict[str, object]:
        """As JSON."""
        shown: dict[str, object] = {name: getattr(self, name) for name in self.__slots__}
        return {**shown, "at": self.at.isoformat(), "ms": round(self.ms, 1)}


@dataclass(frozen=True, slots=True)
class Outgoing:
    """One request to the product. `what` names it in the log: voice, status, conference, hold …"""

    url: str
    method: str
    params: Mapping[str, str]
    what: str
    sid: str


class Webhooks:
    """The carrier's outgoing line."""

    def __init__(self, options: Options, chaos: Chaos) -> None:
        self._options = options
        self._chaos = chaos
        self._client = LoopbackHttp()
        self.sent: deque[SentRequest] = deque(maxlen=REQUESTS_KEPT)

    def close(self) -> None:
        """Close the connections that are open."""
        self._client.close()

    async def send(self, request: Outgoing, *, forged: bool = False, token: str = "") -> Answer | NoAnswer:
        """Send with the retries its URL asks for; a failure is a `NoAnswer`. `token` repeats an earlier one."""
        target, _, fragment = request.url.partition("#")
        address = self._address(target)
        if address is None:
            return NoAnswer(11210, "the emulator sends to http:// on this machine only (see --route)")
        rules = rules_of(fragment, connect_s=self._options.connect_timeout_s, total_s=self._options.webhook_timeout_s)
        token = token or str(fresh_id())
        outcome: Answer | NoAnswer = NoAnswer(11200, "not sent")
        try:
            async with asyncio.timeout(rules.total_s):
                for attempt in range(rules.retries + 1):
                    outcome, failure = await self._once(request, target, address, rules, (token, attempt, forged))
                    if not failure or not rules.covers(failure):
                        break
        except TimeoutError:
            self._log(request, target, 0, rules.total_s * 1000, (token, 0, forged))
            return NoAnswer(11205, f"no answer within {rules.total_s:g} s")
        return outcome

    async def _once(
        self, request: Outgoing, target: str, address: str, rules: RetryRules, mark: tuple[str, int, bool]
    ) -> tuple[Answer | NoAnswer, str]:
        """One attempt: the outcome and which kind of failure it was (ct, rt, 4xx, 5xx, or nothing)."""
        is_post = request.method == "POST"
        if not is_post and request.params:
            query = ("&" if urlsplit(target).query else "?") + urlencode(request.params)
            target, address = target + query, address + query
        good = signature(self._options.auth_token, target, request.params if is_post else None)
        headers = {
            "X-Twilio-Signature": spoilt(good) if mark[2] else good,
            "I-Twilio-Idempotency-Token": mark[0],
            "User-Agent": "TwilioProxy/1.1",
            "Accept": "*/*",
        }
        body = b""
        if is_post:
            headers["Content-Type"] = "application/x-www-form-urlencoded; charset=UTF-8"
            body = urlencode(request.params).encode()
        begun = asyncio.get_running_loop().time()
        status = 0
        outcome: Answer | NoAnswer
        try:
            reply = await self._client.request(
                request.method, address, headers=headers, body=body, connect_s=rules.connect_s, read_s=rules.read_s
            )
            status = reply.status
            outcome = Answer(status, reply.headers.get("content-type", ""), reply.body)
            failure = "" if status < 400 else "4xx" if status < 500 else "5xx"
        except NotConnectedError as error:
            outcome, failure = NoAnswer(11205, str(error)), "ct"
        except TooSlowError as error:
            outcome, failure = NoAnswer(11205, str(error)), "rt"
        except BrokenReplyError as error:
            outcome, failure = NoAnswer(11206, str(error)), "rt"
        self._log(request, target, status, (asyncio.get_running_loop().time() - begun) * 1000, mark)
        return outcome, failure

    def _address(self, url: str) -> str | None:
        """The loopback address behind a URL; None when there is none."""
        for public, local in self._options.routes.items():
            if url.startswith(public):
                url = local + url[len(public) :]
                break
        host = urlsplit(url).hostname or ""
        is_here = host in LOOPBACK or host.startswith("127.")
        return url if is_here and url.startswith("http://") else None

    def _log(self, request: Outgoing, url: str, status: int, ms: float, mark: tuple[str, int, bool]) -> None:
        shown = url.partition("?")[0]  # a query may carry the form of a GET, and with it a number
        token, attempt, forged = mark
        self.sent.append(
            SentRequest(now(), request.method, shown, request.what, request.sid, status, ms, attempt, token, not forged)
        )

    async def fetch(self, request: Outgoing) -> Answer | NoAnswer:
        """A request whose answer matters (TwiML): delayed, mis-signed or sent twice as the knobs say."""
        knobs = self._chaos.knobs
        await asyncio.sleep(self._chaos.delay_s())
        forged = self._chaos.strikes(knobs.bad_signature_percent)
        if self._chaos.strikes(knobs.forged_percent):
            await self.send(request, forged=True)
        token = str(fresh_id())
        answer = await self.send(request, forged=forged, token=token)
        if self._chaos.strikes(knobs.duplicate_percent):
            return await self.send(request, forged=forged, token=token)
        return answer
