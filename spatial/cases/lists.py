"""What a desk asks for: cases by all they can be told apart by, in pages, counts and dots.

Cases in hand are asked of `InHand`, ended ones of the months they were reported in.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import shapely
from django.contrib.gis.db.models.functions import AsWKB
from django.contrib.gis.geos import GEOSGeometry, Polygon
from django.db.models import Count, F, Func, IntegerField, Q, QuerySet
from django.utils import timezone

from spatial.cases.models import Case, CaseClass, Extension, InHand, Task
from spatial.cases.selectors import (
    DISTRICT_DIGITS,
    NUMBER_DIGITS,
    awaiting,
    cases_of,
    sees_all,
    visible,
)
from spatial.cases.stages import ENDED, Stage
from spatial.cases.worktime import Light
from spatial.core.roles import DEPARTMENT, INSPECTOR, role_names

PAGE = 50
KEY_DIGITS = NUMBER_DIGITS - DISTRICT_DIGITS
ENDED_BACK_D = 31
"""Ended cases of so many days are looked at when no day is given: a month costs as much as a year
holds months."""
CELLS_ACROSS = 48


@dataclass(frozen=True, slots=True)
class Asked:
    """Which cases; empty values leave a side open."""

    stages: tuple[str, ...] = ()
    kind: str = ""
    main: str = ""
    case_class: int | None = None
    place: str = ""
    """Code of a district, street, community or unit grid, or how it begins."""
    department: int | None = None
    channel: str = ""
    level: int | None = None
    priority: int | None = None
    light: str = ""
    mine: bool = False
    """Those in which the user himself is named: reporter, checker, verifier, in charge."""
    waiting: bool = False
    """Those in hand that wait for the user himself to act."""
    extension: str = ""
    """State of more time that waits: ``asked`` for command, ``agreed`` for a leader."""
    component: int | None = None
    campaign: int | None = None
    text: str = ""
    """A case number, or a part of the place or of the description."""
    area: GEOSGeometry | None = None
    first: date | None = None
    """Reported on this day or later."""
    last: date | None = None
    ended: bool = False


@dataclass(frozen=True, slots=True)
class Page:
    """Some cases in order, and where the next page begins ("" after the last)."""

    cases: list[Case]
    next: str


def found(user: Any, asked: Asked, now: datetime) -> QuerySet:
    """What fits, of `InHand` or, for ended ones, of `Case`, without order."""
    rows = _ended(user, asked) if asked.ended else InHand.objects.filter(visible(user))
    rows = rows.filter(_plain(asked), _words(asked), _lit(asked.light, now)).order_by()
    if asked.mine:
        him = user.pk
        rows = rows.filter(Q(reporter=him) | Q(checker=him) | Q(verifier=him) | Q(person=him))
    if asked.waiting:
        rows = rows.filter(awaiting(user))
    if asked.extension:
        rows = rows.filter(pk__in=_extended(user, asked.extension))
    if asked.area is not None:
        box = Polygon.from_bbox(asked.area.extent)
        box.srid = asked.area.srid
        rows = rows.filter(point__bboverlaps=box, point__intersects=asked.area)
    return rows


def _extended(user: Any, state: str) -> QuerySet:
    """Cases whose more time waits; whoever agreed to it does not grant it as well."""
    waits = Extension.objects.filter(state=state)
    if state == Extension.State.AGREED:
        waits = waits.exclude(agreed_by=user)
    return waits.values("case")


def _ended(user: Any, asked: Asked) -> QuerySet[Case]:
    """Ended cases, by their keys of only the months that are asked for."""
    last = asked.last or timezone.localdate()
    first = asked.first or last - timedelta(days=ENDED_BACK_D)
    return Case.objects.filter(
        visible(user), pk__gte=first_key(first), pk__lt=first_key(last + timedelta(days=1)),
        stage__in=ENDED,
    )  # fmt: skip


def _key(asked: Asked) -> str:
    """The name of the case's key in the table that is asked."""
    return "id" if asked.ended else "case_id"


def first_key(day: date) -> int:
    """The smallest key that a case of a day can have."""
    return int(f"{day:%Y%m%d}000000")


