"""A file is opened when a talk begins: one subject a caller, and none for somebody who only rang or has no number."""

import asyncio
import base64

import pytest
from pydantic import SecretStr

from app import wiring
from app.casework.files.family import kept_subject
from app.casework.files.opening import open_subject, subject_of_contact
from app.contacts.facts import TALK_BEGAN, talk_began
from app.platform.clock import fresh_id
from app.platform.timers import LEASE, claim_due, run_timer
from app.settings import Settings
from tests.casework.files.case_desk import MINUTE, NOW, Desk
from tests.journeys.waiting_for import until

KEY = SecretStr(base64.b64encode(bytes(32)).decode())


async def _subject_of(desk: Desk, contact_id: object) -> object:
    async with desk.db.transaction() as tx:
        return await subject_of_contact(tx, contact_id)  # type: ignore[arg-type]


async def test_the_same_caller_is_the_same_subject_on_every_line(desk: Desk) -> None:
    first, subject = await desk.talk("heron")
    second, again = await desk.talk("heron", line="pier", at=NOW + MINUTE)
    assert subject is not None
    assert again == subject
    assert await _subject_of(desk, first) == await _subject_of(desk, second) == subject
    assert await desk.value("SELECT organisation_id FROM subject WHERE id = $1", subject) == "lighthouse"


async def test_another_caller_is_another_subject(desk: Desk) -> None:
    _, heron = await desk.talk("heron")
    _, gull = await desk.talk("gull")
    assert heron != gull


async def test_failure_25_callers_without_a_number_share_one_number_and_never_a_file(desk: Desk) -> None:
    one, none = await desk.talk(None)
    two, neither = await desk.talk(None)
    assert none is None
    assert neither is None
    assert await _subject_of(desk, one) is None
    assert await _subject_of(desk, two) is None
    assert await desk.value("SELECT count(*) FROM subject") == 0
    assert await desk.value("SELECT count(*) FROM subject_link") == 0


async def test_failure_25_a_blank_pseudonym_is_no_pseudonym(desk: Desk) -> None:
    contact_id = await desk.contact(None)
    async with desk.db.transaction() as tx:
        await tx.execute("UPDATE contact SET subject_token = ''::bytea WHERE id = $1", contact_id)
        assert await open_subject(tx, contact_id, now=NOW) is None
    assert await desk.value("SELECT count(*) FROM subject_alias") == 0


async def test_a_caller_who_never_talked_has_no_file(desk: Desk) -> None:
    contact_id = await desk.contact("heron", state="closed")
    assert await _subject_of(desk, contact_id) is None


async def test_a_caller_who_rings_again_is_known_before_the_answer_by_the_pseudonym_alone(desk: Desk) -> None:
    _, subject = await desk.talk("heron")
    ringing = await desk.contact("heron", state="offered", at=NOW + MINUTE)
    assert await _subject_of(desk, ringing) == subject
    assert await desk.value("SELECT count(*) FROM subject_link WHERE contact_id = $1", ringing) == 0


async def test_opening_twice_is_opening_once(desk: Desk) -> None:
    contact_id, subject = await desk.talk("heron")
    async with desk.db.transaction() as tx:
        assert await open_subject(tx, contact_id, now=NOW + MINUTE) == subject
    assert await desk.value("SELECT count(*) FROM subject") == 1
    assert await desk.value("SELECT linked_at FROM subject_link WHERE contact_id = $1", contact_id) == NOW


@pytest.mark.parametrize("at_once", [2, 5])
async def test_first_contacts_at_once_make_one_subject(desk: Desk, at_once: int) -> None:
    for round_ in range(6):
        contacts = [await desk.contact(f"heron {round_}") for _ in range(at_once)]
        gate = asyncio.Barrier(at_once)

        async def first(contact_id: object, gate: asyncio.Barrier = gate) -> object:
            async with desk.db.transaction() as tx:
                await tx.fetchval("SELECT 1")
                await gate.wait()  # everybody has begun before anybody writes
                return await open_subject(tx, contact_id, now=NOW)  # type: ignore[arg-type]

        found = await asyncio.gather(*(first(contact_id) for contact_id in contacts))
        assert None not in found
        assert len(set(found)) == 1
    assert await desk.value("SELECT count(*) FROM subject") == 6
    assert await desk.value("SELECT count(*) FROM subject_link") == 6 * at_once


async def test_a_first_contact_whose_transaction_fails_leaves_the_next_one_to_open_the_file(desk: Desk) -> None:
    failing, good = await desk.contact("heron"), await desk.contact("heron")
    written = asyncio.Event()

    async def fails() -> None:
        async with desk.db.transaction() as tx:
            await open_subject(tx, failing, now=NOW)
            written.set()
            await until(lambda: tx.fetchval("SELECT EXISTS (SELECT FROM pg_locks WHERE NOT granted)"), what="waiting")
            raise RuntimeError("the process dies here")

    async def waits() -> object:
        await written.wait()
        async with desk.db.transaction() as tx:
            return await open_subject(tx, good, now=NOW)

    failed, subject = await asyncio.gather(fails(), waits(), return_exceptions=True)
    assert isinstance(failed, RuntimeError)
    assert subject is not None
    assert await _subject_of(desk, good) == subject
    assert await desk.value("SELECT count(*) FROM subject") == 1


async def test_a_merged_subject_stands_for_the_one_that_was_kept(desk: Desk) -> None:
    contact_id, heron = await desk.talk("heron")
    _, gull = await desk.talk("gull")
    _, tern = await desk.talk("tern")
    async with desk.db.transaction() as tx:
        await tx.execute("UPDATE subject SET merged_into = $2 WHERE id = $1", heron, gull)
        await tx.execute("UPDATE subject SET merged_into = $2 WHERE id = $1", gull, tern)
        assert await subject_of_contact(tx, contact_id) == tern
        assert await kept_subject(tx, heron) == tern  # type: ignore[arg-type]
        assert await kept_subject(tx, fresh_id()) is None
    _, next_time = await desk.talk("heron", at=NOW + MINUTE)
    assert next_time == tern


async def test_a_talk_that_began_opens_its_file_even_when_the_worker_that_took_it_dies(desk: Desk) -> None:
    contact_id = await desk.contact("heron", state="talking")
    async with desk.db.transaction() as tx:
        await talk_began(tx, contact_id, now=NOW)
    handlers = wiring.timer_handlers(wiring.make_parts(Settings(pseudonym_key=KEY, seal_key=KEY), desk.db))
    async with desk.db.transaction() as tx:
        (taken,) = await claim_due(tx, [TALK_BEGAN], now=NOW)  # and never done: that worker is gone
    assert await _subject_of(desk, contact_id) is None
    later = NOW + LEASE
    async with desk.db.transaction() as tx:
        (timer,) = await claim_due(tx, [TALK_BEGAN], now=later)
    await run_timer(desk.db, timer, handlers[TALK_BEGAN], read_clock=lambda: later)
    assert await _subject_of(desk, contact_id) is not None
    await run_timer(desk.db, taken, handlers[TALK_BEGAN], read_clock=lambda: later)  # back from the dead, too late
    assert await desk.value("SELECT count(*) FROM subject_link") == 1
    async with desk.db.transaction() as tx:
        assert await claim_due(tx, [TALK_BEGAN], now=later + LEASE) == []
