"""What a file holds: flags that end, a plan in versions, tasks that somebody has to do. No name in any of it."""

import asyncio
from datetime import timedelta
from uuid import UUID

import pytest

from app import wiring
from app.casework.files.file_codes import file_codes
from app.platform.timers import claim_due, run_timer
from tests.casework.files.file_house import FileHouse
from tests.journeys.waiting_for import until

NAMED = "欧阳晓岚说药在奶奶那里，电话13800138000"
_WAITING = "(SELECT count(DISTINCT pid) FROM pg_locks WHERE NOT granted)"
HIDDEN = "〔姓名1〕说药在奶奶那里，电话〔电话1〕"


async def test_p5_every_text_of_a_file_is_stored_without_its_names(house: FileHouse) -> None:
    subject = await house.subject("heron")
    base = f"/subjects/{subject}"
    flag = await house.post("super", f"{base}/flags", {"code": "means_at_hand", "text": NAMED}, expect=201)
    await house.post("super", f"{base}/flags/{flag['id']}/lift", {"reason": NAMED, "version": 1})
    plan = {"version": 0, "key_lines": [NAMED], "body": NAMED, "adults": [{"role": "grandparent", "does": NAMED}]}
    written = await house.put("super", f"{base}/plan", plan)
    assert (written["key_lines"], written["body"]) == ([HIDDEN], HIDDEN)
    assert written["adults"] == [{"role": "grandparent", "zh": "祖父母或外祖父母", "en": "Grandparent", "does": HIDDEN}]
    owner, due = {"kind": "role", "id": "crisis"}, (house.now + timedelta(hours=1)).isoformat()
    task = await house.post("super", f"{base}/tasks", {"text": NAMED, "owner": owner, "due_at": due}, expect=201)
    await house.patch("super", f"{base}/tasks/{task['id']}", {"version": 1, "state": "done", "outcome": NAMED})
    await house.post("super", f"{base}/hand-overs", {"to_organisation": "harbour", "reason": NAMED}, expect=201)
    tables = ("subject_flag", "subject_plan", "subject_task", "subject_hand_over", "audit_entry", "timer", "notice")
    for table in tables:
        rows = await house.rows(f"SELECT row_to_json(t)::text AS it FROM {table} t")  # noqa: S608 our own names
        assert not [row for row in rows if "晓岚" in str(row["it"]) or "13800138000" in str(row["it"])], table


async def test_a_flag_always_ends_and_its_code_says_when_at_the_latest(house: FileHouse) -> None:
    subject = await house.subject("heron")
    flags = f"/subjects/{subject}/flags"
    placed = await house.post("super", flags, {"code": "prior_attempt"}, expect=201)
    assert placed["expires_at"] == (house.now + timedelta(days=180)).isoformat().replace("+00:00", "Z")
    for end in (house.now - timedelta(minutes=1), house.now + timedelta(days=366)):
        body = {"code": "prior_attempt", "expires_at": end.isoformat()}
        answer = await house.post("super", flags, body, expect=422)
        assert answer["errors"][0]["field"] == "expires_at"
    await house.post("super", flags, {"code": "nothing_known"}, expect=422)


async def test_p8_a_flag_is_lifted_once_with_a_reason_by_whoever_saw_it_as_it_is(house: FileHouse) -> None:
    subject = await house.subject("heron")
    flags = f"/subjects/{subject}/flags"
    flag = await house.post("super", flags, {"code": "violence_risk"}, expect=201)
    lift = f"{flags}/{flag['id']}/lift"
    await house.post("super", lift, {"reason": "", "version": 1}, expect=422)
    assert (await house.post("super", lift, {"reason": "已搬离", "version": 9}, expect=409))["code"] == "stale_version"
    lifted = await house.post("crisis", lift, {"reason": "已搬离", "version": 1})
    assert (lifted["lifted_by"], lifted["lift_reason"]) == ("Crisis", "已搬离")
    await house.post("super", lift, {"reason": "再次", "version": 2}, expect=409)
    acts = [act for act in await house.acts() if act.startswith("flag_")]
    assert acts == ["flag_placed", "flag_lifted"]


