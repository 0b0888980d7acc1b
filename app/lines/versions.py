"""From the local moments in a file to a timeline: when each version begins and ends.

Decided here: a version without an end lasts until the next one begins, or until further notice; a first version without
a beginning begins when the file is applied. Local moments follow the rule of `app.domain.walltime`.
"""

import hashlib
import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from app.domain.walltime import instant_of
from app.lines.document import Version

Span = tuple[datetime | None, datetime | None]


def moment(wall: str, zone: str) -> datetime:
    """The instant (UTC) of a local moment written `2021-03-01 00:00`."""
    read = datetime.fromisoformat(wall)
    return instant_of(read.date(), read.time(), ZoneInfo(zone))


def nonexistent(wall: str, zone: str) -> bool:
    """Whether clocks in that zone skip this moment."""
    shown = moment(wall, zone).astimezone(ZoneInfo(zone)).replace(tzinfo=None)
    return shown != datetime.fromisoformat(wall)


def timeline(versions: Sequence[Version]) -> list[Span]:
    """(begins, ends) of each version, as listed. None as a beginning: when it is applied; as an end: further notice."""
    starts = [v.valid_from and moment(v.valid_from, v.calendar.time_zone) for v in versions]
    spans: list[Span] = []
    for number, version in enumerate(versions):
        following = starts[number + 1] if number + 1 < len(starts) else None
        own = version.valid_until and moment(version.valid_until, version.calendar.time_zone)
        spans.append((starts[number] or None, own or following or None))
    return spans


def stored(version: Version) -> dict[str, Any]:
    """A version as it is kept: everything that holds while it is valid, without its dates."""
    return version.model_dump(mode="json", exclude={"valid_from", "valid_until"})


def checksum(version: Version) -> str:
    """Equal for versions that mean the same, whatever is left to defaults and in whatever order it is written."""
    meaning = version.model_dump(
        mode="json", exclude={"valid_from", "valid_until", "why"}, exclude_defaults=True, exclude_none=False
    )
    return hashlib.sha256(json.dumps(meaning, sort_keys=True, ensure_ascii=False).encode()).hexdigest()
