"""A message is heard by whoever is on shift, taken on by one person, and erased at the carrier when its time is up."""

import io
import wave
from datetime import datetime, timedelta
from typing import Any

from app.platform.clock import now
from tests.journeys.town import Town
from tests.journeys.volunteer import Volunteer
from tests.journeys.waiting_for import until

DAY_S = 86_400.0


async def _message(town: Town) -> Any:
    """A caller whom nobody can take leaves a message; its contact."""
    sid = await town.call()
    await town.look(sid, "recording")
    await town.hang_up(sid)
    return await town.ends_as(sid, "voicemail")


def _audio(contact: Any) -> str:
    return f"/api/voicemails/{contact['id']}/audio"


async def _take(volunteer: Volunteer, contact: Any, *, expect: int = 200) -> Any:
    return await volunteer.post(f"/api/voicemails/{contact['id']}/heard", {"version": 1}, expect=expect)


async def _listed(volunteer: Volunteer) -> list[str]:
    return [one["contact_id"] for one in await volunteer.get("/api/voicemails")]


async def _erased(town: Town, contact: Any) -> None:
    async def gone() -> bool:
        rows = await town.rows("SELECT erased_at FROM voicemail WHERE contact_id = $1", contact["id"])
        return rows[0]["erased_at"] is not None

    await until(gone, what="the recording is erased")
    assert not town.carrier.recordings


async def test_a_message_is_heard_by_whoever_is_on_shift_and_its_opening_is_noted(town: Town) -> None:
    contact = await _message(town)
    reed = await town.volunteer("reed")
    listed = (await reed.get("/api/voicemails"))[0]
    assert datetime.fromisoformat(listed["kept_until"]) > now() + timedelta(days=29)
    answer = await reed.client.get(_audio(contact))
    assert (answer.status_code, answer.headers["content-type"]) == (200, "audio/wav")
    assert answer.headers["cache-control"] == "no-store"
    with wave.open(io.BytesIO(answer.content)) as sound:
        assert sound.getnframes() >= sound.getframerate()
        assert any(sound.readframes(sound.getnframes()))
    noted = [line for line in town.lines.ours if line["event"] == "voicemail_opened"]
    assert [(line["contact"], line["person"]) for line in noted] == [(contact["id"], reed.person_id)]


async def test_a_listener_goes_back_in_a_message_without_opening_it_anew(town: Town) -> None:
    contact = await _message(town)
    reed = await town.volunteer("reed")
    whole = (await reed.client.get(_audio(contact))).content
    part = await reed.client.get(_audio(contact), headers={"range": "bytes=100-199"})
    assert (part.status_code, part.content) == (206, whole[100:200])
    assert part.headers["content-range"] == f"bytes 100-199/{len(whole)}"
    rest = await reed.client.get(_audio(contact), headers={"range": "bytes=44-"})
    assert rest.content == whole[44:]
    beyond = await reed.client.get(_audio(contact), headers={"range": f"bytes={len(whole)}-"})
    assert beyond.status_code == 416
    assert len([line for line in town.lines.ours if line["event"] == "voicemail_opened"]) == 1


async def test_who_has_no_part_in_the_line_hears_and_learns_nothing(town: Town) -> None:
    contact = await _message(town)
    reed, elsewhere = await town.volunteer("reed"), await town.volunteer("wren")
    async with town.db.transaction() as tx:
        await tx.execute(
            "UPDATE role_grant SET scope_kind = 'line', scope_id = 'pier' WHERE person_id = $1", elsewhere.person_id
        )
    assert (await elsewhere.client.get(_audio(contact))).status_code == 404
    assert await _listed(elsewhere) == []
    nowhere = f"/api/voicemails/{reed.person_id}/audio"
    assert (await reed.client.get(nowhere)).json()["code"] == "not_found"


async def test_whoever_took_a_message_hears_it_again_for_a_day_and_then_it_is_erased(town: Town) -> None:
    contact = await _message(town)
    reed, wren = await town.volunteer("reed"), await town.volunteer("wren")
    taken = await _take(reed, contact)
    assert taken["person_id"] == str(reed.person_id)
    assert datetime.fromisoformat(taken["kept_until"]) < now() + timedelta(hours=24)
    assert await _listed(reed) == [str(contact["id"])]
    assert await _listed(wren) == []
    await _take(wren, contact, expect=409)
    await town.later(DAY_S - 600)
    assert (await reed.client.get(_audio(contact))).status_code == 200
    await town.later(601)
    await _erased(town, contact)
    gone = await reed.client.get(_audio(contact))
    assert (gone.status_code, gone.json()["code"]) == (404, "not_found")
    assert await _listed(reed) == []


async def test_a_message_that_nobody_hears_is_not_kept_for_ever(town: Town) -> None:
    contact = await _message(town)
    await town.later(29 * DAY_S)
    reed = await town.volunteer("reed")
    assert await _listed(reed) == [str(contact["id"])]
    await town.later(DAY_S)
    await _erased(town, contact)
    assert [line["contact"] for line in town.lines.ours if line["event"] == "voicemail_never_heard"] == [contact["id"]]


async def test_a_recording_that_the_carrier_has_lost_is_not_found(town: Town) -> None:
    contact = await _message(town)
    reed = await town.volunteer("reed")
    town.carrier.recordings.clear()
    assert (await reed.client.get(_audio(contact))).status_code == 404
    await _take(reed, contact)
    await town.later(DAY_S)
    await _erased(town, contact)
