"""`app redact [FILE]`: take the identities out of notes, JSON lines in, JSON lines out; nothing is stored.

Each line in is {"id": …, "text": …}; each line out {"id": …, "text": the redacted text, "spans": [{"start", "end",
"type"}]}, where the spans are code points of the text that came in. Errors name a line's number, never what is in it.
"""

import json
import sys
import time
from argparse import ArgumentParser, Namespace, _SubParsersAction
from collections.abc import Iterator
from pathlib import Path
from typing import TextIO

from app.casework.redaction.engine import Redactor
from app.cli.failures import CommandFailed
from app.domain.errors import TaggerMissing
from app.domain.redaction.placeholders import NumberingInMemory

PROGRESS_EVERY_S = 1.0


def add_parser(subparsers: "_SubParsersAction[ArgumentParser]") -> None:
    """Declare the command."""
    parser = subparsers.add_parser(
        "redact",
        help="take names, numbers and places out of notes",
        description='Reads JSON lines {"id", "text"} and writes {"id", "text", "spans"}: the redacted text, and where '
        "in the text that came in something was found (code points).",
    )
    parser.add_argument("file", nargs="?", type=Path, metavar="FILE", help="JSON lines; without it, standard input")
    parser.add_argument(
        "--together", action="store_true", help="number placeholders over all notes: they tell of one person"
    )
    parser.set_defaults(func=run)


def run(args: Namespace) -> int:
    """0: every line was redacted. Raises CommandFailed for what cannot be read."""
    try:
        redactor = Redactor.load()
    except TaggerMissing as failure:
        raise CommandFailed(str(failure)) from failure
    if args.file is None:
        sys.stdin.reconfigure(encoding="utf-8")  # type: ignore[union-attr] # a text stream, whatever the locale says
        return _redact(redactor, sys.stdin, together=args.together)
    try:
        with args.file.open(encoding="utf-8") as lines:
            return _redact(redactor, lines, together=args.together)
    except OSError as failure:
        raise CommandFailed(f"{args.file} cannot be read: {failure.strerror}.") from failure


def _redact(redactor: Redactor, lines: TextIO, *, together: bool) -> int:
    sys.stdout.reconfigure(encoding="utf-8")  # type: ignore[union-attr]
    numbering = NumberingInMemory()
    told = time.monotonic()
    count = 0
    for count, (identifier, text) in enumerate(_notes(lines), start=1):
        if not together:
            numbering = NumberingInMemory()
        spans = redactor.find(text)
        redacted = redactor.apply(text, spans, numbering)
        found = [{"start": span.start, "end": span.end, "type": span.kind.value} for span in spans]
        print(json.dumps({"id": identifier, "text": redacted.text, "spans": found}, ensure_ascii=False), flush=True)
        if time.monotonic() - told > PROGRESS_EVERY_S:
            told = time.monotonic()
            print(f"{count} notes redacted …", file=sys.stderr)
    return 0


def _notes(lines: TextIO) -> Iterator[tuple[object, str]]:
    number = 0
    try:
        for number, line in enumerate(lines, start=1):
            if not line.strip():
                continue
            note = json.loads(line)
            if not isinstance(note, dict) or not isinstance(note.get("text"), str):
                raise CommandFailed(
                    f'Line {number} is not {{"id": …, "text": "…"}}. The lines before it were redacted.'
                )
            yield note.get("id"), note["text"]
    except json.JSONDecodeError:
        # not "from": a trace would quote the line
        raise CommandFailed(f"Line {number} is not JSON. The lines before it were redacted.") from None
    except UnicodeDecodeError:
        raise CommandFailed(
            f"After line {number} there is text that is not UTF-8. The lines before it were redacted."
        ) from None
