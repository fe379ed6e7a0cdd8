"""Keys of positions: what a day, and a person at a time, is in the table that is parted by day."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.utils import timezone

USER_BITS = 22


def key_of(at: datetime, user_id: int) -> int:
    """The key of a position: milliseconds times 2²² and the user's key."""
    return (round(at.timestamp() * 1000) << USER_BITS) | user_id


def day_span(day: date) -> tuple[datetime, datetime]:
    """Midnight of a day and of the next in the site's time zone."""
    zone = timezone.get_default_timezone()
    first = datetime.combine(day, datetime.min.time(), zone)
    return first, datetime.combine(day + timedelta(days=1), datetime.min.time(), zone)
