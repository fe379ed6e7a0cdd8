"""Mends patrol areas where their grids have changed, with as few grids as possible moved."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from gridding.rows import row_starts
from gridding.types import Floats, Ints
from gridding.units import join

NO_AREA = -1


def mended(area: Ints, label: Sequence[str], burden: Floats, a: Ints, b: Ints) -> Ints:
    """Return areas that hang together, stay within a label and hold every unit.

    Of an area in pieces the one with the largest burden stays. What is left over goes to the
    neighbour with the least burden in the same label, and where there is none becomes areas of its
    own, numbered after the largest number given.

    Parameters
    ----------
    area : int array
        Area of each unit, -1 for none; one area has units of one label only after this.
    label : sequence of str
        Of each unit.
    burden : float array
    a, b : int array
        Pairs of neighbours, in one direction or both.
    """
    names = np.unique(np.asarray(label, object).astype(str), return_inverse=True)[1]
    inside = names[a] == names[b]
    a, b = np.concatenate([a[inside], b[inside]]), np.concatenate([b[inside], a[inside]])
    area = _main_pieces(area, burden, a, b)
    count = int(area.max(initial=NO_AREA)) + 1
    borne: Floats = np.zeros(count)
    np.add.at(borne, area[area >= 0], burden[area >= 0])
    _give_away(area, borne, burden, a, b)
    loose = np.flatnonzero(area == NO_AREA)
    if len(loose):
        both = (area[a] == NO_AREA) & (area[b] == NO_AREA)
        part = join(len(area), a[both], b[both])[loose]
        area[loose] = count + np.unique(part, return_inverse=True)[1]
    return area


def _main_pieces(area: Ints, burden: Floats, a: Ints, b: Ints) -> Ints:
    """Return the areas with their heaviest piece only."""
    same = (area[a] == area[b]) & (area[a] >= 0)
    piece = join(len(area), a[same], b[same])
    weight = np.bincount(piece, burden)
    kept = np.full(len(area), NO_AREA)
    # Of two pieces as heavy the one with the first unit.
    order = np.lexsort((piece, -weight[piece]))
    chosen: dict[int, int] = {}
    for unit in order.tolist():
        number = int(area[unit])
        if number >= 0 and chosen.setdefault(number, int(piece[unit])) == piece[unit]:
            kept[unit] = number
    return kept


def _give_away(area: Ints, borne: Floats, burden: Floats, a: Ints, b: Ints) -> None:
    """Give units without an area to neighbours, round by round."""
    order = np.lexsort((b, a))
    starts, near = row_starts(a[order], len(area)), b[order]
    loose = np.flatnonzero(area == NO_AREA).tolist()
    while True:
        left = []
        for unit in loose:
            beside = {int(area[n]) for n in near[starts[unit] : starts[unit + 1]]} - {NO_AREA}
            if not beside:
                left.append(unit)
                continue
            area[unit] = min(beside, key=lambda one: (borne[one], one))
            borne[area[unit]] += burden[unit]
        if not left or len(left) == len(loose):
            return
        loose = left
