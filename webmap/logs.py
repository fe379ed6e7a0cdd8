"""Puts the id of the request into each log line, and keeps every message on one line."""

import logging
import re
from datetime import UTC, datetime
from typing import Any

from pythonjsonlogger.core import RESERVED_ATTRS
from pythonjsonlogger.json import JsonFormatter as Library

from spatial.core.requests import request_id

BREAKS = re.compile(r"[\x00-\x08\x0a-\x1f\x7f\x85\u2028\u2029]")


class RequestIdFilter(logging.Filter):
    """Adds ``request_id`` to log records."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Keep every record."""
        # Django tells of refusals when the request is through and its id forgotten.
        asked = getattr(record, "request", None)
        record.request_id = getattr(asked, "request_id", None) or request_id.get()
        return True


class JsonFormatter(Library):
    """A JSON object on one line for each event, its trace within it, for what keeps logs."""

    def __init__(self) -> None:
        super().__init__(
            "%(levelname)s %(name)s %(message)s",
            rename_fields={"levelname": "level", "name": "logger", "exc_info": "trace"},
            # Django hands its request along, whose address may hold a secret of a reporter.
            reserved_attrs=[*RESERVED_ATTRS, "request"],
            json_ensure_ascii=False,
        )

    def add_fields(
        self, log_data: dict[str, Any], record: logging.LogRecord, message_dict: dict[str, Any]
    ) -> None:
        """Time and request first; what code hands along for handlers is left out."""
        log_data["time"] = datetime.fromtimestamp(record.created, UTC).isoformat()
        log_data["request_id"] = getattr(record, "request_id", "")
        super().add_fields(log_data, record, message_dict)


class LineFormatter(logging.Formatter):
    """What people sent may hold line breaks: they are written as codes and forge no line."""

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802 - the library's name
        """The line; a trace follows it as it is."""
        return BREAKS.sub(lambda found: f"\\x{ord(found[0]):02x}", super().formatMessage(record))
