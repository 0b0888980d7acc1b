"""A caller who talked has a file, and the next volunteer knows before she answers; one who only rang has none."""

from tests.journeys.town import Town
from tests.journeys.waiting_for import until

NUMBER = "+447700900131"


async def subjects(town: Town) -> int:
    return int((await town.rows("SELECT count(*) FROM subject"))[0][0])


async def talk(town: Town, login: str, **who: str | None) -> str:
    """A whole call that somebody answers, until it is wrapped up; its contact."""
    volunteer = next((v for v in town.volunteers if v.login == login), None) or await town.volunteer(login)
    if await volunteer.activity() != "ready":
        await volunteer.ready()
    sid = await town.call(**who)  # type: ignore[arg-type]
    contact = await volunteer.answer()
    await town.hang_up(sid)
    await volunteer.wrap_up()
    await town.ends_as(sid, "answered")
    return str(contact["id"])


async def test_a_caller_who_rings_again_is_known_before_the_answer_and_never_by_a_number(town: Town) -> None:
    first = await talk(town, "reed", caller=NUMBER)

    async def opened() -> bool:
        return await subjects(town) == 1

    await until(opened, what="the file of the first talk")
    reed = town.volunteers[0]
    sid = await town.call(caller=NUMBER)
    offer = await reed.offer()
    summary = await reed.get(f"/api/contacts/{offer['contact_id']}/subject")
    assert (summary["has_file"], summary["times_seen"]) == (True, 1)
    assert NUMBER[1:] not in str(summary)
    assert NUMBER[-6:] not in str(summary)
    assert (await reed.get(f"/api/subjects/{summary['subject_id']}"))["contacts"][0]["id"] == first
    await town.hang_up(sid)
    await town.ends_as(sid, "abandoned")


async def test_a_caller_who_gave_up_before_anybody_answered_has_no_file(town: Town) -> None:
    sid = await town.call(caller=NUMBER)
    await town.state(sid, "waiting")
    await town.hang_up(sid)
    await town.ends_as(sid, "abandoned")
    await talk(town, "reed", caller="+447700900132")  # whose file is opened after, so the worker has been round

    async def opened() -> bool:
        return await subjects(town) == 1

    await until(opened, what="the file of the caller who talked")
    linked = await town.rows("SELECT c.id FROM subject_link k JOIN contact c ON c.id = k.contact_id")
    assert [row["id"] for row in linked] != [(await town.contact_of(sid))["id"]]
    assert await subjects(town) == 1


async def test_failure_25_two_callers_without_a_number_talk_and_neither_gets_a_file(town: Town) -> None:
    nameless = [await talk(town, "reed", caller=None) for _ in range(2)]
    await talk(town, "reed", caller=NUMBER)

    async def opened() -> bool:
        return await subjects(town) == 1

    await until(opened, what="the file of the caller with a number")
    linked = await town.rows("SELECT contact_id::text FROM subject_link")
    assert not {row["contact_id"] for row in linked} & set(nameless)
    assert await subjects(town) == 1
