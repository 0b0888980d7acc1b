"""The server's shapes for the console's types: `python -m tests.console.server_types` writes them anew.

`web/openapi.json` holds the schemas of the server's OpenAPI without their prose; `npm run types` makes
`src/api/types.gen.ts` of it. Both are committed, and a test tells when they are not the server's any more.
"""

import base64
import json
import sys
from pathlib import Path
from typing import Any

from app.console import build_hook
from app.main import build_app
from app.settings import Settings

OPENAPI = build_hook.WEB / "openapi.json"
GENERATED = build_hook.WEB / "src" / "api" / "types.gen.ts"
PROSE = {"description", "title", "summary", "example", "examples"}


def _bare(part: Any, *, names: bool = False) -> Any:
    """Without prose; `names`: the keys of this object are names of fields, which may well be called "title"."""
    if isinstance(part, dict):
        return {
            key: _bare(value, names=key in ("properties", "schemas"))
            for key, value in sorted(part.items())
            if names or key not in PROSE
        }
    return [_bare(one) for one in part] if isinstance(part, list) else part


def server_openapi() -> str:
    """The schemas as JSON, in a fixed order."""
    key = base64.b64encode(bytes(32)).decode()
    app = build_app(Settings(pseudonym_key=key, seal_key=key), "postgresql://127.0.0.1/nothing")
    document = {
        "openapi": "3.1.0",
        "info": {"title": "Hotline", "version": "1"},
        "paths": {},
        "components": {"schemas": app.openapi()["components"]["schemas"]},
    }
    bare = {**document, "components": _bare(document["components"])}
    return json.dumps(bare, ensure_ascii=False, indent=1) + "\n"


def generate(target: Path) -> None:
    """Make the types of `web/openapi.json`."""
    node = build_hook.find_node()
    build_hook.install_packages(node)
    program = str(build_hook.WEB / "node_modules" / "openapi-typescript" / "bin" / "cli.js")
    build_hook.run_node(node, "openapi-typescript", program, "openapi.json", "--output", str(target), limit_s=60)


if __name__ == "__main__":
    OPENAPI.write_text(server_openapi())
    generate(GENERATED)
    sys.exit(0)
