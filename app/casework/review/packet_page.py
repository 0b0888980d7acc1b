"""The packet as one page to print: nothing is loaded, nothing runs, and every text is shown as it is written.

The page's own policy allows its one style by its hash and nothing else, and puts it in a sandbox; what is in the texts
is escaped besides.
"""

import base64
import hashlib
from collections.abc import Iterable
from html import escape
from typing import Final

from app.casework.files.schemas import Flag, Plan, Task
from app.casework.review.packet import Packet, PacketContact, SetLevel, Told
from app.casework.review.packet_words import PacketWords

STYLE: Final = """
@page { size: A4; margin: 18mm 16mm }
body { font: 11pt/1.55 "Noto Sans CJK SC", "Source Han Sans SC", "PingFang SC", "Microsoft YaHei", sans-serif;
  color: #111; background: #fff; max-width: 46em; margin: 0 auto; padding: 1em }
h1 { font-size: 1.5em; margin: 0 0 .4em }
h2 { font-size: 1.2em; margin: 1.6em 0 .5em; border-bottom: 1px solid #777; break-after: avoid }
h3 { font-size: 1em; margin: 1.2em 0 .3em; break-after: avoid }
.notice { border: 1px solid #777; padding: .6em .8em; font-size: .9em }
.text { white-space: pre-wrap; overflow-wrap: anywhere; margin: .1em 0 .6em }
dt { font-weight: 600; break-after: avoid }
dd { margin: 0 0 .4em 1.2em }
ul { margin: .2em 0 .6em; padding-left: 1.4em }
section.contact { border-top: 1px solid #ccc; padding-top: .2em }
@media print { body { padding: 0; max-width: none } }
"""
POLICY: Final = (
    "default-src 'none'; style-src 'sha256-"
    + base64.b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()
    + "'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; sandbox allow-modals"
)
_TEXTS: Final = ("facts", "judgement", "unknown", "means", "supports")


def page_of(packet: Packet, *, language: str) -> str:
    """The page in one language."""
    words = PacketWords(language)
    parts = [
        f"<h1>{escape(words.say('title'))}</h1>",
        f'<p class="notice">{escape(words.say("notice"))}</p>',
        *([f"<p>{escape(words.say('several_numberings'))}</p>"] if packet.several_numberings else []),
        _heading(words, "flags"),
        _list(words, (_flag(flag, numbering, words) for flag, numbering in packet.flags)),
        _heading(words, "plan"),
        *_plan(packet.plan, packet.plan_week, packet.plan_numbering, words),
        _heading(words, "tasks"),
        _list(words, (_task(task, words) for task in packet.tasks)),
        _heading(words, "contacts"),
        f"<p>{escape(words.say('contacts_count', n=len(packet.contacts)))}</p>",
        *([f"<p>{escape(words.say('older'))}</p>"] if packet.more else []),
        *(part for contact in packet.contacts for part in _contact(contact, words)),
    ]
    return (
        f'<!doctype html>\n<html lang="{words.html_language}"><head><meta charset="utf-8">'
        f'<meta name="referrer" content="no-referrer"><title>{escape(words.say("title"))}</title>'
        f"<style>{STYLE}</style></head>\n<body>\n" + "\n".join(parts) + "\n</body></html>\n"
    )


def _heading(words: PacketWords, word: str) -> str:
    return f"<h2>{escape(words.say(word))}</h2>"


def _text(text: str) -> str:
    return f'<div class="text">{escape(text)}</div>'


def _list(words: PacketWords, items: Iterable[str]) -> str:
    """A list of texts, escaped here; or that there are none."""
    entries = "".join(f"<li>{escape(item)}</li>" for item in items)
    return f"<ul>{entries}</ul>" if entries else f"<p>{escape(words.say('none'))}</p>"


def _named(name: str, text: str, words: PacketWords) -> str:
    return f"{name}{words.colon}{text}" if text else name


def _term(words: PacketWords, word: str, text: str) -> str:
    return f"<dt>{escape(words.say(word))}</dt><dd>{escape(text)}</dd>"


