"""The static document at the carrier's backup URL: what callers hear when nothing of ours runs (promise P2)."""

from pathlib import Path
from xml.etree import ElementTree

DOCUMENT = Path(__file__).resolve().parents[2] / "deploy" / "twilio" / "fallback.xml"
ROOT = ElementTree.fromstring(DOCUMENT.read_text(encoding="utf-8"))  # noqa: S314 we wrote it


def test_it_speaks_both_languages_and_names_every_crisis_number_in_each() -> None:
    for language in ("zh-CN", "en-GB"):
        said = " ".join(say.text or "" for say in ROOT.iter("Say") if say.get("language") == language)
        assert all(number in said for number in ("1 2 3 5 6", "1 1 0", "1 2 0"))


def test_it_dials_two_backup_lines_without_showing_the_callers_number() -> None:
    dials = ROOT.findall("Dial")
    assert len(dials) == 2
    assert all(dial.get("callerId") and dial.get("timeout") and dial.find("Number") is not None for dial in dials)


def test_every_number_in_it_is_a_placeholder_that_rings_nobody() -> None:
    numbers = [number.text or "" for number in ROOT.iter("Number")] + [
        dial.get("callerId", "") for dial in ROOT.iter("Dial")
    ]
    assert all(number.startswith("+4420794601") and len(number) == 13 for number in numbers)


def test_it_never_lets_a_caller_fall_off_its_end() -> None:
    assert ROOT[-1].tag == "Redirect"
    assert (ROOT[-1].text or "").endswith("/webhooks/twilio/voice")
