"""Free cuts put right after the search: their vertices moved to where area and shape want them.

The search knows free cuts as chains of lattice edges; straightened, they leave a grid up to a
tenth larger or smaller than it was priced. Here every vertex of a free cut, and every junction
where one ends on a line, a wall or the ring, is moved in small steps as long as the exact price
of the grids beside it falls. Borders on features keep their place.
"""

from __future__ import annotations

import numpy as np
import shapely

from gridding.rules import GridRules
from gridding.slides import settle_borders
from gridding.types import Bools, Floats, Geometries, Ints

# Steps of moves as shares of the side of a grid: 16 m to half a metre for 10,000 m².
STEPS = (0.16, 0.08, 0.04, 0.02, 0.01, 0.005)
# Side of the squares in which wall segments are looked up, and bends a junction may leave behind.
_BUCKET_M, _BENDS = 25.0, 6
RING = 100


def _walls(units: Geometries, origin: Floats) -> tuple:
    """Segments of outlines in square buckets: segments, frame, first item, items."""
    xy, of = shapely.get_coordinates(shapely.boundary(units), return_index=True)
    rings, ring_of = shapely.get_parts(shapely.boundary(units), return_index=True)
    xy, of = shapely.get_coordinates(rings, return_index=True)
    xy = xy - origin
    step = np.flatnonzero(of[1:] == of[:-1])
    seg = np.column_stack([xy[step], xy[step + 1]])
    if not len(seg):
        return np.zeros((0, 4)), (0.0, 0.0, _BUCKET_M, 0.0, 0.0), np.zeros(1, np.int64), np.zeros(0, np.int64)
    low = np.minimum(seg[:, :2], seg[:, 2:]).min(axis=0)
    first = np.floor((np.minimum(seg[:, :2], seg[:, 2:]) - low) / _BUCKET_M).astype(np.int64)
    last = np.floor((np.maximum(seg[:, :2], seg[:, 2:]) - low) / _BUCKET_M).astype(np.int64)
    columns, rows = last.max(axis=0) + 1
    wide, high = (last - first + 1).T
    each = wide * high
    item = np.repeat(np.arange(len(seg)), each)
    k = np.arange(each.sum()) - np.repeat(np.cumsum(each) - each, each)
    cell = (first[item, 1] + k // wide[item]) * columns + first[item, 0] + k % wide[item]
    order = np.argsort(cell, kind="stable")
    ptr = np.concatenate([[0], np.cumsum(np.bincount(cell, minlength=columns * rows))])
    return seg, (float(low[0]), float(low[1]), _BUCKET_M, float(columns), float(rows)), ptr, item[order]


def _chains(lines: Geometries, origin: Floats):
    """Nodes and doubly linked lists of arcs whose ends are shared junctions."""
    xy, of = shapely.get_coordinates(lines, return_index=True)
    count = np.bincount(of, minlength=len(lines))
    last = np.cumsum(count) - 1
    first = last - count + 1
    ends = np.concatenate([first, last])
    _, lead, node = np.unique(xy[ends] @ np.array([1.0, 1.0j]), return_index=True, return_inverse=True)
    joints = len(lead)
    inner = np.ones(len(xy), bool)
    inner[ends] = False
    index = np.full(len(xy), -1)
    index[inner] = joints + np.arange(inner.sum())
    index[ends] = node
    nodes = joints + int(inner.sum())
    place = np.empty((nodes, 2))
    place[index] = xy - origin
    arc_of = np.full(nodes, -1)
    arc_of[index[inner]] = of[inner]
    nxt, prv = np.full(nodes, -1), np.full(nodes, -1)
    both = np.flatnonzero(inner[1:] & inner[:-1] & (of[1:] == of[:-1]))
    nxt[index[both]], prv[index[both + 1]] = index[both + 1], index[both]
    has = count > 2
    head = np.where(has, index[np.minimum(first + 1, last)], -1)
    tail = np.where(has, index[last - 1], -1)
    n = len(lines)
    chain = (nxt, prv, node[:n].astype(np.int64), node[n:].astype(np.int64), head, tail)
    at = np.argsort(node, kind="stable")
    ptr = np.concatenate([[0], np.cumsum(np.bincount(node, minlength=nodes))])
    return place, arc_of, chain, (ptr, (at % n).astype(np.int64)), joints


def _more(values: Ints, extra: int, fill: int) -> Ints:
    return np.concatenate([values, np.full(extra, fill, np.int64)])


def refine(
    lines: Geometries,
    left: Ints,
    right: Ints,
    kind: Ints,
    free: int,
    ring: Geometries,
    polygons: Geometries,
    units: Geometries,
    excess: Floats,
    rules: GridRules,
) -> tuple[Geometries, Bools]:
    """Return the arcs with free cuts moved to where the price of the grids is lowest.

    Parameters
    ----------
    lines, left, right, kind : arcs inside the region, ``free`` is the kind of a free cut
    ring : array of LineString
        The ring of the region cut at all junctions.
    polygons : array of Polygon
        The grids these borders make.
    units : array of Polygon
    excess : float array
        Area of each grid that does not count, in target areas (`AtomGraph.load`).
    rules : GridRules
    """
    n = len(lines)
    every = np.concatenate([lines, ring])
    origin = np.round(shapely.get_coordinates(every).mean(axis=0))
    xy, arc_of, chain, joints, junctions = _chains(every, origin)
    spare = junctions * _BENDS
    nodes = len(xy)
    xy = np.concatenate([xy, np.zeros((spare, 2))])
    arc_of = _more(arc_of, spare, -2)
    chain = (_more(chain[0], spare, -1), _more(chain[1], spare, -1), *chain[2:])
    ring_left, ring_right = _ring_sides(ring, polygons)
    sides = (np.concatenate([left, ring_left]), np.concatenate([right, ring_right]))
    kinds = _more(kind, len(ring), RING)
    grids = int(max(left.max(), right.max())) + 1
    arcs = np.concatenate([np.arange(len(every))] * 2)
    cell = np.concatenate(sides)
    arcs, cell = arcs[cell >= 0], cell[cell >= 0]
    order = np.argsort(cell, kind="stable")
    cells = (np.concatenate([[0], np.cumsum(np.bincount(cell, minlength=grids))]), arcs[order])
    area, perimeter = _sizes(every, sides, grids, origin)
    area = area / rules.target_area_m2
    perimeter = perimeter * rules.scale
    p = rules.prices
    weights = np.array([p.area, p.near, p.shape, p.poor])
    from gridding.trees import cell_price

    load = area - excess
    price = np.array([cell_price(*v, weights) for v in zip(load, area, perimeter, strict=True)])
    used = np.zeros(junctions, np.int64)
    steps = np.array(STEPS) * rules.side_m
    settle_borders(
        steps, free, arc_of, xy, sides, kinds, chain, joints, (nodes, used, _BENDS), cells,
        _walls(units, origin), (load, area, perimeter, price),
        (rules.target_area_m2, rules.scale, p.free, weights),
    )
    on_ring = np.zeros(junctions, bool)
    on_ring[chain[2][n:]] = on_ring[chain[3][n:]] = True
    return _lines(n, xy + origin, chain), np.concatenate([on_ring[chain[2][:n]], on_ring[chain[3][:n]]])


def _ring_sides(ring, polygons):
    """Grids on the left and right of the pieces of the ring, -1 outside."""
    rings, of_poly = shapely.get_rings(polygons, return_index=True)
    xy, of = shapely.get_coordinates(rings, return_index=True)
    z = xy @ np.array([1.0, 1.0j])
    step = np.flatnonzero(of[1:] == of[:-1])
    a = shapely.get_coordinates(shapely.get_point(ring, 0)) @ np.array([1.0, 1.0j])
    b = shapely.get_coordinates(shapely.get_point(ring, 1)) @ np.array([1.0, 1.0j])
    _, node = np.unique(np.concatenate([z, a, b]), return_inverse=True)
    nz, na, nb = np.split(node, np.cumsum([len(z), len(a)]))
    key = nz[step] * len(node) + nz[step + 1]
    order = np.argsort(key, kind="stable")
    owner = of_poly[of[step]]

    def find(want):
        spot = np.minimum(np.searchsorted(key[order], want), len(key) - 1)
        return np.where(key[order][spot] == want, owner[order][spot], -1)

    return find(na * len(node) + nb), find(nb * len(node) + na)


def _sizes(lines, sides, grids, origin):
    xy, of = shapely.get_coordinates(lines, return_index=True)
    xy = xy - origin
    step = np.flatnonzero(of[1:] == of[:-1])
    a, b = xy[step], xy[step + 1]
    twice = a[:, 0] * b[:, 1] - a[:, 1] * b[:, 0]
    length = np.sqrt(((b - a) ** 2).sum(axis=1))
    area, perimeter = np.zeros(grids), np.zeros(grids)
    for side, sign in ((sides[0][of[step]], 0.5), (sides[1][of[step]], -0.5)):
        ok = side >= 0
        area += np.bincount(side[ok], sign * twice[ok], grids)
        perimeter += np.bincount(side[ok], length[ok], grids)
    return area, perimeter


def _lines(n, xy, chain):
    nxt, _, start, end, head, _ = chain
    out = []
    for a in range(n):
        node = [start[a]]
        k = head[a]
        while k >= 0:
            node.append(k)
            k = nxt[k]
        node.append(end[a])
        out.append(shapely.linestrings(xy[node]))
    return np.array(out, object)
