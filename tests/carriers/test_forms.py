"""What the carrier's forms mean, and that no form whatever breaks their reading (failures 17, 18, 20, 25)."""

from urllib.parse import parse_qsl, urlencode
from uuid import UUID

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from app.carriers.events import BridgeMoment, LegEvent
from app.carriers.twilio import askings, forms
from app.carriers.twilio.vocabulary import WITHHELD_NUMBERS

LEG = UUID("00000000-0000-4000-8000-000000000001")
CONTACT = UUID("00000000-0000-4000-8000-000000000002")
SID = "CA" + "a" * 32
CONFERENCE = "CF" + "b" * 32
NAMES = [
    "CallSid", "From", "To", "Caller", "Called", "Direction", "CallStatus", "SequenceNumber", "SipResponseCode",
    "ConferenceSid", "StatusCallbackEvent", "ReasonParticipantLeft", "ReasonConferenceEnded", "ParticipantLabel",
    "ParticipantLabelEndingConference", "CallSidEndingConference", "Muted", "Hold", "Timestamp", "Digits",
    "RecordingSid", "RecordingDuration", "DialCallStatus",
]  # fmt: skip
absurd = st.dictionaries(
    st.sampled_from(NAMES),
    st.one_of(
        st.text(max_size=60),
        st.sampled_from(
            [SID, CONFERENCE, "completed", "busy", "participant-leave", "conference-end", "true", "٣", "9" * 40]
        ),
    ),
)


@given(st.lists(st.tuples(st.text(max_size=20), st.text(max_size=20)), max_size=20))
def test_a_form_is_read_as_the_standard_library_reads_it(pairs: list[tuple[str, str]]) -> None:
    body = urlencode(pairs)
    assert forms.parse(body.encode()) == parse_qsl(body, keep_blank_values=True)


@given(st.binary(max_size=300))
@example(b"a=%zz&%=&=&&a=b=c%3Dd&\xff=\xfe&%00=%01&x=\x00\x01")
def test_no_body_breaks_its_reading(body: bytes) -> None:
    assert isinstance(forms.parse(body), list)


def test_a_form_with_too_many_fields_is_not_read() -> None:
    assert forms.parse(b"&".join([b"a=1"] * (forms.MAX_FIELDS + 1))) is None
    assert len(forms.parse(b"&".join([b"a=1"] * forms.MAX_FIELDS)) or ()) == forms.MAX_FIELDS


@given(absurd)
def test_no_form_breaks_its_meaning(form: dict[str, str]) -> None:
    forms.inbound_call(form)
    forms.leg_progress(form, LEG)
    forms.bridge_event(form, CONTACT)
    forms.message_taken(form, LEG)
    askings.after_of(form, form)
    assert set(forms.pressed(form)) <= set("0123456789*#ABCDabcdw")


@given(st.text(max_size=40))
def test_a_callers_number_is_e164_or_none(text: str) -> None:
    number = forms.caller_number(text)
    assert number is None or (number[0] == "+" and number[1:].isascii() and number[1:].isdigit())


@pytest.mark.parametrize(
    "given_number",
    [
        "", " ", "anonymous", "Anonymous", "restricted", "unavailable", "unknown", "private", "blocked", "client:abc",
        "+266696687", "266696687", "+7378742833", "+2562533", "+8656696", "+86282452253", "+7748283", "+464", "+0123",
        "sip:anonymous@anonymous.invalid",
    ],
)  # fmt: skip
def test_a_withheld_number_is_no_number(given_number: str) -> None:
    assert forms.caller_number(given_number) is None


def test_the_shared_number_of_anonymous_callers_is_the_word_on_a_keypad() -> None:
    assert {"266696687", "2562533", "8656696", "86282452253"} <= WITHHELD_NUMBERS