async def test_p8_a_plan_written_on_an_older_one_is_refused_with_the_newer_one_beside_it(house: FileHouse) -> None:
    subject = await house.subject("heron")
    plan = f"/subjects/{subject}/plan"
    first = await house.put("super", plan, {"version": 0, "body": "每周一次"})
    assert first["version"] == 1
    await house.put("crisis", plan, {"version": 1, "body": "每天一次", "key_lines": ["先问药"]})
    answer = await house.put("super", plan, {"version": 1, "body": "每月一次"}, expect=409)
    assert answer["code"] == "stale_version"
    assert (answer["current"]["version"], answer["current"]["body"]) == (2, "每天一次")
    versions = await house.get("super", f"/subjects/{subject}/plans")
    assert [(p["version"], p["body"]) for p in versions] == [(2, "每天一次"), (1, "每周一次")]


async def test_p8_of_plans_written_at_once_one_is_stored_and_the_others_are_told(house: FileHouse) -> None:
    subject = await house.subject("heron")
    browser = await house.browser("super")
    async with asyncio.TaskGroup() as group, house.tx() as tx:
        await tx.fetchval("SELECT true FROM subject WHERE id = $1 FOR UPDATE", subject)
        writing = [
            group.create_task(browser.put(f"/api/subjects/{subject}/plan", json={"version": 0, "body": f"方案{n}"}))
            for n in range(3)
        ]
        await until(lambda: tx.fetchval(f"SELECT {_WAITING} = 3"), what="all three have begun")
    answers = [writer.result() for writer in writing]
    assert sorted(answer.status_code for answer in answers) == [200, 409, 409]
    assert len(await house.rows("SELECT FROM subject_plan")) == 1


async def test_a_responsible_adult_is_a_role_and_never_a_name(house: FileHouse) -> None:
    subject = await house.subject("heron")
    body = {"version": 0, "body": "x", "adults": [{"role": "欧阳晓岚", "does": "接送"}]}
    answer = await house.put("super", f"/subjects/{subject}/plan", body, expect=422)
    assert answer["errors"][0]["field"] == "adults"
    assert "晓岚" not in str(answer)


def in_an_hour(house: FileHouse) -> str:
    return (house.now + timedelta(hours=1)).isoformat()


@pytest.mark.parametrize(
    ("kind", "who"), [("person", "reed"), ("pool", "lighthouse-pool"), ("role", "volunteer"), ("role", "crisis")]
)
async def test_a_task_is_a_persons_a_pools_or_a_roles(house: FileHouse, kind: str, who: str) -> None:
    subject = await house.subject("heron")
    owner = {"kind": kind, "id": str(house.people[who]).upper() if kind == "person" else who}
    task = await house.post(
        "super", f"/subjects/{subject}/tasks", {"text": "回访", "owner": owner, "due_at": in_an_hour(house)}, expect=201
    )
    assert task["state"] == "open"
    assert task["owner"]["zh"] == {"person": "Reed", "pool": "班", "role": ""}[kind]


@pytest.mark.parametrize(
    "owner",
    [{"kind": "person", "id": "nobody"}, {"kind": "pool", "id": "nowhere"}, {"kind": "role", "id": "administrator"}],
)
async def test_a_task_of_nobody_is_refused(house: FileHouse, owner: dict[str, str]) -> None:
    subject = await house.subject("heron")
    body = {"text": "回访", "owner": owner, "due_at": in_an_hour(house)}
    assert (await house.post("super", f"/subjects/{subject}/tasks", body, expect=422))["errors"][0]["field"] == "owner"


async def task_of(house: FileHouse, subject: UUID) -> str:
    owner = {"kind": "person", "id": str(house.people["reed"])}
    body = {"text": "问药", "owner": owner, "due_at": in_an_hour(house)}
    task = await house.post("super", f"/subjects/{subject}/tasks", body, expect=201)
    return f"/subjects/{subject}/tasks/{task['id']}"


