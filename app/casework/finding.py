"""Looking through a text for identities, off the event loop, a piece at a time, telling how far it is.

A process looks through two pieces at a time at most: calls go first. What a piece was found to hold is remembered for a
while, by positions alone and under a hash that nobody outside this process can make: what was just previewed is not
looked through a second time when it is submitted. With what the vault holds of the caller it is, wherever that is
written or not: how long it takes must not tell.
"""

import asyncio
import hashlib
import hmac
import os
from collections import OrderedDict
from collections.abc import AsyncIterator, Iterable, Sequence
from dataclasses import dataclass
from typing import Final, Protocol

from app.domain.redaction.kinds import Kind
from app.domain.redaction.span import Known, KnownValue, Reason, Span, join
from app.domain.text_pieces import Piece, pieces_of

AT_ONCE: Final = 2
REMEMBERED: Final = 2_000


class Engine(Protocol):
    """What finds identities: pure, slow, for a thread (`app.casework.redaction.engine.Redactor`)."""

    def find(self, text: str, known: Sequence[Known] = (), *, keep: Sequence[str] = ()) -> list[Span]:
        """Every identity in the text, in order; spans do not meet."""


@dataclass(frozen=True, slots=True)
class Step:
    """How many characters have been looked through; with the last one, what was found."""

    done: int
    spans: tuple[Span, ...] | None = None


class Finder:
    """One a process."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._gate = asyncio.Semaphore(AT_ONCE)
        self._secret = os.urandom(32)
        self._remembered: OrderedDict[bytes, tuple[Span, ...]] = OrderedDict()

    async def find(self, text: str, known: Sequence[Known] = ()) -> AsyncIterator[Step]:
        """Look through the whole text. The last step has the spans."""
        pieces = pieces_of(text)
        by_piece: list[tuple[Span, ...]] = []
        for piece in pieces:
            by_piece.append(await self._in_piece(text, piece, known))
            yield Step(piece.end)
        if len(pieces) > 1:  # a name that was recognised in one place is that name in every other
            for at, piece in enumerate(pieces):
                elsewhere = _told_by_others(text, pieces, by_piece, at)
                if elsewhere:
                    by_piece[at] = await self._in_piece(text, piece, (*known, *elsewhere))
        yield Step(len(text), tuple(join([span for spans in by_piece for span in spans], text)))

    async def _in_piece(self, text: str, piece: Piece, known: Sequence[Known]) -> tuple[Span, ...]:
        seen = text[piece.seen_from : piece.seen_to]
        key = self._key(seen, known)
        spans = self._remembered.get(key)
        if spans is None:
            async with self._gate:
                spans = tuple(await asyncio.to_thread(self._engine.find, seen, known))
            self._remembered[key] = spans
            while len(self._remembered) > REMEMBERED:
                self._remembered.popitem(last=False)
        else:
            self._remembered.move_to_end(key)
        shifted = (
            Span(span.start + piece.seen_from, span.end + piece.seen_from, span.kind, span.reason) for span in spans
        )
        return tuple(span for span in shifted if piece.counts(span.start, span.end))

    def _key(self, seen: str, known: Iterable[Known]) -> bytes:
        told = "\x00".join([seen, *sorted(f"{each.kind}\x01{each.value}\x01{each.reason}" for each in known)])
        return hmac.new(self._secret, told.encode("utf-8", "surrogatepass"), hashlib.sha256).digest()


def _told_by_others(
    text: str, pieces: Sequence[Piece], by_piece: Sequence[tuple[Span, ...]], at: int
) -> list[KnownValue]:
    """Names found in other pieces that stand in this one as well and were not found here."""
    here = names_in(text, by_piece[at])
    everywhere = {name for spans in by_piece for name in names_in(text, spans)}
    seen = text[pieces[at].seen_from : pieces[at].seen_to]
    return told_elsewhere(seen, here, everywhere)


def names_in(text: str, spans: Iterable[Span]) -> set[KnownValue]:
    """What the spans of a text say names one person by itself, to be found again in another text."""
    return {
        KnownValue(span.kind, text[span.start : span.end], Reason.AGAIN)
        for span in spans
        if span.kind.is_direct and span.end - span.start >= 2
    }


def told_elsewhere(seen: str, here: set[KnownValue], everywhere: set[KnownValue]) -> list[KnownValue]:
    """Names that were recognised elsewhere only, and stand in this text as well."""
    missed = [name for name in everywhere - here if name.value in seen]
    return sorted(missed, key=lambda name: (name.kind, name.value))


def marked_by_a_person(start: int, end: int, kind: str) -> Span:
    """What a person marks as naming somebody; of a class that there is, else as a person."""
    return Span(start, end, Kind(kind) if kind in set(Kind) else Kind.PERSON, Reason.CHOSEN)
