"""The code lists: versions, the sets' mapping onto each other, and what a malformed list is told."""

import pytest

from app.casework.notes.code_lists import codes
from app.casework.notes.coding import CodeBook, CodesWrong, code_book, read_code_list
from app.contacts.talking import DISPOSITIONS
from tests.casework.notes.writing_room import Room

LIST = """
kind: topics
id: own
version: "2026-11"
name: {zh: 自拟, en: Own}
source: Our own.
items:
  - {code: study, zh: 学习, en: Study, concepts: [study]}
"""


def test_the_sets_cover_the_same_concepts_so_every_topic_has_counterparts_in_every_other_set() -> None:
    book = code_book()
    sets = set(book.topic_sets)
    assert sets == {"guigang", "national-2010", "child-helpline"}
    for own, each in book.topic_sets.items():
        for item in each.items:
            found = {topic.partition(":")[0] for topic in book.counterparts(f"{own}:{item.code}")}
            assert found == sets - {own}, item.code


def test_guigangs_topics_are_the_ones_its_authority_named() -> None:
    named = "学业困扰 社交障碍 情感烦恼 亲子矛盾 工作压力 心理危机 言行冲动偏激 急性心理创伤 "
    named += "网络成瘾/手机依赖 留守儿童 校园欺凌/施暴 性侵 困境儿童"
    assert [item.zh for item in code_book().topic_sets["guigang"].items][:-1] == named.split()


def test_a_set_that_is_our_own_wording_says_so() -> None:
    for own in ("national-2010", "child-helpline"):
        assert "not" in code_book().topic_sets[own].source
        assert "official form" in code_book().topic_sets[own].source


def test_non_counselling_codes_are_dispositions_of_the_wrap_up_under_the_same_names() -> None:
    listed = {
        item.code: (item.zh, item.en) for each in codes().lists if each.kind == "non_counselling" for item in each.items
    }
    assert listed == {code: DISPOSITIONS[code] for code in listed}
    assert set(listed) == {"silent", "abusive", "prank", "wrong_number", "hang_up", "test", "thanks"}


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ('version: "2026-11"', "version: new", "version"),
        ("zh: 学习, ", "", "items.0.zh"),
        ("kind: topics", "kind: nothing", "kind"),
        ("source: Our own.", "source: Our own.\nsauce: x", "sauce"),
        ("items:", "items: [", "not YAML"),
        ("code: study", 'code: "A B"', "items.0.code"),
    ],
)
def test_a_malformed_list_is_refused_with_its_file_and_place(old: str, new: str, told: str) -> None:
    with pytest.raises(CodesWrong, match=told) as refused:
        read_code_list("own.yaml", LIST.replace(old, new))
    assert "own.yaml" in str(refused.value)


@pytest.mark.parametrize(
    ("item", "told"),
    [
        ("{code: study, zh: 又, en: Again, concepts: [other]}", "twice"),
        ("{code: more, zh: 更, en: More}", "names no concept"),
        ("{code: more, zh: 更, en: More, concepts: [nothing]}", "nothing"),
        ("{code: more, zh: 更, en: More, concepts: [study]}", "two topics"),
        ("{code: more, zh: 更, en: More, concepts: [work]}", "has no topic for"),
    ],
)
def test_lists_that_do_not_fit_each_other_are_refused(item: str, told: str) -> None:
    own = read_code_list("own.yaml", f"{LIST}  - {item}\n")
    lists = {each.id: each for each in code_book().lists}
    with pytest.raises(CodesWrong, match=told):
        CodeBook(lists | {"own": own})


async def test_the_lists_go_to_whoever_writes_with_version_names_and_counterparts(room: Room) -> None:
    reed = await room.person("reed")
    contact = await room.contact(reed.person_id)

    shown = (await reed.client.get("/api/casework/codes")).json()
    note = await reed.submit(contact, topics=["guigang:internet"])

    assert note["codes_version"] == shown["version"]
    assert "guigang@2026-11" in shown["version"]
    lists = {each["id"]: {item["code"]: item for item in each["items"]} for each in shown["lists"]}
    assert lists["guigang"]["guigang:internet"]["same_as"] == ["child-helpline:online", "national-2010:addiction"]
    assert lists["regions"]["guangxi.guigang"]["inside"] == "guangxi"
    assert "refused" in lists["danger-reasons"]
    assert "concepts" not in lists
