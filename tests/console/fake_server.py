"""A small stand-in for the service, after the REST and WebSocket contract, so that the console's tests are quick.

`FakeService` holds the state and says what happens (`ring`, `end_talk` …); `fake_routes` puts it on the web.
"""

from typing import Any
from uuid import uuid4

from starlette.websockets import WebSocket, WebSocketState

from app.platform.clock import now
from tests.console.fake_state import (
    ACCOUNTS,
    DISPOSITIONS,
    LINES,
    NUMBERS,
    POOLS,
    Document,
    ago,
    card_of,
    contact_of,
    iso,
    leg_of,
    offer_of,
    presence_of,
    shift_of,
)

ENTITIES = ("presence", "offer", "contact", "shift", "notice", "line")


class Refused(Exception):  # noqa: N818 it is an answer
    """A problem to answer with."""

    def __init__(self, status: int, code: str) -> None:
        super().__init__(code)
        self.status, self.code = status, code


class FakeService:
    """People, contacts and offers in memory; whoever listens hears each change."""

    def __init__(self) -> None:
        self.ids = {login: str(uuid4()) for login in ACCOUNTS}
        self.language = dict.fromkeys(ACCOUNTS, "zh")
        self.sessions: dict[str, str] = {}
        self.sockets: list[tuple[str, WebSocket]] = []
        self.up = True
        self.asked: list[tuple[str, Any]] = []
        self.wrap_up_s = 120
        self.presence = {
            self.ids[login]: presence_of(self.ids[login], account["work_name"]) for login, account in ACCOUNTS.items()
        }
        self.contact: dict[str, Document] = {}
        self.offer: dict[str, Document] = {}
        self.notice: dict[str, Document] = {}
        self.line = {card["line"]["id"]: card for card in (card_of(0), card_of(1), card_of(2, is_open=False))}
        self.call_backs: list[Document] = []
        self.voicemails: list[Document] = []
        self.blocks: list[Document] = []
        self.gaps: list[Document] = []
        self.shift: dict[str, Document] = {}
        for login in ("songguo", "yuanshan"):
            self.add_shift(login, ago(3600), ago(-3 * 3600))
        self.add_shift("songguo", ago(-23 * 3600), ago(-27 * 3600))

    # what tests make happen

    def add_shift(self, login: str, starts_at: str, ends_at: str, **more: Any) -> Document:
        """Someone is rostered."""
        shift = shift_of(self.ids[login], ACCOUNTS[login]["work_name"], starts_at, ends_at, **more)
        self.shift[shift["id"]] = shift
        return shift

    def store(self, name: str) -> dict[str, Document]:
        """All entities of one kind by id."""
        found: dict[str, Document] = getattr(self, name)
        return found

    async def change(self, name: str, key: str, **fields: Any) -> Document:
        """An entity gets new fields and the next version, and everybody concerned hears of it."""
        entity = self.store(name)[key]
        entity.update(fields)
        entity["version"] = entity.get("version", 1) + 1
        await self.tell(name, key)
        return entity

    async def tell(self, name: str, key: str) -> None:
        """Send an entity's present state to those who may see it."""
        entity = self.store(name)[key]
        message = {"t": name, "id": key, "v": entity.get("version", 1), "s": entity}
        for login, socket in list(self.sockets):
            if self.sees(login, name, entity):
                await self.send(socket, message)

    async def send(self, socket: WebSocket, message: Document) -> None:
        """One frame, to a socket that may have gone."""
        if socket.client_state is WebSocketState.CONNECTED and socket.application_state is WebSocketState.CONNECTED:
            await socket.send_json(message)

    def sees(self, login: str, name: str, entity: Document) -> bool:
        """Whether this account hears of this entity."""
        supervises = "wallboard.see" in ACCOUNTS[login]["permissions"]
        return (supervises and name != "offer") or entity.get("person_id") == self.ids[login]

    async def ring(self, login: str, *, ring_seconds: float = 20, line: int = 0, **facts: Any) -> Document:
        """A contact arrives and is offered to this volunteer."""
        offer_facts = {key: facts.pop(key) for key in ("returning", "waited_s", "because", "kind") if key in facts}
        contact = contact_of(line, "offered", **facts)
        self.contact[contact["id"]] = contact
        person_id = self.ids[login]
        offer = offer_of(contact, person_id, ring_seconds, reach=self.presence[person_id]["reach"], **offer_facts)
        self.offer[offer["id"]] = offer
        await self.change("presence", person_id, activity="offered", offer_id=offer["id"], since=iso(now()))
        await self.tell("offer", offer["id"])
        return offer

    async def offer_over(self, offer: Document, state: str) -> None:
        """The offer ends without being accepted; the volunteer is ready again."""
        await self.change("offer", offer["id"], state=state)
        await self.change("presence", offer["person_id"], activity="ready", offer_id=None)

    async def accepted(self, offer: Document) -> Document:
        """The compare-and-set, and at once the joined audio."""
        if offer["state"] != "offered":
            raise Refused(409, "offer_gone")
        person_id = offer["person_id"]
        presence = self.presence[person_id]
        contact = self.contact[offer["contact_id"]]
        await self.change("offer", offer["id"], state="accepted")
        answered = presence["answered_today"] + 1
        await self.change(
            "presence", person_id, activity="engaged", offer_id=None, contact_id=contact["id"], answered_today=answered
        )
        legs = [*contact["legs"], leg_of("volunteer", presence["work_name"])]
        return await self.change(
            "contact", contact["id"], state="talking", person_id=person_id, work_name=presence["work_name"],
            answered_at=iso(now()), legs=legs,
        )  # fmt: skip

    async def end_talk(self, contact: Document, ended_by: str) -> Document:
        """The talk is over, the volunteer wraps up."""
        legs = [{**leg, "state": "ended", "in_bridge": False} for leg in contact["legs"]]
        await self.change(
            "contact", contact["id"], state="wrapping_up", ended_at=iso(now()), ended_by=ended_by, legs=legs,
            wrap_up_until=ago(-self.wrap_up_s), terminal_reason="answered", transfer=None,
        )  # fmt: skip
        await self.change("presence", contact["person_id"], activity="wrapping_up", since=iso(now()))
        return contact

    async def transfer_moves(self, contact: Document, state: str) -> Document:
        """A running transfer comes to this state."""
        transfer = {**contact["transfer"], "state": state, "version": contact["transfer"]["version"] + 1}
        legs = [leg for leg in contact["legs"] if leg["role"] != "third"]
        if state == "joined":
            legs.append(leg_of("third", None, "answered"))
        return await self.change("contact", contact["id"], transfer=transfer, legs=legs)

    async def go_down(self) -> None:
        """The server is gone: sockets close and nothing is answered until `come_back`."""
        self.up = False
        sockets, self.sockets = self.sockets, []
        for _, socket in sockets:
            if socket.application_state is WebSocketState.CONNECTED:
                await socket.close(1012)

    def come_back(self) -> None:
        """The server answers again, with whatever state it has by now."""
        self.up = True

    # what is shown

    def desk_of(self, login: str) -> Document:
        """The Desk of this account."""
        me = self.ids[login]
        mine = [contact for contact in self.contact.values() if contact["person_id"] == me]
        others = [presence for key, presence in self.presence.items() if key != me]
        return {
            "presence": self.presence[me],
            "shifts": [shift for shift in self.shift.values() if shift["person_id"] == me and not shift["cancelled"]],
            "offers": [o for o in self.offer.values() if o["person_id"] == me and o["state"] == "offered"],
            "contact": next((c for c in mine if c["state"] in ("connecting", "talking")), None),
            "wrap_up": next((c for c in mine if c["state"] == "wrapping_up"), None),
            "dispositions": DISPOSITIONS,
            "targets": {
                "people": [{key: one[key] for key in ("person_id", "work_name", "activity")} for one in others],
                "pools": [{**pool, "ready": ready} for pool, ready in zip(POOLS, (2, 0), strict=True)],
                "numbers": NUMBERS,
            },
        }

    def wallboard_of(self, login: str) -> Document | None:
        """The Wallboard, for those who may see it."""
        if "wallboard.see" not in ACCOUNTS[login]["permissions"]:
            return None
        return {
            "at": iso(now()),
            "lines": list(self.line.values()),
            "people": [one for one in self.presence.values() if one["activity"] != "offline" or one["on_shift"]],
            "contacts": [contact for contact in self.contact.values() if contact["state"] != "closed"],
            "notices": list(self.notice.values()),
            "call_backs": self.call_backs,
            "voicemails": self.voicemails,
        }

    def me_of(self, login: str) -> Document:
        """Me."""
        account = ACCOUNTS[login]
        return {
            "person_id": self.ids[login], "login": login, "work_name": account["work_name"], "demo": False,
            "language": self.language[login], "roles": account["roles"], "permissions": account["permissions"],
            "lines": LINES, "pools": POOLS,
        }  # fmt: skip

    async def listen(self, login: str, socket: WebSocket) -> None:
        """Serve one live connection until it ends."""
        await socket.accept()
        snapshot = {"t": "snapshot", "desk": self.desk_of(login), "wallboard": self.wallboard_of(login)}
        await socket.send_json(snapshot)
        self.sockets.append((login, socket))
        async for _ in socket.iter_text():
            await self.send(socket, {"t": "beat"})
