"""Serves the console's pages at `/`: what may be cached for how long, and what is said when nothing was built.

Files under `/assets` carry a digest of their contents in their names and never change; `index.html` names them, so it
is asked for anew each time. Every place inside the console is after the `#`, so `/` is the only page there is.
"""

import os
from pathlib import Path
from typing import Final

from fastapi import FastAPI
from starlette.datastructures import Headers
from starlette.responses import FileResponse, PlainTextResponse, Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from app.platform.route_rules import public

STATIC: Final = Path(__file__).resolve().parent / "static"
FOR_EVER: Final = "public, max-age=31536000, immutable"
ASK_ANEW: Final = "no-cache"
NOT_BUILT: Final = "控制台还没有构建，请运行 make build。\nThe console has not been built yet: run 'make build'.\n"


class _Assets(StaticFiles):
    """Files that never change under their names, packed where the browser takes it."""

    async def check_config(self) -> None:
        """Nothing built is no reason to fail: what is not there is not found."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        accepts = Headers(scope=scope).get("accept-encoding", "")
        packed, _ = self.lookup_path(f"{path}.gz") if "gzip" in accepts else ("", None)
        if packed:
            full, found = self.lookup_path(path)
            if found is None:
                return await super().get_response(path, scope)
            response: Response = FileResponse(packed, media_type=_media_type(full))
            response.headers["Content-Encoding"] = "gzip"
        else:
            response = await super().get_response(path, scope)
        response.headers["Vary"] = "Accept-Encoding"
        if response.status_code < 400:
            response.headers["Cache-Control"] = FOR_EVER
        return response


def _media_type(path: str) -> str:
    return {".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml"}.get(
        os.path.splitext(path)[1], "application/octet-stream"
    )


def mount_console(app: FastAPI, static: Path = STATIC) -> None:
    """Add the console's routes to `app`; `static` is the folder that `build_hook` makes.

    Where nothing was built, `/` answers 503 with a sentence that says what to run.
    """

    @app.get("/", include_in_schema=False)
    @public
    async def page() -> Response:
        index = static / "index.html"
        if not index.is_file():
            return PlainTextResponse(NOT_BUILT, status_code=503)
        return FileResponse(index, headers={"Cache-Control": ASK_ANEW})

    @app.get("/icon.svg", include_in_schema=False)
    @public
    async def icon() -> Response:
        file = static / "icon.svg"
        if not file.is_file():
            return PlainTextResponse(NOT_BUILT, status_code=503)
        return FileResponse(file, headers={"Cache-Control": "public, max-age=86400"})

    app.mount("/assets", public(_Assets(directory=static / "assets", check_dir=False)), name="console-assets")
