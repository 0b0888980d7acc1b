"""Doing what the outbox asks of a carrier: outside any transaction, then a second transaction for the result.

"Already gone" is success. Whoever places a call for the second time (the first worker died, or the carrier's answer was
lost) first looks whether it is ringing already, by the leg's own callbacks and in the carrier's list: a telephone that
rings twice for one person is a fright (failure 27). What slips through is recognised in `legs.py`, and hung up.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from app.carriers.port import AlreadyGone, Carrier, CarrierError
from app.contacts.accepting import lapse_lease, miss_offer
from app.contacts.arrival import Reception, open_number
from app.contacts.hearing import recording_erased
from app.contacts.holding import mode_refused
from app.contacts.leaving import caller_left, leg_ended
from app.contacts.legs import HANG_UP_CALL, leg_was_dialled
from app.contacts.rows import LegRow, lock_leg_with_contact, read_leg
from app.domain.contact import ContactEvent
from app.people.phones import own_phone
from app.platform.db import Database, Tx
from app.platform.log_events import Log
from app.platform.logging import get_log
from app.platform.outbox import MOST_ATTEMPTS, Command, finish, is_waiting, postpone
from app.platform.vault_role import as_vault

log = get_log()

NOT_YET_NAMED = timedelta(seconds=1)
MOST_LOOKS = 5
THEIR_CLOCK_MAY_DIFFER = timedelta(seconds=60)
OF_THE_MOMENT = 2  # attempts at what nobody wants later, and what would keep the leg's next command waiting
HOUSEKEEPING = frozenset({"erase_leg", "erase_recording"})
"""What is not given up: the carrier keeps something of a caller until it has been done."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a command ended. `call_id` is the carrier's id of a leg that was originated."""

    state: str
    call_id: str = ""
    error_code: str | None = None
    retry_at: datetime | None = None
    in_vain: bool = False  # known to have done nothing in the outside world


class NoLongerOurs(Exception):  # noqa: N818 nothing is wrong
    """The lease is over: this command is another's now, and the carrier must not be asked twice."""


