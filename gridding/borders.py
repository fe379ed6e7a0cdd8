"""Every border of the finished grids once, with what it lies on."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely

from gridding.errors import CutError
from gridding.kinds import FORMER, GIVEN
from gridding.types import Bools, Borders, Floats, Geometries, Ints

_COMPLEX = np.array([1.0, 1.0j])


@dataclass(frozen=True, slots=True)
class _Sides:
    """Edges of the rings of grids in their order, the grid on their left.

    ``xy`` holds the two ends of each; ``ring`` counts all rings; ``right`` is -1 outside all grids.
    """

    xy: Floats
    ring: Ints
    left: Ints
    right: Ints


def _runs(lines: Geometries) -> tuple[Floats, Ints, Ints]:
    """Coordinates of lines, the places where an edge begins, and the line of each edge."""
    xy, of = shapely.get_coordinates(lines, return_index=True)
    step = np.flatnonzero(of[1:] == of[:-1])
    return xy, step, of[step]


def _key(a: Ints, b: Ints, nodes: int) -> Ints:
    return np.minimum(a, b) * nodes + np.maximum(a, b)


def _right_of(key: Ints, left: Ints) -> Ints:
    """The grid on the other side of each edge: the other one that has an edge of this key."""
    order = np.argsort(key, kind="stable")
    twin = np.flatnonzero(key[order][1:] == key[order][:-1])
    one, other = order[twin], order[twin + 1]
    right = np.full(len(key), -1)
    right[one], right[other] = left[other], left[one]
    return right


def _sides(polygons: Geometries, arcs: Geometries) -> tuple[_Sides, Ints, Ints, Ints]:
    """Edges of all grids; the edge key of each, that of each edge of the arcs, and its arc."""
    rings, owner = shapely.get_rings(shapely.orient_polygons(polygons), return_index=True)
    xy, step, ring = _runs(rings)
    arc_xy, arc_step, arc = _runs(arcs)
    points = np.concatenate([xy, arc_xy]) @ _COMPLEX
    _, node = np.unique(points, return_inverse=True)
    key = _key(node[step], node[step + 1], len(node))
    arc_node = node[len(xy) :]
    arc_key = _key(arc_node[arc_step], arc_node[arc_step + 1], len(node))
    left = owner[ring]
    ends = np.stack([xy[step], xy[step + 1]], axis=1)
    sides = _Sides(ends, ring, left, _right_of(key, left))
    return sides, key, arc_key, arc


def _kinds(
    sides: _Sides, key: Ints, arc_key: Ints, arc_kind: Ints, community: Ints, piece: Ints
) -> tuple[Ints, Bools]:
    """Kind of each edge, and whether it is known: found among the arcs, given, or former."""
    given = (sides.right < 0) | (community[sides.left] != community[sides.right])
    former = ~given & (piece[sides.left] != piece[sides.right])
    order = np.argsort(arc_key, kind="stable")
    kind = np.where(former, FORMER, GIVEN)
    if not len(order):
        return kind, given | former
    spot = np.minimum(np.searchsorted(arc_key[order], key), len(order) - 1)
    found = arc_key[order][spot] == key
    drawn = ~given & ~former
    kind[drawn] = arc_kind[order][spot][drawn]
    return kind, given | former | found


def _starts(sides: _Sides, kind: Ints) -> tuple[Ints, Ints]:
    """Number of the stretch each edge belongs to, and its place in that.

    A stretch is a run of edges of one ring with the same grid on the right and the same kind.
    The last of a ring and the first are one where they meet in the middle of such a run.
    """
    n = len(kind)
    first_of_ring = np.concatenate([[True], sides.ring[1:] != sides.ring[:-1]])
    last_of_ring = np.concatenate([first_of_ring[1:], [True]])
    change = (sides.right[1:] != sides.right[:-1]) | (kind[1:] != kind[:-1])
    stretch = np.cumsum(first_of_ring | np.concatenate([[True], change])) - 1
    first, last = np.flatnonzero(first_of_ring), np.flatnonzero(last_of_ring)
    place = np.arange(n)
    same = (sides.right[first] == sides.right[last]) & (kind[first] == kind[last])
    for a, b in zip(first[same], last[same], strict=True):
        if stretch[a] != stretch[b]:
            head = stretch[a : b + 1] == stretch[a]
            place[a : b + 1][head] += n
            stretch[a : b + 1][head] = stretch[b]
    return stretch, place


def _lines(xy: Floats, stretch: Ints) -> Geometries:
    """Lines of edges that follow one another, by stretch (0, 1, … without gaps)."""
    begins = np.concatenate([[True], stretch[1:] != stretch[:-1]])
    points = np.empty((len(xy) + int(begins.sum()), 2))
    of = np.empty(len(points), np.int64)
    head = np.arange(len(xy)) + np.cumsum(begins)
    points[head], of[head] = xy[:, 1], stretch
    tail = head[begins] - 1
    points[tail], of[tail] = xy[begins, 0], stretch[begins]
    return np.asarray(shapely.linestrings(points, indices=of))


def explain_borders(
    polygons: Geometries, community: Ints, piece: Ints, arcs: Geometries, arc_kind: Ints
) -> Borders:
    """Return every border of an exact coverage once, with its kind.

    Parameters
    ----------
    polygons : array of Polygon
        The grids.
    community : int array
        Community of each.
    piece : int array
        What each was cut from; a grid kept from a former edition is a piece of its own.
    arcs : array of LineString
        Borders inside communities as they were drawn: the edges of the grids, to the bit.
    arc_kind : int array
        What each lies on, an index into `gridding.kinds.BORDER_KINDS`.

    Raises
    ------
    CutError
        ``E-GRID-INEXACT`` where two grids of a community meet and no arc runs.
    """
    sides, key, arc_key, arc = _sides(polygons, arcs)
    kind, known = _kinds(sides, key, arc_key, arc_kind[arc], community, piece)
    if not known.all():
        x, y = sides.xy[np.flatnonzero(~known)[0]].mean(axis=0)
        raise CutError(
            "E-GRID-INEXACT",
            f"The border at ({x:.1f}, {y:.1f}) was never drawn; report this input.",
        )
    stretch, place = _starts(sides, kind)
    once = np.flatnonzero((sides.right < 0) | (sides.left < sides.right))
    order = once[np.lexsort((place[once], stretch[once], sides.right[once], sides.left[once]))]
    ordered = stretch[order]
    first = np.flatnonzero(np.concatenate([[True], ordered[1:] != ordered[:-1]]))
    dense = np.repeat(np.arange(len(first)), np.diff(np.append(first, len(order))))
    lines = _lines(sides.xy[order], dense)
    start = order[first]
    return Borders(lines, sides.left[start], sides.right[start], kind[start], shapely.length(lines))
