"""A database with the lines' tables, and small files to apply to it."""

from datetime import UTC, datetime
from pathlib import Path
from textwrap import indent
from zoneinfo import ZoneInfo

from app.lines.apply import apply_documents
from app.lines.book import LineBook
from app.lines.difference import Difference
from app.lines.reading import read_document
from app.platform.db import Database

LINES = Path(__file__).resolve().parents[2] / "deploy" / "lines"
NOW = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)  # noon in Shanghai
SHANGHAI = ZoneInfo("Asia/Shanghai")

ORGANISATION = """\
organisations:
  - id: lighthouse
    name: {zh: "灯塔", en: "Lighthouse"}
    pools:
      - {id: day, name: {zh: "白班", en: "Day"}}
      - {id: night, name: {zh: "夜班", en: "Night"}}
"""

VERSION = """\
- valid_from: "2026-01-01 00:00"
  languages: [zh]
  greeting: {zh: "您好，这里是灯塔。"}
  consent: {say: {zh: "通话不录音。"}}
  menu: {say: {zh: "危险请按1，回电请按9。"}}
  calendar: {time_zone: Asia/Shanghai, hours: {daily: "08:00-22:00"}}
  pools: [{pool: day, overflow_after_s: 30}, {pool: night}]
  queue: {ring_seconds: 20}
  ways:
    closed: [{way: honest_message, say: {zh: "请拨打12356、110或120。"}}]
    full: [{way: honest_message, say: {zh: "请拨打12356、110或120。"}}]
    no_answer: [{way: honest_message, say: {zh: "请拨打12356、110或120。"}}]
"""


def line_file(*versions: str, line: str = "lamp", number: str = "96000", organisation: bool = True) -> str:
    """A file with one line."""
    head = ORGANISATION if organisation else ""
    return (
        f"{head}lines:\n  - id: {line}\n    organisation: lighthouse\n"
        f'    name: {{zh: "灯", en: "Lamp"}}\n    numbers: [{{number: "{number}"}}]\n    versions:\n'
        + indent("".join(versions or (VERSION,)), "      ")
    )


async def apply(db: Database, *texts: str, now: datetime = NOW) -> Difference:
    """Apply these files together and commit."""
    sources = [read_document(text, f"file{number}.yaml") for number, text in enumerate(texts)]
    async with db.transaction() as tx:
        return await apply_documents(tx, sources, now=now)


async def book_of(db: Database) -> LineBook:
    """The lines as a process would know them."""
    book = LineBook()
    async with db.reading() as tx:
        await book.refresh(tx)
    return book


def shanghai(year: int, month: int, day: int, hour: int = 0, minute: int = 0) -> datetime:
    """What the clocks in Shanghai show."""
    return datetime(year, month, day, hour, minute, tzinfo=SHANGHAI)


WHOLE_FILE = line_file()
