"""What the core reads of a line: one version of its file, turned into frozen values with no database behind them.

The file's shape is `app.lines.document`; `app.lines.interpreting` makes these from it. Seconds are whole seconds.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Literal
from uuid import UUID

from app.carriers.steps import Language, Spoken
from app.domain.calendars import Calendar
from app.domain.consent import ConsentSaid, ConsentTo
from app.lines.phrases import EN, ZH, Phrase

Strategy = Literal["longest_idle", "fewest_today", "ring_k"]
Tell = Literal["position", "wait", "nothing"]


@dataclass(frozen=True, slots=True)
class Wording:
    """One message in the line's languages."""

    by_language: Mapping[str, str]

    def spoken(self, language: Language) -> tuple[Spoken, ...]:
        """The message in that language, or in what there is: a foreign sentence is better than silence."""
        text = self.by_language.get(language)
        if text is not None:
            return (Spoken(text, language),)
        return self.spoken_in_all()[:1]

    def spoken_in_all(self) -> tuple[Spoken, ...]:
        """The message in every language it is written in, before the caller has chosen one."""
        return tuple(Spoken(text, "en" if name == "en" else "zh") for name, text in self.by_language.items())


@dataclass(frozen=True, slots=True)
class Menu:
    """The keys after the greeting. A key that is None is not on offer; no key within `timeout_s` goes on to waiting.

    `say` ends, in each language that has a key of its own, with the offer of that key: say it in all of them.
    """

    say: Wording
    danger_key: str | None
    call_back_key: str | None
    language_keys: Mapping[str, Language]
    timeout_s: int


@dataclass(frozen=True, slots=True)
class PoolStage:
    """One pool in the order of asking. `overflow_after_s`: seconds of asking it after which the next is asked too."""

    pool_id: str
    name_zh: str
    name_en: str
    overflow_after_s: int | None
    overflow_when_empty: bool


@dataclass(frozen=True, slots=True)
class QueuePolicy:
    """How callers wait and are offered. Head starts are seconds taken off the queue rank: they age by themselves,
    because everyone who waits longer than the difference goes first."""

    ring_seconds: int
    strategy: Strategy
    ring_count: int
    danger_head_start_s: int
    returning_head_start_s: int
    transferred_head_start_s: int
    announce_every_s: int
    announce: Tell
    choice_every_s: int | None
    maximum_wait_s: int
    maximum_waiting: int


@dataclass(frozen=True, slots=True)
class OutsideNumber:
    """A number this line may connect to. A placeholder stands for one that isn't known yet and rings nowhere."""

    id: str
    name_zh: str
    name_en: str
    number: str
    placeholder: bool


@dataclass(frozen=True, slots=True)
class ToSiblingLine:
    """Go on with another line, if that one is open."""

    line_id: str
    say: Wording | None = None
    way: Literal["sibling_line"] = "sibling_line"


@dataclass(frozen=True, slots=True)
class ToPool:
    """Ask one pool, whatever this line's calendar says, if anyone of it is on shift."""

    pool_id: str
    say: Wording | None = None
    way: Literal["pool"] = "pool"


@dataclass(frozen=True, slots=True)
class ToOutsideNumber:
    """Connect to one of the line's outside numbers."""

    number: OutsideNumber
    say: Wording | None = None
    way: Literal["outside_number"] = "outside_number"


@dataclass(frozen=True, slots=True)
class ToVoicemail:
    """Take a message of at most `max_s` seconds for whoever is on shift next."""

    say: Wording
    max_s: int
    way: Literal["voicemail"] = "voicemail"


@dataclass(frozen=True, slots=True)
class ToCallBack:
    """Offer to call back; skipped when the carrier gave no number."""

    say: Wording | None = None
    way: Literal["call_back"] = "call_back"


@dataclass(frozen=True, slots=True)
class ToHonestMessage:
    """Say how things stand and who else can help; always the last way, because it can't fail."""

    say: Wording
    way: Literal["honest_message"] = "honest_message"


Way = ToSiblingLine | ToPool | ToOutsideNumber | ToVoicemail | ToCallBack | ToHonestMessage


@dataclass(frozen=True, slots=True)
class Ways:
    """What happens, in order until one works: outside hours; too many waiting; nobody answered in time."""

    closed: tuple[Way, ...]
    full: tuple[Way, ...]
    no_answer: tuple[Way, ...]


@dataclass(frozen=True, slots=True)
class SkillPolicy:
    """Which skills a volunteer must hold for a contact of this line."""

    required: tuple[str, ...]
    by_language: Mapping[str, tuple[str, ...]]
    danger: tuple[str, ...]
    relax_after_s: int | None

    def wanted(self, *, language: Language, danger: bool) -> tuple[str, ...]:
        """The skills for this contact, sorted, each once."""
        more = self.danger if danger else ()
        return tuple(sorted({*self.required, *self.by_language.get(language, ()), *more}))


@dataclass(frozen=True, slots=True)
class NuisancePolicy:
    """Silent callers and blocks. `who_may_block` are role names."""

    silent_prompts: int
    silent_prompt_every_s: int
    block_hours: int
    longest_block_hours: int
    who_may_block: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class LinePolicy:
    """One version of one line, valid from `valid_from` until before `valid_until` (None: until further notice)."""

    version_id: UUID
    line_id: str
    organisation_id: str
    name_zh: str
    name_en: str
    valid_from: datetime
    valid_until: datetime | None
    languages: tuple[Language, ...]
    calendar: Calendar
    greeting: Wording
    consent: Wording
    consent_keys: Mapping[str, tuple[ConsentTo, ConsentSaid]]  # what a key in the greeting says to what
    menu: Menu | None
    pools: tuple[PoolStage, ...]
    skills: SkillPolicy
    queue: QueuePolicy
    ways: Ways
    outside_numbers: tuple[OutsideNumber, ...]
    wrap_up_seconds: int
    call_back_hours: int
    nuisance: NuisancePolicy
    phrases: Mapping[Phrase, Wording]

    @property
    def default_language(self) -> Language:
        """What is spoken until the caller chooses."""
        return self.languages[0]

    @property
    def last_stage(self) -> int:
        """The stage at which every pool is asked."""
        return len(self.pools) - 1

    def say(self, phrase: Phrase, language: Language, **values: str | int) -> tuple[Spoken, ...]:
        """The sentence for a moment, in the line's own words where it has some."""
        return say(phrase, language, self.phrases, **values)

    def outside(self, number_id: str) -> OutsideNumber | None:
        """The outside number of that id."""
        return next((n for n in self.outside_numbers if n.id == number_id), None)

    def valid_at(self, at: datetime) -> bool:
        """Whether this is the version in force at `at`."""
        return self.valid_from <= at and (self.valid_until is None or at < self.valid_until)


_NO_OWN: Mapping[Phrase, Wording] = MappingProxyType({})
_DEFAULTS: Mapping[Phrase, Wording] = MappingProxyType(
    {phrase: Wording(MappingProxyType({"zh": ZH[phrase], "en": EN[phrase]})) for phrase in Phrase}
)


def say(
    phrase: Phrase, language: Language, own: Mapping[Phrase, Wording] = _NO_OWN, **values: str | int
) -> tuple[Spoken, ...]:
    """The sentence for a moment when no line is at hand, or with a line's `own` words before the defaults."""
    wording = own.get(phrase)
    text = (wording.by_language.get(language) if wording else None) or _DEFAULTS[phrase].by_language[language]
    return (Spoken(text.format(**values), language),)
