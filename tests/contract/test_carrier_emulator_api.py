"""The emulated API refuses what the carrier refuses, with its codes, and changes live calls as it does."""

from collections.abc import AsyncIterator

import httpx2
import pytest
import pytest_asyncio

from app.simulator.signing import body_sha256, signature
from tests.contract.rehearsed_product import LINE, Rehearsal, rehearsal

ROOM = "c-91"


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def quiet() -> AsyncIterator[Rehearsal]:
    """A rehearsal in which nothing happens: every request to it is refused."""
    async with rehearsal() as stage:
        yield stage


def test_the_signature_is_the_one_the_carrier_publishes_for_a_form() -> None:
    params = {
        "CallSid": "CA1234567890ABCDE",
        "Digits": "1234",
        "From": "+14158675309",
        "To": "+18005551212",
        "Caller": "+14158675309",
    }
    url = "https://mycompany.com/myapp.php?foo=1&bar=2"
    assert signature("12345", url, params) == "RSOYDt4T1cUTdK1PDd93/VVr8B8="


def test_the_signature_is_the_one_the_carrier_publishes_for_a_json_body() -> None:
    digest = body_sha256(b'{"property": "value", "boolean": true}')
    assert digest == "0a1ff7634d9ab3b95db5c9a2dfe9416e41502b283a80c7cf19632632f96e6620"
    url = f"https://mycompany.com/myapp.php?foo=1&bar=2&bodySHA256={digest}"
    assert signature("12345", url) == "a9nBmqA0ju/hNViExpshrM61xv4="


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"To": None}, 21201),
        ({"From": None}, 21213),
        ({"To": "12356"}, 21211),
        ({"To": "client:"}, 21211),
        ({"From": "+442079460199", "To": "+447700900456"}, 21210),
        ({"Url": None}, 21205),
        ({"Url": "ftp://127.0.0.1/x"}, 21205),
        ({"Url": "/relative"}, 21205),
        ({"Twiml": "<Response/>"}, 21205),
        ({"Url": None, "Twiml": "x" * 4001}, 20001),
        ({"Timeout": 0}, 20001),
        ({"Timeout": 601}, 20001),
        ({"StatusCallbackEvent": "answered finished"}, 21626),
        ({"StatusCallback": "nowhere"}, 21609),
        ({"SendDigits": "12a"}, 21206),
        ({"Colour": "green"}, 20001),
        ({"MachineDetection": "Enable"}, 20001),
    ],
)
async def test_a_call_the_carrier_would_refuse_is_refused_with_its_code(
    quiet: Rehearsal, fields: dict[str, object], code: int
) -> None:
    answer = await quiet.create(**fields)
    assert answer.status_code == 400
    body = answer.json()
    assert body["code"] == code
    assert body["status"] == 400
    assert body["more_info"].endswith(str(code))
    assert not quiet.emulator.carrier.calls


async def test_wrong_credentials_are_refused_with_20003() -> None:
    async with rehearsal() as stage:
        for auth in (None, (stage.emulator.carrier.options.account_sid, "wrong")):
            async with httpx2.AsyncClient(base_url=stage.api.base_url, auth=auth, trust_env=False) as stranger:
                answer = await stranger.get("/Calls.json")
            assert answer.status_code == 401
            assert answer.json()["code"] == 20003


async def test_what_is_not_there_is_20404() -> None:
    async with rehearsal() as stage:
        for path in ("/Calls/CA0.json", "/Conferences/CF0.json", "/Messages/SM0.json", "/Recordings/RE0.json"):
            answer = await stage.api.get(path)
            assert answer.status_code == 404
            assert answer.json()["code"] == 20404


async def test_a_live_call_cannot_be_erased_and_a_finished_one_can() -> None:
    async with rehearsal() as stage:
        stage.product.answers("/voice", "<Pause length='500'/><Say>late</Say>")
        call = await stage.dial()
        await stage.product.receives("/voice")
        refused = await stage.api.delete(f"/Calls/{call.sid}.json")
        assert refused.json()["code"] == 20009
        await stage.hang_up(call)
        assert (await stage.api.delete(f"/Calls/{call.sid}.json")).status_code == 204
        assert (await stage.api.get(f"/Calls/{call.sid}.json")).json()["code"] == 20404
        remembered = (await stage.people.get(f"/emulator/calls/{call.sid}")).json()
        assert remembered["ended_by"] == "caller"


