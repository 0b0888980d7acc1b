"""The signature check: published vectors, the carrier's own validator, and what a forger may try (failure 21)."""

import time
from urllib.parse import urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st
from twilio.request_validator import RequestValidator

from app.carriers.twilio.signature import SignatureCheck

BASE = "https://mycompany.com"
TARGET = "/myapp.php?foo=1&bar=2"
FIELDS = [
    ("CallSid", "CA1234567890ABCDE"),
    ("Digits", "1234"),
    ("From", "+14158675309"),
    ("To", "+18005551212"),
    ("Caller", "+14158675309"),
]
PUBLISHED = b"RSOYDt4T1cUTdK1PDd93/VVr8B8="
JSON_BODY = b'{"property": "value", "boolean": true}'
JSON_SHA256 = "0a1ff7634d9ab3b95db5c9a2dfe9416e41502b283a80c7cf19632632f96e6620"
JSON_PUBLISHED = b"a9nBmqA0ju/hNViExpshrM61xv4="
CHECK = SignatureCheck(BASE, ["12345"])


def test_the_published_form_vector_is_accepted() -> None:
    assert CHECK.accepts(TARGET, FIELDS, PUBLISHED)


def test_the_published_json_vector_is_accepted() -> None:
    target = f"{TARGET}&bodySHA256={JSON_SHA256}"
    assert CHECK.accepts(target, [], JSON_PUBLISHED, body=JSON_BODY, body_sha256=JSON_SHA256)


def test_a_json_body_that_was_changed_is_refused() -> None:
    target = f"{TARGET}&bodySHA256={JSON_SHA256}"
    assert not CHECK.accepts(target, [], JSON_PUBLISHED, body=JSON_BODY + b" ", body_sha256=JSON_SHA256)


@pytest.mark.parametrize(
    ("target", "fields"),
    [
        ("/myapp.php?foo=1&bar=3", FIELDS),
        ("/other.php?foo=1&bar=2", FIELDS),
        (TARGET, FIELDS[1:]),
        (TARGET, [*FIELDS, ("Extra", "")]),
        (TARGET, [*FIELDS[:1], ("Digits", "1235"), *FIELDS[2:]]),
    ],
)
def test_a_changed_address_or_field_is_refused(target: str, fields: list[tuple[str, str]]) -> None:
    assert not CHECK.accepts(target, fields, PUBLISHED)


@pytest.mark.parametrize(
    "signature",
    [
        b"",
        b"=",
        b"no base64 at all",
        b"\xff\xfe",
        PUBLISHED[:-4],
        PUBLISHED.lower(),
        b"A" * 5000,
        b"AAAA",
        PUBLISHED * 2,
    ],
)
def test_a_thing_that_is_no_signature_is_refused_without_an_error(signature: bytes) -> None:
    assert not CHECK.accepts(TARGET, FIELDS, signature)


def test_another_token_is_refused_until_it_is_the_second_of_a_rotation() -> None:
    assert not SignatureCheck(BASE, ["54321"]).accepts(TARGET, FIELDS, PUBLISHED)
    assert SignatureCheck(BASE, ["54321", "12345"]).accepts(TARGET, FIELDS, PUBLISHED)


def test_an_empty_second_token_signs_nothing() -> None:
    forged = RequestValidator("").compute_signature(BASE + TARGET, dict(FIELDS)).encode()
    assert not SignatureCheck(BASE, ["12345", ""]).accepts(TARGET, FIELDS, forged)


def test_without_any_token_nothing_is_accepted() -> None:
    assert not SignatureCheck(BASE, ["", ""]).accepts(TARGET, FIELDS, PUBLISHED)


@pytest.mark.parametrize(
    ("configured", "signed"),
    [
        ("https://h.example.org", "https://h.example.org:443"),
        ("https://h.example.org:443", "https://h.example.org"),
        ("http://127.0.0.1:8080", "http://127.0.0.1:8080"),
        ("https://h.example.org/behind/", "https://h.example.org/behind"),
    ],
)
def test_the_port_may_be_spelt_or_left_out(configured: str, signed: str) -> None:
    signature = RequestValidator("12345").compute_signature(f"{signed}/x", dict(FIELDS)).encode()
    assert SignatureCheck(configured, ["12345"]).accepts("/x", FIELDS, signature)


def test_a_repeated_key_is_signed_as_the_carriers_library_signs_it() -> None:
    class Many(dict[str, list[str]]):
        def getall(self, name: str) -> list[str]:
            return self[name]

    pairs = [("A", "2"), ("B", "x"), ("A", "1"), ("A", "2")]
    signature = RequestValidator("12345").compute_signature(BASE + "/x", Many({"A": ["2", "1", "2"], "B": ["x"]}))
    assert CHECK.accepts("/x", pairs, signature.encode())


@given(st.dictionaries(st.text(max_size=12), st.text(max_size=30), max_size=30), st.text(max_size=20))
def test_any_form_that_the_carriers_library_signs_is_accepted(form: dict[str, str], word: str) -> None:
    target = "/x?" + urlencode({"q": word})
    signature = RequestValidator("12345").compute_signature(BASE + target, form)
    assert CHECK.accepts(target, list(form.items()), signature.encode())


def test_checking_a_form_of_26_fields_stays_cheap() -> None:
    pairs = [(f"Field{index}", f"some value {index}") for index in range(26)]
    signature = RequestValidator("12345").compute_signature(BASE + "/x", dict(pairs)).encode()
    best = min(_seconds_for_a_thousand(pairs, signature) for _ in range(5))
    assert best / 1000 < 60e-6  # 20 µs on an idle machine; the margin is for a busy one


def _seconds_for_a_thousand(pairs: list[tuple[str, str]], signature: bytes) -> float:
    began = time.perf_counter()
    for _ in range(1000):
        assert CHECK.accepts("/x", pairs, signature)
    return time.perf_counter() - began
