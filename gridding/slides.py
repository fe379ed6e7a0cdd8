"""Kernel of `gridding.refine`: moves of single vertices of borders, each priced exactly.

Three moves: a vertex of a free cut goes anywhere near, one that is not needed goes away, and a
junction where a free cut ends on a border that stays slides along that border.
"""

from __future__ import annotations

import numpy as np

from gridding.board import (
    CLEAR_M,
    GONE,
    JUNCTION,
    after,
    append,
    before,
    blocked,
    remove,
    shortcut_blocked,
    spokes,
)
from gridding.compiled import compiled
from gridding.nearness import crossing, distance, gap_squared, turn
from gridding.trees import cell_price

# A move must save this much, in the price of the search.
GAIN = 1e-3
# A junction keeps this far from the vertices of the border it slides on, m.
MARGIN_M = 0.5
ROUNDS = 3
# Three, four and five make exact directions.
DIRECTIONS = np.array(
    [[1.0, 0.0], [0.0, 1.0], [-1.0, 0.0], [0.0, -1.0]]
    + [[0.6, 0.8], [-0.8, 0.6], [-0.6, -0.8], [0.8, -0.6]]
)


@compiled
def tally(b, grid, area, length, count):  # type: ignore[no-untyped-def]
    """Note that a grid gains area and border; return how many grids are noted."""
    if grid < 0:
        return count
    for i in range(count):
        if b.note[i, 0] == grid:
            b.note[i, 1] += area
            b.note[i, 2] += length
            return count
    b.note[count, 0], b.note[count, 1], b.note[count, 2] = grid, area, length
    return count + 1


@compiled
def tally_edge(b, px, py, qx, qy, arc, along, sign, count):  # type: ignore[no-untyped-def]
    """Note an edge of an arc, put in (``sign`` 1) or taken out (-1), as its grids see it."""
    area = 0.5 * sign * (px * qy - py * qx)
    if not along:
        area = -area
    length = sign * distance(px, py, qx, qy)
    count = tally(b, b.left[arc], area, length, count)
    return tally(b, b.right[arc], -area, length, count)


@compiled
def gain(b, count, metres):  # type: ignore[no-untyped-def]
    """Return the change of price by what is noted and so many more metres of free cut."""
    target, scale, free_price = b.weights[4], b.weights[5], b.weights[6]
    total = metres * scale * free_price
    for i in range(count):
        g = int(b.note[i, 0])
        share, length = b.note[i, 1] / target, b.perimeter[g] + b.note[i, 2] * scale
        if b.area[g] + share <= 0.01 or length <= 0.0:
            return np.inf
        load = b.load[g] + share * b.weight[g]
        total += cell_price(load, b.area[g] + share, length, b.weights) - b.price[g]
    return total


@compiled
def book(b, count):  # type: ignore[no-untyped-def]
    """Make what is noted true."""
    for i in range(count):
        g = int(b.note[i, 0])
        b.load[g] += b.note[i, 1] / b.weights[4] * b.weight[g]
        b.area[g] += b.note[i, 1] / b.weights[4]
        b.perimeter[g] += b.note[i, 2] * b.weights[5]
        b.price[g] = cell_price(b.load[g], b.area[g], b.perimeter[g], b.weights)


@compiled
def swing(b, v, i, nx, ny, count):  # type: ignore[no-untyped-def]
    """Note that spoke ``i`` of a node follows it to a new place; return the metres it gains."""
    u, leaves, arc = b.spoke[i]
    ux, uy, ox, oy = b.xy[u, 0], b.xy[u, 1], b.xy[v, 0], b.xy[v, 1]
    count = tally_edge(b, ox, oy, ux, uy, arc, leaves, -1.0, count)
    count = tally_edge(b, nx, ny, ux, uy, arc, leaves, 1.0, count)
    return count, distance(nx, ny, ux, uy) - distance(ox, oy, ux, uy)


@compiled
def folds(b, degree, nx, ny):  # type: ignore[no-untyped-def]
    """Return whether one spoke to a new place would lie on the end of another."""
    for i in range(degree):
        for j in range(degree):
            u, w = b.spoke[i, 0], b.spoke[j, 0]
            if (
                i != j
                and gap_squared(b.xy[w, 0], b.xy[w, 1], b.xy[u, 0], b.xy[u, 1], nx, ny)
                < CLEAR_M * CLEAR_M
            ):
                return True
    return False


