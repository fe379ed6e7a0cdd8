"""Connections beside those of Django's threads, for threads that only listen or look."""

from __future__ import annotations

from typing import Any

import psycopg2
from django.db import connections
from psycopg2.extensions import ISOLATION_LEVEL_AUTOCOMMIT


def own_line(alias: str, **more: Any) -> Any:
    """A connection of one's own to a database of the settings, each statement by itself."""
    words = connections[alias].get_connection_params()
    words.pop("cursor_factory", None)
    words.pop("context", None)
    line = psycopg2.connect(**{**words, **more})
    line.set_isolation_level(ISOLATION_LEVEL_AUTOCOMMIT)
    return line
