"""Sealed values open under their own key and row alone; pseudonyms are stable and anonymous callers have none."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.platform.crypto import CODE_SIGNS, CannotOpen, Pseudonymiser, Sealer, key_name

OLD, NEW = b"o" * 32, b"n" * 32
PSEUDONYMS = Pseudonymiser(b"p" * 32)


@given(plain=st.binary(max_size=200), aad=st.text(max_size=40))
def test_what_is_sealed_opens_again(plain: bytes, aad: str) -> None:
    sealer = Sealer({"k1": OLD}, "k1")
    sealed = sealer.seal(plain, aad)

    assert sealer.open(sealed, aad) == plain
    assert sealer.seal(plain, aad) != sealed
    assert key_name(sealed) == "k1"


def test_values_of_the_last_key_still_open_after_a_rotation() -> None:
    sealed = Sealer({"k1": OLD}, "k1").seal(b"secret", "person/1/phone")
    rotated = Sealer({"k1": OLD, "k2": NEW}, "k2")

    assert rotated.open(sealed, "person/1/phone") == b"secret"
    assert key_name(rotated.seal(b"secret", "person/1/phone")) == "k2"


def test_a_retired_key_is_named() -> None:
    sealed = Sealer({"k1": OLD}, "k1").seal(b"secret", "person/1/phone")

    with pytest.raises(CannotOpen, match="'k1', which is not among the keys"):
        Sealer({"k2": NEW}, "k2").open(sealed, "person/1/phone")


def test_another_key_under_the_same_name_is_named() -> None:
    sealed = Sealer({"k1": OLD}, "k1").seal(b"secret", "person/1/phone")

    with pytest.raises(CannotOpen, match="'k1' does not open"):
        Sealer({"k1": NEW}, "k1").open(sealed, "person/1/phone")


def test_a_value_moved_to_another_row_does_not_open() -> None:
    sealer = Sealer({"k1": OLD}, "k1")

    with pytest.raises(CannotOpen, match="another row than 'person/2/phone'"):
        sealer.open(sealer.seal(b"secret", "person/1/phone"), "person/2/phone")


@given(junk=st.binary(max_size=60))
def test_junk_is_refused_with_a_sentence(junk: bytes) -> None:
    with pytest.raises(CannotOpen):
        Sealer({"k1": OLD}, "k1").open(junk, "x")


@pytest.mark.parametrize("key", [b"", b"short", b"x" * 31])
def test_a_key_of_the_wrong_length_is_refused(key: bytes) -> None:
    with pytest.raises(ValueError, match="32 bytes"):
        Sealer({"k1": key}, "k1")
    with pytest.raises(ValueError, match="32 bytes"):
        Pseudonymiser(key)


@pytest.mark.parametrize(
    "number",
    [
        None, "", "   ", "anonymous", "Anonymous", "restricted", "RESTRICTED", "unknown", "unavailable", "private",
        "+266696687", "+7378742833", "+2562533", "+8656696", "+86282452253", "sip:caller@example.org", "client:demo",
        "+", "0", "12345", "+999999999999999999", "8585 8585",
    ],
)  # fmt: skip
def test_an_anonymous_caller_has_no_pseudonym(number: str | None) -> None:
    assert PSEUDONYMS.subject_token(number) is None


def test_one_number_has_one_pseudonym_however_it_is_written() -> None:
    forms = ["+8657468016801", "+86 574 6801 6801", "0574-68016801", "008657468016801", "＋86 574 68016801"]

    assert len({PSEUDONYMS.subject_token(form) for form in forms}) == 1
    assert PSEUDONYMS.subject_token(forms[0]) is not None


def test_two_numbers_have_two_pseudonyms_and_another_key_makes_another() -> None:
    mine = PSEUDONYMS.subject_token("+447700900123")

    assert mine is not None
    assert len(mine) == 32
    assert mine != PSEUDONYMS.subject_token("+447700900124")
    assert mine != Pseudonymiser(b"q" * 32).subject_token("+447700900123")
    assert PSEUDONYMS.keyed_hash("login", "a") != PSEUDONYMS.keyed_hash("origin", "a")


@given(token=st.binary(min_size=32, max_size=32))
def test_a_short_code_has_five_signs_that_are_mistaken_for_no_others(token: bytes) -> None:
    code = PSEUDONYMS.short_code(token)

    assert len(code) == 5
    assert set(code) <= set(CODE_SIGNS)
    assert not set(code) & set("0O1IL2Z5S8BAEU")
    assert code == PSEUDONYMS.short_code(token)
