"""Which grid a point lies in."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import shapely
from shapely import STRtree

from gridding.types import Geometries, Ints


def locate(points: Geometries, polygons: Geometries, codes: Sequence[str] | None = None) -> Ints:
    """Return the index of the grid each point lies in, -1 where there is none.

    A point on a shared edge or corner belongs to the grid with the lowest code.

    Parameters
    ----------
    points : array of Point
        In the CRS of the grids. Empty or missing points are in no grid.
    polygons : array of Polygon
    codes : sequence of str, optional
        Codes of the grids. Without them the order of ``polygons`` decides, which for a
        `GridResult` is the order of codes.

    Returns
    -------
    int array
    """
    points = np.asarray(points, object)
    polygons = np.asarray(polygons, object)
    rank = np.arange(len(polygons))
    if codes is not None:
        rank[np.argsort(np.asarray(codes, str), kind="stable")] = np.arange(len(polygons))
    by_rank = np.argsort(rank)
    best = np.full(len(points), len(polygons))
    point, grid = STRtree(polygons).query(points, predicate="intersects")
    np.minimum.at(best, point, rank[grid])
    found = best < len(polygons)
    out = np.full(len(points), -1)
    out[found] = by_rank[best[found]]
    return out


def locate_xy(x: Ints, y: Ints, polygons: Geometries, codes: Sequence[str] | None = None) -> Ints:
    """Return the grid of each coordinate pair, as `locate` does."""
    return locate(shapely.points(x, y), polygons, codes)
