"""Colours for the map: one byte for each unit grid of an edition, by ordinal."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from django.db.models import Count
from django.utils import timezone
from django.utils.translation import gettext as _
from numpy.typing import NDArray

from spatial.cases.models import InHand
from spatial.components.models import Component
from spatial.core.errors import InputError, NotFoundError
from spatial.evaluation.models import ObjectKind
from spatial.evaluation.periods import Period
from spatial.evaluation.scoring import Part
from spatial.evaluation.services import sheets
from spatial.evaluation.services.classes import object_classes
from spatial.evaluation.services.grouping import mark_classed
from spatial.evaluation.services.inputs import wanted_of, with_overdue
from spatial.evaluation.services.ledger import first_day
from spatial.evaluation.services.polled import OPINIONS
from spatial.evaluation.services.schemes import schemes_of
from spatial.evaluation.services.values_grids import Grids, grids_of, places_in
from spatial.evaluation.services.values_narrowed import Only, filed_by_grid
from spatial.evaluation.services.walked import DUE, WALKED, WALKS, walks_of_grids
from spatial.grids.models import GridPlan

Floats = NDArray[np.float64]
NOTHING, TOO_FEW, HIGHEST = 255, 254, 250
"""Bytes for a grid without a value and for one with too few cases; the greatest of a value."""
GRADES = "ABCDE"
SHARES = {
    "rework": ("reworked", "handled"),
    "hours": ("handling_minutes", "handling_timed"),
    "satisfaction": ("content", "answers"),
}
STOCKS = {
    "open": (("reported", "reopened"), ("ended",)),
    "overdue": (("fell_due",), ("recovered",)),
}
"""What comes to what is open or overdue, and what goes from it."""
UNITS = {
    "cases": "count", "density": "per km²", "per_100_components": "per 100 components",
    "open": "count", "overdue": "count", "pressed": "count", "rework": "share", "hours": "hours",
    "satisfaction": "share", "grade": "grade", "score": "points", "coverage": "share",
    "hotspots": "confidence", "forecast": "expected cases",
}  # fmt: skip
ANALYSED = ("hotspots", "forecast")
"""Measures that the analysis makes: `values_of` does not know them."""
MEASURES = tuple(name for name in UNITS if name not in ANALYSED)
GRADED = ("grade", "score")
OF_FILED = ("cases", "density", "per_100_components")
"""Measures of filed cases, which can be narrowed to some of them."""
OF_COUNTS = ("cases", "density", "pressed", *SHARES)
"""Measures that hang on nothing but the counts."""
ALL = Only()
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


@dataclass(frozen=True, eq=False)
class Fraction:
    """What a measure is made of, by ordinal: parts of parts add up, quotients do not."""

    top: Floats
    bottom: Floats | None
    """None for plain numbers."""
    total: float
    outside: int = 0

    @property
    def there(self) -> NDArray[np.bool_]:
        """Which have something to be a part of."""
        return np.ones(len(self.top), bool) if self.bottom is None else self.bottom > 0

    @property
    def values(self) -> Floats:
        """The quotients; 0 where there is none."""
        if self.bottom is None:
            return self.top
        return np.divide(self.top, self.bottom, out=np.zeros(len(self.top)), where=self.there)

    def summed(self, group: NDArray[np.int64], groups: int) -> Fraction:
        """The same of groups: tops and bottoms are added, each by itself."""
        top = np.bincount(group, self.top, groups)
        bottom = None if self.bottom is None else np.bincount(group, self.bottom, groups)
        return Fraction(top, bottom, self.total, self.outside)


def values_of(measure: str, plan: GridPlan, period: Period, only: Only = ALL) -> Values:
    """The values of a measure for all grids of an edition.

    Raises
    ------
    NotFoundError
        ``E-EVAL-MEASURE``.
    InputError
        ``E-EVAL-NARROW`` for cases of some kind where these cannot be told apart.
    """
    check_measure(measure, only)
    if measure in GRADED:
        return _graded(measure, period, grids_of(plan))
    found = fraction_of(measure, plan, period, only)
    return packed(measure, found.values, found.there, found.total, found.outside)


def fraction_of(measure: str, plan: GridPlan, period: Period, only: Only = ALL) -> Fraction:
    """What a measure that is no grade is made of, for all grids of an edition."""
    grids = grids_of(plan)
    if measure in SHARES:
        return _share(measure, period, grids)
    if measure == "coverage":
        return _coverage(period, grids)
    return _counted(measure, period, grids, only)


def check_measure(measure: str, only: Only) -> None:
    """Refuse what is no measure, and to narrow what cannot be.

    Raises
    ------
    NotFoundError
        ``E-EVAL-MEASURE``.
    InputError
        ``E-EVAL-NARROW``.
    """
    if measure not in MEASURES:
        text = _("There is no measure “%(name)s”; there are %(all)s.")
        told = {"name": measure[:40], "all": ", ".join(UNITS)}
        raise NotFoundError("E-EVAL-MEASURE", text % told, measure=measure[:40])
    if measure not in OF_FILED:
        refuse_narrowed(measure, only)


def refuse_narrowed(measure: str, only: Only) -> None:
    """Refuse to count some cases only, where they cannot be told apart.

    Raises
    ------
    InputError
        ``E-EVAL-NARROW``.
    """
    if only.narrows:
        text = _("“%(name)s” cannot be narrowed to some cases; only %(all)s can.")
        told = {"name": measure, "all": ", ".join(OF_FILED)}
        raise InputError("E-EVAL-NARROW", text % told, measure=measure)


def _counted(measure: str, period: Period, grids: Grids, only: Only) -> Fraction:
    """Numbers of cases, also by what a grid has."""
    if measure in STOCKS:
        inside, outside = _stock(measure, period, grids)
    elif only.narrows:
        inside, outside = grids.filled(filed_by_grid(grids.district, period, only))
    else:
        counter = "presses" if measure == "pressed" else "filed"
        sums, outside = _sums(period, grids, (counter,))
        inside = sums[counter]
    total = float(inside.sum())
    if measure == "density":
        return Fraction(inside, grids.area_km2, total, outside)
    if measure == "per_100_components":
        return Fraction(inside * 100, _components(grids), total, outside)
    return Fraction(inside, None, total, outside)


def _components(grids: Grids) -> Floats:
    """How many components are in force in each grid."""
    rows = Component.objects.filter(code__startswith=grids.district, valid_to__isnull=True)
    counted = rows.values("grid_code").annotate(n=Count("pk")).order_by()
    return grids.filled(dict(counted.values_list("grid_code", "n")))[0]


def _coverage(period: Period, grids: Grids) -> Fraction:
    """Days on which grids were walked of those on which they were to be."""
    found = walks_of_grids(grids.codes, period, grids.district)
    return Fraction(found[WALKED], found[DUE], float(found[WALKED].sum()))


def packed(measure: str, values: Floats, there: Any, total: float, outside: int) -> Values:
    """Bytes by ordinal, in steps of a 250th of the highest value; ``there`` says which exist."""
    highest = float(values[there].max()) if there.any() else 0.0
    step = highest / HIGHEST
    if UNITS[measure] == "count":
        step = float(max(1, math.ceil(step)))
    step = step or 1.0
    steps = np.where(there, np.minimum(np.rint(values / step), HIGHEST), NOTHING)
    return Values(measure, steps.astype(np.uint8).tobytes(), step, highest, total, outside)


def _sums(period: Period, grids: Grids, names: tuple[str, ...]) -> tuple[dict[str, Floats], int]:
    """Sums of few counters by ordinal, and what the first of them counts under other codes."""
    wanted = sheets.Wanted(names, period.first, period.until)
    (found,), outside = _by_ordinal(grids, wanted)
    return {name: values.astype(float) for name, values in found.items()}, outside[names[0]]


def _by_ordinal(
    grids: Grids, *wanted: sheets.Wanted
) -> tuple[list[dict[str, Any]], dict[str, int]]:
    """Sums in the order of an edition, and those of all other grids of its district."""
    sums = sheets.sums(sheets.AREA, *wanted)
    known, at, others = places_in(grids, sums)
    found = []
    outside: dict[str, int] = {}
    for one in sums.found:
        rows = {}
        for name, values in one.items():
            rows[name] = np.zeros(len(grids), np.int64)
            rows[name][known] = values[at]
            outside[name] = outside.get(name, 0) + int(values[others].sum())
        found.append(rows)
    return found, outside


def _stock(measure: str, period: Period, grids: Grids) -> tuple[Floats, int]:
    """What is open or overdue: now while the period runs, else at its end."""
    if period.last < timezone.localdate():
        begin = first_day()
        if begin is None or begin > period.last:
            return np.zeros(len(grids)), 0
        more, less = STOCKS[measure]
        wanted = sheets.Wanted((*more, *less), begin, period.last)
        (found,), outside = _by_ordinal(grids, wanted)
        inside = sum(found[name] for name in more) - sum(found[name] for name in less)
        beyond = sum(outside[name] for name in more) - sum(outside[name] for name in less)
        return np.maximum(inside, 0).astype(float), beyond
    rows = InHand.objects.filter(district_code=grids.district).exclude(grid_code="")
    if measure == "overdue":
        late = ("dispatched", "handling", "divided")
        rows = rows.filter(deadline__lt=timezone.now(), stage__in=late)
    counted = rows.values("grid_code").annotate(n=Count("pk")).order_by()
    return grids.filled(dict(counted.values_list("grid_code", "n")))


def _share(measure: str, period: Period, grids: Grids) -> Fraction:
    part, whole = SHARES[measure]
    found, _outside = _sums(period, grids, (part, whole))
    top = found[part] / MINUTES if measure == "hours" else found[part]
    return Fraction(top, found[whole], float(found[part].sum()))


def _with_overdue(period: Period, grids: Grids, names: tuple[str, ...]) -> dict[str, Floats]:
    """Counters and ``overdue`` as the ranking takes them: today's deadlines are not over."""
    wanted = wanted_of(period, names)
    if not wanted:
        return dict.fromkeys((*names, "overdue"), np.zeros(len(grids)))
    found, _outside = _by_ordinal(grids, *wanted)
    counts = {name: values.astype(float) for name, values in with_overdue(found).items()}
    return {**counts, "overdue": np.maximum(counts["overdue"], 0)}