@compiled
def shift(b, v, degree, nx, ny):  # type: ignore[no-untyped-def]
    """Move a vertex of free cuts to a new place if that is cheaper and nothing is in the way."""
    count, metres = 0, 0.0
    for i in range(degree):
        count, more = swing(b, v, i, nx, ny, count)
        metres += more
    if gain(b, count, metres) > -GAIN or folds(b, degree, nx, ny):
        return False
    for i in range(degree):
        if blocked(b, b.spoke[i, 0], v, b.spoke[i, 2], nx, ny):
            return False
    b.xy[v, 0], b.xy[v, 1] = nx, ny
    book(b, count)
    return True


@compiled
def drop(b, v):  # type: ignore[no-untyped-def]
    """Take a vertex out of a free cut if the straight way is cheaper and clear."""
    arc, p, q = b.arc_of[v], before(b, v), after(b, v)
    px, py, vx, vy = b.xy[p, 0], b.xy[p, 1], b.xy[v, 0], b.xy[v, 1]
    qx, qy = b.xy[q, 0], b.xy[q, 1]
    count = tally_edge(b, px, py, vx, vy, arc, True, -1.0, 0)
    count = tally_edge(b, vx, vy, qx, qy, arc, True, -1.0, count)
    count = tally_edge(b, px, py, qx, qy, arc, True, 1.0, count)
    metres = distance(px, py, qx, qy) - distance(px, py, vx, vy) - distance(vx, vy, qx, qy)
    if gain(b, count, metres) > -GAIN or shortcut_blocked(b, p, v, q):
        return False
    remove(b, v)
    book(b, count)
    return True


@compiled
def rails(b, degree):  # type: ignore[no-untyped-def]
    """Return which two spokes of a junction are the one border that stays, or -1, -1."""
    one, two = -1, -1
    for i in range(degree):
        if b.kind[b.spoke[i, 2]] == b.free:
            continue
        if two >= 0:
            return -1, -1
        if one < 0:
            one = i
        else:
            two = i
    if two < 0 or degree < 3 or b.kind[b.spoke[one, 2]] != b.kind[b.spoke[two, 2]]:
        return -1, -1
    return one, two


@compiled
def place_ahead(b, v, ahead, step):  # type: ignore[no-untyped-def]
    """Return where a step along a border leads: node beyond (-1: nowhere), whether a vertex
    is passed, the place."""
    u, leaves, arc = b.spoke[ahead]
    far = distance(b.xy[v, 0], b.xy[v, 1], b.xy[u, 0], b.xy[u, 1])
    hop = far < step + MARGIN_M
    if hop and b.arc_of[u] == JUNCTION:
        return -1, hop, 0.0, 0.0
    beyond = (after(b, u) if leaves else before(b, u)) if hop else u
    a = u if hop else v
    go = max(step - far, MARGIN_M) if hop else step
    room = distance(b.xy[a, 0], b.xy[a, 1], b.xy[beyond, 0], b.xy[beyond, 1])
    if room < go + MARGIN_M:
        return -1, hop, 0.0, 0.0
    share = go / room
    nx = b.xy[a, 0] + (b.xy[beyond, 0] - b.xy[a, 0]) * share
    ny = b.xy[a, 1] + (b.xy[beyond, 1] - b.xy[a, 1]) * share
    return beyond, hop, nx, ny


@compiled
def note_rails(b, v, back, ahead, beyond, hop, nx, ny):  # type: ignore[no-untyped-def]
    """Note that the border behind a junction grows and the one ahead shrinks."""
    w, w_leaves, w_arc = b.spoke[back]
    u, leaves, arc = b.spoke[ahead]
    ox, oy, ux, uy = b.xy[v, 0], b.xy[v, 1], b.xy[u, 0], b.xy[u, 1]
    wx, wy, bx, by = b.xy[w, 0], b.xy[w, 1], b.xy[beyond, 0], b.xy[beyond, 1]
    count = tally_edge(b, ox, oy, wx, wy, w_arc, w_leaves, -1.0, 0)
    count = tally_edge(b, ox, oy, ux, uy, arc, leaves, -1.0, count)
    if hop:
        count = tally_edge(b, ux, uy, bx, by, arc, leaves, -1.0, count)
        count = tally_edge(b, nx, ny, ux, uy, w_arc, w_leaves, 1.0, count)
        count = tally_edge(b, ux, uy, ox, oy, w_arc, w_leaves, 1.0, count)
    else:
        count = tally_edge(b, nx, ny, ox, oy, w_arc, w_leaves, 1.0, count)
    count = tally_edge(b, ox, oy, wx, wy, w_arc, w_leaves, 1.0, count)
    return tally_edge(b, nx, ny, bx, by, arc, leaves, 1.0, count)


