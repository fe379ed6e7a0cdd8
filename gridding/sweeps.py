"""Local search on a partition: pairs re-cut, grids merged and split, single atoms moved.

Arrays of the state, all indexed by grid but the first two: ``label`` (grid of each atom),
``link`` (next atom of the same grid), ``first`` (first atom, -1 for an unused number),
``size``, ``load``, ``area``, ``perimeter``, ``price``.
"""

# ruff: noqa: PLR0912, PLR0913, PLR0915

from __future__ import annotations

import numpy as np

from gridding.compiled import compiled
from gridding.trees import best_cut, cell_price, uniform

GAIN = 1e-6


@compiled
def local_edges(members, spot, indptr, neighbour, length, cost, outer):  # type: ignore[no-untyped-def]
    """Return the inner edges of a set of atoms and each one's length to everything outside.

    ``spot`` is scratch of -1, one value an atom; it is handed back as it came.
    """
    m = len(members)
    rim = np.empty(m)
    most = 0
    for i in range(m):
        spot[members[i]] = i
        most += indptr[members[i] + 1] - indptr[members[i]]
    eu, ev = np.empty(most, np.int64), np.empty(most, np.int64)
    elen, ecost = np.empty(most), np.empty(most)
    n = 0
    for i in range(m):
        v = members[i]
        rim[i] = outer[v]
        for k in range(indptr[v], indptr[v + 1]):
            j = spot[neighbour[k]]
            if j < 0:
                rim[i] += length[k]
            elif i < j:
                eu[n], ev[n], elen[n], ecost[n] = i, j, length[k], cost[k]
                n += 1
    for i in range(m):
        spot[members[i]] = -1
    return rim, eu[:n], ev[:n], elen[:n], ecost[:n]


@compiled
def gather(g, h, first, link, size):  # type: ignore[no-untyped-def]
    """Return the atoms of one grid (``h`` = -1) or two, ascending."""
    count = size[g] + (size[h] if h >= 0 else 0)
    members = np.empty(count, np.int64)
    i = 0
    v = first[g]
    while v >= 0:
        members[i] = v
        i += 1
        v = link[v]
    if h >= 0:
        v = first[h]
        while v >= 0:
            members[i] = v
            i += 1
            v = link[v]
    members.sort()
    return members


@compiled
def put(g, members, side, value, g_load, g_area, rim, eu, ev, elen, state, weights):  # type: ignore[no-untyped-def]
    """Make grid ``g`` of the members on one side, with its area, perimeter and price."""
    label, link, first, size, load, area, perimeter, price = state
    first[g], size[g] = -1, 0
    load[g], area[g], perimeter[g] = 0.0, 0.0, 0.0
    for i in range(len(members) - 1, -1, -1):
        if side[i] == value:
            v = members[i]
            label[v], link[v], first[g] = g, first[g], v
            size[g] += 1
            load[g] += g_load[v]
            area[g] += g_area[v]
            perimeter[g] += rim[i]
    for e in range(len(eu)):
        if (side[eu[e]] == value) != (side[ev[e]] == value):
            perimeter[g] += elen[e]
    price[g] = cell_price(load[g], area[g], perimeter[g], weights)


@compiled
def free_number(first):  # type: ignore[no-untyped-def]
    """Return an unused grid number."""
    for g in range(len(first)):
        if first[g] < 0:
            return g
    return -1


@compiled
def pairs(label, indptr, neighbour):  # type: ignore[no-untyped-def]
    """Return each pair of grids that touch, once, as one number."""
    n = len(label)
    keys = np.empty(len(neighbour), np.int64)
    count = 0
    for v in range(n):
        for k in range(indptr[v], indptr[v + 1]):
            g, h = label[v], label[neighbour[k]]
            if g < h:
                keys[count] = g * n + h
                count += 1
    return np.unique(keys[:count])


@compiled
def shuffle(values, rng):  # type: ignore[no-untyped-def]
    """Put values in random order in place."""
    for i in range(len(values) - 1, 0, -1):
        j = int(uniform(rng) * (i + 1))
        values[i], values[j] = values[j], values[i]


@compiled
def recut(g, h, graph, spot, state, trees, weights, rng, heat):  # type: ignore[no-untyped-def]
    """Divide two touching grids anew, or make them one, if that is cheaper."""
    indptr, neighbour, length, cost, g_load, g_area, outer, x, y = graph
    label, link, first, size, load, area, perimeter, price = state
    members = gather(g, h, first, link, size)
    rim, eu, ev, elen, ecost = local_edges(
        members, spot, indptr, neighbour, length, cost, outer
    )
    m = len(members)
    old = price[g] + price[h] - GAIN
    if heat > 0.0:
        old -= heat * np.log(1.0 - uniform(rng))
    side = np.zeros(m, np.bool_)
    for i in range(m):
        side[i] = label[members[i]] == h
    touch = False
    for e in range(len(eu)):
        if side[eu[e]] != side[ev[e]]:
            old += ecost[e]
            touch = True
    if not touch:
        return False
    one = cell_price(load[g] + load[h], area[g] + area[h], rim.sum(), weights)
    new, side = best_cut(
        m, g_load[members], g_area[members], rim, eu, ev, elen, ecost, x[members], y[members], trees, 2,
        weights, rng,
    )
    if one < old and one <= new:
        side[:] = False
        put(g, members, side, False, g_load, g_area, rim, eu, ev, elen, state, weights)
        first[h], size[h] = -1, 0
        return True
    if new < old:
        put(g, members, side, False, g_load, g_area, rim, eu, ev, elen, state, weights)
        put(h, members, side, True, g_load, g_area, rim, eu, ev, elen, state, weights)
        return True
    return False


