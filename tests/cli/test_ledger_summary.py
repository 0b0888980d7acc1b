"""The ledger's sum: everybody counted once, the open and the missing named, and a verdict that can say no."""

import uuid
from datetime import datetime

import asyncpg

from app.cli.ledger_summary import LedgerSummary, in_words, ledger_of
from app.platform.clock import now
from app.platform.db import Tx


async def _contact(tx: Tx, line: str, *, at: datetime, reason: str | None, sid: str = "") -> None:
    contact = uuid.uuid4()
    await tx.execute(
        "INSERT INTO contact (id, line_id, number_dialled, state, terminal_reason, offered_at) "
        "VALUES ($1, $2, '+442079460100', $3, $4, $5)",
        contact, line, "closed" if reason else "waiting", reason, at,
    )  # fmt: skip
    if sid:
        await tx.execute(
            "INSERT INTO leg (id, contact_id, role, provider, provider_call_id, label, state, started_at) "
            "VALUES ($1, $2, 'caller', 'twilio', $3, 'caller', 'ended', $4)",
            uuid.uuid4(), contact, sid, at,
        )  # fmt: skip


async def test_a_ledger_in_which_everybody_has_one_end_closes(connection: asyncpg.Connection) -> None:
    tx, moment = Tx(connection), now()
    await _contact(tx, "night", at=moment, reason="answered", sid="CA1")
    await _contact(tx, "night", at=moment, reason="abandoned", sid="CA2")
    await _contact(tx, "day", at=moment, reason="voicemail", sid="CA3")
    await _contact(tx, "day", at=moment, reason=None, sid="CA-of-another")
    summary = await ledger_of(tx, ["CA1", "CA2", "CA3"])
    assert summary.by_line == {"day": {"voicemail": 1}, "night": {"abandoned": 1, "answered": 1}}
    assert (summary.offered, summary.still_open, summary.missing, summary.closes) == (3, 0, (), True)


async def test_a_caller_who_is_nowhere_keeps_the_ledger_from_closing(connection: asyncpg.Connection) -> None:
    tx, moment = Tx(connection), now()
    await _contact(tx, "night", at=moment, reason="answered", sid="CA1")
    summary = await ledger_of(tx, ["CA1", "CA-lost"])
    assert summary.missing == ("CA-lost",)
    assert not summary.closes
    assert "1 missing" in in_words(summary)


async def test_a_call_that_only_the_reconciler_found_has_failed_and_is_not_missing(
    connection: asyncpg.Connection,
) -> None:
    tx = Tx(connection)
    await tx.execute(
        "INSERT INTO ledger (provider, dedupe_key, kind, provider_call_id, received_at) "
        "VALUES ('twilio', 'reconciled:CA1', 'call.unheard', 'CA1', $1)",
        now(),
    )
    summary = await ledger_of(tx, ["CA1"])
    assert summary.by_line == {"(never reached us)": {"failed": 1}}
    assert summary.closes


async def test_a_contact_without_an_end_keeps_the_ledger_from_closing(connection: asyncpg.Connection) -> None:
    tx, moment = Tx(connection), now()
    await _contact(tx, "night", at=moment, reason=None, sid="CA1")
    summary = await ledger_of(tx, ["CA1"])
    assert summary.still_open == 1
    assert not summary.closes
    assert "DOES NOT CLOSE" in in_words(summary)


def test_the_table_adds_up_to_its_last_row() -> None:
    said = in_words(LedgerSummary({"night": {"answered": 2, "abandoned": 1}, "day": {"blocked": 4}}, ()))
    heads, *rows = [line.split() for line in said.splitlines() if line and not line.startswith("The ledger")]
    total = dict(zip(heads, rows[-1], strict=True))
    assert (total["offered"], total["answered"], total["abandoned"], total["blocked"]) == ("7", "2", "1", "4")
