"""Following a leg's instructions from document to document, with the fallback URL when one cannot be had."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from app.simulator.calls import Source
from app.simulator.leg import Leg, LegRedirected
from app.simulator.twiml.grammar import Setting
from app.simulator.twiml.interpreter import perform
from app.simulator.twiml.parsing import Document, DocumentFailed, Verb, parse
from app.simulator.twiml.stage import GoTo, HangUp, Stage
from app.simulator.webhook_fields import call_fields
from app.simulator.webhooks import NoAnswer, Outgoing

if TYPE_CHECKING:
    from app.simulator.carrier import Carrier

XML_TYPES = frozenset({"text/xml", "application/xml", "text/html"})
LEAST_LOOP_S = 0.01  # a wait document that only redirects to itself must not eat the machine
APOLOGY = "We are sorry, an application error has occurred. Goodbye."


async def fetch_document(
    carrier: "Carrier", leg: Leg, source: Source, fields: Mapping[str, str], setting: Setting
) -> Document:
    """The document behind a source. Raises DocumentFailed; the request outlives a hang-up, as the carrier's does."""
    if source.twiml is not None:
        return parse(source.twiml, base_url=leg.base_url, setting=setting)
    if urlsplit(source.url).scheme not in {"http", "https"}:
        raise DocumentFailed(11100, "not an absolute http(s) URL", source.url)
    params = {**call_fields(leg.call, carrier.options.account_sid), **fields}
    request = Outgoing(source.url, source.method, params, setting.value, leg.call.sid)
    answer = await leg.race(asyncio.shield(carrier.background.ask(carrier.webhooks.fetch(request))))
    if answer is None:
        raise DocumentFailed(11200, "the request could not be made", source.url)
    if isinstance(answer, NoAnswer):
        raise DocumentFailed(answer.code, answer.reason, source.url)
    if not answer.is_good:
        raise DocumentFailed(11200, f"answered {answer.status}", source.url)
    base = source.url.partition("#")[0]
    kind = answer.content_type.partition(";")[0].strip().lower()
    if kind.startswith("audio/"):
        return Document((Verb("Play", {}, base),), base)
    if kind not in XML_TYPES:
        raise DocumentFailed(12300, f"content type {kind or 'missing'}", source.url)
    return parse(answer.body, base_url=base, setting=setting)


async def follow(
    carrier: "Carrier",
    leg: Leg,
    source: Source,
    *,
    setting: Setting = Setting.CALL,
    fields: Mapping[str, str] | None = None,
) -> None:
    """Follow instructions until they run out or hang up. Raises LegEnded, Rejected, LeftQueue, and outside of a plain
    call also DocumentFailed: what then happens is the business of the verb that asked for the document."""
    step: Step | None = Step(source, fields or {})
    while step is not None:
        if setting is Setting.CALL:
            step = await _next_in_call(carrier, leg, step)
        else:
            step = await _next(carrier, leg, step, setting)


@dataclass(frozen=True, slots=True)
class Step:
    """Instructions to follow next, and what goes with the request for them."""

    source: Source
    fields: Mapping[str, str] = field(default_factory=dict)


async def _next(carrier: "Carrier", leg: Leg, step: Step, setting: Setting) -> Step | None:
    """Perform one document; where it leads, or None at its end."""
    try:
        document = await fetch_document(carrier, leg, step.source, step.fields, setting)
        if setting is Setting.CALL:
            leg.base_url = document.base_url
        await perform(Stage(carrier, leg, setting, document.base_url), document)
    except GoTo as leads:
        if setting is not Setting.CALL:
            await asyncio.sleep(LEAST_LOOP_S)
        return Step(leads.source, leads.fields)
    except DocumentFailed as failed:
        _note(carrier, leg, failed)
        raise
    return None


async def _next_in_call(carrier: "Carrier", leg: Leg, step: Step) -> Step | None:
    """As `_next` for a call's own instructions, which can be redirected and have a fallback."""
    try:
        try:
            return await _next(carrier, leg, step, Setting.CALL)
        except DocumentFailed as failed:
            rescue = leg.call.fallback
            if rescue is not None and rescue.url != step.source.url:
                return Step(rescue, {"ErrorCode": str(failed.code), "ErrorUrl": failed.url or step.source.url})
            await _apologise(carrier, leg)
            return None
    except HangUp:
        return None
    except LegRedirected as redirected:
        leg.take_redirect()
        return Step(redirected.source)


def _note(carrier: "Carrier", leg: Leg, failed: DocumentFailed) -> None:
    leg.call.error_codes.append(failed.code)
    carrier.problems.note(failed.code, failed.reason, sid=leg.call.sid, url=failed.url.partition("?")[0])


async def _apologise(carrier: "Carrier", leg: Leg) -> None:
    """The carrier's own last words before it hangs up."""
    carrier.answer(leg)
    leg.ear.hears("say", APOLOGY, "en-US", 4.0)
    await leg.pass_time(4.0)
