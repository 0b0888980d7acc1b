"""The hash chain over the audit (P7): whoever changes, removes or slips in an entry afterwards breaks it, and is
found.

Entries are linked in the order of their ids. Each link is the SHA-256 of the one before it and of the entry, every
field in one unambiguous form. A day begins from its date and the last hash of the day before, so that a day's last
hash stands for everything up to it: written down elsewhere (it is in the log), it proves the chain even against
whoever can write to the database. An entry belongs to the day of its moment, or to its predecessor's when that is
later: the order of ids is the order of the chain, and around midnight it is not quite that of the moments.
"""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, Final
from uuid import UUID

NOTHING_BEFORE: Final = bytes(32)
"""What the first day of all begins from."""


@dataclass(frozen=True, slots=True)
class Entry:
    """An audit entry, as it is stored."""

    id: int
    at: datetime
    person_id: UUID | None
    act: str
    target_kind: str
    target_id: str
    line_id: str | None
    facts: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Link:
    """The chain's end after an entry: its day, and the hash that stands for everything so far."""

    entry_id: int
    day: date
    hash: bytes


def extend(last: Link | None, entries: Iterable[Entry]) -> Iterator[Link]:
    """The links of these entries, in the order of their ids and after `last` (None: they are the first of all)."""
    for entry in entries:
        last = next_link(last, entry)
        yield last


def next_link(last: Link | None, entry: Entry) -> Link:
    """The link of one entry; raises ValueError when it does not come after the last one."""
    if last is not None and entry.id <= last.entry_id:
        raise ValueError(f"entry {entry.id} does not come after entry {last.entry_id}")
    own = entry.at.astimezone(UTC).date()
    if last is None:
        return Link(entry.id, own, _digest(_beginning(own, NOTHING_BEFORE), entry))
    day = max(own, last.day)
    before = last.hash if day == last.day else _beginning(day, last.hash)
    return Link(entry.id, day, _digest(before, entry))


def _beginning(day: date, carried: bytes) -> bytes:
    return hashlib.sha256(b"hotline audit " + day.isoformat().encode() + carried).digest()


def _digest(before: bytes, entry: Entry) -> bytes:
    return hashlib.sha256(before + canonical(entry)).digest()


def canonical(entry: Entry) -> bytes:
    """One entry as bytes: two entries that differ in anything differ here."""
    fields = [
        entry.id,
        entry.at.astimezone(UTC).isoformat(timespec="microseconds"),
        None if entry.person_id is None else str(entry.person_id),
        entry.act,
        entry.target_kind,
        entry.target_id,
        entry.line_id,
        entry.facts,
    ]
    return json.dumps(fields, sort_keys=True, separators=(",", ":"), ensure_ascii=True).encode()
