"""The redaction engine: rules for what has a shape, taggers for what has none, an exact pass over what is known.

Raw text is an argument and a result, and goes nowhere else: nothing here logs, stores or quotes it in an error. `find`
is repeated on what it leaves until it finds nothing more, so that redacting a redacted text changes nothing.
"""

import zipfile
from collections.abc import Callable, Sequence
from pathlib import Path

from app.casework.redaction.english_words import EnglishWords
from app.casework.redaction.holding import Holding
from app.casework.redaction.lac_network import LacNetwork, Read, whole
from app.casework.redaction.language_model import Heard
from app.casework.redaction.names_by_lac import read_tags
from app.casework.redaction.tagger import Tagger
from app.casework.redaction.tagger_input import view
from app.domain.errors import TaggerMissing
from app.domain.redaction.company import find_company, find_loose_company, find_places_by_company
from app.domain.redaction.digits import plain
from app.domain.redaction.keep import kept_zones, spare
from app.domain.redaction.kinds import Kind
from app.domain.redaction.known import find_again, find_known, named_as_found
from app.domain.redaction.mending import mended
from app.domain.redaction.nobody import names_nobody, without_grammar
from app.domain.redaction.placeholders import Numbering, Redacted, collapsed, instead_of, is_stand_in, put
from app.domain.redaction.renowned import renowned_zones
from app.domain.redaction.rules import find_by_rules
from app.domain.redaction.span import Finding, Known, Reason, Span, join

DATA = Path(__file__).parent / "data"


class Redactor:
    """Finds identities in free text and puts placeholders for them. Load it once and keep it: it has no state."""

    def __init__(self, lac: LacNetwork, tagger: Tagger, english: EnglishWords) -> None:
        self._lac = lac
        self._tagger = tagger
        self._english = english

    @classmethod
    def load(cls, data: Path = DATA) -> "Redactor":
        """Read the taggers' data (a third of a second). Raises TaggerMissing."""
        try:
            lac = LacNetwork.load(data / "lac")
            return cls(lac, Tagger.load(data / "own", lac), EnglishWords.load(data / "own"))
        except (OSError, KeyError, ValueError, IndexError, EOFError, zipfile.BadZipFile) as failure:
            raise TaggerMissing(
                "The data of the redaction's taggers are missing or damaged; install the package again. "
                "脱敏所用的模型文件缺失或已损坏，请重新安装本软件。"
            ) from failure

    def find(self, text: str, known: Sequence[Known] = (), *, keep: Sequence[str] = ()) -> list[Span]:
        """Every identity in the text, in order; spans do not meet. `keep`: numbers that are never hidden."""
        rest = collapsed(text)
        found: list[Span] = []
        read: Read = {}
        heard: Heard = {}
        while spans := self._find_once(rest.text, known, keep, read, heard):
            for span in spans:
                start, end = rest.back(span.start, span.end)
                found.append(Span(start, end, span.kind, span.reason))
            rest = rest.without(spans)
        return sorted(found, key=lambda span: span.start)

    def apply(self, text: str, spans: Sequence[Span], numbering: Numbering) -> Redacted:
        """The text with placeholders for these spans: those of `find`, or what a person made of them."""
        return put(text, join(spans, text), numbering)

    def replacement(self, text: str, finding: Finding, number: Callable[[str, str], int]) -> str:
        """What takes the place of one finding: a coarser word, or a placeholder with the number of what is written."""
        return instead_of(text, finding, number)

    def _find_once(
        self, text: str, known: Sequence[Known], keep: Sequence[str], read: Read, heard: Heard
    ) -> list[Span]:
        narrow = plain(text)
        simple = self._lac.lexicon.simplify(narrow)
        tagged = self._lac.tag(self._lac.lexicon.read(narrow), read)
        seen = view(simple, self._lac, tagged, self._english, self._tagger.vocabulary)
        reading = self._tagger.read(seen, heard)
        lexicon = self._lac.lexicon
        rules, company = find_by_rules(simple), list(find_company(simple))
        speak = [*company, *(span for span in rules if span.kind is Kind.PERSON)]
        holding = Holding(simple, reading, tagged, lexicon, self._english, speak)
        loose = (span for span in find_loose_company(simple) if not lexicon.is_word(simple[span.start : span.end]))
        learnt = (part for span in reading.spans() for part in without_grammar(span, simple))
        read_by_lac = (part for span in read_tags(simple, tagged) for part in without_grammar(span, simple))
        spans = [
            *find_known(narrow, known),
            *filter(holding.holds, (*rules, *read_by_lac)),
            *whole(filter(holding.holds, learnt), tagged),
            *filter(holding.holds_in_company, (*company, *loose)),
            *filter(holding.holds_as_a_place, find_places_by_company(simple)),
        ]
        zones = kept_zones(simple, keep)
        spans = spare((mended(span, simple) for span in spans), zones, simple)
        spans = [span for span in spans if not _is_nobody_now(span, simple)]
        renowned = renowned_zones(simple)
        spans = [span for span in spans if not _is_part_of(span, renowned)]
        spans += spare(find_again(simple, spans, lexicon.is_word, reading.belief), zones, simple)
        spans = named_as_found(spans, text)
        return join([part for span in spans for part in _around_stand_ins(text, span)], text)


def _is_nobody_now(span: Span, text: str) -> bool:
    """Whether what is left of a finding, when what stays was cut off, is nobody's name (Britain of Britain 116 123)."""
    tagged = span.reason in (Reason.LEARNT, Reason.TAGGED)
    return tagged and names_nobody(span.kind, text[span.start : span.end].strip(), sure=True)


def _is_part_of(span: Span, zones: Sequence[tuple[int, int]]) -> bool:
    """Whether a tagger found a part of a zone, and not all of it."""
    if span.reason not in (Reason.LEARNT, Reason.TAGGED) or span.kind is not Kind.PERSON:
        return False
    return any(start <= span.start and span.end <= end and span.end - span.start < end - start for start, end in zones)


def _around_stand_ins(text: str, span: Span) -> list[Span]:
    """The parts of a span between placeholders that have at least one letter or digit."""
    parts: list[Span] = []
    start = span.start
    for at in range(span.start, span.end + 1):
        if at == span.end or is_stand_in(text[at]):
            part = text[start:at]
            if any(character.isalnum() for character in part):
                begins = start + len(part) - len(part.lstrip())
                parts.append(Span(begins, begins + len(part.strip()), span.kind, span.reason))
            start = at + 1
    return parts
