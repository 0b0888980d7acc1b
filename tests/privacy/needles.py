"""Needles: what must not be found anywhere in the clear (P5), and everywhere to look for it.

A test plants needles (numbers, names, words that occur nowhere else), lets the service work, and then looks through
haystacks: the database with all its columns, logs, metrics, URLs, pages, frames, files. Whoever adds a place where an
identity could come to rest adds a haystack here, or a needle where it is planted; `found` does the rest.

A needle is looked for as it is, percent-encoded, escaped as JSON, in hexadecimal and in base64, and inside one
another of these; a number also in the ways people write it, with or without its country code.
"""

import base64
import binascii
import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from urllib.parse import unquote_plus

import asyncpg

KEPT_SEALED = frozenset({"vault"})
"""Schemas in which identities are kept, sealed: a needle in the clear would not be found there by its ciphertext."""

DEEPEST = 3
_HEX = re.compile(r"(?:[0-9a-fA-F]{2}){6,}")
_BASE64 = re.compile(r"[A-Za-z0-9+/_-]{8,}={0,2}")
_JSON_ESCAPE = re.compile(r"(?:\\u[0-9a-fA-F]{4})+")
_BETWEEN_DIGITS = r"[\s().\-–]{0,3}"


@dataclass(frozen=True, slots=True)
class Needle:
    """Something that identifies somebody. `what` says whose it is, in a failure; the text is not repeated there."""

    what: str
    text: str

    def pattern(self) -> re.Pattern[str]:
        """What to look for: a text whatever its case; a number by its last nine digits, however they are grouped."""
        digits = re.sub(r"\D", "", self.text)
        if self.text.startswith("+") and len(digits) >= 9:
            return re.compile(_BETWEEN_DIGITS.join(digits[-9:]))
        return re.compile(re.escape(self.text), re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Straw:
    """A piece of a haystack, and where it lies."""

    place: str
    text: str


@dataclass(slots=True)
class Haystack:
    """Everything that is looked through."""

    straws: list[Straw] = field(default_factory=list)

    def add(self, place: str, *texts: object) -> None:
        """Add texts that were seen at a place."""
        self.straws += [Straw(place, text if isinstance(text, str) else repr(text)) for text in texts]

    def places(self) -> dict[str, int]:
        """How many straws of each place there are, so that a test can say that it looked at something."""
        counted: dict[str, int] = {}
        for straw in self.straws:
            counted[straw.place] = counted.get(straw.place, 0) + 1
        return counted


def found(needles: Iterable[Needle], haystack: Haystack) -> list[str]:
    """Where needles were found: "a caller's number in table ledger", each once."""
    patterns = [(needle, needle.pattern()) for needle in needles]
    # Hundreds of needles are looked for as one; which of them it was is asked only where one was found.
    any_of_them = re.compile("|".join(pattern.pattern for _, pattern in patterns), re.IGNORECASE)
    hits = {
        f"{needle.what} in {straw.place}"
        for straw in haystack.straws
        for text in layers(straw.text)
        if any_of_them.search(text)
        for needle, pattern in patterns
        if pattern.search(text)
    }
    return sorted(hits)


def layers(text: str, depth: int = DEEPEST) -> Iterator[str]:
    """A text, and what is written in it in other letters: percent-encoding, JSON escapes, hexadecimal, base64."""
    yield text
    if depth == 0:
        return
    inner = {unquote_plus(text), _JSON_ESCAPE.sub(lambda escaped: json.loads(f'"{escaped[0]}"'), text)} - {text}
    inner |= {_readable(bytes.fromhex(run)) for run in _HEX.findall(text)}
    inner |= {_readable(decoded) for run in _BASE64.findall(text) for decoded in _base64(run)}
    for one in inner - {""}:
        yield from layers(one, depth - 1)


def _base64(run: str) -> Iterator[bytes]:
    """What a run of letters may mean in base64, from each of the four places at which a group may begin."""
    letters = run.rstrip("=").replace("-", "+").replace("_", "/")
    for start in range(min(4, len(letters) - 4)):
        part = letters[start:]
        part = part[: len(part) - 1] if len(part) % 4 == 1 else part
        try:
            yield base64.b64decode(part + "=" * (-len(part) % 4))
        except binascii.Error:
            continue


def _readable(data: bytes) -> str:
    """Bytes as text, if most of it is text; else nothing, for noise decodes to noise."""
    text = data.decode(errors="replace")
    printable = sum(character.isprintable() and character != "�" for character in text)
    return text if printable >= 0.7 * len(text) else ""


async def look_into_database(haystack: Haystack, connection: asyncpg.Connection) -> None:
    """Every column of every row of every table outside the vault, as text; what is bytes in hexadecimal."""
    tables = await connection.fetch(
        """SELECT n.nspname AS schema, c.relname AS name FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
           WHERE c.relkind IN ('r', 'p', 'm') AND n.nspname NOT IN ('pg_catalog', 'information_schema', 'pg_toast')
           ORDER BY 1, 2"""
    )
    for table in tables:
        if table["schema"] in KEPT_SEALED:
            continue
        rows = await connection.fetch(f'SELECT t::text AS row FROM "{table["schema"]}"."{table["name"]}" t')  # noqa: S608
        haystack.add(f"table {table['name']}", *(row["row"] for row in rows))