async def test_p8_a_task_is_changed_only_as_it_was_seen(house: FileHouse) -> None:
    task = await task_of(house, await house.subject("heron"))
    later = (house.now + timedelta(hours=3)).isoformat()
    changed = await house.patch("super", task, {"version": 1, "due_at": later, "text": "再问药"})
    assert (changed["version"], changed["text"]) == (2, "再问药")
    answer = await house.patch("crisis", task, {"version": 1, "state": "done"}, expect=409)
    assert answer["current"]["text"] == "再问药"
    assert (await house.patch("crisis", task, {"version": 2, "state": "done", "outcome": "已交出"}))["state"] == "done"
    await house.patch("super", task, {"version": 3, "state": "cancelled"}, expect=409)
    await house.patch("super", task, {"version": 3, "text": "改"}, expect=409)
    assert (await house.patch("super", task, {"version": 3, "state": "open"}))["ended_by"] is None


async def test_p8_of_two_who_change_a_task_at_once_the_second_is_shown_what_the_first_stored(house: FileHouse) -> None:
    path = await task_of(house, await house.subject("heron"))
    browser = await house.browser("super")
    async with asyncio.TaskGroup() as group, house.tx() as tx:
        await tx.execute("UPDATE subject_task SET text = '再问药', version = version + 1")
        late = group.create_task(browser.patch(f"/api{path}", json={"version": 1, "state": "done"}))
        await until(lambda: tx.fetchval(f"SELECT {_WAITING} = 1"), what="the second has seen the first version")
    answer = late.result()
    assert (answer.status_code, answer.json()["code"]) == (409, "stale_version")
    current = answer.json()["current"]
    assert (current["version"], current["text"], current["state"]) == (2, "再问药", "open")


async def run_timers(house: FileHouse) -> int:
    """What the worker would do now; how many timers there were."""
    handlers = wiring.timer_handlers(wiring.make_parts(house.settings, house.house.db))
    async with house.tx() as tx:
        due = await claim_due(tx, ["task_overdue"], now=house.now)
    for timer in due:
        await run_timer(house.house.db, timer, handlers[timer.kind], read_clock=lambda: house.now)
    return len(due)


async def test_an_overdue_task_is_told_once_and_stays_open(house: FileHouse) -> None:
    subject = await house.subject("heron", line="lamp")
    task = await task_of(house, subject)
    assert await run_timers(house) == 0
    house.house.clock.pass_by(minutes=61)
    assert await run_timers(house) == 1
    assert await run_timers(house) == 0
    (notice,) = await house.rows("SELECT kind, line_id, about_person_id FROM notice")
    assert notice == {"kind": "task_overdue", "line_id": "lamp", "about_person_id": house.people["reed"]}
    (shown,) = (await house.get("super", f"/subjects/{subject}"))["tasks"]
    assert (shown["state"], shown["overdue"]) == ("open", True)
    again = (house.now + timedelta(hours=1)).isoformat()
    await house.patch("super", task, {"version": 1, "due_at": again})
    house.house.clock.pass_by(minutes=61)
    assert await run_timers(house) == 1


async def test_a_task_that_was_done_in_time_is_not_told(house: FileHouse) -> None:
    task = await task_of(house, await house.subject("heron"))
    await house.patch("super", task, {"version": 1, "state": "done"})
    house.house.clock.pass_by(hours=2)
    assert await run_timers(house) == 0
    assert await house.rows("SELECT FROM notice") == []


def test_the_codes_are_data_with_a_version_and_names_in_both_languages() -> None:
    codes = file_codes()
    assert codes.version
    for code in [*codes.flags.values(), *codes.roles.values()]:
        assert code.en.isascii()
        assert not code.zh.isascii()
    assert {"prior_attempt", "means_at_hand", "minor", "guardian_may_be_danger"} <= codes.flags.keys()
    assert codes.name_of("flag", "of_long_ago").zh == "of_long_ago"
