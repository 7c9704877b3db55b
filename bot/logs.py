"""Logs: one JSON line an event, with facts and never personal data. Libraries speak only when something is wrong."""

from __future__ import annotations

import contextlib
import logging
import sys
from typing import TextIO, cast

import structlog


def set_up_logs() -> None:
    """Send our events to standard error as JSON lines, and libraries' warnings beside them, without their values."""
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.JSONRenderer(sort_keys=True),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=structlog.PrintLoggerFactory(cast(TextIO, _Steady(sys.stderr))),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_OnlyWhere())
    logging.basicConfig(level=logging.WARNING, handlers=[handler], force=True)


class _Steady:
    """Standard error that never fails: with a full disk or its reader gone an event is lost, not a turn."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def write(self, text: str) -> int:
        with contextlib.suppress(OSError):
            self._stream.write(text)
        return len(text)

    def flush(self) -> None:
        with contextlib.suppress(OSError):
            self._stream.flush()


class _OnlyWhere(logging.Formatter):
    """A library's record may quote a text or an address, so only its place and the kind of error are written."""

    def format(self, record: logging.LogRecord) -> str:
        kind = record.exc_info[0].__name__ if record.exc_info and record.exc_info[0] else ""
        level = record.levelname.lower()
        return f'{{"event": "library", "level": "{level}", "logger": "{record.name}", "error": "{kind}"}}'
