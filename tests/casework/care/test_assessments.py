"""An instrument is filled in for a contact: it prompts, and somebody else's contact is not found."""

import pytest

from app.casework.instruments.library import load_library
from app.domain.instruments import Instrument
from tests.casework.care.care_house import CareHouse
from tests.domain.test_instruments import C_SSRS, RULES

C_SSRS_ID = "c-ssrs-screener"


def sheet(**answers: str) -> dict[str, object]:
    return {"instrument_id": C_SSRS_ID, "version": 1, "answers": answers}


@pytest.mark.parametrize(("name", "meant"), [(C_SSRS_ID, C_SSRS), ("high-risk-rules", RULES)])
def test_the_file_of_an_instrument_says_what_the_field_says(name: str, meant: Instrument) -> None:
    known = load_library().find(name, 1)
    assert known is not None
    assert known.core == meant


async def test_the_instruments_come_with_both_languages_and_what_is_asked_on_every_contact(care: CareHouse) -> None:
    said = (await (await care.browser("reed")).get("/api/instruments")).json()

    assert [one["id"] for one in said["instruments"]] == [
        "beijing-hotline-scale",
        C_SSRS_ID,
        "high-risk-rules",
        "safety-plan",
    ]
    screener = said["instruments"][1]
    assert [answer["code"] for answer in screener["items"][0]["answers"]] == ["yes", "no", "unknown"]
    assert screener["items"][2]["asked_when"] == {"item": "q2", "answered": ["yes"]}
    assert screener["disabled"] is None
    assert said["danger"]["not_possible"][0]["code"] == "silent"
    assert said["levels"] == ["unknown", "low", "moderate", "high", "imminent"]


async def test_the_scale_without_weights_is_disabled_and_says_why(care: CareHouse) -> None:
    reed = await care.browser("reed")
    contact = await care.contact(held_by="reed")
    scale = (await reed.get("/api/instruments")).json()["instruments"][0]

    answer = await reed.post(
        f"/api/contacts/{contact}/assessments",
        json={"instrument_id": scale["id"], "version": scale["version"], "answers": {}},
    )

    assert "weights" in scale["disabled"]["en"]
    assert len(scale["items"]) == 12
    assert answer.status_code == 409
    assert "HOTLINE_INSTRUMENT_WEIGHTS" in answer.json()["detail"]
    assert await care.rows("SELECT FROM assessment") == []


async def test_a_result_prompts_names_what_is_not_known_and_sets_no_level(care: CareHouse) -> None:
    reed = await care.browser("reed")
    contact = await care.contact(held_by="reed")

    answer = await reed.post(
        f"/api/contacts/{contact}/assessments", json=sheet(q1="yes", q2="yes", q3="yes", q4="unknown")
    )

    said = answer.json()
    assert answer.status_code == 201
    assert said["level"] == "moderate"
    assert (said["lower_bound"], said["could_be"]) == (True, "high")
    assert [each["code"] for each in said["not_known"]] == ["q4", "q5", "q6", "q6_recent"]
    assert [each["code"] for each in said["because"]] == ["wish_or_thoughts", "method"]
    assert said["because"][1]["text"]["zh"] == "想过自杀的方式"
    level = (await reed.get(f"/api/contacts/{contact}/level")).json()
    assert (level["level"], level["prompted"], level["version"]) == (None, "moderate", 0)
    assert "assessed" in await care.acts()


async def test_a_correction_is_another_filling_in_and_the_first_one_stays(care: CareHouse) -> None:
    reed = await care.browser("reed")
    contact = await care.contact(held_by="reed")
    await reed.post(f"/api/contacts/{contact}/assessments", json=sheet(q2="yes", q5="yes"))
    care.house.clock.pass_by(minutes=1)
    await reed.post(f"/api/contacts/{contact}/assessments", json=sheet(q1="yes", q2="no", q6="no"))

    said = (await reed.get(f"/api/contacts/{contact}/assessments")).json()

    assert [each["level"] for each in said["assessments"]] == ["low", "high"]
    assert said["prompted"] == "low"


