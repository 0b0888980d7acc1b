"""Adding up the ledger of some calls: offered = the sum of the terminal reasons, and nobody is missing (P1)."""

from collections.abc import Sequence
from dataclasses import dataclass

from app.domain.contact import TerminalReason
from app.platform.db import Tx

UNHEARD = "(never reached us)"


@dataclass(frozen=True, slots=True)
class LedgerSummary:
    """Contacts by line and terminal reason ("" for those still open), and the calls that nobody wrote down."""

    by_line: dict[str, dict[str, int]]
    missing: tuple[str, ...]

    @property
    def offered(self) -> int:
        """Every contact that came in."""
        return sum(sum(reasons.values()) for reasons in self.by_line.values())

    @property
    def still_open(self) -> int:
        """Contacts without an end."""
        return sum(reasons.get("", 0) for reasons in self.by_line.values())

    @property
    def closes(self) -> bool:
        """Whether everybody who called is in it, each with exactly one terminal reason."""
        return not self.missing and not self.still_open


async def ledger_of(tx: Tx, placed: Sequence[str]) -> LedgerSummary:
    """What became of the calls with these ids of the carrier's."""
    rows = await tx.fetch(
        """SELECT coalesce(c.line_id, '(no line)') AS line, count(*) AS n,
                  CASE WHEN c.state = 'closed' THEN coalesce(c.terminal_reason, '') ELSE '' END AS reason
             FROM contact c JOIN leg l ON l.contact_id = c.id AND l.role = 'caller'
            WHERE l.provider_call_id = ANY($1) GROUP BY 1, 3 ORDER BY 1""",
        list(placed),
    )
    by_line: dict[str, dict[str, int]] = {}
    for row in rows:
        by_line.setdefault(row["line"], {})[row["reason"]] = row["n"]
    # The carrier could not reach us and told its fallback document; the reconciler has found the call since.
    unmet = await tx.fetch(
        """SELECT sid, EXISTS (SELECT FROM ledger WHERE provider_call_id = sid AND kind = 'call.unheard') AS found
             FROM unnest($1::text[]) sid
            WHERE NOT EXISTS (SELECT FROM leg WHERE leg.provider_call_id = sid AND leg.role = 'caller')""",
        list(placed),
    )
    if unheard := sum(row["found"] for row in unmet):
        by_line[UNHEARD] = {TerminalReason.FAILED.value: unheard}
    return LedgerSummary(by_line, tuple(row["sid"] for row in unmet if not row["found"]))


def in_words(summary: LedgerSummary) -> str:
    """The table, and whether it closes."""
    reasons = [reason.value for reason in TerminalReason]
    heads = ["line", "offered", *reasons, *(["open"] if summary.still_open else [])]
    keys = [*reasons, *([""] if summary.still_open else [])]
    rows = [
        [line, str(sum(counts.values())), *(str(counts.get(key, 0)) for key in keys)]
        for line, counts in summary.by_line.items()
    ]
    totals = [str(sum(counts.get(key, 0) for counts in summary.by_line.values())) for key in keys]
    rows.append(["all", str(summary.offered), *totals])
    widths = [max(len(row[place]) for row in [heads, *rows]) for place in range(len(heads))]
    table = [
        "  ".join(cell.ljust(wide) if place == 0 else cell.rjust(wide) for place, (cell, wide) in enumerate(cells))
        for cells in (list(zip(row, widths, strict=True)) for row in [heads, *rows])
    ]
    verdict = "The ledger closes: every caller is in it, with one end each."
    if not summary.closes:
        verdict = f"THE LEDGER DOES NOT CLOSE: {summary.still_open} open, {len(summary.missing)} missing."
    return "\n".join(["", *table, "", verdict])
