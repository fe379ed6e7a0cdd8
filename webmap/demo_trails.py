"""Trails of the made-up capital's inspectors: some days of shifts, each in an area of his own."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from spatial.cases.making.cast import person
from spatial.core.jobs import Progress, silent
from spatial.core.roles import INSPECTOR
from spatial.grids.models import GridPlan
from spatial.grids.selectors import current_plan
from spatial.patrol.models import Duty, PatrolArea
from spatial.patrol.services.positions import take_positions
from webmap.demo_patrol import SHIFTS, stops_of, trail

DAYS = 3
_NAME, _BEGINS, ENDS = SHIFTS[0]
HOURS = 8


def walk_city(districts: Sequence[str], inspectors: int, progress: Progress = silent) -> int:
    """Let so many inspectors walk the early shift of the last days; how many positions are new.

    Who has a trail already is left as he is, so that a run that was stopped goes on.
    """
    plans = {code: current_plan(code) for code in districts}
    areas = list(
        PatrolArea.objects.filter(district_code__in=districts, in_use=True).order_by("code")
    )
    count = min(inspectors, len(areas))
    chosen = [areas[n * len(areas) // count] for n in range(count)]
    taken = 0
    for number, area in enumerate(chosen, start=1):
        user = person(f"made-inspector-{number}", INSPECTOR)
        if not Duty.objects.filter(user=user).exists():
            area.inspectors.add(user)
            taken += _walk(user, area, plans[area.district_code])
        progress(number, count, _("trails"))
    return taken


def _walk(user: Any, area: PatrolArea, plan: GridPlan) -> int:
    stops = stops_of(plan, area)
    today = timezone.localdate()
    ends = [_end_of(today - timedelta(days=back)) for back in range(1, DAYS + 1)]
    duties = [
        Duty(user=user, started_at=end - timedelta(hours=HOURS), ended_at=end) for end in ends
    ]
    # All of a person or nothing: who has a duty is not walked again.
    with transaction.atomic():
        Duty.objects.bulk_create(duties)
        return sum(take_positions(user, trail(stops, end, HOURS)).taken for end in ends)


def _end_of(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, ENDS))
