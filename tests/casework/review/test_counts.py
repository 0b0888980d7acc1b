"""Counts leave the service as codes and numbers, small ones hidden, for lines of one's own."""

from typing import Any

from app.casework.notes.coding import code_book
from app.casework.review.schemas import Cell, Counts, Dimension
from app.casework.review.sheets import as_csv, harmless
from tests.casework.notes.writing_room import Writer
from tests.casework.review.review_room import ReviewRoom


async def counts(who: Writer, room: ReviewRoom, *by: str, expect: int = 200, **more: Any) -> Any:
    month = room.room.at.strftime("%Y-%m")
    body = {"from": month, "to": month, "by": list(by)} | more
    answer = await who.client.post("/api/exports/counts", json=body)
    assert answer.status_code == expect, answer.text
    return answer


async def insert(room: ReviewRoom, writer: Writer, how_many: int, *, line: str = "harbour", **codes: str) -> None:
    """Counselling notes with these codes, in the middle of the month."""
    room.room.at = room.room.at.replace(day=15, hour=4)
    await room.room.pass_by(seconds=1)
    for _ in range(how_many):
        contact = await room.room.contact(writer.person_id, line=line)
        async with room.room.web.db.transaction() as tx:
            await tx.execute(
                """INSERT INTO note (id, contact_id, line_id, scope, person_id, gender, age_band, topics, texts,
                     codes_version, submitted_at, changed_at, locks_at)
                   VALUES (gen_random_uuid(), $1, $2, $1, $3, $4, $5, $6, '{"facts": "说很累"}', 'x', $7, $7, $7)""",
                contact, line, writer.person_id, codes.get("gender"), codes.get("age_band"),
                [codes["topic"]] if "topic" in codes else [], room.room.at,
            )  # fmt: skip


async def test_a_small_count_is_hidden_with_another_so_that_their_sum_tells_neither(room: ReviewRoom) -> None:
    writer, reader = await room.room.person("reed"), await room.room.person("super", "supervisor")
    await insert(room, writer, 9, gender="female")
    await insert(room, writer, 6, gender="male")
    await insert(room, writer, 2, gender="other")
    found = (await counts(reader, room, "gender")).json()
    assert {cell["codes"][0]: cell["count"] for cell in found["cells"]} == {"female": 9, "male": None, "other": None}
    assert (found["k"], found["hidden"], found["withheld"]) == (5, 2, False)
    table = (await counts(reader, room, "gender", "age_band")).json()
    assert all(cell["count"] is None for cell in table["cells"] if cell["codes"][0] != "female")
    (entry, _) = await room.room.rows("SELECT facts FROM audit_entry WHERE act = 'counts_exported' ORDER BY id")
    assert (entry["facts"]["by"], entry["facts"]["hidden"]) == (["gender"], 2)


async def test_no_two_exports_over_other_months_or_lines_tell_what_each_of_them_hides(room: ReviewRoom) -> None:
    writer, reader = await room.room.person("reed"), await room.room.person("super", "supervisor")
    await insert(room, writer, 9, gender="female")
    await insert(room, writer, 8, gender="male")
    first = room.room.at.strftime("%Y-%m")
    await room.room.pass_by(days=30)
    await insert(room, writer, 1, gender="female")
    await insert(room, writer, 7, gender="male")
    await insert(room, writer, 6, line="lamp", gender="female")
    await insert(room, writer, 5, line="lamp", gender="male")
    second = room.room.at.strftime("%Y-%m")

    async def of(start: str, end: str, *lines: str) -> dict[str, Any]:
        asked = {"from": start, "to": end, "line_ids": list(lines)}
        found = (await counts(reader, room, "gender", **asked)).json()
        return {cell["codes"][0]: (cell["count"], cell["at_least"]) for cell in found["cells"]}

    assert await of(first, first, "harbour") == {"female": (9, False), "male": (8, False)}
    assert await of(second, second, "harbour") == {"female": (None, False), "male": (None, False)}
    assert await of(first, second, "harbour") == {"female": (9, True), "male": (8, True)}  # 10 less 9 told the 1
    assert await of(second, second, "lamp") == {"female": (6, False), "male": (5, False)}
    assert await of(second, second) == {"female": (6, True), "male": (5, True)}  # and so did 7 less 6


