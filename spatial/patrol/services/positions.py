"""Takes the positions of an inspector on duty, and drops those that are too old to be kept."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from django.contrib.gis.geos import Point
from django.db import connection, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from spatial.core.errors import ConflictError, InputError
from spatial.core.srid import STORE_SRID
from spatial.patrol.keys import day_span, key_of
from spatial.patrol.models import Duty, Position
from spatial.patrol.services.judging import AHEAD, BACK, Judge, Sent
from spatial.patrol.services.walks import fold_walks, mark_days

MOST = 2_000
"""Points of a batch: 16 hours of one every 30 s."""
ROUND_A_BATCH = timedelta(hours=1)
"""Jumps are judged by what was stored so long before and after."""
DAYS_AHEAD = 2
"""Days that are made beyond the one that is needed."""
_known: set[tuple[str, date]] = set()
_STORE = """
INSERT INTO patrol_position (id, user_id, point, at, accuracy_m)
SELECT p.id, %(user)s, ST_SetSRID(ST_MakePoint(p.lon, p.lat), 4326), p.at, p.accuracy_m
FROM unnest(%(id)s::bigint[], %(lon)s::float8[], %(lat)s::float8[], %(at)s::timestamptz[],
    %(accuracy)s::float8[]) AS p(id, lon, lat, at, accuracy_m)
ON CONFLICT DO NOTHING
"""


@dataclass(slots=True)
class Taken:
    """What became of a batch; what was sent again counts as known."""

    taken: int = 0
    known: int = 0
    refused: list[dict[str, Any]] = field(default_factory=list)
    """Place in the batch, code and sentence of each that was not taken."""


def take_positions(user: Any, sent: Sequence[Sent]) -> Taken:
    """Take the positions of a batch; each is judged by itself, and the order does not matter.

    One that is refused carries in the answer ``E-POSITION-FUTURE``, ``-OLD``, ``-PLACE``, ``-OFF``
    (not on duty then, or the trail is switched off) or ``-JUMP``.

    Raises
    ------
    InputError
        ``E-POSITION-MANY``.
    ConflictError
        ``E-DUTY-NONE`` for one who was not on duty in the last seven days.
    """
    if len(sent) > MOST:
        text = _("More than %(most)s positions at once; send them in parts.")
        raise InputError("E-POSITION-MANY", text % {"most": MOST})
    now = timezone.now()
    for day in sorted({timezone.localdate(one.at) for one in sent if _recent(one.at, now)}):
        ensure_day(day)
    with transaction.atomic():
        # One batch of a person at a time: jumps are judged by what is stored.
        recent = Duty.objects.filter(Q(ended_at=None) | Q(ended_at__gte=now - BACK), user=user)
        duties = list(recent.select_for_update())
        if not duties:
            raise ConflictError("E-DUTY-NONE", _("You are not on duty; start first."))
        return _take(user, sent, duties, now)


def _recent(at: datetime, now: datetime) -> bool:
    return now - BACK <= at <= now + AHEAD


def _take(user: Any, sent: Sequence[Sent], duties: list[Duty], now: datetime) -> Taken:
    result, good = Taken(), []
    judge = Judge(duties, _stored_round(user, sent, now), now)
    for k in sorted(range(len(sent)), key=lambda place: sent[place].at):
        fault = judge.fault(sent[k])
        if fault is None:
            good.append(sent[k])
        else:
            result.refused.append({"index": k, "code": fault[0], "message": fault[1]})
    result.taken = _store(user, good)
    if result.taken:
        mark_days(user.pk, {timezone.localdate(one.at) for one in good})
    result.known = len(good) - result.taken
    result.refused.sort(key=lambda one: one["index"])
    _show_last(duties, good)
    return result


def _stored_round(user: Any, sent: Sequence[Sent], now: datetime) -> list[Sent]:
    times = [one.at for one in sent if _recent(one.at, now)]
    if not times:
        return []
    first, last = min(times) - ROUND_A_BATCH, max(times) + ROUND_A_BATCH
    found = Position.objects.filter(
        user=user, id__gte=key_of(first, user.pk), id__lte=key_of(last, user.pk)
    )
    return [Sent(one.at, one.point.x, one.point.y, one.accuracy_m) for one in found.order_by("id")]


def _store(user: Any, good: list[Sent]) -> int:
    if not good:
        return 0
    values = {
        "user": user.pk,
        "id": [key_of(one.at, user.pk) for one in good],
        "lon": [one.lon for one in good],
        "lat": [one.lat for one in good],
        "at": [one.at for one in good],
        "accuracy": [one.accuracy_m for one in good],
    }
    with connection.cursor() as cursor:
        cursor.execute(_STORE, values)
        return cursor.rowcount


def _show_last(duties: list[Duty], good: list[Sent]) -> None:
    """Keep the last position of the duty that is open."""
    duty = next((one for one in duties if one.ended_at is None), None)
    if duty is None or not good:
        return
    last = max(good, key=lambda one: one.at)
    later = Q(last_at__isnull=True) | Q(last_at__lt=last.at)
    Duty.objects.filter(later, pk=duty.pk).update(
        last_at=last.at,
        last_point=Point(last.lon, last.lat, srid=STORE_SRID),
        last_accuracy_m=last.accuracy_m,
    )


def ensure_day(day: date) -> None:
    """See that there is a place for positions of a day, before anything is locked."""
    known = (connection.settings_dict["NAME"], day)
    if known in _known:
        return
    with connection.cursor() as cursor:
        for ahead in range(DAYS_AHEAD + 1):
            one = day + timedelta(days=ahead)
            first, after = (round(at.timestamp() * 1000) for at in day_span(one))
            cursor.execute("SELECT patrol_add_day(%s, %s, %s)", [f"{one:%Y%m%d}", first, after])
    if not connection.in_atomic_block:
        # A day made inside a transaction is there when that is kept: asked again until then.
        _known.add(known)


def prune(keep_d: int) -> dict[str, Any]:
    """Drop the days of positions before the last so many; how many there were.

    Raises
    ------
    InputError
        ``E-POSITION-KEEP`` for less than seven days, in which phones may still send.
    """
    if keep_d < BACK.days:
        text = _("Keep seven days at least: phones may send so long afterwards.")
        raise InputError("E-POSITION-KEEP", text)
    first = timezone.localdate() - timedelta(days=keep_d)
    # What was walked has to be counted before the trails go.
    fold_walks()
    with connection.cursor() as cursor:
        cursor.execute("SELECT patrol_drop_days_before(%s)", [f"{first:%Y%m%d}"])
        return {"kept_from": str(first), "days_dropped": cursor.fetchone()[0]}
