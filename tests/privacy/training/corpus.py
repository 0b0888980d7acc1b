"""Invented notes with their labels: written by hand (written/README.md), or templates filled with invented identities
and put together in many registers.

A clean note is as frequent as a tempting one. Nothing here is taken from a real note or from the evaluation sets; the
everyday sentences are those of sentences/README.md.
"""

import random
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from app.domain.redaction.kinds import Kind
from app.domain.redaction.placeholders import stand_in
from tests.privacy.training.another import Another
from tests.privacy.training.callnames import CallNames, Dictionary
from tests.privacy.training.everyday import Everyday
from tests.privacy.training.frames import Frames
from tests.privacy.training.parts import PARTS
from tests.privacy.training.people import People
from tests.privacy.training.sentences import Sentences
from tests.privacy.training.slots import GENERIC, make_slots
from tests.privacy.training.written import Written

TEMPLATES = Path(__file__).parent / "templates"
LABELS = ("PERSON", "SOCIAL", "NUMBER", "ADDRESS", "SCHOOL", "CLASS", "DOB", "EMPLOYER", "HOSPITAL", "ORG", "CITY")
SLOT = re.compile(r"\{(\w+)\}")
_STOPS = re.compile(r"[，。！？；、…]")
_PART = re.compile(r"(\{\w+\})")
FRAMED, WRITTEN, CHINESE = 0.08, 0.75, 0.9
"""How many notes are sentences about somebody or something; how many are that or written by hand; how many are one of
these or put together in Chinese. All others are put together in English."""
SAID = 0.07
"""How many of the written ones have no punctuation, like what a machine has heard."""
STANDS_FOR = {"SOCIAL": "SOCIAL", "NUMBER": "PHONE"}


def _lines(name: str) -> list[str]:
    return (TEMPLATES / f"{name}.txt").read_text(encoding="utf-8").splitlines()


@dataclass
class Text:
    """A text that grows, with its labelled parts."""

    text: str = ""
    spans: list[tuple[int, int, str]] = field(default_factory=list)

    def add(self, piece: str, label: str | None = None) -> None:
        if label:
            self.spans.append((len(self.text), len(self.text) + len(piece), label))
        self.text += piece

    def join(self, other: "Text") -> None:
        self.spans += [(start + len(self.text), end + len(self.text), label) for start, end, label in other.spans]
        self.text += other.text


