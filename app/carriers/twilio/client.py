"""What we ask of the carrier, as its REST requests (telephony.md sections 1 and 3). Called by the worker alone.

One call a second may be started for an account, the carrier queues the rest; a 429 means that it took nothing and is
tried again. Starting a call is the one request that cannot be repeated unseen, and the carrier takes no idempotency key
for it. So the command's id travels in the status callback's URL, by which a call whose answer we never got makes itself
known (`LegProgress.command_id`), and `calls_placed` looks for it in the carrier's list.
"""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import quote
from uuid import UUID

from twilio.jwt.access_token import AccessToken
from twilio.jwt.access_token.grants import VoiceGrant

from app.carriers.port import AlreadyGone, CarrierCall
from app.carriers.twilio import forms
from app.carriers.twilio.rest import Rest
from app.carriers.twilio.urls import Urls
from app.platform.clock import fresh_id, now

STATUS_EVENTS = ("initiated", "ringing", "answered", "completed")
KEPT_CONFERENCES = 2000
PAGE_SIZE = 500
LATEST = 200
MAX_PAGES = 40


class TwilioCarrier:
    """The port's Carrier; `aclose` it at the end, in the loop that used it.

    `fallback_url` is the static TwiML that the carrier asks for when we cannot be reached. Softphone tokens need an API
    key; without one `client_credentials` answers None.
    """

    name = forms.PROVIDER

    def __init__(
        self,
        *,
        account_sid: str,
        auth_token: str,
        public_base_url: str,
        api_base_url: str = "https://api.twilio.com",
        api_key_sid: str = "",
        api_key_secret: str = "",
        fallback_url: str = "",
        timeout_s: float = 5.0,
    ) -> None:
        self._account_sid = account_sid
        self._urls = Urls(public_base_url)
        self._rest = Rest(
            account_sid=account_sid, auth_token=auth_token, api_base_url=api_base_url, timeout_s=timeout_s
        )
        self._key = (api_key_sid, api_key_secret)
        self._fallback_url = fallback_url
        self._conferences: dict[str, str] = {}

    async def originate_leg(
        self, leg_id: UUID, *, target: str, caller_id: str, timeout_s: int, command_id: UUID
    ) -> str:
        """Ring a number or a softphone; returns the carrier's call id. The carrier adds about five seconds of its own
        to `timeout_s`."""
        call = await self._rest.post(
            "/Calls.json",
            {
                "To": softphone_address(target),
                "From": caller_id,
                "Url": self._urls.next_step(leg_id, "answered", command_id.hex),
                "Method": "POST",
                "Timeout": str(timeout_s),
                "StatusCallback": self._urls.status(leg_id, command_id),
                "StatusCallbackMethod": "POST",
                "StatusCallbackEvent": STATUS_EVENTS,
            },
            gone_is_success=False,
        )
        return str(call.get("sid", ""))

    async def calls_placed(self, *, target: str, caller_id: str, since: datetime) -> list[str]:
        """Read from the carrier's list, newest first, without a filter: one by number would put it into a URL (P5),
        and one by time leaves out what is still queued."""
        to = _address(softphone_address(target))
        found: list[str] = []
        page = await self._rest.get("/Calls.json", {"PageSize": str(LATEST)})
        for _ in range(MAX_PAGES):
            rows = _rows(page, "calls")
            made = [(row, _instant(row.get("date_created"))) for row in rows if row.get("sid")]
            found += [
                str(row["sid"]) for row, at in made
                if (at is None or at >= since) and str(row.get("direction", "")).startswith("outbound")
                and _address(str(row.get("to") or "")) == to and row.get("from") == caller_id
            ]  # fmt: skip
            following = page.get("next_page_uri")
            if not following or any(at is not None and at < since for _, at in made):
                break
            page = await self._rest.get_page(str(following))
        return found[::-1]

    async def hang_up_leg(self, provider_call_id: str) -> None:
        """End a call, in whatever state it is."""
        await self._rest.post(_call(provider_call_id), {"Status": "completed"})

    async def steer_leg(self, leg_id: UUID, provider_call_id: str) -> None:
        """Make the carrier fetch the leg's next document now."""
        fields = {"Url": self._urls.next_step(leg_id, "redirect", fresh_id().hex), "Method": "POST"}
        if self._fallback_url:
            fields |= {"FallbackUrl": self._fallback_url, "FallbackMethod": "GET"}
        await self._rest.post(_call(provider_call_id), fields)

    async def set_mode(
        self, bridge: str, label: str, *, leg_id: UUID, muted: bool | None = None, on_hold: bool | None = None
    ) -> None:
        """Mute or hold a participant; the held one hears our wait sound."""
        fields: dict[str, str] = {}
        if muted is not None:
            fields["Muted"] = "true" if muted else "false"
        if on_hold is not None:
            fields["Hold"] = "true" if on_hold else "false"
        if on_hold:
            fields |= {"HoldUrl": self._urls.sound(leg_id), "HoldMethod": "POST"}
        if fields:
            await self._at_participant(bridge, label, fields)

    async def announce(self, bridge: str, label: str, *, leg_id: UUID) -> None:
        """Play our announcement to a participant; the carrier fetches its words from us."""
        fields = {"AnnounceUrl": self._urls.announcement(leg_id), "AnnounceMethod": "POST"}
        await self._at_participant(bridge, label, fields)

    async def remove_from_bridge(self, bridge: str, label: str) -> None:
        """Take a participant out; its call goes on with what follows the conference in its document."""
        await self._at_participant(bridge, label, None)

    async def erase_leg(self, provider_call_id: str) -> None:
        """Delete a call's record. 20009, retryable, while it is not final: that may take the carrier days."""
        await self._rest.delete(_call(provider_call_id))

    async def fetch_recording(self, recording_id: str) -> bytes:
        """A recording's sound; AlreadyGone when it has been deleted, and while the carrier still prepares it."""
        return await self._rest.download(f"/Recordings/{quote(recording_id, safe='')}.wav")

    async def erase_recording(self, recording_id: str) -> None:
        """Delete a recording."""
        await self._rest.delete(f"/Recordings/{quote(recording_id, safe='')}.json")

    async def calls_since(self, since: datetime) -> list[CarrierCall]:
        """The account's calls started since then, in the carrier's order."""
        started = since.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        page = await self._rest.get("/Calls.json", {"StartTime>": started, "PageSize": str(PAGE_SIZE)})
        calls = _calls(page)
        for _ in range(MAX_PAGES):
            following = page.get("next_page_uri")
            if not following:
                break
            page = await self._rest.get_page(str(following))
            calls += _calls(page)
        return calls

    def client_credentials(self, person_id: UUID, *, ttl_s: int) -> Mapping[str, Any] | None:
        """A token for the browser softphone that lets it be called, and nothing else."""
        key_sid, key_secret = self._key
        if not key_sid or not key_secret:
            return None
        expires = now() + timedelta(seconds=ttl_s)
        identity = softphone_identity(person_id)
        token = AccessToken(
            self._account_sid, key_sid, key_secret, identity=identity, valid_until=int(expires.timestamp())
        )
        token.add_grant(VoiceGrant(incoming_allow=True))
        return {"mode": "twilio", "token": token.to_jwt(), "identity": identity, "expires_at": expires}

    async def aclose(self) -> None:
        """Close the connections."""
        await self._rest.aclose()

    async def _at_participant(self, bridge: str, label: str, fields: Mapping[str, str] | None) -> None:
        """Change a participant, or remove it when there are no fields. A remembered conference may have ended and its
        name begun anew: look once more before calling it gone."""
        remembered = self._conferences.get(bridge)
        if remembered is not None:
            try:
                await self._change(remembered, label, fields)
            except AlreadyGone:
                del self._conferences[bridge]
            else:
                return
        found = await self._conference(bridge)
        if found == remembered:
            raise AlreadyGone("20404")
        await self._change(found, label, fields)

    async def _change(self, conference: str, label: str, fields: Mapping[str, str] | None) -> None:
        path = f"/Conferences/{conference}/Participants/{quote(label, safe='')}.json"
        if fields is None:
            await self._rest.delete(path)
        else:
            await self._rest.post(path, fields)

    async def _conference(self, bridge: str) -> str:
        """The carrier's id of the live conference of this name; AlreadyGone when there is none."""
        page = await self._rest.get("/Conferences.json", {"FriendlyName": bridge, "PageSize": "20"})
        for conference in _rows(page, "conferences"):
            if conference.get("status") != "completed" and conference.get("friendly_name") == bridge:
                if len(self._conferences) >= KEPT_CONFERENCES:
                    self._conferences.pop(next(iter(self._conferences)))
                self._conferences[bridge] = str(conference["sid"])
                return self._conferences[bridge]
        raise AlreadyGone("20404")


