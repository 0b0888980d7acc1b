"""What `app doctor` looks at, one function a question. Each says what it found and, in trouble, what to do about it.

Nothing here changes anything, and no finding quotes a secret, a caller or a stack trace.
"""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from enum import StrEnum
from urllib.parse import urlsplit

import httpx2

from app.cli.schema_state import schema_at
from app.platform.clock import HOUSE
from app.platform.clock import now as read_clock
from app.platform.db import Tx
from app.platform.keyring import keyring_of
from app.settings import Settings, SettingsWrong

AHEAD = timedelta(days=14)
CLOCKS_MAY_DIFFER = timedelta(seconds=2)
CARRIER_MAY_DIFFER = timedelta(seconds=60)  # its Date header has whole seconds, and signatures no time at all
WORKER_SILENT_AFTER = timedelta(seconds=10)
OLDEST_POSTGRESQL = 150000
ASK_WITHIN_S = 10.0


class Verdict(StrEnum):
    """How a finding is meant."""

    FINE = "ok"
    TROUBLE = "FIX"


@dataclass(frozen=True, slots=True)
class Finding:
    """One answer. `to_do` is a sentence for the person at the keyboard; empty when all is well."""

    about: str
    verdict: Verdict
    says: str
    to_do: str = ""


def fine(about: str, says: str) -> Finding:
    """All is well."""
    return Finding(about, Verdict.FINE, says)


def trouble(about: str, says: str, to_do: str) -> Finding:
    """Something to put right."""
    return Finding(about, Verdict.TROUBLE, says, to_do)


def examine_settings(settings: Settings) -> list[Finding]:
    """Keys, addresses and what belongs together."""
    found = []
    try:
        keyring = keyring_of(settings)
    except SettingsWrong as wrong:
        found.append(trouble("keys", "they cannot be used", str(wrong)))
    else:
        found.append(fine("keys", f"pseudonym key {keyring.pseudonym.current}, sealing key {keyring.seal.current}"))
    host = urlsplit(settings.public_base_url).hostname or ""
    if settings.https:
        found.append(fine("public address", settings.public_base_url))
    elif host in {"127.0.0.1", "localhost", "::1"}:
        found.append(fine("public address", f"{settings.public_base_url}: this machine only"))
    else:
        found.append(
            trouble(
                "public address",
                f"{settings.public_base_url} is reached over the network without TLS",
                "put a TLS proxy in front and set HOTLINE_PUBLIC_BASE_URL to its https:// address",
            )
        )
    if bool(settings.twilio_api_key_sid) != bool(settings.twilio_api_key_secret.get_secret_value()):
        found.append(
            trouble(
                "softphone",
                "half of its key is set",
                "set both HOTLINE_TWILIO_API_KEY_SID and HOTLINE_TWILIO_API_KEY_SECRET, or neither",
            )
        )
    return found


async def examine_schema(url: str) -> Finding:
    """Whether the tables are what this code expects."""
    schema = await schema_at(url)
    if schema.up_to_date:
        return fine("tables", f"up to date ({schema.newest})")
    return trouble(
        "tables",
        f"at {schema.current or 'nothing'}, {schema.newest} is expected",
        "run `python -m app migrate`, then this again",
    )


async def examine_server(tx: Tx, *, machine_ahead: timedelta | None) -> AsyncIterator[Finding]:
    """PostgreSQL's version, and its clock, by which everything goes, against this machine's own."""
    version = int(await tx.fetchval("SHOW server_version_num"))
    if version < OLDEST_POSTGRESQL:
        yield trouble("database", f"PostgreSQL {version // 10000}", "use PostgreSQL 15 or newer")
    else:
        yield fine("database", f"PostgreSQL {version // 10000}.{version % 10000}")
    if machine_ahead is not None and abs(machine_ahead) > CLOCKS_MAY_DIFFER:
        which_way = "ahead of" if machine_ahead > timedelta(0) else "behind"
        yield trouble(
            "clocks",
            f"this machine is {abs(machine_ahead).total_seconds():.0f} s {which_way} the database, by which we go",
            "let both keep their time by NTP (chrony or systemd-timesyncd)",
        )
    else:
        yield fine("clocks", "this machine and the database agree")


async def examine_lines(tx: Tx, *, now: datetime) -> AsyncIterator[Finding]:
    """Lines that are not valid, numbers that are placeholders, pools that nobody is rostered in."""
    rows = await tx.fetch(
        """SELECT l.id, EXISTS (SELECT FROM line_version v WHERE v.line_id = l.id AND v.valid_from <= $1
                                AND (v.valid_until IS NULL OR v.valid_until > $1)) AS valid,
                  ARRAY(SELECT n.number FROM line_number n WHERE n.line_id = l.id AND n.placeholder) AS placeholders
             FROM line l ORDER BY l.id""",
        now,
    )
    if not rows:
        yield trouble("lines", "there are none", "apply some: python -m app apply deploy/lines/*.yaml")
    for row in rows:
        if not row["valid"]:
            yield trouble(
                f"line {row['id']}",
                "no version of it is in force now",
                "give its file a version that holds today, and apply it",
            )
        if row["placeholders"]:
            yield trouble(
                f"line {row['id']}",
                f"placeholder number {', '.join(row['placeholders'])}",
                "put its real number into its file, and apply it",
            )
    if rows and all(row["valid"] and not row["placeholders"] for row in rows):
        yield fine("lines", f"{len(rows)} in force, every number is a real one")
    empty = await tx.fetch(
        """SELECT p.pool_id, array_agg(DISTINCT p.line_id) AS lines FROM line_pool p
            WHERE NOT EXISTS (SELECT FROM shift s WHERE s.pool_id = p.pool_id AND s.cancelled_at IS NULL
                              AND s.ends_at > $1 AND s.starts_at < $2)
            GROUP BY p.pool_id ORDER BY p.pool_id""",
        now, now + AHEAD,
    )  # fmt: skip
    for row in empty:
        yield trouble(
            f"pool {row['pool_id']}",
            f"nobody is rostered in the next {AHEAD.days} days (asked by {', '.join(row['lines'])})",
            "put people on its rota, or take it out of the line's file",
        )
    if rows and not empty:
        yield fine("rota", f"every pool has somebody in the next {AHEAD.days} days")


