"""A line that rings for half a minute, at two volunteers at once: for journeys in which people act in browsers."""

from app.lines.apply import apply_documents
from app.lines.reading import read_document
from app.platform.clock import now
from tests.journeys.town import Town

LONG_RINGING = "+441632960570"
BEACON = """
lines:
  - id: beacon
    organisation: lighthouse
    name: {zh: "灯标热线", en: "Beacon line"}
    numbers: [{number: "+441632960570", placeholder: true}]
    versions:
      - valid_from: "2020-01-01 00:00"
        languages: [zh]
        greeting: {zh: "您好，这里是灯标。"}
        consent: {say: {zh: "通话不录音。"}}
        calendar: {time_zone: Asia/Shanghai, hours: {daily: "24h"}}
        pools: [{pool: day}]
        queue: {ring_seconds: 30, strategy: ring_k, ring_count: 2, choice_every_s: null}
        ways:
          closed: [{way: honest_message, say: {zh: "请拨打12356、110或120。"}}]
          full: [{way: honest_message, say: {zh: "请拨打12356、110或120。"}}]
          no_answer: [{way: honest_message, say: {zh: "请拨打12356、110或120。"}}]
"""


async def ring_long(town: Town) -> None:
    """Apply the line, and let the carrier know its number."""
    async with town.db.transaction() as tx:
        await apply_documents(tx, [read_document(BEACON, "beacon.yaml")], now=now())
    hook = f"{town.base_url}/webhooks/twilio"
    number = {"number": LONG_RINGING, "voice_url": f"{hook}/voice", "status_callback": f"{hook}/status"}
    assert (await town.phone.post("/emulator/numbers", json=[number])).status_code == 200
