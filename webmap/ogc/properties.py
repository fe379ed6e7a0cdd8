"""Properties of features: what they are called, how they are read, and how they are asked for."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from django.db.models import F, Q
from django.utils import timezone
from django.utils.dateparse import parse_date, parse_datetime

LONGEST = 200
MOST_WHOLE = 2**63 - 1
YEARS = range(1900, 2200)
"""Other years overflow when they are moved to another time zone."""

TYPES: dict[str, dict[str, str]] = {
    "text": {"type": "string"},
    "whole": {"type": "integer"},
    "number": {"type": "number"},
    "date": {"type": "string", "format": "date"},
    "time": {"type": "string", "format": "date-time"},
    "flag": {"type": "boolean"},
}


@dataclass(frozen=True, slots=True)
class Property:
    """One property of a collection."""

    name: str
    source: str
    """Path of the field that holds it."""
    kind: str = "text"
    title: Any = ""
    unit: str = ""
    values: tuple[str, ...] = ()
    """All values there are, where they are few."""
    is_queryable: bool = True
    expression: Any = None
    """How it is read, where that is more than a field."""
    where: Callable[[Any], Q] | None = None
    """How it is asked for, where that is more than to be equal."""

    def read(self) -> Any:
        """The expression that reads it in the database."""
        return F(self.source) if self.expression is None else self.expression

    def fits(self, value: Any) -> Q:
        """The condition that it has a value."""
        return self.where(value) if self.where else Q(**{self.source: value})

    def parsed(self, text: str) -> Any:
        """The value that a text stands for.

        Raises
        ------
        ValueError
            When it stands for none.
        """
        if len(text) > LONGEST or any(ord(sign) < 32 for sign in text):
            raise ValueError(text)
        value = _PARSERS[self.kind](text)
        if self.values and value not in self.values:
            raise ValueError(text)
        return value

    def schema(self) -> dict[str, Any]:
        """Its JSON schema; units by their codes in UCUM."""
        made: dict[str, Any] = {"title": str(self.title), **TYPES[self.kind]}
        if self.values:
            made["enum"] = list(self.values)
        if self.unit:
            made["x-ogc-unit"] = self.unit
        return made


def _whole(text: str) -> int:
    if not text.lstrip("-").isascii() or not text.lstrip("-").isdigit():
        raise ValueError(text)
    value = int(text)
    if abs(value) > MOST_WHOLE:
        raise ValueError(text)
    return value


def _number(text: str) -> float:
    value = float(text)
    if not math.isfinite(value):
        raise ValueError(text)
    return value


def day_of(text: str) -> date:
    """A day like ``2026-11-28``; ValueError where it is none."""
    value = parse_date(text)
    if value is None or value.year not in YEARS:
        raise ValueError(text)
    return value


def time_of(text: str) -> datetime:
    """A time like ``2026-11-28T08:00:00Z``; ValueError where it is none."""
    # In a query a plus that was not encoded arrives as a space.
    value = parse_datetime(text.strip().replace(" ", "+"))
    if value is None or value.year not in YEARS or len(text) < len("2026-11-28T08:00"):
        raise ValueError(text)
    return value if timezone.is_aware(value) else value.replace(tzinfo=UTC)


def _flag(text: str) -> bool:
    known = {"true": True, "false": False}
    if text.lower() not in known:
        raise ValueError(text)
    return known[text.lower()]


_PARSERS: dict[str, Callable[[str], Any]] = {
    "text": str,
    "whole": _whole,
    "number": _number,
    "date": day_of,
    "time": time_of,
    "flag": _flag,
}
