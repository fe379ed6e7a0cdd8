"""Runs a search statement and turns each row's corners into bounds."""

from __future__ import annotations

from typing import Any

from spatial.core.reading import reader

CENTER = "ST_X({0}), ST_Y({0})"
CORNERS = "ST_XMin({0}), ST_YMin({0}), ST_XMax({0}), ST_YMax({0})"


def rows(statement: str, **values: Any) -> list[tuple]:
    """All rows of a statement with named values."""
    with reader().cursor() as cursor:
        cursor.execute(statement, values)
        return cursor.fetchall()


def rounded(values: tuple[float, ...]) -> tuple[float, ...]:
    """Degrees to a centimetre or so."""
    return tuple(round(value, 7) for value in values)
