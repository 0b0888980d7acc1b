"""Sealing what must be read again, and pseudonyms for what must only be recognised again (design.md section 6).

A sealed value is AES-256-GCM: the length and name of its key, a random nonce, the ciphertext with its tag. The name
lets keys be rotated; the associated data (table/row/column) keeps a value from being moved to another row. Pseudonyms
are HMAC-SHA256, each purpose under a key of its own derived from the one secret. An anonymous caller has no pseudonym:
all of them share one number, and a block or a repeat-caller match on it would hit everyone (failures.md 25).
"""

import hashlib
import hmac
import os
from collections.abc import Mapping

import phonenumbers
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from app.platform.keyring import Keyring

NONCE_BYTES = 12
FIRST_PSEUDONYM_KEY = "p1"
"""The name of a pseudonym key that nobody has named; tokens without a name were made with it."""
# What carriers put in place of a withheld number; the digits spell the words on a telephone's keys (telephony.md).
ANONYMOUS_NUMBERS = frozenset(
    {
        "+266696687",  # ANONYMOUS
        "+7378742833",  # RESTRICTED
        "+2562533",  # BLOCKED
        "+8656696",  # UNKNOWN
        "+86282452253",  # UNAVAILABLE
        "+1266696687",
        "+17378742833",
        "+12562533",
        "+18656696",
    }
)
# No vowels (no words), and nothing that is mistaken for another sign on a screen or read aloud: 0O 1IL 2Z 5S 8B.
CODE_SIGNS = "CDFGHJKMNPQRTVWXY34679"
CODE_LENGTH = 5


class CannotOpen(Exception):  # noqa: N818 the message is a sentence for an operator
    """A sealed value could not be opened; the message names the key and never the value."""

    def __init__(self, message: str, *, key_id: str = "") -> None:
        super().__init__(message)
        self.key_id = key_id


class Sealer:
    """Seals and opens with the keys it is given; new values take the current one."""

    def __init__(self, keys: Mapping[str, bytes], current: str) -> None:
        if current not in keys:
            raise ValueError(f"the current sealing key {current!r} is not among the keys")
        for name, key in keys.items():
            if len(key) != 32 or not 1 <= len(name.encode()) <= 255:
                raise ValueError(f"sealing key {name!r} must have a name and 32 bytes")
        self._ciphers = {name: AESGCM(key) for name, key in keys.items()}
        self._current = current

    @property
    def current(self) -> str:
        """The name of the key that new values take."""
        return self._current

    def seal(self, plain: bytes, aad: str) -> bytes:
        """The sealed form of `plain`; `aad` is table/row/column and must be given again to open it."""
        name = self._current.encode()
        nonce = os.urandom(NONCE_BYTES)
        return bytes([len(name)]) + name + nonce + self._ciphers[self._current].encrypt(nonce, plain, aad.encode())

    def open(self, sealed: bytes, aad: str) -> bytes:
        """What was sealed; raises CannotOpen for a wrong or retired key, another row, or a damaged value."""
        name = key_name(sealed)
        cipher = self._ciphers.get(name)
        if cipher is None:
            raise CannotOpen(
                f"This value was sealed with the key {name!r}, which is not among the keys; give that key back.",
                key_id=name,
            )
        start = 1 + sealed[0]
        nonce, ciphertext = sealed[start : start + NONCE_BYTES], sealed[start + NONCE_BYTES :]
        try:
            return cipher.decrypt(nonce, ciphertext, aad.encode())
        except (InvalidTag, ValueError):
            raise CannotOpen(
                f"The key {name!r} does not open this value: it is not the key that sealed it, "
                f"or the value belongs to another row than {aad!r}.",
                key_id=name,
            ) from None


def key_name(sealed: bytes) -> str:
    """The name of the key a value was sealed with; raises CannotOpen when it is no sealed value at all."""
    length = sealed[0] if sealed else 0
    try:
        name = sealed[1 : 1 + length].decode()
    except UnicodeDecodeError:
        name = ""
    if not name or len(sealed) < 1 + length + NONCE_BYTES:
        raise CannotOpen("This is not a sealed value: it names no key.")
    return name


