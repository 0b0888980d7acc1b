"""The numbers the account owns, and the URLs the carrier asks when someone dials them."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Number:
    """One owned number. URLs are absolute; `label_zh`, `label_en` name the line on the demo phone."""

    number: str
    voice_url: str
    fallback_url: str = ""
    status_callback: str = ""
    sms_url: str = ""
    label_zh: str = ""
    label_en: str = ""
    voice_method: str = "POST"

    def public(self) -> dict[str, str]:
        """As JSON."""
        return asdict(self)


class NumberBook:
    """The owned numbers by number."""

    def __init__(self, numbers: Iterable[Number] = ()) -> None:
        self._numbers = {item.number: item for item in numbers}

    def set(self, numbers: Iterable[Number]) -> None:
        """Add numbers, or replace those that are there."""
        self._numbers.update({item.number: item for item in numbers})

    def get(self, number: str) -> Number | None:
        """The owned number, or None."""
        return self._numbers.get(number)

    def all(self) -> list[Number]:
        """In the order in which they were given."""
        return list(self._numbers.values())


def read_numbers(items: object) -> list[Number]:
    """Numbers out of parsed JSON: a list of objects. ValueError names the item and what is wrong with it."""
    if not isinstance(items, list):
        raise ValueError("numbers must be a list")
    found = []
    for place, item in enumerate(items):
        if not isinstance(item, Mapping):
            raise ValueError(f"numbers[{place}] must be an object")
        known = {key: value for key, value in item.items() if key in Number.__slots__}
        unknown = sorted(set(item) - set(known))
        if unknown or not all(isinstance(value, str) for value in known.values()):
            raise ValueError(f"numbers[{place}]: unknown or non-text field {', '.join(unknown) or ''}".rstrip())
        if not known.get("number") or not known.get("voice_url", "").startswith(("http://", "https://")):
            raise ValueError(f"numbers[{place}] needs a number and an http(s) voice_url")
        found.append(Number(**known))
    return found


def read_numbers_file(path: Path) -> list[Number]:
    """The numbers in a JSON file."""
    return read_numbers(json.loads(path.read_text(encoding="utf-8")))
