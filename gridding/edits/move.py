"""Vertices of borders moved, in all grids that have them."""

from __future__ import annotations

import numpy as np
import shapely
from shapely import Polygon

from gridding.edits.cut import CLEAR_M, nearest_border
from gridding.edits.errors import EditError
from gridding.edits.nodes import Nodes
from gridding.edits.patch import Change, Patch, finish
from gridding.types import Floats

_COMPLEX = np.array([1.0, 1.0j])


def _border_nodes(patch: Patch) -> set[tuple[float, float]]:
    """Vertices with an edge that has the same community on one side only."""
    edges, mine, table, across = patch.sides()
    home = {**patch.community, -1: -1}
    given = np.array(
        [home[a] != home[b] for a, b in zip(mine.tolist(), across.tolist(), strict=True)], bool
    )
    ends = np.concatenate(table.ends(edges.take(given)))
    return set(map(tuple, ends.tolist()))


def _with_nodes(patch: Patch, points: Floats, reach_m: float) -> tuple[Patch, Floats]:
    """Find the vertex each point means; a point on an edge becomes one."""
    edges, _, table, _ = patch.sides()
    a, b = table.ends(edges)
    nodes, out = Nodes(), []
    for point in points:
        place, k = nearest_border(point, a, b, reach_m)
        if k < 0 and not ((a == place).all(axis=1)).any():
            raise EditError("E-EDIT-NONODE")
        if k >= 0:
            nodes.add(a[k], b[k], place)
        out.append(place)
    return patch.noded(nodes), np.array(out)


def _targets(patch: Patch, targets: Floats, sources: Floats) -> Floats:
    """A target that is very near to a vertex which stays is that vertex."""
    vertices = shapely.get_coordinates(list(patch.polygons.values()))
    moving = np.isin(vertices @ _COMPLEX, sources @ _COMPLEX)
    vertices = vertices[~moving]
    out = targets.copy()
    for i, target in enumerate(targets):
        off_m = np.hypot(*(vertices - target).T)
        if len(off_m) and off_m.min() <= CLEAR_M:
            out[i] = vertices[off_m.argmin()]
    return out


def _moved(polygon: Polygon, table: dict[complex, complex]) -> Polygon:
    rings = []
    for ring in (polygon.exterior, *polygon.interiors):
        xy = shapely.get_coordinates(ring)
        places = [table.get(z, z) for z in (xy @ _COMPLEX).tolist()]
        kept = [z for z, before in zip(places, [None, *places], strict=False) if z != before]
        if len(kept) < 4:
            raise EditError("E-EDIT-INVALID")
        rings.append(np.array([[z.real, z.imag] for z in kept]))
    return Polygon(rings[0], rings[1:])


def move(patch: Patch, sources: Floats, targets: Floats, reach_m: float = CLEAR_M) -> Change:
    """Move vertices of borders; all grids that have them follow.

    Parameters
    ----------
    patch : Patch
        All grids at the sources, and all that touch those.
    sources : float array (n, 2)
        Vertices, or points on an edge, which become vertices.
    targets : float array (n, 2)
        Where to; on another vertex of the same edge this takes the vertex away.
    reach_m : float
        How far a source may be from the border it means.

    Raises
    ------
    EditError
        ``E-EDIT-NONODE``, ``E-EDIT-GIVEN`` on the border of a community, and those of `finish`.
    """
    sources, targets = np.atleast_2d(sources), np.atleast_2d(targets)
    if not (np.isfinite(sources).all() and np.isfinite(targets).all()):
        raise EditError("E-EDIT-NONODE")
    noded, places = _with_nodes(patch, sources, reach_m)
    if _border_nodes(noded) & set(map(tuple, places.tolist())):
        raise EditError("E-EDIT-GIVEN")
    ends = _targets(noded, targets, places)
    table = dict(zip((places @ _COMPLEX).tolist(), (ends @ _COMPLEX).tolist(), strict=True))
    reshaped = {}
    for key, polygon in noded.polygons.items():
        if np.isin(shapely.get_coordinates(polygon) @ _COMPLEX, list(table)).any():
            reshaped[key] = _moved(polygon, table)
    return finish(patch, noded, reshaped)
