"""Whether the keys a process was given are the ones the database knows by these names.

A pseudonym key that is not the right one would show in nothing: every caller would be a stranger. So each key leaves a
fingerprint when it is first used: a keyed hash under the key itself, of which nobody can tell anything about 256 random
bits. A start with another key under a known name, or with a retired key as the current one, ends with a sentence.
"""

import hashlib
import hmac
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from app.platform.db import Tx
from app.platform.keyring import KeyKind, Keyring
from app.settings import SettingsWrong


def fingerprint(kind: KeyKind, key: bytes) -> bytes:
    """16 bytes that tell one key from another."""
    return hmac.new(key, b"hotline key check " + kind.value.encode(), hashlib.sha256).digest()[:16]


async def check_keyring(tx: Tx, keyring: Keyring, *, now: datetime) -> None:
    """Raise SettingsWrong naming the key that is not what it should be; note the keys that are new here."""
    known = await known_keys(tx)
    compare(known, keyring)
    new = [
        (kind.value, key_id, fingerprint(kind, key), now)
        for kind in KeyKind
        for key_id, key in keyring.of(kind).by_id.items()
        if (kind, key_id) not in known
    ]
    await tx.executemany(
        """INSERT INTO key_known (kind, key_id, fingerprint, known_since) VALUES ($1, $2, $3, $4)
           ON CONFLICT (kind, key_id) DO NOTHING""",
        new,
    )


def compare(known: Mapping[tuple[KeyKind, str], Any], keyring: Keyring) -> None:
    """Raise SettingsWrong naming the key that is another one than is known by its name, or current and retired."""
    for kind in KeyKind:
        for key_id, key in keyring.of(kind).by_id.items():
            row = known.get((kind, key_id))
            if row is None:
                continue
            if row["fingerprint"] != fingerprint(kind, key):
                raise SettingsWrong(
                    f"The {kind} key {key_id} is not the key that this database knows by that name: give the right one "
                    "back, or give a new key a name of its own."
                )
            if row["retired_at"] is not None and key_id == keyring.of(kind).current:
                raise SettingsWrong(
                    f"The {kind} key {key_id} was retired on {row['retired_at']:%Y-%m-%d}: make another one current."
                )


async def known_keys(tx: Tx) -> dict[tuple[KeyKind, str], Any]:
    """Every key that has been used here."""
    rows = await tx.fetch("SELECT kind, key_id, fingerprint, known_since, retired_at FROM key_known")
    return {(KeyKind(row["kind"]), row["key_id"]): row for row in rows}


async def note_retired(tx: Tx, kind: KeyKind, key_id: str, *, now: datetime) -> None:
    """Nothing goes by this key any more."""
    await tx.execute("UPDATE key_known SET retired_at = $3 WHERE kind = $1 AND key_id = $2", kind.value, key_id, now)
