"""Rows that Django chooses, as a part of a statement that makes a tile."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet


def embedded(rows: QuerySet) -> tuple[str, dict[str, Any]]:
    """The SQL of a selection with named values, and these.

    Raises
    ------
    EmptyResultSet
        When it can have no row, so that there is nothing to run.
    """
    text, values = rows.query.sql_with_params()
    named = {f"chosen{i}": value for i, value in enumerate(values)}
    return text % tuple(f"%(chosen{i})s" for i in range(len(values))), named
