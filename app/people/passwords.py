"""Passwords: argon2id, in a thread of their own, a few at a time (RFC 9106; OWASP's password storage advice).

A check takes the same time whether the login exists or not, so that the sign-in page tells nobody who works here.
"""

import anyio
import anyio.to_thread
from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher

from app.domain.errors import Invalid

SHORTEST = 12
LONGEST = 256
AT_ONCE = 2  # each takes MEMORY_KIB while it runs
MEMORY_KIB = 32 * 1024
PASSES = 3


class PasswordBook:
    """Makes and checks password hashes. One a process: it bounds how many run at once."""

    def __init__(self, *, memory_kib: int = MEMORY_KIB, passes: int = PASSES) -> None:
        self._hash = PasswordHash((Argon2Hasher(time_cost=passes, memory_cost=memory_kib, parallelism=1),))
        self._limiter = anyio.CapacityLimiter(AT_ONCE)
        self._nobodys = ""

    async def hash(self, password: str) -> str:
        """The hash to keep; raises Invalid when the password is too short or too long."""
        check_length(password)
        return await anyio.to_thread.run_sync(self._hash.hash, password, limiter=self._limiter)

    async def verify(self, password: str, kept: str | None) -> tuple[bool, str | None]:
        """(right?, a new hash to keep when the old one was made with weaker settings). None: there is no such account.

        Checking against no account costs what a real check costs, and is never right.
        """
        if not self._nobodys:
            self._nobodys = await anyio.to_thread.run_sync(self._hash.hash, "nobody's", limiter=self._limiter)
        against = self._nobodys if kept is None else kept
        right, better = await anyio.to_thread.run_sync(
            self._hash.verify_and_update, password[: LONGEST + 1], against, limiter=self._limiter
        )
        return (right and kept is not None), (better if kept is not None else None)


def check_length(password: str) -> None:
    """Raise Invalid unless a new password has a usable length. Length is all that is asked (NIST SP 800-63B)."""
    if not SHORTEST <= len(password) <= LONGEST:
        wrong = f"must have {SHORTEST} to {LONGEST} characters"
        raise Invalid(
            f"The password {wrong}. 密码长度须为 {SHORTEST} 至 {LONGEST} 个字符。", fields={"password": wrong}
        )