@pytest.mark.parametrize(
    ("given_number", "number"),
    [
        ("+447700900123", "+447700900123"),
        (" +44 7700 900-123 ", "+447700900123"),
        ("sip:+447700900123@sip.example.org;user=phone", "+447700900123"),
    ],
)
def test_a_number_is_read_in_its_usual_spellings(given_number: str, number: str) -> None:
    assert forms.caller_number(given_number) == number


@pytest.mark.parametrize(
    ("given_number", "number"),
    [("+442079460001", "+442079460001"), ("96111", "96111"), ("sip:12355@x", "12355"), ("<b>", "")],
)
def test_a_dialled_number_may_be_a_short_one(given_number: str, number: str) -> None:
    assert forms.dialled_number(given_number) == number


def test_a_call_arrives_with_its_numbers_and_the_callers_is_not_shown() -> None:
    call = forms.inbound_call({"CallSid": SID, "From": "+447700900123", "To": "+442079460001", "Direction": "inbound"})
    assert call is not None
    assert (call.caller, call.number_dialled, call.dedupe_key) == ("+447700900123", "+442079460001", f"voice:{SID}")
    assert "7700900123" not in repr(call)


def test_a_call_to_a_senseless_number_still_arrives() -> None:
    call = forms.inbound_call({"CallSid": SID, "To": "\x00"})
    assert call is not None
    assert (call.number_dialled, call.caller) == ("", None)


@pytest.mark.parametrize("form", [{}, {"CallSid": ""}, {"CallSid": "+447700900123"}, {"CallSid": "CA'; --"}])
def test_a_call_without_an_id_is_not_understood(form: dict[str, str]) -> None:
    assert forms.inbound_call(form) is None


def test_a_call_that_we_dialled_does_not_arrive() -> None:
    assert forms.inbound_call({"CallSid": SID, "To": "+442079460001", "Direction": "outbound-api"}) is None


@pytest.mark.parametrize(
    ("status", "event", "cause"),
    [
        ("initiated", LegEvent.DIALLED, None),
        ("ringing", LegEvent.RINGING, None),
        ("in-progress", LegEvent.ANSWERED, None),
        ("completed", LegEvent.ENDED, "normal"),
        ("busy", LegEvent.ENDED, "busy"),
        ("no-answer", LegEvent.ENDED, "no_answer"),
        ("canceled", LegEvent.ENDED, "cancelled"),
        ("failed", LegEvent.ENDED, "failed"),
    ],
)
def test_a_status_says_what_happened(status: str, event: LegEvent, cause: str | None) -> None:
    progress = forms.leg_progress({"CallSid": SID, "CallStatus": status, "SequenceNumber": "2"}, LEG)
    assert progress is not None
    assert (progress.event, progress.cause, progress.seq) == (event, cause, 2)


def test_a_declined_call_is_rejected_rather_than_busy() -> None:
    progress = forms.leg_progress({"CallSid": SID, "CallStatus": "busy", "SipResponseCode": "603"}, LEG)
    assert progress is not None
    assert progress.cause == "rejected"


def test_every_status_of_a_call_has_its_own_key_with_and_without_numbers() -> None:
    statuses = ["initiated", "ringing", "in-progress", "completed"]
    numbered = {
        forms.leg_progress({"CallSid": SID, "CallStatus": status, "SequenceNumber": str(index)}, LEG)
        for index, status in enumerate(statuses)
    }
    bare = {forms.leg_progress({"CallSid": SID, "CallStatus": status}, LEG) for status in statuses}
    assert len({progress.dedupe_key for progress in numbered | bare if progress}) == 8


def bridge(**fields: str) -> dict[str, str]:
    """A conference callback."""
    return {"ConferenceSid": CONFERENCE, "SequenceNumber": "4", "StatusCallbackEvent": "participant-leave"} | fields


