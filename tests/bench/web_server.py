"""The web process under measurement, as `serve` runs it, with a bare form endpoint beside the real webhooks."""

import socket
import sys

import uvloop
from fastapi import Request
from starlette.responses import Response

from app.cli.running import WebServer
from app.main import build_app
from app.platform.logging import configure_logging
from app.platform.route_rules import public
from app.settings import read_settings


async def main(port: int) -> None:
    """Serve until ended."""
    configure_logging()
    settings = read_settings()
    assert settings.database_url is not None
    app = build_app(settings, settings.database_url.get_secret_value())

    @app.post("/bare")
    @public
    async def bare(request: Request) -> Response:
        form = await request.form()
        return Response(f"<Response>{len(form)}</Response>", media_type="text/xml")

    # In front of the console's catch-all, and of nothing else.
    app.router.routes.insert(0, app.router.routes.pop())
    with socket.create_server(("127.0.0.1", port), backlog=512) as listener:
        await WebServer(app, listener).serve_alone()


if __name__ == "__main__":
    uvloop.run(main(int(sys.argv[1])))
