"""The grids an edit can touch, what comes of them, and the proof that the coverage stays exact.

The proof is arithmetic on edges whose ends are equal bits. The indicator functions of polygons
add up to the same sum before and after if and only if their directed edges do, edges of opposite
direction taken as nothing. Before, the sum is one inside and nothing outside; if it is the same
after and every polygon is valid, there is neither gap nor overlap, and every border has the same
vertices on both sides, to the bit.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import numpy as np
import shapely
from shapely import Polygon

from gridding.edges import Edges, NodeTable, owner_of
from gridding.edits.errors import EditError
from gridding.edits.nodes import Nodes, noded_lines, noded_polygons
from gridding.types import Geometries, Ints

NEW = 0
"""Key of the one grid an edit may make; keys of grids are greater."""
MIN_GRID_M2 = 1.0

Polygons = Mapping[int, Polygon]


def _none() -> Geometries:
    return np.zeros(0, object)


@dataclass(frozen=True, slots=True)
class Patch:
    """Part of an exact coverage: the grids to be edited and all that touch them.

    Attributes
    ----------
    polygons : mapping of int to Polygon
        By key, in m.
    community : mapping of int to int
        Community of each grid.
    pinned : array of LineString
        Pinned borders near, with the same vertices.
    alone : frozenset of int
        Grids that may not change.
    """

    polygons: Polygons
    community: Mapping[int, int]
    pinned: Geometries = field(default_factory=_none)
    alone: frozenset[int] = frozenset()

    def noded(self, nodes: Nodes) -> Patch:
        """Return the patch with vertices put into all rings and pinned lines that pass there."""
        polygons = noded_polygons(self.polygons, nodes)
        pinned = noded_lines(self.pinned, nodes)
        return Patch(polygons, self.community, pinned, self.alone)

    def sides(self) -> tuple[Edges, Ints, NodeTable, Ints]:
        """Return edges, the key of the owner of each, the table, and the key across, -1 for none.

        The owner in ``edges`` is the place of the grid in the patch.
        """
        keys = np.array(list(self.polygons), np.int64)
        polygons = np.array(list(self.polygons.values()), object)
        table = NodeTable(polygons)
        edges = table.edges(polygons)
        across = owner_of(edges.twin, edges)
        return edges, keys[edges.owner], table, np.where(across >= 0, keys[across], -1)


@dataclass(frozen=True, slots=True)
class Change:
    """What comes of an edit.

    Attributes
    ----------
    polygons : mapping of int to Polygon
        Every grid that is not as before; `NEW` is one more.
    gone : frozenset of int
        Grids that are no more.
    noded : frozenset of int
        Grids among ``polygons`` that only got a vertex on their border.
    parent : int, optional
        Grid that `NEW` was part of.
    pinned : array of LineString
        Pinned borders of the patch in their order, with new vertices.
    """

    polygons: Polygons
    gone: frozenset[int]
    noded: frozenset[int]
    parent: int | None
    pinned: Geometries

    @property
    def reshaped(self) -> frozenset[int]:
        """Keys of former grids whose ground is not as before."""
        return (frozenset(self.polygons) | self.gone) - self.noded - {NEW}


def _array(polygons: Iterable[Polygon]) -> Geometries:
    return np.array(list(polygons), object)


def _chain(table: NodeTable, polygons: Geometries) -> tuple[Ints, Ints]:
    """Undirected edges and how often they are passed upwards, less how often downwards."""
    edges = table.edges(polygons)
    side, at = np.unique(edges.side, return_inverse=True)
    passed = np.zeros(len(side), np.int64)
    np.add.at(passed, at.ravel(), np.where(edges.tail < edges.head, 1, -1))
    return side[passed != 0], passed[passed != 0]


def same_ground(before: Geometries, after: Geometries) -> bool:
    """Return whether valid polygons cover the same ground as exact ones did, vertex by vertex."""
    table = NodeTable(before, after)
    old, new = _chain(table, before), _chain(table, after)
    return all(np.array_equal(a, b) for a, b in zip(old, new, strict=True))


def pins_hold(pinned: Geometries, before: Geometries, after: Geometries) -> bool:
    """Return whether pinned edges of the polygons before are still edges after."""
    if not len(pinned):
        return True
    table = NodeTable(pinned, before, after)
    pins, new = table.edges_of_lines(pinned), table.edges(after)
    held = np.isin(pins.side, table.edges(before).side)
    return bool(np.isin(pins.side[held], new.side).all())


def finish(
    old: Patch,
    noded: Patch,
    reshaped: Polygons,
    gone: Iterable[int] = (),
    parent: int | None = None,
) -> Change:
    """Prove an edit and return it.

    Parameters
    ----------
    old : Patch
        As stored.
    noded : Patch
        The same ground with the vertices the edit needs.
    reshaped : mapping of int to Polygon
        New shapes.
    gone : iterable of int
    parent : int, optional

    Raises
    ------
    EditError
        ``E-EDIT-ALONE``, ``E-EDIT-PINNED``, ``E-EDIT-INVALID``, ``E-EDIT-SLIVER`` or
        ``E-EDIT-INEXACT``.
    """
    gone = frozenset(gone)
    only = {k for k, p in noded.polygons.items() if p is not old.polygons[k]}
    only -= set(reshaped) | gone
    touched = only | gone | (set(reshaped) - {NEW})
    held = sorted(touched & old.alone)
    if held:
        raise EditError("E-EDIT-ALONE", tuple(held))
    _check_shapes(reshaped)
    before = _array(noded.polygons[k] for k in sorted(touched))
    after = _array([*reshaped.values(), *(noded.polygons[k] for k in sorted(only))])
    if not shapely.is_valid(after).all():
        raise EditError("E-EDIT-INVALID", tuple(sorted(touched)))
    if not same_ground(before, after):
        raise EditError("E-EDIT-INEXACT", tuple(sorted(touched)))
    if not pins_hold(noded.pinned, before, after):
        raise EditError("E-EDIT-PINNED", tuple(sorted(touched)))
    polygons = {**reshaped, **{k: noded.polygons[k] for k in sorted(only)}}
    return Change(polygons, gone, frozenset(only), parent, noded.pinned)


def _check_shapes(reshaped: Polygons) -> None:
    for key, polygon in reshaped.items():
        if not isinstance(polygon, Polygon) or not polygon.is_valid:
            raise EditError("E-EDIT-INVALID", (key,))
        if polygon.area < MIN_GRID_M2:
            raise EditError("E-EDIT-SLIVER", (key,))