def softphone_identity(person_id: UUID) -> str:
    """A person's name at the carrier, which allows letters, digits and underscores only."""
    return person_id.hex


def softphone_address(target: str) -> str:
    """`client:<person id>[?name=value]` as the carrier spells it; a number stays as it is.

    What follows the question mark reaches the browser as custom parameters of the call.
    """
    kind, _, rest = target.partition(":")
    name, mark, parameters = rest.partition("?")
    person_id = forms.uuid_or_none(name) if kind == "client" else None
    return target if person_id is None else f"client:{softphone_identity(person_id)}{mark}{parameters}"


def _address(to: str) -> str:
    """Whom a call is for, without what a browser is told besides."""
    return to.partition("?")[0]


def _call(provider_call_id: str) -> str:
    return f"/Calls/{quote(provider_call_id, safe='')}.json"


def _rows(page: Mapping[str, Any], name: str) -> list[Mapping[str, Any]]:
    """The objects of a list; what is none is passed over."""
    rows = page.get(name)
    return [row for row in rows if isinstance(row, dict)] if isinstance(rows, list) else []


def _calls(page: Mapping[str, Any]) -> list[CarrierCall]:
    found = []
    for row in _rows(page, "calls"):
        if not row.get("sid"):
            continue
        inbound = row.get("direction") == "inbound"
        found.append(
            CarrierCall(
                provider_call_id=str(row["sid"]),
                status=str(row.get("status", "")),
                inbound=inbound,
                number_dialled=forms.dialled_number(str(row.get("to") or "")),
                started_at=_instant(row.get("start_time") or row.get("date_created")),
                caller=forms.caller_number(str(row.get("from") or "")) if inbound else None,
            )
        )
    return found


def _instant(text: object) -> datetime | None:
    """An RFC 2822 date as the carrier writes it, aware; None when it is none."""
    try:
        moment = parsedate_to_datetime(str(text)) if text else None
    except ValueError:
        return None
    return moment if moment is None or moment.tzinfo else moment.replace(tzinfo=UTC)
