"""Local search on a partition: pairs re-cut, grids merged and split, single atoms moved.

Arrays of the state, all indexed by grid but the first two: ``label`` (grid of each atom),
``link`` (next atom of the same grid), ``first`` (first atom, -1 for an unused number),
``size``, ``load``, ``area``, ``perimeter``, ``price``, ``extra`` (a row of further loads a grid).
The graph is that of `gridding.atoms.AtomGraph`: ``indptr``, ``neighbour``, ``length``, ``cost``,
``load``, ``area``, ``outer``, ``x``, ``y``, ``extra``.
"""

from __future__ import annotations

import numpy as np

from gridding.compiled import compiled
from gridding.trees import add_row, best_cut, cell_price, exponential, extra_price, uniform

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
def put(g, members, side, value, graph, rim, eu, ev, elen, state, weights):  # type: ignore[no-untyped-def]
    """Make grid ``g`` of the members on one side, with its area, perimeter and price."""
    label, link, first, size, load, area, perimeter, price, extra = state
    g_load, g_area, g_extra = graph[4], graph[5], graph[9]
    first[g], size[g] = -1, 0
    load[g], area[g], perimeter[g] = 0.0, 0.0, 0.0
    add_row(extra, g, -1.0, extra, g)
    for i in range(len(members) - 1, -1, -1):
        if side[i] == value:
            v = members[i]
            label[v], link[v], first[g] = g, first[g], v
            size[g] += 1
            load[g] += g_load[v]
            area[g] += g_area[v]
            perimeter[g] += rim[i]
            add_row(extra, g, 1.0, g_extra, v)
    for e in range(len(eu)):
        if (side[eu[e]] == value) != (side[ev[e]] == value):
            perimeter[g] += elen[e]
    price[g] = cell_price(load[g], area[g], perimeter[g], weights)
    price[g] += extra_price(extra, g, 0.0, extra, g, 1.0, weights)


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
def cut_in_two(members, graph, rim, eu, ev, elen, ecost, trees, grids, weights, rng):  # type: ignore[no-untyped-def]
    """Return the best two-way cut of some atoms; see `gridding.trees.best_cut`."""
    return best_cut(
        len(members),
        graph[4][members],
        graph[5][members],
        rim,
        graph[9][members],
        eu,
        ev,
        elen,
        ecost,
        graph[7][members],
        graph[8][members],
        trees,
        grids,
        weights,
        rng,
    )


@compiled
def recut(g, h, graph, spot, state, trees, weights, rng, heat, merge):  # type: ignore[no-untyped-def]
    """Divide two touching grids anew, or with ``merge`` make them one, if that is cheaper."""
    indptr, neighbour, length, cost, outer = graph[0], graph[1], graph[2], graph[3], graph[6]
    label, link, first, size, load, area, perimeter, price, extra = state
    members = gather(g, h, first, link, size)
    rim, eu, ev, elen, ecost = local_edges(members, spot, indptr, neighbour, length, cost, outer)
    m = len(members)
    old = price[g] + price[h] - GAIN
    if heat > 0.0:
        old += heat * exponential(rng)
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
    one += extra_price(extra, g, 1.0, extra, h, 1.0, weights)
    new, side = cut_in_two(members, graph, rim, eu, ev, elen, ecost, trees, 2, weights, rng)
    if merge and one < old and one <= new:
        side[:] = False
        put(g, members, side, False, graph, rim, eu, ev, elen, state, weights)
        first[h], size[h] = -1, 0
        return True
    if new < old:
        put(g, members, side, False, graph, rim, eu, ev, elen, state, weights)
        put(h, members, side, True, graph, rim, eu, ev, elen, state, weights)
        return True
    return False


@compiled
def split(g, graph, spot, state, trees, weights, rng):  # type: ignore[no-untyped-def]
    """Divide one grid if that is cheaper."""
    indptr, neighbour, length, cost, outer = graph[0], graph[1], graph[2], graph[3], graph[6]
    first, link, size, price = state[2], state[1], state[3], state[7]
    if size[g] < 2:
        return False
    members = gather(g, -1, first, link, size)
    rim, eu, ev, elen, ecost = local_edges(members, spot, indptr, neighbour, length, cost, outer)
    new, side = cut_in_two(members, graph, rim, eu, ev, elen, ecost, trees, 2, weights, rng)
    if new >= price[g] - GAIN:
        return False
    h = free_number(first)
    put(g, members, side, False, graph, rim, eu, ev, elen, state, weights)
    put(h, members, side, True, graph, rim, eu, ev, elen, state, weights)
    return True
