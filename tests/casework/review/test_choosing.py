"""Which notes are reviewed: all of high risk, whenever that is known; of the others a share; each of them once."""

import asyncio
from datetime import timedelta
from uuid import UUID

from app.casework.review.choosing import Sampling
from app.platform.crypto import Pseudonymiser
from tests.casework.review.review_room import ReviewRoom


async def test_every_note_of_high_risk_is_chosen_and_of_the_others_none_when_none_are_drawn(room: ReviewRoom) -> None:
    writer, reviewer = await room.room.person("reed"), await room.room.person("super", "supervisor")
    notes = {
        level: await room.note(writer, level=level)
        for level in (None, "unknown", "low", "moderate", "high", "imminent")
    }
    chosen = await room.waiting(reviewer)
    assert {each["contact_id"] for each in chosen} == {str(notes["high"]), str(notes["imminent"])}
    assert {each["because"] for each in chosen} == {"high_risk"}


async def test_a_level_that_is_set_after_the_note_lets_it_be_reviewed_and_stays_so_when_it_is_lowered(
    room: ReviewRoom,
) -> None:
    writer, reviewer = await room.room.person("reed"), await room.room.person("super", "supervisor")
    contact = await room.note(writer)
    assert await room.waiting(reviewer) == []
    await room.level(writer, contact, "high")
    await room.level(writer, contact, "low", version=1)
    await room.level(writer, contact, "high", version=2)
    (waiting,) = await room.waiting(reviewer)
    assert (waiting["because"], waiting["level"], waiting["version"]) == ("high_risk", "high", 1)


async def test_a_level_and_a_note_that_come_at_the_same_moment_do_not_miss_each_other(room: ReviewRoom) -> None:
    writer, reviewer = await room.room.person("reed"), await room.room.person("super", "supervisor")
    for _ in range(6):
        contact = await room.room.contact(writer.person_id)
        await asyncio.gather(room.level(writer, contact, "imminent"), writer.submit(contact))
    assert len(await room.waiting(reviewer)) == 6


async def test_a_drawn_note_is_drawn_whoever_asks_again_and_comes_first_when_it_turns_out_to_be_of_high_risk(
    room: ReviewRoom,
) -> None:
    writer, reviewer = await room.room.person("reed"), await room.room.person("super", "supervisor")
    room.draw(100)
    first, second = [await room.note(writer) for _ in range(2)]
    await writer.submit(second, 1, facts="改过一次。")  # changed, and still one review
    sample = await room.waiting(reviewer)
    assert [each["contact_id"] for each in sample] == [str(first), str(second)]
    assert {each["because"] for each in sample} == {"sample"}
    await room.room.pass_by(hours=1)
    await room.level(writer, second, "high")
    both = await room.waiting(reviewer)
    assert [each["contact_id"] for each in both] == [str(second), str(first)]
    assert both[0]["due_at"] < both[1]["due_at"]


def test_which_notes_are_drawn_hangs_on_the_key_and_is_the_same_whoever_draws() -> None:
    notes = [UUID(int=at) for at in range(200)]

    def drawn(key: bytes) -> list[bool]:
        rules = Sampling(Pseudonymiser(key), 50, timedelta(days=7), timedelta(days=1))
        return [rules.draws(note) for note in notes]

    assert drawn(b"a" * 32) == drawn(b"a" * 32)
    assert drawn(b"a" * 32) != drawn(b"b" * 32)
    assert 60 < sum(drawn(b"a" * 32)) < 140


async def test_contacts_without_counselling_are_not_drawn_unless_a_life_was_in_danger(room: ReviewRoom) -> None:
    writer, reviewer = await room.room.person("reed"), await room.room.person("super", "supervisor")
    room.draw(100)
    silent, dangerous = [await room.room.contact(writer.person_id) for _ in range(2)]
    await room.level(writer, dangerous, "high")
    for contact in (silent, dangerous):
        await room.post(writer, f"/contacts/{contact}/non-counselling", {"code": "silent"})
    assert [each["contact_id"] for each in await room.waiting(reviewer)] == [str(dangerous)]


async def test_what_waits_too_long_is_marked_and_counted(room: ReviewRoom) -> None:
    writer, reviewer = await room.room.person("reed"), await room.room.person("super", "supervisor")
    other = await room.room.person("lamp", "supervisor", ("line", "lamp"))
    await room.note(writer, level="high")
    await room.room.pass_by(hours=25)
    await room.note(writer, level="high")
    await room.note(writer)
    assert [each["overdue"] for each in await room.waiting(reviewer)] == [True, False]
    await room.finish(reviewer, await room.taken(reviewer))
    await room.room.pass_by(hours=2)
    figures = await room.get(reviewer, "/reviews/coverage")
    counted = {name: figures[name] for name in ("waiting", "waiting_high_risk", "overdue", "reviewed", "notes")}
    assert counted == {"waiting": 1, "waiting_high_risk": 1, "overdue": 0, "reviewed": 1, "notes": 3}
    assert [line["line"]["id"] for line in figures["lines"]] == ["harbour"]
    nothing = await room.get(other, "/reviews/coverage")
    assert (nothing["waiting"], nothing["notes"], nothing["lines"]) == (0, 0, [])
    await room.room.pass_by(days=31)
    assert (await room.get(reviewer, "/reviews/coverage"))["reviewed"] == 0


async def test_pages_follow_each_other_without_a_gap_and_without_twice_the_same(room: ReviewRoom) -> None:
    writer, reviewer = await room.room.person("reed"), await room.room.person("super", "supervisor")
    room.draw(100)
    for at in range(35):
        await room.room.contact(writer.person_id, ago=timedelta(minutes=at))
    async with room.room.web.db.transaction() as tx:
        await tx.execute(
            """INSERT INTO note (id, contact_id, line_id, scope, person_id, codes_version, submitted_at, changed_at,
                 locks_at)
               SELECT gen_random_uuid(), id, line_id, id, person_id, 'x', now(), now(), now() FROM contact"""
        )
        await tx.execute(
            """INSERT INTO note_review (id, note_id, line_id, because, chosen_at, state)
               SELECT gen_random_uuid(), id, line_id, 'sample', now(), 'waiting' FROM note"""
        )
    first = await room.get(reviewer, "/reviews")
    second = await room.get(reviewer, f"/reviews?after={first['after']}")
    ids = [each["id"] for page in (first, second) for each in page["reviews"]]
    assert (len(first["reviews"]), len(ids), len(set(ids)), second["after"]) == (30, 35, 35, None)
    await room.get(reviewer, "/reviews?after=bm9uc2Vuc2U=", 422)
