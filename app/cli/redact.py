"""`app redact [FILE]`: take the identities out of notes, JSON lines in, JSON lines out; nothing is stored.

Each line in is {"id": …, "text": …}; each line out {"id": …, "text": the redacted text, "spans": [{"start", "end",
"type"}]}, where the spans are code points of the text that came in. Errors name a line's number, never what is in it.
"""

import json
import sys
import time
from argparse import ArgumentParser, Namespace, _SubParsersAction
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TextIO

from app.casework.finding import Finder
from app.casework.redaction.engine import Redactor
from app.cli.failures import CommandFailed
from app.domain.errors import TaggerMissing
from app.domain.redaction.placeholders import NumberingInMemory
from app.domain.redaction.span import Span

PROGRESS_EVERY_S = 1.0
_UTF_8 = "utf-8-sig"  # a mark of the byte order, which some programs put before the first line, is no part of it


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


async def run(args: Namespace) -> int:
    """0: every line was redacted. Raises CommandFailed for what cannot be read."""
    try:
        redactor = Redactor.load()
    except TaggerMissing as failure:
        raise CommandFailed(str(failure)) from failure
    if args.file is None:
        sys.stdin.reconfigure(encoding=_UTF_8)  # type: ignore[union-attr] # a text stream, whatever the locale says
        return await _redact(redactor, sys.stdin, together=args.together)
    try:
        with args.file.open(encoding=_UTF_8) as lines:
            return await _redact(redactor, lines, together=args.together)
    except OSError as failure:
        raise CommandFailed(f"{args.file} cannot be read: {failure.strerror}.") from failure


async def _redact(redactor: Redactor, lines: TextIO, *, together: bool) -> int:
    # Half a character (old exports have them) leaves as JSON writes it, \udXXX.
    sys.stdout.reconfigure(encoding="utf-8", errors="backslashreplace")  # type: ignore[union-attr]
    finder, progress = Finder(redactor), _Progress()
    numbering = NumberingInMemory()
    for count, (identifier, text) in enumerate(_notes(lines), start=1):
        if not together:
            numbering = NumberingInMemory()
        spans: Sequence[Span] = ()
        async for step in finder.find(text):
            spans = step.spans or spans
            progress.tell(f"note {count}: {step.done} of {len(text)} characters")
        redacted = redactor.apply(text, spans, numbering)
        found = [{"start": span.start, "end": span.end, "type": span.kind.value} for span in spans]
        print(json.dumps({"id": identifier, "text": redacted.text, "spans": found}, ensure_ascii=False), flush=True)
    return 0


class _Progress:
    """Says how far it is on standard error, once a second at most; nothing when all is done within one."""

    def __init__(self) -> None:
        self._told = time.monotonic()

    def tell(self, how_far: str) -> None:
        if time.monotonic() - self._told > PROGRESS_EVERY_S:
            self._told = time.monotonic()
            print(how_far, file=sys.stderr, flush=True)


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
    except (RecursionError, ValueError):
        raise CommandFailed(
            f"Line {number} is nested too deep, or has a number of thousands of digits. "
            "The lines before it were redacted."
        ) from None
