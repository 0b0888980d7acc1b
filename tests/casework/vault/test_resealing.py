"""Everything sealed goes over to the current key while it is in use; what cannot be opened is named by its key."""

import asyncio
import contextlib
from typing import Any

from app.casework.vault.resealing import BATCH, SEALED, reseal, sealed_under
from app.people.phones import keep_own_phone, own_phone
from app.platform.clock import fresh_id
from app.platform.crypto import Sealer
from app.platform.vault_role import as_vault
from tests.casework.vault.conftest import NUMBER, Station
from tests.journeys.waiting_for import until

OLD = {"k1": b"1" * 32}  # as in the house's door
BOTH = Sealer({**OLD, "k2": b"2" * 32}, "k2")
NEW = Sealer({"k2": b"2" * 32}, "k2")


async def _everything(station: Station, sealer: Sealer) -> dict[str, list[bytes]]:
    """Every sealed value in the clear; raises CannotOpen for one the sealer has no key for."""
    found: dict[str, list[bytes]] = {}
    for column in SEALED:
        async with station.house.db.transaction() as tx:
            sql = f"SELECT {column.key} AS key, {column.column} AS it FROM {column.table}"  # noqa: S608
            rows: list[Any]
            if column.in_vault:
                async with as_vault(tx):
                    rows = await tx.fetch(sql)
            else:
                rows = await tx.fetch(sql)
        opened = [sealer.open(row["it"], column.place(row["key"])) for row in rows if row["it"] is not None]
        found[f"{column.table}.{column.column}"] = sorted(opened)
    return found


async def _filled(station: Station) -> None:
    """Something in each of the columns."""
    contact_id, _ = await station.talk()
    await station.house.person("wen")  # with a second factor
    async with station.house.db.transaction() as tx:
        await keep_own_phone(tx, station.house.door.sealer, station.people["xiao"], "+447700900777")
        draft_id = fresh_id()
        await tx.execute(
            """INSERT INTO note_draft (id, contact_id, person_id, sealed, saved_at) VALUES ($1, $2, $3, $4, $5)""",
            draft_id, contact_id, station.people["xiao"],
            station.house.door.sealer.seal(b"draft", f"note_draft/{draft_id}/sealed"), station.house.clock.at,
        )  # fmt: skip


async def test_everything_sealed_goes_over_and_says_the_same(station: Station) -> None:
    await _filled(station)
    before = await _everything(station, station.house.door.sealer)
    assert all(before.values()), before

    told: list[int] = []
    result = await reseal(station.house.db, BOTH, told=told.append)

    assert (result.done, result.unopened) == (5, {})
    assert told[-1] == 5
    assert await _everything(station, NEW) == before
    assert await sealed_under(station.house.db) == {"k2": 5}
    async with station.house.db.transaction() as tx:
        assert await own_phone(tx, NEW, station.people["xiao"]) == "+447700900777"


async def test_a_second_time_there_is_nothing_to_do(station: Station) -> None:
    await _filled(station)
    await reseal(station.house.db, BOTH)

    assert (await reseal(station.house.db, BOTH)).done == 0


async def test_what_is_given_up_half_way_goes_on_from_there(station: Station) -> None:
    await station.talk()
    async with station.house.db.transaction() as tx:
        for _ in range(BATCH + 5):
            contact_id = fresh_id()
            await tx.execute(
                "INSERT INTO contact (id, number_dialled, state, offered_at) VALUES ($1, '', 'closed', $2)",
                contact_id, station.house.clock.at,
            )  # fmt: skip
            await tx.execute(
                "INSERT INTO vault.sealed_number VALUES ($1, $2, $3)",
                contact_id,
                station.house.door.sealer.seal(b"n", f"vault.sealed_number/{contact_id}/sealed"),
                station.house.clock.at,
            )

    class KilledError(Exception):
        pass

    def killed(_done: int) -> None:
        raise KilledError

    with contextlib.suppress(KilledError):
        await reseal(station.house.db, BOTH, told=killed)
    assert (await sealed_under(station.house.db))["k2"] == BATCH

    await reseal(station.house.db, BOTH)
    assert set(await sealed_under(station.house.db)) == {"k2"}
    await _everything(station, NEW)


async def test_a_value_whose_key_is_gone_is_left_and_named_and_the_others_go_over(station: Station) -> None:
    await station.talk()
    lost = Sealer({"k0": b"0" * 32}, "k0")
    async with station.house.db.transaction() as tx:
        await keep_own_phone(tx, lost, station.people["xiao"], "+447700900777")

    result = await reseal(station.house.db, BOTH)

    assert (result.done, result.unopened) == (2, {"k0": 1})
    assert await sealed_under(station.house.db) == {"k2": 2, "k0": 1}


async def test_what_somebody_is_writing_to_is_waited_for_and_nothing_of_theirs_is_lost(station: Station) -> None:
    await station.talk()
    async with station.house.db.transaction() as tx:
        await keep_own_phone(tx, station.house.door.sealer, station.people["xiao"], "+447700900777")
    async with station.house.db.transaction() as tx:
        await tx.execute("UPDATE person SET work_name = 'xin' WHERE id = $1", station.people["xiao"])
        running = asyncio.ensure_future(reseal(station.house.db, BOTH))

        async def vault_is_done() -> bool:
            return bool((await sealed_under(station.house.db))["k2"] == 2)

        await until(vault_is_done, what="the vault is sealed anew, and the person still held")
        assert not running.done()
    await running

    assert set(await sealed_under(station.house.db)) == {"k2"}
    assert await station.rows("SELECT 1 FROM person WHERE work_name = 'xin'")
    assert NUMBER.encode() in (await _everything(station, NEW))["vault.identity.sealed"]