@compiled
def split(g, graph, spot, state, trees, weights, rng):  # type: ignore[no-untyped-def]
    """Divide one grid if that is cheaper."""
    indptr, neighbour, length, cost, g_load, g_area, outer, x, y = graph
    label, link, first, size, load, area, perimeter, price = state
    if size[g] < 2:
        return False
    members = gather(g, -1, first, link, size)
    rim, eu, ev, elen, ecost = local_edges(
        members, spot, indptr, neighbour, length, cost, outer
    )
    new, side = best_cut(
        len(members), g_load[members], g_area[members], rim, eu, ev, elen, ecost, x[members], y[members],
        trees, 2, weights, rng,
    )
    if new >= price[g] - GAIN:
        return False
    h = free_number(first)
    put(g, members, side, False, g_load, g_area, rim, eu, ev, elen, state, weights)
    put(h, members, side, True, g_load, g_area, rim, eu, ev, elen, state, weights)
    return True


@compiled
def connected_without(v, g, graph, label, size, mark, stack):  # type: ignore[no-untyped-def]
    """Return whether grid ``g`` stays in one piece when atom ``v`` leaves it."""
    indptr, neighbour = graph[0], graph[1]
    start = -1
    for k in range(indptr[v], indptr[v + 1]):
        if label[neighbour[k]] == g:
            start = neighbour[k]
            break
    if start < 0:
        return False
    stack[0] = start
    mark[start] = True
    top, done = 1, 0
    seen = 1
    while done < top:
        u = stack[done]
        done += 1
        for k in range(indptr[u], indptr[u + 1]):
            w = neighbour[k]
            if w != v and label[w] == g and not mark[w]:
                mark[w] = True
                stack[top] = w
                top += 1
                seen += 1
    for i in range(top):
        mark[stack[i]] = False
    return seen == size[g] - 1


@compiled
def relink(g, members_of, state):  # type: ignore[no-untyped-def]
    """Take one atom out of the list of grid ``g``."""
    _, link, first, _, _, _, _, _ = state
    if first[g] == members_of:
        first[g] = link[members_of]
        return
    v = first[g]
    while link[v] != members_of:
        v = link[v]
    link[v] = link[members_of]


@compiled
def move_atoms(graph, state, changed, mark, stack, weights):  # type: ignore[no-untyped-def]
    """Move single atoms over borders where that is cheaper; return how many moved."""
    indptr, neighbour, length, cost, g_load, g_area, outer, _, _ = graph
    label, link, first, size, load, area, perimeter, price = state
    moved = 0
    for v in range(len(label)):
        g = label[v]
        if size[g] < 2:
            continue
        inner_len, inner_cost, whole = 0.0, 0.0, outer[v]
        border = False
        for k in range(indptr[v], indptr[v + 1]):
            whole += length[k]
            if label[neighbour[k]] == g:
                inner_len += length[k]
                inner_cost += cost[k]
            else:
                border = True
        if not border:
            continue
        w_g, a_g = load[g] - g_load[v], area[g] - g_area[v]
        p_g = perimeter[g] - whole + 2.0 * inner_len
        left = cell_price(w_g, a_g, p_g, weights)
        best, target, best_p = -GAIN, -1, 0.0
        for k in range(indptr[v], indptr[v + 1]):
            h = label[neighbour[k]]
            if h == g or h == target:
                continue
            len_h, cost_h = 0.0, 0.0
            for j in range(indptr[v], indptr[v + 1]):
                if label[neighbour[j]] == h:
                    len_h += length[j]
                    cost_h += cost[j]
            p_h = perimeter[h] + whole - 2.0 * len_h
            new = cell_price(load[h] + g_load[v], area[h] + g_area[v], p_h, weights)
            gain = left + new + inner_cost
            gain -= price[g] + price[h] + cost_h
            if gain < best:
                best, target, best_p = gain, h, p_h
        if target < 0 or not connected_without(v, g, graph, label, size, mark, stack):
            continue
        relink(g, v, state)
        label[v], link[v], first[target] = target, first[target], v
        size[g] -= 1
        size[target] += 1
        load[g], area[g], perimeter[g], price[g] = w_g, a_g, p_g, left
        load[target] += g_load[v]
        area[target] += g_area[v]
        perimeter[target] = best_p
        price[target] = cell_price(load[target], area[target], best_p, weights)
        changed[g] = changed[target] = True
        moved += 1
    return moved
