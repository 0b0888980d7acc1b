"""The web process alone, inside the test: the real application on a real database, without a worker or a carrier."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

import httpx2
from fastapi import FastAPI

from app.lines.apply import apply_documents
from app.lines.reading import read_document
from app.main import build_app
from app.platform.clock import now
from app.platform.db import Database
from tests.journeys.harbour import LINE_FILE
from tests.journeys.town import settings_of
from tests.journeys.waiting_for import until

BASE = "http://hotline.test"


@dataclass
class Web:
    """The application, its database and a client."""

    app: FastAPI
    db: Database
    client: httpx2.AsyncClient

    async def reads_the_feed(self) -> bool:
        """Whether the feed has been read since the start."""
        return self.app.state.listener.read_at is not None

    async def troubles(self) -> list[str]:
        """What /readyz says stands in the way."""
        answer = await self.client.get("/readyz")
        said = answer.json()
        assert answer.status_code == (200 if said["status"] == "ready" else 503)
        assert (said["status"] == "ready") == (said["troubles"] == [])
        return list(said["troubles"])

    async def metrics(self) -> dict[str, float]:
        """What /metrics says, without the prefix; of a metric with labels the sum."""
        answer = await self.client.get("/metrics")
        assert answer.status_code == 200
        found: dict[str, float] = {}
        for line in answer.text.splitlines():
            if line.startswith("hotline_"):
                name, _, value = line.rpartition(" ")
                plain = name.partition("{")[0].removeprefix("hotline_")
                found[plain] = found.get(plain, 0.0) + float(value)
        return found


@asynccontextmanager
async def running_web(database_url: str) -> AsyncIterator[Web]:
    """Serve for as long as the block lasts."""
    db = Database(database_url, size=3)
    await db.open()
    async with db.transaction() as tx:
        await apply_documents(tx, [read_document(LINE_FILE, "harbour.yaml")], now=now())
    app = build_app(settings_of(database_url, BASE, "http://127.0.0.1:9", reconcile_every_s=600), database_url)
    transport = httpx2.ASGITransport(app=app)
    try:
        async with app.router.lifespan_context(app), httpx2.AsyncClient(transport=transport, base_url=BASE) as client:
            web = Web(app, db, client)
            await until(web.reads_the_feed, what="the feed has been read")
            yield web
    finally:
        await db.close()
