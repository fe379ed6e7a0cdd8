"""Kernel of `gridding.refine`: moves of single vertices of borders, each priced exactly.

Borders are arcs, doubly linked lists of vertices between two junctions. Four moves: a vertex
of a free cut goes anywhere near, one that is not needed goes away, one is put in where a bend
pays, and a junction where a free cut ends on a border that stays slides along that border.
"""

from __future__ import annotations

import numpy as np

from gridding.compiled import compiled
from gridding.trees import cell_price

# Borders keep this much away from each other and from walls, m.
CLEAR_M = 0.1
TOUCH_M = 0.03
GAIN = 1e-3
DIRECTIONS = np.array(
    [[1.0, 0.0], [0.0, 1.0], [-1.0, 0.0], [0.0, -1.0], [0.6, 0.8], [-0.8, 0.6], [-0.6, -0.8], [0.8, -0.6]]
)


@compiled
def gap_squared(px, py, ax, ay, bx, by):  # type: ignore[no-untyped-def]
    """Return the squared distance of a point from a segment."""
    dx, dy = bx - ax, by - ay
    whole = dx * dx + dy * dy
    t = 0.0
    if whole > 0.0:
        t = min(1.0, max(0.0, ((px - ax) * dx + (py - ay) * dy) / whole))
    ex, ey = px - ax - t * dx, py - ay - t * dy
    return ex * ex + ey * ey


@compiled
def turn(ax, ay, bx, by, cx, cy):  # type: ignore[no-untyped-def]
    """Return twice the signed area of a triangle: above zero where it turns left."""
    return (bx - ax) * (cy - ay) - (by - ay) * (cx - ax)


@compiled
def crossing(ax, ay, bx, by, cx, cy, dx, dy):  # type: ignore[no-untyped-def]
    """Return whether two segments cross at an inner point of both."""
    one, other = turn(ax, ay, bx, by, cx, cy), turn(ax, ay, bx, by, dx, dy)
    if (one > 0.0) == (other > 0.0):
        return False
    return (turn(cx, cy, dx, dy, ax, ay) > 0.0) != (turn(cx, cy, dx, dy, bx, by) > 0.0)


@compiled
def near(ax, ay, bx, by, cx, cy, dx, dy, clear):  # type: ignore[no-untyped-def]
    """Return whether two segments cross or come nearer than ``clear``."""
    if max(ax, bx) + clear < min(cx, dx) or max(cx, dx) + clear < min(ax, bx):
        return False
    if max(ay, by) + clear < min(cy, dy) or max(cy, dy) + clear < min(ay, by):
        return False
    if crossing(ax, ay, bx, by, cx, cy, dx, dy):
        return True
    limit = clear * clear
    return (
        gap_squared(ax, ay, cx, cy, dx, dy) < limit
        or gap_squared(bx, by, cx, cy, dx, dy) < limit
        or gap_squared(cx, cy, ax, ay, bx, by) < limit
        or gap_squared(dx, dy, ax, ay, bx, by) < limit
    )


@compiled
def inside(px, py, ax, ay, bx, by, cx, cy):  # type: ignore[no-untyped-def]
    """Return whether a point lies in a triangle, whichever way round that is given."""
    one = turn(ax, ay, bx, by, px, py)
    two = turn(bx, by, cx, cy, px, py)
    three = turn(cx, cy, ax, ay, px, py)
    return (one >= 0.0 and two >= 0.0 and three >= 0.0) or (
        one <= 0.0 and two <= 0.0 and three <= 0.0
    )


