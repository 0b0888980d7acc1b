"""Codes of a contact record: versioned lists in `codes/*.yaml`, checked when they are read.

Topics come in several sets (Guigang's, one in the manner of the national form, one in the manner of children's
helplines). Two codes are counterparts when they name a concept in common: that is the mapping of the sets onto each
other. A topic is recorded as `set:code`, the way it was chosen, and found by its counterparts too.
"""

from collections.abc import Mapping
from functools import cache
from importlib import resources
from typing import Annotated, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError

Kind = Literal[
    "topics",
    "concepts",
    "caller_roles",
    "subject_roles",
    "age_bands",
    "genders",
    "grade_bands",
    "regions",
    "non_counselling",
    "safety_plan",
]
Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=100)]
CodeName = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9._-]{0,59}$")]


class CodesWrong(Exception):  # noqa: N818 the message is a sentence for whoever edits a list
    """A code list is malformed, or does not fit the others; the message names the file and the entry."""


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class Names(_Part):
    """A name in both languages."""

    zh: Name
    en: Name


class Code(_Part):
    """One entry. `concepts` are for topics; `inside` is the entry it lies in (a city's province)."""

    code: CodeName
    zh: Name
    en: Name
    concepts: Annotated[tuple[CodeName, ...], Field(strict=False)] = ()
    inside: Annotated[CodeName | None, Field(alias="in")] = None


class CodeList(_Part):
    """One file."""

    kind: Kind
    id: CodeName
    version: Annotated[str, StringConstraints(pattern=r"^[0-9]{4}-[0-9]{2}(\.[0-9]+)?$")]
    name: Names
    source: Annotated[str, StringConstraints(min_length=3, max_length=300)]
    items: Annotated[tuple[Code, ...], Field(min_length=1, strict=False)]

    @property
    def codes(self) -> frozenset[str]:
        """The codes of this list."""
        return frozenset(item.code for item in self.items)


class CodeBook:
    """All lists."""

    def __init__(self, lists: Mapping[str, CodeList]) -> None:
        """`lists` by the name of their file; raises CodesWrong when they do not fit each other."""
        for file, each in lists.items():
            _check_list(file, each)
        self.lists = tuple(lists.values())
        self.topic_sets = {each.id: each for each in self.lists if each.kind == "topics"}
        self._by_kind: dict[Kind, CodeList] = {each.kind: each for each in self.lists if each.kind != "topics"}
        missing = {"caller_roles", "subject_roles", "age_bands", "genders", "grade_bands", "regions", "non_counselling",
                   "safety_plan", "concepts"} - set(self._by_kind)  # fmt: skip
        if missing or not self.topic_sets:
            raise CodesWrong(f"There is no list of {', '.join(sorted(missing)) or 'topics'}.")
        self._concepts = {
            f"{each.id}:{item.code}": frozenset(item.concepts)
            for each in self.topic_sets.values()
            for item in each.items
        }
        self._check_concepts()

    @property
    def version(self) -> str:
        """All versions in one text: a record says by which lists it was coded."""
        return " ".join(f"{each.id}@{each.version}" for each in sorted(self.lists, key=lambda each: each.id))

    def codes(self, kind: Kind) -> frozenset[str]:
        """The codes of the one list of this kind."""
        return self._by_kind[kind].codes

    def is_topic(self, topic: str) -> bool:
        """Whether `set:code` is a topic of one of the sets."""
        return topic in self._concepts

    def counterparts(self, topic: str) -> frozenset[str]:
        """The topics of other sets that name a concept in common with this one."""
        own_set = topic.partition(":")[0]
        concepts = self._concepts[topic]
        return frozenset(
            other
            for other, theirs in self._concepts.items()
            if theirs & concepts and other.partition(":")[0] != own_set
        )

    def _check_concepts(self) -> None:
        concepts = self.codes("concepts")
        for each in self.topic_sets.values():
            named = [concept for item in each.items for concept in item.concepts]
            unknown = sorted(set(named) - concepts)
            if unknown:
                raise CodesWrong(f"The set {each.id} names concepts that there are not: {', '.join(unknown)}.")
            if len(named) != len(set(named)):
                raise CodesWrong(f"In the set {each.id} a concept belongs to two topics; it could not be mapped.")
            uncovered = sorted(concepts - set(named))
            if uncovered:
                raise CodesWrong(f"The set {each.id} has no topic for: {', '.join(uncovered)}.")


def _check_list(file: str, each: CodeList) -> None:
    seen: set[str] = set()
    for item in each.items:
        if item.code in seen:
            raise CodesWrong(f"{file} has the code {item.code} twice.")
        if item.inside is not None and item.inside not in seen:
            raise CodesWrong(f"{file}: {item.code} lies in {item.inside}, which is not above it.")
        if each.kind == "topics" and not item.concepts:
            raise CodesWrong(f"{file}: the topic {item.code} names no concept.")
        seen.add(item.code)


def read_code_list(file: str, text: str) -> CodeList:
    """One list from its YAML; raises CodesWrong with the file and the place."""
    try:
        return CodeList.model_validate(yaml.load(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader)))  # noqa: S506 both are safe
    except yaml.YAMLError as wrong:
        raise CodesWrong(f"{file} is not YAML: {wrong}") from None
    except ValidationError as wrong:
        first = wrong.errors(include_url=False)[0]
        place = ".".join(str(part) for part in first["loc"])
        raise CodesWrong(f"{file}: {place}: {first['msg']}") from None


@cache
def code_book() -> CodeBook:
    """The lists of this package, read once."""
    folder = resources.files("app.casework.notes.codes")
    files = sorted((entry for entry in folder.iterdir() if entry.name.endswith(".yaml")), key=lambda entry: entry.name)
    return CodeBook({entry.name: read_code_list(entry.name, entry.read_text(encoding="utf-8")) for entry in files})
