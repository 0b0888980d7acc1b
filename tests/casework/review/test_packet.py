"""A packet for a case conference says what was said and done; not of whom, not on which day, and not by whom."""

import re
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from app.platform.clock import fresh_id
from tests.casework.notes.writing_room import Writer
from tests.casework.review.review_room import ReviewRoom

WICKED = '<script>alert(1)</script> =HYPERLINK("x") & \'"><img src=x onerror=y>'


async def packet(who: Writer, subject: UUID, language: str = "zh") -> Any:
    return await who.client.get(f"/api/subjects/{subject}/packet", params={"language": language})


@pytest.mark.parametrize("language", ["zh", "en"])
async def test_what_was_written_is_in_it_and_nothing_that_says_who_when_or_by_whom(
    room: ReviewRoom, language: str
) -> None:
    writer, reader = await room.room.person("reed"), await room.room.person("super", "supervisor")
    first = await room.note(writer, level="high", facts="说很累。", topics=["guigang:study"], age_band="14-17",
                            region="hebei.shijiazhuang", actions=[{"text": "明天再打电话"}])  # fmt: skip
    await room.room.pass_by(days=15)
    second = await room.note(writer, facts="好一些了。", judgement="仍需留意。")
    subject = await room.subject_of(first, second)
    answer = await packet(reader, subject, language)
    assert answer.status_code == 200
    page = answer.text
    for said in ("说很累。", "好一些了。", "仍需留意。", "明天再打电话", "有计划"):
        assert said in page
    assert ("第 3 周" if language == "zh" else "Week 3") in page
    year = str(room.room.at.year)
    for hidden in ("K7F3M", "小reed", "小super", str(subject), str(first), "harbour", "石家庄", "Shijiazhuang", year):
        assert hidden not in page, hidden
    assert not re.search(r"\d{4}-\d{2}|\d{1,2}:\d{2}", re.sub(r"<style>.*</style>", "", page, flags=re.S))
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["content-disposition"] == 'inline; filename="case-conference.html"'
    assert await room.room.value("SELECT count(*) FROM audit_entry WHERE act = 'packet_made'") == 1


async def test_markup_and_formulas_in_a_note_are_shown_as_they_were_written_and_the_page_lets_nothing_run(
    room: ReviewRoom,
) -> None:
    writer, reader = await room.room.person("reed"), await room.room.person("super", "supervisor")
    contact = await room.note(writer, facts=WICKED, actions=[{"text": WICKED}], safety_plan={"own_ways": WICKED})
    answer = await packet(reader, await room.subject_of(contact))
    assert "<script" not in answer.text
    assert "<img" not in answer.text
    assert answer.text.count("&lt;script&gt;alert(1)&lt;/script&gt; =HYPERLINK(&quot;x&quot;) &amp;") == 3
    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "script-src" not in policy


@pytest.mark.parametrize(
    ("language", "hint", "marks"),
    [
        ("zh", "这些记录来自不止一份原档案", ["原档案 1", "原档案 1", "原档案 2"]),
        ("en", "more than one original file", ["original file 1", "original file 1", "original file 2"]),
    ],
)
async def test_notes_whose_names_were_numbered_in_different_files_are_told_apart(
    room: ReviewRoom, language: str, hint: str, marks: list[str]
) -> None:
    writer, reader = await room.room.person("reed"), await room.room.person("super", "supervisor")
    contacts = []
    for name in ("顾长风", "顾长风", "晓岚"):
        contacts.append(await room.note(writer, facts=f"{name}来过。"))
        await room.room.pass_by(hours=1)
    subject = await room.subject_of(*contacts)
    other = fresh_id()
    async with room.room.web.db.transaction() as tx:
        await tx.execute("UPDATE note SET scope = $1", subject)
    one = (await packet(reader, subject, language)).text
    async with room.room.web.db.transaction() as tx:
        await tx.execute("UPDATE note SET scope = $2 WHERE contact_id = $1", contacts[2], other)
    two = (await packet(reader, subject, language)).text
    assert hint not in one
    assert marks[0] not in one
    assert hint in two
    assert re.findall(f"<dd>({marks[0][:-1]}\\d)</dd>", two) == marks
    assert str(other) not in two


