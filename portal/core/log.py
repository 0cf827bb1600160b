"""Structured logs without personal data: one JSON object per line, only fields named here."""

from __future__ import annotations

import json
import logging
import sys
from collections.abc import Mapping
from contextvars import ContextVar
from datetime import UTC, datetime

request_id: ContextVar[str] = ContextVar("request_id", default="")

#: The only extra fields that reach the log; all are ids, names of code, or counts.
FIELDS = (
    "endpoint",
    "method",
    "status",
    "duration_ms",
    "queries",
    "task",
    "error",
    "dispatch",
    "outcome",
    "count",
    "rule",
)


class JsonFormatter(logging.Formatter):
    """Formats a record; of an exception only type and place, because its text may quote a person's data."""

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, object] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": _message(record),
        }
        if current := request_id.get():
            line["request_id"] = current
        line |= {name: getattr(record, name) for name in FIELDS if hasattr(record, name)}
        if isinstance(failed := getattr(record, "data", None), Mapping):  # how Celery names the task that failed
            line["task"] = failed.get("name")
        if record.exc_info and record.exc_info[0] is not None:
            line["error"] = record.exc_info[0].__name__
            line["trace"] = _places(record)
        return json.dumps(line, default=str, ensure_ascii=False)


def _message(record: logging.LogRecord) -> str:
    """What happened. Libraries put an exception's text in theirs: beside an exception the text stays unfilled."""
    if isinstance(record.msg, BaseException):
        return type(record.msg).__name__
    if record.exc_info:
        return str(record.msg)
    if isinstance(record.args, Mapping):
        return str(record.msg) % {name: _safe(value) for name, value in record.args.items()}
    return str(record.msg) % tuple(_safe(value) for value in record.args) if record.args else str(record.msg)


def _safe(value: object) -> object:
    return type(value).__name__ if isinstance(value, BaseException) else value


def _places(record: logging.LogRecord) -> list[str]:
    trace = record.exc_info[2] if record.exc_info else None
    places = []
    while trace is not None:
        code = trace.tb_frame.f_code
        places.append(f"{code.co_qualname if hasattr(code, 'co_qualname') else code.co_name}:{trace.tb_lineno}")
        trace = trace.tb_next
    return places[-12:]


def configure(level: int = logging.INFO) -> None:
    """Send all logs of this process to standard error as JSON lines."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonFormatter())
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
