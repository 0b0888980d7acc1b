"""Waiting for things to come true: the journeys' only clock."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

LONGEST_S = 20.0
LOOK_EVERY_S = 0.02


async def until(condition: Callable[[], Awaitable[Any]], *, what: str, within_s: float = LONGEST_S) -> Any:
    """Wait until `condition` answers something true; an AssertionError names what never came true."""
    deadline = asyncio.get_running_loop().time() + within_s
    while True:
        found = await condition()
        if found:
            return found
        if asyncio.get_running_loop().time() > deadline:
            raise AssertionError(f"never came true: {what}")
        await asyncio.sleep(LOOK_EVERY_S)