class Pseudonymiser:
    """Stable pseudonyms under one secret (32 bytes). Whoever lacks the secret can neither make nor test one.

    New tokens are made with `key`, whose name is `key_id`. While keys are being changed `others` knows the tokens that
    an earlier (or the next) key makes of the same number, so that nobody is taken for a stranger meanwhile.
    """

    def __init__(
        self,
        key: bytes,
        *,
        key_id: str = FIRST_PSEUDONYM_KEY,
        others: Mapping[str, bytes] | None = None,
        region: str = "CN",
    ) -> None:
        """`region` is the country whose national form numbers without a country code are in."""
        if any(len(each) < 32 for each in (key, *(others or {}).values())):
            raise ValueError("the pseudonym key must have 32 bytes")
        self.key_id = key_id
        self._key = key
        self._others = dict(others or {})
        self._subject_key = _derived(key, "subject")
        self._code_key = _derived(key, "short code")
        self._region = region

    @property
    def changing(self) -> bool:
        """Whether there is more than one key: a rotation is under way."""
        return bool(self._others)

    def subject_token(self, number: str | None) -> bytes | None:
        """The 32-byte token of a caller's number, the same however it is written; None when there is no number."""
        normal = normal_number(number, region=self._region)
        return None if normal is None else _digest(self._subject_key, normal.encode())

    def other_tokens(self, number: str | None) -> list[bytes]:
        """What the other keys make of the same number."""
        normal = normal_number(number, region=self._region)
        if normal is None:
            return []
        return [_digest(_derived(key, "subject"), normal.encode()) for key in self._others.values()]

    def short_code(self, token: bytes) -> str:
        """Five signs for a screen (`K7F3M`): enough to tell callers apart at a glance, never a key to look up by."""
        value = int.from_bytes(_digest(self._code_key, token), "big")
        signs = []
        for _ in range(CODE_LENGTH):
            value, at = divmod(value, len(CODE_SIGNS))
            signs.append(CODE_SIGNS[at])
        return "".join(signs)

    def keyed_hash(self, purpose: str, value: str) -> bytes:
        """A 32-byte token of any other value, under a key of its own for each purpose."""
        return _digest(_derived(self._key, purpose), value.encode())

    def other_hashes(self, purpose: str, value: str) -> list[bytes]:
        """What the other keys make of the same value: for whoever keeps such tokens over a change of keys."""
        return [_digest(_derived(key, purpose), value.encode()) for key in self._others.values()]


def sealer_of(keyring: Keyring) -> Sealer:
    """The sealer of a deployment."""
    return Sealer(keyring.seal.by_id, keyring.seal.current)


def pseudonymiser_of(keyring: Keyring) -> Pseudonymiser:
    """The pseudonymiser of a deployment."""
    keys = keyring.pseudonym
    return Pseudonymiser(keys.by_id[keys.current], key_id=keys.current, others=keys.others)


def normal_number(number: str | None, *, region: str = "CN") -> str | None:
    """The E.164 form of a caller's number, or None for a withheld, blank or impossible one."""
    if number is None:
        return None
    text = number.strip()
    if text in ANONYMOUS_NUMBERS or not any(sign.isdigit() for sign in text):
        return None
    try:
        parsed = phonenumbers.parse(text, region)
    except phonenumbers.NumberParseException:
        return None
    # Carriers name the country. Without it the number must be a whole one: a number that lacks its area code belongs
    # to someone else in every city, and is no number either.
    international = text[0] in "+＋" or text.startswith("00")
    if not (phonenumbers.is_possible_number(parsed) if international else phonenumbers.is_valid_number(parsed)):
        return None
    return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)


def _derived(key: bytes, purpose: str) -> bytes:
    return _digest(key, b"hotline " + purpose.encode())


def _digest(key: bytes, value: bytes) -> bytes:
    return hmac.new(key, value, hashlib.sha256).digest()
