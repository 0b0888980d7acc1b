"""Showing what would be hidden before anything is stored: line by line, so that a long text shows how far it is.

Nothing here knows what the vault holds of the caller, nor how the file numbers whom it names: a preview is no act and
has no entry in the audit, and whoever asked by guesses would be told. What the vault holds is hidden when the note is
submitted, and numbers are given then.
"""

import json
from collections.abc import AsyncIterator
from typing import Final

from app.casework.notes.schemas import AskPreview, PreviewLine
from app.casework.notes.texts import check_length, find_in_texts, previewed, show_all, texts_of
from app.casework.redacting import Redacting
from app.domain.errors import HotlineError
from app.domain.free_text import read_free_text
from app.domain.text_pieces import WHOLE
from app.platform.problems import problem_of

PREVIEW_TYPE: Final = "application/x-ndjson"


async def preview_lines(redacting: Redacting, asked: AskPreview) -> AsyncIterator[bytes]:
    """The lines of the answer. What can be refused at once is: raises Invalid, TaggerMissing.

    A short text is done before the answer begins, so that its problems are answers of their own. In a long one the
    last line may be a problem: the answer has begun by then.
    """
    texts = texts_of(asked.body)
    check_length(texts)
    redacting.check()
    for field, text in texts.items():
        read_free_text(text, field=field)
    lines = _lines(redacting, asked, texts)
    if sum(map(len, texts.values())) > WHOLE:
        return _problems_as_lines(lines)
    return _all_of([line async for line in lines])


async def _lines(redacting: Redacting, asked: AskPreview, texts: dict[str, str]) -> AsyncIterator[bytes]:
    async for progress in find_in_texts(redacting, texts, known=()):
        if progress.founds is None:
            yield _line(PreviewLine(done=progress.done, of=progress.of))
            continue
        shown = show_all(redacting, progress.founds, asked.choices)
        fields = [previewed(field, each) for field, each in shown.items()]
        yield _line(PreviewLine(done=progress.of, of=progress.of, fields=fields))


async def _problems_as_lines(lines: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    try:
        async for line in lines:
            yield line
    except HotlineError as error:
        yield _line(PreviewLine(done=0, of=0, problem=json.loads(bytes(problem_of(error).body))))


async def _all_of(lines: list[bytes]) -> AsyncIterator[bytes]:
    for line in lines:
        yield line


def _line(line: PreviewLine) -> bytes:
    return line.model_dump_json(exclude_none=True).encode() + b"\n"
