"""What goes into the vault: the number when a talk begins, whatever is given for a rescue; until its time is over."""

import json
import logging
from datetime import timedelta

import pytest

from app.casework.vault.due import handlers
from app.casework.vault.keeping import Vault, forget_expired, forget_identities, keep_number_of_talk
from app.contacts.facts import talk_began
from app.contacts.moving import close
from app.contacts.rows import lock_contact
from app.platform.crypto import Sealer
from app.platform.vault_role import as_vault
from tests.casework.vault.conftest import NUMBER, Station


async def _kept(station: Station) -> list[tuple[str, str]]:
    async with station.house.db.transaction() as tx, as_vault(tx):
        rows = await tx.fetch("SELECT id, kind, sealed FROM vault.identity ORDER BY created_at, kind")
    seals = station.house.door.sealer
    return [(row["kind"], seals.open(row["sealed"], f"vault.identity/{row['id']}/sealed").decode()) for row in rows]


async def _seeds(station: Station) -> int:
    rows = await station.rows("SELECT contact_id FROM vault.sealed_number")
    return len(rows)


async def _close(station: Station, contact_id: object) -> None:
    async with station.house.db.transaction() as tx:
        contact = await lock_contact(tx, contact_id)  # type: ignore[arg-type]
        assert contact is not None
        await tx.execute("UPDATE contact SET state = 'closed' WHERE id = $1", contact_id)
        await close(tx, contact, at=station.house.clock.at)


async def test_the_number_of_a_talk_is_kept_and_the_end_of_the_contact_takes_only_the_first_copy(
    station: Station,
) -> None:
    contact_id, subject_id = await station.talk()
    await _close(station, contact_id)

    assert subject_id is not None
    assert await _seeds(station) == 0
    assert await _kept(station) == [("number", NUMBER)]


async def test_a_call_that_was_never_answered_leaves_no_number(station: Station) -> None:
    await _close(station, await station.contact(state="waiting"))

    assert await _seeds(station) == 0
    assert await _kept(station) == []


async def test_a_contact_that_ends_before_its_talk_is_known_of_still_leaves_its_number_to_the_vault(
    station: Station,
) -> None:
    contact_id = await station.contact()
    async with station.house.db.transaction() as tx:
        await talk_began(tx, contact_id, now=station.house.clock.at)
    await _close(station, contact_id)
    assert await _seeds(station) == 1

    await station.timers()

    assert await _kept(station) == [("number", NUMBER)]
    assert await _seeds(station) == 0


async def test_a_key_that_is_gone_does_not_keep_the_file_from_being_opened(station: Station) -> None:
    contact_id = await station.contact()
    async with station.house.db.transaction() as tx:
        await talk_began(tx, contact_id, now=station.house.clock.at)
    station.vault = Vault(Sealer({"k9": b"9" * 32}, "k9"), timedelta(days=90), 10)

    await station.timers()

    assert len(await station.rows("SELECT 1 FROM subject_link WHERE contact_id = $1", contact_id)) == 1
    assert await _kept(station) == []


@pytest.mark.parametrize(
    ("kind", "given", "kept"),
    [
        ("number", "0574 6801 6801", "+8657468016801"),
        ("number", "+44 7700 900 999", "+447700900999"),
        ("name", " 欧阳晓岚 ", "欧阳晓岚"),
        ("location", "灯塔路 9 号，三楼", "灯塔路 9 号，三楼"),
    ],
)
async def test_whoever_holds_the_contact_tells_the_vault_and_does_not_read_it_back(
    station: Station, kind: str, given: str, kept: str
) -> None:
    contact_id = await station.contact(number=None, held_by="xiao")

    answer = await station.browsers["xiao"].put(
        f"/api/contacts/{contact_id}/identity", json={"kind": kind, "value": given}
    )

    assert (answer.status_code, answer.text) == (204, "")
    assert await _kept(station) == [(kind, kept)]
    assert (await station.browsers["xiao"].get(f"/api/contacts/{contact_id}/identity")).status_code == 405
    (entry,) = await station.rows("SELECT * FROM audit_entry")
    assert entry["act"] == "vault_identity_given"
    assert kept not in str(entry)


async def test_what_is_given_again_takes_the_place_of_the_earlier_and_never_of_the_number_the_call_came_from(
    station: Station,
) -> None:
    contact_id, _ = await station.talk()
    for value in ("+447700900998", "+447700900999"):
        answer = await station.browsers["yuan"].put(
            f"/api/contacts/{contact_id}/identity", json={"kind": "number", "value": value}
        )
        assert answer.status_code == 204

    assert sorted(await _kept(station)) == [("number", NUMBER), ("number", "+447700900999")]


async def test_whoever_gives_is_told_what_is_there_already_and_never_what_it_says(station: Station) -> None:
    contact_id, _ = await station.talk(held_by="xiao")
    xiao = station.browsers["xiao"]
    at = f"/api/contacts/{contact_id}/identity"
    before = await xiao.get(f"{at}/kept")
    await xiao.put(at, json={"kind": "location", "value": "灯塔路 9 号"})
    await xiao.put(at, json={"kind": "name", "value": "欧阳晓岚", "purpose": "follow_up"})

    after = await xiao.get(f"{at}/kept")

    assert (before.status_code, before.json()) == (200, [])  # the number the call came from is nobody's to replace
    assert after.headers["cache-control"] == "no-store"
    assert [(one["kind"], one["purpose"]) for one in after.json()] == [("location", "rescue"), ("name", "follow_up")]
    assert {key for one in after.json() for key in one} == {"kind", "purpose", "given_at"}


