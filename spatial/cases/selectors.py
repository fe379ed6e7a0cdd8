"""Reads of cases; every one begins at what the user may see."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.contrib.gis.db.models.functions import Distance
from django.contrib.gis.geos import Point
from django.db.models import F, Q, QuerySet
from django.utils.translation import gettext as _

from spatial.cases.models import Case, CaseEvent, Task
from spatial.cases.models.trail import STEPS
from spatial.cases.stages import RIGHTS
from spatial.core import roles
from spatial.core.errors import NotFoundError
from spatial.core.srid import STORE_SRID

SEE_ALL = frozenset({roles.ADMINISTRATOR, roles.OPERATOR, roles.DISPATCHER})
NUMBER_DIGITS, DISTRICT_DIGITS = 20, 6
SIMILAR_M = 50.0
SIMILAR_H = 24
NEAR_DEG = 0.0009
"""A box that holds `SIMILAR_M` up to 60° of latitude."""
PAGE = 50


def visible_to(user: Any) -> QuerySet[Case]:
    """Cases a user may see: both centres all, departments their own, inspectors their own.

    Whoever holds a right to decide on any case sees all, too.

    A department's are those it has or ended with, and those it has a part of. An inspector's are
    those he reported, and those he was sent to check or to verify.
    """
    if user is None or not user.is_authenticated:
        return Case.objects.none()
    held = roles.role_names(user)
    if held & SEE_ALL or any(map(user.has_perm, RIGHTS.values())):
        return Case.objects.all()
    seen = Q(pk__in=[])
    if roles.DEPARTMENT in held:
        mine = list(user.departments.values_list("pk", flat=True))
        parts = Task.objects.filter(department__in=mine)
        seen |= Q(department__in=mine) | Q(pk__in=parts.values("case"))
    if roles.INSPECTOR in held:
        seen |= Q(reporter=user) | Q(checker=user) | Q(verifier=user)
    return Case.objects.filter(seen)


def case_of_number(user: Any, number: str) -> Case:
    """The case of a number that the user may see.

    Raises
    ------
    NotFoundError
        ``E-CASE-MISSING``, also for a case that is not his to see.
    """
    found = None
    if number.isascii() and number.isdigit() and len(number) == NUMBER_DIGITS:
        key = int(number[DISTRICT_DIGITS:])
        found = visible_to(user).filter(pk=key, district_code=number[:DISTRICT_DIGITS]).first()
    if found is None:
        raise missing(number[:NUMBER_DIGITS])
    return found


def missing(number: str) -> NotFoundError:
    """The answer for a case that is not there, or not for this user."""
    text = _("There is no case %(number)s, or it is not yours to see.") % {"number": number}
    return NotFoundError("E-CASE-MISSING", text)


def in_hand(user: Any) -> QuerySet[Case]:
    """Cases that somebody still has to act on, those most in a hurry first."""
    found = visible_to(user).filter(closed_at__isnull=True)
    return found.order_by(F("deadline").asc(nulls_last=True), "id")


def desk_page(
    user: Any, department: int | None = None, stage: str = "", after: Case | None = None
) -> list[Case]:
    """One page of the cases in hand, by deadline; ``after`` is the last one of the page before."""
    found = in_hand(user).select_related("case_class", "department")
    if department is not None:
        found = found.filter(department=department)
    if stage:
        found = found.filter(stage=stage)
    if after is not None:
        found = found.filter(_later_than(after))
    return list(found[:PAGE])


def _later_than(last: Case) -> Q:
    if last.deadline is None:
        return Q(deadline__isnull=True, id__gt=last.pk)
    same = Q(deadline=last.deadline, id__gt=last.pk)
    return Q(deadline__gt=last.deadline) | same | Q(deadline__isnull=True)


def events_of(case: Case) -> QuerySet[CaseEvent]:
    """What happened to a case, in order: one span of keys in one month."""
    first = case.pk * STEPS
    return CaseEvent.objects.filter(pk__gte=first, pk__lt=first + STEPS).order_by("pk")


def similar(
    user: Any, lon: float, lat: float, now: datetime, case_class: int | None = None
) -> list[Case]:
    """Open cases within 50 m that were reported in the last 24 hours, with ``away`` (distance)."""
    point = Point(lon, lat, srid=STORE_SRID)
    found = visible_to(user).filter(
        closed_at__isnull=True,
        point__bboverlaps=point.buffer(NEAR_DEG),
        reported_at__gte=now - timedelta(hours=SIMILAR_H),
    )
    if case_class is not None:
        found = found.filter(case_class=case_class)
    nearest = found.annotate(away=Distance("point", point)).order_by("away", "id")
    return [one for one in nearest.select_related("case_class") if one.away.m <= SIMILAR_M]
