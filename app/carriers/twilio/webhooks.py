"""The carrier's webhooks: what it tells us becomes the port's events, what the flow answers becomes TwiML.

Who may call, and what happens when we fail, is decided in gate.py; what a form means in forms.py; here only which
method of the flow is asked. A signed request that cannot be read keeps its caller: an honest sentence, an alarm, and
the carrier asks again; after two such rounds it gets a 503, and its fallback URL reaches the backup line.
"""

import asyncio
from collections.abc import Iterable, Sequence
from uuid import UUID

from fastapi import APIRouter
from starlette.routing import BaseRoute, Route
from starlette.types import Scope

from app.carriers.port import CallFlow
from app.carriers.steps import Answer, Spoken, WaitSound
from app.carriers.twilio import askings, forms, vocabulary
from app.carriers.twilio.gate import NOTED, UNAVAILABLE, UNREADABLE, Reply, Signed, Webhook, log
from app.carriers.twilio.hold_sound import HoldSound
from app.carriers.twilio.signature import SignatureCheck
from app.carriers.twilio.twiml import DEFAULT_VOICES, Voices, render, render_announcement, render_apology, render_sound
from app.carriers.twilio.urls import PATIENCE, Urls
from app.domain.errors import NotFound
from app.platform.log_events import Log

APOLOGY = (
    Spoken("很抱歉，我们的系统刚才出了一点问题。请不要挂机，我们正在为您重新接通。"),
    Spoken("如果有生命危险，请立即拨打 1 1 0 或 1 2 0。您也可以拨打心理援助热线 1 2 3 5 6。"),
    Spoken("We are sorry, something went wrong on our side. Please stay on the line, we are trying again.", "en"),
    Spoken("If a life is in danger, call 1 1 0 or 1 2 0 now. You can also call 1 2 3 5 6.", "en"),
)
MAX_APOLOGIES = 2
SOUND_DEADLINE_S = 2.0


def router(
    flow: CallFlow,
    *,
    public_base_url: str,
    auth_tokens: Iterable[str],
    voices: Voices = DEFAULT_VOICES,
    apology: Sequence[Spoken] = APOLOGY,
) -> APIRouter:
    """Every URL the carrier may ask of us. `auth_tokens`: the primary one and, during a rotation, the other one."""
    hooks = Hooks(flow, Urls(public_base_url), voices, tuple(apology))
    check = SignatureCheck(public_base_url, auth_tokens)
    legs = "/webhooks/twilio/legs/{leg_id}"
    endpoints = {
        "/webhooks/twilio/voice": Webhook("voice", check, hooks.voice),
        "/webhooks/twilio/status": Webhook("status", check, hooks.status),
        f"{legs}/next": Webhook("next", check, hooks.next_step),
        f"{legs}/digits": Webhook("digits", check, hooks.digits),
        f"{legs}/status": Webhook("leg_status", check, hooks.leg_status),
        f"{legs}/sound": Webhook("sound", check, hooks.sound, if_failed=hooks.only_music),
        f"{legs}/announce": Webhook("announce", check, hooks.announce),
        f"{legs}/message": Webhook("message", check, hooks.message),
        "/webhooks/twilio/bridges/{contact_id}": Webhook("bridge", check, hooks.bridge),
    }
    routes: list[BaseRoute] = [
        Route(path, hook, methods=["POST"], include_in_schema=False) for path, hook in endpoints.items()
    ]
    routes.append(Route("/static-sound/hold.wav", HoldSound(), methods=["GET"], include_in_schema=False))
    return APIRouter(routes=routes)


