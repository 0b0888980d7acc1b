"""The one gate from raw text to stored text (P5): whoever keeps what a person has written keeps a `RedactedText`.

Decided here: that nothing passes without the finder of identities (no data for it: TaggerMissing); that the person has
the last word, spot by spot, and what they let stand is counted by class; that nothing to call somebody by stands; and
that a placeholder means the same person in every text of one scope, by a number that belongs to a keyed hash.
Finding itself: `app.casework.finding`.
"""

from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NewType
from uuid import UUID

from app.casework.finding import Engine, Finder, marked_by_a_person
from app.domain.errors import Invalid, TaggerMissing
from app.domain.free_text import read_free_text
from app.domain.redaction.known import may_be_called
from app.domain.redaction.placeholders import NumberingInMemory, highest_written, placeholder
from app.domain.redaction.span import Known, KnownValue, Reason, Span
from app.platform.crypto import Pseudonymiser
from app.platform.db import Tx

__all__ = ["Choice", "Cleaned", "Found", "Known", "KnownValue", "RedactedText", "Redacting"]

Number = Callable[[str, str], int]
"""(kind, what is written) → the number of its placeholder."""

RedactedText = NewType("RedactedText", str)
"""A text that may be stored. Only this module makes one."""

NOTHING = RedactedText("")


@dataclass(frozen=True, slots=True)
class Choice:
    """A person's word about one spot of the text as it was read: hide it too, or keep it. Code points [start, end)."""

    start: int
    end: int
    hide: bool
    written: str  # what is there: a choice about another text is refused
    kind: str = "PERSON"


@dataclass(frozen=True, slots=True)
class CleanedSpan:
    """One spot of the text as it was read, and what stands there instead. Not hidden: the person kept it.

    Fixed: no choice keeps it.
    """

    kind: str
    start: int
    end: int
    reason: str
    replacement: str
    hidden: bool
    fixed: bool


@dataclass(frozen=True, slots=True)
class Found:
    """A text as it was read, with what was found in it; not yet fit to be stored."""

    text: str
    spans: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class Cleaned:
    """What may be stored, and what was done to the text as it was read."""

    text: RedactedText
    read: str
    spans: tuple[CleanedSpan, ...]

    @property
    def unhidden(self) -> Mapping[str, int]:
        """How many spots of each class the person has let stand."""
        return Counter(span.kind for span in self.spans if not span.hidden)


@dataclass(frozen=True, slots=True)
class FindStep:
    """How many characters have been looked through; with the last one, what was found."""

    done: int
    found: Found | None = None


class Redacting:
    """One a process. `engine` is None where its data are missing: then every text is refused."""

    def __init__(self, engine: Engine | None, pseudonymiser: Pseudonymiser) -> None:
        self._finder = None if engine is None else Finder(engine)
        self._pseudonymiser = pseudonymiser

    async def clean(
        self,
        tx: Tx,
        text: str,
        *,
        scope: UUID,
        known: Sequence[Known] = (),
        choices: Sequence[Choice] = (),
        field: str = "text",
    ) -> Cleaned:
        """`text` as it may be stored. Raises TaggerMissing, or Invalid (too long, control characters)."""
        found = await self.find(text, known, field=field)
        return (await self.settle(tx, [(found, choices)], scope=scope))[0]

    def check(self) -> None:
        """Raise TaggerMissing where nothing can be found."""
        if self._finder is None:
            raise TaggerMissing

    async def find(self, text: str, known: Sequence[Known], *, field: str = "text") -> Found:
        """The slow part, for which no transaction should wait. `known`: of whom the text is about (notes.known)."""
        found = None
        async for step in self.find_in_steps(text, known, field=field):
            found = step.found
        assert found is not None  # noqa: S101 the last step has it
        return found

    async def find_in_steps(self, text: str, known: Sequence[Known], *, field: str = "text") -> AsyncIterator[FindStep]:
        """The same, telling how far it is."""
        read = read_free_text(text, field=field)
        if self._finder is None:
            raise TaggerMissing
        async for step in self._finder.find(read, known):
            yield FindStep(step.done, None if step.spans is None else Found(read, step.spans))

    async def settle(self, tx: Tx, founds: Sequence[tuple[Found, Sequence[Choice]]], *, scope: UUID) -> list[Cleaned]:
        """What was found with the person's choices applied, and placeholders numbered within `scope`."""
        self.check()
        chosen = [(found.text, _choose(found, choices)) for found, choices in founds]
        wanted: dict[tuple[str, str], int] = {}
        for text, spans in chosen:
            _put(text, spans, lambda kind, what: wanted.setdefault((str(kind), what), 0))
        numbers = await self._numbers(tx, scope, list(wanted))
        return [_put(text, spans, lambda kind, what: numbers[str(kind), what]) for text, spans in chosen]

    def settle_apart(self, founds: Sequence[tuple[Found, Sequence[Choice]]]) -> list[Cleaned]:
        """The same in no scope: numbered within these texts alone, which tells nothing of any other."""
        self.check()
        chosen = [(found.text, _choose(found, choices)) for found, choices in founds]
        numbering = NumberingInMemory(highest_written(text for text, _ in chosen))
        return [_put(text, spans, numbering.number) for text, spans in chosen]

    async def _numbers(self, tx: Tx, scope: UUID, wanted: Sequence[tuple[str, str]]) -> Mapping[tuple[str, str], int]:
        if not wanted:
            return {}
        tokens = {key: self._pseudonymiser.keyed_hash(f"placeholder {scope}", " ".join(key)) for key in wanted}
        # Two texts of one scope take their numbers one after the other.
        await tx.execute("SELECT pg_advisory_xact_lock($1)", scope.int >> 65)
        rows = await tx.fetch("SELECT kind, token, number FROM placeholder WHERE scope = $1", scope)
        taken = {(row["kind"], row["token"]): row["number"] for row in rows}
        last: Counter[str] = Counter()
        for (kind, _token), number in taken.items():
            last[kind] = max(last[kind], number)
        new = []
        for (kind, value), token in tokens.items():
            if (kind, token) not in taken:
                number = self._numbered_before(scope, kind, value, taken)  # under a key that is being changed
                if number is None:
                    last[kind] += 1
                    number = last[kind]
                taken[kind, token] = number
                new.append((scope, kind, token, number))
        if new:
            await tx.executemany("INSERT INTO placeholder (scope, kind, token, number) VALUES ($1, $2, $3, $4)", new)
        return {key: taken[key[0], token] for key, token in tokens.items()}

    def _numbered_before(
        self, scope: UUID, kind: str, value: str, taken: Mapping[tuple[str, bytes], int]
    ) -> int | None:
        others = self._pseudonymiser.other_hashes(f"placeholder {scope}", f"{kind} {value}")
        return next((taken[kind, other] for other in others if (kind, other) in taken), None)


