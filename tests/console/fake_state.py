"""The pieces a console is shown, as plain documents in the shapes of the REST contract. All of it is invented."""

from datetime import UTC, datetime, timedelta
from typing import Annotated, Any
from uuid import uuid4

from fastapi import Body

from app.platform.clock import now

Document = dict[str, Any]
Sent = Annotated[Document, Body()]

LINES: list[Document] = [
    {"id": "ningbo-24h", "name_zh": "宁波24小时心理热线", "name_en": "Ningbo 24-hour line"},
    {"id": "ningbo-8585", "name_zh": "8585 成长热线", "name_en": "8585 Growing-up line"},
    {"id": "tianjin-family", "name_zh": "天津阳光家庭热线", "name_en": "Tianjin family line"},
]
POOLS: list[Document] = [
    {"id": "ningbo-teachers", "name_zh": "甬老师", "name_en": "School teachers"},
    {"id": "ningbo-hospital", "name_zh": "康宁医院志愿者", "name_en": "Hospital volunteers"},
]
NUMBERS: list[Document] = [{"id": "crisis-team", "name_zh": "危机干预小组", "name_en": "Crisis team"}]
DISPOSITIONS: list[Document] = [
    {"code": "counselled", "zh": "完成咨询", "en": "Counselled"},
    {"code": "information", "zh": "信息咨询", "en": "Information given"},
    {"code": "silent", "zh": "沉默来电", "en": "Silent caller"},
    {"code": "hung_up", "zh": "中途挂断", "en": "Broke off"},
    {"code": "abusive", "zh": "骚扰来电", "en": "Abusive"},
    {"code": "wrong_number", "zh": "打错电话", "en": "Wrong number"},
    {"code": "thanks", "zh": "致谢", "en": "Thanks"},
    {"code": "test", "zh": "测试", "en": "Test call"},
]
VOLUNTEER = ["desk.use", "offer.answer", "contact.transfer", "rota.see", "callbacks.see", "voicemail.hear"]
SUPERVISOR = [
    *VOLUNTEER, "contact.see", "wallboard.see", "notices.see", "presence.manage", "rota.edit", "lines.see",
    "people.see", "blocks.see", "blocks.manage", "callbacks.take",
]  # fmt: skip
ACCOUNTS: dict[str, Document] = {
    "songguo": {"work_name": "松果", "roles": ["volunteer"], "permissions": VOLUNTEER, "code": None},
    "qinghe": {"work_name": "青禾", "roles": ["volunteer"], "permissions": VOLUNTEER, "code": "123456"},
    "yuanshan": {"work_name": "远山", "roles": ["supervisor"], "permissions": SUPERVISOR, "code": None},
}
PASSWORD = "night-lamp"


def iso(moment: datetime) -> str:
    """As the server writes moments."""
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")


def ago(seconds: float) -> str:
    """The moment that many seconds before now; negative lies ahead."""
    return iso(now() - timedelta(seconds=seconds))


def presence_of(person_id: str, work_name: str, activity: str = "offline", **more: Any) -> Document:
    """A Presence."""
    return {
        "person_id": person_id, "work_name": work_name, "activity": activity, "reach": "browser", "reason": "",
        "since": ago(95), "pools": [POOLS[0]["id"]], "shift_ends_at": None, "missed_in_row": 0, "answered_today": 3,
        "contact_id": None, "offer_id": None, "on_shift": True, "version": 1, **more,
    }  # fmt: skip


def shift_of(person_id: str, work_name: str, starts_at: str, ends_at: str, pool: int = 0, **more: Any) -> Document:
    """A Shift."""
    return {
        "id": str(uuid4()), "person_id": person_id, "work_name": work_name, "pool_id": POOLS[pool]["id"],
        "pool_name_zh": POOLS[pool]["name_zh"], "pool_name_en": POOLS[pool]["name_en"], "starts_at": starts_at,
        "ends_at": ends_at, "source": "rota", "cancelled": False, "version": 1, **more,
    }  # fmt: skip


def contact_of(line: int = 0, state: str = "waiting", **more: Any) -> Document:
    """A Contact."""
    return {
        "id": str(uuid4()), "line": LINES[line], "state": state, "channel": "voice", "danger": False, "language": "zh",
        "direction": "inbound", "number_dialled": "8585", "caller": "A7F3", "person_id": None, "work_name": None,
        "stage": 0, "priority": 0, "offered_at": ago(40), "enqueued_at": ago(38), "answered_at": None,
        "ended_at": None, "terminal_reason": None, "ended_by": None, "disposition": None, "requeued": 0,
        "legs": [leg_of("caller")], "transfer": None, "wrap_up_until": None, "silence_prompts": 0,
        "silence_prompts_most": 2, "silence_prompt_from": None, "tried": [], "version": 1, **more,
    }  # fmt: skip


def leg_of(role: str, work_name: str | None = None, state: str = "answered", **more: Any) -> Document:
    """A Leg."""
    return {
        "id": str(uuid4()), "role": role, "work_name": work_name, "state": state, "in_bridge": state == "answered",
        "muted": False, "on_hold": False, "label": role, **more,
    }  # fmt: skip


def offer_of(contact: Document, person_id: str, ring_seconds: float = 20, **more: Any) -> Document:
    """An Offer of this contact."""
    return {
        "id": str(uuid4()), "contact_id": contact["id"], "person_id": person_id, "kind": "queue", "state": "offered",
        "because": "longest_idle", "reach": "browser", "offered_at": ago(0), "ring_until": ago(-ring_seconds),
        "line": contact["line"], "waited_s": 38, "danger": contact["danger"], "returning": False,
        "number_withheld": contact["caller"] is None,
        "language": contact["language"], "version": 1, **more,
    }  # fmt: skip


def card_of(line: int, *, is_open: bool = True, **more: Any) -> Document:
    """A LineCard."""
    return {
        "line": LINES[line], "open": is_open, "opens_at": None if is_open else ago(-5 * 3600), "closes_at": None,
        "waiting": 0, "longest_wait_s": 0, "talking": 0, "ready": 2,
        "today": {
            "offered": 42, "answered": 37, "abandoned": 2, "short_abandoned": 1, "voicemail": 1, "callback": 1,
            "closed_hours": 0, "blocked": 1, "failed": 0, "service_level_answered": 0.946,
            "service_level_offered": 0.833, "asa_s": 11.4,
        },
        **more,
    }  # fmt: skip
