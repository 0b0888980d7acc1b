"""JSON log lines through structlog. Event names come from `Log`; fields are ids, counts and durations only (P5)."""

import json
import logging
import sys
import traceback
from collections.abc import MutableMapping
from pathlib import Path
from typing import Any, TextIO

import structlog

from app.platform.clock import now
from app.platform.log_events import Log

APP_FOLDER = str(Path(__file__).resolve().parents[1])


class EventLog:
    """A logger that accepts only the project's own event names."""

    def __init__(self) -> None:
        self._logger = structlog.get_logger()

    def info(self, event: Log, **fields: Any) -> None:
        """Something happened that is worth a line."""
        self._logger.info(event.value, **fields)

    def warning(self, event: Log, **fields: Any) -> None:
        """Something happened that a person should look at in daylight."""
        self._logger.warning(event.value, **fields)

    def alarm(self, event: Log, *, failure: BaseException | None = None, **fields: Any) -> None:
        """Something happened that a person should look at now. `failure` adds its kind and the places it passed."""
        if failure is not None:
            fields |= described(failure)
        self._logger.error(event.value, **fields)


def described(failure: BaseException) -> dict[str, Any]:
    """What a log line may say of a failure: its kind and our own code's places.

    Its message is left out: a database's error quotes the row, and a row may hold what must not be logged (P5).
    """
    kinds = [type(failure).__name__]
    inner = failure
    while isinstance(inner, BaseExceptionGroup) and inner.exceptions:
        inner = inner.exceptions[0]
        kinds.append(type(inner).__name__)
    passed = [
        f"{frame.filename.removeprefix(APP_FOLDER).lstrip('/')}:{frame.lineno} {frame.name}"
        for frame in traceback.extract_tb(inner.__traceback__)
        if frame.filename.startswith(APP_FOLDER)
    ]
    return {"failure": "/".join(kinds), "passed": passed}


class LibraryLine(logging.Formatter):
    """A library's own line: its first line, and of an exception what `described` allows.

    The lines below the first are where asyncio writes an exception's text, and a traceback ends with it (P5).
    """

    def format(self, record: logging.LogRecord) -> str:
        """One line, without any exception's message."""
        said = record.getMessage().partition("\n")[0]
        failure = record.exc_info[1] if record.exc_info else None
        place = "" if failure is None else f" {json.dumps(described(failure))}"
        return f"{record.levelname} {record.name} {said}{place}"


def get_log() -> EventLog:
    """The log, for a module's top level."""
    return EventLog()


def _stamped(_logger: Any, _level: str, line: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """By the house's clock, so that the lines of several machines fit together."""
    line["timestamp"] = now().isoformat().replace("+00:00", "Z")
    return line


def configure_logging(*, pretty: bool = False, stream: TextIO | None = None, quiet: bool = False) -> None:
    """Write every line to stderr (or `stream`) as JSON, or readable when `pretty`; third-party records go along.

    `quiet` leaves out what is merely worth a line: for commands whose output a person reads.
    """
    stream = stream or sys.stderr
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        _stamped,
    ]
    renderer: Any = (
        structlog.dev.ConsoleRenderer(colors=False) if pretty else structlog.processors.JSONRenderer(default=str)
    )
    structlog.configure(
        processors=[*shared, renderer],
        wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING if quiet else logging.INFO),
        logger_factory=structlog.PrintLoggerFactory(stream),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(stream)
    handler.setFormatter(LibraryLine())
    logging.basicConfig(level=logging.WARNING, handlers=[handler], force=True)
    for name in ("uvicorn", "uvicorn.error"):  # whoever has run a server with its own settings has changed these
        logging.getLogger(name).handlers.clear()
        logging.getLogger(name).propagate = True
    # The access line would carry URLs, and a query string is no place we want in a log.
    logging.getLogger("uvicorn.access").disabled = True
