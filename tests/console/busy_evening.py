"""A busy evening on the stand-in, for the wallboard's tests and for pictures of every page."""

from datetime import timedelta

from app.platform.clock import now
from tests.console.fake_server import FakeService
from tests.console.fake_state import LINES, POOLS, Document, ago, card_of, contact_of, iso, leg_of


def fill(service: FakeService) -> None:
    """Put the evening into the stand-in's state."""
    songguo, qinghe = service.ids["songguo"], service.ids["qinghe"]
    service.presence[songguo].update(activity="engaged", since=ago(733), shift_ends_at=ago(-3 * 3600))
    service.presence[qinghe].update(activity="away", since=ago(190), reason="missed_offers", on_shift=True)
    for contact in _contacts(songguo):
        service.contact[contact["id"]] = contact
    service.line[LINES[0]["id"]] = card_of(0, waiting=2, longest_wait_s=71, talking=1, ready=0)
    service.line[LINES[1]["id"]] = card_of(1, closes_at=ago(-2 * 3600), talking=0, ready=2)
    for notice in (
        _notice("away_after_missed", {"person_id": qinghe, "work_name": "青禾"}, 190),
        _notice("call_never_reached_us", None, 900),
    ):
        service.notice[notice["id"]] = notice
    service.call_backs = [
        {"contact_id": "cb-1", "line": LINES[0], "requested_at": ago(1500), "due_at": ago(-300), "state": "requested",
         "person_id": None, "may_have_rung": False, "version": 1},
        {"contact_id": "cb-2", "line": LINES[1], "requested_at": ago(4000), "due_at": ago(400), "state": "requested",
         "person_id": None, "may_have_rung": True, "version": 1},
    ]  # fmt: skip
    service.voicemails = [
        {"contact_id": "vm-1", "line": LINES[0], "seconds": 74, "left_at": ago(2600), "heard_at": None,
         "person_id": None, "kept_until": ago(-30 * 86_400), "version": 1},
    ]  # fmt: skip
    service.blocks = [
        {"id": "b-1", "caller": "K2M9", "line_id": LINES[1]["id"], "reason": "abusive", "created_by_name": "远山",
         "created_at": ago(7200), "expires_at": ago(-79200)},
    ]  # fmt: skip
    _rota(service)


def _contacts(songguo: str) -> list[Document]:
    talking = contact_of(
        0, "talking", person_id=songguo, work_name="松果", answered_at=ago(733), offered_at=ago(760), caller="A7F3",
        legs=[leg_of("caller"), leg_of("volunteer", "松果")],
    )  # fmt: skip
    waiting = contact_of(
        0, "waiting", caller="Q4TD", danger=True, offered_at=ago(52), enqueued_at=ago(45),
        tried=[{"work_name": "青禾", "state": "missed", "at": ago(20)}],
    )  # fmt: skip
    offered = contact_of(0, "offered", caller=None, offered_at=ago(80), enqueued_at=ago(71))
    writing = contact_of(1, "wrapping_up", caller="9XWE", work_name="远山", ended_at=ago(64), person_id=None)
    return [talking, waiting, offered, writing]


def _notice(kind: str, about: Document | None, seconds: int) -> Document:
    return {
        "id": kind, "kind": kind, "about": about, "contact_id": None, "line_id": LINES[0]["id"], "at": ago(seconds),
        "seen_at": None, "version": 1,
    }  # fmt: skip


def _rota(service: FakeService) -> None:
    noon = now().replace(hour=4, minute=0, second=0, microsecond=0)
    monday = noon - timedelta(days=noon.weekday())
    for day in range(7):
        midday = monday + timedelta(days=day)
        service.add_shift("qinghe", iso(midday + timedelta(hours=6)), iso(midday + timedelta(hours=10)))
        if day % 2 == 0:
            service.add_shift("songguo", iso(midday + timedelta(hours=10)), iso(midday + timedelta(hours=18)), pool=1)
        service.gaps.append(
            {"pool_id": POOLS[0]["id"], "starts_at": iso(midday - timedelta(hours=4)),
             "ends_at": iso(midday + timedelta(hours=6)), "seats": 0, "wanted": 2}
        )  # fmt: skip
        if day % 2 == 1:
            service.gaps.append(
                {"pool_id": POOLS[1]["id"], "starts_at": iso(midday - timedelta(hours=12)),
                 "ends_at": iso(midday + timedelta(hours=12)), "seats": 1, "wanted": 2}
            )  # fmt: skip