async def test_a_month_that_is_too_small_is_in_no_sum_and_the_answer_says_so(room: ReviewRoom) -> None:
    writer, reader = await room.room.person("reed"), await room.room.person("super", "supervisor")
    await insert(room, writer, 9, gender="female")
    first = room.room.at.strftime("%Y-%m")
    await room.room.pass_by(days=30)
    await insert(room, writer, 2, gender="male")
    second = room.room.at.strftime("%Y-%m")
    found = (await counts(reader, room, "gender", **{"from": first, "to": second})).json()
    assert (found["left_out"], found["withheld"]) == (1, False)
    assert [(cell["codes"], cell["count"], cell["at_least"]) for cell in found["cells"]] == [(["female"], 9, True)]
    by_month = (await counts(reader, room, "month", **{"from": first, "to": second})).json()
    assert [(cell["codes"], cell["count"]) for cell in by_month["cells"]] == [([first], 9), ([second], None)]


async def test_a_table_that_is_too_small_shows_nothing_at_all(room: ReviewRoom) -> None:
    writer, reader = await room.room.person("reed"), await room.room.person("super", "supervisor")
    await insert(room, writer, 3, gender="female")
    found = (await counts(reader, room, "gender")).json()
    assert (found["withheld"], found["cells"]) == (True, [])


async def test_every_way_of_counting_is_one_the_database_takes_alone_and_with_another(room: ReviewRoom) -> None:
    writer, reader = await room.room.person("reed"), await room.room.person("super", "supervisor")
    await insert(room, writer, 6, gender="female", topic="guigang:study")
    for way in Dimension:
        found = (await counts(reader, room, way.value)).json()
        assert [cell["count"] for cell in found["cells"]] == [6], way
        await counts(reader, room, way.value, "month" if way is not Dimension.MONTH else "line")
    (topic,) = (await counts(reader, room, "topic")).json()["cells"]
    assert topic["codes"] == ["guigang:study"]
    assert topic["names"] != topic["codes"]


async def test_topics_of_one_name_are_told_apart_by_their_sets_also_in_the_sheet(room: ReviewRoom) -> None:
    writer, reader = await room.room.person("reed"), await room.room.person("super", "supervisor")
    await insert(room, writer, 6, topic="national-2010:family")
    await insert(room, writer, 7, topic="child-helpline:family")
    codes = (await counts(reader, room, "topic")).json()["codes"][0]
    assert len({(one["zh"], one["en"][:6]) for one in codes}) == 1  # nothing else tells them apart
    sets = {each.id: (each.name.zh, each.name.en) for each in code_book().topic_sets.values()}
    assert {one["code"]: (one["set_zh"], one["set_en"]) for one in codes} == {
        "national-2010:family": sets["national-2010"],
        "child-helpline:family": sets["child-helpline"],
    }
    sheet = (await counts(reader, room, "topic", format="csv")).text
    head, *lines = sheet.removeprefix("\ufeff").splitlines()
    assert head == "代码,主题,主题集,人次"
    assert set(lines) == {
        f"national-2010:family,家庭关系,{sets['national-2010'][0]},6",
        f"child-helpline:family,家庭关系,{sets['child-helpline'][0]},7",
    }
    (gender,) = (await counts(reader, room, "gender")).json()["codes"][0]
    assert (gender["set_zh"], gender["set_en"]) == (None, None)


