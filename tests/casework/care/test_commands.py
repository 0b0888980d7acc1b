"""`app retention` and `app instruments`, as a person at a terminal meets them."""

from argparse import ArgumentParser
from collections.abc import Awaitable, Callable
from datetime import timedelta
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from app.casework.instruments.library import load_library
from app.cli import instruments as instruments_command
from app.cli import retention as retention_command
from app.settings import SettingsWrong
from tests.casework.care.care_house import CareHouse
from tests.casework.care.full_file import fill

KEY = "MTExMTExMTExMTExMTExMTExMTExMTExMTExMTExMTE="
Command = Callable[..., Awaitable[tuple[int, str, str]]]
ELEMENTS = [item.id for item in load_library().known["beijing-hotline-scale", 1].document.items]


def weights(*, most: int = 2, leave_out: str = "") -> str:
    """Invented points: four elements of two, eight of one, 16 together."""
    lines = [
        "instrument: beijing-hotline-scale",
        "version: 1",
        "weights: invented_1",
        "source: invented for tests",
        "items:",
    ]
    for number, name in enumerate(each for each in ELEMENTS if each != leave_out):
        lines.append(f"  {name}:")
        for points, text in enumerate(["无", "有", "重"][: (most if number < 4 else 1) + 1]):
            lines.append(f"    - {{id: p{points}, points: {points}, text: {{zh: {text}, en: grade {points}}}}}")
    return "\n".join(lines) + "\n"


@pytest.fixture
def retention(database_url: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Command:
    """Run `app retention WORDS`; (exit status, said, complained)."""
    for name, value in (("DATABASE_URL", database_url), ("SEAL_KEY", KEY), ("PSEUDONYM_KEY", KEY)):
        monkeypatch.setenv(f"HOTLINE_{name}", value)

    async def run(*words: str) -> tuple[int, str, str]:
        parser = ArgumentParser()
        retention_command.add_parser(parser.add_subparsers())
        with capture_logs():
            status = await retention_command.run(parser.parse_args(["retention", *words]))
        said = capsys.readouterr()
        return status, said.out, said.err

    return run


def instruments(*words: str) -> int:
    parser = ArgumentParser()
    instruments_command.add_parser(parser.add_subparsers())
    return instruments_command.run(parser.parse_args(["instruments", *words]))


def row_of(said: str, record_class: str) -> list[str]:
    return next(line for line in said.splitlines() if line.startswith(record_class)).split()


async def test_a_dry_run_says_what_would_go_and_a_run_says_what_went(care: CareHouse, retention: Command) -> None:
    await fill(care, "old", contacts=2, at=care.now - timedelta(days=4 * 366))

    status, would, _ = await retention("--dry-run")
    assert status == 0
    assert "Nothing was erased" in would
    assert row_of(would, "notes") == ["notes", "3", "years", "2", "2", "0"]
    assert row_of(would, "audit")[1] == "always"
    assert len(await care.rows("SELECT FROM risk_level")) == 2

    status, went, _ = await retention()
    assert status == 0
    assert row_of(went, "notes") == row_of(would, "notes")
    assert await care.rows("SELECT FROM risk_level") == []


async def test_terms_that_contradict_themselves_stop_the_start_with_one_sentence(
    care: CareHouse, retention: Command, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("HOTLINE_RETENTION_PERIODS", str(tmp_path))

    with pytest.raises(SettingsWrong, match=r"HOTLINE_RETENTION_PERIODS cannot be used: .*exactly one file"):
        await retention("--dry-run")


def test_the_instruments_are_listed_with_what_they_wait_for(capsys: pytest.CaptureFixture[str]) -> None:
    assert instruments() == 0

    said = capsys.readouterr().out
    assert "c-ssrs-screener version 1 (screener): ready" in said
    assert "beijing-hotline-scale version 1 (scale): disabled" in said


def test_good_weights_are_said_to_be_good_and_enable_the_scale(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    file = tmp_path / "weights.yaml"
    file.write_text(weights(), encoding="utf-8")
    assert instruments("--check", str(file)) == 0

    monkeypatch.setenv("HOTLINE_INSTRUMENT_WEIGHTS", str(file))
    assert instruments() == 0

    assert "by the weights invented_1" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("text", "why"),
    [
        (weights(leave_out="abuse"), "`abuse` has no weights"),
        (weights(most=1), "the highest points add up to 12, and the scale goes to 16"),
        (weights().replace("version: 1", "version: 9", 1), "there is no scale"),
        (weights().replace("  abuse:", "  weather:"), "`weather` is not an item of the scale"),
        (weights().replace("points: 0", "points: 1", 1), "one answer must be worth 0 points"),
        (weights().replace("id: p1", "id: unknown", 1), "leave it out"),
        ("instrument: [", "this is not YAML"),
    ],
)
def test_weights_that_do_not_fit_are_refused_with_the_place_and_the_reason(
    text: str, why: str, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    file = tmp_path / "weights.yaml"
    file.write_text(text, encoding="utf-8")

    assert instruments("--check", str(file)) == 1

    assert why in capsys.readouterr().err


def test_a_file_of_weights_that_is_not_there_stops_the_start(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("HOTLINE_INSTRUMENT_WEIGHTS", str(tmp_path / "nowhere.yaml"))

    with pytest.raises(SettingsWrong, match=r"_WEIGHTS cannot be used: .*nowhere\.yaml.*No such file"):
        instruments()
