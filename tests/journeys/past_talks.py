"""Talks that happened, with a note and a level each: what a supervisor finds in a caller's file."""

from typing import Any
from uuid import uuid4

from tests.journeys.town import Town
from tests.journeys.volunteer import Volunteer
from tests.journeys.waiting_for import until


async def talk(
    town: Town, volunteer: Volunteer, caller: str, *, level: str | None = None, facts: str = "最近睡不着。"
) -> str:
    """A whole call that she answers, writes up and sets a level for; its contact."""
    if await volunteer.activity() != "ready":
        await volunteer.ready()
    sid = await town.call(caller=caller)
    contact = await volunteer.answer()
    contact_id = str(contact["id"])
    await write_note(volunteer, contact_id, facts=facts)
    if level is not None:
        told = {"level": level, "rationale": "语气低沉，有计划。", "unknowns": [], "version": 0}
        answer = await volunteer.client.put(f"/api/contacts/{contact_id}/level", json=told)
        assert answer.status_code == 200, answer.text
    await town.hang_up(sid)
    await volunteer.wrap_up()
    await town.ends_as(sid, "answered")
    return contact_id


async def write_note(volunteer: Volunteer, contact_id: str, *, facts: str) -> None:
    """She submits a note that says so much."""
    body: dict[str, Any] = {
        "version": 0,
        "submission_id": str(uuid4()),
        "body": {"facts": facts, "danger_asked": "asked", "topics": []},
        "choices": [],
    }
    answer = await volunteer.client.put(f"/api/contacts/{contact_id}/note", json=body)
    assert answer.status_code == 200, answer.text


async def code_of(supervisor: Volunteer, contact_id: str) -> str:
    """The code of the file that a contact is in, once the worker has opened it."""

    async def opened() -> Any:
        return (await supervisor.get(f"/api/contacts/{contact_id}/subject"))["code"]

    return str(await until(opened, what=f"the file of {contact_id}"))
