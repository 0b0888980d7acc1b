"""Bringing a timer or a call to the very point at which its worker is to be killed, stopped or cut off."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any
from uuid import UUID

import asyncpg

from app.platform.clock import fresh_id, now
from app.platform.timers import set_timer
from tests.faults.crew import Crew, Hand
from tests.journeys.town import Town
from tests.journeys.volunteer import Volunteer
from tests.journeys.waiting_for import until


@asynccontextmanager
async def contact_locked(url: str, contact_id: Any) -> AsyncIterator[None]:
    """Somebody else holds the contact: whoever wants to change it waits."""
    connection = await asyncpg.connect(url)
    try:
        async with connection.transaction():
            await connection.execute("SELECT FROM contact WHERE id = $1 FOR UPDATE", contact_id)
            yield
    finally:
        await connection.close()


async def a_contact_in_wrap_up(town: Town) -> UUID:
    """A contact that somebody is writing up, whom no telephone has any part in."""
    contact_id, moment = fresh_id(), now()
    async with town.db.transaction() as tx:
        await tx.execute(
            """INSERT INTO contact (id, number_dialled, state, bridge, offered_at, enqueued_at, terminal_reason,
                 ended_at) VALUES ($1, '', 'wrapping_up', '', $2, $2, 'answered', $2)""",
            contact_id, moment,
        )  # fmt: skip
    return contact_id


async def its_time_is_over(town: Town, contact_id: UUID) -> Any:
    """The supervisors are to be told, once; the timer, as a worker has claimed it."""
    moment = now()
    async with town.db.transaction() as tx:
        await set_timer(tx, "wrap_up", contact_id, due_at=moment, now=moment)

    async def claimed() -> Any:
        timer = await timer_of(town, contact_id)
        return timer if timer["attempt"] else None

    return await until(claimed, what="the timer is claimed")


async def timer_of(town: Town, subject: UUID) -> Any:
    """Its timer."""
    [timer] = await town.rows("SELECT * FROM timer WHERE subject_id = $1", subject)
    return timer


async def told_of(town: Town, contact_id: UUID) -> None:
    """Wait until the supervisors have been told."""

    async def told() -> bool:
        return bool(await town.rows("SELECT FROM notice WHERE contact_id = $1", contact_id))

    await until(told, what="a notice")


async def idle_timers(town: Town, many: int, *, every_s: float, first_in_s: float = 0.5) -> None:
    """Timers whose doing changes nothing: they are about offers that never were. `created_at` keeps when one is due."""
    moment = now() + timedelta(seconds=first_in_s)
    due = [moment + timedelta(seconds=n * every_s) for n in range(many)]
    async with town.db.transaction() as tx:
        await tx.executemany(
            "INSERT INTO timer (id, kind, subject_id, due_at, created_at) VALUES ($1, 'ring', $1, $2, $2)",
            [(fresh_id(), at) for at in due],
        )


async def lags(town: Town, many: int, *, within_s: float = 30.0) -> list[float]:
    """How late each of so many idle timers was begun, in seconds, once all are done."""

    async def done() -> Any:
        rows = await town.rows(
            """SELECT extract(epoch FROM done_at - created_at)::float8 AS lag FROM timer
               WHERE id = subject_id AND done_at IS NOT NULL"""
        )
        return rows if len(rows) >= many else None

    return [row["lag"] for row in await until(done, what=f"{many} timers are done", within_s=within_s)]


async def a_call_is_accepted(town: Town, reed: Volunteer) -> tuple[str, Any]:
    """Somebody calls, and she takes it: her browser is to be rung, and she answers by hand. (Call, her leg's row)."""
    await town.device(reed.softphone, "by_hand")
    sid = await town.call()
    await town.state(sid, "offered")
    town.telephones_run(1.0)  # her browser rings as long as a real one
    contact = await reed.accept()
    [leg] = await town.rows("SELECT * FROM leg WHERE contact_id = $1 AND role = 'volunteer'", UUID(contact["id"]))
    return sid, leg


async def who_holds(crew: Crew) -> Hand:
    """The worker whose placing of a call is being held."""
    waiting = {asyncio.ensure_future(hand.carrier.holds.wait()): hand for hand in crew.hands}
    async with asyncio.timeout(20):
        done, others = await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
    for task in others:
        task.cancel()
    for hand in crew.hands:
        hand.carrier.hold = ""
    return waiting[done.pop()]


async def its_callbacks_are_forgotten(town: Town, leg_id: UUID) -> None:
    """The callbacks by which a call made itself known have been lost on their way, all of them."""

    async def rings() -> bool:
        told = "SELECT FROM ledger WHERE leg_id = $1 AND kind IN ('leg.dialled', 'leg.ringing')"
        return len(await town.rows(told, leg_id)) == 2

    await until(rings, what="the call's callbacks")
    async with town.db.transaction() as tx:
        await tx.execute(
            "UPDATE leg SET provider_call_id = NULL, state = 'planned', last_seq = -1 WHERE id = $1", leg_id
        )


def calls_to(town: Town, reed: Volunteer) -> list[Any]:
    """The carrier's calls to her browser."""
    return [call for call in town.carrier.calls.values() if call.to.partition("?")[0] == reed.softphone]


async def she_answers_and_they_talk(town: Town, reed: Volunteer, sid: str) -> None:
    """The browser that rings is answered; the call goes on to its end."""

    async def ringing() -> Any:
        phones = (await town.phone.get("/emulator/phones")).json()
        return [phone for phone in phones if phone["to"].partition("?")[0] == reed.softphone]

    [phone] = await until(ringing, what="her browser rings")
    await town.phone.post(f"/emulator/phones/{phone['sid']}", json={"action": "answer"})
    await reed.talking()
    await town.hang_up(sid)
    await town.ends_as(sid, "answered")
    await reed.wrap_up()