@compiled
def cut_blocked(b, v, i, back, ahead, beyond, hop, nx, ny):  # type: ignore[no-untyped-def]
    """Return whether free cut ``i`` at a junction may not follow it along its border."""
    x, _, arc = b.spoke[i]
    w, u = b.spoke[back, 0], b.spoke[ahead, 0]
    if x in (w, u, beyond) or blocked(b, x, v, arc, nx, ny):
        return True
    xx, xy, ox, oy = b.xy[x, 0], b.xy[x, 1], b.xy[v, 0], b.xy[v, 1]
    ux, uy = b.xy[u, 0], b.xy[u, 1]
    if crossing(xx, xy, nx, ny, b.xy[w, 0], b.xy[w, 1], ox, oy):
        return True
    if hop and crossing(xx, xy, nx, ny, ox, oy, ux, uy):
        return True
    ax, ay = (ux, uy) if hop else (ox, oy)
    bx, by = b.xy[beyond, 0], b.xy[beyond, 1]
    was, will = turn(ox, oy, ux, uy, xx, xy), turn(ax, ay, bx, by, xx, xy)
    # Below this sine of the angle between cut and border the corner is a needle.
    needle = 0.02 * distance(ax, ay, bx, by) * distance(nx, ny, xx, xy)
    return was * will <= 0.0 or abs(will) < needle


@compiled
def slide(b, v, back, ahead, degree, step):  # type: ignore[no-untyped-def]
    """Lead a junction along the border it stands on, past at most one vertex of that."""
    beyond, hop, nx, ny = place_ahead(b, v, ahead, step)
    if beyond < 0:
        return False
    w, u = b.spoke[back, 0], b.spoke[ahead, 0]
    ox, oy = b.xy[v, 0], b.xy[v, 1]
    far = distance(ox, oy, b.xy[u, 0], b.xy[u, 1])
    bend = abs(turn(b.xy[w, 0], b.xy[w, 1], ox, oy, b.xy[u, 0], b.xy[u, 1])) > 1e-3 * far
    if bend and b.used[v] >= b.spares:
        return False
    count, metres = note_rails(b, v, back, ahead, beyond, hop, nx, ny), 0.0
    for i in range(degree):
        if i not in (back, ahead):
            count, more = swing(b, v, i, nx, ny, count)
            metres += more
    if gain(b, count, metres) > -GAIN:
        return False
    for i in range(degree):
        if i not in (back, ahead) and cut_blocked(b, v, i, back, ahead, beyond, hop, nx, ny):
            return False
    lead(b, v, back, u, bend, hop, nx, ny)
    book(b, count)
    return True


@compiled
def lead(b, v, back, u, bend, hop, nx, ny):  # type: ignore[no-untyped-def]
    """Put a junction in its new place; what it leaves behind goes to the border there."""
    leaves, arc = b.spoke[back, 1], b.spoke[back, 2]
    if bend:
        corner = b.spare + v * b.spares + b.used[v]
        b.used[v] += 1
        b.xy[corner, 0], b.xy[corner, 1] = b.xy[v, 0], b.xy[v, 1]
        append(b, corner, arc, leaves)
    if hop:
        remove(b, u)
        append(b, u, arc, leaves)
    b.xy[v, 0], b.xy[v, 1] = nx, ny


@compiled
def try_directions(b, v, degree, step):  # type: ignore[no-untyped-def]
    """Try to move a vertex of free cuts one step; return whether it moved."""
    x, y = b.xy[v, 0], b.xy[v, 1]
    for d in range(len(DIRECTIONS)):
        if shift(b, v, degree, x + step * DIRECTIONS[d, 0], y + step * DIRECTIONS[d, 1]):
            return True
    return False


@compiled
def try_node(b, v, step):  # type: ignore[no-untyped-def]
    """Try all moves of one node; return whether one was made."""
    arc = b.arc_of[v]
    if arc == GONE or (arc >= 0 and b.kind[arc] != b.free):
        return False
    if arc >= 0 and drop(b, v):
        return True
    degree = spokes(b, v)
    stays = 0
    for i in range(degree):
        stays += b.kind[b.spoke[i, 2]] != b.free
    if degree >= 2 and not stays:
        return try_directions(b, v, degree, step)
    one, two = rails(b, degree)
    return one >= 0 and (slide(b, v, one, two, degree, step) or slide(b, v, two, one, degree, step))


@compiled
def settle_borders(b, steps):  # type: ignore[no-untyped-def]
    """Try all moves of all vertices, with steps that get smaller."""
    for step in steps:
        for _ in range(ROUNDS):
            moved = 0
            for v in range(len(b.arc_of)):
                moved += try_node(b, v, step)
            if not moved:
                break
