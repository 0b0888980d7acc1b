"""A recording as an HTTP answer: never stored by anybody on its way, and in parts, so that a listener can go back in it
(RFC 9110 section 14: one range of bytes; anything else is answered whole)."""

import re

from fastapi import Response

_ONE_RANGE = re.compile(r"bytes=(\d{1,12})-(\d{0,12})")
_HEADERS = {"Cache-Control": "no-store", "Accept-Ranges": "bytes"}
MEDIA_TYPE = "audio/wav"
OPENAPI: dict[int | str, dict[str, object]] = {
    200: {"description": "The sound", "content": {MEDIA_TYPE: {"schema": {"type": "string", "format": "binary"}}}},
    206: {"description": "Part of it", "content": {MEDIA_TYPE: {"schema": {"type": "string", "format": "binary"}}}},
    416: {"description": "It is not as long as that"},
}


def begins_anew(asked: str | None) -> bool:
    """Whether a listener begins at the beginning; what a Range header that goes on elsewhere does not."""
    found = _ONE_RANGE.fullmatch(asked or "")
    return found is None or int(found[1]) == 0


def sound_answer(sound: bytes, asked: str | None) -> Response:
    """The sound, or the part of it that a Range header asks for."""
    found = _ONE_RANGE.fullmatch(asked or "")
    if found is None:
        return Response(sound, media_type=MEDIA_TYPE, headers=_HEADERS)
    first, size = int(found[1]), len(sound)
    last = min(int(found[2]), size - 1) if found[2] else size - 1
    if first > last:
        return Response(status_code=416, headers={**_HEADERS, "Content-Range": f"bytes */{size}"})
    part = {**_HEADERS, "Content-Range": f"bytes {first}-{last}/{size}"}
    return Response(sound[first : last + 1], 206, media_type=MEDIA_TYPE, headers=part)
