"""Work that goes on beside a request: calls, callbacks, devices. A failure in it is logged and counted."""

import asyncio
from collections.abc import Coroutine
from types import TracebackType
from typing import Any, Self, TypeVar

from app.platform.log_events import Log
from app.platform.logging import get_log

log = get_log()

T = TypeVar("T")


class Background:
    """A task group whose tasks cannot bring each other down; leaving it cancels what still runs."""

    def __init__(self) -> None:
        self._group = asyncio.TaskGroup()
        self._running: set[asyncio.Task[Any]] = set()
        self._closing = False
        self.failures = 0

    async def __aenter__(self) -> Self:
        await self._group.__aenter__()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._closing = True
        for task in list(self._running):
            task.cancel()
        await self._group.__aexit__(kind, error, trace)

    def start(self, work: Coroutine[Any, Any, object]) -> None:
        """Run `work` beside everything else."""
        _ = self.ask(work)

    def ask(self, work: Coroutine[Any, Any, T]) -> asyncio.Task[T | None]:
        """Run `work` beside everything else, for its result: None when it failed."""
        task = self._group.create_task(self._guarded(work))
        self._running.add(task)
        task.add_done_callback(self._running.discard)
        # A task cancelled before its first step never touches `work`, which would then complain of never being awaited.
        task.add_done_callback(lambda _: work.close())
        if self._closing:
            task.cancel()  # what a task starts while it is being cancelled must not outlive it
        return task

    async def _guarded(self, work: Coroutine[Any, Any, T]) -> T | None:
        try:
            return await work
        except Exception as failure:  # noqa: BLE001 one broken call must not end the others
            self.failures += 1
            log.alarm(Log.EMULATOR_TASK_FAILED, failure=failure)
            return None
