"""What is said to consoles: an entity's public state with its version (design.md section 3, console sync).

A frame is made once for each change and sent to every audience as the same bytes.
"""

import json
from collections.abc import Awaitable, Callable, Sequence
from typing import Any
from uuid import UUID

from pydantic import BaseModel

State = BaseModel | dict[str, Any]

Loaded = tuple[UUID | str, int, State, Sequence[str]]
"""Id, version, public state, topics that may see it."""

Loader = Callable[[Any, Sequence[str]], Awaitable[Sequence[Loaded]]]
"""`await load(tx, ids)`: the present public state of those of `ids` that exist."""

SUPERVISORS = "supervisors"
"""The topic of what belongs to no line: whoever supervises everything."""


def person_topic(person_id: UUID) -> str:
    """What only this person sees."""
    return f"person:{person_id}"


def line_topic(line_id: str) -> str:
    """What those see who supervise this line."""
    return f"line:{line_id}"


CONFIDENTIAL = frozenset({"contact", "offer", "notice", "level", "vault_opening"})
"""Entities that not everybody who watches a line may see: heard on `within(topic, entity)` alone."""


def within(topic: str, entity: str) -> str:
    """The part of a line's (or the supervisors') topic that carries one confidential entity."""
    return f"{topic}/{entity}"


def _plain(value: object) -> object:
    if isinstance(value, BaseModel):
        return value.model_dump(mode="json")
    if isinstance(value, UUID):
        return str(value)
    isoformat = getattr(value, "isoformat", None)
    if isoformat is not None:
        return isoformat()
    raise TypeError(f"{type(value).__name__} has no public form")


def encode(message: dict[str, Any]) -> bytes:
    """Compact UTF-8 JSON of a message."""
    return json.dumps(message, ensure_ascii=False, separators=(",", ":"), default=_plain).encode()


def encode_state(entity: str, loaded: Loaded) -> bytes:
    """The message of one entity's state."""
    identity, version, state, _ = loaded
    return encode({"t": entity, "id": str(identity), "v": version, "s": state})