async def examine_people(tx: Tx, settings: Settings) -> AsyncIterator[Finding]:
    """Whether somebody may supervise and administer, and whether demo accounts stand open."""
    rows = await tx.fetch(
        """SELECT g.role, count(*) AS n FROM role_grant g JOIN person p ON p.id = g.person_id
            WHERE p.disabled_at IS NULL AND (NOT p.demo OR $1) GROUP BY g.role""",
        settings.demo or not settings.https,
    )
    holders = {row["role"]: row["n"] for row in rows}
    missing = [role for role in ("administrator", "supervisor", "volunteer") if not holders.get(role)]
    if missing:
        yield trouble(
            "people",
            f"there is no {', no '.join(missing)}",
            f"make one: python -m app people create --login NAME --name WORK-NAME --role {missing[0]}",
        )
    else:
        yield fine("people", ", ".join(f"{count} {role}" for role, count in sorted(holders.items())))
    demo = await tx.fetchval("SELECT count(*) FROM person WHERE demo AND disabled_at IS NULL")
    if demo and settings.demo and settings.https:
        yield trouble(
            "people",
            f"{demo} demo accounts, whose password is public, may sign in",
            "unset HOTLINE_DEMO, or close them: python -m app people disable LOGIN",
        )


async def examine_worker(tx: Tx, *, now: datetime) -> Finding:
    """Whether a worker has given a sign of life."""
    beat = await tx.fetchval("SELECT max(beat_at) FROM worker_beat")
    if beat is not None and beat > now - WORKER_SILENT_AFTER:
        return fine("worker", "gives signs of life")
    since = "ever" if beat is None else f"since {beat:%Y-%m-%d %H:%M} UTC"
    return trouble("worker", f"no sign of life {since}", "start one: python -m app work (or run)")


async def examine_webhooks(client: httpx2.AsyncClient, settings: Settings) -> Finding:
    """Whether the public address leads to us, as the carrier would go."""
    about, url = "webhooks", f"{settings.public_base_url}/healthz"
    to_do = "start the service, and let HOTLINE_PUBLIC_BASE_URL name the address that leads to it from outside"
    try:
        answer = await client.get(url, timeout=ASK_WITHIN_S)
    except httpx2.HTTPError as failure:
        return trouble(about, f"{url} does not answer ({type(failure).__name__})", to_do)
    except ValueError:
        return trouble(about, f"{url} is no address", "set HOTLINE_PUBLIC_BASE_URL, like https://hotline.example.org")
    if answer.status_code == 200 and answer.text.replace(" ", "") == '{"status":"ok"}':
        return fine(about, f"{url} leads to this service")
    return trouble(about, f"{url} answers {answer.status_code}, and not as this service does", to_do)


async def examine_carrier(client: httpx2.AsyncClient, settings: Settings) -> AsyncIterator[Finding]:
    """Whether the carrier knows our account and token, and what time it has."""
    sid, token = settings.twilio_account_sid, settings.twilio_auth_token.get_secret_value()
    if not sid or not token:
        missing = "HOTLINE_TWILIO_ACCOUNT_SID" if not sid else "HOTLINE_TWILIO_AUTH_TOKEN"
        yield trouble(
            "carrier", "none is configured: no call can be taken", f"set {missing}; see deploy/twilio/README.md"
        )
        return
    url = f"{settings.twilio_api_base_url}/2010-04-01/Accounts/{sid}/Calls.json"
    try:
        answer = await client.get(url, params={"PageSize": "1"}, auth=(sid, token), timeout=ASK_WITHIN_S)
    except (httpx2.HTTPError, ValueError) as failure:
        yield trouble(
            "carrier",
            f"{settings.twilio_api_base_url} does not answer ({type(failure).__name__})",
            "let this machine reach it, or correct HOTLINE_TWILIO_API_BASE_URL",
        )
        return
    if answer.status_code != 200:
        yield trouble(
            "carrier",
            f"it refuses our account ({answer.status_code})",
            "compare HOTLINE_TWILIO_ACCOUNT_SID and HOTLINE_TWILIO_AUTH_TOKEN with the carrier's console",
        )
        return
    yield fine("carrier", f"{settings.twilio_api_base_url} knows our account and token")
    if (date := answer.headers.get("date")) is not None:
        apart = abs(parsedate_to_datetime(date) - read_clock())
        if apart > CARRIER_MAY_DIFFER:
            ours = "the database" if HOUSE.follows_database else "this machine"
            yield trouble(
                "clocks", f"the carrier and {ours} are {apart.total_seconds():.0f} s apart", "keep time by NTP"
            )
