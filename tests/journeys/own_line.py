"""A line of a journey's own, beside those of the harbour: its pools and its queue are what the journey is about."""

from app.lines.apply import apply_documents
from app.lines.reading import read_document
from app.platform.clock import now
from tests.journeys.town import Town
from tests.journeys.volunteer import Volunteer
from tests.journeys.waiting_for import until

OWN_NUMBER = "+441632960572"
HONEST = '{way: honest_message, say: {zh: "请拨打12356、110或120。", en: "Call 12356, 110 or 120."}}'


async def open_line(
    town: Town,
    volunteer: Volunteer,
    *,
    pools: str,
    queue: str = "ring_seconds: 15, choice_every_s: null",
    menu: str = "",
    consent: str = '{say: {zh: "通话不录音。", en: "Calls are not recorded."}}',
    ways: str = f"[{HONEST}]",
    more: str = "",
) -> str:
    """Apply a line whose file has these entries, lead a number to it, wait until the web process knows it (her desk
    shows its outside number); the number."""
    document = f"""
lines:
  - id: pontoon
    organisation: lighthouse
    name: {{zh: "浮桥热线", en: "Pontoon line"}}
    numbers: [{{number: "{OWN_NUMBER}", placeholder: true}}]
    versions:
      - valid_from: "2020-01-01 00:00"
        languages: [zh, en]
        greeting: {{zh: "您好，这里是浮桥。", en: "Hello, this is the pontoon."}}
        consent: {consent}
        {menu}
        calendar: {{time_zone: Asia/Shanghai, hours: {{daily: "24h"}}}}
        outside_numbers: [{{id: pontoon-probe, name: {{zh: "探针", en: "Probe"}}, number: "12356"}}]
        pools: {pools}
        queue: {{{queue}}}
        ways:
          closed: [{HONEST}]
          full: [{HONEST}]
          no_answer: {ways}
        {more}
"""
    async with town.db.transaction() as tx:
        await apply_documents(tx, [read_document(document, "pontoon.yaml")], now=now())
    hook = f"{town.base_url}/webhooks/twilio"
    numbers = (await town.phone.get("/emulator/numbers")).json()
    entry = {"number": OWN_NUMBER, "voice_url": f"{hook}/voice", "status_callback": f"{hook}/status"}
    assert (await town.phone.post("/emulator/numbers", json=[*numbers, entry])).status_code == 200

    async def web_knows_the_line() -> bool:
        return any(one["id"] == "pontoon-probe" for one in (await volunteer.desk())["targets"]["numbers"])

    await until(web_knows_the_line, what="the web process has read the new line")
    return OWN_NUMBER
