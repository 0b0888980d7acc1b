"""An erasure takes its time: it is gone on with after a crash, stops for a hold and waits for a caller who rings."""

import asyncio
from datetime import timedelta
from uuid import UUID

import asyncpg
import pytest

from app.casework.files.opening import open_subject
from app.casework.retention.erasing import BATCH, go_on, request_erasure, target_of_subject
from app.domain.retention import ErasureBasis
from app.platform.clock import fresh_id
from tests.casework.care.care_house import CareHouse, erasure
from tests.casework.care.full_file import fill
from tests.casework.files.case_desk import token_of


async def test_nobody_is_erased_while_a_call_of_theirs_goes_on(care: CareHouse) -> None:
    subject, _ = await fill(care, "one", contacts=1)
    await care.contact(caller="one", closed=False)

    answer = await (await care.browser("admin")).post("/api/retention/erasures", json=erasure(subject))

    assert (answer.status_code, answer.json()["code"]) == (409, "not_possible_now")


async def test_a_long_erasure_is_gone_on_with_by_whoever_is_alive_and_ends_the_same(care: CareHouse) -> None:
    subject, contacts = await fill(care, "one", contacts=5)
    erasure_id = await _begun(care, subject)
    left = []
    for _ in range(3):
        with pytest.raises(RuntimeError):
            await _killed_in_the_middle_of_a_batch(care, erasure_id)
        async with care.tx() as tx:
            await go_on(tx, erasure_id, now=care.now, batch=2)
        left.append(len(await care.rows("SELECT FROM risk_level")))
    async with care.tx() as tx:  # the timer comes once more
        await go_on(tx, erasure_id, now=care.now, batch=2)

    assert left == [3, 1, 0]
    assert await care.rows("SELECT FROM subject") == []
    (found,) = await care.rows("SELECT erased, finished_at FROM erasure")
    assert found["finished_at"] is not None
    assert found["erased"]["risk_level"] == len(contacts)
    assert len(await care.rows("SELECT FROM tombstone WHERE record_table = 'risk_level'")) == 5
    assert (await care.acts()).count("erasure_finished") == 1


async def _begun(care: CareHouse, subject: UUID, *, batch: int = 0) -> UUID:
    """An erasure under way that has come to this many contacts."""
    erasure_id = fresh_id()
    async with care.tx() as tx:
        target = await target_of_subject(tx, subject)
        await tx.execute(
            """INSERT INTO erasure (id, target_kind, target_id, legal_basis, requested_by, requested_at)
               VALUES ($1, 'subject', $2, 'court_order', $3, $4)""",
            erasure_id, target.id, care.people["admin"], care.now,
        )  # fmt: skip
        if batch:
            await go_on(tx, erasure_id, now=care.now, batch=batch)
    return erasure_id


async def _killed_in_the_middle_of_a_batch(care: CareHouse, erasure_id: UUID) -> None:
    async with care.tx() as tx:
        await go_on(tx, erasure_id, now=care.now, batch=2)
        raise RuntimeError


async def test_a_hold_placed_meanwhile_stops_an_erasure_until_it_is_lifted(care: CareHouse) -> None:
    subject, contacts = await fill(care, "one", contacts=3)
    admin = await care.browser("admin")
    erasure_id = await _begun(care, subject, batch=1)
    held = await admin.post("/api/retention/holds", json={"subject_id": str(subject), "reason_code": "investigation"})

    async with care.tx() as tx:
        await go_on(tx, erasure_id, now=care.now, batch=1)
    assert len(await care.rows("SELECT FROM risk_level")) == 2
    shown = (await admin.get("/api/retention")).json()["erasures"][0]
    assert (shown["held_by"], shown["finished_at"]) == (held.json()["id"], None)

    await admin.delete(f"/api/retention/holds/{held.json()['id']}")
    timers = await care.rows("SELECT subject_id FROM timer WHERE kind = 'erasure' AND done_at IS NULL")
    assert timers == [{"subject_id": erasure_id}]
    async with care.tx() as tx:
        await go_on(tx, erasure_id, now=care.now)
    assert await care.rows("SELECT FROM risk_level") == []
    assert len(contacts) == 3


