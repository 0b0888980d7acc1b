"""The nightly round: what is old enough goes, what is held stays, and it is said what was done."""

from collections import Counter
from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID

import pytest

from app.casework.retention import due
from app.casework.retention.due import RETENTION, THE_ROUND, plan_the_round
from app.casework.retention.periods import Periods, load_periods
from app.casework.retention.rounds import Place, look, step
from app.casework.retention.rules import STAGES
from app.domain.retention import RecordClass, next_run
from app.platform.clock import fresh_id
from app.platform.timers import Timer
from tests.casework.care.care_house import CareHouse
from tests.casework.care.full_file import fill

YEAR = timedelta(days=366)
PERIODS = load_periods()


async def whole_round(care: CareHouse, periods: Periods = PERIODS, *, batch: int = 2) -> UUID:
    """One round from its beginning to its end, a transaction a batch; its id."""
    first = Place(fresh_id())
    place: Place | None = first
    while place is not None:
        async with care.tx() as tx:
            place = await step(tx, periods, place, now=care.now, batch=batch)
    return first.round_id


async def runs(care: CareHouse) -> dict[str, tuple[int, int, int]]:
    rows = await care.rows("SELECT record_class, looked_at, erased, held FROM retention_run")
    return {str(row["record_class"]): (row["looked_at"], row["erased"], row["held"]) for row in rows}  # type: ignore[misc]


async def left(care: CareHouse, *tables: str) -> dict[str, int]:
    return {table: len(await care.rows(f"SELECT FROM {table}")) for table in tables}


async def test_what_has_been_kept_long_enough_goes_and_what_is_younger_stays(care: CareHouse) -> None:
    old, _ = await fill(care, "old", contacts=3, at=care.now - 4 * YEAR)
    young, _ = await fill(care, "young", contacts=2, at=care.now - 2 * YEAR)

    await whole_round(care)

    assert [row["id"] for row in await care.rows("SELECT id FROM subject")] == [young]
    assert await left(care, "risk_level", "assessment", "consent", "subject_plan", "subject_flag", "ledger") == {
        "risk_level": 2, "assessment": 2, "consent": 2, "subject_plan": 1, "subject_flag": 2, "ledger": 2,
    }  # fmt: skip
    assert await left(care, "vault.identity", "vault.sealed_number") == {"vault.identity": 0, "vault.sealed_number": 0}
    assert await left(care, "contact") == {"contact": 5}
    assert len(await care.rows("SELECT FROM contact WHERE subject_token IS NULL")) == 3
    assert await left(care, "tombstone") == {"tombstone": 0}
    said = await runs(care)
    assert said["notes"] == (3, 3, 0)
    assert said["files"] == (1, 1, 0)
    assert said["contacts"] == (3, 3, 0)
    assert said["vault"] == (5, 5, 0)
    assert old != young


async def test_a_second_round_finds_nothing_more(care: CareHouse) -> None:
    await fill(care, "old", at=care.now - 4 * YEAR)
    async with care.tx() as tx:
        await tx.execute("UPDATE voicemail SET erased_at = $1", care.now)
    await whole_round(care)
    async with care.tx() as tx:
        await tx.execute("DELETE FROM retention_run")

    await whole_round(care)

    assert set((await runs(care)).values()) == {(0, 0, 0)}


@pytest.mark.parametrize("on", ["subject", "contact", "line"])
async def test_what_is_held_is_looked_at_and_stays_whole(care: CareHouse, on: str) -> None:
    subject, contacts = await fill(care, "old", contacts=2, at=care.now - 4 * YEAR)
    admin = await care.browser("admin")
    target = {"subject": str(subject), "contact": str(contacts[0]), "line": "lamp"}[on]
    await admin.post("/api/retention/holds", json={f"{on}_id": target, "reason_code": "investigation"})

    await whole_round(care)

    kept = 1 if on == "contact" else 2
    assert (await runs(care))["notes"] == (2, 2 - kept, kept)
    assert (await runs(care))["files"] == (1, 0, 1)
    assert await left(care, "risk_level", "subject_plan") == {"risk_level": kept, "subject_plan": 1}
    assert len(await care.rows("SELECT FROM contact WHERE subject_token IS NOT NULL")) == kept