async def test_a_live_call_follows_new_instructions_and_an_ended_one_answers_21220() -> None:
    async with rehearsal() as stage:
        stage.product.answers("/voice", "<Say>one</Say><Pause length='500'/>")
        stage.product.answers("/elsewhere", "<Say>two</Say>")
        call = await stage.dial()
        await stage.until(lambda: call.status == "in-progress")
        moved = await stage.api.post(f"/Calls/{call.sid}.json", data={"Url": stage.product.url("/elsewhere")})
        assert moved.json()["status"] == "in-progress"
        await stage.until(lambda: call.is_over)
        assert [item.text for item in call.heard if item.kind == "say"] == ["one", "two"]
        for fields in ({"Url": stage.product.url("/elsewhere")}, {"Status": "completed"}):
            late = await stage.api.post(f"/Calls/{call.sid}.json", data=fields)
            assert late.status_code == 400
            assert late.json()["code"] == 21220


async def test_a_ringing_call_is_cancelled_and_never_fetches_its_instructions() -> None:
    async with rehearsal() as stage:
        await stage.people.post("/emulator/devices", json={"address": "client:alice", "behaviour": "by_hand"})
        sid = (await stage.create(StatusCallback=stage.product.url("/call-status"))).json()["sid"]
        call = stage.emulator.carrier.calls[sid]
        await stage.until(lambda: call.status == "ringing")
        await stage.api.post(f"/Calls/{sid}.json", data={"Status": "canceled"})
        told = await stage.product.receives("/call-status")
        assert told.params["CallStatus"] == "canceled"
        assert not stage.product.got("/answered")


async def test_calls_are_listed_newest_first_by_status_and_time_in_pages() -> None:
    async with rehearsal() as stage:
        stage.product.answers("/voice", "<Reject/>")
        calls = [await stage.dial() for _ in range(3)]
        await stage.until(lambda: all(call.is_over for call in calls))
        page = (await stage.api.get("/Calls.json", params={"Status": "no-answer", "PageSize": 2})).json()
        assert [item["sid"] for item in page["calls"]] == [calls[2].sid, calls[1].sid]
        rest = (await stage.people.get(page["next_page_uri"], headers=stage.auth_header())).json()
        assert calls[0].sid in [item["sid"] for item in rest["calls"]]
        for filters in ({"Status": "busy"}, {"StartTime>": "2100-01-01"}, {"StartTime<": "2000-01-01T00:00:00Z"}):
            assert (await stage.api.get("/Calls.json", params=filters)).json()["calls"] == []
        assert (await stage.api.get("/Calls.json", params={"Colour": "x"})).json()["code"] == 20001


async def in_one_room(stage: Rehearsal) -> tuple[str, str, str]:
    """A caller and a volunteer in one conference: (conference, caller, volunteer)."""
    head = (
        '<Dial><Conference beep="false" statusCallback="/conference" statusCallbackEvent="start join leave modify end"'
    )
    stage.product.answers("/voice", f'{head} participantLabel="caller">{ROOM}</Conference></Dial>')
    stage.product.answers("/answered", f'<Dial><Conference participantLabel="volunteer">{ROOM}</Conference></Dial>')
    call = await stage.dial()
    await stage.product.receives("/conference", StatusCallbackEvent="participant-join")
    volunteer = (await stage.create()).json()["sid"]
    started = await stage.product.receives("/conference", StatusCallbackEvent="conference-start")
    return started.params["ConferenceSid"], call.sid, volunteer


async def test_a_supervisor_listens_whispers_and_barges_in() -> None:
    async with rehearsal() as stage:
        room, caller, volunteer = await in_one_room(stage)
        stage.product.answers(
            "/listen", f'<Dial><Conference muted="true" startConferenceOnEnter="false">{ROOM}</Conference></Dial>'
        )
        supervisor = (await stage.create(To="client:sue", Url=stage.product.url("/listen"))).json()["sid"]
        await stage.product.receives("/conference", StatusCallbackEvent="participant-join", CallSid=supervisor)

        async def hears() -> dict[str, set[str]]:
            view = (await stage.people.get(f"/emulator/conferences/{room}")).json()
            return {item["call"]: set(item["hears"]) for item in view["participants"]}

        listening = await hears()
        assert listening[supervisor] == {caller, volunteer}
        assert supervisor not in listening[caller] | listening[volunteer]
        path = f"/Conferences/{room}/Participants/{supervisor}.json"
        await stage.api.post(path, data={"Muted": "false", "Coaching": "true", "CallSidToCoach": volunteer})
        whispering = await hears()
        assert supervisor in whispering[volunteer]
        assert supervisor not in whispering[caller]
        await stage.api.post(path, data={"Coaching": "false"})
        assert supervisor in (await hears())[caller]
        nobody = await stage.api.post(path, data={"Coaching": "true", "CallSidToCoach": "CA" + "0" * 32})
        assert nobody.json()["code"] == 13240


