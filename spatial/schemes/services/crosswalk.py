"""What ground two schemes have in common, and numbers of one turned into numbers of the other."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

import numpy as np
import shapely
from django.utils.translation import gettext as _
from numpy.typing import NDArray

from spatial.core.errors import InputError
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
    """Pairs of cells with ground in common (more than 1 m²), by code of one side and the other.

    ``i`` and ``j`` are indices of cells of the two sides, ``shared_m2`` the ground in common.
    """

    one: Side
    other: Side
    i: NDArray[np.int64]
    j: NDArray[np.int64]
    shared_m2: NDArray[np.float64]

    def rows(self) -> Iterator[tuple[str, str, float, float, float]]:
        """Code, code, shared area (m²), its share of the one cell and of the other."""
        area, area_other = shapely.area(self.one.polygons), shapely.area(self.other.polygons)
        for i, j, shared in zip(self.i, self.j, self.shared_m2, strict=True):
            shares = float(shared / area[i]), float(shared / area_other[j])
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


def crosswalk(one: str, other: str, district_code: str, on: date | None = None) -> Crosswalk:
    """What two schemes have in common in a district on a day.

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
    i, j, shared = overlaps(left.polygons, right.polygons)
    order = np.lexsort((j, i))
    return Crosswalk(left, right, i[order], j[order], shared[order])


def reaggregate(walk: Crosswalk, values: Mapping[str, float], kind: str = "sum") -> Passed:
    """Turn numbers by the codes of one scheme into numbers by those of the other.

    A ``sum`` (cases, people) goes with the ground: a cell gives each cell of the other side the
    share of its area that lies there, and what lies in none is ``outside``, so that the total is
    kept. A ``mean`` (a score, hours a case) is weighted by the ground in common. Cells without a
    number count for nothing.

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
    i, j, shared = walk.i[known], walk.j[known], walk.shared_m2[known]
    weight = np.zeros(len(walk.other.codes))
    total = np.zeros(len(walk.other.codes))
    if kind == "mean":
        np.add.at(weight, j, shared)
        np.add.at(total, j, given[i] * shared)
        met = weight > 0
        total[met] /= weight[met]
        return Passed(_by_code(walk.other, total, met), 0.0)
    share = shared / shapely.area(walk.one.polygons)[i]
    np.add.at(weight, j, share)
    np.add.at(total, j, given[i] * share)
    outside = float(np.nansum(given) - total.sum())
    return Passed(_by_code(walk.other, total, weight > 0), outside)


def _by_code(side: Side, total: NDArray[np.float64], met: NDArray[np.bool_]) -> dict[str, float]:
    return {side.codes[j]: float(total[j]) for j in np.flatnonzero(met)}
