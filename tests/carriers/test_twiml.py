"""Steps as TwiML: what the carrier is told for each, and that no step can break a document or drop a caller."""

import time
from uuid import UUID
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.carriers.steps import Ask, DialOut, Goodbye, Join, Spoken, Step, TakeMessage, Wait, WaitSound
from app.carriers.twilio.twiml import Voices, render, render_apology, render_sound
from app.carriers.twilio.urls import PATIENCE, Urls

LEG = UUID("00000000-0000-4000-8000-000000000001")
CONTACT = UUID("00000000-0000-4000-8000-000000000002")
URLS = Urls("https://hotline.example.org")
LEGS = "https://hotline.example.org/webhooks/twilio/legs"
HELLO = (Spoken("您好"), Spoken("Hello", "en"))

texts = st.text(max_size=40)
said = st.lists(st.builds(Spoken, texts, st.sampled_from(["zh", "en"])), max_size=3).map(tuple)
steps = st.one_of(
    st.builds(Ask, name=texts, say=said, timeout_s=st.integers(-1, 60)),
    st.builds(Wait, bridge=texts, label=texts, before=said),
    st.builds(Join, bridge=texts, label=texts, before=said, muted=st.booleans()),
    st.builds(TakeMessage, say=said, max_s=st.integers(-1, 600)),
    st.builds(DialOut, number=texts, say=said, timeout_s=st.integers(-1, 90), caller_id=texts),
    st.builds(Goodbye, say=said),
)


def parsed(text: str) -> ElementTree.Element:
    """A document of our own making."""
    return ElementTree.fromstring(text)  # noqa: S314 we wrote it


def document(step: Step, turn: str = "t1") -> ElementTree.Element:
    """The parsed document of a step."""
    return parsed(render(step, leg_id=LEG, contact_id=CONTACT, urls=URLS, turn=turn))


def verbs(root: ElementTree.Element) -> list[str]:
    """The verbs in their order."""
    return [child.tag for child in root]


def one(root: ElementTree.Element, path: str) -> ElementTree.Element:
    """The one element there."""
    found = root.findall(path)
    assert len(found) == 1
    return found[0]


def test_an_ask_waits_for_one_key_and_hears_of_none_too() -> None:
    root = document(Ask("menu", HELLO, timeout_s=7))
    gather = one(root, "Gather")
    assert verbs(root) == ["Gather", "Redirect"]
    assert gather.attrib == {
        "input": "dtmf",
        "numDigits": "1",
        "finishOnKey": "",
        "timeout": "7",
        "actionOnEmptyResult": "true",
        "method": "POST",
        "action": f"{LEGS}/{LEG}/digits?ask=menu&turn=t1{PATIENCE}",
    }
    assert [(say.get("language"), say.text) for say in gather] == [("zh-CN", "您好"), ("en-GB", "Hello")]
    assert one(root, "Redirect").text == gather.get("action")


def test_a_caller_waits_in_a_conference_that_ends_with_her_and_never_starts_with_her() -> None:
    root = document(Wait("c-1", "caller", HELLO))
    conference = one(root, "Dial/Conference")
    assert verbs(root) == ["Say", "Say", "Dial", "Redirect"]
    assert conference.text == "c-1"
    assert conference.attrib == {
        "startConferenceOnEnter": "false",
        "endConferenceOnExit": "true",
        "beep": "false",
        "participantLabel": "caller",
        "waitUrl": f"{LEGS}/{LEG}/sound{PATIENCE}",
        "waitMethod": "POST",
        "statusCallback": f"https://hotline.example.org/webhooks/twilio/bridges/{CONTACT}",
        "statusCallbackMethod": "POST",
        "statusCallbackEvent": "start end join leave mute hold modify",
    }
    assert one(root, "Dial").get("action") == f"{LEGS}/{LEG}/next?after=wait&turn=t1{PATIENCE}"


def test_a_volunteer_starts_the_conference_and_does_not_end_it() -> None:
    conference = one(document(Join("c-1", "v-1", muted=True)), "Dial/Conference")
    assert conference.get("startConferenceOnEnter") == "true"
    assert conference.get("endConferenceOnExit") == "false"
    assert conference.get("participantLabel") == "v-1"
    assert conference.get("muted") == "true"
    assert conference.get("waitUrl", "").endswith(f"/sound{PATIENCE}")