def _put(text: str, spans: Sequence[tuple[Span, bool]], number: Number) -> Cleaned:
    chinese = any("一" <= character <= "鿿" for character in text)
    parts: list[str] = []
    told: list[CleanedSpan] = []
    at = 0
    for span, hidden in spans:
        written = text[span.start : span.end]
        instead = placeholder(span.kind, written, number, chinese=chinese) if hidden else written
        fixed = _stays_hidden(span, written)
        told.append(CleanedSpan(span.kind.value, span.start, span.end, span.reason.value, instead, hidden, fixed))
        parts += [text[at : span.start], instead]
        at = span.end
    return Cleaned(RedactedText("".join([*parts, text[at:]])), text, tuple(told))


def _choose(found: Found, choices: Sequence[Choice]) -> list[tuple[Span, bool]]:
    """Every span and whether it is hidden, with what the person wants hidden besides; in order."""
    for choice in choices:
        inside = 0 <= choice.start < choice.end <= len(found.text)
        if not inside or found.text[choice.start : choice.end] != choice.written:
            raise Invalid(
                "The text has changed since its identities were shown; please look at them again. "
                "文本在核对之后有改动，请重新核对。"
            )
    kept = {(choice.start, choice.end) for choice in choices if not choice.hide}
    chosen: list[tuple[Span, bool]] = []
    for spans, marks in _meeting(found.spans, [choice for choice in choices if choice.hide]):
        if marks:
            # What the person marks grows to whatever it cuts through: half a number is no better than the whole.
            both: list[Span | Choice] = [*spans, *marks]
            start, end = min(each.start for each in both), max(each.end for each in both)
            chosen.append((marked_by_a_person(start, end, marks[-1].kind), True))
        else:
            chosen += [
                (span, (span.start, span.end) not in kept or _stays_hidden(span, found.text[span.start : span.end]))
                for span in spans
            ]
    return chosen


def _stays_hidden(span: Span, written: str) -> bool:
    """What the vault holds of this person is found exactly, and never stands in the clear beside it (P5).

    Nor does any other telephone number: the one that could not be kept would be theirs.
    """
    return span.reason is Reason.KNOWN or may_be_called(span.kind, written)


def _meeting(spans: Sequence[Span], marks: Sequence[Choice]) -> Iterator[tuple[list[Span], list[Choice]]]:
    """What overlaps, directly or through others, together; in the order of the text. One pass: both may be many."""
    end = 0
    group: tuple[list[Span], list[Choice]] = ([], [])
    both: list[Span | Choice] = [*spans, *marks]
    for each in sorted(both, key=lambda one: (one.start, one.end)):
        if each.start >= end:
            yield group
            group = ([], [])
        if isinstance(each, Span):
            group[0].append(each)
        else:
            group[1].append(each)
        end = max(end, each.end)
    yield group
