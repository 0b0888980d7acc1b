"""What makes well-formed files wrong all the same: what they say together, and against what exists already.

Decided here: ids are declared once, a number answers for one line, versions don't overlap, what is referred to exists.
The rules for a single version are in `app.lines.version_rules`. All problems are gathered, none stops the search.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from zoneinfo import available_timezones

from app.lines.document import LineEntry, Version
from app.lines.reading import Path, Problem, Source
from app.lines.version_rules import Found, check_version, placeholder_rule
from app.lines.versions import nonexistent, timeline


@dataclass(frozen=True, slots=True)
class Known:
    """What exists already, in the database: ids, and which line has which number."""

    organisations: frozenset[str] = frozenset()
    pools: frozenset[str] = frozenset()
    lines: frozenset[str] = frozenset()
    numbers: Mapping[str, str] = field(default_factory=dict)
    pool_owners: Mapping[str, str] = field(default_factory=dict)


def check(sources: Sequence[Source], known: Known) -> list[Problem]:
    """Every problem of these files, judged together and against what exists already."""
    organisations = known.organisations | {o.id for s in sources for o in s.document.organisations}
    pools = known.pools | {p.id for s in sources for o in s.document.organisations for p in o.pools}
    lines = known.lines | {line.id for s in sources for line in s.document.lines}
    problems = list(_given_twice(sources)) + list(_moved(sources, known))
    for source in sources:
        for number, line in enumerate(source.document.lines):
            at: Path = ("lines", number)
            found = [*_check_line(line, organisations), *_check_versions(line, pools, lines)]
            problems += [source.problem((*at, *path), reason) for path, reason in found]
    return problems


def _given_twice(sources: Sequence[Source]) -> Iterator[Problem]:
    count: Counter[tuple[str, str]] = Counter()
    for source in sources:
        for path, kind, name in _declared(source):
            count[kind, name] += 1
            if count[kind, name] > 1:
                yield source.problem(path, f"the {kind} {name} is given twice")


def _declared(source: Source) -> Iterator[tuple[Path, str, str]]:
    for o, organisation in enumerate(source.document.organisations):
        yield ("organisations", o, "id"), "organisation", organisation.id
        for p, pool in enumerate(organisation.pools):
            yield ("organisations", o, "pools", p, "id"), "pool", pool.id
    for n, line in enumerate(source.document.lines):
        yield ("lines", n, "id"), "line", line.id
        for m, number in enumerate(line.numbers):
            yield ("lines", n, "numbers", m, "number"), "number", number.number


def _moved(sources: Sequence[Source], known: Known) -> Iterator[Problem]:
    """A number answers for one line, a pool belongs to one organisation; neither moves by a slip of the pen."""
    here = {line.id for source in sources for line in source.document.lines}
    for source in sources:
        for o, organisation in enumerate(source.document.organisations):
            for p, pool in enumerate(organisation.pools):
                owner = known.pool_owners.get(pool.id, organisation.id)
                if owner != organisation.id:
                    path: Path = ("organisations", o, "pools", p, "id")
                    yield source.problem(path, f"the pool {pool.id} belongs to {owner} already")
        for n, line in enumerate(source.document.lines):
            for m, number in enumerate(line.numbers):
                owner = known.numbers.get(number.number, line.id)
                if owner != line.id and owner not in here:
                    yield source.problem(
                        ("lines", n, "numbers", m, "number"), f"{number.number} belongs to the line {owner} already"
                    )


def _check_line(line: LineEntry, organisations: frozenset[str]) -> Found:
    if line.organisation not in organisations:
        yield ("organisation",), f"there is no organisation {line.organisation}"
    for n, number in enumerate(line.numbers):
        yield from placeholder_rule(("numbers", n), number.number, number.placeholder)
    zones = {version.calendar.time_zone for version in line.versions}
    for n, version in enumerate(line.versions):
        if version.calendar.time_zone not in _time_zones():
            yield ("versions", n, "calendar", "time_zone"), f"there is no time zone {version.calendar.time_zone}"
    if zones <= _time_zones():
        yield from _check_timeline(line.versions)


@cache
def _time_zones() -> frozenset[str]:
    return frozenset(available_timezones())  # looks into hundreds of files


def _check_timeline(versions: Sequence[Version]) -> Found:
    for n, version in enumerate(versions):
        for name in ("valid_from", "valid_until"):
            wall = getattr(version, name)
            if wall is not None and nonexistent(wall, version.calendar.time_zone):
                yield ("versions", n, name), f"{wall} is skipped by the clocks in {version.calendar.time_zone}"
        if n > 0 and version.valid_from is None:
            yield ("versions", n), "only the first version may leave out `valid_from`"
    spans = timeline(versions)
    for n, (start, end) in enumerate(spans):
        if start is not None and end is not None and end <= start:
            yield ("versions", n, "valid_until"), "this version ends before it begins"
    for n in range(1, len(spans)):
        (before, end), (start, _) = spans[n - 1], spans[n]
        if before is not None and start is not None and start <= before:
            yield ("versions", n, "valid_from"), "versions are listed in order of time; this one is too early"
        elif end is not None and start is not None and start < end:
            yield ("versions", n, "valid_from"), "this version overlaps the one before it"


def _check_versions(line: LineEntry, pools: frozenset[str], lines: frozenset[str]) -> Found:
    for n, version in enumerate(line.versions):
        at: Path = ("versions", n)
        for path, reason in check_version(version, line.id, pools, lines):
            yield (*at, *path), reason
