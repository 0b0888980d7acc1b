"""A piece of a note around what was looked for, with the hit marked; and whether the note really holds every word."""

import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from app.casework.notes.search_schemas import Piece
from app.casework.notes.words import PLACEHOLDER, as_it_stands, normal

BEFORE: Final = 30
AFTER: Final = 60


def snippet_of(
    texts: Mapping[str, Any], actions: Sequence[str], amendments: Sequence[str], words: Sequence[str]
) -> tuple[str | None, list[Piece], bool]:
    """(the field it is from, its pieces, whether every word stands somewhere in the note)."""
    fields = list(_fields(texts, actions, amendments))
    if not words:
        field, text = fields[0] if fields else (None, "")
        return field, [Piece(text=_cut(text, 0, BEFORE + AFTER), hit=False)] if text else [], True
    compared = [(field, text, *_compared(text)) for field, text in fields]
    places = []
    for wanted in map(as_it_stands, words):
        for field, text, flat, origin in compared:
            if hit := wanted.search(flat):
                places.append((field, text, origin[hit.start()], origin[hit.end() - 1] + 1))
                break
        else:
            return None, [], False
    field, text, start, end = places[0]
    around = [
        Piece(text=_cut(text, start - BEFORE, start), hit=False),
        Piece(text=text[start:end], hit=True),
        Piece(text=_cut(text, end, end + AFTER), hit=False),
    ]
    return field, [piece for piece in around if piece.text], True


def _fields(texts: Mapping[str, Any], actions: Sequence[str], amendments: Sequence[str]) -> Iterator[tuple[str, str]]:
    for field, text in texts.items():
        if isinstance(text, str):
            yield field, text
    for part, text in texts.get("safety_plan", {}).items():
        yield f"safety_plan.{part}", text
    yield from (("actions", text) for text in actions)
    yield from (("amendments", text) for text in amendments)


def _compared(text: str) -> tuple[str, list[int]]:
    """The text as it is compared, and where each of its characters comes from."""
    plain = normal(text)
    if len(plain) == len(text):
        return plain, list(range(len(text)))
    flat: list[str] = []
    origin: list[int] = []
    for at, character in enumerate(text):
        for each in unicodedata.normalize("NFKC", character).casefold():
            flat.append(each)
            origin.append(at)
    return "".join(flat), origin


def _cut(text: str, start: int, end: int) -> str:
    start, end = max(0, start), min(len(text), end)
    for each in PLACEHOLDER.finditer(text):  # what stands for somebody is shown whole
        if each.start() < start < each.end():
            start = each.start()
        if each.start() < end < each.end():
            end = each.end()
    return text[start:end].replace("\n", " ")
