"""The published schema is the models', and the five cities' files keep to it."""

import json

import jsonschema
import pytest
import yaml

from app.lines.checking import Known, check
from app.lines.published_schema import published_text
from app.lines.reading import read_document
from tests.lines.conftest import LINES, WHOLE_FILE

SCHEMA = json.loads((LINES / "line.schema.json").read_text())
CITIES = sorted(file.name for file in LINES.glob("*.yaml"))


def test_the_schema_in_the_repository_is_up_to_date() -> None:
    assert (LINES / "line.schema.json").read_text() == published_text(), "run: app apply --schema"


def test_the_five_cities_are_there() -> None:
    assert CITIES == ["changzhou.yaml", "guigang.yaml", "ningbo.yaml", "qingpu.yaml", "tianjin.yaml"]


@pytest.mark.parametrize("city", CITIES)
def test_a_city_keeps_to_the_published_schema_and_to_the_rules(city: str) -> None:
    text = (LINES / city).read_text()

    jsonschema.Draft202012Validator(SCHEMA).validate(yaml.safe_load(text))
    assert check([read_document(text, city)], Known()) == []


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("greeting:", "greting:"),
        ("08:00-22:00", "08:00-25:00"),
        ("ring_seconds: 20", "ring_seconds: 2"),
        ("way: honest_message", "way: hang_up"),
        ('"96000"', '"phone"'),
    ],
)
def test_the_schema_refuses_what_the_models_refuse(old: str, new: str) -> None:
    validator = jsonschema.Draft202012Validator(SCHEMA)
    assert validator.is_valid(yaml.safe_load(WHOLE_FILE))

    assert not validator.is_valid(yaml.safe_load(WHOLE_FILE.replace(old, new, 1)))


@pytest.mark.parametrize("city", CITIES)
def test_no_city_invents_a_number_that_could_be_somebodys(city: str) -> None:
    published = {
        "8585", "96111", "962525", "+864001600525", "+864000716515", "+862288588818", "+867754200330", "12356",
        "+8651968016801", "+8677512355", "+862112355", "+8651912355", "+862112338",
    }  # fmt: skip
    lines = read_document((LINES / city).read_text(), city).document.lines
    numbers = [n for line in lines for n in line.numbers]
    outside = [n for line in lines for version in line.versions for n in version.outside_numbers]

    assert {n.number for n in (*numbers, *outside) if not n.placeholder} <= published
