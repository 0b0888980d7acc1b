"""The redaction engine: rules for what has a shape, taggers for what has none, an exact pass over what is known.

Raw text is an argument and a result, and goes nowhere else: nothing here logs, stores or quotes it in an error. `find`
is repeated on what it leaves until it finds nothing more, so that redacting a redacted text changes nothing.
"""

from collections.abc import Callable, Sequence
from pathlib import Path

from app.casework.redaction.lac_network import LacNetwork
from app.casework.redaction.names_by_lac import read_tags
from app.casework.redaction.tagger import Reading, Tagger
from app.casework.redaction.tagger_input import view
from app.domain.errors import TaggerMissing
from app.domain.redaction.dates import tells_a_birth
from app.domain.redaction.digits import plain
from app.domain.redaction.keep import kept_zones, spare
from app.domain.redaction.kinds import Kind
from app.domain.redaction.known import find_again, find_known
from app.domain.redaction.placeholders import Numbering, Redacted, collapsed, instead_of, is_stand_in, put
from app.domain.redaction.rules import find_by_rules
from app.domain.redaction.span import Finding, Known, Reason, Span, join

DATA = Path(__file__).parent / "data"
LEAST_BELIEF = {Reason.SHAPE: 0.0, Reason.CUE: 0.02, Reason.LEARNT: 0.0, Reason.TAGGED: 0.1}
WORD_BELIEF = 0.9
"""How likely our tagger has to hold a finding before it counts: low, for it is better to hide."""


class Redactor:
    """Finds identities in free text and puts placeholders for them. Load it once and keep it: it has no state."""

    def __init__(self, lac: LacNetwork, tagger: Tagger) -> None:
        self._lac = lac
        self._tagger = tagger

    @classmethod
    def load(cls, data: Path = DATA) -> "Redactor":
        """Read the taggers' data (a third of a second). Raises TaggerMissing."""
        try:
            lac = LacNetwork.load(data / "lac")
            return cls(lac, Tagger.load(data / "own", lac))
        except (OSError, KeyError, ValueError, IndexError) as failure:
            raise TaggerMissing(
                "The data of the redaction's taggers are missing or damaged; install the package again. "
                "脱敏所用的模型文件缺失或已损坏，请重新安装本软件。"
            ) from failure

    def find(self, text: str, known: Sequence[Known] = (), *, keep: Sequence[str] = ()) -> list[Span]:
        """Every identity in the text, in order; spans do not meet. `keep`: numbers that are never hidden."""
        rest = collapsed(text)
        found: list[Span] = []
        while spans := self._find_once(rest.text, known, keep):
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

    def _find_once(self, text: str, known: Sequence[Known], keep: Sequence[str]) -> list[Span]:
        narrow = plain(text)
        simple = self._lac.lexicon.simplify(narrow)
        tagged = self._lac.tag(self._lac.lexicon.read(narrow))
        reading = self._tagger.read(view(simple, self._lac, tagged))
        spans = [
            *find_known(narrow, known),
            *(span for span in find_by_rules(simple) if _is_held(simple, span, reading, LEAST_BELIEF[span.reason])),
            *(span for span in reading.spans() if _is_held(simple, span, reading, self._least(simple, span))),
            *(span for span in read_tags(simple, tagged) if _is_held(simple, span, reading, LEAST_BELIEF[span.reason])),
        ]
        zones = kept_zones(simple, keep)
        spans = spare(spans, zones, simple)
        spans += spare(find_again(simple, spans, self._lac.lexicon.is_word), zones, simple)
        return join([part for span in spans for part in _around_stand_ins(text, span)], text)

    def _least(self, text: str, span: Span) -> float:
        """An everyday word may be somebody's name, but then the sentence has to say so."""
        word = self._lac.lexicon.is_word(text[span.start : span.end])
        return WORD_BELIEF if word and span.kind is Kind.PERSON else LEAST_BELIEF[span.reason]


def _is_held(text: str, span: Span, reading: Reading, least: float) -> bool:
    """Whether our tagger holds a finding for possible; a single character is a name in few places only."""
    if span.reason is Reason.SHAPE:
        return True
    if span.kind is Kind.DOB and span.reason is Reason.LEARNT and not tells_a_birth(text, span.start, span.end):
        return False
    alone = span.end - span.start == 1 and span.reason is not Reason.CUE
    return reading.belief(span) >= (max(least, 0.9) if alone else least)


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
