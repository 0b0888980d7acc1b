"""Who wants to hear that something changed: the phone page's stream and everyone who waits for a condition."""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager


class Watcher:
    """The entities that changed since one listener last looked, newest mention only (a slow one cannot pile up)."""

    def __init__(self, only: tuple[str, str] | None = None) -> None:
        self._only = only
        self._pending: dict[tuple[str, str], None] = {}
        self._wake = asyncio.Event()

    def note(self, kind: str, key: str) -> None:
        """Remember that this entity changed, if it is one the listener asked for."""
        if self._only is not None and self._only != (kind, key):
            return
        self._pending[(kind, key)] = None
        self._wake.set()

    async def next(self, timeout: float | None = None) -> list[tuple[str, str]]:
        """The changed entities as (kind, key), waiting for the first; empty when `timeout` seconds passed."""
        try:
            async with asyncio.timeout(timeout):
                await self._wake.wait()
        except TimeoutError:
            return []
        self._wake.clear()
        changed = list(self._pending)
        self._pending.clear()
        return changed


class Changes:
    """The board on which every change of a call or a conference is noted."""

    def __init__(self) -> None:
        self._watchers: set[Watcher] = set()

    def note(self, kind: str, key: str) -> None:
        """Tell every watcher that the entity `kind`/`key` changed."""
        for watcher in self._watchers:
            watcher.note(kind, key)

    @contextmanager
    def watch(self, only: tuple[str, str] | None = None) -> Iterator[Watcher]:
        """A watcher for as long as the block lasts; of one entity, if it is named as (kind, key)."""
        watcher = Watcher(only)
        self._watchers.add(watcher)
        try:
            yield watcher
        finally:
            self._watchers.discard(watcher)

    async def until(
        self, condition: Callable[[], bool], timeout: float, *, only: tuple[str, str] | None = None
    ) -> bool:
        """Wait until `condition()` holds, looking again at every change. False: `timeout` seconds passed first."""
        deadline = asyncio.get_running_loop().time() + timeout
        with self.watch(only) as watcher:
            while not condition():
                left = deadline - asyncio.get_running_loop().time()
                if left <= 0 or not await watcher.next(left):
                    return condition()
        return True
