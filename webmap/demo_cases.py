"""Cases of the demo: a year of them, open ones at every stage, and something to do for all."""

from __future__ import annotations

from typing import Any

from django.contrib.auth import get_user_model
from django.db.models import Count

from fixtures import cases
from spatial.cases.making.make import make_cases
from spatial.cases.making.plan import CATALOGUE, Wanted
from spatial.cases.models import Department, InHand, StageLimit, Unit
from spatial.cases.stages import WITH_DEPARTMENT, Stage
from spatial.components.services.catalogue import of_standard, store_catalogue
from spatial.core.jobs import Progress, silent
from spatial.core.roles import DEPARTMENT, DISPATCHER, INSPECTOR, OPERATOR

STARS = (OPERATOR, DISPATCHER, INSPECTOR)
"""Roles whose demo log-in makes some of the moves, under the name of the role."""
SIZES = {
    "small": (Wanted(("110101",), 2_000, open_share=0.05), Wanted(("990001",), 300, days=90,
                                                                 open_share=0.1)),
    "district": (Wanted(("110101",), 20_000, open_share=0.016), Wanted(("990001",), 600, days=90,
                                                                     open_share=0.06)),
}  # fmt: skip
"""By scale of the demo."""
STAGE_LIMITS_H = {
    Stage.REPORTED: 2,
    Stage.CHECKING: 4,
    Stage.CHECKED: 2,
    Stage.FILED: 2,
    Stage.DISPATCHED: 4,
    Stage.ANSWERED: 2,
    Stage.TO_VERIFY: 2,
    Stage.VERIFYING: 8,
    Stage.VERIFIED: 2,
}
"""Working hours, made up: no national limits of stages were found."""


def make_demo_cases(scale: str, progress: Progress = silent) -> dict[str, str]:
    """Make the cases of every district of the demo that has none yet; words for the summary.

    A store that was loaded before there were cases gets them too.
    """
    told = {}
    for wanted in SIZES[scale]:
        made = make_wanted(wanted, progress)
        told[f"{wanted.districts[0]} cases"] = f"{made} cases" if made else "already loaded"
    return told


def make_wanted(wanted: Wanted, progress: Progress = silent) -> int:
    """Make cases in which the demo's log-ins take part; how many are new."""
    store_catalogue(of_standard(cases.load(CATALOGUE).components))
    for stage, hours in STAGE_LIMITS_H.items():
        StageLimit.objects.get_or_create(
            stage=stage, defaults={"limit_n": hours, "limit_unit": Unit.WORKING_HOUR}
        )
    users = {user.username: user for user in get_user_model().objects.filter(username__in=STARS)}
    stars = {role: users[role] for role in STARS if role in users}
    made = make_cases(wanted, stars=stars, progress=progress)
    _join_busiest()
    return made["cases"]


def _join_busiest() -> None:
    """The demo's department log-in belongs to the department that has the most to do."""
    user: Any = get_user_model().objects.filter(username=DEPARTMENT).first()
    if user is None or user.departments.exists():
        return
    busy = InHand.objects.filter(stage__in=WITH_DEPARTMENT, department__isnull=False)
    found = busy.values("department").annotate(n=Count("pk")).order_by("-n", "department").first()
    if found is not None:
        Department.objects.get(pk=found["department"]).members.add(user)
