"""Who hears what, and that a client who does not read costs the others nothing."""

import asyncio
import json
from uuid import UUID, uuid4

from app.realtime.hub import AT_A_TIME, BACKLOG_LIMIT, Hub, Subscriber
from app.realtime.messages import SUPERVISORS, Loaded, line_topic, person_topic, within
from app.realtime.wire import Frame


class Ear:
    """A writer that remembers what it was given, and can stop reading."""

    def __init__(self) -> None:
        self.heard: list[dict] = []
        self.frames: list[Frame] = []
        self.reading = True
        self.aborted = False

    def write(self, frame: Frame) -> bool:
        if not self.reading:
            return False
        self.frames.append(frame)
        self.heard.append(json.loads(frame.payload))
        return True

    def abort(self) -> None:
        self.aborted = True


def joined(hub: Hub, *topics: str, released: bool = True) -> tuple[Ear, Subscriber]:
    ear = Ear()
    subscriber = Subscriber(ear, uuid4(), b"", topics)
    hub.join(subscriber)
    if released:
        subscriber.release()
    return ear, subscriber


def state(identity: UUID, version: int, *topics: str) -> Loaded:
    return (identity, version, {"n": version}, topics)


def versions(ear: Ear) -> list[int]:
    return [message["v"] for message in ear.heard]


def test_a_state_goes_once_to_everyone_who_may_see_it_as_the_same_bytes():
    hub, me, contact = Hub(), uuid4(), uuid4()
    mine, _ = joined(hub, person_topic(me), within(line_topic("night"), "contact"))
    other, _ = joined(hub, person_topic(uuid4()))
    board, _ = joined(hub, within(SUPERVISORS, "contact"))
    hub.publish("contact", [state(contact, 3, person_topic(me), line_topic("night"))])
    assert mine.heard == [{"t": "contact", "id": str(contact), "v": 3, "s": {"n": 3}}]
    assert other.heard == []
    assert board.frames == mine.frames, "one frame, made once"
    assert hub.touched_lines == {"night"}


def test_who_watches_a_line_hears_of_its_contacts_and_notices_only_with_leave():
    hub = Hub()
    cards_only, _ = joined(hub, line_topic("night"))
    for entity in ("contact", "offer", "notice", "presence"):
        hub.publish(entity, [state(uuid4(), 1, line_topic("night"))])
    assert [message["t"] for message in cards_only.heard] == ["presence"]


def test_who_held_a_contact_hears_once_more_when_it_is_no_longer_theirs():
    hub, me, you, contact = Hub(), uuid4(), uuid4(), uuid4()
    mine, _ = joined(hub, person_topic(me))
    yours, _ = joined(hub, person_topic(you))
    hub.publish("contact", [state(contact, 1, person_topic(me))])
    hub.publish("contact", [state(contact, 2, person_topic(you))])
    hub.publish("contact", [state(contact, 3, person_topic(you))])
    assert (versions(mine), versions(yours)) == ([1, 2], [2, 3])


def test_what_a_snapshot_showed_is_let_go_of_as_well():
    hub, me, contact = Hub(), uuid4(), uuid4()
    mine, _ = joined(hub, person_topic(me))
    hub.remember("contact", [contact], person_topic(me))
    hub.publish("contact", [state(contact, 2)])
    hub.publish("contact", [state(contact, 3)])
    assert versions(mine) == [2]


def test_nothing_overtakes_the_snapshot():
    hub, me = Hub(), uuid4()
    mine, subscriber = joined(hub, person_topic(me), released=False)
    hub.publish("presence", [state(me, 1, person_topic(me))])
    hub.publish("presence", [state(me, 2, person_topic(me))])
    assert mine.heard == []
    subscriber.release()
    assert versions(mine) == [2], "the newest alone"


def test_a_client_that_does_not_read_keeps_the_newest_of_each_and_the_others_hear_everything():
    hub, one, two = Hub(), uuid4(), uuid4()
    stuck, subscriber = joined(hub, line_topic("night"))
    well, _ = joined(hub, line_topic("night"))
    stuck.reading = False
    for version in range(1, 101):
        for identity in (one, two):
            hub.publish("presence", [state(identity, version, line_topic("night"))])
    assert len(well.heard) == 200
    assert len(subscriber.pending) == 2
    assert hub.backlog == 2
    stuck.reading = True
    hub.publish("presence", [state(one, 101, line_topic("night"))])
    assert stuck.heard == [], "not out of turn"
    hub.drain(0.0)
    assert sorted(versions(stuck)) == [100, 101]
    hub.publish("presence", [state(one, 102, line_topic("night"))])
    assert versions(stuck)[-1] == 102


def test_a_client_that_has_not_read_for_ten_seconds_is_dropped():
    hub = Hub()
    stuck, _ = joined(hub, line_topic("night"))
    stuck.reading = False
    hub.publish("presence", [state(uuid4(), 1, line_topic("night"))])
    hub.drain(100.0)
    hub.drain(109.0)
    assert not stuck.aborted
    hub.drain(110.5)
    assert stuck.aborted
    assert (len(hub), hub.dropped, hub.backlog) == (0, 1, 0)


def test_a_client_with_an_absurd_backlog_is_dropped_at_once():
    hub = Hub()
    stuck, _ = joined(hub, line_topic("night"))
    stuck.reading = False
    for _ in range(BACKLOG_LIMIT + 1):
        hub.publish("presence", [state(uuid4(), 1, line_topic("night"))])
    assert stuck.aborted
    assert len(hub) == 0


def test_who_has_left_is_forgotten():
    hub, me = Hub(), uuid4()
    mine, subscriber = joined(hub, person_topic(me), line_topic("night"))
    assert hub.wants(line_topic("night"))
    hub.leave(subscriber)
    hub.leave(subscriber)
    hub.publish("presence", [state(me, 1, person_topic(me))])
    assert mine.heard == []
    assert not hub.wants(line_topic("night"))


async def test_a_ring_does_not_stand_behind_wallboards():
    hub, line, person = Hub(), uuid4(), uuid4()
    boards = [joined(hub, line_topic("night")) for _ in range(3 * AT_A_TIME)]
    rings, _ = joined(hub, person_topic(person))
    async with asyncio.TaskGroup() as counting:
        counting.create_task(hub.publish_what_can_wait("line", [state(line, 1, line_topic("night"))]))
        await asyncio.sleep(0)
        assert sum(bool(ear.heard) for ear, _ in boards) == AT_A_TIME, "the others have not heard the counts yet"
        hub.publish("offer", [state(uuid4(), 1, person_topic(person))])
        assert versions(rings) == [1]
        hub.leave(next(subscriber for ear, subscriber in boards if not ear.heard))
    assert sum(versions(ear) == [1] for ear, _ in boards) == 3 * AT_A_TIME - 1, "everyone who is still there, once"
