"""Patrol areas (责任网格): connected sets of unit grids that are about the same work to walk.

What is balanced is one burden: a weighted sum of area, components and past cases. Areas never cross
a label such as the street, and are found by the search of `gridding.groups` in each connected part.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import shapely

from gridding.adjacency import shared_edges
from gridding.errors import InputError
from gridding.groups import Groups, make_groups
from gridding.rules import GRIDS_PER_AREA
from gridding.types import Bools, Floats, Geometries, Ints
from gridding.units import join

SHARES = {"area": 0.4, "components": 0.4, "cases": 0.2}
"""What each load counts in the burden. One that is 0 everywhere leaves its share to the others."""
LOAD_PRICE = 12_000.0
"""Four times that of groups in general: with one burden even areas cost little compactness."""
LONE_SHARE = 0.5
"""A part without neighbours with less than this of a usual burden is an island."""


@dataclass(frozen=True, slots=True)
class PatrolAreas:
    """Areas in the order of their labels, in reading order within one.

    Attributes
    ----------
    area : int array
        Area of each unit, from 0.
    label : tuple of str
        The label that each area lies in.
    units : int array
        How many units each area has.
    loads : float array (areas, 3)
        Area in m², components and cases of each.
    burden : float array
        Weighted sum of each; one unit bears 1 on average.
    island : bool array
        Areas with little to do that nothing can be joined to within their label.
    """

    area: Ints
    label: tuple[str, ...]
    units: Ints
    loads: Floats
    burden: Floats
    island: Bools

    @property
    def most_by_mean(self) -> float:
        """Burden of the area that bears most, by the mean; islands do not count."""
        kept = self._balanced()
        return float(kept.max() / kept.mean())

    @property
    def variation(self) -> float:
        """Coefficient of variation of the burdens; islands do not count."""
        kept = self._balanced()
        return float(kept.std() / kept.mean())

    def _balanced(self) -> Floats:
        return self.burden if self.island.all() else self.burden[~self.island]


def burden_of(area_m2: Floats, components: Floats, cases: Floats) -> Floats:
    """Return what each unit is to walk, 1 on average.

    Raises
    ------
    InputError
        ``E-PATROL-LOAD`` for a value that is no number or below 0, and without any area.
    """
    loads = dict(zip(SHARES, (area_m2, components, cases), strict=True))
    total, weights = np.zeros(len(area_m2)), 0.0
    for name, given in loads.items():
        values = np.asarray(given, float)
        if values.shape != total.shape or not (np.isfinite(values) & (values >= 0)).all():
            raise InputError(
                "E-PATROL-LOAD", f"{name}: give one number of 0 or more for each unit grid."
            )
        if values.sum() > 0:
            total += SHARES[name] * values / values.mean()
            weights += SHARES[name]
    if not len(total) or not np.asarray(area_m2, float).sum() > 0:
        raise InputError("E-PATROL-LOAD", "There is no unit grid with an area to patrol.")
    return total / weights


def make_patrol_areas(
    polygons: Geometries,
    components: Floats,
    cases: Floats,
    label: Geometries | None = None,
    grids_per_area: float = GRIDS_PER_AREA,
    progress: Callable[[int, int], None] = lambda _done, _total: None,
) -> PatrolAreas:
    """Put unit grids together to connected areas of about the same burden.

    The same grids give the same areas in whatever order they come.

    Parameters
    ----------
    polygons : array of Polygon
        Unit grids: an exact coverage in a metric CRS.
    components, cases : float array
        How many lie in each.
    label : array of str, optional
        What areas may not cross, such as the code of the street.
    grids_per_area : float
        Grids of an area of mean burden; where much is to do areas have fewer.
    progress : callable
        Called with labels done and in all.

    Raises
    ------
    InputError
        ``E-PATROL-LOAD``, ``E-PATROL-SIZE``, and what `make_groups` raises.
    """
    polygons = np.asarray(polygons, object)
    names = np.full(len(polygons), "", object) if label is None else np.asarray(label, object)
    if not np.isfinite(grids_per_area) or grids_per_area < 1:
        raise InputError("E-PATROL-SIZE", "An area has 1 unit grid or more; give a larger number.")
    area_m2 = np.asarray(shapely.area(polygons), float)
    burden = burden_of(area_m2, components, cases)
    area = np.full(len(polygons), -1)
    labels: list[str] = []
    island: list[bool] = []
    distinct = sorted(set(names.tolist()))
    for turn, name in enumerate(distinct):
        progress(turn, len(distinct))
        own = np.flatnonzero(names == name)
        made, alone = _areas_of(polygons[own], burden[own], grids_per_area)
        area[own] = made.label + len(labels)
        labels += [name] * len(made.units)
        island += alone.tolist()
    progress(len(distinct), len(distinct))
    return _summed(area, labels, np.array(island, bool), burden, (area_m2, components, cases))


def _areas_of(polygons: Geometries, burden: Floats, usual: float) -> tuple[Groups, Bools]:
    """Return the areas of one label, and which of them are islands."""
    a, b, length = shared_edges(polygons)
    real = (a != b) & (length > 0)
    part = join(len(polygons), a[real], b[real])
    of_part = np.bincount(part, burden)
    least = len(of_part)
    count = int(np.clip(np.rint(burden.sum() / usual), least, len(polygons)))
    made = make_groups(polygons, {"burden": burden}, count, LOAD_PRICE)
    home = np.zeros(len(made.units), np.int64)
    home[made.label] = part
    small = of_part[home] < LONE_SHARE * usual
    return made, small & (least > 1)


def _summed(
    area: Ints, labels: list[str], island: Bools, burden: Floats, loads: tuple[Floats, ...]
) -> PatrolAreas:
    count = len(labels)
    sums = [np.bincount(area, np.asarray(one, float), count) for one in loads]
    return PatrolAreas(
        area=area,
        label=tuple(labels),
        units=np.bincount(area, minlength=count),
        loads=np.column_stack(sums),
        burden=np.asarray(np.bincount(area, burden, count), float),
        island=island,
    )


def falls_apart(units: Ints, a: Ints, b: Ints) -> bool:
    """Whether some units do not hang together.

    Parameters
    ----------
    units : int array
        The units, by any numbers.
    a, b : int array
        Pairs of neighbours among all units.
    """
    place = {int(unit): k for k, unit in enumerate(units)}
    inside = [(place[i], place[j]) for i, j in zip(a.tolist(), b.tolist(), strict=True)
              if i in place and j in place]  # fmt: skip
    ends = np.array(inside, np.int64).reshape(-1, 2)
    return bool(join(len(place), ends[:, 0], ends[:, 1]).max(initial=0) > 0)
