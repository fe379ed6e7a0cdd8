"""Pinned borders: former borders that must be borders again.

A border is there for certain only where the ground is cut along it. The former grids of a patch
are therefore put together again into pieces, as far as no pinned border lies between two grids of
a piece, and each piece is cut alone.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import shapely
from shapely import STRtree

from gridding.canonical import Ground
from gridding.edges import Edges, NodeTable, find
from gridding.errors import InputError
from gridding.noding import STEP_M
from gridding.rings import TOUCH_M
from gridding.types import Bools, Floats, Geometries, Ints
from gridding.units import is_cut

_MOVED = "could not be kept, since the border of a community moved there; release it."
_BUILT_ON = "has a building or compound across it; release it, or correct the outline."


def _refuse(x: float, y: float, what: str) -> InputError:
    return InputError("E-GRID-PIN", f"The pinned border at ({x:.1f}, {y:.1f}) {what}")


def pinned_edges(pinned: Geometries, table: NodeTable, edges: Edges) -> Edges:
    """Return the edges of pinned lines.

    Raises
    ------
    InputError
        ``E-GRID-PIN`` for a line that is no border of the former edition.
    """
    every = np.concatenate([edges.key, edges.twin])
    for line in pinned:
        one = np.array([line], object)
        if not table.holds(one) or (find(table.edges_of_lines(one).key, every) < 0).any():
            x, y = shapely.get_coordinates(line)[0]
            raise _refuse(x, y, "is no border of the former edition; release it or give it anew.")
    return table.edges_of_lines(np.asarray(pinned, object))


@dataclass(frozen=True, slots=True)
class FormerBorders:
    """The former grids with their edges, and where those lie now.

    Attributes
    ----------
    polygons : array of Polygon
    table : NodeTable
    edges : Edges
    across : int array
        Grid on the other side of each edge, -1 for none.
    outer : bool array
        Edges that lay on the ring of a community.
    """

    polygons: Geometries
    table: NodeTable
    edges: Edges
    across: Ints
    outer: Bools


def cuts_along_pins(
    old: FormerBorders, loose: Ints, patches: Geometries, pins: Edges, ground: Ground
) -> Edges:
    """Return the former edges between pieces of a patch; their owner is the patch.

    Parameters
    ----------
    old : FormerBorders
    loose : int array
        Grids that are not kept.
    patches : array of Polygon
    pins : Edges
    ground : Ground

    Raises
    ------
    InputError
        ``E-GRID-PIN`` where a building or compound stands across a pinned border, or the border
        of the community has moved away from it.
    """
    edges, across = old.edges, old.across
    patch = np.full(len(old.polygons), -1)
    points = shapely.point_on_surface(old.polygons[loose])
    inside = STRtree(patches).query(points, predicate="within")
    patch[loose[inside[0]]] = inside[1]
    here, there = patch[edges.owner], np.where(across >= 0, patch[across], -1)
    inner = (here >= 0) & (here == there)
    pinned = inner & np.isin(edges.side, pins.side)
    apart = np.unique(np.column_stack([edges.owner, across])[pinned], axis=0)
    inner &= np.isin(here, patch[apart[:, 0]])
    label = np.arange(len(old.polygons))
    _join_moved(label, apart, old, inner, patches[here[inner]])
    _join_built_on(label, apart, old.polygons, np.unique(edges.owner[inner]), patch, ground)
    pairs, length = _pairs(edges, across, inner, old.polygons)
    calm = ~np.isin(pairs, apart).reshape(-1, 2)
    for k in np.lexsort((pairs[:, 1], pairs[:, 0], -length, -calm.sum(axis=1))):
        _join(label, apart, *pairs[k])
    between = inner & (label[edges.owner] != label[across])
    return replace(edges.take(between), owner=here[between])


def _join(label: Ints, apart: Ints, one: int, other: int) -> bool:
    """Make the pieces of two grids one, unless a pinned border lies between them."""
    a, b = label[one], label[other]
    # Both directions of each pinned pair are listed.
    if a != b and ((label[apart[:, 0]] == a) & (label[apart[:, 1]] == b)).any():
        return False
    label[label == b] = a
    return True


def _pairs(edges: Edges, across: Ints, inner: Bools, polygons: Geometries) -> tuple[Ints, Floats]:
    """Neighbours within a patch, each pair once, with the length of their common border."""
    once = inner & (edges.owner < across)
    owners = np.column_stack([edges.owner[once], across[once]])
    pairs = np.unique(owners, axis=0)
    shared = shapely.intersection(polygons[pairs[:, 0]], polygons[pairs[:, 1]])
    return pairs, np.asarray(shapely.length(shared))


def _join_moved(
    label: Ints, apart: Ints, old: FormerBorders, inner: Bools, patches: Geometries
) -> None:
    """Put grids together whose border no longer ends on the ring, or leaves the patch."""
    edges, across = old.edges.take(inner), old.across[inner]
    rim = old.edges.take(old.outer)
    ends_on_rim = np.isin(np.stack([edges.tail, edges.head]), [rim.tail, rim.head])
    places = [shapely.points(xy) for xy in old.table.ends(edges)]
    rings = shapely.boundary(patches)
    off = np.array([shapely.distance(rings, place) > TOUCH_M for place in places])
    beyond = shapely.length(shapely.difference(old.table.lines(edges), patches)) > STEP_M
    moved = np.flatnonzero((ends_on_rim & off).any(axis=0) | beyond)
    for k in moved:
        if not _join(label, apart, edges.owner[k], across[k]):
            x, y = old.table.ends(edges.take(moved[moved == k]))[0][0]
            raise _refuse(x, y, _MOVED)


def _join_built_on(
    label: Ints, apart: Ints, polygons: Geometries, grids: Ints, patch: Ints, ground: Ground
) -> None:
    """Put grids together over which one building or compound stands."""
    unit, at = STRtree(polygons[grids]).query(ground.units, predicate="intersects")
    grid = grids[at]
    held = shapely.area(shapely.intersection(ground.units[unit], polygons[grid]))
    real = is_cut(held, shapely.area(ground.units[unit]))
    unit, grid = unit[real], grid[real]
    order = np.lexsort((grid, patch[grid], unit))
    unit, grid = unit[order], grid[order]
    for k in np.flatnonzero((unit[1:] == unit[:-1]) & (patch[grid[1:]] == patch[grid[:-1]])):
        if not _join(label, apart, grid[k], grid[k + 1]):
            x, y = shapely.get_coordinates(shapely.centroid(ground.units[unit[k]]))[0]
            raise _refuse(x, y, _BUILT_ON)


def check_pins(pinned: Geometries, polygons: Geometries) -> None:
    """Refuse a result in which a pinned border is missing.

    Raises
    ------
    InputError
        ``E-GRID-PIN`` with the place.
    """
    if not len(pinned):
        return
    table = NodeTable(polygons, pinned)
    wanted = table.edges_of_lines(pinned)
    missing = ~np.isin(wanted.side, table.edges(polygons).side)
    if missing.any():
        x, y = table.ends(wanted.take(missing))[0][0]
        raise _refuse(x, y, _MOVED)
