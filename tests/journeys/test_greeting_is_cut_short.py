"""Volunteers ring while the greeting is spoken, and whoever accepts in it is heard at once (ADR 10)."""

import pytest

from app.lines.apply import apply_documents
from app.lines.reading import read_document
from app.platform.clock import now
from tests.journeys.town import Town, running_town
from tests.journeys.waiting_for import until

LONG_WINDED = "您好，" + "这里随时有人，请您慢慢听完这一段话。" * 40


@pytest.mark.parametrize("menu", ["", 'menu: {say: {zh: "危险请按1。"}, danger: "1", call_back: null}'])
async def test_a_volunteer_who_accepts_is_heard_though_the_greeting_would_outlast_the_lease(
    database_url: str, menu: str
) -> None:
    async with running_town(database_url, time_scale=1.0) as town:
        number = "+441632960571"
        await _apply(town, number, menu)
        volunteer = await town.volunteer("reed")

        async def web_knows_the_line() -> bool:
            return any(one["id"] == "probe" for one in (await volunteer.desk())["targets"]["numbers"])

        await until(web_knows_the_line, what="the web process has read the new line")
        await volunteer.ready()
        sid = await town.call(to=number)
        await volunteer.accept()
        contact = await volunteer.talking()
        await volunteer.post(f"/api/contacts/{contact['id']}/hang-up")
        await volunteer.wrap_up()
        await town.ends_as(sid, "answered")


async def _apply(town: Town, number: str, menu: str) -> None:
    document = f"""
lines:
  - id: long-winded
    organisation: lighthouse
    name: {{zh: "长话热线", en: "Long-winded line"}}
    numbers: [{{number: "{number}", placeholder: true}}]
    versions:
      - valid_from: "2020-01-01 00:00"
        languages: [zh]
        greeting: {{zh: "{LONG_WINDED}"}}
        consent: {{say: {{zh: "通话不录音。"}}}}
        {menu}
        calendar: {{time_zone: Asia/Shanghai, hours: {{daily: "24h"}}}}
        outside_numbers: [{{id: probe, name: {{zh: "探针", en: "Probe"}}, number: "12356"}}]
        pools: [{{pool: day}}]
        queue: {{ring_seconds: 10, choice_every_s: null}}
        ways:
          closed: [{{way: honest_message, say: {{zh: "请拨打12356、110或120。"}}}}]
          full: [{{way: honest_message, say: {{zh: "请拨打12356、110或120。"}}}}]
          no_answer: [{{way: honest_message, say: {{zh: "请拨打12356、110或120。"}}}}]
"""
    async with town.db.transaction() as tx:
        await apply_documents(tx, [read_document(document, "long-winded.yaml")], now=now())
    hook = f"{town.base_url}/webhooks/twilio"
    entry = {"number": number, "voice_url": f"{hook}/voice", "status_callback": f"{hook}/status"}
    assert (await town.phone.post("/emulator/numbers", json=[entry])).status_code == 200
