"""Reads of cases; every one begins at what the user may see."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.contrib.gis.db.models.functions import Distance
from django.contrib.gis.geos import Point
from django.db.models import F, Q, QuerySet
from django.utils.translation import gettext as _

from spatial.cases.following import Follower
from spatial.cases.models import Case, CaseEvent, InHand, Task
from spatial.cases.models.trail import STEPS
from spatial.cases.stages import OPEN, RIGHTS, WITH_DEPARTMENT, Stage
from spatial.core import roles
from spatial.core.errors import NotFoundError
from spatial.core.srid import STORE_SRID

SEE_ALL = frozenset({roles.ADMINISTRATOR, roles.OPERATOR, roles.DISPATCHER})
NONE = Q(pk__in=[])
NUMBER_DIGITS, DISTRICT_DIGITS = 20, 6
SIMILAR_M = 50.0
SIMILAR_H = 24
NEAR_DEG = 0.0009
"""A box that holds `SIMILAR_M` up to 60° of latitude."""
PAGE = 50
OF_A_CASE = ("case_class", "department", "campaign", "component", "standard", "person")
"""What is read with a case that is shown whole."""


def sees_all(user: Any) -> bool:
    """Whether somebody sees every case: both centres, and whoever may decide on any."""
    return bool(roles.role_names(user) & SEE_ALL) or any(map(user.has_perm, RIGHTS.values()))


def visible(user: Any) -> Q:
    """The condition for cases a user may see, on `Case` and on `InHand`.

    Both centres see all, and so does whoever holds a right to decide on any case. A department
    sees the cases it has or ended with, and those it has a part of. An inspector sees those he
    reported, and those he was sent to check or to verify. Who holds a secret link sees its case.
    """
    if isinstance(user, Follower):
        return Q(pk=user.case_id)
    if user is None or not user.is_authenticated:
        return NONE
    if sees_all(user):
        return Q()
    held, seen = roles.role_names(user), NONE
    if roles.DEPARTMENT in held:
        mine = list(user.departments.values_list("pk", flat=True))
        parts = Task.objects.filter(department__in=mine)
        seen |= Q(department__in=mine) | Q(pk__in=parts.values("case"))
    if roles.INSPECTOR in held:
        seen |= Q(reporter=user) | Q(checker=user) | Q(verifier=user)
    return seen


def awaiting(user: Any) -> Q:
    """The condition, on `InHand`, for cases that wait for the user himself.

    Checks and verifications he was sent to, and what his departments have to accept or to handle.
    """
    mine = list(user.departments.values_list("pk", flat=True))
    parts = Task.objects.filter(department__in=mine, state=Task.State.OPEN)
    return (
        Q(stage=Stage.CHECKING, checker=user)
        | Q(stage=Stage.VERIFYING, verifier=user)
        | Q(stage__in=WITH_DEPARTMENT - {Stage.DIVIDED}, department__in=mine)
        | Q(stage=Stage.DIVIDED, pk__in=parts.values("case"))
    )


def visible_to(user: Any) -> QuerySet[Case]:
    """All cases a user may see, ended ones too."""
    return Case.objects.filter(visible(user))


def in_hand(user: Any) -> QuerySet[InHand]:
    """Cases a user may see that somebody still has to act on, those most in a hurry first."""
    found = InHand.objects.filter(visible(user))
    return found.order_by(F("due_at").asc(nulls_last=True), "case_id")


def open_of_component(user: Any, component_id: int, most: int = PAGE) -> list[Case]:
    """Open cases about a component that a user may see, those most in a hurry first."""
    found = visible_to(user).filter(component=component_id, stage__in=OPEN)
    ordered = found.select_related("case_class").order_by(F("deadline").asc(nulls_last=True), "pk")
    return list(ordered[:most])


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
        found = (
            visible_to(user)
            .filter(pk=key, district_code=number[:DISTRICT_DIGITS])
            .select_related(*OF_A_CASE)
            .first()
        )
    if found is None:
        raise missing(number[:NUMBER_DIGITS])
    return found


def missing(number: str) -> NotFoundError:
    """The answer for a case that is not there, or not for this user."""
    text = _("There is no case %(number)s, or it is not yours to see.") % {"number": number}
    return NotFoundError("E-CASE-MISSING", text)


def cases_of(keys: list[int]) -> list[Case]:
    """The cases of some keys in their order; keys name their months, others are not looked at."""
    found = Case.objects.select_related("case_class", "department", "campaign").in_bulk(keys)
    return [found[key] for key in keys if key in found]


def events_of(case: Case) -> QuerySet[CaseEvent]:
    """What happened to a case, in order: one span of keys in one month."""
    first = case.pk * STEPS
    return CaseEvent.objects.filter(pk__gte=first, pk__lt=first + STEPS).order_by("pk")


def similar(
    user: Any, lon: float, lat: float, now: datetime, case_class: int | None = None
) -> list[Case]:
    """Open cases within 50 m that were reported in the last 24 hours, with ``away`` (distance)."""
    return nearest_of(visible(user), lon, lat, now, case_class)


def nearest_of(
    seen: Q, lon: float, lat: float, now: datetime, case_class: int | None = None
) -> list[Case]:
    """What `similar` finds among the cases of a condition."""
    point = Point(lon, lat, srid=STORE_SRID)
    found = InHand.objects.filter(
        seen,
        point__bboverlaps=point.buffer(NEAR_DEG),
        reported_at__gte=now - timedelta(hours=SIMILAR_H),
    )
    if case_class is not None:
        found = found.filter(case_class=case_class)
    nearest = found.annotate(away=Distance("point", point)).order_by("away", "case_id")
    away = {one.case_id: one.away for one in nearest if one.away.m <= SIMILAR_M}
    cases = cases_of(list(away))
    for case in cases:
        case.away = away[case.pk]
    return cases
