"""Search: words of two Chinese characters and English ones, filters, newest first, within what one may read."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from app.casework.notes.filing import EVERY_NOTE, NOTES_REFILED, REFILED, notes_refiled
from app.casework.notes.searching import PAGE
from app.casework.notes.words import asked_words, words_of
from app.platform.timers import set_timer
from tests.casework.notes.writing_room import Room, Writer


def _facts(found: Any) -> list[str]:
    return ["".join(piece["text"] for piece in note["snippet"]) for note in found["notes"]]


async def _noted(room: Room, writer: Writer, facts: str, *, days: float = 0, line: str = "harbour", **more: Any) -> Any:
    contact = await room.contact(writer.person_id, line=line, ago=timedelta(days=days))
    return await writer.submit(contact, facts=facts, **more)


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("失眠", True),
        ("连续失眠", True),
        ("眠三", True),
        ("失眠 妈妈", True),
        ("失眠 爸爸", False),
        ("Panic", True),
        ("ＰＡＮＩＣ", True),
        ("pan", False),
        ("三个月失眠", False),
        ("月失", False),
        ("姓名", False),
        ("12356", True),
        ("回访", True),
    ],
)
async def test_a_word_is_found_wherever_it_stands_in_a_note(room: Room, words: str, found: bool) -> None:
    reed = await room.person("reed")
    await _noted(
        room, reed, "顾长风连续失眠三个月，失望。panic attack，拨过12356",
        judgement="妈妈知道", actions=[{"text": "周五回访"}],
    )  # fmt: skip

    result = await reed.search(words)

    assert len(result["notes"]) == int(found)


@pytest.mark.parametrize(
    ("facts", "words"),
    [
        ("服用30片安眠药", "安眠药"),
        ("服用30片安眠药", "30片"),
        ("服用30片安眠药", "服用 30 片安眠药"),
        ("服用 30 片安眠药", "服用30片"),
        ("12岁女生割腕", "割腕"),
        ("12岁女生割腕", "12岁"),
        ("１２岁女生割腕", "12岁女生"),
        ("QQ群里有人约死", "约死"),
        ("QQ群里有人约死", "qq群"),
        ("吃了SSRI药物", "药物"),
        ("吃了SSRI药物", "ssri药"),
        ("凌晨3点半割腕", "3点"),
        ("凌晨3点半割腕", "割腕 3点"),
        ("第3次", "第3次"),
    ],
)
async def test_chinese_beside_numbers_and_letters_is_found_on_both_sides(room: Room, facts: str, words: str) -> None:
    reed = await room.person("reed")
    await _noted(room, reed, facts)

    (note,) = (await reed.search(words))["notes"]

    assert [piece for piece in note["snippet"] if piece["hit"]]


async def test_a_sign_beside_a_number_is_looked_for_beside_that_number(room: Room) -> None:
    reed = await room.person("reed")
    await _noted(room, reed, "3次，有点怕，13点后")

    assert (await reed.search("3点"))["notes"] == []


async def test_what_is_marked_is_the_number_with_its_sign(room: Room) -> None:
    reed = await room.person("reed")
    await _noted(room, reed, "13点说吃了3 片，3片安眠药")

    (note,) = (await reed.search("３片"))["notes"]

    assert [piece["text"] for piece in note["snippet"]] == ["13点说吃了", "3 片", "，3片安眠药"]


async def test_the_hit_is_marked_and_its_field_named(room: Room) -> None:
    reed = await room.person("reed")
    await _noted(room, reed, "说<b>失眠</b>😀很久", judgement="其他")

    note = (await reed.search("失眠"))["notes"][0]

    assert note["field"] == "facts"
    assert [(piece["text"], piece["hit"]) for piece in note["snippet"]] == [
        ("说<b>", False), ("失眠", True), ("</b>😀很久", False),
    ]  # fmt: skip


async def test_characters_that_lie_apart_are_not_the_word(room: Room) -> None:
    reed = await room.person("reed")
    await _noted(room, reed, "睡不好，也坐不着")

    assert (await reed.search("睡不着"))["notes"] == []


async def test_notes_in_which_the_characters_lie_apart_do_not_hide_the_ones_behind_them(room: Room) -> None:
    reed = await room.person("reed")
    await _noted(room, reed, "睡不着", days=200)
    for n in range(50):
        await _noted(room, reed, "睡不好，也坐不着", days=n)

    assert _facts(await reed.search("睡不着")) == ["睡不着"]


async def test_a_volunteer_finds_her_own_and_those_in_charge_find_their_lines(room: Room) -> None:
    reed, wren = await room.person("reed"), await room.person("wren")
    harbour = await room.person("lead", "supervisor", ("line", "harbour"))
    crisis = await room.person("crisis", "crisis")
    passed_on = await room.contact(wren.person_id)
    await room.held_before(reed.person_id, passed_on)
    await _noted(room, reed, "失眠，甲")
    await _noted(room, wren, "失眠，乙")
    await _noted(room, wren, "失眠，丙", line="pier")
    await wren.submit(passed_on, facts="失眠，丁")

    async def of(who: Writer) -> set[str]:
        return {fact[-1] for fact in _facts(await who.search("失眠"))}

    assert await of(reed) == {"甲", "丁"}
    assert await of(wren) == {"乙", "丙", "丁"}
    assert await of(harbour) == {"甲", "乙", "丁"}
    assert await of(crisis) == {"甲", "乙", "丙", "丁"}


async def test_filters_by_line_time_topic_and_level(room: Room) -> None:
    lead = await room.person("lead", "supervisor")
    reed = await room.person("reed")
    await _noted(room, reed, "失眠，甲", days=40, topics=["guigang:study"])
    recent = await _noted(room, reed, "失眠，乙", days=2, topics=["guigang:crisis"], line="pier")
    for version, level in enumerate(("low", "high")):
        given = {"level": level, "rationale": "有计划", "unknowns": [], "version": version}
        answer = await reed.client.put(f"/api/contacts/{recent['contact_id']}/level", json=given)
        assert answer.status_code == 200, answer.text
    week = {"from": (room.at - timedelta(days=7)).isoformat(), "to": room.at.isoformat()}

    async def under(**filters: Any) -> list[str]:
        return [fact[-1] for fact in _facts(await lead.search("失眠", **filters))]

    assert await under() == ["乙", "甲"]
    assert await under(line_id="pier") == ["乙"]
    assert await under(**week) == ["乙"]
    assert await under(to=week["from"]) == ["甲"]
    assert await under(topic="guigang:study") == ["甲"]
    assert await under(topic="child-helpline:school") == ["甲"]  # its counterpart in another set
    assert await under(topic="national-2010:suicide") == ["乙"]
    assert await under(level="high") == ["乙"]
    assert await under(level="low") == []
    assert await under(to="0001-01-01T00:00:00Z") == []
    assert await under(**{"from": "9999-12-31T00:00:00Z", "to": "9999-12-31T23:00:00Z"}) == []


async def test_pages_follow_one_another_without_gap_or_double(room: Room) -> None:
    reed = await room.person("reed")
    for n in range(45):
        await _noted(room, reed, f"失眠 number{n}", days=n * 30)

    pages = [await reed.search("失眠")]
    while pages[-1]["after"] is not None:
        pages.append(await reed.search("失眠", after=pages[-1]["after"]))

    assert [len(page["notes"]) for page in pages] == [20, 20, 5]
    seen = [note["at"] for page in pages for note in page["notes"]]
    assert seen == sorted(set(seen), reverse=True)


async def test_a_change_and_an_amendment_are_found_and_what_was_taken_out_is_not(room: Room) -> None:
    reed = await room.person("reed")
    note = await _noted(room, reed, "失眠")
    await reed.submit(note["contact_id"], 1, facts="噩梦")
    await room.pass_by(hours=25)
    given = {"submission_id": "5b0f1a5e-0000-4000-8000-000000000001", "text": "次日补充：早醒"}
    assert (await reed.client.post(f"/api/notes/{note['id']}/amendments", json=given)).status_code == 201

    assert len((await reed.search("噩梦"))["notes"]) == 1
    assert (await reed.search("早醒"))["notes"][0]["field"] == "amendments"
    assert (await reed.search("失眠"))["notes"] == []


@pytest.mark.parametrize(
    "asked",
    [
        {"words": "失"},
        {"words": "失眠 梦"},
        {"words": "失眠", "topic": "guigang:nothing"},
        {"words": "失眠", "after": "bm9uZQ"},
        {"words": "失眠", "from": "2026-01-01T00:00:00"},
        {"words": "失眠", "from": "0001-01-01T00:00:00Z", "to": "0001-02-01T00:00:00Z"},
        {"words": "字" * 201},
        {"words": "失眠", "level": "very"},
    ],
)
async def test_what_cannot_be_looked_for_is_refused_with_a_reason(room: Room, asked: dict[str, Any]) -> None:
    reed = await room.person("reed")

    answer = await reed.client.post("/api/notes/search", json=asked)

    assert (answer.status_code, answer.json()["code"]) == (422, "invalid")


@pytest.mark.parametrize("words", ["'; DROP TABLE note; --", "失眠 & !", "\\", "'失眠' | 'a'", "!!失眠", "=preed"])
async def test_operators_in_the_words_are_only_characters(room: Room, words: str) -> None:
    reed = await room.person("reed")
    await _noted(room, reed, "失眠")

    result = await reed.client.post("/api/notes/search", json={"words": words})

    assert result.status_code in (200, 422)
    assert await room.value("SELECT count(*) FROM note") == 1


async def test_a_search_is_entered_with_what_it_found_and_not_with_its_words(room: Room) -> None:
    reed = await room.person("reed")
    note = await _noted(room, reed, "失眠")

    await reed.search("失眠")

    entries = await room.rows("SELECT facts FROM audit_entry WHERE act = 'notes_searched'")
    assert [entry["facts"] for entry in entries] == [{"notes": [note["id"]]}]


def test_placeholders_are_no_words_and_runs_of_chinese_are_pairs() -> None:
    assert words_of("〔姓名1〕失眠了 [person 2] at 3AM〔出生日期：2009年〕") == {"失眠", "眠了", "at", "3am"}
    assert words_of("睡") == {"睡"}
    assert asked_words("失眠abc １２３") == ["失眠", "abc", "123"]
    assert words_of("服用30片安眠药") == {"服用", "30", "片安", "安眠", "眠药"}
    assert asked_words("第3次，服用30片 点") == ["第3次", "服用", "30片", "点"]


async def test_notes_that_were_filed_by_an_older_rule_are_filed_anew_newest_first(room: Room) -> None:
    reed = await room.person("reed")
    notes = [
        await _noted(room, reed, "服用30片安眠药", days=days, topics=["guigang:crisis"]) for days in range(REFILED + 1)
    ]
    async with room.web.db.transaction() as tx:
        await tx.execute(
            """UPDATE note_search SET words = ts_delete(words, ARRAY['30', '片安', '安眠', '眠药'])
                 || array_to_tsvector(ARRAY['30片安眠药'])"""
        )
        await set_timer(tx, NOTES_REFILED, EVERY_NOTE, due_at=room.at, now=room.at)
    assert (await reed.search("安眠药"))["notes"] == []

    assert await room.due(NOTES_REFILED, notes_refiled) == 1

    oldest_written = min(notes, key=lambda note: UUID(note["id"]))
    left = await room.rows("SELECT note_id FROM note_search WHERE '30片安眠药' = ANY(tsvector_to_array(words))")
    assert [str(row["note_id"]) for row in left] == [oldest_written["id"]]
    assert await room.due(NOTES_REFILED, notes_refiled) == 1
    assert await room.due(NOTES_REFILED, notes_refiled) == 0
    assert len((await reed.search("安眠药", topic="guigang:crisis", line_id="harbour"))["notes"]) == PAGE
    assert await room.value("SELECT count(*) FROM note_search WHERE words @@ '安眠 & !30片安眠药'") == len(notes)


async def test_a_piece_around_a_hit_cuts_no_placeholder(room: Room) -> None:
    reed = await room.person("reed")
    for before in range(24, 32):
        await reed.submit(
            await room.contact(reed.person_id), facts=f"顾长风{'说' * before}睡眠{'说' * (before + 30)}顾长风"
        )

    found = await reed.search("睡眠")

    texts = ["".join(piece["text"] for piece in note["snippet"]) for note in found["notes"]]
    assert len(texts) == 8
    for text in texts:
        assert text.count("〔") == text.count("〕") == text.count("〔姓名1〕")