@compiled
def hits_wall(ax, ay, ox, oy, nx, ny, walls):  # type: ignore[no-untyped-def]
    """Return whether an edge from a fixed end, swung from ``o`` to ``n``, meets a wall."""
    seg, grid, ptr, item = walls
    x0, y0, size, columns, rows = grid
    low_x = int(np.floor((min(ax, ox, nx) - TOUCH_M - x0) / size))
    high_x = int(np.floor((max(ax, ox, nx) + TOUCH_M - x0) / size))
    low_y = int(np.floor((min(ay, oy, ny) - TOUCH_M - y0) / size))
    high_y = int(np.floor((max(ay, oy, ny) + TOUCH_M - y0) / size))
    for row in range(max(low_y, 0), min(high_y, int(rows) - 1) + 1):
        for column in range(max(low_x, 0), min(high_x, int(columns) - 1) + 1):
            cell = row * int(columns) + column
            for k in range(ptr[cell], ptr[cell + 1]):
                cx, cy, dx, dy = seg[item[k]]
                if gap_squared(ax, ay, cx, cy, dx, dy) < TOUCH_M * TOUCH_M:
                    # The fixed end stands on this wall: the edge must stay on its side of it.
                    before, after = turn(cx, cy, dx, dy, ox, oy), turn(cx, cy, dx, dy, nx, ny)
                    if before * after <= 0.0:
                        return True
                elif near(ax, ay, nx, ny, cx, cy, dx, dy, TOUCH_M):
                    return True
                if inside(cx, cy, ax, ay, ox, oy, nx, ny):
                    return True
    return False


@compiled
def hits_arc(u, v, ox, oy, nx, ny, arc, xy, chain):  # type: ignore[no-untyped-def]
    """Return whether an edge from node ``u``, its end ``v`` going to ``n``, meets an arc."""
    nxt, _, start, end, head, _ = chain
    ax, ay = xy[u, 0], xy[u, 1]
    p = start[arc]
    q = head[arc] if head[arc] >= 0 else end[arc]
    limit = CLEAR_M * CLEAR_M
    while True:
        cx, cy, dx, dy = xy[p, 0], xy[p, 1], xy[q, 0], xy[q, 1]
        if p == v or q == v:
            # It moves along; its other end must not come to lie on the new edge.
            w = q if p == v else p
            if w != u and gap_squared(xy[w, 0], xy[w, 1], ax, ay, nx, ny) < limit:
                return True
        elif p == u or q == u:
            w = q if p == u else p
            if gap_squared(nx, ny, cx, cy, dx, dy) < limit:
                return True
            if gap_squared(xy[w, 0], xy[w, 1], ax, ay, nx, ny) < limit:
                return True
            if inside(xy[w, 0], xy[w, 1], ax, ay, ox, oy, nx, ny):
                return True
        else:
            if near(ax, ay, nx, ny, cx, cy, dx, dy, CLEAR_M):
                return True
            if inside(cx, cy, ax, ay, ox, oy, nx, ny) or inside(dx, dy, ax, ay, ox, oy, nx, ny):
                return True
        if q == end[arc]:
            return False
        p = q
        q = nxt[p] if nxt[p] >= 0 else end[arc]


@compiled
def blocked(u, v, nx, ny, left, right, xy, chain, cells, walls):  # type: ignore[no-untyped-def]
    """Return whether the edge from ``u`` to ``v`` may not follow ``v`` to a new place."""
    ox, oy = xy[v, 0], xy[v, 1]
    for cell in (left, right):
        if cell >= 0:
            for k in range(cells[0][cell], cells[0][cell + 1]):
                if hits_arc(u, v, ox, oy, nx, ny, cells[1][k], xy, chain):
                    return True
    return hits_wall(xy[u, 0], xy[u, 1], ox, oy, nx, ny, walls)


@compiled
def tally(label, area, length, note, count):  # type: ignore[no-untyped-def]
    """Add area and length of border to a grid in a short list; return the length of that."""
    if label < 0:
        return count
    for i in range(count):
        if note[i, 0] == label:
            note[i, 1] += area
            note[i, 2] += length
            return count
    note[count, 0], note[count, 1], note[count, 2] = label, area, length
    return count + 1


@compiled
def tally_edge(px, py, qx, qy, left, right, sign, note, count):  # type: ignore[no-untyped-def]
    """Add (or with ``sign`` -1 take away) what an edge gives to the grids on its sides."""
    area = 0.5 * sign * (px * qy - py * qx)
    length = sign * np.sqrt((px - qx) ** 2 + (py - qy) ** 2)
    count = tally(left, area, length, note, count)
    return tally(right, -area, length, note, count)