def test_somebody_leaves_a_bridge_for_a_reason() -> None:
    event = forms.bridge_event(
        bridge(CallSid=SID, ParticipantLabel="v-1", ReasonParticipantLeft="participant_hung_up", Hold="true"), CONTACT
    )
    assert event is not None
    assert (event.moment, event.label, event.reason, event.on_hold) == (BridgeMoment.LEFT, "v-1", "hung_up", True)
    assert (event.dedupe_key, event.instance) == (f"{CONFERENCE}:4", CONFERENCE)


@pytest.mark.parametrize(
    "reason", ["participant-with-end-conference-on-exit-left", "participant_with_end_conference_on_exit_left"]
)
def test_a_bridge_ends_because_the_caller_left_it(reason: str) -> None:
    event = forms.bridge_event(
        bridge(
            StatusCallbackEvent="conference-end",
            ReasonConferenceEnded=reason,
            CallSidEndingConference=SID,
            ParticipantLabelEndingConference="caller",
        ),
        CONTACT,
    )
    assert event is not None
    assert (event.moment, event.reason, event.label, event.provider_call_id) == (
        BridgeMoment.ENDED, "caller_left", "caller", SID,
    )  # fmt: skip


def test_conference_events_without_numbers_are_told_apart_by_what_and_who_and_when() -> None:
    def key(**fields: str) -> str:
        event = forms.bridge_event(bridge(SequenceNumber="", **fields), CONTACT)
        assert event is not None
        return event.dedupe_key

    first = key(CallSid=SID, Timestamp="1")
    assert first == key(CallSid=SID, Timestamp="1")
    assert len({first, key(CallSid=SID, Timestamp="2"), key(CallSid=SID[:-1] + "b", Timestamp="1")}) == 3


def test_a_retry_of_an_asking_has_the_same_key_and_a_second_press_another() -> None:
    def key(turn: str = "t1", digits: str = "1", token: bytes = b"", body: bytes = b"x", leg: UUID = LEG) -> str:
        return askings.asking_key("digits", leg, {"turn": turn, "ask": "menu"}, digits, token, body)

    assert key() == key()
    assert key(token=b"a") == key(token=b"a", body=b"y")  # a retry by another edge may differ in its body
    different = [
        key(),
        key(turn="t2"),
        key(digits="2"),
        key(token=b"a"),
        key(token=b"b"),
        key(body=b"y"),
        key(leg=CONTACT),
    ]
    assert len(set(different)) == len(different)


def test_the_next_document_of_a_retry_is_the_same_and_of_a_new_asking_another() -> None:
    assert askings.turn_after("a") == askings.turn_after("a") != askings.turn_after("b")


@pytest.mark.parametrize(
    ("query", "form", "after"),
    [
        ({"after": "wait"}, {}, "wait"),
        ({}, {}, "redirect"),
        ({"after": "<script>"}, {}, "redirect"),
        ({"after": "dial_out"}, {"DialCallStatus": "completed"}, "dial_out:answered"),
        ({"after": "dial_out"}, {"DialCallStatus": "no-answer"}, "dial_out:no_answer"),
        ({"after": "dial_out"}, {}, "dial_out:failed"),
    ],
)
def test_what_a_leg_has_done_is_one_of_our_own_words(query: dict[str, str], form: dict[str, str], after: str) -> None:
    assert askings.after_of(query, form) == after


@pytest.mark.parametrize(
    ("digits", "keys"), [("1", "1"), ("", ""), (" 9 ", "9"), ("#", "#"), ("hangup", ""), ("1\x00", "")]
)
def test_only_keys_count_as_keys(digits: str, keys: str) -> None:
    assert forms.pressed({"Digits": digits}) == keys


def test_a_voicemail_has_its_length() -> None:
    message = forms.message_taken({"CallSid": SID, "RecordingSid": "RE" + "c" * 32, "RecordingDuration": "12"}, LEG)
    assert message is not None
    assert (message.seconds, message.dedupe_key) == (12, "message:RE" + "c" * 32)
    assert forms.message_taken({"CallSid": SID}, LEG) is None
