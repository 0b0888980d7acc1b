"""How the versions of a known line change: only from now on (design.md: changes are dated; history is never rewritten).

A version is kept when the same wording begins at the same moment, where everything that has begun counts as from now. A
version that is kept may end at another moment that is still to come. Any other that has begun ends now; any other that
has not is taken back; and what is new is inserted. The database's exclusion constraint judges the result.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from app.lines import queries
from app.lines.difference import Account, changed_settings, period, when
from app.lines.document import LineEntry, Version
from app.lines.queries import VersionRow
from app.lines.versions import checksum, stored, timeline
from app.platform.clock import fresh_id
from app.platform.db import Tx


@dataclass(frozen=True, slots=True)
class _Wanted:
    """A version as the file wants it, with a beginning."""

    version: Version
    start: datetime
    end: datetime | None
    checksum: str

    @property
    def zone(self) -> str:
        return self.version.calendar.time_zone


_Kept = tuple[_Wanted, VersionRow]


async def apply_versions(tx: Tx, entry: LineEntry, account: Account, *, now: datetime) -> None:
    """Make the versions from `now` on those of the file; for a line without versions, the past ones too."""
    wanted = _wanted(entry, now)
    history = await queries.version_rows(tx, entry.id)
    if history:
        _note_other_past(entry.id, [w for w in wanted if w.end is not None and w.end <= now], history, account)
        wanted = [replace(w, start=max(w.start, now)) for w in wanted if w.end is None or w.end > now]
    present = [row for row in history if row.valid_until is None or row.valid_until > now]
    kept = _kept(wanted, present, now)
    retired = [row for row in present if row.id not in {row.id for _, row in kept}]
    before = await _documents(tx, present)
    await _retire(tx, entry.id, retired, account, now=now, zone=entry.versions[-1].calendar.time_zone)
    await _move_ends(tx, entry.id, kept, account)
    for w in wanted:
        if w not in [pair[0] for pair in kept]:
            row = VersionRow(fresh_id(), w.start, w.end, w.checksum)
            await queries.insert_version(tx, row, line_id=entry.id, document=stored(w.version), applied_at=now)
            account.changed(entry.id, f"new version {period(w.start, w.end, w.zone)}{_against(w, present, before)}")


def _wanted(entry: LineEntry, now: datetime) -> list[_Wanted]:
    spans = zip(entry.versions, timeline(entry.versions), strict=True)
    wanted = [_Wanted(version, start or now, end, checksum(version)) for version, (start, end) in spans]
    return [w for w in wanted if w.end is None or w.start < w.end]


def _kept(wanted: Sequence[_Wanted], present: Sequence[VersionRow], now: datetime) -> list[_Kept]:
    return [
        (w, row)
        for w in wanted
        for row in present
        if row.checksum == w.checksum and max(row.valid_from, now) == w.start
    ]


async def _documents(tx: Tx, rows: Sequence[VersionRow]) -> dict[VersionRow, Mapping[str, Any]]:
    return {row: await queries.version_document(tx, row.id) for row in rows}


async def _retire(
    tx: Tx, line_id: str, rows: Sequence[VersionRow], account: Account, *, now: datetime, zone: str
) -> None:
    for row in rows:
        if row.valid_from >= now:
            await queries.drop_unbegun_version(tx, row.id, now)
            account.changed(line_id, f"the version planned from {when(row.valid_from, zone)} is taken back")
        else:
            await queries.end_version(tx, row.id, now)
            account.changed(line_id, f"the version in force since {when(row.valid_from, zone)} ends now")


async def _move_ends(tx: Tx, line_id: str, kept: Sequence[_Kept], account: Account) -> None:
    for w, row in kept:
        if w.end != row.valid_until:
            await queries.end_version(tx, row.id, w.end)
            old = period(row.valid_from, row.valid_until, w.zone)
            account.changed(line_id, f"the version {old} now holds {period(row.valid_from, w.end, w.zone)}")


def _against(wanted: _Wanted, present: Sequence[VersionRow], documents: Mapping[VersionRow, Mapping[str, Any]]) -> str:
    """What is different from the version that would otherwise hold then."""
    earlier = [row for row in present if row.valid_from <= wanted.start]
    if not earlier:
        return ""
    changes = changed_settings(documents[earlier[-1]], stored(wanted.version))
    return "".join(f"\n    {change}" for change in changes)


def _note_other_past(line_id: str, past: Sequence[_Wanted], history: Sequence[VersionRow], account: Account) -> None:
    for w in past:
        if not any(row.checksum == w.checksum and _meet(w, row) for row in history):
            account.notes.append(
                f"{line_id}: the file tells another past {period(w.start, w.end, w.zone)}; history is not rewritten"
            )


def _meet(wanted: _Wanted, row: VersionRow) -> bool:
    return (wanted.end is None or row.valid_from < wanted.end) and (
        row.valid_until is None or wanted.start < row.valid_until
    )
