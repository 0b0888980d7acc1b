"""JSON log lines through structlog. Event names come from `Log`; fields are ids, counts and durations only (P5)."""

import logging
import sys
from typing import Any, TextIO

import structlog

from app.platform.log_events import Log


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
        """Something happened that a person should look at now. `failure` adds its traceback, without local values."""
        self._logger.error(event.value, exc_info=failure, **fields)


def get_log() -> EventLog:
    """The log, for a module's top level."""
    return EventLog()


def configure_logging(*, pretty: bool = False, stream: TextIO | None = None) -> None:
    """Write every line to stderr (or `stream`) as JSON, or readable when `pretty`; third-party records go along."""
    stream = stream or sys.stderr
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
    ]
    renderer: Any = (
        structlog.dev.ConsoleRenderer(colors=False) if pretty else structlog.processors.JSONRenderer(default=str)
    )
    structlog.configure(
        processors=[*shared, renderer],
        logger_factory=structlog.PrintLoggerFactory(stream),
        cache_logger_on_first_use=True,
    )
    logging.basicConfig(level=logging.WARNING, stream=stream, format="%(levelname)s %(name)s %(message)s", force=True)
    # The access line would carry URLs, and a query string is no place we want in a log.
    logging.getLogger("uvicorn.access").disabled = True
