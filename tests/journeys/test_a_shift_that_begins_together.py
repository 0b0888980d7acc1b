"""More volunteers pressing at once than there are connections: callers are received all the same (P1; failure 8)."""

import asyncio
from functools import partial

from tests.journeys.town import Town
from tests.journeys.waiting_for import until

MORE_THAN_CONNECTIONS = 12  # the town's web process has eight


async def test_failure_8_a_whole_shift_going_ready_at_once_never_keeps_a_call_from_arriving(town: Town) -> None:
    """No request may hold one connection of the pool while it waits for another."""
    volunteers = [await town.volunteer(f"v{number}") for number in range(MORE_THAN_CONNECTIONS)]
    for _ in range(3):
        *_, sid = await asyncio.gather(*(volunteer.ready() for volunteer in volunteers), town.call())
        await until(partial(town.contact_of, sid), what="the call is in the ledger")
        await town.hang_up(sid)
        await town.look(sid, "over")
        for volunteer in volunteers:
            await volunteer.is_("ready", "offered")
        await asyncio.gather(*(volunteer.be("away") for volunteer in volunteers))
