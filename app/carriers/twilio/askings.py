"""A leg asks for its next step: what it has done, and the key of this asking (failures 17, 18).

A key is made of the leg, the `turn` that we put into the URL, what was answered, and the carrier's own retry token
(without one, the whole body). A retry repeats all of these and gets its first answer again; a second key press comes
from a later document, whose URLs carry another turn, and counts. Too coarse would swallow it, too fine would double.
"""

import hashlib
import re
from collections.abc import Mapping
from uuid import UUID

from app.carriers.twilio.vocabulary import DIAL_STATUS

_WORD = re.compile(r"[a-z_]{1,40}")
_NAME = re.compile(r"[A-Za-z0-9_.:-]{1,80}")


def after_of(query: Mapping[str, str], form: Mapping[str, str]) -> str:
    """What the leg has done: the word we put into the URL; after dial_out with how the dialled number answered."""
    after = query.get("after", "")
    if _WORD.fullmatch(after) is None:
        return "redirect"
    if after == "dial_out":
        return f"dial_out:{DIAL_STATUS.get(form.get('DialCallStatus', ''), 'failed')}"
    return after


def ask_of(query: Mapping[str, str]) -> str:
    """The name of the question that was asked, or ""."""
    ask = query.get("ask", "")
    return ask if _NAME.fullmatch(ask) else ""


def asking_key(
    kind: str, leg_id: UUID, query: Mapping[str, str], answered: str, retry_token: bytes, body: bytes
) -> str:
    """The dedupe key of an asking. `answered` is the digits, or what the leg has done."""
    mark = retry_token or body
    return f"{kind}:{leg_id}:{digest(query.get('turn', ''), query.get('ask', ''), answered, mark.decode('latin-1'))}"


def turn_after(dedupe_key: str) -> str:
    """The mark for the URLs of the answer to the asking with this key: the same answer for a retry, else another."""
    return digest(dedupe_key)[:12]


def digest(*parts: str) -> str:
    """A short mark of texts, the same whenever they are the same."""
    return hashlib.blake2b("\x1f".join(parts).encode(errors="surrogatepass"), digest_size=12).hexdigest()
