"""The one gate from raw text to stored text (P5): whoever keeps what a person has written keeps a `RedactedText`.

Decided here: that nothing passes without the finder of identities (no data for it: TaggerMissing); that the person has
the last word, spot by spot, and what they let stand is counted by class; and that a placeholder means the same person
in every text of one scope, by a number that belongs to a keyed hash. Finding is work for a thread, a piece at a time,
so that a long text holds up nobody's call; no piece ends inside anything: pieces overlap, and what was found twice is
joined.
"""

import asyncio
import unicodedata
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import NewType, Protocol
from uuid import UUID

from app.domain.errors import Invalid, TaggerMissing
from app.domain.free_text import read_free_text
from app.platform.crypto import Pseudonymiser
from app.platform.db import Tx

RedactedText = NewType("RedactedText", str)
"""A text that may be stored. Only this module makes one."""

NOTHING = RedactedText("")

AT_ONCE = 2
"""How many texts a process looks through at a time; calls go first."""


@dataclass(frozen=True, slots=True)
class Known:
    """Something the record already knows of somebody: found wherever it is written."""

    kind: str
    value: str


@dataclass(frozen=True, slots=True)
class Choice:
    """A person's word about one spot of the text as it was read: hide it too, or keep it. Code points [start, end)."""

    start: int
    end: int
    hide: bool
    written: str  # what is there: a choice about another text is refused
    kind: str = "PERSON"


class Finding(Protocol):
    """What the engine finds: the code points [start, end), and as what."""

    @property
    def start(self) -> int: ...
    @property
    def end(self) -> int: ...
    @property
    def kind(self) -> str: ...
    @property
    def reason(self) -> str: ...


Number = Callable[[str, str], int]
"""(kind, what is written) → the number of its placeholder."""


class Redactor(Protocol):
    """The engine: pure, slow, for a thread."""

    def find(self, text: str, known: Sequence[Known]) -> Sequence[Finding]:
        """What names somebody, in order, no two of them meeting."""

    def replacement(self, text: str, finding: Finding, number: Number) -> str:
        """What takes its place: a numbered placeholder, or a coarser word."""


@dataclass(frozen=True, slots=True)
class CleanedSpan:
    """One spot of the text as it was read. Not hidden: the person kept it."""

    kind: str
    start: int
    end: int
    reason: str
    replacement: str
    hidden: bool


@dataclass(frozen=True, slots=True)
class Found:
    """A text as it was read, with what was found in it; not yet fit to be stored."""

    text: str
    findings: tuple[Finding, ...]


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
class _Chosen:
    start: int
    end: int
    kind: str
    reason: str = "chosen"


