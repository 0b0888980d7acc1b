"""A review is taken once, returned and answered as often as it takes, and then it is done."""

import asyncio

from tests.casework.review.review_room import SCORES, ReviewRoom


async def test_a_returned_note_comes_back_to_its_reviewer_when_its_writer_has_amended_it(room: ReviewRoom) -> None:
    writer = await room.room.person("reed")
    reviewer = await room.room.person("super", "supervisor", ("line", "harbour"))
    await room.note(writer, level="high")
    taken = await room.taken(reviewer)
    assert (taken["state"], taken["mine"], taken["because"], taken["own"]) == ("taken", True, "high_risk", False)

    returned = await room.finish(reviewer, taken, "returned", feedback="请顾长风的情况写清楚。")
    assert returned["state"] == "returned"
    (own,) = await room.get(writer, "/reviews/own")
    assert own["state"] == "returned"
    assert "顾长风" not in own["rounds"][0]["feedback"]
    assert own["rounds"][0]["scores"] == SCORES
    # Nothing was added yet.
    refused = await room.post(writer, f"/reviews/{own['id']}/answered", {"version": own["version"]}, 409)
    assert refused["code"] == "not_possible_now"
    await room.room.pass_by(hours=25)
    await room.amend(writer, own)
    answered = await room.post(writer, f"/reviews/{own['id']}/answered", {"version": own["version"]})
    assert answered["state"] == "taken"
    again = await room.post(writer, f"/reviews/{own['id']}/answered", {"version": own["version"]})  # a slow network
    assert again["version"] == answered["version"]

    seen = await room.get(reviewer, f"/reviews/{own['id']}")
    assert (seen["state"], seen["reviewer"], seen["changed"]) == ("taken", "小super", True)
    assert seen["rounds"][0]["answered_by"] == "小reed"
    done = await room.finish(reviewer, seen, "accepted", feedback="写得好。")
    assert (done["state"], len(done["rounds"])) == ("done", 2)
    (own,) = await room.get(writer, "/reviews/own")
    assert own["state"] == "done"
    acts = [
        row["act"] for row in await room.room.rows("SELECT act FROM audit_entry WHERE act ~ '^review_' ORDER BY id")
    ]
    assert acts == ["review_taken", "review_returned", "review_answered", "review_seen", "review_accepted"]


async def test_of_two_who_take_a_review_at_once_one_has_it_and_the_other_sees_whose_it_is(room: ReviewRoom) -> None:
    writer = await room.room.person("reed")
    reviewers = [await room.room.person(name, "supervisor") for name in ("one", "two")]
    await room.note(writer, level="imminent")
    (waiting,) = await room.waiting(reviewers[0])
    answers = await asyncio.gather(*(each.client.post(f"/api/reviews/{waiting['id']}/take") for each in reviewers))
    assert sorted(answer.status_code for answer in answers) == [200, 409]
    loser = next(answer.json() for answer in answers if answer.status_code == 409)
    assert loser["code"] == "stale_version"
    assert (loser["current"]["state"], loser["current"]["mine"]) == ("taken", False)
    winner = next(each for each, answer in zip(reviewers, answers, strict=True) if answer.status_code == 200)
    assert (await room.post(winner, f"/reviews/{waiting['id']}/take"))["version"] == 2  # pressed twice


async def test_a_review_that_has_gone_on_is_not_finished_on_what_was_seen_before(room: ReviewRoom) -> None:
    writer = await room.room.person("reed")
    first, second = [await room.room.person(name, "supervisor") for name in ("one", "two")]
    await room.note(writer, level="high")
    taken = await room.taken(first)
    given_back = await room.post(second, f"/reviews/{taken['id']}/give-back", {"version": taken["version"]})
    assert (given_back["state"], given_back["reviewer"]) == ("waiting", None)
    stale = await room.finish(first, taken, expect=409)
    assert (stale["code"], stale["current"]["state"]) == ("stale_version", "waiting")
    await room.post(second, f"/reviews/{taken['id']}/take")
    not_hers = await room.finish(first, await room.get(second, f"/reviews/{taken['id']}"), expect=409)
    assert not_hers["code"] == "not_possible_now"


async def test_nobody_reviews_a_note_they_wrote_or_whose_talk_they_held(room: ReviewRoom) -> None:
    writer = await room.room.person("reed", "supervisor")
    held_it = await room.room.person("heron", "supervisor")
    contact = await room.note(writer, level="high")
    await room.room.held_before(held_it.person_id, contact)
    for own in (writer, held_it):
        (listed,) = await room.waiting(own)
        assert listed["own"]
        assert (await room.post(own, f"/reviews/{listed['id']}/take", expect=409))["code"] == "not_possible_now"


async def test_another_lines_review_is_not_found_and_the_asking_is_entered(room: ReviewRoom) -> None:
    writer = await room.room.person("reed")
    elsewhere = await room.room.person("lamp", "supervisor", ("line", "lamp"))
    here = await room.room.person("super", "supervisor", ("line", "harbour"))
    await room.note(writer, level="high")
    assert await room.waiting(elsewhere) == []
    (review,) = await room.waiting(here)
    await room.get(elsewhere, f"/reviews/{review['id']}", 404)
    await room.post(elsewhere, f"/reviews/{review['id']}/take", expect=404)
    await room.get(writer, f"/reviews/{review['id']}", 403)
    other_writer = await room.room.person("wren")
    await room.post(other_writer, f"/reviews/{review['id']}/answered", {"version": 1}, 404)
    assert await room.room.value("SELECT count(*) FROM audit_entry WHERE act = 'file_refused'") == 3


async def test_a_finished_review_scores_every_criterion_and_a_returned_one_says_why(room: ReviewRoom) -> None:
    writer, reviewer = await room.room.person("reed"), await room.room.person("super", "supervisor")
    await room.note(writer, level="high")
    taken = await room.taken(reviewer)
    for scores in ({}, SCORES | {"handwriting": 3}, SCORES | {"plan": 6}, SCORES | {"plan": 0}):
        await room.finish(reviewer, taken, expect=422, scores=scores)
    silent = await room.finish(reviewer, taken, "returned", expect=422, feedback="  ")
    assert [error["field"] for error in silent["errors"]] == ["feedback"]
    criteria = await room.get(writer, "/reviews/criteria")
    assert [each["code"] for each in criteria["criteria"]] == list(SCORES)
    assert await room.room.value("SELECT count(*) FROM note_review_round") == 0


async def test_without_a_finder_of_names_no_feedback_is_stored(room: ReviewRoom) -> None:
    writer, reviewer = await room.room.person("reed"), await room.room.person("super", "supervisor")
    await room.note(writer, level="high")
    taken = await room.taken(reviewer)
    room.room.without_finder()
    assert (await room.finish(reviewer, taken, expect=503, feedback="顾长风"))["code"] == "tagger_missing"
    assert (await room.finish(reviewer, taken))["state"] == "done"  # what has no words needs none


async def test_a_note_whose_writer_has_left_can_be_accepted_without_an_answer(room: ReviewRoom) -> None:
    writer, reviewer = await room.room.person("reed"), await room.room.person("super", "supervisor")
    await room.note(writer, level="high")
    returned = await room.finish(reviewer, await room.taken(reviewer), "returned", feedback="请补充计划。")
    done = await room.finish(reviewer, returned)
    assert done["state"] == "done"
    late = await room.post(writer, f"/reviews/{done['id']}/answered", {"version": returned["version"]})
    assert (late["state"], late["version"]) == ("done", done["version"])
