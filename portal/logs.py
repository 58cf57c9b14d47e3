"""Log lines as JSON, without personal data: what happened and where, never the text of an error or an address.

The text of an exception may hold what somebody typed ("Key (phone)=(…) already exists"), so only its class and the places
in the code are written. Django puts the address of the request into its messages; the name of the view stands there instead.
"""

import json
import logging
import traceback
from datetime import UTC, datetime
from types import TracebackType
from typing import Any

from django.http import HttpRequest

FRAMES = 12  # the innermost ones


class JsonLines(logging.Formatter):
    """One line of JSON: time (UTC), level, logger, message, and what the code told beside it (view, status, ms, user)."""

    def format(self, record: logging.LogRecord) -> str:
        """The line of one record."""
        moment = datetime.fromtimestamp(record.created, tz=UTC)
        line: dict[str, Any] = {
            "time": moment.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
            "level": record.levelname,
            "logger": record.name,
            "message": message_of(record),
        }
        request = getattr(record, "request", None)
        if isinstance(request, HttpRequest):
            line["view"] = getattr(getattr(request, "resolver_match", None), "view_name", None) or "-"
        line |= getattr(record, "told", {})
        if record.exc_info and record.exc_info[0]:
            line["error"] = record.exc_info[0].__name__
            line["at"] = places(record.exc_info[2])
        return json.dumps(line, ensure_ascii=False, default=str)


def message_of(record: logging.LogRecord) -> str:
    """The message without the address of a request and without the text of the exception it tells of."""
    if hasattr(record, "request") and record.args:
        first = record.args[0] if isinstance(record.args, tuple) else ""
        return str(first)
    text = record.getMessage()
    error = record.exc_info[1] if record.exc_info else None
    for words in (repr(error), str(error)) if error else ():
        if words:
            text = text.replace(words, type(error).__name__)
    return text


def places(trail: TracebackType | None) -> list[str]:
    """`file:line function` of each step, without the source and its values."""
    steps = traceback.extract_tb(trail)[-FRAMES:]
    return [f"{step.filename}:{step.lineno} {step.name}" for step in steps]
