"""Borders as the kernel of `gridding.refine` moves them: doubly linked lists of vertices.

Every border is an arc from one junction to another; the pieces of the region's ring are arcs,
too. All functions take the same record, a `Board`.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from gridding.compiled import compiled
from gridding.nearness import gap_squared, inside, near, turn
from gridding.types import Floats, Ints

# Borders keep this much away from each other and from walls, m.
CLEAR_M, TOUCH_M = 0.1, 0.03
JUNCTION, GONE = -1, -2


class Board(NamedTuple):
    """Arcs, the grids beside them, and what stands in their way.

    Attributes
    ----------
    xy : float array (nodes, 2)
        Places from an origin of the region's own, m.
    arc_of : int array
        Arc of an inner vertex, `JUNCTION`, or `GONE` for a node not in use.
    nxt, prv : int arrays
        Inner vertices before and after on the arc, -1 at its ends.
    start, end, head, tail : int arrays
        For each arc its junctions and its first and last inner vertex, -1 where it has none.
    left, right, kind : int arrays
        For each arc the grids on its sides (-1 outside the region) and what it is.
    joint_ptr, joint_arc, cell_ptr, cell_arc : int arrays
        Arcs at each junction, arcs round each grid, in compressed rows.
    spare, spares, used : int, int, int array
        First unused node, how many a junction may take, and how many it has taken.
    wall : float array (n, 4)
        Segments of buildings and compounds; ``frame`` (x, y, size, columns, rows),
        ``wall_ptr`` and ``wall_item`` list them by square.
    load, area, perimeter, price : float arrays
        Of each grid, as in `gridding.sweeps`; ``weight`` is what an area put to a grid counts in
        its load.
    weights : float array
        ``area, near, shape, poor``, target area (m²), scale of lengths, price of a free metre.
    free : int
        The kind of a free cut.
    spoke, note : scratch
        Edges at a node (other end, whether the arc leaves there, arc); changes of grids.
    """

    xy: Floats
    arc_of: Ints
    nxt: Ints
    prv: Ints
    start: Ints
    end: Ints
    head: Ints
    tail: Ints
    left: Ints
    right: Ints
    kind: Ints
    joint_ptr: Ints
    joint_arc: Ints
    cell_ptr: Ints
    cell_arc: Ints
    spare: int
    spares: int
    used: Ints
    wall: Floats
    frame: Floats
    wall_ptr: Ints
    wall_item: Ints
    load: Floats
    weight: Floats
    area: Floats
    perimeter: Floats
    price: Floats
    weights: Floats
    free: int
    spoke: Ints
    note: Floats


@compiled
def before(b, v):  # type: ignore[no-untyped-def]
    """Return the node before an inner vertex."""
    return b.prv[v] if b.prv[v] >= 0 else b.start[b.arc_of[v]]


@compiled
def after(b, v):  # type: ignore[no-untyped-def]
    """Return the node after an inner vertex."""
    return b.nxt[v] if b.nxt[v] >= 0 else b.end[b.arc_of[v]]


@compiled
def spokes(b, v):  # type: ignore[no-untyped-def]
    """List the edges at a node in ``b.spoke``; return how many, 0 where they are too many."""
    out = b.spoke
    arc = b.arc_of[v]
    if arc >= 0:
        out[0, 0], out[0, 1], out[0, 2] = before(b, v), 0, arc
        out[1, 0], out[1, 1], out[1, 2] = after(b, v), 1, arc
        return 2
    count = b.joint_ptr[v + 1] - b.joint_ptr[v]
    if count > len(out):
        return 0
    for i in range(count):
        arc = b.joint_arc[b.joint_ptr[v] + i]
        if b.start[arc] == v:
            out[i, 0] = b.head[arc] if b.head[arc] >= 0 else b.end[arc]
            out[i, 1] = 1
        else:
            out[i, 0] = b.tail[arc] if b.tail[arc] >= 0 else b.start[arc]
            out[i, 1] = 0
        out[i, 2] = arc
    return count


@compiled
def append(b, v, arc, leaves):  # type: ignore[no-untyped-def]
    """Put a node in an arc, first where the arc leaves the junction, else last."""
    b.arc_of[v] = arc
    b.nxt[v], b.prv[v] = -1, -1
    if b.head[arc] < 0:
        b.head[arc] = b.tail[arc] = v
    elif leaves:
        b.nxt[v], b.prv[b.head[arc]] = b.head[arc], v
        b.head[arc] = v
    else:
        b.prv[v], b.nxt[b.tail[arc]] = b.tail[arc], v
        b.tail[arc] = v


@compiled
def remove(b, v):  # type: ignore[no-untyped-def]
    """Take a node out of its arc."""
    arc = b.arc_of[v]
    if b.prv[v] >= 0:
        b.nxt[b.prv[v]] = b.nxt[v]
    else:
        b.head[arc] = b.nxt[v]
    if b.nxt[v] >= 0:
        b.prv[b.nxt[v]] = b.prv[v]
    else:
        b.tail[arc] = b.prv[v]
    b.arc_of[v] = GONE


@compiled
def hits_segment(wall, ax, ay, ox, oy, nx, ny):  # type: ignore[no-untyped-def]
    """Return whether an edge from a fixed end, swung from ``o`` to ``n``, meets a wall."""
    cx, cy, dx, dy = wall
    if inside(cx, cy, ax, ay, ox, oy, nx, ny):
        return True
    if gap_squared(ax, ay, cx, cy, dx, dy) < TOUCH_M * TOUCH_M:
        # The fixed end stands on this wall: the edge must stay on its side of it.
        return turn(cx, cy, dx, dy, ox, oy) * turn(cx, cy, dx, dy, nx, ny) <= 0.0
    return near(ax, ay, nx, ny, cx, cy, dx, dy, TOUCH_M)


@compiled
def hits_wall(b, ax, ay, ox, oy, nx, ny):  # type: ignore[no-untyped-def]
    """Return whether an edge from a fixed end, swung from ``o`` to ``n``, meets any wall."""
    x0, y0, size, columns, rows = b.frame
    low_x = max(int(np.floor((min(ax, ox, nx) - TOUCH_M - x0) / size)), 0)
    high_x = min(int(np.floor((max(ax, ox, nx) + TOUCH_M - x0) / size)), int(columns) - 1)
    low_y = max(int(np.floor((min(ay, oy, ny) - TOUCH_M - y0) / size)), 0)
    high_y = min(int(np.floor((max(ay, oy, ny) + TOUCH_M - y0) / size)), int(rows) - 1)
    for row in range(low_y, high_y + 1):
        for square in range(row * int(columns) + low_x, row * int(columns) + high_x + 1):
            for k in range(b.wall_ptr[square], b.wall_ptr[square + 1]):
                if hits_segment(b.wall[b.wall_item[k]], ax, ay, ox, oy, nx, ny):
                    return True
    return False


@compiled
def hits_edge(b, u, v, p, q, nx, ny):  # type: ignore[no-untyped-def]
    """Return whether the edge from ``u`` to ``v``, its end going to ``n``, meets another edge."""
    ax, ay, ox, oy = b.xy[u, 0], b.xy[u, 1], b.xy[v, 0], b.xy[v, 1]
    cx, cy, dx, dy = b.xy[p, 0], b.xy[p, 1], b.xy[q, 0], b.xy[q, 1]
    limit = CLEAR_M * CLEAR_M
    if v in (p, q):
        # It moves along; its other end must not come to lie on the new edge.
        w = q if p == v else p
        return w != u and gap_squared(b.xy[w, 0], b.xy[w, 1], ax, ay, nx, ny) < limit
    if u in (p, q):
        w = q if p == u else p
        wx, wy = b.xy[w, 0], b.xy[w, 1]
        return (
            gap_squared(nx, ny, cx, cy, dx, dy) < limit
            or gap_squared(wx, wy, ax, ay, nx, ny) < limit
            or inside(wx, wy, ax, ay, ox, oy, nx, ny)
        )
    return (
        near(ax, ay, nx, ny, cx, cy, dx, dy, CLEAR_M)
        or inside(cx, cy, ax, ay, ox, oy, nx, ny)
        or inside(dx, dy, ax, ay, ox, oy, nx, ny)
    )


@compiled
def hits_border(b, u, v, nx, ny, grid):  # type: ignore[no-untyped-def]
    """Return whether the edge from ``u`` to ``v``, its end going to ``n``, meets the border
    of a grid."""
    for k in range(b.cell_ptr[grid], b.cell_ptr[grid + 1]):
        arc = b.cell_arc[k]
        p = b.start[arc]
        q = b.head[arc] if b.head[arc] >= 0 else b.end[arc]
        while not hits_edge(b, u, v, p, q, nx, ny):
            if q == b.end[arc]:
                break
            p, q = q, after(b, q)
        else:
            return True
    return False


@compiled
def blocked(b, u, v, arc, nx, ny):  # type: ignore[no-untyped-def]
    """Return whether the edge from ``u`` to ``v`` of an arc may not follow ``v`` to ``n``."""
    for grid in (b.left[arc], b.right[arc]):
        if grid >= 0 and hits_border(b, u, v, nx, ny, grid):
            return True
    return hits_wall(b, b.xy[u, 0], b.xy[u, 1], b.xy[v, 0], b.xy[v, 1], nx, ny)


@compiled
def meets_shortcut(b, p, v, q, c, d):  # type: ignore[no-untyped-def]
    """Return whether edge ``c`` to ``d`` meets the way from ``p`` to ``q`` past ``v``."""
    px, py, vx, vy = b.xy[p, 0], b.xy[p, 1], b.xy[v, 0], b.xy[v, 1]
    qx, qy = b.xy[q, 0], b.xy[q, 1]
    for w in (c, d):
        if w not in (p, v, q) and (
            inside(b.xy[w, 0], b.xy[w, 1], px, py, vx, vy, qx, qy)
            or gap_squared(b.xy[w, 0], b.xy[w, 1], px, py, qx, qy) < CLEAR_M * CLEAR_M
        ):
            return True
    return (
        c not in (p, v, q)
        and d not in (p, v, q)
        and near(px, py, qx, qy, b.xy[c, 0], b.xy[c, 1], b.xy[d, 0], b.xy[d, 1], CLEAR_M)
    )


@compiled
def shortcut_meets_border(b, p, v, q, grid):  # type: ignore[no-untyped-def]
    """Return whether the straight way from ``p`` to ``q`` past ``v`` meets a grid's border."""
    for k in range(b.cell_ptr[grid], b.cell_ptr[grid + 1]):
        arc = b.cell_arc[k]
        c = b.start[arc]
        d = b.head[arc] if b.head[arc] >= 0 else b.end[arc]
        while not meets_shortcut(b, p, v, q, c, d):
            if d == b.end[arc]:
                break
            c, d = d, after(b, d)
        else:
            return True
    return False


@compiled
def shortcut_blocked(b, p, v, q):  # type: ignore[no-untyped-def]
    """Return whether vertex ``v`` between ``p`` and ``q`` may not be left out."""
    arc = b.arc_of[v]
    for grid in (b.left[arc], b.right[arc]):
        if grid >= 0 and shortcut_meets_border(b, p, v, q, grid):
            return True
    px, py, vx, vy = b.xy[p, 0], b.xy[p, 1], b.xy[v, 0], b.xy[v, 1]
    qx, qy = b.xy[q, 0], b.xy[q, 1]
    return hits_wall(b, px, py, vx, vy, qx, qy) or hits_wall(b, qx, qy, vx, vy, px, py)
