"""Borders that are pinned: no edit changes them, and cutting anew keeps them."""

from __future__ import annotations

import numpy as np
import shapely

from gridding.edges import Edges, NodeTable
from gridding.edits.errors import EditError
from gridding.edits.patch import Patch
from gridding.types import Bools, Geometries


def _lines(table: NodeTable, edges: Edges) -> Geometries:
    merged = shapely.line_merge(shapely.multilinestrings(table.lines(edges)))
    return np.asarray(shapely.get_parts(merged), object)


def _shared(patch: Patch, one: int, other: int) -> tuple[NodeTable, Edges, Bools]:
    """Common edges of two grids, and which of them are pinned."""
    if patch.community[one] != patch.community[other]:
        raise EditError("E-EDIT-BORDER", (one, other))
    both = np.array([patch.polygons[one], patch.polygons[other]], object)
    table = NodeTable(both, patch.pinned)
    mine, theirs = table.edges(both[:1]), table.edges(both[1:])
    common = mine.take(np.isin(mine.twin, theirs.key))
    if not len(common.owner):
        raise EditError("E-EDIT-APART", (one, other))
    held = np.isin(common.side, table.edges_of_lines(patch.pinned).side)
    return table, common, held


def pin(patch: Patch, one: int, other: int) -> Geometries:
    """Return the lines to be pinned of the border between two grids.

    Raises
    ------
    EditError
        ``E-EDIT-BORDER``, ``E-EDIT-APART``; ``E-EDIT-NOPIN`` when all of it is pinned already.
    """
    table, common, held = _shared(patch, one, other)
    if held.all():
        raise EditError("E-EDIT-NOPIN", (one, other))
    return _lines(table, common.take(~held))


def unpin(patch: Patch, one: int, other: int) -> dict[int, Geometries]:
    """Return what is left of each pinned line when the border between two grids is released.

    Returns
    -------
    dict
        Lines by the index of a line of ``patch.pinned``; only those that change.

    Raises
    ------
    EditError
        ``E-EDIT-BORDER``, ``E-EDIT-APART``; ``E-EDIT-NOPIN`` when none of it is pinned.
    """
    table, common, held = _shared(patch, one, other)
    if not held.any():
        raise EditError("E-EDIT-NOPIN", (one, other))
    pins = table.edges_of_lines(patch.pinned)
    free = np.isin(pins.side, common.side)
    none = np.zeros(0, object)
    out = {}
    for i in np.unique(pins.owner[free]).tolist():
        rest = pins.take((pins.owner == i) & ~free)
        out[i] = _lines(table, rest) if len(rest.owner) else none
    return out