def _flag(flag: Flag, numbering: int | None, words: PacketWords) -> str:
    said = _named(words.of_two(flag.zh, flag.en), flag.text, words)
    return said if numbering is None else f"{said} ({words.say('numbering_of', n=numbering)})"


def _plan(plan: Plan | None, week: int, numbering: int | None, words: PacketWords) -> list[str]:
    if plan is None:
        return [f"<p>{escape(words.say('no_plan'))}</p>"]
    adults = (_named(words.of_two(adult.zh, adult.en), adult.does, words) for adult in plan.adults)
    return [
        f"<p>{escape(words.say('week', n=week))}</p>",
        *([] if numbering is None else [f"<p>{escape(words.say('numbering_of', n=numbering))}</p>"]),
        f"<h3>{escape(words.say('key_lines'))}</h3>",
        _list(words, plan.key_lines),
        _text(plan.body),
        f"<h3>{escape(words.say('adults'))}</h3>",
        _list(words, adults),
    ]


def _task(task: Task, words: PacketWords) -> str:
    """Whoever does it is named only where it is not a person."""
    if task.owner.kind == "person":
        owner = words.say("owner_person")
    else:
        owner = words.of_two(task.owner.zh, task.owner.en) or task.owner.id
    late = f" ({words.say('overdue')})" if task.overdue else ""
    return f"{task.text} — {owner}{late}"


def _contact(contact: PacketContact, words: PacketWords) -> list[str]:
    head = f'<section class="contact"><h3>{escape(words.say("week", n=contact.week))}</h3>'
    if contact.withheld:
        return [head, f"<p>{escape(words.say('withheld'))}</p></section>"]
    note = [f"<p>{escape(words.say('no_note'))}</p>"] if contact.note is None else _note(contact.note, words)
    shown = None if contact.note is None or contact.note.non_counselling is not None else contact.note.numbering
    levels = "".join(f"<dd>{escape(_level(each, shown, words))}</dd>" for each in contact.levels)
    levels = levels or f"<dd>{escape(words.say('level_none'))}</dd>"
    return [head, f"<dl><dt>{escape(words.say('levels'))}</dt>{levels}</dl>", *note, "</section>"]


def _level(entry: SetLevel, of_note: int | None, words: PacketWords) -> str:
    """Its numbering is said where that of the contact's note does not say it."""
    said = words.level(entry.level)
    if entry.prompted is not None:
        said += f" ({words.say('prompted', level=words.level(entry.prompted))})"
    said = _named(said, entry.rationale, words)
    return said if entry.numbering in (None, of_note) else f"{said} ({words.say('numbering_of', n=entry.numbering)})"


def _note(note: Told, words: PacketWords) -> list[str]:
    if note.non_counselling is not None:
        name = words.code("non_counselling", note.non_counselling)
        return [f"<p>{escape(_named(words.say('non_counselling'), name, words))}</p>"]
    terms = [_term(words, kind, words.code(kind, code)) for kind, code in note.codes.items() if code is not None]
    if note.numbering is not None:
        terms.append(_term(words, "numbering", words.say("numbering_of", n=note.numbering)))
    if note.topics:
        terms.append(_term(words, "topics", words.comma.join(words.topic(topic) for topic in note.topics)))
    danger = words.say("danger_asked")
    if note.danger_asked != "asked":
        danger = words.say("danger_not_possible", why=words.why_not(note.danger_reason))
    terms.append(_term(words, "danger", danger))
    parts = [f"<dl>{''.join(terms)}</dl>"]
    for name in _TEXTS:
        if note.texts.get(name):
            parts += [f"<h3>{escape(words.say(name))}</h3>", _text(note.texts[name])]
    plan = note.texts.get("safety_plan") or {}
    if plan:
        steps = (_named(words.code("safety_plan", code), text, words) for code, text in plan.items())
        parts += [f"<h3>{escape(words.say('safety_plan'))}</h3>", _list(words, steps)]
    if note.actions:
        steps = (_named(words.say(state), text, words) for state, text in note.actions)
        parts += [f"<h3>{escape(words.say('actions'))}</h3>", _list(words, steps)]
    for week, text in note.amendments:
        parts += [f"<h3>{escape(words.say('amendment', n=week))}</h3>", _text(text)]
    return parts
