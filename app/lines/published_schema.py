"""The JSON Schema of a line's file, published as deploy/lines/line.schema.json for editors and other people's tools.

It says what a single value may be; what needs several to judge is said by `app apply FILE --dry-run`.
"""

import json
from typing import Any, Final

from app.lines.document import Document

DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"


def published_schema() -> dict[str, Any]:
    """The schema as a value."""
    schema = Document.model_json_schema()
    title = {"$schema": DIALECT, "title": "Organisations, pools and lines of a hotline"}
    return title | {key: value for key, value in schema.items() if key != "title"}


def published_text() -> str:
    """The schema as the file has it."""
    return json.dumps(published_schema(), indent=2, ensure_ascii=False) + "\n"