@pytest.mark.parametrize("call", ["a call of theirs", "the dialling of their call-back"])
async def test_p1_a_caller_who_rings_while_they_are_being_erased_keeps_their_number_until_it_is_over(
    care: CareHouse, call: str
) -> None:
    subject, _ = await fill(care, "one", contacts=2)
    erasure_id = await _begun(care, subject, batch=1)
    live = await care.contact(caller="one", held_by="reed", closed=call != "a call of theirs")
    async with care.tx() as tx:
        await open_subject(tx, live, now=care.now)
        await tx.execute(
            "INSERT INTO vault.sealed_number (contact_id, sealed, created_at) VALUES ($1, $2, $3)",
            live, b"sealed", care.now,
        )  # fmt: skip
        await tx.execute(
            "INSERT INTO call_back (contact_id, state, consented_at, due_at) VALUES ($1, $2, $3, $3)",
            live, "reached" if call == "a call of theirs" else "dialling", care.now,
        )  # fmt: skip

    async with care.tx() as tx:
        await go_on(tx, erasure_id, now=care.now)

    assert await care.rows("SELECT FROM vault.sealed_number WHERE contact_id = $1", live)
    assert await care.rows("SELECT FROM contact WHERE id = $1 AND subject_token IS NOT NULL", live)
    assert await care.rows("SELECT FROM subject_link WHERE contact_id = $1", live)
    assert await care.rows("SELECT due_at FROM timer WHERE kind = 'erasure' AND done_at IS NULL") == [
        {"due_at": care.now + timedelta(minutes=5)}
    ]

    async with care.tx() as tx:
        await tx.execute("UPDATE contact SET state = 'closed'")
        await tx.execute("UPDATE call_back SET state = 'reached' WHERE state = 'dialling'")
        await go_on(tx, erasure_id, now=care.now)
    assert await care.rows("SELECT FROM vault.sealed_number WHERE contact_id = $1", live) == []
    assert await care.rows("SELECT FROM erasure WHERE finished_at IS NULL") == []


async def test_asked_for_twice_it_is_one_erasure_and_afterwards_the_finished_one_is_shown(care: CareHouse) -> None:
    subject, _ = await fill(care, "one", contacts=1)
    admin = await care.browser("admin")

    first = (await admin.post("/api/retention/erasures", json=erasure(subject))).json()
    again = await admin.post("/api/retention/erasures", json=erasure(subject))
    async with care.tx() as tx:
        with pytest.raises(Exception, match="no such thing"):
            await request_erasure(
                tx, await target_of_subject(tx, subject), ErasureBasis.UNLAWFUL, by=care.people["admin"], now=care.now
            )

    assert again.json() == first
    assert len(await care.rows("SELECT FROM erasure")) == 1


async def test_two_who_ask_at_the_same_moment_are_answered_with_one_erasure(care: CareHouse) -> None:
    subject, _ = await fill(care, "one", contacts=1)
    async with care.tx() as tx:  # more than a batch: it is under way for a while
        await tx.execute(
            """INSERT INTO contact (id, line_id, number_dialled, subject_token, state, offered_at)
               SELECT gen_random_uuid(), 'lamp', '96000', $1, 'closed', $2 FROM generate_series(1, $3)""",
            token_of("one"), care.now, BATCH,
        )  # fmt: skip
    admin = await care.browser("admin")

    answers = await asyncio.gather(*(admin.post("/api/retention/erasures", json=erasure(subject)) for _ in range(4)))

    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.json()["id"] for answer in answers}) == 1
    assert (await care.acts()).count("erasure_requested") == 1


async def test_two_requests_under_way_at_once_cannot_be(care: CareHouse) -> None:
    target = fresh_id()
    for number in range(2):
        async with care.tx() as tx:
            insert = tx.execute(
                """INSERT INTO erasure (id, target_kind, target_id, legal_basis, requested_by, requested_at)
                   VALUES ($1, 'subject', $2, 'unlawful', $3, $4)""",
                fresh_id(), target, care.people["admin"], care.now,
            )  # fmt: skip
            if number == 0:
                await insert
                continue
            with pytest.raises(asyncpg.UniqueViolationError):
                await insert
            break
