"""What was erased, by right or by age, is asked of nobody again, and nothing takes its place."""

import asyncio
from collections.abc import Sequence
from datetime import timedelta
from threading import Event
from typing import Any, Final
from uuid import UUID, uuid4

import pytest

from app.casework.retention.periods import load_periods
from app.casework.retention.rounds import Place, step
from app.casework.retention.rules import STAGES, Unit
from app.domain.redaction.span import Known, Span
from app.domain.retention import RecordClass
from app.platform.clock import fresh_id
from tests.casework.name_redactor import NameRedactor
from tests.casework.notes.writing_room import COMPLETE, Room, Writer

NOTE: Final = {"version": 0, "submission_id": str(uuid4()), "body": COMPLETE}
LEVEL: Final = {"level": "low", "rationale": "有人陪着", "version": 0}
WRITES: Final[dict[str, tuple[str, str, dict[str, Any]]]] = {
    "draft": ("PUT", "draft", {"version": 0, "body": {"facts": "又来一遍"}}),
    "preview": ("POST", "note/preview", {"body": {"facts": "又来一遍"}}),
    "note": ("PUT", "note", NOTE),
    "code": ("POST", "non-counselling", {"code": "silent"}),
    "level": ("PUT", "level", LEVEL),
    "assessment": (
        "POST", "assessments", {"instrument_id": "c-ssrs-screener", "version": 1, "answers": {"q1": "no"}},
    ),
    "consent": ("POST", "consents", {"consent_to": "follow_up", "said": "refused"}),
    "file": ("PUT", "subject", {"new": True, "consent": True}),
}  # fmt: skip
"""Every way in which something comes to hang on a contact."""


async def _erase(admin: Writer, contact: UUID) -> None:
    answer = await admin.client.post(
        "/api/retention/erasures", json={"contact_id": str(contact), "legal_basis": "subject_request"}
    )
    assert answer.json()["finished_at"], answer.text


async def _nightly_round_over_notes(room: Room) -> None:
    async with room.web.db.transaction() as tx:
        place = Place(fresh_id(), STAGES.index((RecordClass.NOTES, Unit.CONTACT)))
        await step(tx, load_periods(), place, now=room.at)


async def _owed(writer: Writer) -> list[str]:
    return [one["contact_id"] for one in (await writer.client.get("/api/notes/owed")).json()]


async def _written_about(room: Room, contact: UUID) -> dict[str, int]:
    tables = ("note", "note_draft", "risk_level", "assessment", "consent", "subject_link")
    return {
        table: count
        for table in tables
        if (count := await room.value(f"SELECT count(*) FROM {table} WHERE contact_id = $1", contact))  # noqa: S608
    }


async def test_a_note_that_was_erased_is_not_owed_again(room: Room) -> None:
    reed, admin = await room.person("reed"), await room.person("admin", "administrator")
    erased, owed = await room.contact(reed.person_id), await room.contact(reed.person_id)
    await reed.submit(erased)

    await _erase(admin, erased)

    assert await _owed(reed) == [str(owed)]


async def test_a_talk_whose_note_went_by_age_or_was_never_written_is_not_owed_when_its_time_is_over(room: Room) -> None:
    reed = await room.person("reed")
    written, never, owed = [await room.contact(reed.person_id, ago=timedelta(days=days)) for days in (1200, 1200, 900)]
    await reed.submit(written)

    await _nightly_round_over_notes(room)

    assert await _owed(reed) == [str(owed)]
    assert await room.value("SELECT count(*) FROM note") == 0
    assert {(await reed.send(contact)).status_code for contact in (written, never)} == {410}


@pytest.mark.parametrize("what", WRITES)
async def test_nothing_is_written_about_a_contact_that_was_erased_and_it_is_said_why(room: Room, what: str) -> None:
    reed, admin = await room.person("reed"), await room.person("admin", "administrator")
    contact, other = await room.contact(reed.person_id), await room.contact(reed.person_id)
    method, path, body = WRITES[what]
    await _erase(admin, contact)

    answer = await reed.client.request(method, f"/api/contacts/{contact}/{path}", json=body)

    assert (answer.status_code, answer.json()["code"]) == (410, "erased")
    assert answer.json()["title"]
    assert answer.json()["title_zh"]
    assert await _written_about(room, contact) == {}
    elsewhere = await reed.client.request(method, f"/api/contacts/{other}/{path}", json=body)
    assert elsewhere.status_code in {200, 201}, elsewhere.text


async def test_the_record_of_a_contact_that_was_erased_says_so_and_is_not_to_be_written(room: Room) -> None:
    reed, admin = await room.person("reed"), await room.person("admin", "administrator")
    contact = await room.contact(reed.person_id)
    before = await reed.record(contact)

    await _erase(admin, contact)

    after = await reed.record(contact)
    assert [(each["erased"], each["may_write"]) for each in (before, after)] == [(False, True), (True, False)]


class _Slow(NameRedactor):
    """Looks for identities until it is told to go on."""

    def __init__(self) -> None:
        super().__init__()
        self.began, self.may_end = Event(), Event()

    def find(self, text: str, known: Sequence[Known] = (), *, keep: Sequence[str] = ()) -> list[Span]:
        """What it finds, by and by."""
        self.began.set()
        self.may_end.wait(20)
        return super().find(text, known, keep=keep)


@pytest.mark.parametrize(("path", "body"), [("note", NOTE), ("level", LEVEL)])
async def test_what_is_being_looked_through_while_its_contact_is_erased_is_not_stored(
    room: Room, path: str, body: dict[str, Any]
) -> None:
    reed, admin = await room.person("reed"), await room.person("admin", "administrator")
    contact = await room.contact(reed.person_id)
    slow = _Slow()
    room.with_finder(slow)
    async with asyncio.TaskGroup() as together:
        writing = together.create_task(reed.client.put(f"/api/contacts/{contact}/{path}", json=body))
        assert await asyncio.to_thread(slow.began.wait, 20)
        await _erase(admin, contact)
        slow.may_end.set()

    assert writing.result().status_code == 410
    assert await _written_about(room, contact) == {}
