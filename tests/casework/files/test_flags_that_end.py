"""A flag ends, and before that somebody is asked: it is placed anew, or lifted with a reason, and never merely gone."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from app import wiring
from app.platform.timers import claim_due, run_timer
from tests.casework.files.file_house import FileHouse

GUARDIAN = {"code": "guardian_may_be_danger", "text": "继父"}


async def run_timers(house: FileHouse) -> int:
    """What the worker would do now; how many timers there were."""
    handlers = wiring.timer_handlers(wiring.make_parts(house.settings, house.house.db))
    async with house.tx() as tx:
        due = await claim_due(tx, ["flag_ends"], now=house.now)
    for timer in due:
        await run_timer(house.house.db, timer, handlers[timer.kind], read_clock=lambda: house.now)
    return len(due)


async def placed(house: FileHouse, subject: UUID, **more: Any) -> tuple[Any, str]:
    """A flag, and where it is."""
    flag = await house.post("super", f"/subjects/{subject}/flags", GUARDIAN | more, expect=201)
    return flag, f"/subjects/{subject}/flags/{flag['id']}"


async def the_flag(house: FileHouse, subject: UUID) -> Any:
    """The file's one flag."""
    (flag,) = (await house.get("super", f"/subjects/{subject}"))["flags"]
    return flag


async def pass_by(house: FileHouse, **much: float) -> None:
    """Let days pass; everybody stays signed in."""
    house.house.clock.pass_by(**much)
    async with house.tx() as tx:
        await tx.execute(
            "UPDATE session SET seen_at = $1, expires_at = $1::timestamptz + interval '8 hours'", house.now
        )


async def on_the_desk(house: FileHouse, at: str) -> list[str]:
    """The flags that this volunteer sees when she is offered the caller."""
    contact = await house.ring("heron", at)
    return [flag["code"] for flag in (await house.get(at, f"/contacts/{contact}/subject"))["flags"]]


def moment(told: str) -> datetime:
    return datetime.fromisoformat(told)


async def test_those_in_charge_are_told_a_week_before_a_flag_ends_and_find_its_file(house: FileHouse) -> None:
    subject = await house.subject("heron")
    await placed(house, subject)
    await pass_by(house, days=82)
    assert await run_timers(house) == 0
    await pass_by(house, days=1)
    assert await run_timers(house) == 1
    assert await run_timers(house) == 0
    (notice,) = await house.rows("SELECT kind, line_id, contact_id IS NOT NULL AS led FROM notice")
    assert notice == {"kind": "flag_ends", "line_id": "lamp", "led": True}
    assert await on_the_desk(house, "reed") == ["guardian_may_be_danger"]


async def test_of_a_short_flag_they_are_told_halfway(house: FileHouse) -> None:
    end = (house.now + timedelta(days=7)).isoformat()
    await placed(house, await house.subject("heron"), expires_at=end)
    await pass_by(house, days=3)
    assert await run_timers(house) == 0
    await pass_by(house, hours=13)
    assert await run_timers(house) == 1


async def test_nobody_is_asked_about_a_flag_that_was_lifted(house: FileHouse) -> None:
    flag, at = await placed(house, await house.subject("heron"))
    await house.post("super", f"{at}/lift", {"reason": "已核实", "version": flag["version"]})
    await pass_by(house, days=89)
    assert await run_timers(house) == 0
    assert await house.rows("SELECT FROM notice") == []


async def test_a_flag_is_extended_by_its_span_from_today_and_asked_about_again(house: FileHouse) -> None:
    subject = await house.subject("heron")
    flag, at = await placed(house, subject)
    await pass_by(house, days=85)
    assert await run_timers(house) == 1
    extended = await house.post("crisis", f"{at}/extend", {"version": flag["version"]})
    assert moment(extended["expires_at"]) == house.now + timedelta(days=90)
    assert (extended["placed_by"], extended["extended_by"]) == ("Super", "Crisis")
    assert moment(extended["extended_at"]) == house.now
    assert extended["placed_at"] == flag["placed_at"]
    await pass_by(house, days=85)
    assert await run_timers(house) == 1
    again = await house.post("super", f"{at}/extend", {"version": extended["version"]})
    assert moment(again["expires_at"]) == house.now + timedelta(days=90)
    acts = [act for act in await house.acts() if act.startswith("flag_")]
    assert acts == ["flag_placed", "flag_extended", "flag_extended"]


async def test_p8_a_flag_is_extended_as_it_was_seen(house: FileHouse) -> None:
    flag, at = await placed(house, await house.subject("heron"))
    await pass_by(house, days=80)
    extended = await house.post("super", f"{at}/extend", {"version": flag["version"]})
    answer = await house.post("crisis", f"{at}/extend", {"version": flag["version"]}, expect=409)
    assert (answer["code"], answer["current"]["expires_at"]) == ("stale_version", extended["expires_at"])
    stale = {"reason": "已核实", "version": flag["version"]}
    assert (await house.post("crisis", f"{at}/lift", stale, expect=409))["code"] == "stale_version"
    await house.post("crisis", f"{at}/lift", stale | {"version": extended["version"]})
    await house.post("super", f"{at}/extend", {"version": extended["version"] + 1}, expect=409)


async def test_a_flag_that_has_lapsed_stays_in_the_file_and_can_hold_again(house: FileHouse) -> None:
    subject = await house.subject("heron")
    flag, at = await placed(house, subject)
    await pass_by(house, days=91)
    assert await on_the_desk(house, "reed") == []
    lapsed = await the_flag(house, subject)
    assert (lapsed["lifted_at"], moment(lapsed["expires_at"]) < house.now) == (None, True)
    again = await house.post("super", f"{at}/extend", {"version": flag["version"]})
    assert moment(again["expires_at"]) == house.now + timedelta(days=90)
    assert await on_the_desk(house, "wren") == ["guardian_may_be_danger"]
    await run_timers(house)
    await pass_by(house, days=84)
    assert await run_timers(house) == 1


async def test_a_flag_that_has_lapsed_is_lifted_with_a_reason(house: FileHouse) -> None:
    flag, at = await placed(house, await house.subject("heron"))
    await pass_by(house, days=91)
    lifted = await house.post("super", f"{at}/lift", {"reason": "继父已搬离", "version": flag["version"]})
    assert lifted["lift_reason"] == "继父已搬离"


@pytest.mark.parametrize("login", ["reed", "harbour"])
async def test_p7_whoever_is_not_in_charge_extends_nothing(house: FileHouse, login: str) -> None:
    flag, at = await placed(house, await house.subject("heron"))
    expect = 403 if login == "reed" else 404
    await house.post(login, f"{at}/extend", {"version": flag["version"]}, expect=expect)
    assert (await house.rows("SELECT version FROM subject_flag")) == [{"version": flag["version"]}]
