"""Drawn points and lines put on features of the base map near them."""

from __future__ import annotations

import numpy as np
import shapely
from shapely import LineString, STRtree
from shapely.ops import substring

from gridding.types import Floats, Geometries

TRACE_RATIO = 2.0
"""A feature is followed between two points when the way is no longer than this times straight."""


def _near(points: Floats, lines: Geometries, reach_m: float) -> list[dict[int, float]]:
    """Distance of the lines within reach of each point."""
    places = shapely.points(points)
    at, line = STRtree(lines).query(places, predicate="dwithin", distance=reach_m)
    off_m = shapely.distance(places[at], np.asarray(lines, object)[line])
    near: list[dict[int, float]] = [{} for _ in points]
    for i, k, d in zip(at.tolist(), line.tolist(), off_m.tolist(), strict=True):
        near[i][k] = d
    return near


def _placed(point: Floats, line: LineString, reach_m: float) -> Floats:
    """The vertex of a line nearest to a point when that is within reach, else the foot."""
    xy = shapely.get_coordinates(line)
    off_m = np.hypot(*(xy - point).T)
    nearest = int(off_m.argmin())
    if off_m[nearest] <= reach_m:
        return xy[nearest]
    return shapely.get_coordinates(line.interpolate(line.project(shapely.Point(point))))[0]


def snap_points(points: Floats, lines: Geometries, reach_m: float) -> Floats:
    """Put points on the nearest line within reach, on a vertex of it where one is within reach.

    Parameters
    ----------
    points : float array (n, 2)
        In m.
    lines : array of LineString
        Features: axes of roads, edges of buildings and compounds, in the same CRS.
    reach_m : float

    Returns
    -------
    float array (n, 2)
    """
    out = np.array(points, float).reshape(-1, 2)
    if len(lines) and reach_m > 0:
        for i, near in enumerate(_near(out, lines, reach_m)):
            if near:
                out[i] = _placed(out[i], lines[min(near, key=lambda k: (near[k], k))], reach_m)
    return out


def _along(line: LineString, start: Floats, end: Floats) -> Floats:
    """Vertices of a line between two points on it, when that is no detour."""
    a, b = (line.project(shapely.Point(p)) for p in (start, end))
    straight = float(np.hypot(*(end - start)))
    if straight == 0 or abs(b - a) > TRACE_RATIO * straight:
        return np.zeros((0, 2))
    return shapely.get_coordinates(substring(line, a, b))[1:-1]


def snap_line(line: Floats, lines: Geometries, reach_m: float) -> Floats:
    """Put the vertices of a drawn line on features, and follow a feature between two on it.

    Parameters
    ----------
    line : float array (n, 2)
        In m.
    lines : array of LineString
        As in `snap_points`.
    reach_m : float

    Returns
    -------
    float array (m, 2)
    """
    points = np.array(line, float).reshape(-1, 2)
    if not len(lines) or reach_m <= 0:
        return points
    on = _followed(_near(points, lines, reach_m))
    for i, k in enumerate(on):
        if k >= 0:
            points[i] = _placed(points[i], lines[k], reach_m)
    out = [points[:1]]
    for i in range(1, len(points)):
        if on[i] >= 0 and on[i] == on[i - 1]:
            out.append(_along(lines[on[i]], points[i - 1], points[i]))
        out.append(points[i : i + 1])
    return np.concatenate(out)


def _followed(near: list[dict[int, float]]) -> list[int]:
    """The line each point goes to: the nearest, but first one its neighbour is near to as well.

    At a crossing the road that is drawn along counts, not the one that is crossed.
    """
    on = []
    for i, own in enumerate(near):
        beside = set().union(*near[max(i - 1, 0) : i], *near[i + 1 : i + 2])
        on.append(min(own, key=lambda k: (k not in beside, own[k], k), default=-1))
    return on
