"""Paper, the frame of the map on it, and the round scale at which ground fits the frame."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

MM = 72 / 25.4
"""Points of a millimetre."""

PAPERS = {"A3": (420.0, 297.0), "A1": (841.0, 594.0)}
"""Long and short side in millimetres."""

ROUND = (1.0, 1.25, 1.5, 2.0, 2.5, 3.0, 4.0, 5.0, 6.0, 8.0)
BORDER_MM, HEAD_MM, FOOT_MM = 10.0, 19.0, 19.0
AIR = 0.94
"""Share of the frame that the ground fills at most, so that its neighbours are seen."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """A page: its sides, and the measure that letters and lines grow by on larger paper."""

    width: float
    height: float
    unit: float
    """Points of a millimetre on A3; more on larger paper."""

    @property
    def frame(self) -> tuple[float, float, float, float]:
        """West, south, east, north of the map in points."""
        border = BORDER_MM * self.unit
        return (
            border,
            border + FOOT_MM * self.unit,
            self.width - border,
            self.height - border - HEAD_MM * self.unit,
        )


@dataclass(frozen=True, slots=True)
class View:
    """Ground on a sheet: the frame in points, the scale, and the ground in its middle."""

    frame: tuple[float, float, float, float]
    scale: int
    """N of 1:N."""
    middle: tuple[float, float]

    @property
    def points_per_m(self) -> float:
        """Points on paper of a metre on the ground."""
        return 1000 * MM / self.scale

    def box(self) -> shapely.Polygon:
        """The frame on paper."""
        return shapely.box(*self.frame)

    def ground(self) -> tuple[float, float, float, float]:
        """The frame on the ground: west, south, east, north in metres."""
        west, south, east, north = self.frame
        wide = (east - west) / self.points_per_m / 2
        high = (north - south) / self.points_per_m / 2
        x, y = self.middle
        return x - wide, y - high, x + wide, y + high

    def onto_paper(self, geometry: NDArray[np.object_]) -> NDArray[np.object_]:
        """Geometries in metres as they lie on the paper, in points."""
        west, south, east, north = self.frame
        centre = np.array([(west + east) / 2, (south + north) / 2])
        return np.asarray(
            shapely.transform(
                geometry, lambda xy: (xy - np.array(self.middle)) * self.points_per_m + centre
            )
        )


def sheet_of(paper: str, upright: bool) -> Sheet:
    """A sheet of paper, upright or lying."""
    long, short = PAPERS[paper]
    unit = MM * long / PAPERS["A3"][0]
    width, height = (short, long) if upright else (long, short)
    return Sheet(width * MM, height * MM, unit)


def round_scale(least: float) -> int:
    """The smallest round N that is not below ``least``."""
    power = 10.0 ** np.floor(np.log10(least))
    for step in (*ROUND, 10.0):
        if step * power >= least * (1 - 1e-9):
            return int(round(step * power))
    raise ValueError(least)


def fitted(
    paper: str, bounds: tuple[float, float, float, float], aside: float = 0.0
) -> tuple[Sheet, View]:
    """The sheet, upright or lying, on which ground is seen largest, and the view of it.

    ``aside`` is the share of the frame's width that is kept free on the right.
    """
    west, south, east, north = bounds
    choices = []
    for upright in (False, True):
        sheet = sheet_of(paper, upright)
        left, low, right, high = sheet.frame
        right -= (right - left) * aside
        need = max((east - west) / (right - left), (north - south) / (high - low))
        scale = round_scale(need * 1000 * MM / AIR)
        frame = (left, low, right, high)
        choices.append((sheet, View(frame, scale, ((west + east) / 2, (south + north) / 2))))
    return min(choices, key=lambda choice: choice[1].scale)
