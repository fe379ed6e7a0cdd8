"""What two schemes have in common, and numbers of one turned into numbers of the other.

In common is ground, or things that lie on it (components): where most things of a cell lie in a
corner of it, their number passes cases on better than the area does.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

import numpy as np
import shapely
from django.utils.translation import gettext as _
from numpy.typing import NDArray

import gridding
from spatial.core.errors import InputError
from spatial.core.srid import STORE_SRID
from spatial.grids.selectors import current_plan, grids_of
from spatial.grids.services.inputs import district_now
from spatial.grids.services.metric import metric_srid_of, projected
from spatial.grids.services.numbering import overlaps
from spatial.schemes.models import UNIT
from spatial.schemes.selectors import edition_in_force

KINDS = ("sum", "mean")


@dataclass(frozen=True, slots=True)
class Side:
    """One scheme in force in a district on a day: codes, names and polygons in metres."""

    key: str
    version: str
    codes: tuple[str, ...]
    names: tuple[str, ...]
    polygons: NDArray[np.object_]


@dataclass(frozen=True, slots=True)
class Crosswalk:
    """Pairs of cells with something in common, by code of one side and the other.

    ``i`` and ``j`` are indices of cells of the two sides, ``shared`` what they have in common:
    ground of more than 1 m², or a number of things. ``of_one`` and ``of_other`` say how much of it
    each cell has in all.
    """

    one: Side
    other: Side
    i: NDArray[np.int64]
    j: NDArray[np.int64]
    shared: NDArray[np.float64]
    of_one: NDArray[np.float64]
    of_other: NDArray[np.float64]

    def rows(self) -> Iterator[tuple[str, str, float, float, float]]:
        """Code, code, what is in common, its share of the one cell and of the other."""
        for i, j, shared in zip(self.i, self.j, self.shared, strict=True):
            shares = float(shared / self.of_one[i]), float(shared / self.of_other[j])
            yield self.one.codes[i], self.other.codes[j], float(shared), *shares


@dataclass(frozen=True, slots=True)
class Passed:
    """Numbers by the codes of the other side; ``outside`` is what of a sum has no cell there."""

    values: dict[str, float]
    outside: float


def side(key: str, district_code: str, on: date | None, srid: int) -> Side:
    """The cells of a scheme, or of the unit grids, in force in a district, in metres of ``srid``.

    Raises
    ------
    NotFoundError
        ``E-PLAN-MISSING``, ``E-EDITION-NONE``, ``E-SCHEME-MISSING``, ``E-SCHEME-EDITION``.
    """
    if key == UNIT:
        edition = current_plan(district_code, on)
        rows = grids_of(edition).values_list("code", "note", "geom")
    else:
        edition = edition_in_force(key, district_code, on)
        rows = edition.cells.order_by("code").values_list("code", "name", "geom")
    found = list(rows)
    polygons = projected([row[2] for row in found], srid)
    codes, names = tuple(row[0] for row in found), tuple(row[1] for row in found)
    return Side(key, edition.version, codes, names, polygons)


def crosswalk(
    one: str,
    other: str,
    district_code: str,
    on: date | None = None,
    things: NDArray[np.object_] | None = None,
) -> Crosswalk:
    """What two schemes have in common in a district on a day.

    ``things`` are points in degrees that are counted; without them it is ground in m².

    Raises
    ------
    InputError
        ``E-SCHEME-SAME`` for a scheme with itself.
    NotFoundError
        As `side`.
    """
    if one == other:
        raise InputError("E-SCHEME-SAME", _("Choose two different schemes."))
    # Both sides in the same metres, whatever each was made in.
    srid = metric_srid_of(district_now(district_code))
    left, right = side(one, district_code, on, srid), side(other, district_code, on, srid)
    if things is not None:
        return _by_things(left, right, gridding.project(things, STORE_SRID, srid))
    i, j, shared = overlaps(left.polygons, right.polygons)
    order = np.lexsort((j, i))
    areas = shapely.area(left.polygons), shapely.area(right.polygons)
    return Crosswalk(left, right, i[order], j[order], shared[order], *areas)


def _by_things(left: Side, right: Side, things: NDArray[np.object_]) -> Crosswalk:
    """Count things by the cells of both sides that they lie in, each by the edge rule."""
    sides = [gridding.locate(things, one.polygons, one.codes) for one in (left, right)]
    totals = [
        np.bincount(found[found >= 0], minlength=len(one.codes)).astype(float)
        for found, one in zip(sides, (left, right), strict=True)
    ]
    both = (sides[0] >= 0) & (sides[1] >= 0)
    pairs, counts = np.unique(np.column_stack(sides)[both], axis=0, return_counts=True)
    i, j = pairs.reshape(-1, 2).T
    return Crosswalk(left, right, i, j, counts.astype(float), *totals)


def reaggregate(walk: Crosswalk, values: Mapping[str, float], kind: str = "sum") -> Passed:
    """Turn numbers by the codes of one scheme into numbers by those of the other.

    A ``sum`` (cases, people) goes with what is in common: a cell gives each cell of the other side
    its share, and what lies in none is ``outside``, so that the total is kept. A ``mean`` (a score,
    hours a case) is weighted by what is in common. Cells without a number count for nothing.

    Raises
    ------
    InputError
        ``E-SCHEME-CODE`` for codes that are not there, ``E-SCHEME-VALUE`` for what is no number,
        ``E-SCHEME-KIND``.
    """
    if kind not in KINDS:
        raise InputError("E-SCHEME-KIND", _("Numbers are sums or means."))
    place = {code: index for index, code in enumerate(walk.one.codes)}
    unknown = [code for code in values if code not in place]
    if unknown:
        text = _("Scheme %(key)s has no cell %(codes)s.")
        facts = {"key": walk.one.key, "codes": ", ".join(unknown[:5])}
        raise InputError("E-SCHEME-CODE", text % facts, codes=unknown[:100])
    wrong = [code for code, value in values.items() if not math.isfinite(value)]
    if wrong:
        text = _("The value of %s is no number.") % wrong[0]
        raise InputError("E-SCHEME-VALUE", text, codes=wrong[:100])
    given = np.full(len(walk.one.codes), np.nan)
    for code, value in values.items():
        given[place[code]] = value
    known = ~np.isnan(given[walk.i])
    i, j, shared = walk.i[known], walk.j[known], walk.shared[known]
    weight = np.zeros(len(walk.other.codes))
    total = np.zeros(len(walk.other.codes))
    if kind == "mean":
        np.add.at(weight, j, shared)
        np.add.at(total, j, given[i] * shared)
        met = weight > 0
        total[met] /= weight[met]
        return Passed(_by_code(walk.other, total, met), 0.0)
    share = shared / walk.of_one[i]
    np.add.at(weight, j, share)
    np.add.at(total, j, given[i] * share)
    outside = float(np.nansum(given) - total.sum())
    return Passed(_by_code(walk.other, total, weight > 0), outside)


def _by_code(side: Side, total: NDArray[np.float64], met: NDArray[np.bool_]) -> dict[str, float]:
    return {side.codes[j]: float(total[j]) for j in np.flatnonzero(met)}