@pytest.mark.parametrize(
    "again",
    [
        {},  # saved as it was opened: empty
        {"q6": "no"},
        {"q1": "yes", "q2": "yes", "q3": "yes", "q4": "unknown", "q5": "no", "q6": "no"},
    ],
)
async def test_p6_a_sheet_with_open_questions_does_not_take_back_what_an_earlier_one_prompts(
    care: CareHouse, again: dict[str, str]
) -> None:
    reed = await care.browser("reed")
    contact = await care.contact(held_by="reed")
    await reed.post(f"/api/contacts/{contact}/assessments", json=sheet(q2="yes", q4="yes"))
    care.house.clock.pass_by(minutes=10)
    await reed.post(f"/api/contacts/{contact}/assessments", json=sheet(**again))

    said = (await reed.get(f"/api/contacts/{contact}/assessments")).json()
    low = {"level": "low", "rationale": "只补问了第六题", "version": 0}
    level = (await reed.put(f"/api/contacts/{contact}/level", json=low)).json()

    assert said["assessments"][0]["lower_bound"]
    assert said["prompted"] == "high"
    assert (level["prompted"], level["history"][0]["below_prompt"]) == ("high", True)
    assert [row["kind"] for row in await care.rows("SELECT kind FROM notice")] == ["risk_below_prompt"]
    prompting = await care.rows("SELECT a.prompted FROM risk_level l JOIN assessment a ON a.id = l.assessment_id")
    assert prompting == [{"prompted": "high"}]


async def test_what_was_taken_back_by_a_correction_is_not_brought_back_by_open_questions(care: CareHouse) -> None:
    reed = await care.browser("reed")
    contact = await care.contact(held_by="reed")
    for answers in ({"q2": "yes", "q5": "yes"}, {"q1": "yes", "q2": "no", "q6": "no"}, {}):
        await reed.post(f"/api/contacts/{contact}/assessments", json=sheet(**answers))
        care.house.clock.pass_by(minutes=1)

    assert (await reed.get(f"/api/contacts/{contact}/level")).json()["prompted"] == "low"


async def test_the_highest_of_several_instruments_is_prompted(care: CareHouse) -> None:
    reed = await care.browser("reed")
    contact = await care.contact(held_by="reed")
    await reed.post(
        f"/api/contacts/{contact}/assessments",
        json={"instrument_id": "high-risk-rules", "version": 1, "answers": {"act_in_progress": "yes"}},
    )
    care.house.clock.pass_by(minutes=1)
    await reed.post(f"/api/contacts/{contact}/assessments", json=sheet(q1="yes", q2="no", q6="no"))

    assert (await reed.get(f"/api/contacts/{contact}/level")).json()["prompted"] == "imminent"


@pytest.mark.parametrize(
    ("body", "field"),
    [
        (sheet(q1="perhaps"), "answers.q1"),
        (sheet(q17="yes"), "answers.q17"),
    ],
)
async def test_an_answer_the_instrument_does_not_have_is_refused_whole(
    care: CareHouse, body: dict[str, object], field: str
) -> None:
    reed = await care.browser("reed")
    contact = await care.contact(held_by="reed")

    answer = await reed.post(f"/api/contacts/{contact}/assessments", json=body)

    assert answer.status_code == 422
    assert [error["field"] for error in answer.json()["errors"]] == [field]
    assert await care.rows("SELECT FROM assessment") == []


@pytest.mark.parametrize(
    "body",
    [
        {"instrument_id": "c-ssrs-screener", "version": 2, "answers": {}},
        {"instrument_id": "safety-plan", "version": 1, "answers": {"reasons_to_live": "x"}},
        {"instrument_id": "no-such-thing", "version": 1, "answers": {}},
    ],
)
async def test_a_version_never_shipped_and_a_plan_are_not_evaluated(care: CareHouse, body: dict[str, object]) -> None:
    reed = await care.browser("reed")
    contact = await care.contact(held_by="reed")

    assert (await reed.post(f"/api/contacts/{contact}/assessments", json=body)).status_code == 422


@pytest.mark.parametrize(("who", "status"), [("reed", 200), ("super", 200), ("other", 404), ("elsewhere", 404)])
async def test_p7_somebody_elses_contact_is_not_found_and_the_attempt_is_written_down(
    care: CareHouse, who: str, status: int
) -> None:
    contact = await care.contact(held_by="reed")

    for path in ("assessments", "level", "consents"):
        answer = await (await care.browser(who)).get(f"/api/contacts/{contact}/{path}")
        assert answer.status_code == status

    acts = await care.acts()
    assert acts == (["file_refused"] * 3 if status == 404 else ["assessments_seen", "levels_seen", "consents_seen"])


async def test_a_contact_without_a_line_is_its_volunteers_and_no_supervisors_of_a_line(care: CareHouse) -> None:
    contact = await care.contact(held_by="reed", line=None)

    assert (await (await care.browser("reed")).get(f"/api/contacts/{contact}/level")).status_code == 200
    assert (await (await care.browser("super")).get(f"/api/contacts/{contact}/level")).status_code == 404
