"""P5 in casework: a week of talks with five hundred planted names, numbers, schools and accounts in every field that
takes words. Afterwards a dump of the database (the vault excepted), logs, metrics, pages and addresses hold none."""

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any
from urllib.parse import quote
from uuid import UUID, uuid4

import asyncpg
import httpx2
import pytest
import pytest_asyncio

from app.domain.permissions import Role
from app.platform.clock import now
from tests.journeys.town import Town, running_town
from tests.journeys.volunteer import Volunteer
from tests.journeys.waiting_for import until
from tests.privacy.needles import Haystack, Needle, found
from tests.privacy.planted_people import Planted
from tests.privacy.test_p5_needles_of_the_call_path import log_of
from tests.privacy.watching import look_everywhere, watch_pages, watched_socket

DAYS, TALKS_A_DAY = 7, 4
A_DAY_S = 24 * 3600


@pytest_asyncio.fixture
async def town(database_url: str) -> AsyncIterator[Town]:
    async with running_town(database_url, time_scale=40.0) as running:
        yield running


@pytest.mark.slow
async def test_p5_after_a_week_of_notes_no_needle_is_found_anywhere(town: Town, database_url: str) -> None:
    planted, haystack = Planted(), Haystack()
    reed = await town.volunteer("reed")
    heron, crane = [await town.volunteer(login, role=Role.SUPERVISOR) for login in ("heron", "crane")]
    keeper = await town.volunteer("keeper", role=Role.ADMINISTRATOR)
    auditor = await town.volunteer("auditor", role=Role.AUDITOR)
    for one in (heron, crane, keeper, auditor):
        watch_pages(haystack, one)
    watch_problems(haystack, reed)  # her own draft and what it is checked for are hers to see, in answers alone
    async with watched_socket(haystack, town, heron), watched_socket(haystack, town, reed):
        await reed.ready()
        notes = []
        for day in range(DAYS):
            numbers = range(day * TALKS_A_DAY, (day + 1) * TALKS_A_DAY)
            notes += [await a_talk_written_up(town, reed, planted, number=number) for number in numbers]
            await town.later(A_DAY_S)
        await words_in_every_other_field(town, planted, reed, heron, crane, keeper, notes)
        watch_pages(haystack, reed)
        await everybody_reads(reed, heron, keeper, auditor, notes)
    await town.everybody_hangs_up()
    connection = await asyncpg.connect(database_url)
    try:
        await look_everywhere(haystack, town, connection, log_of(database_url))
    finally:
        await connection.close()

    assert len(planted.needles) >= 500
    hits = found(planted.needles, haystack)
    assert hits == [], "\n".join(hits)
    looked_at = haystack.places()
    for place in (
        "a page", "a problem detail", "a socket frame", "our log", "/metrics", "table note", "table note_action",
        "table subject", "table subject_flag", "table subject_plan", "table subject_task", "table risk_level",
        "table audit_entry", "table placeholder", "table note_search", "table vault_opening",
        "an address of the carrier's API",
    ):  # fmt: skip
        assert looked_at.get(place), f"nothing was there to look through: {place}"
    assert await town.rows("SELECT FROM vault.identity LIMIT 1"), "the vault holds what is sealed"
    assert await town.rows("SELECT FROM note WHERE texts::text LIKE '%姓名1%' LIMIT 1"), "stories stay readable"


def watch_problems(haystack: Haystack, volunteer: Volunteer) -> None:
    """Keep the errors that this console gets, and nothing else."""

    async def keep(response: httpx2.Response) -> None:
        if response.is_error:
            await response.aread()
            haystack.add("a problem detail", f"{response.headers} {response.text}")

    volunteer.client.event_hooks["response"].append(keep)


async def a_talk_written_up(town: Town, reed: Volunteer, planted: Planted, *, number: int) -> Any:
    """A call, a draft, a preview, a note; the note as it is stored."""
    caller = f"+4477009005{number:02d}"
    planted.needles.append(Needle("a caller's number", caller))
    sid = await town.call(caller=caller)
    contact = await reed.answer()
    body = planted.note()
    at = f"/api/contacts/{contact['id']}"
    await ask(reed, "PUT", f"{at}/draft", {"version": 0, "body": body})
    await ask(reed, "POST", f"{at}/note/preview", {"body": body})
    note = await ask(
        reed, "PUT", f"{at}/note", {"version": 0, "submission_id": str(uuid4()), "body": body, "choices": []}
    )
    await town.hang_up(sid)
    await reed.wrap_up()
    await town.ends_as(sid, "answered")
    return note


async def ask(who: Volunteer, method: str, path: str, body: Any = None, *, expect: tuple[int, ...] = (200, 201)) -> Any:
    """A request that has to end so; its answer."""
    answer = await who.client.request(method, path, json=body)
    assert answer.status_code in expect, (method, path, answer.status_code, answer.text)
    if answer.status_code == 204 or "ndjson" in answer.headers.get("content-type", ""):
        return None
    return answer.json()


