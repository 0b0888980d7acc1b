"""What makes one version of a line wrong although each of its fields is well formed.

Decided here, on the authority of the promises: a caller never meets a way that leads nowhere (P2), so every list of
ways ends in an honest message that names 12356, 110 and 120; every message is there in every language the line speaks;
keys that work are announced.
"""

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from string import Formatter
from typing import Final

from app.lines.document import Consent, MenuEntry, PoolStep, Version
from app.lines.entries import Said
from app.lines.fiction import reserved_for_fiction
from app.lines.opening_hours import ImpossibleHoursError, known_country, read_hours
from app.lines.phrases import VALUES, Phrase
from app.lines.reading import Path
from app.lines.way_entries import WayEntry

CRISIS_NUMBERS: Final = ("12356", "110", "120")

Found = Iterator[tuple[Path, str]]


def check_version(version: Version, line_id: str, pools: frozenset[str], lines: frozenset[str]) -> Found:
    """Every problem of one version; paths are relative to it."""
    if len(set(version.languages)) < len(version.languages):
        yield ("languages",), "a language is given twice"
    for path, said in _messages(version):
        yield from _in_every_language(path, said, version.languages)
    if version.menu is not None:
        yield from _check_menu(version.menu, version.languages)
    yield from _check_consent(version.consent, version.menu, version.languages)
    yield from _check_calendar(version)
    yield from _check_pools(version.pools, pools)
    yield from _check_queue(version)
    yield from _check_outside(version)
    yield from _check_phrases(version.phrases)
    if version.nuisance.block_hours > version.nuisance.longest_block_hours:
        yield ("nuisance", "block_hours"), "longer than `longest_block_hours`"
    outside = frozenset(entry.id for entry in version.outside_numbers)
    for name in ("closed", "full", "no_answer"):
        for path, reason in _check_ways(getattr(version.ways, name), line_id, pools, lines, outside):
            yield ("ways", name, *path), reason


def _messages(version: Version) -> Iterator[tuple[Path, Said]]:
    yield ("greeting",), version.greeting
    yield ("consent", "say"), version.consent.say
    if version.menu is not None:
        yield ("menu", "say"), version.menu.say
    for name in ("closed", "full", "no_answer"):
        for n, way in enumerate(getattr(version.ways, name)):
            if way.say is not None:
                yield ("ways", name, n, "say"), way.say


def _in_every_language(path: Path, said: Said, languages: Sequence[str]) -> Found:
    for language in languages:
        if getattr(said, language) is None:
            yield path, f"the line speaks {language}, and this has no words in {language}"


def _keys_of(menu: MenuEntry) -> list[str]:
    return [key for key in (menu.danger, menu.call_back, *menu.languages.values()) if key is not None]


def _check_consent(consent: Consent, menu: MenuEntry | None, languages: Sequence[str]) -> Found:
    taken = [] if menu is None else _keys_of(menu)
    for to, keys in consent.keys.items():
        at: Path = ("consent", "keys", to)
        pressed = [key for key in (keys.agree, keys.refuse) if key is not None]
        if not pressed:
            yield at, "neither a key to agree nor one to refuse: leave it out instead"
        for key in pressed:
            if key in taken:
                yield at, f"the key {key} means two things"
            taken.append(key)
            for language in languages:
                said = getattr(consent.say, language)
                if said is not None and key not in said:
                    yield ("consent", "say", language), f"callers are not told what the key {key} is for"


def _check_menu(menu: MenuEntry, languages: Sequence[str]) -> Found:
    keys = _keys_of(menu)
    if not keys:
        yield ("menu",), "a menu without keys: leave the whole menu out instead"
    for pressed, times in Counter(keys).items():
        if times > 1:
            yield ("menu",), f"the key {pressed} means two things"
    for chosen in menu.languages:
        if chosen not in languages:
            yield ("menu", "languages", chosen), f"the line does not speak {chosen}"
    for language in languages:
        said = getattr(menu.say, language)
        for key in (menu.danger, menu.call_back):
            if key is not None and said is not None and key not in said:
                yield ("menu", "say", language), f"callers are not told what the key {key} is for"


def _check_calendar(version: Version) -> Found:
    calendar = version.calendar
    at: Path = ("calendar",)
    hours: list[tuple[Path, str]] = [(("hours", k), v) for k, v in calendar.hours.model_dump(exclude_none=True).items()]
    if calendar.holidays is not None:
        hours.append((("holidays", "hours"), calendar.holidays.hours))
        if not known_country(calendar.holidays.country):
            yield (*at, "holidays", "country"), f"no public holidays are known for {calendar.holidays.country}"
        days = Counter(correction.date for correction in calendar.holidays.overrides)
        for n, correction in enumerate(calendar.holidays.overrides):
            if days[correction.date] > 1:
                yield (*at, "holidays", "overrides", n, "date"), f"{correction.date} is given twice"
    hours += [(("exceptions", n, "hours"), exception.hours) for n, exception in enumerate(calendar.exceptions)]
    for path, text in hours:
        try:
            read_hours(text)
        except ImpossibleHoursError as impossible:
            yield (*at, *path), str(impossible)
    if all(text == "closed" for path, text in hours if path[0] == "hours"):
        yield (*at, "hours"), "the line would never be open"
    for n, exception in enumerate(calendar.exceptions):
        if exception.until is not None and date.fromisoformat(exception.until) < date.fromisoformat(exception.date):
            yield (*at, "exceptions", n, "until"), "this ends before it begins"