async def test_a_flag_and_a_plan_of_a_merged_file_are_told_apart_from_this_files_too(room: ReviewRoom) -> None:
    writer, reader = await room.room.person("reed"), await room.room.person("super", "supervisor")
    kept, other = [await room.subject_of(await room.note(writer)) for _ in range(2)]
    async with room.room.web.db.transaction() as tx:
        for subject, code, text in ((kept, "violence_risk", "本案一"), (other, "means_at_hand", "他案二")):
            await tx.execute(
                """INSERT INTO subject_flag (id, subject_id, code, codes_version, text, placed_by, placed_at,
                     expires_at)
                   VALUES ($1, $2, $3, '1', $4, $5, $6::timestamptz, $6::timestamptz + interval '3 days')""",
                fresh_id(), subject, code, text, reader.person_id, room.room.at,
            )  # fmt: skip
        await tx.execute(
            """INSERT INTO subject_plan (subject_id, version, key_lines, body, adults, codes_version, written_by,
                 written_at) VALUES ($1, 1, '{}', '他案的方案', '[]', '1', $2, $3)""",
            other, reader.person_id, room.room.at,
        )  # fmt: skip
        await tx.execute("UPDATE note n SET scope = k.subject_id FROM subject_link k WHERE k.contact_id = n.contact_id")
    assert "原档案" not in (await packet(reader, other)).text
    async with room.room.web.db.transaction() as tx:
        await tx.execute("UPDATE note SET scope = $1", kept)
        await tx.execute("UPDATE subject SET merged_into = $1 WHERE id = $2", kept, other)
    page = (await packet(reader, kept)).text
    assert "不止一份原档案" in page
    assert dict(re.findall(r"<li>[^<]*：(本案一|他案二) \((原档案 \d)\)</li>", page)) == {
        "本案一": "原档案 1",
        "他案二": "原档案 2",
    }
    assert "<p>原档案 2</p>" in page[page.index("应对方案") : page.index("他案的方案")]


@pytest.mark.parametrize("note", [True, False])
async def test_a_rationale_numbered_elsewhere_than_its_note_says_in_which_original_file(
    room: ReviewRoom, note: bool
) -> None:
    writer, reader = await room.room.person("reed"), await room.room.person("super", "supervisor")
    contact = await room.room.contact(writer.person_id)
    later = await room.room.contact(writer.person_id, ago=-timedelta(hours=1))
    await room.level(writer, contact, "high", rationale="晓岚说有药。")
    await room.level(writer, later, "low", rationale="已经好转。")
    if note:
        await writer.submit(contact, facts="晓岚来过。")
    await writer.submit(later)
    subject, other = await room.subject_of(contact, later), fresh_id()
    async with room.room.web.db.transaction() as tx:
        await tx.execute("UPDATE note SET scope = $1", other)
        await tx.execute("UPDATE risk_level SET scope = $1 WHERE scope IS NOT NULL", other)
    one = (await packet(reader, subject)).text
    async with room.room.web.db.transaction() as tx:
        await tx.execute("UPDATE risk_level SET scope = $1 WHERE scope IS NOT NULL", contact)
    two = (await packet(reader, subject)).text
    assert "原档案" not in one
    assert "不止一份原档案" in two
    assert f"〔姓名1〕说有药。 (原档案 {2 if note else 1})</dd>" in two
    assert "已经好转。</dd>" in two


async def test_a_file_of_another_organisation_makes_no_packet_and_a_volunteer_makes_none(room: ReviewRoom) -> None:
    writer = await room.room.person("reed")
    elsewhere = await room.room.person("lamp", "supervisor", ("line", "lamp"))
    subject = await room.subject_of(await room.note(writer))
    assert (await packet(elsewhere, subject)).status_code == 404
    assert (await packet(writer, subject)).status_code == 403
    assert await room.room.value("SELECT count(*) FROM audit_entry WHERE act = 'file_refused'") == 1


async def test_a_note_of_a_line_that_is_not_the_readers_is_left_out_and_the_page_says_so(room: ReviewRoom) -> None:
    writer = await room.room.person("reed")
    reader = await room.room.person("super", "supervisor", ("line", "harbour"))
    here, there = await room.note(writer, facts="此处。"), await room.note(writer, line="lamp", facts="别处。")
    page = (await packet(reader, await room.subject_of(here, there))).text
    assert "此处。" in page
    assert "别处。" not in page
    assert "该次来电由其他线路接听" in page