def _graded(measure: str, period: Period, grids: Grids) -> Values:
    """By the usual schemes of unit grids, each by that of its class of area."""
    schemes = schemes_of(ObjectKind.GRID)
    parts = [Part.read(one) for scheme in schemes.values() for one in scheme.parts]
    wanted = {name for part in parts for name in part.indicator.counters}
    names = tuple(sorted(wanted - {"grids", "days", "overdue", *WALKS, *OPINIONS}))
    found = _with_overdue(period, grids, names)
    size = {"grids": np.ones(len(grids)), "days": np.full(len(grids), float(period.days))}
    # Polls ask of streets and communities, not of a unit grid.
    none = dict.fromkeys(OPINIONS, np.zeros(len(grids)))
    counts = {**found, **size, **none}
    if WALKED in wanted:
        counts |= walks_of_grids(grids.codes, period, grids.district)
    classes = object_classes(ObjectKind.GRID, grids.codes, period.last)
    marks = mark_classed(schemes, classes, counts, period.days, GRADES)
    value = marks.grade + 1 if measure == "grade" else np.rint(marks.score * 2)
    content = np.where(marks.none, NOTHING, np.where(marks.few, TOO_FEW, value)).astype(np.uint8)
    graded = int(np.count_nonzero(~(marks.none | marks.few)))
    step = 1.0 if measure == "grade" else 0.5
    return Values(measure, content.tobytes(), step, 100.0, float(graded), 0)
