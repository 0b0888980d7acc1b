"""The preview: what would be hidden, spot by spot; how far a long text is; and nobody's call waits meanwhile."""

import asyncio
import time
from collections.abc import Sequence
from uuid import uuid4

import pytest

from app.casework.redaction.engine import Redactor
from app.domain.redaction.kinds import Kind
from app.domain.redaction.known import find_known
from app.domain.redaction.span import Known, Reason, Span
from tests.casework.name_redactor import NameRedactor
from tests.casework.notes.writing_room import COMPLETE, Room


async def test_every_spot_is_shown_with_what_takes_its_place_and_nothing_is_stored(room: Room) -> None:
    reed = await room.person("reed")
    contact = await room.contact(reed.person_id)

    lines = await reed.preview(contact, facts="😀顾长风来电", judgement="顾长风和晓岚", unknown="")

    assert [line["field"] for line in lines[-1]["fields"]] == ["facts", "judgement"]
    facts, judgement = lines[-1]["fields"]
    assert facts["stored"] == "😀〔姓名1〕来电"
    assert [(part["text"], part["start"], part.get("replacement")) for part in facts["parts"]] == [
        ("😀", 0, None), ("顾长风", 1, "〔姓名1〕"), ("来电", 4, None),
    ]  # fmt: skip
    assert judgement["stored"] == "〔姓名1〕和〔姓名2〕"
    assert (lines[-1]["done"], lines[-1]["of"]) == (12, 12)
    assert "顾长风" not in await room.dump()
    assert await room.value("SELECT count(*) FROM placeholder") == 0


async def test_choices_are_shown_as_they_will_be_submitted(room: Room) -> None:
    reed = await room.person("reed")
    contact = await room.contact(reed.person_id)
    keep = {"field": "facts", "start": 0, "end": 3, "written": "顾长风", "hide": False}

    shown = (await reed.preview(contact, [keep], facts="顾长风与顾长风"))[-1]["fields"][0]
    stored = await reed.submit(contact, choices=[keep], facts="顾长风与顾长风")

    assert shown["stored"] == stored["facts"] == "顾长风与〔姓名1〕"
    assert [part["hidden"] for part in shown["parts"] if part.get("kind")] == [False, True]


async def test_a_choice_about_another_text_is_refused_and_nothing_is_stored(room: Room) -> None:
    reed = await room.person("reed")
    contact = await room.contact(reed.person_id)
    keep = {"field": "facts", "start": 0, "end": 2, "written": "晓岚", "hide": False}

    answers = [
        await reed.send(contact, choices=[keep], facts="顾长风"),
        await reed.send(contact, choices=[{**keep, "field": "means"}], facts="晓岚"),
    ]

    assert [answer.status_code for answer in answers] == [422, 422]
    assert await room.value("SELECT count(*) FROM note") == 0


@pytest.mark.parametrize("text", ["字" * 50_001, "a\u0000b", "a\u001bb"])
async def test_what_cannot_be_stored_is_refused_at_preview_and_at_submission_with_its_field(
    room: Room, text: str
) -> None:
    reed = await room.person("reed")
    contact = await room.contact(reed.person_id)

    shown = await reed.client.post(f"/api/contacts/{contact}/note/preview", json={"body": {"means": text}})
    sent = await reed.send(contact, means=text)

    for answer in (shown, sent):
        assert (answer.status_code, answer.json()["code"]) == (422, "invalid")
        assert [error["field"] for error in answer.json()["errors"]] == ["means"]


async def test_markup_formulas_and_right_to_left_marks_are_stored_as_text_or_taken_out(room: Room) -> None:
    reed = await room.person("reed")
    contact = await room.contact(reed.person_id)

    note = await reed.submit(
        contact, facts="<img src=x onerror=alert(1)> =HYPERLINK(1) \u202e138\u200b0013\u200d8000 👩‍👧"
    )

    assert note["facts"] == "<img src=x onerror=alert(1)> =HYPERLINK(1) [phone 1] 👩‍👧"


class Slow(NameRedactor):
    """Takes its time, as a tagger does, without giving the interpreter up."""

    def find(self, text: str, known: Sequence[Known] = (), *, keep: Sequence[str] = ()) -> list[Span]:
        """The same, a tenth of a second later."""
        until = time.perf_counter() + 0.1
        while time.perf_counter() < until:
            pass
        return super().find(text, known, keep=keep)


