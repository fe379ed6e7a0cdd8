"""The demo's patrol: areas, teams, shifts, an inspector on duty with a trail, made-up persons."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Any

import numpy as np
from django.contrib.auth import get_user_model
from django.utils import timezone

from gridding.rules import GRIDS_PER_AREA
from spatial.basemap.models import Region
from spatial.core.roles import INSPECTOR
from spatial.grids.models import GridPlan, UnitGrid
from spatial.grids.selectors import current_plan, grids_of
from spatial.patrol.models import (
    AreaGrid,
    Duty,
    GridResponsible,
    GridRole,
    PatrolArea,
    PersonLevel,
    Shift,
    Team,
)
from spatial.patrol.selectors import open_duty
from spatial.patrol.services.cutting import make_areas
from spatial.patrol.services.duties import start_duty
from spatial.patrol.services.judging import Sent
from spatial.patrol.services.positions import take_positions

SHIFTS = (("早班", time(7, 30), time(15, 30)), ("晚班", time(15, 30), time(22, 0)))
PACE_M_S = 1.3
EVERY_S = 30
HOURS = 2
METRES_A_DEGREE = 111_320.0
SOME_GRIDS = 3
"""Of each community so many grids have an officer, an organisation and a frontage."""


def make_patrol(district_code: str, grids_per_area: float = GRIDS_PER_AREA) -> dict[str, Any]:
    """Give a demo district its patrol; what is there already stays."""
    plan = current_plan(district_code)
    if not AreaGrid.objects.filter(plan=plan).exists():
        make_areas(district_code, grids_per_area)
    areas = list(PatrolArea.objects.filter(district_code=district_code, in_use=True))
    _make_shifts()
    _make_teams(areas)
    return {
        "areas": len(areas),
        "persons": _make_persons(plan),
        "positions": _walk(plan, areas),
    }


def _make_shifts() -> None:
    for name, starts, ends in SHIFTS:
        Shift.objects.get_or_create(name=name, defaults={"starts": starts, "ends": ends})


def _make_teams(areas: list[PatrolArea]) -> None:
    names = _names(sorted({area.street_code for area in areas}))
    for area in areas:
        if area.team_id is None:
            title = f"{names.get(area.street_code, area.street_code)}示例监督队"
            defaults = {"name": title, "street_code": area.street_code}
            area.team = Team.objects.get_or_create(code=area.street_code, defaults=defaults)[0]
            area.save(update_fields=["team"])


def _names(codes: list[str]) -> dict[str, str]:
    now = Region.objects.filter(code__in=codes, valid_to__isnull=True)
    return dict(now.values_list("code", "name"))


def _make_persons(plan: GridPlan) -> int:
    """Persons on the four levels, each with a name that is clearly made up."""
    if GridResponsible.objects.filter(code=plan.district.code).exists():
        return 0
    codes = list(grids_of(plan).values_list("code", flat=True))
    regions = sorted({code[:digits] for code in codes for digits in (6, 9, 12)})
    rows = [_of_region(code, name) for code, name in sorted(_names(regions).items())]
    seen: dict[str, int] = {}
    for code in codes:
        seen[code[:12]] = seen.get(code[:12], 0) + 1
        if seen[code[:12]] <= SOME_GRIDS:
            rows += _of_grid(code)
    day = plan.valid_from
    for row in rows:
        row.valid_from = day
    return len(GridResponsible.objects.bulk_create(rows, ignore_conflicts=True))


def _of_region(code: str, name: str) -> GridResponsible:
    levels = {
        6: (PersonLevel.DISTRICT, "示例区长", "示例区政府"),
        9: (PersonLevel.STREET, "示例街道主任", "示例街道办事处"),
        12: (PersonLevel.COMMUNITY, "示例社区书记", "示例社区居委会"),
    }
    level, post, organisation = levels[len(code)]
    return GridResponsible(
        level=level, code=code, role=GridRole.HEAD, name=f"示例·{name}负责人", post=post,
        organisation=organisation, phone=f"000-{code[-8:]}",
    )  # fmt: skip


def _of_grid(code: str) -> list[GridResponsible]:
    number = code[-3:]
    people = (
        (GridRole.OFFICER, f"示例网格员{number}", "示例社区居委会"),
        (GridRole.UNIT, f"示例驻地联系人{number}", f"示例商场{number}"),
        (GridRole.FRONTAGE, f"示例店主{number}", f"示例餐馆{number}"),
    )
    return [
        GridResponsible(
            level=PersonLevel.GRID,
            code=code,
            role=role,
            name=name,
            organisation=organisation,
            phone=f"000-{code[-8:]}",
        )  # fmt: skip
        for role, name, organisation in people
    ]


def _walk(plan: GridPlan, areas: list[PatrolArea]) -> int:
    """Put the demo's inspector on duty in the area that has most to walk, with a trail."""
    user = get_user_model().objects.filter(username=INSPECTOR).first()
    if user is None or open_duty(user) is not None:
        return 0
    area = max(areas, key=lambda one: (one.burden, one.code))
    area.inspectors.add(user)
    duty = start_duty(user)
    now = timezone.now()
    Duty.objects.filter(pk=duty.pk).update(started_at=now - timedelta(hours=HOURS))
    return take_positions(user, trail(stops_of(plan, area), now, HOURS)).taken


def stops_of(plan: GridPlan, area: PatrolArea) -> np.ndarray:
    """The middles of an area's grids, the next one always the nearest."""
    codes = AreaGrid.objects.filter(plan=plan, area=area).values_list("grid_code", flat=True)
    grids = UnitGrid.objects.filter(plan=plan, code__in=codes).order_by("code")
    points = [grid.geom.point_on_surface for grid in grids]
    left = [(point.x, point.y) for point in points]
    way = [left.pop(0)]
    while left:
        here = np.array(way[-1])
        nearest = int(np.hypot(*(np.array(left) - here).T).argmin())
        way.append(left.pop(nearest))
    return np.array(way)


def trail(stops: np.ndarray, end: datetime, hours: float) -> list[Sent]:
    """Positions every 30 s at a walking pace from stop to stop, back and forth until the end."""
    scale = np.array([np.cos(np.radians(stops[0, 1])), 1.0]) * METRES_A_DEGREE
    steps = np.hypot(*(np.diff(stops, axis=0) * scale).T) if len(stops) > 1 else np.zeros(0)
    along = np.concatenate([[0.0], np.cumsum(steps)])
    count = round(hours * 3600) // EVERY_S
    walked = np.arange(count) * EVERY_S * PACE_M_S
    whole = max(along[-1], 1.0)
    # To the end and back again.
    place = whole - np.abs(walked % (2 * whole) - whole)
    lon, lat = (np.interp(place, along, stops[:, k]) for k in (0, 1))
    first = end - timedelta(seconds=EVERY_S * count)
    return [
        Sent(first + timedelta(seconds=EVERY_S * (k + 1)), float(lon[k]), float(lat[k]), 8.0)
        for k in range(count)
    ]
