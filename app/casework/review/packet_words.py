"""The words of a packet in both languages, and the names of its codes."""

from collections.abc import Mapping
from typing import Final

from app.casework.notes.coding import code_book
from app.casework.review.counting import LEVEL_NAMES
from app.domain.risk import NOT_POSSIBLE

WORDS: Final[Mapping[str, tuple[str, str]]] = {
    "title": ("个案讨论材料（已去标识化）", "Case conference packet (de-identified)"),
    "notice": (
        (
            "本材料仅供个案讨论使用，会后请收回销毁。时间以首次来电起的周次表示；不含编号、具体日期与工作人员姓名。"
            "文字中若仍有可能识别出个人的内容，请勿外传，并告知督导。"
        ),
        (
            "For a case conference alone; collect and destroy it afterwards. Times are weeks since the first contact; "
            "there are no codes of callers, no dates and no names of staff. If a text still lets somebody be "
            "recognised, do not pass it on, and tell a supervisor."
        ),
    ),
    "contacts": ("来电与记录", "Contacts and notes"),
    "contacts_count": ("共 {n} 次来电", "Contacts: {n}"),
    "older": ("另有更早的来电未列入。", "Older contacts are not listed."),
    "several_numberings": (
        "这些记录来自不止一份原档案。〔姓名1〕之类的编号只在同一份原档案内指同一个人，不同原档案之间不能对应。",
        (
            "These notes come from more than one original file. Numbers as in [person 1] mean the same person within "
            "one original file alone, not across them."
        ),
    ),
    "numbering": ("姓名编号", "Names numbered in"),
    "numbering_of": ("原档案 {n}", "original file {n}"),
    "week": ("第 {n} 周", "Week {n}"),
    "plan": ("应对方案", "Plan"),
    "no_plan": ("尚无方案。", "There is no plan yet."),
    "key_lines": ("要点", "Key lines"),
    "adults": ("负责的成年人", "Responsible adults"),
    "flags": ("提醒", "Flags"),
    "tasks": ("待办事项", "Open tasks"),
    "none": ("无。", "None."),
    "levels": ("风险等级", "Risk levels"),
    "level_none": ("未设定等级。", "No level was set."),
    "prompted": ("评估提示：{level}", "prompted: {level}"),
    "withheld": ("该次来电由其他线路接听，记录不在此列。", "On another line; its note is not part of this packet."),
    "no_note": ("尚无个案记录。", "There is no note yet."),
    "non_counselling": ("非咨询来电", "Not counselling"),
    "topics": ("主题", "Topics"),
    "danger": ("自杀危险", "Danger"),
    "danger_asked": ("已询问", "Asked about"),
    "danger_not_possible": ("未能询问：{why}", "Could not be asked about: {why}"),
    "facts": ("事实", "Facts"),
    "judgement": ("判断", "Judgement"),
    "unknown": ("尚不清楚", "Not known"),
    "means": ("工具与环境", "Means"),
    "supports": ("支持资源", "Supports"),
    "safety_plan": ("安全计划", "Safety plan"),
    "actions": ("行动", "Actions"),
    "planned": ("计划", "planned"),
    "done": ("已完成", "done"),
    "confirmed": ("已确认", "confirmed"),
    "amendment": ("补充说明（第 {n} 周）", "Amendment (week {n})"),
    "caller_roles": ("来电者身份", "Caller"),
    "subject_roles": ("当事人身份", "The person concerned"),
    "age_bands": ("年龄段", "Age band"),
    "genders": ("性别", "Gender"),
    "grade_bands": ("学段", "Grade band"),
    "owner_person": ("工作人员", "a member of staff"),
    "overdue": ("已逾期", "overdue"),
}


class PacketWords:
    """The words of one language."""

    def __init__(self, language: str) -> None:
        self._at = 0 if language == "zh" else 1
        self.html_language = "zh-CN" if language == "zh" else "en"
        self.colon = ("：", ": ")[self._at]
        self.comma = ("、", ", ")[self._at]

    def say(self, word: str, **filled: object) -> str:
        """A word or a sentence."""
        return WORDS[word][self._at].format(**filled)

    def of_two(self, zh: str, en: str) -> str:
        """The one of two names that is this language's."""
        return (zh, en)[self._at]

    def level(self, level: str) -> str:
        """A level's name."""
        return LEVEL_NAMES[level][self._at] if level in LEVEL_NAMES else level

    def why_not(self, reason: str | None) -> str:
        """Why danger could not be asked about."""
        return NOT_POSSIBLE[reason][self._at] if reason is not None and reason in NOT_POSSIBLE else reason or ""

    def code(self, kind: str, code: str) -> str:
        """The name of a code of one list."""
        for each in code_book().lists:
            if each.kind == kind:
                for item in each.items:
                    if item.code == code:
                        return (item.zh, item.en)[self._at]
        return code

    def topic(self, topic: str) -> str:
        """The name of `set:code`."""
        name, _, code = topic.partition(":")
        found = code_book().topic_sets.get(name)
        for item in () if found is None else found.items:
            if item.code == code:
                return (item.zh, item.en)[self._at]
        return topic
