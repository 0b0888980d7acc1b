"""The keys of a deployment: where they come from, and which of them is the current one.

There are two kinds: `seal` opens what must be read again (numbers, second factors, drafts), `pseudonym` makes the
tokens by which a caller is recognised. Each kind has one current key, which makes everything new, and any number of
others: earlier ones, whose values are still about, or the next one, which every process must know before one of them
makes it current (docs/adr/0014). Keys are never in the database, in a log line or in an error's message.

One place holds them all, the first of these that is set:
- HOTLINE_KEYRING_COMMAND: a command that prints the keyring as JSON, for a key management service. Run once a process.
- HOTLINE_KEYRING_FILE: a file with the same JSON, readable by its owner alone.
- HOTLINE_SEAL_KEY, HOTLINE_PSEUDONYM_KEY with their _KEY_ID and _KEYS_OTHER; unset beside the embedded database: files
  of its data folder.

    {"seal": {"current": "k2", "keys": {"k1": "<32 bytes in base64>", "k2": "..."}},
     "pseudonym": {"current": "p1", "keys": {"p1": "..."}}}
"""

import functools
import json
import os
import re
import shlex
import stat
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any, Final

from app.settings import Settings, SettingsWrong, thirty_two_bytes

KEY_ID: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,39}")
COMMAND_WITHIN_S: Final = 30


class KeyKind(StrEnum):
    """What a key is for."""

    SEAL = "seal"
    PSEUDONYM = "pseudonym"


@dataclass(frozen=True, slots=True)
class Keys:
    """The keys of one kind. `by_id` includes the current one."""

    current: str
    by_id: Mapping[str, bytes] = field(repr=False)

    @property
    def others(self) -> Mapping[str, bytes]:
        """Every key but the current one."""
        return {key_id: key for key_id, key in self.by_id.items() if key_id != self.current}


@dataclass(frozen=True, slots=True)
class Keyring:
    """Every key this process knows, and where they came from (for a person: no secret in it)."""

    seal: Keys
    pseudonym: Keys
    source: str

    def of(self, kind: KeyKind) -> Keys:
        """The keys of one kind."""
        return self.seal if kind is KeyKind.SEAL else self.pseudonym


def keyring_of(settings: Settings) -> Keyring:
    """The keyring of this deployment; raises SettingsWrong with one sentence, which quotes no key."""
    if settings.keyring_command:
        name = "HOTLINE_KEYRING_COMMAND"
        return _read(_said_by(settings.keyring_command), f"What {name} printed", source=name)
    if settings.keyring_file is not None:
        return _read(_private_text(settings.keyring_file), f"The keyring in {settings.keyring_file}", source="a file")
    pseudonym = _from_environment(
        KeyKind.PSEUDONYM,
        settings.pseudonym_key_id,
        settings.pseudonym_key_bytes(),
        settings.pseudonym_keys_other.get_secret_value(),
    )
    seal = _from_environment(
        KeyKind.SEAL, settings.seal_key_id, settings.seal_key_bytes(), settings.seal_keys_other.get_secret_value()
    )
    return Keyring(
        seal=seal,
        pseudonym=pseudonym,
        source="the environment" if settings.seal_key is not None else "the data folder",
    )


def _from_environment(kind: KeyKind, current: str, key: bytes, others: str) -> Keys:
    setting = f"HOTLINE_{kind.upper()}_KEYS_OTHER"
    keys = {current: key}
    _check_id(current, f"HOTLINE_{kind.upper()}_KEY_ID")
    for entry in others.split(","):
        if not entry.strip():
            continue
        key_id, _, secret = entry.strip().partition(":")
        _check_id(key_id, setting)
        if key_id in keys:
            raise SettingsWrong(f"{setting} is wrong: it names the key {key_id} a second time.")
        keys[key_id] = _key(secret, f"{setting} is wrong: its key {key_id}")
    return Keys(current, keys)


def _read(text: str, what: str, *, source: str) -> Keyring:
    try:
        document = json.loads(text)
    except ValueError:
        raise SettingsWrong(f"{what} is not JSON; its form is described in docs/operations.md, Keys.") from None
    if not isinstance(document, dict):
        raise SettingsWrong(f"{what} must be an object with seal and pseudonym; see docs/operations.md, Keys.")
    return Keyring(
        seal=_of_document(document, KeyKind.SEAL, what),
        pseudonym=_of_document(document, KeyKind.PSEUDONYM, what),
        source=source,
    )


def _of_document(document: Mapping[str, Any], kind: KeyKind, what: str) -> Keys:
    part = document.get(kind.value)
    keys = part.get("keys") if isinstance(part, dict) else None
    if not isinstance(part, dict) or not isinstance(keys, dict) or not keys:
        raise SettingsWrong(f"{what} names no {kind} keys; see docs/operations.md, Keys.")
    read = {}
    for key_id, secret in keys.items():
        _check_id(key_id, what)
        read[key_id] = _key(secret, f"{what}: the {kind} key {key_id}")
    current = part.get("current")
    if not isinstance(current, str) or current not in read:
        raise SettingsWrong(f"{what} must say which of its {kind} keys is the current one.")
    return Keys(current, read)


def _check_id(key_id: str, where: str) -> None:
    if not KEY_ID.fullmatch(key_id):
        # Not quoted: somebody who mixed the two up has written a key here.
        raise SettingsWrong(f"{where}: a key's name has 1 to 40 letters, digits, dots, dashes or underscores.")


def _key(secret: object, what: str) -> bytes:
    try:
        return thirty_two_bytes(secret if isinstance(secret, str) else "")
    except ValueError as wrong:
        raise SettingsWrong(f"{what} {wrong}") from None


def _private_text(file: Path) -> str:
    try:
        with file.open(encoding="utf-8") as opened:
            found = os.fstat(opened.fileno())
            if stat.S_IMODE(found.st_mode) & 0o077:
                raise SettingsWrong(
                    f"HOTLINE_KEYRING_FILE is wrong: {file} can be read by others than its owner; "
                    f"run: chmod 600 {shlex.quote(str(file))}"
                )
            return opened.read()
    except (OSError, UnicodeDecodeError) as failure:
        reason = failure.strerror if isinstance(failure, OSError) else "it is not text"
        raise SettingsWrong(f"HOTLINE_KEYRING_FILE is wrong: {file} cannot be read ({reason}).") from None


@functools.cache
def _said_by(command: str) -> str:
    """What the command prints; run once a process. What it says on stderr is not repeated: it may hold a secret."""
    try:
        arguments = shlex.split(command)
        answer = subprocess.run(
            arguments, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=COMMAND_WITHIN_S, check=False
        )
    except subprocess.TimeoutExpired:
        raise SettingsWrong(f"HOTLINE_KEYRING_COMMAND did not end within {COMMAND_WITHIN_S} seconds.") from None
    except (OSError, ValueError, IndexError) as failure:
        reason = failure.strerror if isinstance(failure, OSError) else "it is no command line"
        raise SettingsWrong(f"HOTLINE_KEYRING_COMMAND is wrong: it cannot be run ({reason}).") from None
    if answer.returncode != 0:
        raise SettingsWrong(
            f"HOTLINE_KEYRING_COMMAND ended with status {answer.returncode} and gave no keys; run it by hand."
        )
    return answer.stdout
