"""The carrier's request signature: base64(HMAC-SHA1(token, URL + sorted key/value pairs)), as published."""

import base64
import hashlib
import hmac
from collections.abc import Mapping


def signature(auth_token: str, url: str, params: Mapping[str, str] | None = None) -> str:
    """The value of X-Twilio-Signature. `url` without its fragment; `params` are the form fields of a POST."""
    text = url + "".join(key + value for key, value in sorted((params or {}).items()))
    digest = hmac.new(auth_token.encode(), text.encode(), hashlib.sha1).digest()
    return base64.b64encode(digest).decode()


def body_sha256(body: bytes) -> str:
    """The value of the `bodySHA256` query parameter that stands for a JSON body in the signed URL."""
    return hashlib.sha256(body).hexdigest()


def spoilt(good: str) -> str:
    """A signature that looks right and is not: what a forger would send."""
    raw = bytearray(base64.b64decode(good))
    raw[0] ^= 0xFF
    return base64.b64encode(bytes(raw)).decode()