@compiled
def gain(note, count, cost, state, target, scale, weights):  # type: ignore[no-untyped-def]
    """Return the change of price if grids change as noted and borders cost ``cost`` more."""
    load, area, perimeter, price = state
    total = cost
    for i in range(count):
        g = int(note[i, 0])
        share = note[i, 1] / target
        length = perimeter[g] + note[i, 2] * scale
        if area[g] + share <= 0.01 or length <= 0.0:
            return np.inf
        total += cell_price(load[g] + share, area[g] + share, length, weights) - price[g]
    return total


@compiled
def settle(note, count, state, target, scale, weights):  # type: ignore[no-untyped-def]
    """Book the changes noted."""
    load, area, perimeter, price = state
    for i in range(count):
        g = int(note[i, 0])
        load[g] += note[i, 1] / target
        area[g] += note[i, 1] / target
        perimeter[g] += note[i, 2] * scale
        price[g] = cell_price(load[g], area[g], perimeter[g], weights)


@compiled
def beside(v, arc, chain):  # type: ignore[no-untyped-def]
    """Return the node next to junction ``v`` on an arc, and 1 where the arc starts at ``v``."""
    _, _, start, end, head, tail = chain
    if start[arc] == v:
        return (head[arc] if head[arc] >= 0 else end[arc]), 1
    return (tail[arc] if tail[arc] >= 0 else start[arc]), 0


@compiled
def spokes(v, arc_of, joints, chain, out):  # type: ignore[no-untyped-def]
    """List the edges at a node: other end, whether the arc leaves ``v`` there, arc."""
    nxt, prv, start, end, _, _ = chain
    arc = arc_of[v]
    if arc >= 0:
        out[0, 0], out[0, 1], out[0, 2] = (prv[v] if prv[v] >= 0 else start[arc]), 0, arc
        out[1, 0], out[1, 1], out[1, 2] = (nxt[v] if nxt[v] >= 0 else end[arc]), 1, arc
        return 2
    count = 0
    for k in range(joints[0][v], joints[0][v + 1]):
        if count == len(out):
            return 0
        arc = joints[1][k]
        out[count, 0], out[count, 1] = beside(v, arc, chain)
        out[count, 2] = arc
        count += 1
    return count


@compiled
def note_spoke(x, y, u, leaves, arc, sign, xy, sides, note, count):  # type: ignore[no-untyped-def]
    """Note the edge between a place and node ``u``."""
    if leaves:
        return tally_edge(x, y, xy[u, 0], xy[u, 1], sides[0][arc], sides[1][arc], sign, note, count)
    return tally_edge(xy[u, 0], xy[u, 1], x, y, sides[0][arc], sides[1][arc], sign, note, count)


@compiled
def distance(ax, ay, bx, by):  # type: ignore[no-untyped-def]
    """Return the distance of two points."""
    return np.sqrt((ax - bx) ** 2 + (ay - by) ** 2)


@compiled
def shift(v, nx, ny, arc_of, xy, sides, chain, joints, cells, walls, state, setting, scratch):  # type: ignore[no-untyped-def]
    """Move a vertex of free cuts to a new place if that is cheaper and nothing is in the way."""
    target, scale, metre, weights = setting
    out, note = scratch
    degree = spokes(v, arc_of, joints, chain, out)
    count, cost = 0, 0.0
    for i in range(degree):
        u, leaves, arc = out[i]
        count = note_spoke(xy[v, 0], xy[v, 1], u, leaves, arc, -1.0, xy, sides, note, count)
        count = note_spoke(nx, ny, u, leaves, arc, 1.0, xy, sides, note, count)
        cost += distance(nx, ny, xy[u, 0], xy[u, 1]) - distance(
            xy[v, 0], xy[v, 1], xy[u, 0], xy[u, 1]
        )
    if degree == 0 or gain(note, count, cost * scale * metre, state, target, scale, weights) > -GAIN:
        return False
    for i in range(degree):
        u, _, arc = out[i]
        if blocked(u, v, nx, ny, sides[0][arc], sides[1][arc], xy, chain, cells, walls):
            return False
        for j in range(degree):
            w = out[j, 0]
            if i != j and gap_squared(
                xy[w, 0], xy[w, 1], xy[u, 0], xy[u, 1], nx, ny
            ) < CLEAR_M * CLEAR_M:
                return False
    xy[v, 0], xy[v, 1] = nx, ny
    settle(note, count, state, target, scale, weights)
    return True


