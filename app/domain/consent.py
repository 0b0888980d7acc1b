"""What a caller agreed to, entry by entry: recording, follow-up, disclosure, a file (field.md sections 2 and 6).

An entry is never changed: the present state follows from the last one. Nothing said is not a yes. What was given can be
withdrawn at any time; only what was given can be.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Final

from app.domain.lifecycle import Late, Moved, Refused, judge


class ConsentTo(StrEnum):
    """What is asked for; each separately (separate consent is the law's word for it)."""

    RECORDING = "recording"
    FOLLOW_UP = "follow_up"
    DISCLOSURE = "disclosure"
    FILE = "file"  # being known again: asked for where no number leads to a file


class ConsentState(StrEnum):
    """Where a consent stands."""

    NOT_ASKED = "not_asked"
    GIVEN = "given"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


class ConsentSaid(StrEnum):
    """What the caller said."""

    GIVEN = "given"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


class ConsentHow(StrEnum):
    """How it was said: to the volunteer, by a key in the greeting, by a click in the chat widget."""

    SPOKEN = "spoken"
    KEY = "key"
    WIDGET = "widget"


_S = ConsentState
_E = ConsentSaid

TRANSITIONS: Final[Mapping[tuple[ConsentState, ConsentSaid], ConsentState]] = {
    (_S.NOT_ASKED, _E.GIVEN): _S.GIVEN,
    (_S.NOT_ASKED, _E.REFUSED): _S.REFUSED,
    (_S.GIVEN, _E.REFUSED): _S.REFUSED,
    (_S.GIVEN, _E.WITHDRAWN): _S.WITHDRAWN,
    (_S.REFUSED, _E.GIVEN): _S.GIVEN,
    (_S.WITHDRAWN, _E.GIVEN): _S.GIVEN,
    (_S.WITHDRAWN, _E.REFUSED): _S.REFUSED,
}
LATE_BUT_HARMLESS: Final[frozenset[tuple[ConsentState, ConsentSaid]]] = frozenset(
    {(_S.GIVEN, _E.GIVEN), (_S.REFUSED, _E.REFUSED), (_S.WITHDRAWN, _E.WITHDRAWN)}
)


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the ledger."""

    to: ConsentTo
    said: ConsentSaid
    how: ConsentHow
    at: datetime


def apply(state: ConsentState, said: ConsentSaid) -> Moved[ConsentState] | Late | Refused:
    """What saying `said` does. Total: withdrawing what was never given is refused."""
    return judge(TRANSITIONS, LATE_BUT_HARMLESS, state, said)


def present(entries: Iterable[Entry]) -> dict[ConsentTo, ConsentState]:
    """Where every consent stands after these entries, whatever their order; the last one said counts."""
    state = dict.fromkeys(ConsentTo, ConsentState.NOT_ASKED)
    for entry in sorted(entries, key=lambda entry: entry.at):
        state[entry.to] = ConsentState(entry.said.value)
    return state


def from_greeting(pressed: Mapping[str, Any], *, at: datetime) -> list[Entry]:
    """The entries that keys pressed in the greeting amount to (`contact.consents`: {"recording": "given"}).

    Whatever is not one of our words is no consent.
    """
    entries = []
    for to in ConsentTo:
        said = pressed.get(to.value)
        if said in (ConsentSaid.GIVEN, ConsentSaid.REFUSED):
            entries.append(Entry(to, ConsentSaid(said), ConsentHow.KEY, at))
    return entries
