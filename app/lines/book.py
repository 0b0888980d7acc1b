"""The lines as one process knows them: synchronous look-ups with no database on the hot path.

Decided here: the book is read whole when `setting_version` says that something changed, and put in place at once, so
that nobody sees half of it. Versions that have ended stay in it (a contact keeps the version it arrived under) and
those to come are in it already, so that a change at midnight needs no reading at midnight.
"""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Final
from uuid import UUID

from app.lines import queries
from app.lines.interpreting import readable_policy
from app.lines.policy import LinePolicy
from app.platform.db import Tx

_EVER: Final = datetime.min.replace(tzinfo=UTC)
_NEVER: Final = datetime.max.replace(tzinfo=UTC)


class LineBook:
    """Numbers and policies of every line. One a process; call `refresh` before first use and every few seconds."""

    def __init__(self) -> None:
        self._version = -1
        self._by_number: dict[str, str] = {}
        self._by_line: dict[str, tuple[LinePolicy, ...]] = {}
        self._by_version: dict[UUID, LinePolicy] = {}
        self._running: tuple[datetime, datetime, Sequence[LinePolicy]] | None = None  # from, until: these

    async def refresh(self, tx: Tx) -> bool:
        """Read the lines again if they have changed; whether they had. One small query when they had not."""
        version = await queries.cache_version(tx)
        if version == self._version:
            return False
        names = await queries.pool_names(tx)
        numbers = {row.number: row.line_id for row in await queries.numbers(tx)}
        by_line: dict[str, tuple[LinePolicy, ...]] = {row.id: () for row in await queries.lines(tx)}
        by_version: dict[UUID, LinePolicy] = {}
        for kept in await queries.kept_versions(tx):
            policy = readable_policy(kept, names)
            if policy is not None:
                by_line[kept.line_id] = (*by_line.get(kept.line_id, ()), policy)
                by_version[kept.id] = policy
        self._by_number, self._by_line, self._by_version, self._version = numbers, by_line, by_version, version
        self._running = None
        return True

    def by_number(self, to: str) -> str | None:
        """The line that answers for this number of ours, as the carrier names it."""
        return self._by_number.get(to)

    def policy(self, line_id: str, at: datetime) -> LinePolicy | None:
        """The version of that line in force at `at`; None: there is no such line, or it does not run then."""
        return next((policy for policy in reversed(self.versions(line_id)) if policy.valid_at(at)), None)

    def version(self, version_id: UUID) -> LinePolicy | None:
        """A version by its id: what a contact arrived under."""
        return self._by_version.get(version_id)

    def versions(self, line_id: str) -> Sequence[LinePolicy]:
        """Every version of a line, in order of time."""
        return self._by_line.get(line_id, ())

    @property
    def line_ids(self) -> tuple[str, ...]:
        """Every line, in order of id."""
        return tuple(self._by_line)

    def running(self, at: datetime) -> Sequence[LinePolicy]:
        """The versions in force at `at`, one a line, in order of line. Looked up anew when a version begins or ends."""
        if self._running is None or not self._running[0] <= at < self._running[1]:
            versions = [policy for kept in self._by_line.values() for policy in kept]
            edges = {edge for policy in versions for edge in (policy.valid_from, policy.valid_until) if edge}
            since = max((edge for edge in edges if edge <= at), default=_EVER)
            until = min((edge for edge in edges if edge > at), default=_NEVER)
            found = (self.policy(line_id, at) for line_id in self._by_line)
            self._running = since, until, tuple(policy for policy in found if policy is not None)
        return self._running[2]


async def keys_for(tx: Tx, line_id: str, skills: Sequence[str], stage: int) -> int:
    """The id of the queue for contacts of this line at this overflow stage that need these skills."""
    return await queries.queue_key(tx, line_id, sorted(set(skills)), stage)