def _plain(asked: Asked) -> Q:
    """The columns that are compared as they are."""
    wanted = {
        "kind": asked.kind,
        "case_class": asked.case_class,
        "department": asked.department,
        "channel": asked.channel,
        "level": asked.level,
        "priority": asked.priority,
        "component": asked.component,
        "campaign": asked.campaign,
    }
    fits = Q(**{name: value for name, value in wanted.items() if value not in (None, "")})
    if asked.stages:
        fits &= Q(stage__in=asked.stages)
    if asked.main:
        fits &= Q(case_class__in=CaseClass.objects.filter(main_code=asked.main).values("pk"))
    if asked.place:
        fits &= Q(**_place(asked.place))
    if asked.first and not asked.ended:
        fits &= Q(case__gte=first_key(asked.first))
    if asked.last and not asked.ended:
        fits &= Q(case__lt=first_key(asked.last + timedelta(days=1)))
    return fits


def _place(code: str) -> dict[str, str]:
    column = {6: "district_code", 9: "street_code", 12: "community_code"}
    return {column.get(len(code), "grid_code"): code}


def _words(asked: Asked) -> Q:
    text = asked.text.strip()
    if not text:
        return Q()
    key = "pk" if asked.ended else "case"
    if text.isascii() and text.isdigit() and len(text) in (NUMBER_DIGITS, KEY_DIGITS):
        return Q(**{key: int(text[-KEY_DIGITS:])})
    if asked.ended:
        return Q(place__icontains=text) | Q(description__icontains=text)
    return Q(words__icontains=text)


def _lit(light: str, now: datetime) -> Q:
    if light == Light.RED:
        return Q(due_at__lt=now)
    if light == Light.YELLOW:
        return Q(due_at__gte=now, warn_at__lte=now)
    if light == Light.GREEN:
        return Q(due_at__gte=now, warn_at__gt=now)
    return Q()


def light_of(due_at: datetime | None, warn_at: datetime | None, now: datetime) -> str:
    """The light of a case by when it is due and yellow from, "" where nothing counts."""
    if due_at is None:
        return ""
    if due_at < now:
        return Light.RED
    return Light.YELLOW if warn_at is not None and warn_at <= now else Light.GREEN


def page(user: Any, asked: Asked, order: str = "due", after: str = "", most: int = PAGE) -> Page:
    """One page: by what is due first, or the newest first.

    ``after`` is the ``next`` of the page before: it names a place in the order, so that a case
    that has moved on meanwhile neither hides others nor brings them twice.
    """
    now, key = timezone.now(), _key(asked)
    rows = found(user, asked, now)
    if order == "new" or asked.ended:
        if after:
            rows = rows.filter(**{f"{key}__lt": int(after)})
        keys = list(rows.order_by(f"-{key}").values_list(key, flat=True)[: most + 1])
        ends = str(keys[most - 1]) if len(keys) > most else ""
        return Page(cases_of(keys[:most]), ends)
    read = _first_due(user, rows.filter(_later_than(after)) if after else rows, asked, most + 1)
    ends = _place_in_order(*read[most - 1]) if len(read) > most else ""
    return Page(cases_of([key for key, _due in read[:most]]), ends)


def _first_due(user: Any, rows: QuerySet, asked: Asked, most: int) -> list[tuple[int, Any]]:
    """Keys of what is due first, each with when that is.

    An index holds the order of one stage and of one department. Where several are asked for, the
    first of each are put together: sorting all of them takes ten times as long among 100,000.
    """
    order = (F("due_at").asc(nulls_last=True), "case_id")
    rows = rows.order_by(*order).values_list("case_id", "due_at")
    parts = [rows.filter(part)[:most] for part in _parts_in_order(user, asked)]
    if len(parts) == 1:
        return list(parts[0])
    joined = parts[0].union(*parts[1:], all=True).order_by(*order)
    # A case of a department can also have a part for it.
    return list(dict(joined[: 2 * most]).items())[:most]


