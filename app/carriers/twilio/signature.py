"""Whether a request comes from the carrier: X-Twilio-Signature (telephony.md "Signature"; failure 21).

base64(HMAC-SHA1(auth token, URL + sorted key/value pairs)). The URL is the configured public one plus the path and
query that arrived, never a forwarded header, so a proxy cannot change what is checked and nobody can inject a host.
"""

import base64
import binascii
import hashlib
import hmac
from collections.abc import Iterable, Sequence
from urllib.parse import urlsplit

DIGEST_BYTES = 20
_DEFAULT_PORT = {"http": 80, "https": 443}


class SignatureCheck:
    """Checks signatures for one public base URL.

    `auth_tokens`: the account's primary token, and during a rotation the other one; empty ones are left out.
    Without any token (no carrier is configured) nothing is accepted.
    """

    def __init__(self, public_base_url: str, auth_tokens: Iterable[str]) -> None:
        self._tokens = tuple(token.encode() for token in auth_tokens if token)
        self._bases = _spellings(public_base_url.rstrip("/"))

    def accepts(
        self,
        target: str,
        pairs: Sequence[tuple[str, str]],
        signature: bytes,
        *,
        body: bytes = b"",
        body_sha256: str = "",
    ) -> bool:
        """Whether `signature` fits. `target` is path and query as they arrived, `pairs` the decoded form fields.

        With `body_sha256` (a query parameter of bodies that are no forms) the body's digest is compared instead of
        the fields, and no field takes part.
        """
        given = _decoded(signature)
        if given is None:
            return False
        fields = ""
        if body_sha256:
            digest = hashlib.sha256(body).hexdigest()
            if not hmac.compare_digest(digest.encode(), body_sha256.lower().encode(errors="replace")):
                return False
        elif pairs:
            form = dict(pairs)
            if len(form) == len(pairs):
                fields = "".join([key + form[key] for key in sorted(form)])
            else:  # a repeated key counts once a value, as the carrier's own libraries have it
                fields = "".join([key + value for key, value in sorted(set(pairs))])
        return self._fits(self._bases, target + fields, given)

    def made_for(
        self, hosts: Iterable[str], target: str, pairs: Sequence[tuple[str, str]], signature: bytes
    ) -> str | None:
        """Of a refused form: the host it is genuinely signed for, when that is one it also claims to have come to.

        Nobody but the carrier can sign so: the configured base URL is wrong. It is said, not believed.
        """
        given = _decoded(signature)
        if given is None:
            return None
        fields = "".join([key + value for key, value in sorted(set(pairs))])
        for host in hosts:
            bases = [base for scheme in _DEFAULT_PORT for base in _spellings(f"{scheme}://{host}")]
            if self._fits(bases, target + fields, given):
                return host
        return None

    def _fits(self, bases: Iterable[str], rest: str, given: bytes) -> bool:
        for base in bases:
            signed = f"{base}{rest}".encode(errors="surrogatepass")
            for token in self._tokens:
                if hmac.compare_digest(hmac.digest(token, signed, "sha1"), given):
                    return True
        return False


def _decoded(signature: bytes) -> bytes | None:
    """The 20 bytes of a signature header, or None when it is no such thing."""
    try:
        given = base64.b64decode(signature, validate=True)
    except (binascii.Error, ValueError):
        return None
    return given if len(given) == DIGEST_BYTES else None


def _spellings(base: str) -> tuple[str, ...]:
    """The base URL as configured, and with its port spelt the other way: the carrier is not consistent about that."""
    parts = urlsplit(base)
    host = parts.netloc.rpartition("@")[2]
    other = f"{host}:{_DEFAULT_PORT[parts.scheme]}" if parts.port is None else host.rpartition(":")[0]
    return base, parts._replace(netloc=other).geturl()
