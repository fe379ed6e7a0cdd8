"""Colours of the book: a quiet ground, clear grids, and fills where they are asked for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from django.utils.translation import gettext as _
from numpy.typing import NDArray

GRADE = "grade"
COLOURS = ("none", "neighbours", "area", GRADE)

INK, QUIET, FAINT = "#1f2328", "#6b6f76", "#9a9da3"
PAPER, GROUND = "#ffffff", "#f7f5f0"
GREEN, WATER, BUILDING, BUILDING_EDGE = "#e3eddb", "#cfe1ee", "#e3ddd3", "#cbc3b6"
ROAD, ROAD_EDGE, RAIL = "#ffffff", "#b9b2a4", "#a19c92"
GRID, COMMUNITY, STREET = "#b3261e", "#5a2a82", "#1d3f72"
ROAD_MM = {1: 1.5, 2: 1.3, 3: 1.1, 4: 0.9, 5: 0.7, 6: 0.55, 7: 0.35}
"""Width of a road on A3 by its class."""

PASTELS = ("#f3c9a5", "#bcd9b3", "#b9cfe8", "#f1e2a0", "#d9c2e3", "#b5ddd8", "#f0bfc6")
BY_AREA = (
    (0.5, "#4575b4"),
    (0.8, "#a6cbe3"),
    (1.25, "#f4f1d8"),
    (2.0, "#fdb973"),
    (np.inf, "#d7552f"),
)
"""Upper end of each class in shares of the target area, and its colour."""
BY_GRADE = ("#2c7bb6", "#abd9e9", "#ffffbf", "#fdae61", "#b2182b")
"""From the best grade to the worst; everybody tells them apart, and the letter stands with them."""
FEW = "few"
TOO_FEW = "#d9d9d9"
FILL_ALPHA = 0.5
"""How much of the ground a fill hides."""


@dataclass(frozen=True, slots=True)
class Grades:
    """Grades of grids by code, as whoever grades them tells them to a book."""

    of: Mapping[str, str]
    """The letter; ``few`` for too few cases, empty for nothing to grade."""
    starts: Sequence[tuple[str, float]]
    """From which score on each letter is given, the best first."""
    period: str
    scheme: str


@dataclass(frozen=True, slots=True)
class Fills:
    """A colour for each grid, None for none, and what the legend says of them."""

    colours: list[str | None]
    legend: list[tuple[str, str]]
    marks: list[str] = field(default_factory=list)
    """What is written behind the code of each grid; empty for nothing."""


def grade_fills(grades: Grades, codes: Sequence[str]) -> Fills:
    """The fills of grids in their order, by their grades."""
    known = {letter: fill for (letter, _start), fill in zip(grades.starts, BY_GRADE, strict=False)}
    given = [grades.of.get(code, "") for code in codes]
    colours = [TOO_FEW if one == FEW else known.get(one) for one in given]
    return Fills(colours, grade_legend(grades), [one if one in known else "" for one in given])


def grade_legend(grades: Grades) -> list[tuple[str, str]]:
    """Each grade with its colour and from which score on it is given."""
    said = [
        (fill, _("%(letter)s: from %(start)s points") % {"letter": letter, "start": f"{start:g}"})
        for (letter, start), fill in zip(grades.starts, BY_GRADE, strict=False)
    ]
    return [*said, (TOO_FEW, _("too few cases for a grade"))]


def grade_title(grades: Grades) -> str:
    """Of when the grades are, and by which weights."""
    text = _("grades of %(period)s by %(scheme)s")
    return text % {"period": grades.period, "scheme": grades.scheme}


def fills(
    colour: str, areas: NDArray[np.float64], target: float, near: dict[int, list[int]]
) -> Fills:
    """The fills of grids in their order; ``near`` has the places of each grid's neighbours."""
    if colour == "neighbours":
        return Fills(_apart(near), [])
    if colour == "area":
        limits = np.array([limit for limit, _colour in BY_AREA])
        classes = np.searchsorted(limits, areas / target, side="left")
        return Fills([BY_AREA[i][1] for i in classes], area_legend(target))
    return Fills([None] * len(areas), [])


def _apart(near: dict[int, list[int]]) -> list[str | None]:
    """Neighbours differ: each takes the colour that is least used among those left."""
    chosen: dict[int, int] = {}
    used = [0] * len(PASTELS)
    for place in sorted(near, key=lambda i: (-len(near[i]), i)):
        taken = {chosen[i] for i in near[place] if i in chosen}
        free = [i for i in range(len(PASTELS)) if i not in taken] or [0]
        best = min(free, key=lambda i: (used[i], i))
        chosen[place] = best
        used[best] += 1
    return [PASTELS[chosen[i]] for i in sorted(near)]


def area_legend(target: float) -> list[tuple[str, str]]:
    """Each class of area with its colour."""
    said, low = [], 0.0
    for limit, colour in BY_AREA:
        if not low:
            text = _("below %(high)s m²") % {"high": f"{limit * target:,.0f}"}
        elif np.isinf(limit):
            text = _("above %(low)s m²") % {"low": f"{low * target:,.0f}"}
        else:
            text = f"{low * target:,.0f} – {limit * target:,.0f} m²"
        said.append((colour, text))
        low = limit
    return said
