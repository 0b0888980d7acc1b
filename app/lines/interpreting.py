"""From a version as it is kept to the `LinePolicy` that the core reads."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from types import MappingProxyType
from typing import Any, assert_never
from uuid import UUID
from zoneinfo import ZoneInfo

from pydantic import ValidationError

from app.domain.calendars import Calendar, ExceptionalHours
from app.domain.consent import ConsentSaid, ConsentTo
from app.lines.document import Version
from app.lines.entries import Said
from app.lines.opening_hours import DAYS, FEWEST_YEARS_AHEAD, HolidayRules, make_calendar, read_hours
from app.lines.phrases import Phrase
from app.lines.policy import (
    LinePolicy,
    Menu,
    NuisancePolicy,
    OutsideNumber,
    PoolStage,
    QueuePolicy,
    SkillPolicy,
    ToCallBack,
    ToHonestMessage,
    ToOutsideNumber,
    ToPool,
    ToSiblingLine,
    ToVoicemail,
    Way,
    Ways,
    Wording,
    say,
)
from app.lines.way_entries import (
    CallBackWay,
    HonestMessageWay,
    OutsideNumberWay,
    PoolWay,
    SiblingLineWay,
    VoicemailWay,
    WayEntry,
)
from app.platform.log_events import Log
from app.platform.logging import get_log

log = get_log()

Names = tuple[str, str]
"""(Chinese, English)"""


@dataclass(frozen=True, slots=True)
class KeptVersion:
    """One row of line_version, with what the line's own row says."""

    id: UUID
    line_id: str
    organisation_id: str
    name: Names
    valid_from: datetime
    valid_until: datetime | None
    document: Mapping[str, Any]
    applied_at: datetime


def interpret(kept: KeptVersion, pool_names: Mapping[str, Names]) -> LinePolicy:
    """The policy of a kept version; raises pydantic.ValidationError when it was kept by rules that hold no more."""
    version = Version.model_validate(kept.document)
    outside = {
        entry.id: OutsideNumber(entry.id, entry.name.zh, entry.name.en, entry.number, entry.placeholder)
        for entry in version.outside_numbers
    }
    phrases = MappingProxyType({Phrase(name): _wording(said) for name, said in version.phrases.items()})
    return LinePolicy(
        version_id=kept.id,
        line_id=kept.line_id,
        organisation_id=kept.organisation_id,
        name_zh=kept.name[0],
        name_en=kept.name[1],
        valid_from=kept.valid_from,
        valid_until=kept.valid_until,
        languages=tuple(version.languages),
        calendar=_calendar(version, kept),
        greeting=_wording(version.greeting),
        consent=_wording(version.consent.say),
        consent_keys=_consent_keys(version),
        menu=_menu(version, phrases),
        pools=_pools(version, pool_names),
        skills=_skills(version),
        queue=_queue(version),
        ways=Ways(
            closed=tuple(_way(way, outside) for way in version.ways.closed),
            full=tuple(_way(way, outside) for way in version.ways.full),
            no_answer=tuple(_way(way, outside) for way in version.ways.no_answer),
        ),
        outside_numbers=tuple(outside.values()),
        wrap_up_seconds=version.wrap_up_seconds,
        call_back_hours=version.call_back_hours,
        nuisance=_nuisance(version),
        phrases=phrases,
    )


def readable_policy(kept: KeptVersion, names: Mapping[str, Names]) -> LinePolicy | None:
    """The policy of a kept version; None, with an alarm, when it was kept under rules that hold no more."""
    try:
        return interpret(kept, names)
    except ValidationError as unreadable:
        # The other lines must not suffer for it.
        log.alarm(Log.LINE_VERSION_UNREADABLE, failure=unreadable, line=kept.line_id, version=str(kept.id))
        return None


def _wording(said: Said) -> Wording:
    return Wording(MappingProxyType({name: text for name, text in (("zh", said.zh), ("en", said.en)) if text}))


def _optional(said: Said | None) -> Wording | None:
    return None if said is None else _wording(said)