async def test_only_ones_own_lines_are_counted_and_another_is_not_found(room: ReviewRoom) -> None:
    writer = await room.room.person("reed")
    reader = await room.room.person("super", "supervisor", ("line", "harbour"))
    await insert(room, writer, 7, gender="female")
    await insert(room, writer, 8, line="lamp", gender="female")
    found = (await counts(reader, room, "gender")).json()
    assert ([cell["count"] for cell in found["cells"]], found["line_ids"]) == ([7], ["harbour"])
    offered = (await reader.client.get("/api/exports/lines")).json()
    assert [line["id"] for line in offered] == ["harbour"]
    assert (await writer.client.get("/api/exports/lines")).status_code == 403
    await counts(reader, room, "gender", line_ids=["lamp"], expect=404)
    await counts(writer, room, "gender", expect=403)
    assert await room.room.value("SELECT count(*) FROM audit_entry WHERE act = 'file_refused'") == 1


async def test_codes_and_cells_come_in_the_order_of_their_list_and_what_was_not_entered_last(room: ReviewRoom) -> None:
    writer, reader = await room.room.person("reed"), await room.room.person("super", "supervisor")
    for gender in ({}, {"gender": "male"}, {"gender": "female"}):
        await insert(room, writer, 6, **gender)
    listed = [item.code for each in code_book().lists if each.kind == "genders" for item in each.items]
    expected = [*sorted(["male", "female"], key=listed.index), ""]
    found = (await counts(reader, room, "gender", "month")).json()
    assert [one["code"] for one in found["codes"][0]] == expected
    assert [cell["codes"][0] for cell in found["cells"]] == expected
    assert (found["codes"][0][-1]["zh"], found["codes"][0][-1]["en"]) == ("未填写", "Not entered")
    assert [one["code"] for one in found["codes"][1]] == [room.room.at.strftime("%Y-%m")]


async def test_months_that_do_not_follow_and_more_than_two_ways_are_refused(room: ReviewRoom) -> None:
    reader = await room.room.person("super", "supervisor")
    for wrong in ({"from": "2026-05", "to": "2026-04"}, {"from": "2020-01", "to": "2026-01"}, {"from": "2026-13"}):
        await counts(reader, room, "gender", expect=422, **wrong)
    await counts(reader, room, "gender", "gender", expect=422)
    await counts(reader, room, "gender", "month", "level", expect=422)
    await counts(reader, room, "gender", k=1, expect=422)  # how small is the deployment's to say


async def test_a_sheet_has_no_text_of_a_note_and_no_cell_that_reckons(room: ReviewRoom) -> None:
    writer, reader = await room.room.person("reed"), await room.room.person("super", "supervisor")
    async with room.room.web.db.transaction() as tx:
        await tx.execute("UPDATE line SET name_zh = '=1+1' WHERE id = 'harbour'")
    await insert(room, writer, 7)
    answer = await counts(reader, room, "line", format="csv")
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert answer.headers["content-disposition"] == 'attachment; filename="counts.csv"'
    assert answer.text == "\ufeff代码,线路,人次\r\nharbour,'=1+1,7\r\n"


def test_a_hidden_count_is_a_star_and_every_formula_is_a_text() -> None:
    cell = Cell(codes=["x"], names=["@SUM(A1)"], count=None, at_least=False)
    shown = Counts(by=[Dimension.GENDER], codes=[], from_month="2026-01", to_month="2026-01", line_ids=[], k=5,
                   hidden=1, left_out=0, withheld=False, cells=[cell])  # fmt: skip
    assert as_csv(shown, language="en") == "\ufeffCode,Gender,Contacts\r\nx,'@SUM(A1),*\r\n"
    more = shown.model_copy(update={"cells": [cell.model_copy(update={"count": 28, "at_least": True})]})
    assert as_csv(more, language="en").splitlines()[1] == "x,'@SUM(A1),≥28"
    for formula in ("=1", "+1", "-1", "@a", "\t=1", " =1", "\r1"):
        assert harmless(formula).startswith("'")
    assert harmless("女") == "女"
