"""Grids of an edition by ordinal, and where sums of the counts have them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from spatial.components.models import DISTRICT_DIGITS
from spatial.evaluation.services import sheets
from spatial.grids.models import GridPlan, UnitGrid

Floats = NDArray[np.float64]
A_GRID = 10**12
"""Codes of grids as numbers begin here."""
M2_A_KM2 = 1_000_000


@dataclass(frozen=True)
class Grids:
    """Codes and areas of an edition's grids; equal where they are of one edition as it is."""

    edition: tuple[Any, ...]
    """Empty for one that may yet change."""
    district: str = field(compare=False)
    codes: list[str] = field(compare=False)
    area_km2: Floats = field(compare=False)
    ordinals: dict[str, int] = field(compare=False)

    def __len__(self) -> int:
        return len(self.codes)

    def filled(self, counted: Mapping[str, float]) -> tuple[Floats, int]:
        """Numbers by code in the order of ordinals, and the sum of those of other codes."""
        size = len(counted)
        numbers = np.fromiter(counted.values(), float, size)
        at = np.fromiter((self.ordinals.get(code, -1) for code in counted), np.int64, size)
        here = at >= 0
        values = np.zeros(len(self))
        values[at[here]] = numbers[here]
        return values, int(numbers[~here].sum())


def grids_of(plan: GridPlan) -> Grids:
    """The grids of an edition; those of one that was published never change and are kept."""
    if plan.state in (GridPlan.State.PUBLISHED, GridPlan.State.SUPERSEDED):
        edition = (plan.pk, plan.input_digest, plan.published_at)
        return _kept_grids(edition, plan.district.code)
    return _read_grids((), plan.pk, plan.district.code)


@lru_cache(maxsize=8)
def _kept_grids(edition: tuple[Any, ...], district: str) -> Grids:
    return _read_grids(edition, edition[0], district)


def _read_grids(edition: tuple[Any, ...], plan_id: int, district: str) -> Grids:
    rows = UnitGrid.objects.filter(plan=plan_id).order_by("ordinal")
    both = list(rows.values_list("code", "area_m2"))
    codes = [code for code, _area in both]
    area_km2 = np.array([area for _code, area in both], float) / M2_A_KM2
    return Grids(edition, district, codes, area_km2, {code: n for n, code in enumerate(codes)})


@dataclass(frozen=True)
class _Keys:
    """Keys of sums, which their mark names."""

    mark: str
    values: sheets.Ints = field(compare=False)


def places_in(grids: Grids, sums: sheets.Sums) -> tuple[Any, Any, Any]:
    """Which grids of an edition have places and where, and where other grids have theirs."""
    keys = _Keys(sums.mark, sums.keys)
    kept = grids.edition and sums.mark
    return _kept_places(grids, keys) if kept else _places(grids, keys)


def _places(grids: Grids, known: _Keys) -> tuple[Any, Any, Any]:
    keys = known.values
    numbers = np.array(grids.codes, "U16").astype(np.int64)
    known_here = np.isin(numbers, keys)
    at = sheets.place_of(keys, numbers[known_here])
    # Codes of grids are longer than those of communities.
    of_grids = keys >= A_GRID
    size = np.where(of_grids, sheets.digits_of(keys), DISTRICT_DIGITS)
    others = of_grids & (keys // 10 ** (size - DISTRICT_DIGITS) == int(grids.district))
    others[at] = False
    return known_here, at, others


_kept_places = lru_cache(maxsize=32)(_places)