@compiled
def drop(v, arc_of, xy, sides, chain, joints, cells, walls, state, setting, scratch):  # type: ignore[no-untyped-def]
    """Take a vertex out of a free cut if the straight way is cheaper and clear."""
    nxt, prv, start, end, head, tail = chain
    target, scale, metre, weights = setting
    _, note = scratch
    arc = arc_of[v]
    p = prv[v] if prv[v] >= 0 else start[arc]
    q = nxt[v] if nxt[v] >= 0 else end[arc]
    px, py, qx, qy = xy[p, 0], xy[p, 1], xy[q, 0], xy[q, 1]
    count = tally_edge(px, py, xy[v, 0], xy[v, 1], sides[0][arc], sides[1][arc], -1.0, note, 0)
    count = tally_edge(xy[v, 0], xy[v, 1], qx, qy, sides[0][arc], sides[1][arc], -1.0, note, count)
    count = tally_edge(px, py, qx, qy, sides[0][arc], sides[1][arc], 1.0, note, count)
    cost = distance(px, py, qx, qy) - distance(px, py, xy[v, 0], xy[v, 1])
    cost -= distance(xy[v, 0], xy[v, 1], qx, qy)
    if gain(note, count, cost * scale * metre, state, target, scale, weights) > -GAIN:
        return False
    # Seen from p, the end of its edge swings from v to q; nothing may stand in the triangle.
    if swept(p, v, q, arc, xy, sides, chain, cells, walls):
        return False
    if prv[v] >= 0:
        nxt[prv[v]] = nxt[v]
    else:
        head[arc] = nxt[v]
    if nxt[v] >= 0:
        prv[nxt[v]] = prv[v]
    else:
        tail[arc] = prv[v]
    arc_of[v] = -2
    settle(note, count, state, target, scale, weights)
    return True


@compiled
def swept(p, v, q, arc, xy, sides, chain, cells, walls):  # type: ignore[no-untyped-def]
    """Return whether an edge straight from ``p`` to ``q`` past ``v`` meets anything."""
    nxt, _, start, end, head, _ = chain
    px, py, vx, vy, qx, qy = xy[p, 0], xy[p, 1], xy[v, 0], xy[v, 1], xy[q, 0], xy[q, 1]
    limit = CLEAR_M * CLEAR_M
    for cell in (sides[0][arc], sides[1][arc]):
        if cell < 0:
            continue
        for k in range(cells[0][cell], cells[0][cell + 1]):
            other = cells[1][k]
            a = start[other]
            b = head[other] if head[other] >= 0 else end[other]
            while True:
                for w in (a, b):
                    if w != p and w != q and w != v:
                        if inside(xy[w, 0], xy[w, 1], px, py, vx, vy, qx, qy):
                            return True
                        if gap_squared(xy[w, 0], xy[w, 1], px, py, qx, qy) < limit:
                            return True
                if a != v and b != v and a != p and b != p and a != q and b != q:
                    if near(px, py, qx, qy, xy[a, 0], xy[a, 1], xy[b, 0], xy[b, 1], CLEAR_M):
                        return True
                if b == end[other]:
                    break
                a = b
                b = nxt[a] if nxt[a] >= 0 else end[other]
    return hits_wall(px, py, vx, vy, qx, qy, walls) or hits_wall(qx, qy, vx, vy, px, py, walls)


