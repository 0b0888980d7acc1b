"""From a file's text to plain values, with the line number of every one of them, and to a `Document` or its problems.

Decided here: YAML's surprises are off. `18:00` is a text and not 1080, `no` is a text and not false, dates are texts;
a key given twice is an error; aliases and merge keys are refused, because a copy that can't be seen is a change that
isn't seen. A file with any problem is refused whole, and all its problems are told at once.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, TypeVar

import yaml
from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from app.lines.document import Document

LARGEST_FILE: Final = 1 << 20
DEEPEST: Final = 50  # levels; libyaml brings the process down when a text has many thousands
Path = tuple[str | int, ...]
Model = TypeVar("Model", bound=BaseModel)


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One thing wrong with one file: where (file, line, path) and why, in plain words."""

    file: str
    line: int
    path: str
    reason: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.path + ': ' if self.path else ''}{self.reason}"


class RefusedError(Exception):
    """Files were refused whole; `problems` says why, all of it."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(sorted(set(problems)))
        super().__init__("\n".join(str(problem) for problem in self.problems))


@dataclass(frozen=True, slots=True)
class Source:
    """A read file: its document, and where each value stands in the text."""

    file: str
    document: Document
    lines: Mapping[Path, int]

    def problem(self, path: Path, reason: str) -> Problem:
        """A problem with the value at `path`."""
        return Problem(self.file, nearest_line(self.lines, path), show(path), reason)


# libyaml where there is one: it reads ten times as fast, and instruments are read at every start.
class _Loader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]
    """SafeLoader with the plain types only: null, true, false, whole and decimal numbers; everything else is text."""

    yaml_implicit_resolvers: dict[str, Any] = {}  # noqa: RUF012 replaces the parent's table


_Loader.add_implicit_resolver("tag:yaml.org,2002:null", re.compile(r"^(~|null|)$"), ["~", "n", ""])
_Loader.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile(r"^(true|false)$"), ["t", "f"])
_Loader.add_implicit_resolver("tag:yaml.org,2002:int", re.compile(r"^-?(0|[1-9][0-9]{0,17})$"), list("-0123456789"))
_Loader.add_implicit_resolver("tag:yaml.org,2002:float", re.compile(r"^-?[0-9]+\.[0-9]+$"), list("-0123456789"))


def read_document(text: str, file: str) -> Source:
    """Read one file; raises RefusedError with every problem that the file by itself shows."""
    document, lines = read_as(Document, text, file, keys="`organisations` and `lines`")
    return Source(file, document, lines)


def read_as(shape: type[Model], text: str, file: str, *, keys: str) -> tuple[Model, Mapping[Path, int]]:
    """Read a file of any shape, and on which line each value stands; `keys`: what a person is told it consists of."""
    values, lines = _read_values(text, file, keys)
    try:
        return shape.model_validate(values), lines
    except ValidationError as refused:
        raise RefusedError([_in_plain_words(error, file, lines) for error in refused.errors()]) from None


def _read_values(text: str, file: str, keys: str) -> tuple[Any, dict[Path, int]]:
    if len(text.encode()) > LARGEST_FILE:
        raise RefusedError([Problem(file, 1, "", "the file is larger than 1 MiB")])
    try:
        _refuse_depth(text, file)
        root = yaml.compose(text, Loader=_Loader)
    except yaml.YAMLError as error:
        raise RefusedError([_not_yaml(error, file)]) from None
    if root is None:
        raise RefusedError([Problem(file, 1, "", "the file is empty")])
    collector = _Collector(file)
    values = collector.value(root, ())
    if not isinstance(values, dict):
        collector.complain(root, (), f"a file is a mapping with {keys}")
    if collector.problems:
        raise RefusedError(collector.problems)
    return values, collector.lines


def _refuse_depth(text: str, file: str) -> None:
    depth = 0
    for event in yaml.parse(text, Loader=_Loader):
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
        if depth > DEEPEST:
            line = event.start_mark.line + 1 if event.start_mark else 1
            raise RefusedError([Problem(file, line, "", "the file is nested too deeply")])


def _not_yaml(error: yaml.YAMLError, file: str) -> Problem:
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    what = getattr(error, "problem", None) or "unreadable"
    return Problem(file, mark.line + 1 if mark else 1, "", f"this is not YAML: {what}")


class _Collector:
    """Turns nodes into values and remembers on which line each begins."""

    def __init__(self, file: str) -> None:
        self.lines: dict[Path, int] = {}
        self.problems: list[Problem] = []
        self._file = file
        self._loader = _Loader("")
        self._seen: set[int] = set()

    def complain(self, node: yaml.Node, path: Path, reason: str) -> None:
        self.problems.append(Problem(self._file, node.start_mark.line + 1, show(path), reason))

    def value(self, node: yaml.Node, path: Path) -> Any:
        if id(node) in self._seen:
            # The node stands where it was anchored; what is wrong is where it is used again.
            place = nearest_line(self.lines, path)
            reason = "anchors and aliases (& and *) are not used here: write the value out"
            self.problems.append(Problem(self._file, place, show(path), reason))
            return None
        self._seen.add(id(node))
        self.lines.setdefault(path, node.start_mark.line + 1)
        if node.tag not in _TAGS:
            self.complain(node, path, f"the tag {node.tag} is not used here")
            return None
        if isinstance(node, yaml.MappingNode):
            return self._mapping(node, path)
        if isinstance(node, yaml.SequenceNode):
            return [self.value(item, (*path, number)) for number, item in enumerate(node.value)]
        return self._scalar(node, path)

    def _mapping(self, node: yaml.MappingNode, path: Path) -> dict[str, Any]:
        values: dict[str, Any] = {}
        for key_node, value_node in node.value:
            if not isinstance(key_node, yaml.ScalarNode):
                self.complain(key_node, path, "a key must be a plain word")
                continue
            key = str(key_node.value)
            inner = (*path, key)
            if key in values:
                self.complain(key_node, inner, f"`{key}` is given twice here")
                continue
            self.lines[inner] = key_node.start_mark.line + 1
            values[key] = self.value(value_node, inner)
        return values

    def _scalar(self, node: yaml.Node, path: Path) -> Any:
        try:
            return self._loader.construct_object(node)
        except (yaml.YAMLError, ValueError, KeyError):
            self.complain(node, path, "this value can't be read")
            return None


_TAGS: Final = frozenset(f"tag:yaml.org,2002:{kind}" for kind in ("map", "seq", "str", "int", "float", "bool", "null"))


def show(path: Path) -> str:
    """A path as people write it: lines[0].versions[1].greeting."""
    shown = ""
    for part in path:
        shown += f"[{part}]" if isinstance(part, int) else f".{part}" if shown else part
    return shown


def nearest_line(lines: Mapping[Path, int], path: Path) -> int:
    """The line of the value at `path`, or of the innermost thing around it that the text has."""
    return next((lines[path[:n]] for n in range(len(path), -1, -1) if path[:n] in lines), 1)


def _written(lines: Mapping[Path, int], location: Sequence[str | int]) -> Path:
    """The path of a validation error without the names of union branches, which nobody wrote."""
    path: Path = ()
    for number, part in enumerate(location):
        if (*path, part) in lines or number == len(location) - 1:
            path = (*path, part)
    return path


def _in_plain_words(error: ErrorDetails, file: str, lines: Mapping[Path, int]) -> Problem:
    path = _written(lines, error["loc"])
    if error["type"] == "union_tag_invalid" or error["type"] == "union_tag_not_found":
        path = (*path, "way")
    words = _WORDS.get(error["type"])
    context = dict(error.get("ctx") or {})
    if words is not None:
        reason = words.format(last=path[-1] if path else "", **context)
    elif path and path[-1] == "[key]":
        path, reason = path[:-1], "this key is not one of those known here"
    else:
        reason = error["msg"][:1].lower() + error["msg"][1:]
    if error["type"] == "string_pattern_mismatch":
        reason = _SHAPES.get(str(path[-1]) if path else "", reason)
        if "hours" in map(str, path):
            reason = _SHAPES["hours"]
    return Problem(file, nearest_line(lines, path), show(path), reason)


_WORDS: Final = {
    "extra_forbidden": "there is no setting `{last}` here",
    "missing": "`{last}` is missing",
    "string_type": "this must be text; if it looks like a number, put it in quotes",
    "int_type": "this must be a whole number",
    "bool_type": "this must be true or false",
    "list_type": "this must be a list",
    "dict_type": "this must be a mapping",
    "model_type": "this must be a mapping of settings",
    "model_attributes_type": "this must be a mapping of settings",
    "greater_than_equal": "this must be at least {ge}",
    "less_than_equal": "this must be at most {le}",
    "string_too_short": "this must not be empty",
    "string_too_long": "this is longer than {max_length} characters",
    "too_short": "at least {min_length} must be given",
    "too_long": "at most {max_length} may be given",
    "literal_error": "this must be {expected}",
    "union_tag_invalid": "`{tag}` is not a way on: use one of {expected_tags}",
    "union_tag_not_found": "`way` is missing: say which way on this is",
    "value_error": "{error}",
}

_SHAPES: Final = {
    "hours": "hours are written 18:00-22:00, or 09:00-12:00, 14:00-18:00, or 22:00-06:00 (across midnight), "
    "or 24h, or closed",
    "number": "a number is written +86..., or as a short code of 3 to 12 digits, in quotes",
    "id": "an id has small letters, digits and hyphens only",
    "date": "a date is written 2026-02-17",
    "until": "a date is written 2026-02-17",
    "valid_from": "a moment is written 2026-02-17 00:00",
    "valid_until": "a moment is written 2026-02-17 00:00",
    "country": "a country is two capital letters, CN",
}
