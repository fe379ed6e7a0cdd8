"""Geometry as paths of a drawing with whole-number coordinates, which keeps files small."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely

from gridding.types import Bools, Floats, Geometries, Ints


@dataclass(frozen=True, slots=True)
class Canvas:
    """A drawing of a piece of ground, north up.

    Attributes
    ----------
    x0, y1 : float
        West and north edge, in the CRS of the input.
    width_m, height_m : float
    unit_m : float
        Ground size of one unit of the drawing; nothing finer is drawn.
    """

    x0: float
    y1: float
    width_m: float
    height_m: float
    unit_m: float

    @property
    def view_box(self) -> str:
        """The attribute of the drawing."""
        size = np.ceil(np.array([self.width_m, self.height_m]) / self.unit_m).astype(int)
        return f"0 0 {size[0]} {size[1]}"

    def place(self, xy: Floats) -> Ints:
        """Return coordinates of the drawing, whole numbers."""
        offset = np.array([[-self.x0, self.y1]])
        return np.asarray(np.rint((xy * [1, -1] + offset) / self.unit_m).astype(np.int64))


def canvas(bounds: Floats, units: int, margin_share: float = 0.01) -> Canvas:
    """Return a canvas for bounds (west, south, east, north) whose longer side has so many units."""
    west, south, east, north = bounds
    margin = margin_share * max(east - west, north - south)
    width, height = east - west + 2 * margin, north - south + 2 * margin
    return Canvas(west - margin, north + margin, width, height, max(width, height) / units)


def _kept(xy: Ints, of: Ints) -> Bools:
    """Points that are not the same as the one before."""
    changed = (of[1:] != of[:-1]) | (xy[1:] != xy[:-1]).any(axis=1)
    return np.concatenate([[True], changed])


def _strokes(lines: Geometries, on: Canvas, least: int) -> list[str]:
    """One path for each line, empty where it has fewer points than ``least``."""
    if not len(lines):
        return []
    raw, of = shapely.get_coordinates(lines, return_index=True)
    xy = on.place(raw)
    kept = _kept(xy, of)
    xy, of = xy[kept], of[kept]
    stops = np.cumsum(np.bincount(of, minlength=len(lines)))[:-1]
    out = []
    for points in np.split(xy, stops):
        if len(points) < least:
            out.append("")
            continue
        steps = " ".join(map(str, np.diff(points, axis=0).ravel().tolist()))
        out.append(f"M{points[0, 0]} {points[0, 1]}l{steps}")
    return out


def line_paths(lines: Geometries, on: Canvas) -> list[str]:
    """Return the path of each LineString; an empty one where it is finer than the drawing."""
    return _strokes(lines, on, 2)


def area_paths(polygons: Geometries, on: Canvas) -> list[str]:
    """Return the path of each Polygon; an empty one where it is finer than the drawing."""
    rings, of = shapely.get_rings(polygons, return_index=True)
    out = [""] * len(polygons)
    for polygon, path in zip(of, _strokes(rings, on, 4), strict=True):
        out[polygon] += path + "z" if path else ""
    return out
