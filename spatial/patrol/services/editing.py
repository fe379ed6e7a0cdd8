"""Changes of areas by hand: a grid given to another, names, teams, inspectors; each audited."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from django.contrib.auth import get_user_model
from django.db import transaction
from django.utils.translation import gettext as _

from gridding import falls_apart
from spatial.core import audit
from spatial.core.errors import ConflictError, InputError, NotFoundError
from spatial.core.roles import INSPECTOR
from spatial.grids.models import GridPlan, UnitGrid
from spatial.grids.selectors import current_plan
from spatial.patrol.models import AreaGrid, PatrolArea, Team
from spatial.patrol.services.figures import refresh
from spatial.patrol.services.members import area_of_code, hold_areas

LONGEST_NAME = 60


@dataclass(frozen=True, slots=True)
class Change:
    """What is to change of an area; None leaves a side as it is."""

    name: str | None = None
    team: str | None = None
    """Code of the team; empty for none."""
    inspectors: Sequence[str] | None = None
    """Log-in names."""


@transaction.atomic
def give_grid(grid_code: str, to: str, user: Any = None) -> PatrolArea:
    """Give a unit grid in force to another area of its street that it borders on; that area.

    Raises
    ------
    NotFoundError
        ``E-PATROL-MISSING``, ``E-PATROL-GRID`` for a grid that is in no area.
    ConflictError
        ``E-PATROL-STREET``, ``E-PATROL-APART`` when the area it is taken from would fall apart or
        the one it is given to would not hang together, ``E-PATROL-LAST``.
    """
    hold_areas()
    target = area_of_code(to)
    plan = current_plan(target.district_code)
    row = AreaGrid.objects.filter(plan=plan, grid_code=grid_code).select_related("area").first()
    if row is None:
        text = _("Unit grid %(code)s is in no patrol area of this district.")
        raise NotFoundError("E-PATROL-GRID", text % {"code": grid_code[:20]})
    source = row.area
    if source.pk == target.pk:
        return target
    if source.street_code != target.street_code:
        text = _("Patrol areas do not cross streets; choose an area of the same street.")
        raise ConflictError("E-PATROL-STREET", text, street=source.street_code)
    _refuse_apart(plan, grid_code, source, target)
    row.area = target
    row.save(update_fields=["area"])
    refresh(plan, [source.pk, target.pk])
    facts = {"grid": grid_code, "from": source.code, "to": target.code}
    audit.record(user, "patrol.grid-given", "PatrolArea", target.code, **facts)
    target.refresh_from_db()
    return target


def _refuse_apart(plan: GridPlan, grid_code: str, source: PatrolArea, target: PatrolArea) -> None:
    members = AreaGrid.objects.filter(plan=plan, area__in=[source, target])
    of = dict(members.values_list("grid_code", "area"))
    rows = UnitGrid.objects.filter(plan=plan, code__in=of)
    near = {ordinal: (code, beside) for code, ordinal, beside in
            rows.values_list("code", "ordinal", "neighbours")}  # fmt: skip
    a, b = _ends(near)
    mine = [n for n, (code, _near) in near.items() if of[code] == source.pk and code != grid_code]
    theirs = [n for n, (code, _near) in near.items() if of[code] == target.pk or code == grid_code]
    if not mine:
        text = _("This is the last unit grid of area %(code)s; an area keeps one at least.")
        raise ConflictError("E-PATROL-LAST", text % {"code": source.code}, area=source.code)
    for area, units in ((source, mine), (target, theirs)):
        if falls_apart(np.array(units), a, b):
            text = _("Area %(code)s would fall apart; choose a grid at its edge, beside the other.")
            raise ConflictError("E-PATROL-APART", text % {"code": area.code}, area=area.code)


def _ends(near: dict[int, tuple[str, list[int]]]) -> tuple[np.ndarray, np.ndarray]:
    pairs = [(n, m) for n, (_code, beside) in near.items() for m in beside if m in near]
    ends = np.array(pairs, np.int64).reshape(-1, 2)
    return ends[:, 0], ends[:, 1]


@transaction.atomic
def change_area(code: str, change: Change, user: Any = None) -> PatrolArea:
    """Rename an area, give it a team or inspectors.

    Raises
    ------
    NotFoundError
        ``E-PATROL-MISSING``.
    InputError
        ``E-PATROL-NAME``, ``E-PATROL-TEAM``, ``E-PATROL-INSPECTOR``.
    """
    hold_areas()
    area = area_of_code(code)
    before = _told(area)
    if change.name is not None:
        area.name = _name(change.name)
    if change.team is not None:
        area.team = _team(change.team)
    area.save()
    if change.inspectors is not None:
        area.inspectors.set(_inspectors(change.inspectors))
    audit.record_change(user, "patrol.area-changed", "PatrolArea", code, before, _told(area))
    return area


def _told(area: PatrolArea) -> dict[str, Any]:
    """What may be changed of an area, as the audit log tells it."""
    names = area.inspectors.order_by("username").values_list("username", flat=True)
    return {
        "name": area.name,
        "team": area.team.code if area.team else "",
        "inspectors": list(names),
    }


def _name(text: str) -> str:
    if len(text.strip()) > LONGEST_NAME:
        sentence = _("The name is longer than %(most)d characters; shorten it.")
        raise InputError("E-PATROL-NAME", sentence % {"most": LONGEST_NAME})
    return text.strip()


def _team(code: str) -> Team | None:
    found = Team.objects.filter(code=code).first()
    if code and found is None:
        text = _("There is no team %(code)s; make it first.") % {"code": code[:30]}
        raise InputError("E-PATROL-TEAM", text)
    return found


def _inspectors(names: Sequence[str]) -> list[Any]:
    found = get_user_model().objects.filter(
        username__in=names, is_active=True, groups__name=INSPECTOR
    )
    missing = sorted(set(names) - {user.username for user in found})
    if missing:
        text = _("%(names)s cannot be found among the inspectors; check the log-in names.")
        raise InputError("E-PATROL-INSPECTOR", text % {"names": ", ".join(missing)[:200]})
    return list(found)
