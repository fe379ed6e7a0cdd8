"""Pinned borders: former borders that must be borders again.

A border is there for certain only where the ground is cut along it. The former grids of a patch
are therefore put together again into pieces, as far as no pinned border lies between two grids of
a piece, and each piece is cut alone.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import shapely
from shapely import STRtree

from gridding.canonical import Ground
from gridding.edges import Edges, NodeTable, find
from gridding.errors import InputError
from gridding.region import UNIT_NOISE_M2, UNIT_NOISE_SHARE
from gridding.types import Bools, Floats, Geometries, Ints


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


def cuts_along_pins(
    polygons: Geometries,
    edges: Edges,
    across: Ints,
    loose: Ints,
    patches: Geometries,
    pins: Edges,
    ground: Ground,
) -> Edges:
    """Return the former edges between pieces of a patch; their owner is the patch.

    Parameters
    ----------
    polygons : array of Polygon
        The former grids.
    edges, across
        Their edges and what lies on the other side of each.
    loose : int array
        Grids that are not kept.
    patches : array of Polygon
    pins : Edges
    ground : Ground

    Raises
    ------
    InputError
        ``E-GRID-PIN`` where a building or compound stands across a pinned border.
    """
    patch = np.full(len(polygons), -1)
    inside = STRtree(patches).query(shapely.point_on_surface(polygons[loose]), predicate="within")
    patch[loose[inside[0]]] = inside[1]
    here, there = patch[edges.owner], np.where(across >= 0, patch[across], -1)
    inner = (here >= 0) & (here == there)
    pinned = inner & np.isin(edges.side, pins.side)
    apart = np.unique(np.column_stack([edges.owner, across])[pinned], axis=0)
    inner &= np.isin(here, patch[apart[:, 0]])
    pairs, length = _pairs(edges, across, inner, polygons)
    label = np.arange(len(polygons))
    _join_built_on(label, apart, polygons, np.unique(edges.owner[inner]), patch, ground)
    calm = ~np.isin(pairs, apart).reshape(-1, 2)
    for k in np.lexsort((pairs[:, 1], pairs[:, 0], -length, -calm.sum(axis=1))):
        one, other = label[pairs[k, 0]], label[pairs[k, 1]]
        if one != other and not _kept_apart(label, apart, one, other).any():
            label[label == other] = one
    between = inner & (label[edges.owner] != label[across])
    return replace(edges.take(between), owner=here[between])


def _pairs(edges: Edges, across: Ints, inner: Bools, polygons: Geometries) -> tuple[Ints, Floats]:
    """Neighbours within a patch, each pair once, with the length of their common border."""
    once = inner & (edges.owner < across)
    owners = np.column_stack([edges.owner[once], across[once]])
    pairs = np.unique(owners, axis=0)
    shared = shapely.intersection(polygons[pairs[:, 0]], polygons[pairs[:, 1]])
    return pairs, np.asarray(shapely.length(shared))


def _kept_apart(label: Ints, apart: Ints, one: int, other: int) -> Bools:
    """Which pinned pairs lie between two pieces (both directions are listed)."""
    return (label[apart[:, 0]] == one) & (label[apart[:, 1]] == other)


def _join_built_on(
    label: Ints, apart: Ints, polygons: Geometries, grids: Ints, patch: Ints, ground: Ground
) -> None:
    """Put grids together over which one building or compound stands."""
    unit, at = STRtree(polygons[grids]).query(ground.units, predicate="intersects")
    grid = grids[at]
    held = shapely.area(shapely.intersection(ground.units[unit], polygons[grid]))
    real = (held > UNIT_NOISE_M2) & (held > UNIT_NOISE_SHARE * shapely.area(ground.units[unit]))
    unit, grid = unit[real], grid[real]
    order = np.lexsort((grid, patch[grid], unit))
    unit, grid = unit[order], grid[order]
    for k in np.flatnonzero((unit[1:] == unit[:-1]) & (patch[grid[1:]] == patch[grid[:-1]])):
        one, other = label[grid[k]], label[grid[k + 1]]
        if _kept_apart(label, apart, one, other).any():
            x, y = shapely.get_coordinates(shapely.centroid(ground.units[unit[k]]))[0]
            raise _refuse(
                x, y, "has a building or compound across it; release it, or correct the outline."
            )
        if one != other:
            label[label == other] = one


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
        raise _refuse(
            x, y, "could not be kept, since the border of a community moved there; release it."
        )
