"""The texts of a note, field by field: where each lies in the body, and how all of them pass the gate together."""

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from app.casework.finding import names_in, told_elsewhere
from app.casework.notes.coding import code_book
from app.casework.notes.schemas import NoteBody, Part, PreviewedField, SpotChoice
from app.casework.redacting import Choice, Cleaned, Found, Known, RedactedText, Redacting
from app.domain.errors import Invalid
from app.platform.db import Tx

PLAIN: Final = ("facts", "judgement", "unknown", "means", "supports")
ALL_TOGETHER: Final = 100_000
"""The most characters the texts of one note may have together."""


@dataclass(frozen=True, slots=True)
class Progress:
    """How many characters of how many have been looked through; at the end, what was found, by field."""

    done: int
    of: int
    founds: Mapping[str, Found] | None = None


def texts_of(body: NoteBody) -> dict[str, str]:
    """Every text of the body that has something in it, by its field: `facts`, `safety_plan.own_ways`, `actions.0`.

    Raises Invalid for a part of the safety plan that there is not.
    """
    if not body.safety_plan.keys() <= code_book().codes("safety_plan"):  # a name that was made up is not repeated
        raise Invalid(fields={"safety_plan": "has a part that there is not · 含有无效的部分"})
    texts = {name: getattr(body, name) for name in PLAIN}
    texts |= {f"safety_plan.{code}": text for code, text in body.safety_plan.items()}
    texts |= {f"actions.{at}": action.text for at, action in enumerate(body.actions)}
    return {field: text for field, text in texts.items() if text.strip()}


def check_length(texts: Mapping[str, str]) -> None:
    """Raise Invalid when the texts together are more than a note holds."""
    total = sum(map(len, texts.values()))
    if total > ALL_TOGETHER:
        raise Invalid(
            f"The texts of this note together have more than {ALL_TOGETHER} characters; please shorten them. "
            f"整份记录的文字合计超过 {ALL_TOGETHER} 个字符，请精简。"
        )


async def find_in_texts(
    redacting: Redacting, texts: Mapping[str, str], known: Sequence[Known]
) -> AsyncIterator[Progress]:
    """Look through the texts, telling how far it is; the last one has what was found. Needs no transaction."""
    check_length(texts)
    of = sum(map(len, texts.values()))
    founds: dict[str, Found] = {}
    before = 0
    for field, text in texts.items():
        async for step in redacting.find_in_steps(text, known, field=field):
            if step.found is None:
                yield Progress(before + step.done, of)
            else:
                founds[field] = step.found
        before += len(text)
    # A name that was recognised in one text is that name in every other.
    names = {field: names_in(found.text, found.spans) for field, found in founds.items()}
    everywhere = set().union(*names.values())
    for field, found in founds.items():
        more = told_elsewhere(found.text, names[field], everywhere)
        if more:
            founds[field] = await redacting.find(texts[field], [*known, *more], field=field)
    yield Progress(of, of, founds)


async def find_all(redacting: Redacting, texts: Mapping[str, str], known: Sequence[Known]) -> Mapping[str, Found]:
    """What is found in the texts, without asking how far it is."""
    founds: Mapping[str, Found] = {}
    async for progress in find_in_texts(redacting, texts, known):
        founds = founds if progress.founds is None else progress.founds
    return founds


async def settle_all(
    redacting: Redacting, tx: Tx, founds: Mapping[str, Found], choices: Sequence[SpotChoice], *, scope: UUID
) -> dict[str, Cleaned]:
    """The texts as they may be stored, by field."""
    cleaned = await redacting.settle(tx, _with_choices(founds, choices), scope=scope)
    return dict(zip(founds, cleaned, strict=True))


def show_all(redacting: Redacting, founds: Mapping[str, Found], choices: Sequence[SpotChoice]) -> dict[str, Cleaned]:
    """The texts as they are shown before they are stored, by field."""
    return dict(zip(founds, redacting.settle_apart(_with_choices(founds, choices)), strict=True))


def _with_choices(founds: Mapping[str, Found], choices: Sequence[SpotChoice]) -> list[tuple[Found, Sequence[Choice]]]:
    by_field: dict[str, list[Choice]] = {field: [] for field in founds}
    for choice in choices:
        if choice.field not in by_field:
            raise Invalid(
                "A choice names a field that has no text. 所选内容没有对应的文字。",
                fields={"choices": "names an unknown field"},
            )
        by_field[choice.field].append(Choice(choice.start, choice.end, choice.hide, choice.written, choice.kind))
    return [(found, by_field[field]) for field, found in founds.items()]


def previewed(field: str, cleaned: Cleaned) -> PreviewedField:
    """A text in pieces, for a screen: positions count code points, which not every language's strings do."""
    parts: list[Part] = []
    at = 0
    for span in cleaned.spans:
        if span.start > at:
            parts.append(Part(text=cleaned.read[at : span.start], start=at, end=span.start))
        parts.append(
            Part(
                text=cleaned.read[span.start : span.end],
                start=span.start,
                end=span.end,
                kind=span.kind,
                reason=span.reason,
                replacement=span.replacement,
                hidden=span.hidden,
                fixed=span.fixed,
            )
        )
        at = span.end
    if at < len(cleaned.read):
        parts.append(Part(text=cleaned.read[at:], start=at, end=len(cleaned.read)))
    return PreviewedField(field=field, parts=parts, stored=cleaned.text)


def stored_texts(cleaned: Mapping[str, Cleaned]) -> dict[str, Any]:
    """The texts as the note's row keeps them: the plain ones by name, and the parts of the safety plan."""
    texts: dict[str, Any] = {name: cleaned[name].text for name in PLAIN if name in cleaned}
    plan = {
        field.removeprefix("safety_plan."): each.text
        for field, each in cleaned.items()
        if field.startswith("safety_plan.")
    }
    return texts | ({"safety_plan": plan} if plan else {})


def text_of_action(cleaned: Mapping[str, Cleaned], at: int) -> RedactedText:
    """The text of one action. A missing one is Invalid: an action that says nothing is none."""
    found = cleaned.get(f"actions.{at}")
    if found is None:
        raise Invalid("An action says what is to be done. 请写明行动内容。", fields={f"actions.{at}.text": "is empty"})
    return found.text
