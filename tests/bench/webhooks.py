"""Issue promise 1: a complete inbound-call webhook against a bare form endpoint of the same process, concurrency 16."""

import asyncio
import statistics
import sys
import time
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode
from uuid import uuid4

from app.simulator.signing import signature
from tests.bench.stage import (
    ACCOUNT,
    AUTH_TOKEN,
    KEY,
    Figure,
    clear_calls,
    cpu_of,
    percentile,
    plain_connection,
    process,
    ready_volunteers,
    settle_lines,
    wait_for_port,
)
from tests.journeys.town import LINE_NUMBER

CONCURRENCY = 16
REQUESTS = 1_200
WARM_UP = 6 * CONCURRENCY
ROUNDS = 5
PORT = 8391
BASE = f"http://127.0.0.1:{PORT}"
VOLUNTEERS = 2_000


def call_form(number: int) -> dict[str, str]:
    """The 26 fields of an inbound call."""
    return {
        "CallSid": f"CA{uuid4().hex}", "AccountSid": ACCOUNT, "From": f"+4477009{number % 100000:05d}",
        "To": LINE_NUMBER, "CallStatus": "ringing", "Direction": "inbound", "ApiVersion": "2010-04-01",
        "Caller": f"+4477009{number % 100000:05d}", "Called": LINE_NUMBER, "CallerCity": "", "CallerState": "",
        "CallerZip": "", "CallerCountry": "GB", "CalledCity": "", "CalledState": "", "CalledZip": "",
        "CalledCountry": "GB", "FromCity": "", "FromState": "", "FromZip": "", "FromCountry": "GB", "ToCity": "",
        "ToState": "", "ToZip": "", "ToCountry": "GB", "StirVerstat": "TN-Validation-Passed-C",
    }  # fmt: skip


def request_bytes(path: str, form: dict[str, str]) -> bytes:
    """One signed POST, as bytes."""
    body = urlencode(form).encode()
    signed = signature(AUTH_TOKEN, f"{BASE}{path}", form)
    head = (
        f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1:{PORT}\r\nContent-Type: application/x-www-form-urlencoded\r\n"
        f"X-Twilio-Signature: {signed}\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


async def shoot(requests: list[bytes]) -> list[float]:
    """Send them all over 16 connections; how long each took, in seconds."""
    queue = list(reversed(requests))
    took: list[float] = []

    async def connection() -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", PORT)
        while queue:
            payload = queue.pop()
            began = time.perf_counter()
            writer.write(payload)
            head = await reader.readuntil(b"\r\n\r\n")
            assert head.startswith((b"HTTP/1.1 200", b"HTTP/1.1 204")), head[:200]
            length = next(
                (
                    int(line.split(b":")[1])
                    for line in head.split(b"\r\n")
                    if line.lower().startswith(b"content-length")
                ),
                0,
            )
            if length:
                await reader.readexactly(length)
            took.append(time.perf_counter() - began)
        writer.close()

    await asyncio.gather(*(connection() for _ in range(CONCURRENCY)))
    return took


async def measure(database_url: str) -> list[Figure]:
    """Alternate bare and real; medians of the rounds' ratios."""
    await settle_lines(database_url)
    environment = {
        "HOTLINE_DATABASE_URL": database_url, "HOTLINE_PUBLIC_BASE_URL": BASE, "HOTLINE_TWILIO_ACCOUNT_SID": ACCOUNT,
        "HOTLINE_TWILIO_AUTH_TOKEN": AUTH_TOKEN, "HOTLINE_TWILIO_API_BASE_URL": "http://127.0.0.1:9",
        "HOTLINE_PSEUDONYM_KEY": KEY, "HOTLINE_SEAL_KEY": KEY, "HOTLINE_DATABASE_POOL_SIZE": "16",
    }  # fmt: skip
    async with plain_connection(database_url) as connection:
        await ready_volunteers(connection, VOLUNTEERS)
        with process([sys.executable, "-m", "tests.bench.web_server", str(PORT)], environment) as server:
            await wait_for_port(PORT)
            return await _rounds(connection, server)


async def _rounds(connection: Any, server: Any) -> list[Figure]:
    bare, voice, status = [], [], []
    for round_number in range(ROUNDS + 1):
        await clear_calls(connection)
        taken = await _one(server, lambda n: request_bytes("/bare", call_form(n)))
        inbound = await _one(server, lambda n: request_bytes("/webhooks/twilio/voice", call_form(n)))
        leg = await connection.fetchval("SELECT id FROM leg LIMIT 1")
        path = f"/webhooks/twilio/legs/{leg}/status"

        def ringing(n: int, path: str = path) -> bytes:
            return request_bytes(path, {**call_form(n), "SequenceNumber": str(n), "CallStatus": "ringing"})

        moved = await _one(server, ringing)
        if round_number:  # the first one warms up
            bare.append(taken)
            voice.append(inbound)
            status.append(moved)

    def ratio(of: list[tuple[float, float]], index: int) -> float:
        return statistics.median(a[index] / b[index] for a, b in zip(of, bare, strict=True))

    return [
        Figure("inbound-call webhook, complete: CPU of a bare form endpoint", ratio(voice, 0), 4),
        Figure("inbound-call webhook, complete: p99 of a bare form endpoint", ratio(voice, 1), 5),
        Figure("status callback: CPU of a bare form endpoint", ratio(status, 0), 3),
    ]


async def _one(server: Any, make: Callable[[int], bytes]) -> tuple[float, float]:
    """CPU a request and p99, in seconds, once every connection has had some: emptying the tables made it forget."""
    await shoot([make(REQUESTS + n) for n in range(WARM_UP)])
    requests = [make(n) for n in range(REQUESTS)]
    before = cpu_of(server)
    took = await shoot(requests)
    return (cpu_of(server) - before) / REQUESTS, percentile(took, 0.99)