def _parts_in_order(user: Any, asked: Asked) -> list[Q]:
    """Conditions that make up all that is asked for, each along one index."""
    if sees_all(user):
        return [Q(stage=stage) for stage in asked.stages] or [Q()]
    if role_names(user) & {DEPARTMENT, INSPECTOR} == {DEPARTMENT}:
        mine = list(user.departments.values_list("pk", flat=True))
        parts = Task.objects.filter(department__in=mine).values("case")
        return [*(Q(department=one) for one in mine), Q(pk__in=parts)]
    return [Q()]


def _place_in_order(key: int, due: datetime | None) -> str:
    return f"{due.timestamp() if due else ''}~{key}"


def _later_than(after: str) -> Q:
    """What comes after a place in the order.

    Raises
    ------
    ValueError
        Where it is not one that was given out.
    """
    at, key = after.split("~")
    if not at:
        return Q(due_at__isnull=True, case__gt=int(key))
    due = datetime.fromtimestamp(float(at), tz=timezone.get_current_timezone())
    return Q(due_at__gt=due) | Q(due_at=due, case__gt=int(key)) | Q(due_at__isnull=True)


def counts(user: Any, asked: Asked) -> list[dict[str, Any]]:
    """How many there are at each stage, and of them yellow and red ones."""
    now = timezone.now()
    rows = found(user, asked, now).values("stage")
    red, yellow = _lit(Light.RED, now), _lit(Light.YELLOW, now)
    key = _key(asked)
    counted = {"red": Count(key, filter=red), "yellow": Count(key, filter=yellow)}
    return list(rows.annotate(n=Count("*"), **counted).order_by("stage"))


def dots(user: Any, asked: Asked, box: Polygon, most: int) -> list[dict[str, Any]] | None:
    """Places of cases in a box of degrees, None where there are more than ``most``."""
    now = timezone.now()
    rows = found(user, asked, now).filter(point__bboverlaps=box)
    key = _key(asked)
    read = list(
        rows.annotate(wkb=AsWKB("point")).values_list(
            key, "district_code", "wkb", "stage", "due_at", "warn_at"
        )[: most + 1]
    )
    return None if len(read) > most else list(_dots(read, now))


def _dots(read: list[tuple], now: datetime) -> Iterator[dict[str, Any]]:
    places = shapely.from_wkb([bytes(row[2]) for row in read])
    for row, place in zip(read, places, strict=True):
        yield {
            "number": f"{row[1]}{row[0]}",
            "lon": round(place.x, 7),
            "lat": round(place.y, 7),
            "stage": row[3],
            "light": light_of(row[4], row[5], now),
        }


def heaps(user: Any, asked: Asked, box: Polygon) -> list[dict[str, Any]]:
    """Counts of cases by cells of a box of degrees, for where there are too many for dots."""
    now = timezone.now()
    west, south, east, north = box.extent
    size = max(east - west, north - south) / CELLS_ACROSS
    rows = found(user, asked, now).filter(point__bboverlaps=box)
    # Whole numbers are grouped in half the time of points.
    told = rows.annotate(column=_cell("ST_X", size), row=_cell("ST_Y", size)).values(
        "column", "row"
    )
    counted = told.annotate(n=Count("*"), red=Count(_key(asked), filter=_lit(Light.RED, now)))
    return [
        {"lon": one["column"] * size, "lat": one["row"] * size, "n": one["n"], "red": one["red"]}
        for one in counted
    ]


def _cell(axis: str, size: float) -> Func:
    """Which cell of an axis a point is nearest to."""
    return Func(
        F("point"), function=axis, template=f"round(%(function)s(%(expressions)s) / {size!r})::int",
        output_field=IntegerField(),
    )  # fmt: skip


def campaign_totals(now: datetime) -> dict[int, dict[str, int]]:
    """Cases of each campaign apart: reported, filed, closed, open and overdue ones."""
    told = Case.objects.filter(campaign__isnull=False).order_by().values("campaign").annotate(
        reported=Count("id"),
        filed=Count("id", filter=Q(filed_at__isnull=False)),
        closed=Count("id", filter=Q(stage=Stage.CLOSED)),
        open=Count("id", filter=Q(closed_at__isnull=True)),
        overdue=Count("id", filter=Q(closed_at__isnull=True, due_at__lt=now)),
    )  # fmt: skip
    return {row.pop("campaign"): row for row in told}
