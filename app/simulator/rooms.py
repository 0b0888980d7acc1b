"""What happens in conferences: joining, starting, leaving, ending, and what everyone in them hears. The order of events
and the reasons are those of telephony.md section 2."""

import asyncio
from typing import TYPE_CHECKING, Any

from app.platform.clock import now
from app.simulator.calls import CallStatus, Source
from app.simulator.conferences import Conference, Participant, RoomStatus, Terms
from app.simulator.leg import Interruption, Leg, LegEnded, LegRedirected
from app.simulator.room_events import tell
from app.simulator.twiml.grammar import Setting
from app.simulator.twiml.parsing import DocumentFailed

if TYPE_CHECKING:
    from app.simulator.carrier import Carrier

HUNG_UP = "participant_hung_up"
UPDATED = "participant_updated_via_api"
MODERATOR = "moderator_ended_conference"
VIA_API = "conference_ended_via_api"
ADD_FAILED = "participant_add_failed"


class Rooms:
    """All conferences of the account."""

    def __init__(self, carrier: "Carrier") -> None:
        self._carrier = carrier
        self.all: dict[str, Conference] = {}

    def open_room(self, name: str) -> Conference | None:
        """The conference of this name that has not ended, or None."""
        for room in reversed(self.all.values()):
            if room.name == name and room.status is not RoomStatus.COMPLETED:
                return room
        return None

    def find(self, key: str) -> Conference | None:
        """A conference by SID, else the latest by name."""
        if key in self.all:
            return self.all[key]
        return next((room for room in reversed(self.all.values()) if room.name == key), None)

    async def stay(self, leg: Leg, terms: Terms, *, star_leaves: bool = False) -> bool:
        """Join on these terms and stay until let go. False: the leg could not join, or its waitUrl failed.

        Raises the leg's interruption after it has left.
        """
        room = self.join(leg, terms)
        if room is None:
            return False
        participant = room.participants[leg.call.sid]
        try:
            if star_leaves:
                return await leg.race(self._gone_or_star(leg, participant))
            return await leg.race(asyncio.shield(participant.gone))
        except LegEnded:
            self.leave(room, participant, HUNG_UP)
            raise
        except LegRedirected:
            self.leave(room, participant, UPDATED)
            raise
        finally:
            self.leave(room, participant, HUNG_UP)
            leg.ear.hears_nothing()

    async def _gone_or_star(self, leg: Leg, participant: Participant) -> bool:
        while not participant.gone.done():
            key = asyncio.ensure_future(leg.digits.get())
            either: set[asyncio.Future[Any]] = {key, participant.gone}
            await asyncio.wait(either, return_when=asyncio.FIRST_COMPLETED)
            if key.done() and key.result() == "*":
                return True
            key.cancel()
        return participant.gone.result()

    def join(self, leg: Leg, terms: Terms) -> Conference | None:
        """Enter the conference of that name, making it when there is none. None after an alert: the leg stays out."""
        room = self.open_room(terms.name)
        refusal = self._refusal(room, terms)
        if refusal is not None:
            leg.call.error_codes.append(refusal[0])
            self._carrier.problems.note(*refusal, sid=leg.call.sid)
            return None
        if room is None:
            room = Conference(terms.name, terms.callback)
            self.all[room.sid] = room
        participant = _participant(leg, terms)
        room.enter(participant)
        leg.conference_sid = room.sid
        tell(self._carrier, room, "participant-join", participant)
        if terms.beep in {"true", "onEnter"} and room.status is RoomStatus.IN_PROGRESS:
            self._beep(room, participant)
        starts = any(item.start_on_enter for item in room.participants.values())
        if room.status is RoomStatus.INIT and len(room.participants) > 1 and starts:
            room.status = RoomStatus.IN_PROGRESS
            tell(self._carrier, room, "conference-start")
        self.settle(room)
        return room

    def could_not_add(self, leg: Leg, terms: Terms, status: CallStatus) -> None:
        """A participant called through the API was not reached: the conference hears of it."""
        room = self.open_room(terms.name)
        if room is not None:
            left = _participant(leg, terms)
            tell(self._carrier, room, "participant-leave", left, reason=ADD_FAILED, call_status=status)

    def _refusal(self, room: Conference | None, terms: Terms) -> tuple[int, str] | None:
        inside = room.participants if room else {}
        if terms.coach and terms.coach not in inside:
            return 13240, "coach names a call that is not in the conference"
        if terms.label and room is not None and room.find(terms.label) is not None:
            return 16025, "a participant with this label is in the conference already"
        if len(inside) >= terms.max_participants:
            return 16020, "the conference is full"
        return None

    def leave(self, room: Conference, participant: Participant, reason: str, *, kicked: bool = False) -> None:
        """Take a participant out; the conference may end by it. A second time does nothing."""
        if not self._take_out(room, participant, reason):
            return
        suffix = "kicked" if kicked else "left"
        if participant.end_on_exit:
            self.end(room, f"participant-with-end-conference-on-exit-{suffix}", MODERATOR, by=participant)
        elif not room.participants:
            self.end(room, f"last-participant-{suffix}", MODERATOR, by=participant)
        else:
            if participant.beep in {"true", "onExit"}:
                self._beep(room, participant)
            self.settle(room)

    def _take_out(self, room: Conference, participant: Participant, reason: str) -> bool:
        if not room.go_out(participant):
            return False
        self._hush(participant)
        participant.leg.conference_sid = None
        for other in room.participants.values():
            if other.coaching == participant.sid:
                other.coaching = ""  # nobody is left to be coached
        if not participant.gone.done():
            participant.gone.set_result(reason != ADD_FAILED)
        tell(self._carrier, room, "participant-leave", participant, reason=reason)
        return True

    def end(self, room: Conference, reason: str, others: str, *, by: Participant | None = None) -> None:
        """End the conference; everyone still in it leaves and goes on after `</Dial>`."""
        if room.status is RoomStatus.COMPLETED:
            return
        room.status = RoomStatus.COMPLETED
        room.reason_ended = reason
        room.ended_by = by.sid if by else None
        room.updated_at = now()
        for participant in list(room.participants.values()):
            self._take_out(room, participant, others)
        tell(self._carrier, room, "conference-end", ended_by=by)

    def settle(self, room: Conference) -> None:
        """Give everyone the sound that follows from the conference's state."""
        room.updated_at = now()
        for participant in list(room.participants.values()):
            if participant.hold:
                wish = ("hold", participant.hold_source.url if participant.hold_source else "")
            elif room.status is RoomStatus.INIT:
                wait = participant.wait
                wish = ("wait", "default" if wait is None else wait.url)
            else:
                wish = ("talk", "") if room.heard_by(participant) else ("alone", "")
            if wish != participant.listening_to:
                participant.listening_to = wish
                self._switch(room, participant, wish)
        self._carrier.changes.note("conference", room.sid)

    def _switch(self, room: Conference, participant: Participant, wish: tuple[str, str]) -> None:
        self._hush(participant)
        kind, url = wish
        ear = participant.leg.ear
        if kind == "talk":
            ear.hears("talk")
        elif kind == "wait" and url == "default":
            ear.hears("music", "default hold music")
        elif kind in {"wait", "hold"} and url:
            source = participant.hold_source if kind == "hold" else participant.wait
            if source is not None:
                sound = self._sound(room, participant, source, kind)
                participant.sound = self._carrier.background.ask(sound)
        else:
            ear.hears_nothing()

    def _hush(self, participant: Participant) -> None:
        if participant.sound is not None:
            participant.sound.cancel()
            participant.sound = None
            participant.leg.ear.hears_nothing()

    async def _sound(self, room: Conference, participant: Participant, source: Source, kind: str) -> None:
        """Play a waitUrl or HoldUrl. A waitUrl that fails leaves the conference half built: its leg falls through."""
        try:
            await self._carrier.follow(participant.leg, source, Setting.WAIT)
        except Interruption:
            return
        except DocumentFailed:
            if kind == "wait":
                participant.sound = None
                self.leave(room, participant, ADD_FAILED)
                return
        participant.leg.ear.hears_nothing()

    def announce(self, room: Conference, participant: Participant, source: Source) -> None:
        """Play a document to one participant, then give back what was heard before."""
        self._hush(participant)
        participant.listening_to = ("announcement", source.url)
        participant.sound = self._carrier.background.ask(self._announcement(room, participant, source))

    async def _announcement(self, room: Conference, participant: Participant, source: Source) -> None:
        try:
            await self._carrier.follow(participant.leg, source, Setting.WAIT)
            tell(self._carrier, room, "announcement-end", participant)
        except Interruption:
            return
        except DocumentFailed:
            tell(self._carrier, room, "announcement-fail", participant)
        participant.sound = None
        participant.listening_to = ("", "")
        if participant.sid in room.participants:
            self.settle(room)

    def _beep(self, room: Conference, cause: Participant) -> None:
        for other in room.participants.values():
            if other is not cause:
                other.leg.ear.notes("beep")


def _participant(leg: Leg, terms: Terms) -> Participant:
    return Participant(
        leg,
        terms.label,
        terms.muted,
        terms.start_on_enter,
        terms.end_on_exit,
        terms.coach,
        terms.wait,
        terms.beep,
        asyncio.get_running_loop().create_future(),
    )