async def test_participants_are_read_changed_and_removed_by_label() -> None:
    async with rehearsal() as stage:
        room, caller, volunteer = await in_one_room(stage)
        listed = (await stage.api.get(f"/Conferences/{room}/Participants.json")).json()["participants"]
        assert [item["call_sid"] for item in listed] == [caller, volunteer]
        path = f"/Conferences/{room}/Participants/volunteer.json"
        assert (await stage.api.post(path, data={"Muted": "true"})).json()["muted"] is True
        assert (await stage.api.get(path)).json()["call_sid"] == volunteer
        assert (await stage.api.delete(path)).status_code == 204
        left = await stage.product.receives("/conference", StatusCallbackEvent="participant-leave")
        assert left.params["ParticipantLabel"] == "volunteer"
        assert (await stage.api.get(path)).json()["code"] == 20404


async def test_a_third_person_is_called_straight_into_the_conference() -> None:
    async with rehearsal() as stage:
        room, caller, volunteer = await in_one_room(stage)
        made = await stage.api.post(
            f"/Conferences/{room}/Participants.json",
            data={"From": LINE, "To": "client:crisis", "Label": "crisis", "EndConferenceOnExit": "false"},
        )
        assert made.status_code == 201
        third = made.json()["call_sid"]
        await stage.product.receives("/conference", StatusCallbackEvent="participant-join", CallSid=third)
        view = (await stage.people.get(f"/emulator/conferences/{room}")).json()
        assert {item["call"] for item in view["participants"]} == {caller, volunteer, third}


async def test_ending_a_conference_through_the_api_lets_everyone_go_on() -> None:
    async with rehearsal() as stage:
        room, caller, _ = await in_one_room(stage)
        ended = await stage.api.post(f"/Conferences/{room}.json", data={"Status": "completed"})
        assert ended.json()["reason_conference_ended"] == "conference-ended-via-api"
        left = await stage.product.receives("/conference", StatusCallbackEvent="participant-leave", CallSid=caller)
        assert left.params["ReasonParticipantLeft"] == "conference_ended_via_api"
        told = await stage.product.receives("/conference", StatusCallbackEvent="conference-end")
        assert told.params["ReasonConferenceEnded"] == "conference-ended-via-api"


async def test_a_redirected_leg_leaves_the_conference_before_it_asks_for_new_instructions() -> None:
    async with rehearsal() as stage:
        _, _, volunteer = await in_one_room(stage)
        stage.product.answers("/elsewhere", "<Say>two</Say>")
        await stage.api.post(f"/Calls/{volunteer}.json", data={"Url": stage.product.url("/elsewhere")})
        left = await stage.product.receives("/conference", StatusCallbackEvent="participant-leave")
        assert left.params["ReasonParticipantLeft"] == "participant_updated_via_api"
        assert left.params["ParticipantCallStatus"] == "in-progress"
        await stage.product.receives("/elsewhere", CallSid=volunteer)


async def test_a_text_message_is_delivered_and_erased_only_afterwards() -> None:
    async with rehearsal(time_scale=5) as stage:
        fields = {
            "To": "+447700900456",
            "From": LINE,
            "Body": "hello",
            "StatusCallback": stage.product.url("/sms-status"),
        }
        made = await stage.api.post("/Messages.json", data=fields)
        path = f"/Messages/{made.json()['sid']}.json"
        assert (await stage.api.delete(path)).json()["code"] == 20009
        await stage.product.receives("/sms-status", MessageStatus="delivered")
        assert (await stage.api.delete(path)).status_code == 204
        assert (await stage.api.post("/Messages.json", data={**fields, "Body": "x" * 1601})).json()["code"] == 21617
        await stage.people.post("/emulator/messages", json={"to": LINE, "from": "+447700900123", "body": "hi"})
        came = await stage.product.receives("/sms")
        assert came.params["Body"] == "hi"
        assert came.signature_is_good


async def test_a_third_person_who_does_not_answer_is_told_to_the_conference() -> None:
    async with rehearsal() as stage:
        await stage.people.post("/emulator/devices", json={"address": "client:crisis", "behaviour": "busy"})
        room, _, _ = await in_one_room(stage)
        data = {"From": LINE, "To": "client:crisis", "Label": "crisis"}
        third = (await stage.api.post(f"/Conferences/{room}/Participants.json", data=data)).json()["call_sid"]
        left = await stage.product.receives("/conference", StatusCallbackEvent="participant-leave", CallSid=third)
        assert left.params["ReasonParticipantLeft"] == "participant_add_failed"
        assert left.params["ParticipantCallStatus"] == "busy"
        await stage.api.post(f"/Conferences/{room}.json", data={"Status": "completed"})
        late = await stage.api.post(f"/Conferences/{room}/Participants.json", data=data)
        assert late.json()["code"] == 20404