def test_a_message_without_a_sound_goes_on_to_the_next_step() -> None:
    root = document(TakeMessage(HELLO, max_s=90))
    assert verbs(root) == ["Say", "Say", "Record", "Redirect"]
    assert one(root, "Record").get("maxLength") == "90"
    assert one(root, "Record").get("action", "").startswith(f"{LEGS}/{LEG}/message")
    assert (one(root, "Redirect").text or "").startswith(f"{LEGS}/{LEG}/next?after=take_message")


def test_dialling_out_shows_our_number_not_the_callers() -> None:
    root = document(DialOut("+442079460123", timeout_s=25, caller_id="+442079460100"))
    dial = one(root, "Dial")
    assert (dial.get("timeout"), dial.get("callerId")) == ("25", "+442079460100")
    assert one(dial, "Number").text == "+442079460123"
    assert dial.get("action") == one(root, "Redirect").text == f"{LEGS}/{LEG}/next?after=dial_out&turn=t1{PATIENCE}"


def test_a_goodbye_hangs_up() -> None:
    assert verbs(document(Goodbye(HELLO))) == ["Say", "Say", "Hangup"]


@given(steps)
def test_any_step_is_valid_xml_and_its_caller_never_falls_off_the_end(step: Step) -> None:
    root = document(step)
    assert root.tag == "Response"
    assert root[-1].tag in {"Redirect", "Hangup"}


@given(steps)
def test_whoever_is_on_the_line_waits_no_fifteen_seconds_for_an_answer_that_is_lost(step: Step) -> None:
    for element in document(step).iter():
        asked = [element.get("action"), element.get("waitUrl"), element.text if element.tag == "Redirect" else None]
        assert all(url.endswith("#rt=6000&rc=1&rp=ct,rt") for url in asked if url)
        assert "#" not in (element.get("statusCallback") or "")  # nobody waits for it


@given(said, st.booleans(), st.integers(-5, 120))
def test_whoever_waits_never_hears_only_silence(say: tuple[Spoken, ...], music: bool, seconds: int) -> None:
    root = parsed(render_sound(WaitSound(say, music, seconds), leg_id=LEG, urls=URLS))
    assert set(verbs(root)) <= {"Say", "Play", "Pause", "Redirect"}
    assert {"Say", "Play"} & set(verbs(root))
    assert root[-1].text == f"{LEGS}/{LEG}/sound{PATIENCE}"


@pytest.mark.parametrize(("seconds", "rounds"), [(20, "1"), (60, "3"), (1, "1")])
def test_music_lasts_about_as_long_as_asked(seconds: int, rounds: str) -> None:
    root = parsed(render_sound(WaitSound((), True, seconds), leg_id=LEG, urls=URLS))
    assert one(root, "Play").get("loop") == rounds
    assert one(root, "Play").text == "https://hotline.example.org/static-sound/hold.wav"


def test_mark_up_in_a_text_is_spoken_not_obeyed() -> None:
    root = document(Goodbye((Spoken('<Hangup/> & "quotes"\x00'),)))
    assert one(root, "Say").text == '<Hangup/> & "quotes" '


def test_a_language_nobody_knows_is_spoken_in_chinese() -> None:
    assert one(document(Goodbye((Spoken("ni hao", "fr"),))), "Say").get("language") == "zh-CN"  # type: ignore[arg-type]


def test_the_voice_can_be_chosen() -> None:
    text = render(
        Goodbye(HELLO), leg_id=LEG, contact_id=CONTACT, urls=URLS, voices=Voices(zh="Polly.Zhiyu", en="Polly.Amy")
    )
    assert [say.get("voice") for say in parsed(text).iter("Say")] == ["Polly.Zhiyu", "Polly.Amy"]


def test_an_apology_asks_again() -> None:
    root = parsed(render_apology(HELLO, ask_again_at="https://hotline.example.org/x?a=1&again=1"))
    assert verbs(root) == ["Say", "Say", "Pause", "Redirect"]
    assert root[-1].text == "https://hotline.example.org/x?a=1&again=1"


@pytest.mark.parametrize("address", ["hotline.example.org", "ftp://x", "https://", "https://x/?q=1", ""])
def test_a_public_address_that_is_none_is_refused(address: str) -> None:
    with pytest.raises(ValueError, match="must look like"):
        Urls(address)


def test_rendering_stays_cheap() -> None:
    step = Wait("c-1", "caller", HELLO)
    best = min(_seconds_for_a_thousand(step) for _ in range(5))
    assert best / 1000 < 30e-6  # about 2 µs on an idle machine


def _seconds_for_a_thousand(step: Step) -> float:
    began = time.perf_counter()
    for _ in range(1000):
        render(step, leg_id=LEG, contact_id=CONTACT, urls=URLS, turn="t1")
    return time.perf_counter() - began
