"""Whoever writes is told what a text shows by itself: not what the vault holds of the caller, nor what the file has."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from app.casework.files.opening import open_subject
from app.casework.redaction.engine import Redactor
from app.domain.redaction.kinds import Kind
from app.domain.redaction.known import find_known
from app.domain.redaction.span import Known, Reason, Span
from tests.casework.notes.writing_room import Room, Writer

CALLER = "+447700900123"


async def caller_of(room: Room, writer: Writer, number: str = CALLER, name: str | None = None) -> UUID:
    """A contact whose number, and name, the vault holds."""
    contact = await room.contact(writer.person_id)
    door = room.web.app.state.door
    async with room.web.db.transaction() as tx:
        sealed = door.sealer.seal(number.encode(), f"vault.sealed_number/{contact}/sealed")
        await tx.execute("INSERT INTO vault.sealed_number VALUES ($1, $2, $3)", contact, sealed, room.at)
        if name is not None:
            sealed = door.sealer.seal(name.encode(), f"vault.identity/{contact}/sealed")
            await tx.execute(
                """INSERT INTO vault.identity (id, contact_id, kind, purpose, sealed, created_at, created_by,
                     expires_at) VALUES ($1, $1, 'name', 'rescue', $2, $3, $4, $3::timestamptz + interval '1 year')""",
                contact, sealed, room.at, writer.person_id,
            )  # fmt: skip
    return contact


def spots(lines: Sequence[Any]) -> list[Any]:
    """What a preview marks, without where it stands."""
    return [
        {key: value for key, value in part.items() if key not in ("start", "end", "text", "replacement")}
        for part in lines[-1]["fields"][0]["parts"]
        if part.get("kind")
    ]


async def test_p5_a_number_of_the_vault_looks_in_a_preview_like_any_other(room: Room) -> None:
    room.with_finder(Redactor.load())
    reed = await room.person("reed")
    contact = await caller_of(room, reed)
    for written in ("她的号码是{}。", "call {} tonight", "{}", "ring me\n{}\n"):
        for digits in ("447700900123", "+44 7700 900123", "44 77 00 90 01 23", "四四七七零零九零零一二三"):
            right = await reed.preview(contact, facts=written.format(digits))
            other = await reed.preview(
                contact, facts=written.format(digits.replace("12", "13").replace("一二", "一三"))
            )
            assert spots(right) == spots(other), digits


async def test_p5_a_name_of_the_vault_is_told_by_no_keeping_and_hidden_when_the_note_is_stored(room: Room) -> None:
    reed = await room.person("reed")
    contact = await caller_of(room, reed, name="顾长风")
    facts = "顾长风和晓岚都说睡不着"
    keep_both = [
        {"field": "facts", "start": start, "end": end, "written": facts[start:end], "hide": False}
        for start, end in ((0, 3), (4, 6))
    ]

    shown = (await reed.preview(contact, keep_both, facts=facts))[-1]["fields"][0]
    stored = await reed.submit(contact, choices=keep_both, facts=facts)

    assert shown["stored"] == facts
    assert stored["facts"] == "〔姓名1〕和晓岚都说睡不着"


async def test_p5_no_number_is_kept_so_that_the_one_that_could_not_be_is_not_told(room: Room) -> None:
    reed = await room.person("reed")
    contact = await caller_of(room, reed, number="+8613800138000")
    numbers = ("13800138000", "13800138001")
    facts = "，".join(numbers)
    keep_both = [
        {"field": "facts", "start": at, "end": at + 11, "written": facts[at : at + 11], "hide": False} for at in (0, 12)
    ]

    shown = (await reed.preview(contact, keep_both, facts=facts))[-1]["fields"][0]
    stored = await reed.submit(contact, choices=keep_both, facts=facts)

    assert [part["fixed"] for part in shown["parts"] if part.get("kind")] == [True, True]
    assert shown["stored"] == stored["facts"] == "[phone 1]，[phone 2]"


async def test_p5_a_list_of_names_does_not_tell_whom_the_file_has_a_number_for(room: Room) -> None:
    reed, wren = await room.person("reed"), await room.person("wren")
    contacts = [await room.contact(who.person_id, token=b"t" * 32) for who in (reed, wren)]
    for contact in contacts:
        async with room.web.db.transaction() as tx:
            await open_subject(tx, contact, now=room.at)
    await reed.submit(contacts[0], facts="顾长风打了她。")

    lines = await wren.preview(contacts[1], facts="Tamsin Hale，欧阳晓岚", judgement="顾长风和欧阳晓岚")
    stored = await wren.submit(contacts[1], facts="顾长风")

    assert [field["stored"] for field in lines[-1]["fields"]] == ["〔姓名1〕，〔姓名2〕", "〔姓名3〕和〔姓名2〕"]
    assert stored["facts"] == "〔姓名1〕"


class Beside:
    """Finds 安心 only where 老师 stands beside it, and what it is told."""

    def find(self, text: str, known: Sequence[Known] = (), *, keep: Sequence[str] = ()) -> list[Span]:
        """The name before 老师, and what is known."""
        at = text.find("安心老师")
        cued = [Span(at, at + 2, Kind.PERSON, Reason.CUE)] if at >= 0 else []
        return cued or list(find_known(text, known))


async def test_a_name_told_by_another_text_is_kept_like_any_other_finding(room: Room) -> None:
    room.with_finder(Beside())
    reed = await room.person("reed")
    contact = await room.contact(reed.person_id)
    note = {"facts": "她提到安心老师。", "judgement": "谈后比较安心。"}

    lines = await reed.preview(contact, **note)
    marked = lines[-1]["fields"][1]["parts"][1]
    keep = {"field": "judgement", "start": marked["start"], "end": marked["end"], "written": "安心", "hide": False}
    stored = await reed.submit(contact, choices=[keep], **note)

    assert (marked["text"], marked["reason"], marked["fixed"]) == ("安心", "again", False)
    assert (stored["facts"], stored["judgement"]) == ("她提到〔姓名1〕老师。", "谈后比较安心。")


async def test_p5_how_often_a_text_is_looked_through_does_not_tell_that_the_vault_holds_what_it_says(
    room: Room,
) -> None:
    reed = await room.person("reed")
    looked = []
    for written in (CALLER, "+447700900124"):
        contact = await caller_of(room, reed)
        facts = f"{contact}：{written}"
        await reed.preview(contact, facts=facts)
        asked = len(room.redactor.asked)
        note = await reed.submit(contact, facts=facts)
        looked.append(len(room.redactor.asked) - asked)

        assert (written in note["facts"]) is (written != CALLER)
    assert looked[0] == looked[1]
