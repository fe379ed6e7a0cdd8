"""Free cuts put right after the search: their vertices moved to where area and shape want them.

The search knows free cuts as chains of lattice edges; straightened, they leave a grid up to a
tenth larger or smaller than it was priced. Here every vertex of a free cut, and every junction
where one ends on a line, a wall or the ring, moves in small steps as long as the exact price of
the grids beside it falls. Drawn on features keep their place.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely

from gridding.arcs import CUT
from gridding.board import GONE, JUNCTION, Board
from gridding.rings import segments_of
from gridding.rows import row_starts
from gridding.rules import GridRules
from gridding.slides import settle_borders
from gridding.trees import cell_price
from gridding.types import Bools, Floats, Geometries, Ints

# Steps of moves as shares of the side of a grid: 16 m to half a metre for 10,000 m².
STEPS = (0.16, 0.08, 0.04, 0.02, 0.01, 0.005)
# Side of the squares in which walls are looked up; corners a junction may leave behind.
SQUARE_M, CORNERS = 25.0, 6
# Kinds beside that of a free cut: from here those of borders that stay, then pieces of the ring.
FIXED, RING = 100, 1000
_COMPLEX = np.array([1.0, 1.0j])


@dataclass(frozen=True, slots=True)
class Drawn:
    """Drawn of the grids of one region, by arc: lines, grids on their sides, kinds."""

    lines: Geometries
    left: Ints
    right: Ints
    kind: Ints


def _walls(units: Geometries, origin: Floats) -> tuple[Floats, Floats, Ints, Ints]:
    """Segments of outlines, the frame of the squares, and the segments by square."""
    start, end, _ = segments_of(shapely.get_parts(shapely.boundary(units)))
    wall = np.column_stack([start - origin, end - origin])
    if not len(wall):
        none = np.zeros(0, np.int64)
        return wall, np.array([0.0, 0.0, SQUARE_M, 0.0, 0.0]), np.zeros(1, np.int64), none
    low, high = np.minimum(wall[:, :2], wall[:, 2:]), np.maximum(wall[:, :2], wall[:, 2:])
    corner = low.min(axis=0)
    first = np.floor((low - corner) / SQUARE_M).astype(np.int64)
    last = np.floor((high - corner) / SQUARE_M).astype(np.int64)
    columns, rows = last.max(axis=0) + 1
    wide, tall = (last - first + 1).T
    each = wide * tall
    item = np.repeat(np.arange(len(wall)), each)
    k = np.arange(each.sum()) - np.repeat(np.cumsum(each) - each, each)
    square = (first[item, 1] + k // wide[item]) * columns + first[item, 0] + k % wide[item]
    order = np.argsort(square, kind="stable")
    frame = np.array([*corner, SQUARE_M, columns, rows], float)
    return wall, frame, row_starts(square, columns * rows), item[order]


@dataclass(frozen=True, slots=True)
class _Chains:
    """Arcs as lists of nodes; junctions come first among the nodes."""

    xy: Floats
    arc_of: Ints
    nxt: Ints
    prv: Ints
    start: Ints
    end: Ints
    head: Ints
    tail: Ints
    junctions: int


def _chains(lines: Geometries) -> _Chains:
    xy, of = shapely.get_coordinates(lines, return_index=True)
    count = np.bincount(of, minlength=len(lines))
    last = np.cumsum(count) - 1
    first = last - count + 1
    ends = np.concatenate([first, last])
    _, node = np.unique(xy[ends] @ _COMPLEX, return_inverse=True)
    junctions = int(node.max()) + 1
    inner = np.ones(len(xy), bool)
    inner[ends] = False
    index = np.empty(len(xy), np.int64)
    index[inner] = junctions + np.arange(inner.sum())
    index[ends] = node
    nodes = junctions + int(inner.sum())
    place, arc_of = np.empty((nodes, 2)), np.full(nodes, JUNCTION)
    place[index] = xy
    arc_of[index[inner]] = of[inner]
    nxt, prv = np.full(nodes, -1), np.full(nodes, -1)
    both = np.flatnonzero(inner[1:] & inner[:-1] & (of[1:] == of[:-1]))
    nxt[index[both]], prv[index[both + 1]] = index[both + 1], index[both]
    head = np.where(count > 2, index[np.minimum(first + 1, last)], -1)
    tail = np.where(count > 2, index[last - 1], -1)
    start, end = np.split(node.astype(np.int64), 2)
    return _Chains(place, arc_of, nxt, prv, start, end, head, tail, junctions)


def _ring_sides(ring: Geometries, polygons: Geometries) -> tuple[Ints, Ints]:
    """Grids on the left and right of the pieces of the ring, -1 outside."""
    rings, of_polygon = shapely.get_rings(shapely.orient_polygons(polygons), return_index=True)
    xy, of = shapely.get_coordinates(rings, return_index=True)
    step = np.flatnonzero(of[1:] == of[:-1])
    ends = [shapely.get_coordinates(shapely.get_point(ring, k)) for k in (0, 1)]
    _, node = np.unique(np.concatenate([xy, *ends]) @ _COMPLEX, return_inverse=True)
    n = len(node)
    at, a, b = np.split(node, [len(xy), len(xy) + len(ring)])
    key = at[step] * n + at[step + 1]
    order = np.argsort(key, kind="stable")
    key, owner = key[order], of_polygon[of[step]][order]

    def beside(want: Ints) -> Ints:
        spot = np.minimum(np.searchsorted(key, want), len(key) - 1)
        return np.where(key[spot] == want, owner[spot], -1)

    return beside(a * n + b), beside(b * n + a)


def _sizes(borders: Drawn, origin: Floats, grids: int) -> tuple[Floats, Floats]:
    """Area and perimeter of each grid, m² and m, by the sum over its border."""
    start, end, of = segments_of(borders.lines)
    a, b = start - origin, end - origin
    twice = a[:, 0] * b[:, 1] - a[:, 1] * b[:, 0]
    length = np.sqrt(((b - a) ** 2).sum(axis=1))
    area, perimeter = np.zeros(grids), np.zeros(grids)
    for side, sign in ((borders.left[of], 0.5), (borders.right[of], -0.5)):
        own = side >= 0
        area += np.bincount(side[own], sign * twice[own], grids)
        perimeter += np.bincount(side[own], length[own], grids)
    return area, perimeter


def _padded(values: Ints, more: int, fill: int) -> Ints:
    return np.concatenate([values, np.full(more, fill, np.int64)])


def _board(
    borders: Drawn,
    units: Geometries,
    origin: Floats,
    excess: Floats,
    weight: Floats,
    rules: GridRules,
) -> tuple[Board, int]:
    """Return the board, and how many of its first nodes are junctions."""
    c = _chains(borders.lines)
    p, grids, arcs = rules.prices, len(excess), np.arange(len(borders.lines))
    weights = np.array([p.area, p.near, p.shape, p.poor])
    area, perimeter = _sizes(borders, origin, grids)
    area, perimeter = area / rules.target_area_m2, perimeter * rules.scale
    load = area - excess
    price = [cell_price(*v, weights) for v in zip(load, area, perimeter, strict=True)]
    joint, joint_arc = np.concatenate([c.start, c.end]), np.tile(arcs, 2)
    cell, cell_arc = np.concatenate([borders.left, borders.right]), np.tile(arcs, 2)
    at, round_ = np.argsort(joint, kind="stable"), np.argsort(cell, kind="stable")
    round_ = round_[cell[round_] >= 0]
    more = c.junctions * CORNERS
    return Board(
        np.concatenate([c.xy - origin, np.zeros((more, 2))]),
        _padded(c.arc_of, more, GONE),
        _padded(c.nxt, more, -1),
        _padded(c.prv, more, -1),
        c.start,
        c.end,
        c.head,
        c.tail,
        borders.left,
        borders.right,
        borders.kind,
        row_starts(joint, len(c.xy)),
        joint_arc[at],
        row_starts(cell[cell >= 0], grids),
        cell_arc[round_],
        len(c.xy),
        CORNERS,
        np.zeros(c.junctions, np.int64),
        *_walls(units, origin),
        load,
        weight,
        area,
        perimeter,
        np.array(price),
        np.array([*weights, rules.target_area_m2, rules.scale, p.free]),
        CUT,
        np.zeros((12, 3), np.int64),
        np.zeros((24, 3)),
    ), c.junctions


def _line(b: Board, arc: int, origin: Floats) -> shapely.LineString:
    nodes = [b.start[arc]]
    inner = b.head[arc]
    while inner >= 0:
        nodes.append(inner)
        inner = b.nxt[inner]
    return shapely.LineString(b.xy[[*nodes, b.end[arc]]] + origin)


def refine(
    borders: Drawn,
    ring: Geometries,
    polygons: Geometries,
    units: Geometries,
    excess: Floats,
    weight: Floats,
    rules: GridRules,
    *,
    ring_slides: bool,
) -> tuple[Geometries, Bools]:
    """Return the borders with free cuts moved to where the price of the grids is lowest.

    Parameters
    ----------
    borders : Drawn
        Inside the region; they meet at end points only. Kinds: `gridding.arcs.CUT` for free cuts,
        any number from `FIXED` on for what stays.
    ring : array of LineString
        The ring of the region, cut at all junctions.
    polygons : array of Polygon
        The grids these borders make, by number.
    units : array of Polygon
        What no free cut may enter.
    excess : float array
        What counts in the area of each grid but not in its load (`AtomGraph`), in target areas.
    weight : float array
        What a square metre of open ground of each grid counts in its load, 1 as a rule.
    rules : GridRules
    ring_slides : bool
        Whether a junction on the ring may move along it.

    Returns
    -------
    lines : array of LineString
    on_ring : bool array (2 n)
        Which first ends, then which last ends, stand on the ring; they may have left it by the
        rounding of doubles.
    """
    left, right = _ring_sides(ring, polygons)
    # A junction slides between two arcs of one kind only.
    ring_kind = RING + (0 if ring_slides else 1) * np.arange(len(ring))
    every = Drawn(
        np.concatenate([borders.lines, ring]),
        np.concatenate([borders.left, left]),
        np.concatenate([borders.right, right]),
        np.concatenate([borders.kind, ring_kind]),
    )
    n = len(borders.lines)
    origin = np.round(shapely.get_coordinates(every.lines)[0])
    board, junctions = _board(every, units, origin, excess, weight, rules)
    settle_borders(board, np.array(STEPS) * rules.side_m)
    on_ring = np.zeros(junctions, bool)
    on_ring[board.start[n:]] = on_ring[board.end[n:]] = True
    lines = np.array([_line(board, arc, origin) for arc in range(n)], object)
    return lines, on_ring[np.concatenate([board.start[:n], board.end[:n]])]