@compiled
def rails_of(v, degree, out, kind, free):  # type: ignore[no-untyped-def]
    """Return which two of the edges at a junction are the border that stays, or -1, -1."""
    one, two, more = -1, -1, 0
    for i in range(degree):
        if kind[out[i, 2]] != free:
            if one < 0:
                one = i
            elif two < 0:
                two = i
            else:
                more += 1
    if two < 0 or more or degree < 3 or kind[out[one, 2]] != kind[out[two, 2]]:
        return -1, -1
    return one, two


@compiled
def slide(v, back, ahead, degree, step, xy, sides, chain, arc_of, spare, cells, walls, state, setting, scratch):  # type: ignore[no-untyped-def]
    """Lead a junction along the border it stands on, past at most one vertex of that."""
    nxt, prv, start, end, head, tail = chain
    target, scale, metre, weights = setting
    out, note = scratch
    w, back_leaves, back_arc = out[back]
    u, leaves, arc = out[ahead]
    ox, oy = xy[v, 0], xy[v, 1]
    ux, uy = xy[u, 0], xy[u, 1]
    far = distance(ox, oy, ux, uy)
    hop = far < step + 0.5
    if hop:
        # Past the vertex: that changes sides, and the junction stands on the edge beyond.
        if arc_of[u] != arc:
            return False
        beyond = nxt[u] if leaves else prv[u]
        if beyond < 0:
            beyond = end[arc] if leaves else start[arc]
        ax, ay, bx, by = ux, uy, xy[beyond, 0], xy[beyond, 1]
        go = max(step - far, 0.5)
    else:
        beyond = u
        ax, ay, bx, by, go = ox, oy, ux, uy, step
    room = distance(ax, ay, bx, by)
    if room < go + 0.5:
        return False
    nx, ny = ax + (bx - ax) * go / room, ay + (by - ay) * go / room
    bend = abs(turn(xy[w, 0], xy[w, 1], ox, oy, ux, uy)) > 1e-3 * far
    if bend and spare[1][v] >= spare[2]:
        return False
    count, cost = 0, 0.0
    # What the two arcs of the border give before and after.
    count = note_spoke(ox, oy, w, back_leaves, back_arc, -1.0, xy, sides, note, count)
    count = note_spoke(ox, oy, u, leaves, arc, -1.0, xy, sides, note, count)
    if hop:
        if leaves:
            count = tally_edge(ux, uy, bx, by, sides[0][arc], sides[1][arc], -1.0, note, count)
        else:
            count = tally_edge(bx, by, ux, uy, sides[0][arc], sides[1][arc], -1.0, note, count)
    count = note_spoke(nx, ny, beyond, leaves, arc, 1.0, xy, sides, note, count)
    left, right = sides[0][back_arc], sides[1][back_arc]
    if back_leaves:
        left, right = right, left
    # From w by way of the old place and the vertex passed to the new place.
    count = tally_edge(xy[w, 0], xy[w, 1], ox, oy, left, right, 1.0, note, count)
    if hop:
        count = tally_edge(ox, oy, ux, uy, left, right, 1.0, note, count)
        count = tally_edge(ux, uy, nx, ny, left, right, 1.0, note, count)
    else:
        count = tally_edge(ox, oy, nx, ny, left, right, 1.0, note, count)
    for i in range(degree):
        if i in (back, ahead):
            continue
        x, x_leaves, x_arc = out[i]
        count = note_spoke(ox, oy, x, x_leaves, x_arc, -1.0, xy, sides, note, count)
        count = note_spoke(nx, ny, x, x_leaves, x_arc, 1.0, xy, sides, note, count)
        cost += distance(nx, ny, xy[x, 0], xy[x, 1]) - distance(ox, oy, xy[x, 0], xy[x, 1])
    if gain(note, count, cost * scale * metre, state, target, scale, weights) > -GAIN:
        return False
    for i in range(degree):
        if i in (back, ahead):
            continue
        x, _, x_arc = out[i]
        xx, xy_ = xy[x, 0], xy[x, 1]
        if x in (w, u, beyond):
            return False
        if blocked(x, v, nx, ny, sides[0][x_arc], sides[1][x_arc], xy, chain, cells, walls):
            return False
        if crossing(xx, xy_, nx, ny, xy[w, 0], xy[w, 1], ox, oy):
            return False
        if hop and crossing(xx, xy_, nx, ny, ox, oy, ux, uy):
            return False
        before, after = turn(ox, oy, ux, uy, xx, xy_), turn(ax, ay, bx, by, xx, xy_)
        if before * after <= 0.0 or abs(after) < 0.02 * room * distance(nx, ny, xx, xy_):
            return False
    if bend:
        b = spare[0] + v * spare[2] + spare[1][v]
        spare[1][v] += 1
        xy[b, 0], xy[b, 1] = ox, oy
        append(b, back_arc, back_leaves, arc_of, chain)
    if hop:
        remove(u, arc, arc_of, chain)
        append(u, back_arc, back_leaves, arc_of, chain)
    xy[v, 0], xy[v, 1] = nx, ny
    settle(note, count, state, target, scale, weights)
    return True


