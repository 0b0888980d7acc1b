"""Steps as JSON: how a leg's desired state is kept in the database and read back."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any, cast

from app.carriers.steps import Ask, DialOut, Goodbye, Join, Spoken, Step, TakeMessage, Wait

_KINDS: Mapping[str, type[Any]] = {
    "ask": Ask,
    "wait": Wait,
    "join": Join,
    "take_message": TakeMessage,
    "dial_out": DialOut,
    "goodbye": Goodbye,
}
_SPOKEN = ("say", "before")


def step_to_json(step: Step) -> dict[str, Any]:
    """The step as plain JSON; `do` names its kind."""
    return asdict(step)


def step_from_json(document: Mapping[str, Any]) -> Step:
    """The step that was kept; a document of an unknown kind becomes a plain goodbye, so that a call ends well."""
    kind = _KINDS.get(str(document.get("do")), Goodbye)
    values = {key: value for key, value in document.items() if key != "do"} if kind.__name__ != "Goodbye" else {}
    if kind is Goodbye and document.get("do") == "goodbye":
        values = {"say": document.get("say", ())}
    for key in _SPOKEN:
        if key in values:
            values[key] = tuple(Spoken(text=s["text"], language=s["language"]) for s in values[key])
    return cast("Step", kind(**values))
