"""What a worker answers, where it is given a port: whether it goes round, and its own counters (P10).

Numbers only, and meant for your own network: it listens where `HOTLINE_HOST` says, on loopback unless told otherwise.
"""

from datetime import timedelta

from fastapi import FastAPI
from fastapi.responses import JSONResponse

from app.people.access import check_every_route_has_a_rule
from app.platform import health, problems
from app.platform.clock import now
from app.platform.db import Database
from app.platform.route_rules import public
from app.settings import Settings
from app.worker import Worker

STALLED_AFTER = timedelta(seconds=10)


def worker_app(worker: Worker, db: Database, settings: Settings) -> FastAPI:
    """The listener's application around a worker that runs in this process."""
    app = FastAPI(title="Hotline worker", docs_url=None, redoc_url=None, openapi_url=None)
    app.state.db, app.state.settings = db, settings

    @app.get("/healthz")
    @public
    async def healthz() -> JSONResponse:
        stalled = worker.beat_at is None or worker.beat_at < now() - STALLED_AFTER
        return JSONResponse({"status": "stalled" if stalled else "ok"}, status_code=503 if stalled else 200)

    app.add_api_route("/metrics", health.metrics)
    problems.install(app)
    check_every_route_has_a_rule(app)
    return app
