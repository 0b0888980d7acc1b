"""One call from the carrier's webhook to wrap-up."""

from tests.journeys.town import Town


async def test_a_caller_is_heard_from_the_first_ring_to_the_wrap_up(town: Town) -> None:
    volunteer = await town.volunteer("reed")
    await volunteer.ready()
    sid = await town.call()
    await volunteer.accept()
    contact = await volunteer.talking()
    assert contact["caller"]
    assert {leg["role"] for leg in contact["legs"] if leg["in_bridge"]} == {"caller", "volunteer"}
    await volunteer.post(f"/api/contacts/{contact['id']}/hang-up")
    await volunteer.wrap_up()
    row = await town.ends_as(sid, "answered")
    assert row["state"] == "closed"
    assert (await volunteer.desk())["presence"]["activity"] == "ready"
