"""How many cases were filed day by day."""

from __future__ import annotations

from datetime import date, timedelta

from spatial.evaluation.services import sheets


def filed_by_day(district: str, first: date, last: date) -> list[int]:
    """Filed cases of a district for each day, both ends included."""
    days = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    found = sheets.sums(sheets.AREA, *(sheets.Wanted(("filed",), day, day) for day in days))
    over = sheets.digits_of(found.keys) - sheets.DISTRICT_DIGITS
    own = found.keys // 10 ** over.clip(0) == int(district)
    return [int(one["filed"][own].sum()) for one in found.found]
