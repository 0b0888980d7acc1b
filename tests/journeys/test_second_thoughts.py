"""Callers who change their mind, and talks that break off late: the caller is brought back to a person (P2)."""

from datetime import timedelta

import pytest

from app.carriers.steps import Step, TakeMessage, Wait
from app.contacts.rows import lock_contact
from app.contacts.rules_in_force import policy_of
from app.contacts.waiting import take_way
from app.domain.routing import Way, WayOn
from app.platform.clock import now
from tests.journeys.town import Town, running_town
from tests.journeys.waiting_for import until


async def test_a_caller_in_danger_is_not_promised_a_call_back_but_taken_first(town: Town) -> None:
    """Whoever presses the danger key at the call-back question means danger."""
    volunteer = await town.volunteer("reed")
    await volunteer.ready()
    first = await town.call(caller="+447700900456")
    await volunteer.accept()
    await volunteer.talking()
    sid = await town.call()
    await town.heard(sid, "危险请按1")
    await town.press(sid, "9")
    await town.heard(sid, "现在用的这个号码")
    await town.press(sid, "1")

    async def in_danger() -> bool:
        return bool((await town.contact_of(sid))["danger"])

    await until(in_danger, what="the danger key counts")
    await town.state(sid, "waiting")
    assert await town.rows("SELECT 1 FROM call_back") == []
    await town.hang_up(first)
    await volunteer.wrap_up()
    offer = await volunteer.offer()
    assert offer["danger"]
    await volunteer.accept()
    await volunteer.talking()
    await town.hang_up(sid)
    await volunteer.wrap_up()


@pytest.mark.parametrize(("key", "next_step"), [("", TakeMessage), ("7", TakeMessage), ("1", Wait)])
async def test_whoever_is_led_on_while_the_menu_is_said_is_not_put_back_to_wait_for_nobody(
    database_url: str, key: str, next_step: type[Step]
) -> None:
    """The way that was decided stands, whatever key comes late; only danger brings them back, into the queue."""
    async with running_town(database_url, workers=0) as town:
        reed = await town.volunteer("reed")
        await reed.ready()
        sid = await town.call()
        await town.look(sid, "gather:0")
        found = await town.contact_of(sid)
        (caller,) = await town.rows("SELECT id FROM leg WHERE contact_id = $1", found["id"])
        async with town.db.transaction() as tx:
            contact = await lock_contact(tx, found["id"])
            assert contact is not None
            policy = await policy_of(tx, town.parts.book, contact, now=now())
            assert policy is not None
            voicemail = WayOn(Way.VOICEMAIL)
            await take_way(tx, contact, town.parts.book, policy, voicemail, because="longest_wait", now=now())
        answer = await town.parts.calls.digits_pressed(
            caller["id"], provider_call_id=sid, ask="menu", digits=key, dedupe_key="late"
        )
        assert isinstance(answer.step, next_step)
        assert ((await town.contact_of(sid))["state"] in ("waiting", "offered")) == (key == "1")


async def test_after_a_talk_that_broke_off_the_longest_wait_begins_anew(town: Town) -> None:
    volunteer, other = await town.volunteer("reed"), await town.volunteer("wren")
    await volunteer.ready()
    sid = await town.call()
    await volunteer.accept()
    contact = await volunteer.talking()
    # As if all this had begun an hour ago: the line's longest wait is two minutes.
    async with town.db.transaction() as tx:
        await tx.execute(
            """UPDATE contact SET enqueued_at = enqueued_at - $2::interval, waiting_since = waiting_since - $2::interval
               WHERE id = $1""",
            contact["id"],
            timedelta(hours=1),
        )
    await other.ready()
    leg = next(leg for leg in contact["legs"] if leg["role"] == "volunteer")
    [row] = await town.rows("SELECT provider_call_id FROM leg WHERE id = $1", leg["id"])
    await town.hang_up(row["provider_call_id"])
    await other.accept()
    await other.talking()
    assert (await town.contact_of(sid))["ways_tried"] == []
    await town.hang_up(sid)
    await other.wrap_up()
    await volunteer.wrap_up()
    await town.ends_as(sid, "answered")


async def test_a_colleague_who_was_brought_in_leaves_and_the_talk_goes_on(town: Town) -> None:
    volunteer, guest = await town.volunteer("reed"), await town.volunteer("wren")
    await volunteer.ready()
    sid = await town.call()
    await volunteer.accept()
    contact = await volunteer.talking()
    await guest.ready()
    body = {"kind": "third", "target_kind": "person", "target": str(guest.person_id)}
    await volunteer.post(f"/api/contacts/{contact['id']}/transfer", body)
    await guest.accept()

    async def all_three() -> bool:
        legs = (await volunteer.get(f"/api/contacts/{contact['id']}"))["legs"]
        return sum(leg["in_bridge"] for leg in legs) == 3

    await until(all_three, what="three in the bridge")
    await guest.post(f"/api/contacts/{contact['id']}/hang-up")
    await guest.is_("ready")
    assert (await volunteer.talking())["id"] == contact["id"]
    await town.hang_up(sid)
    await volunteer.wrap_up()
    await town.ends_as(sid, "answered")
