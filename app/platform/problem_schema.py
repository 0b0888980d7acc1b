"""What OpenAPI says of errors: every route may answer with a problem detail (RFC 9457), described once.

The framework would describe its own 422 instead, which never leaves this service; the console's types come from here.
"""

from typing import Any

from fastapi import FastAPI

NAME = "Problem"
REFERENCE = {"$ref": f"#/components/schemas/{NAME}"}
PROBLEM_SCHEMA: dict[str, Any] = {
    "title": NAME,
    "type": "object",
    "required": ["type", "title", "title_zh", "status", "code"],
    "properties": {
        "type": {"type": "string", "title": "Type"},
        "title": {"type": "string", "title": "Title"},
        "title_zh": {"type": "string", "title": "Title Zh"},
        "status": {"type": "integer", "title": "Status"},
        "code": {"type": "string", "title": "Code", "description": "Stable; what a program goes by"},
        "detail": {"type": "string", "title": "Detail"},
        "detail_zh": {"type": "string", "title": "Detail Zh"},
        "current": {
            "type": "object",
            "title": "Current",
            "description": "With stale_version: what is stored now, to be shown beside what was sent",
            "additionalProperties": True,
        },
        "why": {
            "type": "string",
            "title": "Why",
            "description": "With not_rostered: before_next_shift, no_shift_ahead, certificates_expired",
        },
        "next_shift": {
            "type": "object",
            "title": "Next Shift",
            "required": ["starts_at", "ends_at", "pool_name_zh", "pool_name_en"],
            "properties": {
                "starts_at": {"type": "string", "format": "date-time"},
                "ends_at": {"type": "string", "format": "date-time"},
                "pool_name_zh": {"type": "string"},
                "pool_name_en": {"type": "string"},
            },
        },
        "errors": {
            "type": "array",
            "title": "Errors",
            "items": {
                "type": "object",
                "required": ["field", "message"],
                "properties": {
                    "field": {"type": "string"},
                    "message": {"type": "string"},
                    "message_zh": {"type": "string"},
                },
            },
        },
    },
}
ANSWER: dict[str, Any] = {
    "description": "Problem",
    "content": {"application/problem+json": {"schema": REFERENCE}},
}
OF_THE_FRAMEWORK = ("HTTPValidationError", "ValidationError")


def describe_problems(app: FastAPI) -> None:
    """Let the application's OpenAPI document name problem details as the answer to whatever goes wrong."""
    own = app.openapi

    def openapi() -> dict[str, Any]:
        if app.openapi_schema is None:
            rewrite(own())
        document: dict[str, Any] = own()
        return document

    app.openapi = openapi  # type: ignore[method-assign] # FastAPI's own way to extend the document


def rewrite(document: dict[str, Any]) -> None:
    """Put problem details in place of the framework's 422 in an OpenAPI document, and as every route's default."""
    schemas = document.setdefault("components", {}).setdefault("schemas", {})
    for name in OF_THE_FRAMEWORK:
        schemas.pop(name, None)
    schemas[NAME] = PROBLEM_SCHEMA
    for methods in document.get("paths", {}).values():
        for operation in methods.values():
            responses = operation.setdefault("responses", {})
            if "422" in responses:
                responses["422"] = ANSWER
            responses.setdefault("default", ANSWER)
