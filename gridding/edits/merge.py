"""Grids made one."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import shapely
from shapely import Polygon

from gridding.edges import NodeTable
from gridding.edits.errors import EditError
from gridding.edits.patch import Change, Patch, finish
from gridding.types import Geometries


def union_of(polygons: Geometries) -> Polygon:
    """Return polygons of an exact coverage as one, by leaving out the edges they share.

    No vertex moves, as one of an overlay could.

    Raises
    ------
    EditError
        ``E-EDIT-APART`` when they do not hang together by common border.
    """
    table = NodeTable(polygons)
    edges = table.edges(polygons)
    outer = edges.take(~np.isin(edges.key, edges.twin))
    faces = shapely.get_parts(shapely.polygonize(table.lines(outer)))
    # Closed, too, is what lies in holes.
    inside = shapely.intersects(
        shapely.point_on_surface(faces)[:, None], np.asarray(polygons, object)[None, :]
    ).any(axis=1)
    if inside.sum() != 1:
        raise EditError("E-EDIT-APART")
    face: Polygon = faces[inside][0]
    return face


def merge(patch: Patch, keys: Sequence[int]) -> Change:
    """Make grids one; the largest keeps its key.

    Parameters
    ----------
    patch : Patch
    keys : sequence of int

    Raises
    ------
    EditError
        ``E-EDIT-FEW``, ``E-EDIT-BORDER`` for two communities, ``E-EDIT-APART``, and those of
        `finish`.
    """
    if len(keys) < 2 or len(set(keys)) < len(keys):
        raise EditError("E-EDIT-FEW", tuple(keys))
    if len({patch.community[k] for k in keys}) > 1:
        raise EditError("E-EDIT-BORDER", tuple(keys))
    polygons = np.array([patch.polygons[k] for k in keys], object)
    # To the litre: which of two equal ones stays must not hang on noise.
    survivor = min(keys, key=lambda k: (-round(patch.polygons[k].area, 3), k))
    whole = union_of(polygons)
    return finish(patch, patch, {survivor: whole}, set(keys) - {survivor})
