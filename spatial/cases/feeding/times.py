"""Reads times in the many forms in which tables have them.

A time without a zone is of the zone of the file. A date alone is its beginning, but a deadline's
its end. Of 5/3/2024 the month comes first, unless a value of the column shows that it cannot.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
NEVER_US = np.iinfo(np.int64).min
"""No time was given."""
WRONG_US = NEVER_US + 1
"""What was given cannot be read."""
SECOND_US = 1_000_000
FIRST, AFTER = datetime(1990, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC)
"""What lies outside is no time of a case."""
EXCEL_DAYS = (20_000.0, 80_000.0)
EXCEL_BEGINS = date(1899, 12, 30)

_CLOCK = (
    r"(?P<noon>上午|下午|晚上|凌晨|am|pm)?\s*(?P<hour>\d{1,2})(?:[:时點点](?P<minute>\d{1,2}))?"
    r"(?:[:分](?P<second>\d{1,2})(?:\.\d+)?)?\s*[时分秒]?\s*(?P<noon2>am|pm)?"
)
_ZONE = r"\s*(?P<zone>z|[+-]\d{2}:?\d{2}|[+-]\d{2}|utc|gmt)?"
_YEAR_FIRST = re.compile(
    r"(?P<year>\d{4})\s*[-/.年]\s*(?P<month>\d{1,2})\s*[-/.月]\s*(?P<day>\d{1,2})\s*日?"
    rf"(?:[t\s]*{_CLOCK}{_ZONE})?",
    re.IGNORECASE,
)
_YEAR_LAST = re.compile(
    rf"(?P<one>\d{{1,2}})/(?P<two>\d{{1,2}})/(?P<year>\d{{4}}|\d{{2}})(?:[,\s]+{_CLOCK}{_ZONE})?",
    re.IGNORECASE,
)
_COMPACT = re.compile(r"(?P<year>\d{4})(?P<month>\d{2})(?P<day>\d{2})"
                      r"(?:(?P<hour>\d{2})(?P<minute>\d{2})(?P<second>\d{2})?)?")  # fmt: skip
_NUMBER = re.compile(r"\d+(?:\.\d+)?")
_USUAL = re.compile(r"\d{4}[-/]\d\d[-/]\d\d[ T]\d\d:\d\d:\d\d")
AFTERNOON = ("下午", "晚上", "pm")


def read_times(column: NDArray[np.object_], zone: ZoneInfo, *, ends: bool = False) -> Ints:
    """Microseconds of each text, `NEVER_US` where there is none, `WRONG_US` where it is no time.

    Parameters
    ----------
    column : ndarray of str or None
    zone : ZoneInfo
        Of texts that name none.
    ends : bool
        A date alone means its end.
    """
    found = np.full(len(column), NEVER_US)
    told = np.flatnonzero(~np.equal(column, None).astype(bool))
    texts = column[told].tolist()
    if not texts:
        return found
    if all(map(_USUAL.fullmatch, texts)) and (usual := _all_usual(texts, zone)) is not None:
        found[told] = usual
        return found
    day_first = any((m := _YEAR_LAST.fullmatch(text.strip())) and int(m["one"]) > 12
                    for text in texts)  # fmt: skip
    known: dict[str, int] = {}
    for text in set(texts):
        known[text] = _read(text.strip(), zone, ends, day_first)
    found[told] = [known[text] for text in texts]
    return found


def _all_usual(texts: list[str], zone: ZoneInfo) -> Ints | None:
    """All at once, where the zone has one distance from UTC over the whole time."""
    try:
        stamps = np.array([text.replace("/", "-") for text in texts], "datetime64[us]")
    except ValueError:
        return None
    away = {datetime.fromtimestamp(int(one.astype(np.int64)) / 1e6, zone).utcoffset()
            for one in (stamps.min(), stamps.max())}  # fmt: skip
    summer = datetime(2024, 7, 1, tzinfo=zone).utcoffset()
    winter = datetime(2024, 1, 1, tzinfo=zone).utcoffset()
    if len(away | {summer, winter}) > 1 or not _possible(stamps):
        return None
    return stamps.astype(np.int64) - int(away.pop().total_seconds()) * SECOND_US


def _possible(stamps: NDArray[np.datetime64]) -> bool:
    low, high = (int(one.timestamp()) * SECOND_US for one in (FIRST, AFTER))
    numbers = stamps.astype(np.int64)
    return bool((numbers >= low).all() and (numbers < high).all())


def _read(text: str, zone: ZoneInfo, ends: bool, day_first: bool) -> int:
    try:
        moment = _moment(text, zone, ends, day_first)
    except (ValueError, OverflowError):
        return WRONG_US
    if moment is None or not FIRST <= moment < AFTER:
        return WRONG_US
    return round(moment.timestamp()) * SECOND_US


def _moment(text: str, zone: ZoneInfo, ends: bool, day_first: bool) -> datetime | None:
    if match := _YEAR_FIRST.fullmatch(text):
        parts = match.groupdict()
        return _of(parts, int(parts["month"]), int(parts["day"]), zone, ends)
    if match := _YEAR_LAST.fullmatch(text):
        parts = match.groupdict()
        month, day = int(parts["one"]), int(parts["two"])
        if day_first:
            month, day = day, month
        return _of(parts, month, day, zone, ends)
    if not _NUMBER.fullmatch(text):
        return None
    if text.isdigit() and len(text) in (8, 12, 14):
        parts = _COMPACT.fullmatch(text).groupdict()
        return _of(parts, int(parts["month"]), int(parts["day"]), zone, ends)
    return _of_number(float(text), zone, ends)


def _of_number(value: float, zone: ZoneInfo, ends: bool) -> datetime | None:
    """Days as workbooks count them, or seconds or milliseconds since 1970."""
    if EXCEL_DAYS[0] <= value < EXCEL_DAYS[1]:
        days = int(value)
        seconds = round((value - days) * 86_400)
        day = datetime.combine(EXCEL_BEGINS + timedelta(days=days), datetime.min.time())
        if ends and not seconds:
            seconds = 86_399
        return (day + timedelta(seconds=seconds)).replace(tzinfo=zone)
    for unit in (1.0, 1000.0):
        if FIRST.timestamp() <= value / unit < AFTER.timestamp():
            return datetime.fromtimestamp(value / unit, UTC)
    return None


def _of(parts: dict[str, str | None], month: int, day: int, zone: ZoneInfo, ends: bool) -> datetime:
    year = int(parts["year"] or 0)
    year += 2000 if year < 100 else 0
    if parts.get("hour") is None:
        clock = (23, 59, 59) if ends else (0, 0, 0)
        return datetime(year, month, day, *clock, tzinfo=zone)
    hour, minute, second = (int(parts.get(name) or 0) for name in ("hour", "minute", "second"))
    noon = (parts.get("noon") or parts.get("noon2") or "").lower()
    if noon in AFTERNOON and hour < 12:
        hour += 12
    elif noon and noon not in AFTERNOON and hour == 12:
        hour = 0
    moment = datetime(year, month, day, 0, tzinfo=_zone(parts.get("zone"), zone))
    # 24:00 is written for the end of a day.
    if hour == 24 and not (minute or second):
        return moment + timedelta(days=1)
    return moment.replace(hour=hour, minute=minute, second=second)


def _zone(text: str | None, otherwise: ZoneInfo) -> ZoneInfo | None:
    if not text:
        return otherwise
    if text.lower() in ("z", "utc", "gmt"):
        return ZoneInfo("UTC")
    return datetime.strptime(text.replace(":", "") + ("" if len(text) > 3 else "00"), "%z").tzinfo