async def test_whoever_has_talked_with_the_caller_and_passed_them_on_may_still_tell_the_vault(station: Station) -> None:
    contact_id = await station.contact(held_by="yuan")
    async with station.house.db.transaction() as tx:
        await tx.execute(
            """INSERT INTO offer (id, contact_id, person_id, state, because, reach, offered_at, ring_until, bridged_at)
               VALUES (gen_random_uuid(), $1, $2, 'bridged', 'longest_idle', 'browser', $3, $3, $3)""",
            contact_id, station.people["xiao"], station.house.clock.at,
        )  # fmt: skip

    given = {"kind": "location", "value": "灯塔路 9 号"}
    assert (await station.browsers["xiao"].put(f"/api/contacts/{contact_id}/identity", json=given)).status_code == 204
    assert await _kept(station) == [("location", "灯塔路 9 号")]


async def test_nothing_is_told_about_a_contact_that_was_erased(station: Station) -> None:
    contact_id = await station.contact(held_by="xiao")
    async with station.house.db.transaction() as tx:
        await tx.execute("UPDATE contact SET erased_at = $2 WHERE id = $1", contact_id, station.house.clock.at)

    given = {"kind": "location", "value": "灯塔路 9 号"}
    assert (await station.browsers["xiao"].put(f"/api/contacts/{contact_id}/identity", json=given)).status_code == 410
    assert await _kept(station) == []


async def test_nobody_tells_the_vault_about_somebody_elses_contact(station: Station) -> None:
    contact_id = await station.contact(held_by="yuan")
    body = {"kind": "name", "value": "欧阳晓岚"}

    for login in ("xiao", "stranger"):
        answer = await station.browsers[login].put(f"/api/contacts/{contact_id}/identity", json=body)
        assert answer.status_code == 404
        kept = await station.browsers[login].get(f"/api/contacts/{contact_id}/identity/kept")
        assert kept.status_code == 404
    assert await _kept(station) == []
    assert await station.acts() == ["vault_refused"] * 4


@pytest.mark.parametrize("bad", ["", "x" * 501, "12345", "+", "\u0000", "\ud800"])
async def test_a_value_that_cannot_be_used_is_refused_and_not_repeated(
    station: Station, bad: str, caplog: pytest.LogCaptureFixture
) -> None:
    contact_id = await station.contact(held_by="xiao")
    caplog.set_level(logging.DEBUG)

    answer = await station.browsers["xiao"].put(
        f"/api/contacts/{contact_id}/identity",
        content=json.dumps({"kind": "number", "value": bad}),
        headers={"content-type": "application/json"},
    )

    assert answer.status_code == 422
    if len(bad) > 3:
        assert bad not in answer.text
        assert bad not in caplog.text


async def test_what_has_been_kept_long_enough_is_deleted(station: Station) -> None:
    await station.talk()
    for days, left in ((89, 1), (1, 0)):
        station.house.clock.pass_by(days=days)
        async with station.house.db.transaction() as tx:
            await forget_expired(tx, now=station.house.clock.at)
        assert len(await _kept(station)) == left


@pytest.mark.parametrize("on", ["contact_id", "line_id", "subject_id"])
async def test_what_a_legal_hold_covers_is_kept_until_it_is_lifted(station: Station, on: str) -> None:
    contact_id, subject_id = await station.talk()
    await station.talk(number="+447700900124", line="pier")
    held = {"contact_id": contact_id, "line_id": "lamp", "subject_id": subject_id}[on]
    async with station.house.db.transaction() as tx:
        await tx.execute(
            f"""INSERT INTO legal_hold (id, {on}, reason_code, placed_by, placed_at)
                VALUES (gen_random_uuid(), $1, 'police', $2, $3)""",  # noqa: S608
            held, station.people["yuan"], station.house.clock.at,
        )  # fmt: skip
    later = station.house.clock.at + timedelta(days=91)

    async with station.house.db.transaction() as tx:
        assert await forget_expired(tx, now=later) == 1
        await tx.execute("UPDATE legal_hold SET lifted_at = $1", later)
        assert await forget_expired(tx, now=later) == 1


async def test_the_number_of_a_held_callers_unanswered_call_is_kept_too(station: Station) -> None:
    _, subject_id = await station.talk()
    unanswered = await station.contact(state="waiting")
    assert (await station.asks("yuan", contact_id=unanswered)).status_code == 201
    await _close(station, unanswered)
    async with station.house.db.transaction() as tx:
        await tx.execute(
            """INSERT INTO legal_hold (id, subject_id, reason_code, placed_by, placed_at)
               VALUES (gen_random_uuid(), $1, 'police', $2, $3)""",
            subject_id, station.people["yuan"], station.house.clock.at,
        )  # fmt: skip
        assert await forget_expired(tx, now=station.house.clock.at + timedelta(days=91)) == 0


async def test_an_erasure_leaves_nothing_of_a_contact_and_everything_of_the_others(station: Station) -> None:
    contact_id, _ = await station.talk()
    await station.talk(number="+447700900124")

    async with station.house.db.transaction() as tx:
        assert await forget_identities(tx, [contact_id]) == 1

    assert await _kept(station) == [("number", "+447700900124")]
    assert await _seeds(station) == 1


async def test_keeping_twice_is_keeping_once(station: Station) -> None:
    contact_id, _ = await station.talk()

    async with station.house.db.transaction() as tx:
        await keep_number_of_talk(tx, station.vault, contact_id, now=station.house.clock.at)

    assert await _kept(station) == [("number", NUMBER)]


def test_the_worker_knows_what_the_vault_asks_to_be_done_later() -> None:
    assert set(handlers(Vault(Sealer({"k1": b"1" * 32}, "k1"), timedelta(days=90), 10))) == {
        "talk_began",
        "vault_opening",
        "vault_review",
    }