async def test_a_hold_on_a_file_keeps_a_contact_that_was_linked_to_it_by_hand(care: CareHouse) -> None:
    subject, _ = await fill(care, "old", contacts=1, at=care.now - 4 * YEAR)
    by_hand = await care.contact(caller=None, at=care.now - 4 * YEAR, consents={"recording": "given"})
    async with care.tx() as tx:
        await tx.execute(
            "INSERT INTO subject_link (contact_id, subject_id, how, linked_at) VALUES ($1, $2, 'by_hand', $3)",
            by_hand, subject, care.now,
        )  # fmt: skip
    admin = await care.browser("admin")
    await admin.post("/api/retention/holds", json={"subject_id": str(subject), "reason_code": "court"})

    await whole_round(care)

    assert (await runs(care))["contacts"] == (2, 0, 2)
    assert len(await care.rows("SELECT FROM subject_link WHERE contact_id = $1", by_hand)) == 1


async def test_a_hold_that_is_lifted_lets_the_next_round_go_on(care: CareHouse) -> None:
    subject, _ = await fill(care, "old", at=care.now - 4 * YEAR)
    admin = await care.browser("admin")
    held = (await admin.post("/api/retention/holds", json={"subject_id": str(subject), "reason_code": "court"})).json()
    await whole_round(care)
    assert await left(care, "subject") == {"subject": 1}

    await admin.delete(f"/api/retention/holds/{held['id']}")
    await whole_round(care)

    assert await left(care, "subject", "risk_level") == {"subject": 0, "risk_level": 0}


async def test_a_line_of_a_city_that_wants_ten_years_keeps_them(care: CareHouse, tmp_path: Path) -> None:
    for name, text in _own_periods().items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    periods = load_periods(tmp_path)
    at = care.now - 4 * YEAR
    lamp = await care.contact(caller="one", line="lamp", at=at, consents={"recording": "given"})
    pier = await care.contact(caller="two", line="pier", at=at, consents={"recording": "given"})

    await whole_round(care, periods)

    rows = await care.rows("SELECT id FROM contact WHERE subject_token IS NOT NULL")
    assert [row["id"] for row in rows] == [pier]
    assert lamp != pier
    (version,) = {str(row["periods_version"]) for row in await care.rows("SELECT periods_version FROM retention_run")}
    assert version == "cn 2026-11-26, cn-ten-years 2026-12-01"


def _own_periods() -> dict[str, str]:
    folder = Path(__file__).resolve().parents[3] / "app/casework/retention/periods"
    texts = {path.name: path.read_text(encoding="utf-8") for path in folder.glob("*.yaml")}
    ten = texts["cn-ten-years.yaml"].replace("organisations: []", "organisations: [harbour]")
    return texts | {"cn-ten-years.yaml": ten.replace('version: "2026-11-26"', 'version: "2026-12-01"')}


async def test_a_file_somebody_has_dealt_with_since_is_not_old(care: CareHouse) -> None:
    await fill(care, "old", at=care.now - 4 * YEAR)
    async with care.tx() as tx:
        await tx.execute("UPDATE subject_plan SET written_at = $1", care.now - YEAR)

    await whole_round(care)

    assert await left(care, "subject", "subject_plan") == {"subject": 1, "subject_plan": 1}


async def test_a_file_with_an_open_task_is_not_old(care: CareHouse) -> None:
    await fill(care, "old", at=care.now - 4 * YEAR)
    async with care.tx() as tx:
        await tx.execute("UPDATE subject_task SET ended_at = NULL")

    await whole_round(care)

    assert await left(care, "subject") == {"subject": 1}


async def test_a_file_is_as_old_as_the_last_contact_of_whatever_was_merged_into_it(care: CareHouse) -> None:
    kept, _ = await fill(care, "kept", contacts=1, at=care.now - 4 * YEAR)
    merged, _ = await fill(care, "merged", contacts=1, at=care.now - YEAR)
    async with care.tx() as tx:
        await tx.execute("UPDATE subject SET merged_into = $2 WHERE id = $1", merged, kept)

    await whole_round(care)
    assert await left(care, "subject") == {"subject": 2}

    care.house.clock.pass_by(days=3 * 366)
    await whole_round(care)
    assert await left(care, "subject") == {"subject": 0}


async def test_a_contact_that_never_closed_is_never_old(care: CareHouse) -> None:
    await care.contact(caller="one", at=care.now - 9 * YEAR, closed=False, consents={"recording": "given"})

    await whole_round(care)

    assert len(await care.rows("SELECT FROM contact WHERE subject_token IS NOT NULL")) == 1


async def test_a_block_that_still_holds_outlives_the_contact_it_came_from(care: CareHouse) -> None:
    await fill(care, "old", contacts=1, at=care.now - 4 * YEAR)
    async with care.tx() as tx:
        await tx.execute("UPDATE block SET expires_at = $1", care.now + timedelta(days=1))

    await whole_round(care)

    assert await left(care, "block") == {"block": 1}


