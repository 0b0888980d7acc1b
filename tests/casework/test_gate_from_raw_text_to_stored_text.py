"""What passes the gate: nothing without the finder, the person's word spot by spot, one number for one person."""

import time
from collections.abc import AsyncIterator
from uuid import UUID

import pytest
import pytest_asyncio

from app.casework.finding import marked_by_a_person
from app.casework.redacting import Choice, Found, KnownValue, Redacting
from app.domain.errors import Invalid, TaggerMissing
from app.domain.redaction.kinds import Kind
from app.domain.redaction.span import Span
from app.platform.clock import fresh_id
from app.platform.crypto import Pseudonymiser
from app.platform.db import Database, Tx
from tests.casework.name_redactor import NameRedactor

PSEUDONYMISER = Pseudonymiser(b"2" * 32)


@pytest_asyncio.fixture
async def tx(database_url: str) -> AsyncIterator[Tx]:
    db = Database(database_url, size=2)
    await db.open()
    async with db.transaction() as opened:
        yield opened
    await db.close()


@pytest.fixture
def redacting() -> Redacting:
    return Redacting(NameRedactor(), PSEUDONYMISER)


@pytest.fixture
def scope() -> UUID:
    return fresh_id()


async def test_what_names_somebody_is_replaced_and_the_rest_stays(tx: Tx, redacting: Redacting, scope: UUID) -> None:
    cleaned = await redacting.clean(tx, "顾长风在初二3班，电话13800138000，想跳楼。", scope=scope)

    assert cleaned.text == "〔姓名1〕在〔班级：初中〕，电话〔电话1〕，想跳楼。"
    assert [(span.kind, span.hidden) for span in cleaned.spans] == [("PERSON", True), ("CLASS", True), ("PHONE", True)]


async def test_a_placeholder_is_the_same_person_in_every_text_of_a_scope(
    tx: Tx, redacting: Redacting, scope: UUID
) -> None:
    first = await redacting.clean(tx, "顾长风和晓岚", scope=scope)
    second = await redacting.clean(
        tx, "晓岚说顾长风，TAMSIN HALE 没有", scope=scope, known=[KnownValue(Kind.PERSON, "TAMSIN HALE")]
    )
    third = await redacting.clean(tx, "Tamsin Hale 来电", scope=scope)
    elsewhere = await redacting.clean(tx, "晓岚", scope=fresh_id())

    assert first.text == "〔姓名1〕和〔姓名2〕"
    assert second.text == "〔姓名2〕说〔姓名1〕，〔姓名3〕 没有"
    assert third.text == "〔姓名3〕 来电"
    assert elsewhere.text == "〔姓名1〕"


async def test_p5_what_the_vault_holds_stays_hidden_whatever_a_person_chooses(
    tx: Tx, redacting: Redacting, scope: UUID
) -> None:
    text = "顾长风和温小雨点"
    keep_both = [Choice(0, 3, False, "顾长风"), Choice(4, 8, False, "温小雨点")]

    cleaned = await redacting.clean(
        tx, text, scope=scope, known=[KnownValue(Kind.PERSON, "温小雨点")], choices=keep_both
    )

    assert cleaned.text == "顾长风和〔姓名1〕"
    assert [span.hidden for span in cleaned.spans] == [False, True]


async def test_numbers_are_kept_by_keyed_hash_alone(tx: Tx, redacting: Redacting, scope: UUID) -> None:
    await redacting.clean(tx, "顾长风 13800138000", scope=scope)

    rows = await tx.fetch("SELECT kind, token FROM placeholder")

    assert sorted(row["kind"] for row in rows) == ["PERSON", "PHONE"]
    assert all(len(row["token"]) == 32 for row in rows)


async def test_texts_apart_are_numbered_alike_and_after_what_is_written_in_them(redacting: Redacting) -> None:
    founds = [(await redacting.find(text, ()), ()) for text in ("顾长风", "晓岚和顾长风，〔姓名2〕不在，[phone 7]")]

    shown = redacting.settle_apart(founds)

    assert [each.text for each in shown] == ["〔姓名3〕", "〔姓名4〕和〔姓名3〕，〔姓名2〕不在，[phone 7]"]


async def test_without_the_finder_nothing_passes(tx: Tx, scope: UUID) -> None:
    nothing_installed = Redacting(None, PSEUDONYMISER)
    for text in ("顾长风", "", "没有名字"):
        with pytest.raises(TaggerMissing):
            await nothing_installed.clean(tx, text, scope=scope)


async def test_what_a_person_keeps_stands_and_is_counted_by_class(tx: Tx, redacting: Redacting, scope: UUID) -> None:
    text = "顾长风老师与顾长风同学"

    cleaned = await redacting.clean(tx, text, scope=scope, choices=[Choice(0, 3, hide=False, written="顾长风")])

    assert cleaned.text == "顾长风老师与〔姓名1〕同学"
    assert cleaned.unhidden == {"PERSON": 1}


async def test_what_a_person_hides_besides_grows_to_what_it_cuts_through(
    tx: Tx, redacting: Redacting, scope: UUID
) -> None:
    text = "绰号老K，打13800138000"
    choices = [Choice(2, 4, hide=True, written="老K"), Choice(9, 12, hide=True, written="001", kind="NUMBER")]

    cleaned = await redacting.clean(tx, text, scope=scope, choices=choices)

    assert "001" not in cleaned.text
    assert cleaned.text == "绰号〔姓名1〕，打〔号码1〕"


async def test_a_choice_about_another_text_is_refused(tx: Tx, redacting: Redacting, scope: UUID) -> None:
    for start, end, written in [(0, 3, "晓岚二"), (5, 90, ""), (-2, 1, "")]:
        with pytest.raises(Invalid, match="changed"):
            await redacting.clean(tx, "顾长风来电", scope=scope, choices=[Choice(start, end, True, written)])


async def test_marks_that_meet_become_one_and_leave_nothing_between(tx: Tx, redacting: Redacting, scope: UUID) -> None:
    text = "甲乙丙丁戊己庚辛"
    spans = tuple(marked_by_a_person(start, end, "QQ") for start, end in ((0, 2), (3, 5), (6, 7)))
    marks = [Choice(start, end, hide=True, written=text[start:end]) for start, end in ((4, 6), (1, 4))]
    keep = Choice(6, 7, hide=False, written="庚")

    (cleaned,) = await redacting.settle(tx, [(Found(text, spans), [*marks, keep])], scope=scope)

    assert cleaned.text == "〔姓名1〕庚辛"
    assert [(span.start, span.end, span.hidden) for span in cleaned.spans] == [(0, 6, True), (6, 7, False)]


def test_many_marks_in_a_long_text_cost_what_they_are_many_not_their_square(redacting: Redacting) -> None:
    def seconds(many: int) -> float:
        text = "13800138000 " * many
        spans = tuple(_number(at) for at in range(many))
        marks = [Choice(at * 12, at * 12 + 5, hide=True, written="13800") for at in range(many)]
        began = time.process_time()
        redacting.settle_apart([(Found(text, spans), marks)])
        return time.process_time() - began

    few, many = [min(seconds(size) for _ in range(3)) for size in (500, 4000)]

    assert many < few * 24  # eight times as many; their square would be 64 times as long


def _number(at: int) -> Span:
    return marked_by_a_person(at * 12, at * 12 + 11, "PHONE")
