"""A log line is an event of the vocabulary with ids: nothing else gets into the log (promise P5)."""

import ast
from collections.abc import Iterator
from pathlib import Path

from app.platform.log_events import Log

APP = Path(__file__).resolve().parent.parent.parent / "app"
LEVELS = {"info", "warning", "alarm"}
# Fields of a line whose value would be, or might hold, something that identifies a caller.
TELLING = {"number", "caller", "from_", "to", "phone", "address", "body", "text", "url", "form", "params"}
SILENCES = {"carriers/twilio/rest.py"}  # it quiets a library whose own lines would name the URLs it calls


def _modules() -> Iterator[tuple[str, ast.Module]]:
    for file in APP.rglob("*.py"):
        if "node_modules" not in file.parts:
            yield file.relative_to(APP).as_posix(), ast.parse(file.read_text(encoding="utf-8"))


def _log_calls(tree: ast.Module) -> Iterator[ast.Call]:
    for node in ast.walk(tree):
        if (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and node.func.attr in LEVELS
            and isinstance(node.func.value, ast.Name)
            and node.func.value.id == "log"
        ):
            yield node


def _is_an_event(node: ast.expr) -> bool:
    if isinstance(node, ast.IfExp):
        return _is_an_event(node.body) and _is_an_event(node.orelse)
    return isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "Log"


def test_every_log_call_names_an_event_of_the_vocabulary() -> None:
    calls = [(name, call) for name, tree in _modules() for call in _log_calls(tree)]
    assert calls
    assert [f"{name}:{call.lineno}" for name, call in calls if not (call.args and _is_an_event(call.args[0]))] == []


def test_every_event_of_the_vocabulary_is_used() -> None:
    used = {
        node.attr
        for _, tree in _modules()
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "Log"
    }
    assert {event.name for event in Log} - used == set()


def test_an_event_is_written_as_it_is_named() -> None:
    assert [event.name for event in Log if event.value != event.name.lower()] == []


def test_no_log_line_carries_a_field_that_identifies() -> None:
    found = [
        f"{name}:{call.lineno} {keyword.arg}"
        for name, tree in _modules()
        for call in _log_calls(tree)
        for keyword in call.keywords
        if keyword.arg in TELLING
    ]
    assert found == []


def test_nobody_else_writes_to_the_log() -> None:
    found = []
    for name, tree in _modules():
        if name == "platform/logging.py" or name in SILENCES:
            continue
        imported = {
            alias.name
            for node in ast.walk(tree)
            if isinstance(node, ast.Import | ast.ImportFrom)
            for alias in node.names
            if isinstance(node, ast.Import) or node.module == "logging"
        }
        found += [name] if imported & {"logging", "structlog", "getLogger"} else []
    assert found == []
