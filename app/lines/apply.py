"""Applying files: what they say becomes what holds, from now on, and history stays as it was.

Decided here:
- All files of one call are judged together and applied in one transaction, or refused together.
- For a line that is new here, the file's past versions are kept as they are written: they are its history.
- For a line that is known, only what is still to come changes. A version in force that the file words differently ends
  now, and the new wording begins now; a version that has not begun may be taken back; nothing that has been is touched.
- What a file does not name (a line, a pool, an organisation) stays as it is.
"""

from collections.abc import Sequence
from datetime import datetime

from app.lines import queries
from app.lines.beginning import begin_due_versions
from app.lines.checking import check
from app.lines.dating import apply_versions
from app.lines.difference import Account, Difference
from app.lines.document import LineEntry, OrganisationEntry
from app.lines.queries import LineRow, NumberRow
from app.lines.reading import RefusedError, Source
from app.platform.changes import record_change
from app.platform.db import Tx


async def apply_document(tx: Tx, source: Source, *, now: datetime) -> Difference:
    """Apply one file; see `apply_documents`."""
    return await apply_documents(tx, [source], now=now)


async def apply_documents(tx: Tx, sources: Sequence[Source], *, now: datetime) -> Difference:
    """Apply files and say what that changed; RefusedError with every problem. Rolled back, it is the dry run."""
    await queries.take_turns(tx)
    problems = check(sources, await queries.known(tx))
    if problems:
        raise RefusedError(problems)
    account = Account()
    for source in sources:
        for organisation in source.document.organisations:
            await _apply_organisation(tx, organisation, account)
    entries = [line for source in sources for line in source.document.lines]
    for line in entries:
        await _apply_line(tx, line, account)
    await _apply_numbers(tx, entries, account)
    for line in entries:
        await apply_versions(tx, line, account, now=now)
    if account.sentences:
        await begin_due_versions(tx, now)
        await queries.bump_cache_version(tx)
    if account.lines:
        await record_change(tx, "line", *account.lines, at=now)
    return Difference(tuple(account.sentences), tuple(account.lines), tuple(account.notes))


async def _apply_organisation(tx: Tx, entry: OrganisationEntry, account: Account) -> None:
    names, pools = await queries.organisation_names(tx), await queries.pool_names(tx)
    name = (entry.name.zh, entry.name.en)
    if names.get(entry.id) != name:
        await queries.save_organisation(tx, entry.id, name)
        account.sentences.append(f"{entry.id}: {_named('organisation', names.get(entry.id), name)}")
    for pool in entry.pools:
        name = (pool.name.zh, pool.name.en)
        if pools.get(pool.id) != name:
            await queries.save_pool(tx, pool.id, entry.id, name)
            account.sentences.append(f"{pool.id}: {_named('pool', pools.get(pool.id), name)}")


def _named(kind: str, old: tuple[str, str] | None, new: tuple[str, str]) -> str:
    shown = " / ".join(new)
    return f"new {kind} {shown}" if old is None else f"the {kind} is renamed from {' / '.join(old)} to {shown}"


async def _apply_line(tx: Tx, entry: LineEntry, account: Account) -> None:
    row = LineRow(entry.id, entry.organisation, entry.name.zh, entry.name.en)
    old = {line.id: line for line in await queries.lines(tx)}.get(entry.id)
    if old == row:
        return
    await queries.save_line(tx, row)
    if old is None:
        account.changed(entry.id, f"new line {row.name_zh} / {row.name_en}")
        return
    if (old.name_zh, old.name_en) != (row.name_zh, row.name_en):
        account.changed(entry.id, _named("line", (old.name_zh, old.name_en), (row.name_zh, row.name_en)))
    if old.organisation_id != row.organisation_id:
        account.changed(entry.id, f"the line goes from {old.organisation_id} to {row.organisation_id}")


async def _apply_numbers(tx: Tx, entries: Sequence[LineEntry], account: Account) -> None:
    """Numbers of all lines together, because one may move between two of them."""
    old = {row.number: row for row in await queries.numbers(tx)}
    new = {n.number: NumberRow(n.number, line.id, n.placeholder, n.shown) for line in entries for n in line.numbers}
    ours = {line.id for line in entries}
    for number, row in new.items():
        if old.get(number) == row:
            continue
        await queries.save_number(tx, row)
        before = old.get(number)
        moved = f", moved from {before.line_id}" if before and before.line_id != row.line_id else ""
        account.changed(row.line_id, f"number {number}{' (placeholder)' if row.placeholder else ''}{moved}")
    for number, row in old.items():
        if row.line_id in ours and number not in new:
            await queries.drop_number(tx, number, row.line_id)
            account.changed(row.line_id, f"number {number} is given up")