@compiled
def append(b, arc, leaves, arc_of, chain):  # type: ignore[no-untyped-def]
    """Put a node in an arc, first where the arc leaves the junction, else last."""
    nxt, prv, _, _, head, tail = chain
    arc_of[b] = arc
    nxt[b], prv[b] = -1, -1
    if head[arc] < 0:
        head[arc] = tail[arc] = b
    elif leaves:
        nxt[b], prv[head[arc]] = head[arc], b
        head[arc] = b
    else:
        prv[b], nxt[tail[arc]] = tail[arc], b
        tail[arc] = b


@compiled
def remove(u, arc, arc_of, chain):  # type: ignore[no-untyped-def]
    """Take a node out of an arc."""
    nxt, prv, _, _, head, tail = chain
    if prv[u] >= 0:
        nxt[prv[u]] = nxt[u]
    else:
        head[arc] = nxt[u]
    if nxt[u] >= 0:
        prv[nxt[u]] = prv[u]
    else:
        tail[arc] = prv[u]
    arc_of[u] = -2


@compiled
def settle_borders(steps, free, arc_of, xy, sides, kind, chain, joints, spare, cells, walls, state, setting):  # type: ignore[no-untyped-def]
    """Try all moves of all vertices, with steps that get smaller; return how many were made."""
    out, note = np.zeros((12, 3), np.int64), np.zeros((24, 3))
    scratch = (out, note)
    total = 0
    nodes = len(arc_of)
    for step in steps:
        for _ in range(3):
            done = 0
            for v in range(nodes):
                arc = arc_of[v]
                if arc >= 0:
                    if kind[arc] != free:
                        continue
                    if drop(v, arc_of, xy, sides, chain, joints, cells, walls, state, setting, scratch):
                        done += 1
                        continue
                elif arc == -2:
                    continue
                else:
                    degree = spokes(v, arc_of, joints, chain, out)
                    if degree < 2:
                        continue
                    one, two = rails_of(v, degree, out, kind, free)
                    if one >= 0:
                        if slide(v, one, two, degree, step, xy, sides, chain, arc_of, spare, cells, walls, state, setting, scratch) or slide(v, two, one, degree, step, xy, sides, chain, arc_of, spare, cells, walls, state, setting, scratch):
                            done += 1
                        continue
                    fixed = False
                    for i in range(degree):
                        fixed |= kind[out[i, 2]] != free
                    if fixed:
                        continue
                for d in range(len(DIRECTIONS)):
                    nx, ny = xy[v, 0] + step * DIRECTIONS[d, 0], xy[v, 1] + step * DIRECTIONS[d, 1]
                    if shift(v, nx, ny, arc_of, xy, sides, chain, joints, cells, walls, state, setting, scratch):
                        done += 1
                        break
            total += done
            if not done:
                break
    return total
