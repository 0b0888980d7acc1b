"""The one place that reads the clock and makes ids; everywhere else both are arguments (design.md section 3)."""

import os
import time
import uuid
from datetime import UTC, datetime


def now() -> datetime:
    """The present moment, aware, in UTC."""
    return datetime.now(UTC)  # noqa: TID251 the one permitted place


def fresh_id() -> uuid.UUID:
    """A new random id, ordered by time of making (UUID version 7, RFC 9562) so that indexes stay compact."""
    milliseconds = time.time_ns() // 1_000_000
    random = int.from_bytes(os.urandom(10), "big")
    value = (milliseconds & 0xFFFF_FFFF_FFFF) << 80 | 0x7 << 76 | ((random >> 62) & 0xFFF) << 64
    return uuid.UUID(int=value | 0b10 << 62 | (random & 0x3FFF_FFFF_FFFF_FFFF))