def _check_pools(steps: Sequence[PoolStep], pools: frozenset[str]) -> Found:
    for n, step in enumerate(steps):
        at: Path = ("pools", n)
        if step.pool not in pools:
            yield (*at, "pool"), f"there is no pool {step.pool}"
        if step.pool in {earlier.pool for earlier in steps[:n]}:
            yield (*at, "pool"), f"the pool {step.pool} is asked twice"
        last = n == len(steps) - 1
        if last and step.overflow_after_s is not None:
            yield (*at, "overflow_after_s"), "no pool comes after this one"
        if not last and step.overflow_after_s is None and not step.overflow_when_empty:
            yield at, "the next pool would never be asked"


def _check_queue(version: Version) -> Found:
    queue = version.queue
    if (queue.strategy == "ring_k") != (queue.ring_count is not None):
        yield ("queue",), "`ring_count` belongs to the strategy ring_k, and only to that"
    waited = 0  # each pool is asked for its own time, one after another
    for n, step in enumerate(version.pools):
        waited += step.overflow_after_s or 0
        if step.overflow_after_s is not None and waited >= queue.maximum_wait_s:
            yield ("pools", n, "overflow_after_s"), "the longest wait would be over before"
    if queue.choice_every_s is not None and (version.menu is None or version.menu.call_back is None):
        yield ("queue", "choice_every_s"), "there is no call-back key to offer: give the menu one, or write null here"


def _check_outside(version: Version) -> Found:
    for n, entry in enumerate(version.outside_numbers):
        yield from placeholder_rule(("outside_numbers", n), entry.number, entry.placeholder)
        if entry.id in {earlier.id for earlier in version.outside_numbers[:n]}:
            yield ("outside_numbers", n, "id"), f"{entry.id} is given twice"


def _check_phrases(phrases: Mapping[str, Said]) -> Found:
    for name, said in phrases.items():
        if name not in set(Phrase):
            yield ("phrases", name), f"there is no phrase {name}"
            continue
        for language, text in said.model_dump(exclude_none=True).items():
            try:
                fields = {value for _, value, _, _ in Formatter().parse(text) if value is not None}
            except ValueError:
                yield ("phrases", name, language), "the braces { } do not match"
                continue
            for value in sorted(fields - VALUES.get(Phrase(name), frozenset())):
                yield ("phrases", name, language), f"{{{value}}} is not known here"


def _check_ways(
    ways: Sequence[WayEntry],
    line_id: str,
    pools: frozenset[str],
    lines: frozenset[str],
    outside: frozenset[str],
) -> Found:
    for n, way in enumerate(ways):
        match way.way:
            case "sibling_line" if way.line not in lines:
                yield (n, "line"), f"there is no line {way.line}"
            case "sibling_line" if way.line == line_id:
                yield (n, "line"), "a line can't hand over to itself"
            case "pool" if way.pool not in pools:
                yield (n, "pool"), f"there is no pool {way.pool}"
            case "outside_number" if way.number not in outside:
                yield (n, "number"), f"this version has no outside number {way.number}"
            case "honest_message":
                yield from _honest(way.say, (n, "say"))
            case _:
                pass
    if ways[-1].way != "honest_message":
        yield (len(ways) - 1,), "the last way must be an honest message: every other way can fail"
    for n, way in enumerate(ways[:-1]):
        if way.way == "honest_message":
            yield (n,), "nothing comes after an honest message: move it to the end"


def _honest(said: Said, at: Path) -> Found:
    for language, text in said.model_dump(exclude_none=True).items():
        missing = [number for number in CRISIS_NUMBERS if not re.search(rf"(?<![0-9]){number}(?![0-9])", text)]
        if missing:
            yield (*at, language), f"an honest message names {', '.join(missing)} too"


def placeholder_rule(at: Path, number: str, placeholder: bool) -> Found:
    """A number that is made up is marked so, and can be nobody's."""
    if placeholder and not reserved_for_fiction(number):
        yield (*at, "number"), f"{number} could be somebody's: a placeholder comes from a range reserved for fiction"
    if not placeholder and reserved_for_fiction(number):
        yield (*at, "number"), f"{number} is reserved for fiction: mark it `placeholder: true`"