def _calendar(version: Version, kept: KeptVersion) -> Calendar:
    entry = version.calendar
    rules = None
    if entry.holidays is not None:
        rules = HolidayRules(
            country=entry.holidays.country,
            hours=read_hours(entry.holidays.hours),
            adjusted_days_like=DAYS.index(entry.holidays.adjusted_days_like),
            corrections={date.fromisoformat(c.date): c.holiday for c in entry.holidays.overrides},
        )
    exceptions = tuple(
        ExceptionalHours(date.fromisoformat(e.date), date.fromisoformat(e.until or e.date), read_hours(e.hours))
        for e in entry.exceptions
    )
    first = kept.valid_from.astimezone(ZoneInfo(entry.time_zone)).year
    last = kept.valid_until.year + 1 if kept.valid_until else first + FEWEST_YEARS_AHEAD
    return make_calendar(
        entry.time_zone, entry.hours.model_dump(exclude_none=True), rules, exceptions, (first - 1, last)
    )


def _menu(version: Version, phrases: Mapping[Phrase, Wording]) -> Menu | None:
    if version.menu is None:
        return None
    texts = dict(_wording(version.menu.say).by_language)
    for language, key in version.menu.languages.items():
        # Whoever needs the key does not understand the other language: it is offered in the language itself.
        offer = say(Phrase.LANGUAGE_OFFER, language, phrases, key=key)[0].text
        texts[language] = f"{texts[language]} {offer}" if language == "en" else texts[language] + offer
    return Menu(
        say=Wording(MappingProxyType(texts)),
        danger_key=version.menu.danger,
        call_back_key=version.menu.call_back,
        language_keys=MappingProxyType({key: language for language, key in version.menu.languages.items()}),
        timeout_s=version.menu.timeout_s,
    )


def _consent_keys(version: Version) -> Mapping[str, tuple[ConsentTo, ConsentSaid]]:
    found = {}
    for to, keys in version.consent.keys.items():
        for key, said in ((keys.agree, ConsentSaid.GIVEN), (keys.refuse, ConsentSaid.REFUSED)):
            if key is not None:
                found[key] = (ConsentTo(to), said)
    return MappingProxyType(found)


def _pools(version: Version, names: Mapping[str, Names]) -> tuple[PoolStage, ...]:
    return tuple(
        PoolStage(
            pool_id=step.pool,
            name_zh=names.get(step.pool, (step.pool, step.pool))[0],
            name_en=names.get(step.pool, (step.pool, step.pool))[1],
            overflow_after_s=step.overflow_after_s,
            overflow_when_empty=step.overflow_when_empty,
        )
        for step in version.pools
    )


def _skills(version: Version) -> SkillPolicy:
    return SkillPolicy(
        required=tuple(version.skills.required),
        by_language=MappingProxyType({name: tuple(skills) for name, skills in version.skills.by_language.items()}),
        danger=tuple(version.skills.danger),
        relax_after_s=version.skills.relax_after_s,
    )


def _queue(version: Version) -> QueuePolicy:
    queue = version.queue
    return QueuePolicy(
        ring_seconds=queue.ring_seconds,
        strategy=queue.strategy,
        ring_count=queue.ring_count or 1,
        danger_head_start_s=queue.priority.danger_head_start_s,
        returning_head_start_s=queue.priority.returning_head_start_s,
        transferred_head_start_s=queue.priority.transferred_head_start_s,
        announce_every_s=queue.announcements.every_s,
        announce=queue.announcements.tell,
        choice_every_s=queue.choice_every_s,
        maximum_wait_s=queue.maximum_wait_s,
        maximum_waiting=queue.maximum_waiting,
    )


def _nuisance(version: Version) -> NuisancePolicy:
    nuisance = version.nuisance
    return NuisancePolicy(
        silent_prompts=nuisance.silent_prompts,
        silent_prompt_every_s=nuisance.silent_prompt_every_s,
        block_hours=nuisance.block_hours,
        longest_block_hours=nuisance.longest_block_hours,
        who_may_block=tuple(nuisance.who_may_block),
    )


def _way(entry: WayEntry, outside: Mapping[str, OutsideNumber]) -> Way:
    match entry:
        case SiblingLineWay():
            return ToSiblingLine(entry.line, _optional(entry.say))
        case PoolWay():
            return ToPool(entry.pool, _optional(entry.say))
        case OutsideNumberWay():
            return ToOutsideNumber(outside[entry.number], _optional(entry.say))
        case VoicemailWay():
            return ToVoicemail(_wording(entry.say), entry.max_s)
        case CallBackWay():
            return ToCallBack(_optional(entry.say))
        case HonestMessageWay():
            return ToHonestMessage(_wording(entry.say))
        case _:
            assert_never(entry)