class Corpus:
    """Draws notes from one seed."""

    def __init__(self, seed: int, dictionary: Dictionary | None = None) -> None:
        """`dictionary`: everyday words by word class (examples.py takes them from LAC's)."""
        self.rng = random.Random(seed)  # noqa: S311 invented text, and the same in every run
        self.templates = {name: _lines(name) for name in ("zh_person", "zh_clean", "zh_place", "zh_number")}
        self.templates |= {name: _lines(name) for name in ("en_person", "en_clean", "en_place", "en_number")}
        self.templates |= {name: _lines(name) for name in ("zh_called", "en_called", "zh_notes", "en_notes")}
        self.templates |= {name: _lines(name) for name in ("zh_plain", "en_plain")}
        self.templates |= {name: _lines(name) for name in ("zh_verbs", "zh_objects", "en_verbs", "en_objects")}
        self.latin = _lines("latin_in_chinese")[0].split()
        self.callnames = CallNames(self.rng, dictionary or {})
        self.everyday = Everyday(self.rng, dictionary or {}, self.latin, _lines("en_words")[0].split())
        self.sentences = Sentences(self.rng)
        self.frames = Frames(self.rng, People(self.rng, self.callnames), dictionary or {})
        self.slots = make_slots(self.rng, self.callnames)
        self.written = Written(self.rng, Another(self.rng, self.callnames, dictionary or {}))

    def notes(self, count: int) -> Iterator[Text]:
        """So many notes, one after the other."""
        for _ in range(count):
            draw = self.rng.random()
            if draw < FRAMED:
                note = self._framed()
            else:
                note = self._written() if draw < WRITTEN else self._chinese() if draw < CHINESE else self._english()
            yield self._partly_redacted(note) if self.rng.random() < 0.15 else note

    def _framed(self) -> Text:
        """A few sentences about somebody or something, now and then after a note or a part of it."""
        text = self._written() if self.rng.random() < 0.2 else Text()
        language = "en" if self.rng.random() < 0.4 else "zh"
        for _ in range(self.rng.choice([1, 1, 2, 3])):
            if text.text:
                text.add(
                    self.rng.choice([". ", "; ", "\n", ", "] if language == "en" else ["，", "。", "\n", " ", "；"])
                )
            for piece, label in self.frames.draw(language):
                text.add(piece, label)
        if self.rng.random() < 0.5:
            text.add("." if language == "en" else "。")
        return text

    def _written(self) -> Text:
        """What was written by hand: one note or a part of it, now and then two."""
        text = Text()
        said = self.rng.random() < SAID
        for at in range(self.rng.choice([1, 1, 1, 2])):
            if at:
                text.add(self.rng.choice(["\n", "\n", " ", "。"]))
            for piece, label in self.written.draw():
                text.add(piece if label or not said else _STOPS.sub("", piece), label)
        if text.text.isascii() and self.rng.random() < 0.1:
            text.text = text.text.lower()
        return text

    def _partly_redacted(self, note: Text) -> Text:
        """Some of its names have been taken out already: each is one character now, and names nobody."""
        text = Text()
        at = 0
        for start, end, label in sorted(note.spans):
            text.add(note.text[at:start])
            if self.rng.random() < 0.6:
                text.add(stand_in(Kind(STANDS_FOR.get(label, label))))
            else:
                text.add(note.text[start:end], label)
            at = end
        text.add(note.text[at:])
        return text

    def _fill(self, template: str) -> Text:
        text = Text()
        at = 0
        for match in SLOT.finditer(template):
            text.add(template[at : match.start()])
            name = match[1]
            if name == "PR":
                name = "PA" if self.rng.random() < 0.68 else "role"
            if template.isascii() and name in ("n", "num", "drug"):
                name += "_en"
            make, label = self.slots[name]
            if name in GENERIC and self.rng.random() < 0.16:  # a place like any other names nobody
                generic = PARTS[f"generic_en_{label}" if name.islower() else f"generic_{label}"]
                make, label = (lambda: self.rng.choice(generic).replace("|", " ")), None  # noqa: B023 called at once
            piece = make()
            if name == "p" and self.rng.random() < 0.06:
                piece = self.slots["P"][0]()
            text.add(piece, label)
            at = match.end()
        text.add(template[at:])
        return text

    def _clause(self, language: str) -> Text:
        draw = self.rng.random()
        if self.rng.random() < 0.2:
            return self._fill(self.rng.choice(self.templates[f"{language}_notes"]))
        kind = "person" if draw < 0.1 else "verbs" if draw < 0.19 else "objects" if draw < 0.28 else "sentence"
        kind = kind if draw < 0.48 else "called" if draw < 0.55 else "clean"
        kind = kind if draw < 0.8 else "place" if draw < 0.93 else "number"
        if kind == "clean":
            return self._clean(language)
        if kind == "sentence":
            return self._sentence(language)
        chinese = language == "zh"
        if kind == "called" and chinese and self.rng.random() < 0.5:
            return self._pattern()
        template = self.rng.choice(self.templates[f"{language}_{kind}"])
        if kind == "verbs":
            if chinese and self.rng.random() < 0.2:  # an everyday word: what is told says that it is somebody
                return self._named(self.callnames.word(), self._fill(template))
            template = ("{X}" if chinese else "{X} ") + template
        while "{X}" in template:
            template = template.replace("{X}", self._somebody(chinese=chinese), 1)
        return self._fill(template)

    def _pattern(self) -> Text:
        """Somebody among everyday words in an everyday order."""
        text = Text()
        for part in _PART.split(self.rng.choice(PARTS["named_patterns"])):
            if part == "{X}":
                text.join(self._fill(self._somebody(chinese=True)))
            else:
                text.add(self.everyday.word(part[1:-1]) if part.startswith("{") else part)
        return text

    def _named(self, name: str, rest: Text) -> Text:
        text = Text()
        text.add(name, "PERSON")
        text.join(rest)
        return text

    def _sentence(self, language: str) -> Text:
        """An everyday sentence about somebody, who gets a name."""
        text = Text()
        for part in self.sentences.draw(language, names=True):
            if part is not None:
                text.add(part)
            elif language == "zh" and self.rng.random() < 0.2:
                text.add(self.callnames.word(), "PERSON")
            else:
                text.join(self._fill(self._somebody(chinese=language == "zh", named=True)))
        return text

    def _somebody(self, *, chinese: bool, named: bool = False) -> str:
        """A slot for a person, or (not when `named`) a role that is nobody's name and often has the same place."""
        draw = self.rng.random()
        if not chinese:
            return "{p}" if draw < 0.78 else "{pt}" if draw < 0.83 or named else "{role_en}"
        if draw < 0.3 and not named:
            return "{role}"
        if draw < 0.34:
            return self.rng.choice(["{L}", "{L}", "{W}"])
        if draw < 0.4:
            return self.rng.choice(["{role}{PA}", "{role}{PN}", "{kin}{P}", "{CLS}{PA}"])
        return self.rng.choice(["{P}", "{PN}", "{PN}", "{PG}", "{PA}", "{PA}", "{PT}"])

    def _clean(self, language: str) -> Text:
        draw = self.rng.random()
        if draw < 0.15 and language == "zh":
            return Text(self.everyday.tempting())
        if draw < 0.4:
            return Text(self.everyday.filler(language))
        if draw < 0.5:
            return self._fill(self.rng.choice(self.templates[f"{language}_plain"]))
        if draw < 0.75:
            return Text("".join(part or "" for part in self.sentences.draw(language, names=False)))
        return self._fill(self.rng.choice(self.templates[f"{language}_clean"]))

    def _chinese(self) -> Text:
        r = self.rng
        register = r.choice(["note", "note", "talk", "talk", "chat", "short", "mixed"])
        clean_only = r.random() < 0.22
        text = Text()
        for at in range(r.choice([1, 1, 2, 2, 3, 4, 6, 9])):
            if at:
                text.add(
                    r.choice(
                        {
                            "note": "，，，。；",
                            "talk": "，，。…",
                            "chat": " \n\n，",
                            "short": "；，、/. ",
                            "mixed": "，。；\n ",
                        }[register]
                    )
                )
            if register == "talk" and r.random() < 0.5:
                text.add(r.choice(PARTS["talk"]) + r.choice(["", "，", ""]))
            elif register in ("note", "mixed") and r.random() < 0.3:
                text.add(r.choice(PARTS["note"]))
            if clean_only:
                text.join(self._clean("zh"))
            elif r.random() < 0.04:
                text.join(self._clause("en"))
            else:
                text.join(self._clause("zh"))
            if r.random() < 0.02:
                text.add(r.choice(self.latin))
            if register == "talk" and r.random() < 0.3:
                text.add(r.choice("吧啊呢嘛了哦"))
        text.add(r.choice(["。", "。", "", "！", "…"]))
        return text

    def _english(self) -> Text:
        r = self.rng
        text = Text()
        lower = r.random() < 0.12
        clean_only = r.random() < 0.22
        joint = r.choice([". ", ". ", "; ", ", ", "\n", " - "])
        for at in range(r.choice([1, 1, 2, 2, 3, 4, 5])):
            if at:
                text.add(joint)
            clause = self._clean("en") if clean_only else self._clause("en")
            if r.random() < 0.15:
                text.add(
                    r.choice(
                        [
                            "Caller says ",
                            "She said ",
                            "He says ",
                            "Reports that ",
                            "Apparently ",
                            "Then ",
                            "Yesterday ",
                            "but ",
                            "and ",
                            "so ",
                        ]
                    )
                )
            elif joint != ", " and clause.text and not any(start == 0 for start, _end, _label in clause.spans):
                clause.text = clause.text[0].upper() + clause.text[1:]
            text.join(clause)
        text.add(r.choice([".", ".", "", "!"]))
        if lower:
            text.text = text.text.lower()
        return text