class Redacting:
    """One a process. `redactor` is None where its data are missing: then every text is refused."""

    def __init__(self, redactor: Redactor | None, pseudonymiser: Pseudonymiser) -> None:
        self._redactor = redactor
        self._pseudonymiser = pseudonymiser
        self._gate = asyncio.Semaphore(AT_ONCE)

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
        found = await self.find(text, known=known, field=field)
        return (await self.settle(tx, [(found, choices)], scope=scope))[0]

    async def find(self, text: str, *, known: Sequence[Known] = (), field: str = "text") -> Found:
        """The slow part, for which no transaction should wait."""
        read = read_free_text(text, field=field)
        if self._redactor is None:
            raise TaggerMissing
        if not read.strip():
            return Found("", ())
        async with self._gate:
            findings = await asyncio.to_thread(self._redactor.find, read, known)
        return Found(read, tuple(findings))

    async def settle(
        self, tx: Tx, founds: Sequence[tuple[Found, Sequence[Choice]]], *, scope: UUID, keep_numbers: bool = True
    ) -> list[Cleaned]:
        """What was found with the person's choices applied, and placeholders numbered within `scope`.

        A preview keeps no numbers (`keep_numbers` False): it shows those that a submission would get now.
        """
        if self._redactor is None:
            raise TaggerMissing
        chosen = [(found.text, _choose(found, choices)) for found, choices in founds]
        wanted: dict[tuple[str, str], int] = {}
        for text, findings in chosen:
            for finding, _hidden in findings:
                self._redactor.replacement(
                    text, finding, lambda kind, value: wanted.setdefault((kind, _same(value)), 0)
                )
        numbers = await self._numbers(tx, scope, list(wanted), keep=keep_numbers)
        return [_cleaned(self._redactor, text, findings, numbers) for text, findings in chosen]

    async def _numbers(
        self, tx: Tx, scope: UUID, wanted: Sequence[tuple[str, str]], *, keep: bool
    ) -> Mapping[tuple[str, str], int]:
        if not wanted:
            return {}
        tokens = {key: self._pseudonymiser.keyed_hash(f"placeholder {scope}", " ".join(key)) for key in wanted}
        if keep:  # two texts of one scope take their numbers one after the other
            await tx.execute("SELECT pg_advisory_xact_lock($1)", scope.int >> 65)
        rows = await tx.fetch("SELECT kind, token, number FROM placeholder WHERE scope = $1", scope)
        taken = {(row["kind"], row["token"]): row["number"] for row in rows}
        last: Counter[str] = Counter()
        for (kind, _token), number in taken.items():
            last[kind] = max(last[kind], number)
        new = []
        for (kind, _value), token in tokens.items():
            if (kind, token) not in taken:
                last[kind] += 1
                taken[kind, token] = last[kind]
                new.append((scope, kind, token, last[kind]))
        if keep and new:
            await tx.executemany("INSERT INTO placeholder (scope, kind, token, number) VALUES ($1, $2, $3, $4)", new)
        return {key: taken[key[0], token] for key, token in tokens.items()}


def _cleaned(
    redactor: Redactor,
    text: str,
    findings: Sequence[tuple[Finding, bool]],
    numbers: Mapping[tuple[str, str], int],
) -> Cleaned:
    parts: list[str] = []
    spans: list[CleanedSpan] = []
    at = 0
    for finding, hidden in findings:
        instead = redactor.replacement(text, finding, lambda kind, what: numbers[kind, _same(what)])
        spans.append(CleanedSpan(str(finding.kind), finding.start, finding.end, str(finding.reason), instead, hidden))
        parts += [text[at : finding.start], instead if hidden else text[finding.start : finding.end]]
        at = finding.end
    return Cleaned(RedactedText("".join([*parts, text[at:]])), text, tuple(spans))


def _same(written: str) -> str:
    """What two spellings of the same have in common: width, case and spacing do not make another person."""
    return "".join(unicodedata.normalize("NFKC", written).casefold().split())


def _choose(found: Found, choices: Sequence[Choice]) -> list[tuple[Finding, bool]]:
    """Every finding and whether it is hidden, with what the person wants hidden besides; in order."""
    kept: set[tuple[int, int]] = set()
    more: list[Choice] = []
    for choice in choices:
        inside = 0 <= choice.start < choice.end <= len(found.text)
        if not inside or found.text[choice.start : choice.end] != choice.written:
            raise Invalid(
                "The text has changed since its identities were shown; please look at them again. "
                "文本在核对之后有改动，请重新核对。"
            )
        if choice.hide:
            more.append(choice)
        else:
            kept.add((choice.start, choice.end))
    chosen: list[tuple[Finding, bool]] = [(f, (f.start, f.end) not in kept) for f in found.findings]
    for choice in more:
        start, end = choice.start, choice.end
        meeting = [f for f, _hidden in chosen if f.start < end and start < f.end]
        # What the person marks grows to whatever it cuts through: half a number is no better than the whole.
        start, end = min([start, *(f.start for f in meeting)]), max([end, *(f.end for f in meeting)])
        chosen = [pair for pair in chosen if pair[0] not in meeting]
        chosen.append((_Chosen(start, end, choice.kind), True))
    return sorted(chosen, key=lambda pair: pair[0].start)
