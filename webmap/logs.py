"""Puts the id of the request into each log line, and keeps every message on one line."""

import logging
import re

from spatial.core.requests import request_id

BREAKS = re.compile(r"[\x00-\x08\x0a-\x1f\x7f\x85\u2028\u2029]")


class RequestIdFilter(logging.Filter):
    """Adds ``request_id`` to log records."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Keep every record."""
        record.request_id = request_id.get()
        return True


class LineFormatter(logging.Formatter):
    """What people sent may hold line breaks: they are written as codes and forge no line."""

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802 - the library's name
        """The line; a trace follows it as it is."""
        return BREAKS.sub(lambda found: f"\\x{ord(found[0]):02x}", super().formatMessage(record))
