"""The second factor: a time-based one-time code (RFC 6238), required of everyone but demo accounts.

pyotp accepts a code as often as it is shown; the last step used is kept, and a code works once.
"""

from datetime import datetime
from uuid import UUID

import pyotp
from pyotp.exceptions import OTPVerificationError

from app.platform.crypto import Sealer

ISSUER = "Hotline"
DRIFT_STEPS = 1  # of 30 s, either way, for a telephone whose clock is off


def fresh_secret() -> str:
    """A new base32 secret of 160 bits."""
    return pyotp.random_base32()


def enrolment_uri(secret: str, login: str) -> str:
    """The otpauth:// address that an authenticator takes, as text or as a QR code."""
    return pyotp.TOTP(secret).provisioning_uri(name=login, issuer_name=ISSUER)


def seal_secret(sealer: Sealer, person_id: UUID, secret: str) -> bytes:
    """The secret as it is kept."""
    return sealer.seal(secret.encode(), _where(person_id))


def step_of_code(sealer: Sealer, person_id: UUID, sealed: bytes, code: str, *, now: datetime) -> int | None:
    """The 30-second step the code belongs to, or None when it is wrong. Whoever asks must use each step once."""
    digits = "".join(code.split())
    if len(digits) != 6 or not (digits.isascii() and digits.isdigit()):
        return None
    secret = sealer.open(sealed, _where(person_id)).decode()
    try:
        step = pyotp.TOTP(secret).verify_and_get_timecode(digits, for_time=now, valid_window=DRIFT_STEPS)
    except OTPVerificationError:
        return None
    return int(step)


def _where(person_id: UUID) -> str:
    return f"person/{person_id}/totp_secret"
