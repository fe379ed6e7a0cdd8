"""Days as whole years, months and days, of which counts are kept."""

from __future__ import annotations

from datetime import date, timedelta

Span = tuple[str, date]
"""``y``, ``m`` or ``d``, and its first day."""
ONE_D = timedelta(days=1)
ADDED, TAKEN = 1, -1


def spans_of(first: date, last: date) -> list[tuple[Span, int]]:
    """Few spans that make up days, both ends included; those `TAKEN` are to be taken away."""
    found: list[tuple[Span, int]] = []
    day, end = first, last + ONE_D
    while day < end:
        for span in ("y", "m"):
            if begin_of(span, day) == day and end_of(span, day) <= end:
                found.append(((span, day), ADDED))
                day = end_of(span, day)
                break
        else:
            until = min(end_of("m", day), end)
            found += _in_month(day, until)
            day = until
    return found


def _in_month(first: date, end: date) -> list[tuple[Span, int]]:
    """Days of one month, ``end`` not included: one by one, or the month without its others."""
    begin = begin_of("m", first)
    others = [*_days(begin, first), *_days(end, end_of("m", begin))]
    if len(others) + 1 < (end - first).days:
        return [(("m", begin), ADDED), *((("d", day), TAKEN) for day in others)]
    return [(("d", day), ADDED) for day in _days(first, end)]


def _days(first: date, end: date) -> list[date]:
    return [first + n * ONE_D for n in range((end - first).days)]


def begin_of(span: str, day: date) -> date:
    """The first day of the year, month or day that a day lies in."""
    return {"y": day.replace(month=1, day=1), "m": day.replace(day=1), "d": day}[span]


def end_of(span: str, day: date) -> date:
    """The day after a year, month or day that begins on a day."""
    if span == "y":
        return date(day.year + 1, 1, 1)
    if span == "m":
        return date(day.year + day.month // 12, day.month % 12 + 1, 1)
    return day + ONE_D