class Commander:
    """Carries out commands with one carrier."""

    def __init__(
        self, db: Database, carrier: Carrier, reception: Reception, *, read_clock: Callable[[], datetime]
    ) -> None:
        self._db = db
        self._carrier = carrier
        self._reception = reception
        self._now = read_clock

    async def run(self, command: Command, *, still_held: Callable[[], bool]) -> None:
        """Do one command and record how it ended; nothing is asked of the carrier unless it is `still_held`."""
        try:
            outcome = await self._attempt(command, still_held)
        except NoLongerOurs:
            return
        now = self._now()
        async with self._db.transaction() as tx:
            if outcome.retry_at is not None:
                code = outcome.error_code or ""
                await postpone(tx, command, until=outcome.retry_at, error_code=code, in_vain=outcome.in_vain)
                return
            ours = await finish(
                tx, command, outcome.state, now=now, error_code=outcome.error_code, in_vain=outcome.in_vain
            )
            if outcome.call_id and command.leg_id is not None:  # the call is there, whoever's the command is by now
                await leg_was_dialled(tx, command.leg_id, outcome.call_id, now=now)
            if not ours:
                return
            if command.kind == "erase_recording" and command.contact_id is not None and outcome.error_code is None:
                await recording_erased(tx, command.contact_id, now=now)
            if command.leg_id is None:
                return
            if outcome.error_code is not None and command.kind in ("originate_leg", "hang_up_leg"):
                await self._never_rang(tx, command.leg_id, now=now)
            elif outcome.error_code is not None and command.kind == "set_mode":
                await mode_refused(tx, command.leg_id, command.payload, now=now)

    async def _attempt(self, command: Command, still_held: Callable[[], bool]) -> Outcome:
        now = self._now()
        try:
            return await self._do(command, still_held)
        except AlreadyGone:
            return Outcome("already_gone")
        except CarrierError as refused:
            most = OF_THE_MOMENT if command.kind == "announce" else MOST_ATTEMPTS
            given_up = command.attempt >= most and command.kind not in HOUSEKEEPING
            if refused.retryable and not given_up:
                log.warning(Log.COMMAND_FAILED, command=command.id, kind=command.kind, code=refused.code)
                again = now + _pause(command)
                return Outcome("failed", error_code=refused.code, retry_at=again, in_vain=not refused.perhaps_done)
            log.warning(Log.COMMAND_GIVEN_UP, command=command.id, kind=command.kind, code=refused.code)
            return Outcome("given_up", error_code=refused.code, in_vain=not refused.perhaps_done)

    async def _do(self, command: Command, still_held: Callable[[], bool]) -> Outcome:
        async with self._db.transaction() as tx:
            leg = None if command.leg_id is None else await read_leg(tx, command.leg_id)
            target = None
            if command.kind == "originate_leg" and leg is not None:
                target = await self._target(tx, command)
        if not still_held():
            raise NoLongerOurs
        if leg is None:
            return await self._without_a_leg(command)
        match command.kind:
            case "originate_leg":
                return await self._originate(command, leg, target, still_held)
            case "hang_up_leg" | "steer_leg":
                return await self._end_or_steer(command, leg)
            case "set_mode":
                payload = command.payload
                await self._carrier.set_mode(
                    payload["bridge"],
                    payload["label"],
                    leg_id=leg.id,
                    muted=payload["muted"],
                    on_hold=payload["on_hold"],
                )
            case "announce":
                await self._carrier.announce(command.payload["bridge"], command.payload["label"], leg_id=leg.id)
            case "erase_leg":
                await self._erase(leg, command.payload.get("provider_call_id"))
            case _:
                log.alarm(Log.COMMAND_GIVEN_UP, command=command.id, kind=command.kind, code="unknown_kind")
                return Outcome("given_up", error_code="unknown_kind")
        return Outcome("done")

    async def _without_a_leg(self, command: Command) -> Outcome:
        match command.kind:
            case "erase_recording":
                await self._carrier.erase_recording(str(command.payload["recording_id"]))
            case _ if command.kind == HANG_UP_CALL:
                await self._carrier.hang_up_leg(str(command.payload["provider_call_id"]))
            case _:
                return Outcome("already_gone")
        return Outcome("done")

    async def _target(self, tx: Tx, command: Command) -> str | None:
        match command.payload.get("reach"):
            case "browser":
                # The contact's id lets her browser answer this call by itself, and no other.
                return f"client:{command.payload['person_id']}?contact_id={command.contact_id}"
            case "phone":
                return await own_phone(tx, self._reception.sealer, UUID(command.payload["person_id"]))
            case "outside":
                return str(command.payload["number"])
            case "caller":
                async with as_vault(tx):
                    sealed = await tx.fetchval(
                        "SELECT sealed FROM vault.sealed_number WHERE contact_id = $1",
                        UUID(command.payload["number_of"]),
                    )
                return (
                    None
                    if sealed is None
                    else open_number(self._reception.sealer, UUID(command.payload["number_of"]), sealed)
                )
            case _:
                return None

    async def _originate(
        self, command: Command, leg: LegRow, target: str | None, still_held: Callable[[], bool]
    ) -> Outcome:
        if leg.state == "ended":
            return Outcome("already_gone", in_vain=True)
        if leg.provider_call_id is not None:
            return Outcome("done", call_id=leg.provider_call_id)  # an earlier attempt did reach the carrier
        if target is None:
            return Outcome("given_up", error_code="no_target", in_vain=True)
        if command.attempt > 1:
            placed = await self._placed_before(command, leg, target)
            if placed is not None:
                return Outcome("done", call_id=placed)
            async with self._db.statements() as tx:
                if await is_waiting(tx, leg.id, "hang_up_leg"):
                    # Nobody wants it any more: it is not rung only to be hung up.
                    return Outcome("already_gone", in_vain=True)
            if not still_held():
                raise NoLongerOurs
        call_id = await self._carrier.originate_leg(
            leg.id,
            target=target,
            caller_id=str(command.payload["caller_id"]),
            timeout_s=int(command.payload["timeout_s"]),
            command_id=command.id,
        )
        return Outcome("done", call_id=call_id)

    async def _placed_before(self, command: Command, leg: LegRow, target: str) -> str | None:
        """The call that an earlier attempt has placed, if it has: one to the same target that is no other leg's."""
        since = command.created_at - THEIR_CLOCK_MAY_DIFFER
        caller_id = str(command.payload["caller_id"])
        try:
            calls = await self._carrier.calls_placed(target=target, caller_id=caller_id, since=since)
        except CarrierError as failed:  # it was only looked for: this attempt has rung nobody
            raise CarrierError(failed.code, retryable=failed.retryable, perhaps_done=False) from None
        async with self._db.statements() as tx:
            legs = await tx.fetch(
                "SELECT id, provider_call_id FROM leg WHERE id = $1 OR provider = $2 AND provider_call_id = ANY($3)",
                leg.id, leg.provider, calls,
            )  # fmt: skip
        taken = {row["provider_call_id"]: row["id"] for row in legs if row["provider_call_id"]}
        own = next((call for call, owner in taken.items() if owner == leg.id), None)
        return own or next((call for call in calls if call not in taken), None)

    async def _end_or_steer(self, command: Command, leg: LegRow) -> Outcome:
        if leg.state == "ended":
            return Outcome("already_gone")
        if leg.provider_call_id is None:
            # The carrier has not named it yet: it is being dialled, or was never dialled at all.
            if leg.state == "planned" and command.attempt > MOST_LOOKS:
                return Outcome("already_gone", error_code="never_dialled")
            return Outcome("failed", error_code="not_named", retry_at=self._now() + NOT_YET_NAMED)
        if command.kind == "steer_leg" and leg.in_bridge and command.payload.get("if_outside"):
            return Outcome("done")
        if command.kind == "hang_up_leg":
            await self._carrier.hang_up_leg(leg.provider_call_id)
        else:
            await self._carrier.steer_leg(leg.id, leg.provider_call_id)
        return Outcome("done")

    async def _erase(self, leg: LegRow, stray: str | None) -> None:
        if stray is not None:
            await self._carrier.erase_leg(stray)
            return
        if leg.provider_call_id is None:
            return
        await self._carrier.erase_leg(leg.provider_call_id)
        async with self._db.transaction() as tx:
            await tx.execute("UPDATE leg SET erased_at = $2 WHERE id = $1", leg.id, self._now())

    async def _never_rang(self, tx: Tx, leg_id: UUID, *, now: datetime) -> None:
        """The call could not be placed at all: nobody will ring, so nobody must be waited for."""
        found = await lock_leg_with_contact(tx, leg_id)
        if found is None:
            return
        contact, leg = found
        if leg.provider_call_id is not None or leg.state == "ended":
            return  # it was placed after all: its own callbacks tell how it goes
        await tx.execute(
            "UPDATE leg SET state = 'ended', ended_at = $2, cause = 'failed', version = version + 1 WHERE id = $1",
            leg_id, now,
        )  # fmt: skip
        book = self._reception.book
        if leg.offer_id is not None:
            await miss_offer(tx, book, leg.offer_id, now=now)
            await lapse_lease(tx, book, leg.offer_id, now=now)
        elif leg.role == "caller":  # of a call-back: nobody else is dialled by us as a caller
            await caller_left(tx, book, contact, now=now, by="carrier", event=ContactEvent.FAILED)
        else:
            await leg_ended(tx, book, contact, leg, now=now)


def _pause(command: Command) -> timedelta:
    """How long to wait before the next attempt: soon for a caller, patient for housekeeping (field: 14 days)."""
    if command.kind in HOUSEKEEPING:
        return min(timedelta(minutes=2**command.attempt), timedelta(hours=6))
    return timedelta(seconds=min(0.5 * 2 ** (command.attempt - 1), 10))