async def test_events_of_no_contact_go_by_their_own_time(care: CareHouse) -> None:
    for number, age in enumerate((4 * YEAR, 4 * YEAR, 4 * YEAR, YEAR)):
        async with care.tx() as tx:
            await tx.execute(
                """INSERT INTO ledger (provider, dedupe_key, kind, provider_call_id, received_at)
                   VALUES ('test', $1, 'call.unheard', 'CA', $2)""",
                str(number), care.now - age,
            )  # fmt: skip

    await whole_round(care, batch=2)

    assert await left(care, "ledger") == {"ledger": 1}
    assert (await runs(care))["ledger"] == (3, 3, 0)


async def test_a_dry_run_counts_the_same_and_erases_nothing(care: CareHouse) -> None:
    await fill(care, "old", contacts=3, at=care.now - 4 * YEAR)
    subject, _ = await fill(care, "held", contacts=1, at=care.now - 4 * YEAR)
    admin = await care.browser("admin")
    await admin.post("/api/retention/holds", json={"subject_id": str(subject), "reason_code": "court"})
    before = await left(care, "risk_level", "subject", "vault.identity", "ledger")
    counted: dict[RecordClass, Counter[str]] = {}
    for stage, (record_class, _unit) in enumerate(STAGES):
        async with care.house.db.reading() as tx:
            found = await look(tx, PERIODS, Place(fresh_id(), stage), now=care.now, erasing=False)
        counted.setdefault(record_class, Counter()).update(due=found.looked_at, erased=found.erased, held=found.held)
    assert await left(care, *before) == before

    await whole_round(care)

    told = await runs(care)
    # In the round itself what a file's going takes along (its links) is not found by a later class; the counts agree.
    for record_class, numbers in counted.items():
        assert told[record_class] == (numbers["due"], numbers["erased"], numbers["held"]), record_class


def timer(payload: dict[str, object] | None = None) -> Timer:
    return Timer(fresh_id(), RETENTION, THE_ROUND, payload or {}, 1, timedelta(0))


async def next_timer(care: CareHouse) -> dict[str, object]:
    (row,) = await care.rows("SELECT due_at, payload FROM timer WHERE kind = $1 AND done_at IS NULL", RETENTION)
    return row


async def test_the_timer_goes_on_batch_by_batch_and_then_waits_for_the_next_night(care: CareHouse) -> None:
    await fill(care, "old", at=care.now - 4 * YEAR)
    handler = due.handlers(PERIODS)[RETENTION]
    payload: dict[str, object] = {}
    times: list[datetime] = []
    for _ in range(50):
        async with care.tx() as tx:
            await handler(tx, timer(payload), now=care.now)
        row = await next_timer(care)
        times.append(row["due_at"])  # type: ignore[arg-type]
        payload = row["payload"]  # type: ignore[assignment]
        if not payload:
            break

    assert len(times) == len(STAGES)
    assert set(times[:-1]) == {care.now}
    assert times[-1] == next_run(care.now)
    assert await left(care, "subject") == {"subject": 0}
    (act,) = await care.rows("SELECT facts FROM audit_entry WHERE act = 'retention_ran'")
    assert act["facts"]["failed"] == 0  # type: ignore[index]


async def test_a_class_that_fails_is_told_of_and_the_others_go_on(
    care: CareHouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    await fill(care, "old", at=care.now - 4 * YEAR)
    async with care.tx() as tx:  # something nobody expected: the rule cannot be carried out
        await tx.execute("CREATE RULE stuck AS ON DELETE TO assessment DO INSTEAD SELECT 1 / 0")
    handler = due.handlers(PERIODS)[RETENTION]
    payload: dict[str, object] = {}
    while True:
        async with care.tx() as tx:
            await handler(tx, timer(payload), now=care.now)
        payload = (await next_timer(care))["payload"]  # type: ignore[assignment]
        if not payload:
            break

    failed = await care.rows("SELECT record_class FROM retention_run WHERE failed_as IS NOT NULL")
    assert failed == [{"record_class": "notes"}]
    assert [row["kind"] for row in await care.rows("SELECT kind FROM notice")] == ["retention_failed"]
    assert await left(care, "subject", "risk_level") == {"subject": 0, "risk_level": 2}


async def test_a_round_is_planned_once_and_one_under_way_is_left_alone(care: CareHouse) -> None:
    for _ in range(2):
        async with care.tx() as tx:
            await plan_the_round(tx, now=care.now)
    assert (await next_timer(care))["due_at"] == next_run(care.now)

    care.house.clock.pass_by(hours=1)
    async with care.tx() as tx:
        await plan_the_round(tx, now=care.now)
    assert (await next_timer(care))["due_at"] == next_run(care.now - timedelta(hours=1))
