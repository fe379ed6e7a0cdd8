"""Colours for the map: one byte for each unit grid of an edition, by ordinal."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from django.db import connection
from django.db.models import Count
from django.utils import timezone
from django.utils.translation import gettext as _
from numpy.typing import NDArray

from spatial.cases.models import InHand
from spatial.core.errors import NotFoundError
from spatial.evaluation.models import ObjectKind
from spatial.evaluation.periods import Period
from spatial.evaluation.scoring import FEW, NONE, Part, score_objects
from spatial.evaluation.services.inputs import DUE, Inputs
from spatial.evaluation.services.schemes import grades_of, scheme_for
from spatial.grids.models import GridPlan

# ruff: noqa: S608 - the statements are made of constants of this package
Floats = NDArray[np.float64]
NOTHING, TOO_FEW, HIGHEST = 255, 254, 250
"""Bytes for a grid without a value and for one with too few cases; the greatest of a value."""
GRADES = "ABCDE"
SHARES = {
    "rework": ("reworked", "handled"),
    "hours": ("handling_minutes", "handling_timed"),
    "satisfaction": ("content", "answers"),
}
UNITS = {
    "cases": "count", "density": "per km²", "open": "count", "overdue": "count",
    "rework": "share", "hours": "hours", "satisfaction": "share", "grade": "grade",
    "score": "points",
}  # fmt: skip
MEASURES = tuple(UNITS)
MINUTES = 60


@dataclass(frozen=True, eq=False)
class Values:
    """One byte for each grid by ordinal; a value is the byte times ``step``."""

    measure: str
    content: bytes
    step: float
    highest: float
    total: float
    outside: int
    """Cases of codes that are not in the edition: of former and later grids."""

    @property
    def legend(self) -> dict[str, Any]:
        """What bytes mean."""
        return {
            "measure": self.measure, "unit": UNITS[self.measure], "step": self.step,
            "highest": self.highest, "total": self.total, "outside": self.outside,
            "nothing": NOTHING, "too_few": TOO_FEW, "grades": list(GRADES),
        }  # fmt: skip


def values_of(measure: str, plan: GridPlan, period: Period) -> Values:
    """The values of a measure for all grids of an edition.

    Raises
    ------
    NotFoundError
        ``E-EVAL-MEASURE``.
    """
    if measure not in MEASURES:
        text = _("There is no measure “%(name)s”; there are %(all)s.")
        told = {"name": measure[:40], "all": ", ".join(MEASURES)}
        raise NotFoundError("E-EVAL-MEASURE", text % told, measure=measure[:40])
    codes = list(plan.grids.order_by("ordinal").values_list("code", flat=True))
    if measure in ("grade", "score"):
        return _graded(measure, plan, period, codes)
    if measure in SHARES:
        return _share(measure, plan, period, codes)
    found = _stock(measure, plan, period) if measure in ("open", "overdue") else _sums(
        plan, period, ("filed",))  # fmt: skip
    key = measure if measure in found.counts else "filed"
    inside = found.ordered(codes).counts[key]
    outside = int(found.counts[key].sum() - inside.sum())
    total = float(inside.sum())
    if measure == "density":
        area = plan.grids.order_by("ordinal").values_list("area_m2", flat=True)
        inside = inside / (np.array(list(area), float) / 1_000_000)
    return _packed(measure, inside, np.ones(len(codes), bool), total, outside)


def _packed(measure: str, values: Floats, there: Any, total: float, outside: int) -> Values:
    highest = float(values[there].max()) if there.any() else 0.0
    step = highest / HIGHEST
    if UNITS[measure] == "count":
        step = float(max(1, math.ceil(step)))
    step = step or 1.0
    packed = np.where(there, np.minimum(np.rint(values / step), HIGHEST), NOTHING)
    return Values(measure, packed.astype(np.uint8).tobytes(), step, highest, total, outside)


def _sums(plan: GridPlan, period: Period, names: tuple[str, ...]) -> Inputs:
    """Sums of few counters by grid: the index of days is read, or that of months."""
    sums = ", ".join(f"coalesce(sum({name}), 0)" for name in names)
    told = " OR ".join(f"{name} IS NOT NULL" for name in names)
    where = f"day BETWEEN %s AND %s AND area LIKE %s AND length(area) > 12 AND ({told})"
    columns = ", ".join(("area", *names))
    values = [period.first, period.last, f"{plan.district.code}%"]
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT area, {sums} FROM (SELECT {columns} FROM evaluation_count WHERE {where}"
            f" UNION ALL SELECT {columns} FROM evaluation_delta WHERE {where}) t GROUP BY 1",
            values * 2,
        )
        return _inputs(cursor.fetchall(), names)


def _inputs(rows: list[tuple[Any, ...]], names: tuple[str, ...]) -> Inputs:
    table = np.array([row[1:] for row in rows], float).reshape(len(rows), len(names))
    return Inputs([row[0] for row in rows], {name: table[:, n] for n, name in enumerate(names)})


def _stock(measure: str, plan: GridPlan, period: Period) -> Inputs:
    """What is open or overdue: now while the period runs, else at its end."""
    today = timezone.localdate()
    if period.last >= today:
        rows = InHand.objects.filter(district_code=plan.district.code).exclude(grid_code="")
        if measure == "overdue":
            rows = rows.filter(deadline__lt=timezone.now(), stage__in=("dispatched", "handling",
                                                                       "divided"))  # fmt: skip
        counted = rows.values("grid_code").annotate(n=Count("pk")).order_by()
        return _inputs(list(counted.values_list("grid_code", "n")), (measure,))
    amount, where = "coalesce(reported, 0) + coalesce(reopened, 0) - coalesce(ended, 0)", "true"
    if measure == "overdue":
        amount, where = "coalesce(fell_due, 0) - coalesce(recovered, 0)", DUE.split(" AND ")[0]
    with connection.cursor() as cursor:
        both = " UNION ALL ".join(
            f"SELECT area, {amount} AS n FROM {table} WHERE {where} AND day <= %(last)s"
            " AND area LIKE %(near)s AND length(area) > 12"
            for table in ("evaluation_count", "evaluation_delta")
        )
        cursor.execute(
            f"SELECT area, greatest(sum(n), 0) FROM ({both}) t GROUP BY 1",
            {"last": period.last, "near": f"{plan.district.code}%"},
        )
        return _inputs(cursor.fetchall(), (measure,))


def _share(measure: str, plan: GridPlan, period: Period, codes: list[str]) -> Values:
    part, whole = SHARES[measure]
    found = _sums(plan, period, (part, whole)).ordered(codes)
    there = found.counts[whole] > 0
    values = np.zeros(len(codes))
    values[there] = found.counts[part][there] / found.counts[whole][there]
    if measure == "hours":
        values = values / MINUTES
    return _packed(measure, values, there, float(found.counts[part].sum()), 0)


def _graded(measure: str, plan: GridPlan, period: Period, codes: list[str]) -> Values:
    """By the usual scheme of unit grids."""
    scheme = scheme_for(ObjectKind.GRID)
    parts = [Part.read(one) for one in scheme.parts]
    wanted = {name for part in parts for name in part.indicator.counters}
    names = tuple(sorted(wanted - {"grids", "days", "overdue"}))
    found = _sums(plan, period, names).ordered(codes)
    overdue = _stock("overdue", plan, period).ordered(codes)
    size = {"grids": np.ones(len(codes)), "days": np.full(len(codes), float(period.days))}
    counts = {**found.counts, **overdue.counts, **size}
    scores = score_objects(parts, grades_of(scheme), counts, period.days, scheme.least_cases)
    packed = np.full(len(codes), NOTHING, np.uint8)
    if measure == "grade":
        for n, name in enumerate(GRADES, 1):
            packed[scores.grade == name] = n
    else:
        there = scores.state != NONE
        packed[there] = np.rint(scores.score[there] * 2).astype(np.uint8)
    packed[scores.state == FEW] = TOO_FEW
    graded = int(np.count_nonzero(scores.grade != ""))
    step = 1.0 if measure == "grade" else 0.5
    return Values(measure, packed.tobytes(), step, 100.0, float(graded), 0)
