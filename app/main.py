"""Composes the web process: routes, sockets, the change feed, and the lines kept fresh."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI

from app import wiring
from app.carriers.twilio import webhooks
from app.casework.consents import api as consents_api
from app.casework.files import api as files_api
from app.casework.files import custody_api, editing_api
from app.casework.instruments import api as instruments_api
from app.casework.levels import api as levels_api
from app.casework.notes import api as notes_api
from app.casework.notes import locked_api as locked_notes_api
from app.casework.retention import api as retention_api
from app.casework.review import api as review_api
from app.casework.review import export_api, packet_api
from app.casework.vault import api as vault_api
from app.console import serving, socket
from app.contacts import api as contacts_api
from app.contacts import duty_api
from app.lines import api as lines_api
from app.oversight import api as oversight_api
from app.oversight import audit_api
from app.oversight.board_ticker import BoardTicker
from app.people import api as people_api
from app.people.access import check_every_route_has_a_rule
from app.platform import health, problems, security_headers
from app.platform.clock import now as read_clock
from app.platform.db import Database
from app.platform.log_events import Log
from app.platform.logging import get_log
from app.platform.trouble import TROUBLE
from app.realtime.hub import Hub
from app.realtime.listener import Listener
from app.roster import api as roster_api
from app.settings import Settings

log = get_log()

LINES_EVERY_S = 1.0


def build_app(settings: Settings, database_url: str) -> FastAPI:
    """The web application; it opens its database when it starts and closes it when it ends."""
    db = Database(database_url, size=settings.database_pool_size)
    hub = Hub()

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        await db.open()
        try:
            async with db.reading() as tx:
                await parts.book.refresh(tx)
            app.state.carrier = parts.carrier
            background = [asyncio.ensure_future(job) for job in (listener.run(), ticker.run(), _keep_lines(db, parts))]
            background += [asyncio.ensure_future(job) for job in socket.background(app)]
            log.info(Log.SERVICE_STARTED, part="web")
            try:
                yield
            finally:
                await socket.say_bye(app)
                for task in background:
                    task.cancel()
                await asyncio.gather(*background, return_exceptions=True)
        finally:
            if parts.carrier is not None:
                await parts.carrier.aclose()
            await db.close()
            log.info(Log.SERVICE_STOPPED, part="web")

    app = FastAPI(title="Hotline", version="0.1.0", lifespan=lifespan, docs_url=None, redoc_url=None)
    parts = wiring.make_parts(settings, db)
    listener = Listener(db, hub, wiring.loaders(parts), read_clock=read_clock)
    ticker = BoardTicker(db, hub, parts.book, read_clock=read_clock)
    app.state.db, app.state.settings, app.state.hub, app.state.listener = db, settings, hub, listener
    app.state.read_clock = read_clock
    app.state.book, app.state.door, app.state.public_state = parts.book, parts.door, parts.public_state
    app.state.calls, app.state.carrier = parts.calls, None
    app.state.redacting = wiring.make_redacting(parts.door)
    app.state.instruments, app.state.periods = parts.instruments, parts.periods
    app.state.vault, app.state.sampling = parts.vault, parts.sampling
    # First, because routes are tried in their order: a call that arrives is not compared with the whole API before.
    app.router.routes += webhooks.router(
        parts.calls, public_base_url=settings.public_base_url, auth_tokens=wiring.auth_tokens(settings)
    ).routes
    for router in (
        health.router,
        people_api.router,
        contacts_api.router,
        duty_api.router,
        instruments_api.router,
        levels_api.router,
        consents_api.router,
        notes_api.router,
        locked_notes_api.router,
        retention_api.router,
        review_api.router,
        packet_api.router,
        export_api.router,
        roster_api.router,
        oversight_api.router,
        lines_api.router,
        vault_api.router,
        files_api.router,
        editing_api.router,
        custody_api.router,
        audit_api.router,
        socket.router,
    ):
        # As they are: including them would take every signature apart again, a tenth of a second of each start.
        app.router.routes += router.routes
    serving.mount_console(app)
    problems.install(app)
    security_headers.install(app, public_base_url=settings.public_base_url, softphone=bool(settings.twilio_api_key_sid))
    check_every_route_has_a_rule(app)
    return app


async def _keep_lines(db: Database, parts: wiring.Parts) -> None:
    while True:
        await asyncio.sleep(LINES_EVERY_S)
        try:
            async with db.reading() as tx:
                await parts.book.refresh(tx)
        except TROUBLE as failure:
            log.warning(Log.LOOP_FAILED, loop="lines", kind=type(failure).__name__)
