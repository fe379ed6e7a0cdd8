"""Vertices put into borders, on both sides of each the same."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import shapely
from shapely import Polygon

from gridding.types import Floats, Geometries

Place = tuple[float, float]


class Nodes:
    """Points on segments of rings, the segments named by their ends."""

    def __init__(self) -> None:
        self._on: dict[tuple[Place, Place], dict[Place, float]] = {}

    def __bool__(self) -> bool:
        return bool(self._on)

    def add(self, a: Floats, b: Floats, point: Floats) -> None:
        """Put a point, that is no end, on the segment from ``a`` to ``b``."""
        low, high = sorted([_place(a), _place(b)])
        along = np.subtract(high, low)
        t = float(np.dot(np.subtract(point, low), along) / np.dot(along, along))
        self._on.setdefault((low, high), {})[_place(point)] = t

    def into(self, xy: Floats) -> Floats | None:
        """Return the coordinates of a line with the points in them; None when none lies on it."""
        places = [(x, y) for x, y in xy.tolist()]
        out, met = [places[0]], False
        for a, b in zip(places, places[1:], strict=False):
            low, high = (a, b) if a <= b else (b, a)
            points = self._on.get((low, high))
            if points:
                met = True
                out += sorted(points, key=lambda p: points[p], reverse=low != a)
            out.append(b)
        return np.array(out) if met else None


def _place(xy: Floats) -> Place:
    return float(xy[0]), float(xy[1])


def noded_polygon(polygon: Polygon, nodes: Nodes) -> Polygon:
    """Return the polygon with the points in its rings; the same object when it has none."""
    old = [shapely.get_coordinates(ring) for ring in (polygon.exterior, *polygon.interiors)]
    new = [nodes.into(xy) for xy in old]
    if all(xy is None for xy in new):
        return polygon
    rings = [a if b is None else b for a, b in zip(old, new, strict=True)]
    return Polygon(rings[0], rings[1:])


def noded_polygons(polygons: Mapping[int, Polygon], nodes: Nodes) -> Mapping[int, Polygon]:
    """Return all polygons with the points in their rings."""
    if not nodes:
        return polygons
    return {key: noded_polygon(polygon, nodes) for key, polygon in polygons.items()}


def noded_lines(lines: Geometries, nodes: Nodes) -> Geometries:
    """Return all lines with the points in them."""
    if not nodes or not len(lines):
        return lines
    out = []
    for line in lines:
        xy = nodes.into(shapely.get_coordinates(line))
        out.append(line if xy is None else shapely.linestrings(xy))
    return np.array(out, object)