async def test_a_long_text_shows_how_far_it_is_and_holds_up_nobody(room: Room) -> None:
    reed = await room.person("reed")
    contact = await room.contact(reed.person_id)
    room.with_finder(Slow())
    longest_gap = 0.0
    done = asyncio.Event()

    async def beat() -> None:
        nonlocal longest_gap
        last = time.perf_counter()
        while not done.is_set():
            await asyncio.sleep(0)
            longest_gap, last = max(longest_gap, time.perf_counter() - last), time.perf_counter()

    beating = asyncio.ensure_future(beat())
    lines = await reed.preview(contact, facts="说了很多很多。" * 7000)
    done.set()
    await beating

    steps = [line["done"] for line in lines]
    assert len(steps) > 20
    assert steps == sorted(steps)
    assert {line["of"] for line in lines} == {49_000}
    assert longest_gap < 0.1  # less than one piece takes


async def test_what_was_previewed_is_not_looked_through_twice_where_the_vault_holds_nothing(room: Room) -> None:
    reed = await room.person("reed")
    contact = await room.contact(reed.person_id)
    facts = "说了很多很多。" * 1000 + "顾长风"

    await reed.preview(contact, facts=facts)
    asked = len(room.redactor.asked)
    note = await reed.submit(contact, facts=facts)

    assert len(room.redactor.asked) == asked > 1
    assert note["facts"].endswith("〔姓名1〕")


class Once(NameRedactor):
    """Recognises a name only where a word beside it says that it is one."""

    def find(self, text: str, known: Sequence[Known] = (), *, keep: Sequence[str] = ()) -> list[Span]:
        """The name after "叫", and what another text told."""
        spans = list(find_known(text, known))
        at = text.find("叫顾长风")
        return spans + ([Span(at + 1, at + 4, Kind.PERSON, Reason.CUE)] if at >= 0 and not spans else [])


async def test_a_name_recognised_in_one_place_is_hidden_in_every_piece_and_every_text(room: Room) -> None:
    reed = await room.person("reed")
    contact = await room.contact(reed.person_id)
    room.with_finder(Once())

    note = await reed.submit(contact, facts="他叫顾长风。" + "说了很多。" * 1500 + "顾长风", judgement="顾长风有危险")

    assert "顾长风" not in note["facts"] + note["judgement"]


async def test_without_the_finder_a_preview_says_so_and_shows_nothing(room: Room) -> None:
    reed = await room.person("reed")
    contact = await room.contact(reed.person_id)
    room.without_finder()

    answer = await reed.client.post(f"/api/contacts/{contact}/note/preview", json={"body": COMPLETE})

    assert (answer.status_code, answer.json()["code"]) == (503, "tagger_missing")
    assert "顾长风" not in answer.text


async def test_a_problem_in_the_middle_of_a_long_preview_is_its_last_line(room: Room) -> None:
    reed = await room.person("reed")
    contact = await room.contact(reed.person_id)
    choice = {"field": "facts", "start": 0, "end": 2, "written": "没有", "hide": False}

    lines = await reed.preview(contact, [choice], facts="说了很多很多。" * 1000)

    assert lines[-1]["problem"]["code"] == "invalid"
    assert all("fields" not in line for line in lines)


async def test_texts_that_are_too_long_together_are_refused(room: Room) -> None:
    reed = await room.person("reed")
    contact = await room.contact(reed.person_id)
    part = "字" * 40_000

    answer = await reed.send(contact, submission=uuid4(), facts=part, judgement=part, unknown=part)

    assert (answer.status_code, answer.json()["code"]) == (422, "invalid")


async def test_the_engine_that_is_shipped_hides_a_number_on_every_cut_of_a_long_text(room: Room) -> None:
    reed = await room.person("reed")
    contact = await room.contact(reed.person_id)
    room.with_finder(Redactor.load())
    spoken = "她说夜里睡不着，想到以后就害怕。电话是13800138000，" * 150

    lines = await reed.preview(contact, facts=spoken)
    note = await reed.submit(contact, facts=spoken)
    again = await reed.submit(contact, 1, facts=note["facts"])

    assert len(lines) > 2
    assert "0013" not in note["facts"]
    assert note["facts"].count("〔电话1〕") == 150
    assert again["facts"] == note["facts"] == lines[-1]["fields"][0]["stored"]
