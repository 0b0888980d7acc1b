"""`app doctor`: look at a deployment, and say for each trouble what to do about it."""

from argparse import ArgumentParser, Namespace, _SubParsersAction
from collections.abc import AsyncIterator

import httpx2

from app.cli import examining
from app.cli.addresses import at_this_address
from app.cli.database import opened
from app.cli.examining import Finding, Verdict, trouble
from app.cli.examining_protection import examine_audit, examine_keys, examine_vault
from app.cli.failures import CommandFailed
from app.platform.clock import HOUSE
from app.platform.clock import now as read_clock
from app.platform.db import Database
from app.platform.embedded_postgres import DatabaseUnavailable
from app.settings import Settings, read_settings


def add_parser(subparsers: "_SubParsersAction[ArgumentParser]") -> None:
    """Declare the command."""
    parser = subparsers.add_parser("doctor", help="check this deployment, and say what to fix")
    parser.set_defaults(func=run)


async def run(_args: Namespace) -> int:
    """0: all is well; 1: there is something to fix. Raises SettingsWrong when there is nothing to look at yet."""
    troubles = 0
    async for finding in examine(at_this_address(read_settings())):
        troubles += finding.verdict is Verdict.TROUBLE
        print(f"{finding.verdict:<4}{finding.about}: {finding.says}")
        if finding.to_do:
            print(f"      → {finding.to_do}")
    print("Nothing to fix." if not troubles else f"{troubles} to fix.")
    return 1 if troubles else 0


async def examine(settings: Settings) -> AsyncIterator[Finding]:
    """Every finding, in the order in which a person would put things right."""
    for finding in examining.examine_settings(settings):
        yield finding
    try:
        async with opened(settings) as (url, _):
            async for finding in _examine_database(settings, url):
                yield finding
    except (CommandFailed, DatabaseUnavailable) as failure:
        yield trouble("database", "it cannot be used", str(failure))
    async with httpx2.AsyncClient(follow_redirects=False) as client:
        yield await examining.examine_webhooks(client, settings)
        async for finding in examining.examine_carrier(client, settings):
            yield finding


async def _examine_database(settings: Settings, url: str) -> AsyncIterator[Finding]:
    schema = await examining.examine_schema(url)
    yield schema
    db = Database(url, size=2)
    await db.open()
    try:
        async with db.transaction() as tx:
            async for finding in examining.examine_server(tx, machine_ahead=HOUSE.machine_ahead()):
                yield finding
            if schema.verdict is Verdict.TROUBLE:
                return  # the questions that follow are about tables that are not there, or not yet so
            now = read_clock()
            async for finding in examining.examine_lines(tx, now=now):
                yield finding
            async for finding in examining.examine_people(tx, settings):
                yield finding
            yield await examining.examine_worker(tx, now=now)
            yield await examine_vault(tx)
        async for finding in examine_keys(db, settings):
            yield finding
        async for finding in examine_audit(db, now=now):
            yield finding
    finally:
        await db.close()
