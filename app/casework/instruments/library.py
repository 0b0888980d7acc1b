"""The instruments this process knows: those of the package, each in every version that was ever shipped.

A scale whose points are not published is disabled, and says why, until the operator supplies its weights
(`HOTLINE_INSTRUMENT_WEIGHTS`); an answer to a disabled one is refused.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from app.casework.instruments.document import InstrumentDoc, WeightsDoc
from app.casework.instruments.reading import in_core_terms, read_instrument, read_weights
from app.domain.instruments import Instrument
from app.lines.reading import Problem, RefusedError
from app.settings import Settings, SettingsWrong

DATA: Final = Path(__file__).parent / "data"

WEIGHTS_MISSING: Final = (
    "该量表各要素的分值未公开，须由使用单位提供经核实的分值文件后才能启用。",
    "The points of this scale are not published: it is disabled until the operator supplies verified weights.",
)


@dataclass(frozen=True, slots=True)
class Known:
    """One instrument in one version. `core` None: there is nothing to evaluate, or it is disabled."""

    document: InstrumentDoc
    core: Instrument | None
    weights: WeightsDoc | None

    @property
    def disabled(self) -> bool:
        """Whether it waits for the operator's weights."""
        return self.document.kind == "scale" and self.weights is None


@dataclass(frozen=True, slots=True)
class Library:
    """All of them, by id and version."""

    known: dict[tuple[str, int], Known]

    def current(self) -> list[Known]:
        """The newest version of each, by id."""
        newest = {name: self.known[name, version] for name, version in sorted(self.known)}
        return list(newest.values())

    def find(self, instrument_id: str, version: int) -> Known | None:
        """One version; None: there is no such instrument, or no such version of it."""
        return self.known.get((instrument_id, version))


def read_folder(folder: Path) -> dict[tuple[str, int], InstrumentDoc]:
    """Every instrument of a folder; raises RefusedError with the problems of all files."""
    found: dict[tuple[str, int], InstrumentDoc] = {}
    problems: list[Problem] = []
    for path in sorted(folder.glob("*.yaml")):
        try:
            document = read_instrument(path.read_text(encoding="utf-8"), path.name)
        except RefusedError as refused:
            problems += refused.problems
            continue
        if path.name != f"{document.id}.v{document.version}.yaml":
            problems.append(Problem(path.name, 1, "id", f"this belongs in {document.id}.v{document.version}.yaml"))
        found[document.id, document.version] = document
    if problems:
        raise RefusedError(problems)
    return found


def load_library(weights_files: Sequence[Path] = (), *, folder: Path = DATA) -> Library:
    """The library with the operator's weights; raises RefusedError."""
    documents = read_folder(folder)
    given = [read_weights(path, documents) for path in weights_files]
    weights = {(found.instrument, found.version): found for found in given}
    known = {}
    for key, document in documents.items():
        of_it = weights.get(key)
        evaluated = document.kind == "screener" or of_it is not None
        known[key] = Known(document, in_core_terms(document, of_it) if evaluated else None, of_it)
    return Library(known)


def library_of(settings: Settings) -> Library:
    """The library of a process; raises SettingsWrong with one sentence when the operator's weights cannot be used."""
    try:
        return load_library(settings.instrument_weights)
    except RefusedError as refused:
        raise SettingsWrong(f"HOTLINE_INSTRUMENT_WEIGHTS cannot be used: {refused.problems[0]}") from None
