"""The tree of errors: what every slice raises and one place renders."""

import re
from collections.abc import Iterator
from http import HTTPStatus

import pytest

from app.domain import errors
from app.domain.errors import (
    HotlineError,
    Invalid,
    OfferGone,
    SecondFactorRequired,
    SignInRequired,
    StaleVersion,
    TooManyAttempts,
)


def _all(base: type[HotlineError]) -> Iterator[type[HotlineError]]:
    yield base
    for child in base.__subclasses__():
        yield from _all(child)


EVERY = [error for error in _all(HotlineError) if error.__module__ == HotlineError.__module__]
"""The core's own: slices add errors beneath these, and other tests may have loaded them."""


def test_codes_are_stable_words_and_no_two_are_alike() -> None:
    codes = [error.code for error in EVERY]
    assert len(set(codes)) == len(codes)
    assert all(re.fullmatch(r"[a-z_]+", code) for code in codes)


@pytest.mark.parametrize("error", EVERY)
def test_every_error_has_a_known_status_a_title_in_both_languages_and_its_place_in_the_drawing(
    error: type[HotlineError],
) -> None:
    assert HTTPStatus(error.status) >= 400
    assert error.title.isascii()
    assert not error.title_zh.isascii()
    assert error.__name__ in (errors.__doc__ or "")


def test_statuses_and_codes_are_those_that_consoles_rely_on() -> None:
    assert (OfferGone.status, OfferGone.code) == (409, "offer_gone")
    assert (StaleVersion.status, StaleVersion.code) == (409, "stale_version")
    assert (SignInRequired.status, SecondFactorRequired.status) == (401, 401)


def test_the_detail_is_the_message_and_the_title_stands_in_for_it() -> None:
    assert str(OfferGone("rang out")) == "rang out"
    assert OfferGone("rang out").detail == "rang out"
    assert str(OfferGone()) == OfferGone.title
    assert OfferGone().detail == ""


def test_what_was_wrong_is_told_field_by_field_and_when_to_try_again() -> None:
    assert Invalid(fields={"login": "is missing"}).fields == {"login": "is missing"}
    assert Invalid("no body").fields == {}
    assert TooManyAttempts(retry_after_s=30).retry_after_s == 30
