"""Directed edges of polygons by the numbers of their nodes: exact, since nodes are equal bits."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely

from gridding.types import Bools, Floats, Geometries, Ints

_COMPLEX = np.array([1.0, 1.0j])


@dataclass(frozen=True, slots=True)
class Edges:
    """Edges with the interior of their owner on the left.

    Attributes
    ----------
    tail, head, owner : int arrays
        Nodes, and the polygon an edge belongs to.
    nodes : int
        How many nodes there are.
    """

    tail: Ints
    head: Ints
    owner: Ints
    nodes: int

    @property
    def key(self) -> Ints:
        """One number an edge."""
        return self.tail * self.nodes + self.head

    @property
    def twin(self) -> Ints:
        """Number of the same edge the other way round."""
        return self.head * self.nodes + self.tail

    @property
    def side(self) -> Ints:
        """One number for both directions."""
        return np.minimum(self.key, self.twin)

    def take(self, which: Bools | Ints) -> Edges:
        """Return some of the edges."""
        return Edges(self.tail[which], self.head[which], self.owner[which], self.nodes)

    def turned(self) -> Edges:
        """Return the edges the other way round."""
        return Edges(self.head, self.tail, self.owner, self.nodes)

    def joined(self, other: Edges) -> Edges:
        """Return these edges and others."""
        return Edges(
            np.concatenate([self.tail, other.tail]),
            np.concatenate([self.head, other.head]),
            np.concatenate([self.owner, other.owner]),
            self.nodes,
        )


class NodeTable:
    """Numbers of all vertices of some geometries."""

    def __init__(self, *geometries: Geometries) -> None:
        flat = [shapely.get_coordinates(g) @ _COMPLEX for g in geometries]
        self._places = np.unique(np.concatenate(flat))

    def edges(self, polygons: Geometries) -> Edges:
        """Return the edges of polygons whose vertices are all in the table."""
        rings, of = shapely.get_rings(shapely.orient_polygons(polygons), return_index=True)
        return self._edges(rings, of)

    def holds(self, geometries: Geometries) -> bool:
        """Return whether all vertices are in the table."""
        return bool(np.isin(shapely.get_coordinates(geometries) @ _COMPLEX, self._places).all())

    def edges_of_lines(self, lines: Geometries) -> Edges:
        """Return the edges of lines whose vertices are all in the table."""
        return self._edges(lines, np.arange(len(lines)))

    def _edges(self, lines: Geometries, owner: Ints) -> Edges:
        xy, of = shapely.get_coordinates(lines, return_index=True)
        node = np.searchsorted(self._places, xy @ _COMPLEX)
        step = np.flatnonzero((of[1:] == of[:-1]) & (node[1:] != node[:-1]))
        return Edges(node[step], node[step + 1], owner[of[step]], len(self._places))

    def ends(self, edges: Edges) -> tuple[Floats, Floats]:
        """Return the coordinates of both ends of edges."""
        a, b = self._places[edges.tail], self._places[edges.head]
        return np.column_stack([a.real, a.imag]), np.column_stack([b.real, b.imag])

    def lines(self, edges: Edges) -> Geometries:
        """Return edges as LineStrings."""
        return np.asarray(shapely.linestrings(np.stack(self.ends(edges), axis=1)))


def find(wanted: Ints, keys: Ints) -> Ints:
    """Return where each number stands among the keys, -1 where it does not."""
    if not len(keys):
        return np.full(len(wanted), -1)
    order = np.argsort(keys, kind="stable")
    spot = np.minimum(np.searchsorted(keys[order], wanted), len(keys) - 1)
    at = order[spot]
    return np.where(keys[at] == wanted, at, -1)


def owner_of(wanted: Ints, edges: Edges) -> Ints:
    """Return the owner of the edge of each number, -1 where there is none."""
    at = find(wanted, edges.key)
    return np.where(at >= 0, edges.owner[at] if len(edges.owner) else -1, -1)