class Hooks:
    """The webhooks of one flow, each taking a request that is known to be the carrier's."""

    def __init__(self, flow: CallFlow, urls: Urls, voices: Voices, apology: tuple[Spoken, ...]) -> None:
        self._flow = flow
        self._urls = urls
        self._voices = voices
        self._apology = apology

    async def voice(self, request: Signed) -> Reply:
        """A call arrives."""
        call = forms.inbound_call(request.form)
        if call is None:
            return await self._unreadable("voice", request, None)
        if not call.number_dialled:
            self._alarm("voice", "number_dialled", call.provider_call_id)
        return self._answer(await self._flow.call_arrived(call), call.dedupe_key + request.query.get("again", ""))

    async def next_step(self, request: Signed) -> Reply:
        """A leg has done its step and asks for the next."""
        leg_id, sid = forms.uuid_or_none(request.path["leg_id"]), forms.call_sid(request.form)
        if leg_id is None or not sid:
            return await self._unreadable("next", request, leg_id)
        after = askings.after_of(request.query, request.form)
        key = askings.asking_key("next", leg_id, request.query, after, request.retry_token, request.body)
        try:
            answer = await self._flow.next_step(leg_id, provider_call_id=sid, after=after, dedupe_key=key)
        except NotFound:
            return await self._unreadable("next", request, leg_id)
        return self._answer(answer, key)

    async def digits(self, request: Signed) -> Reply:
        """A key was pressed, or none in time."""
        leg_id, sid = forms.uuid_or_none(request.path["leg_id"]), forms.call_sid(request.form)
        ask = askings.ask_of(request.query)
        if leg_id is None or not sid or not ask:
            return await self._unreadable("digits", request, leg_id)
        digits = forms.pressed(request.form)
        key = askings.asking_key("digits", leg_id, request.query, digits, request.retry_token, request.body)
        try:
            answer = await self._flow.digits_pressed(
                leg_id, provider_call_id=sid, ask=ask, digits=digits, dedupe_key=key
            )
        except NotFound:
            return await self._unreadable("digits", request, leg_id)
        return self._answer(answer, key)

    async def message(self, request: Signed) -> Reply:
        """A voicemail was left; without a recording it is only the next step that is asked for."""
        leg_id = forms.uuid_or_none(request.path["leg_id"])
        message = None if leg_id is None else forms.message_taken(request.form, leg_id)
        if message is None:
            query = {**request.query, "after": "take_message"}
            return await self.next_step(
                Signed(request.path, query, request.form, request.retry_token, request.body, request.target)
            )
        try:
            answer = await self._flow.message_taken(message)
        except NotFound:
            return await self._unreadable("message", request, message.leg_id)
        return self._answer(answer, message.dedupe_key)

    async def sound(self, request: Signed) -> Reply:
        """What somebody waiting or on hold hears now."""
        leg_id = forms.uuid_or_none(request.path["leg_id"])
        sound = WaitSound(say=())
        if leg_id is None:
            return await self._unreadable("sound", request, None)
        try:
            async with asyncio.timeout(SOUND_DEADLINE_S):
                sound = await self._flow.wait_sound(leg_id)
        except NotFound:
            self._alarm("sound", "unknown_leg", forms.call_sid(request.form))
        return self._music(sound, leg_id)

    def only_music(self, scope: Scope) -> Reply:
        """A failing waitUrl leaves a conference half-built and a caller in silence: play music instead."""
        leg_id = forms.uuid_or_none(scope["path_params"]["leg_id"])
        return UNAVAILABLE if leg_id is None else self._music(WaitSound(say=()), leg_id)

    async def announce(self, request: Signed) -> Reply:
        """What a participant hears over the talk. Without words the talk simply goes on."""
        leg_id = forms.uuid_or_none(request.path["leg_id"])
        say: tuple[Spoken, ...] = ()
        try:
            if leg_id is not None:
                say = await self._flow.announcement(leg_id)
        except NotFound:
            leg_id = None
        if leg_id is None:
            self._alarm("announce", "unknown_leg", forms.call_sid(request.form))
        return _twiml(render_announcement(say, voices=self._voices))

    async def status(self, request: Signed) -> Reply:
        """A call of one of our numbers moved on (the number's own status callback)."""
        return await self._progress("status", request, None)

    async def leg_status(self, request: Signed) -> Reply:
        """A leg that we dialled moved on."""
        leg_id = forms.uuid_or_none(request.path["leg_id"])
        if leg_id is None:
            self._alarm("leg_status", "leg_id", forms.call_sid(request.form))
            return NOTED
        return await self._progress("leg_status", request, leg_id)

    async def bridge(self, request: Signed) -> Reply:
        """Something happened in a bridge."""
        contact_id = forms.uuid_or_none(request.path["contact_id"])
        event = None if contact_id is None else forms.bridge_event(request.form, contact_id)
        if event is None:
            if request.form.get("StatusCallbackEvent") not in vocabulary.QUIET_BRIDGE_EVENTS:
                self._alarm("bridge", "event", forms.call_sid(request.form))
            return NOTED
        try:
            await self._flow.bridge_changed(event)
        except NotFound:
            self._alarm("bridge", "unknown_contact", event.provider_call_id or "")
        return NOTED

    async def _progress(self, route: str, request: Signed, leg_id: UUID | None) -> Reply:
        command_id = forms.uuid_or_none(request.query.get("command", ""))
        progress = forms.leg_progress(request.form, leg_id, command_id=command_id)
        if progress is None:
            if request.form.get("CallStatus") not in vocabulary.QUIET_CALL_STATUSES:
                self._alarm(route, "status", forms.call_sid(request.form))
            return NOTED
        try:
            await self._flow.leg_progressed(progress)
        except NotFound:
            self._alarm(route, "unknown_leg", progress.provider_call_id)
        return NOTED

    async def _unreadable(self, route: str, request: Signed, leg_id: UUID | None) -> Reply:
        """Keep the caller whose request cannot be understood."""
        sid = forms.call_sid(request.form)
        self._alarm(route, "request", sid)
        answer = await self._flow.unreadable(
            provider=forms.PROVIDER, provider_call_id=sid, what=f"{route}: incomplete or unknown", leg_id=leg_id
        )
        if answer is not None:
            key = askings.asking_key(route, answer.leg_id, request.query, "", request.retry_token, request.body)
            return self._answer(answer, key)
        again = request.query.get("again", "")
        rounds = int(again) if again in {"1", "2"} else 0
        if rounds >= MAX_APOLOGIES:
            return UNAVAILABLE
        return _twiml(render_apology(self._apology, ask_again_at=self._again(request, rounds + 1), voices=self._voices))

    def _again(self, request: Signed, rounds: int) -> str:
        path, _, query = request.target.partition("?")
        kept = [part for part in query.split("&") if part and not part.startswith("again=")]
        return f"{self._urls.public_base_url}{path}?" + "&".join([*kept, f"again={rounds}"]) + PATIENCE

    def _answer(self, answer: Answer, dedupe_key: str) -> Reply:
        return _twiml(
            render(
                answer.step,
                leg_id=answer.leg_id,
                contact_id=answer.contact_id,
                urls=self._urls,
                voices=self._voices,
                turn=askings.turn_after(dedupe_key),
            )
        )

    def _music(self, sound: WaitSound, leg_id: UUID) -> Reply:
        return _twiml(render_sound(sound, leg_id=leg_id, urls=self._urls, voices=self._voices))

    def _alarm(self, route: str, what: str, sid: str) -> None:
        UNREADABLE.labels(route).inc()
        log.alarm(Log.WEBHOOK_UNREADABLE, route=route, what=what, call=sid if forms.is_call_id(sid) else None)


def _twiml(document: str) -> Reply:
    return Reply(200, document.encode(), b"text/xml; charset=utf-8")