async def words_in_every_other_field(
    town: Town,
    planted: Planted,
    reed: Volunteer,
    heron: Volunteer,
    crane: Volunteer,
    keeper: Volunteer,
    notes: list[Any],
) -> None:
    """Rationale, amendment, flag, plan, task, hand-over, identity, break-glass, hold: each says who somebody is."""
    contact_id = notes[0]["contact_id"]
    at = f"/api/contacts/{contact_id}"
    await ask(reed, "PUT", f"{at}/level", {"level": "high", "rationale": planted.sentence(), "version": 0})
    await ask(
        reed, "PUT", f"{at}/identity", {"kind": "name", "value": planted.name(), "purpose": "rescue"}, expect=(204,)
    )
    await ask(reed, "PUT", f"{at}/identity", {"kind": "location", "value": planted.address()}, expect=(204,))
    async with town.db.transaction() as tx:  # the note has been open for a week
        week_ago = "UPDATE note SET locks_at = locks_at - interval '7 days', locked_at = submitted_at WHERE id = $1"
        await tx.execute(week_ago, UUID(notes[0]["id"]))
    amend = {"submission_id": str(uuid4()), "text": planted.sentence(), "choices": []}
    await ask(reed, "POST", f"/api/notes/{notes[0]['id']}/amendments", amend)
    subject = (await town.rows("SELECT subject_id FROM subject_link WHERE contact_id = $1", notes[0]["contact_id"]))[0][
        0
    ]
    file = f"/api/subjects/{subject}"
    flag = await ask(heron, "POST", f"{file}/flags", {"code": "minor", "text": planted.sentence()})
    lift = {"reason": planted.sentence(), "version": flag["version"]}
    await ask(heron, "POST", f"{file}/flags/{flag['id']}/lift", lift)
    await ask(heron, "POST", f"{file}/flags", {"code": "means_at_hand", "text": planted.sentence()})
    plan = {
        "version": 0, "key_lines": [planted.sentence()], "body": planted.sentence(),
        "adults": [{"role": "class_teacher", "does": planted.sentence()}],
    }  # fmt: skip
    await ask(heron, "PUT", f"{file}/plan", plan)
    task = {
        "text": planted.sentence(),
        "owner": {"kind": "pool", "id": "day"},
        "due_at": (now() + timedelta(days=9)).isoformat(),
    }
    await ask(heron, "POST", f"{file}/tasks", task)
    opening = {"contact_id": contact_id, "reason_code": "danger_to_life", "reason": planted.sentence(), "minutes": 5}
    asked = await ask(heron, "POST", "/api/vault/openings", opening)
    await ask(crane, "POST", f"/api/vault/openings/{asked['id']}/approve", {})
    hold = {"subject_id": str(subject), "reason_code": "other", "reason": planted.sentence()}
    await ask(keeper, "POST", "/api/retention/holds", hold)
    odd = {"facts": planted.sentence(), planted.name(): planted.name()}
    wrong = {"version": 7, "submission_id": "x", "body": odd}
    await ask(reed, "PUT", f"{at}/note", wrong, expect=(422,))
    stale = {
        "version": 0,
        "submission_id": str(uuid4()),
        "body": {"facts": planted.sentence(), "danger_asked": "asked"},
    }
    await ask(reed, "PUT", f"{at}/note", stale, expect=(409,))
    too_long = {"version": 1, "submission_id": str(uuid4()), "body": {"facts": planted.sentence() * 2000}}
    await ask(reed, "PUT", f"/api/contacts/{notes[1]['contact_id']}/note", too_long, expect=(422,))
    await ask(heron, "POST", "/api/notes/search", {"words": planted.name()})
    await ask(heron, "GET", f"/api/subjects/{quote(planted.name())}", expect=(422,))


async def everybody_reads(
    reed: Volunteer, heron: Volunteer, keeper: Volunteer, auditor: Volunteer, notes: list[Any]
) -> None:
    """Every page that shows what was written."""
    for note in notes:
        for reader in (reed, heron):
            await reader.get(f"/api/contacts/{note['contact_id']}/record")
            await reader.get(f"/api/contacts/{note['contact_id']}/level")
    for words in ("跳楼", "药放在", "室友", "抽屉"):
        await ask(heron, "POST", "/api/notes/search", {"words": words})
        await ask(reed, "POST", "/api/notes/search", {"words": words})
    await until(lambda: found_file(heron, notes[0]), what="the file of the first caller")
    await reed.get("/api/notes/owed")
    kept = await reed.get(f"/api/contacts/{notes[0]['contact_id']}/identity/kept")
    assert [one["kind"] for one in kept] == ["name", "location"]
    await heron.get("/api/vault/openings")
    await heron.get("/api/wallboard")
    await keeper.get("/api/retention")
    await auditor.get("/api/audit")


async def found_file(heron: Volunteer, note: Any) -> bool:
    """The file of a note's contact is there, and was read."""
    summary = await heron.get(f"/api/contacts/{note['contact_id']}/subject")
    if not summary["has_file"]:
        return False
    await heron.get(f"/api/subjects/{summary['subject_id']}")
    return True
