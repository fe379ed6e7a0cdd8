"""Single atoms moved over the borders between grids, priced exactly.

The arrays are those of `gridding.sweeps`.
"""

from __future__ import annotations

import numpy as np

from gridding.compiled import compiled
from gridding.trees import add_row, cell_price, extra_price, uniform

GAIN = 1e-6
# What `connected_without` notes of an atom.
UNSEEN, SEEN, WANTED = 0, 1, 2


@compiled
def reaches(graph):  # type: ignore[no-untyped-def]
    """Return the length of the whole border of each atom."""
    indptr, length, outer = graph[0], graph[2], graph[6]
    whole = np.empty(len(outer))
    for v in range(len(outer)):
        whole[v] = outer[v] + length[indptr[v] : indptr[v + 1]].sum()
    return whole


@compiled
def mark_wanted(v, g, indptr, neighbour, label, mark):  # type: ignore[no-untyped-def]
    """Mark the neighbours of atom ``v`` in a grid; return how many there are, and one of them."""
    wanted, one = 0, -1
    for k in range(indptr[v], indptr[v + 1]):
        w = neighbour[k]
        if label[w] == g:
            mark[w] = WANTED
            one = w
            wanted += 1
    return wanted, one


@compiled
def connected_without(v, g, indptr, neighbour, label, mark, stack):  # type: ignore[no-untyped-def]
    """Return whether grid ``g`` stays in one piece when atom ``v`` leaves it.

    It does when the neighbours of ``v`` in it reach each other: the rest hangs on them.
    """
    left, start = mark_wanted(v, g, indptr, neighbour, label, mark)
    top, done = 0, 0
    if left:
        stack[0] = start
        mark[start] = SEEN
        top, left = 1, left - 1
    while done < top and left:
        u = stack[done]
        done += 1
        for k in range(indptr[u], indptr[u + 1]):
            w = neighbour[k]
            if w != v and label[w] == g and mark[w] != SEEN:
                left -= mark[w] == WANTED
                mark[w] = SEEN
                stack[top] = w
                top += 1
    for i in range(top):
        mark[stack[i]] = UNSEEN
    for k in range(indptr[v], indptr[v + 1]):
        mark[neighbour[k]] = UNSEEN
    return top > 0 and left == 0


@compiled
def unlink(g, v, link, first):  # type: ignore[no-untyped-def]
    """Take atom ``v`` out of the list of grid ``g``."""
    if first[g] == v:
        first[g] = link[v]
        return
    u = first[g]
    while link[u] != v:
        u = link[u]
    link[u] = link[v]


@compiled
def contacts(v, g, h, indptr, neighbour, length, cost, label):  # type: ignore[no-untyped-def]
    """Return length and price of the border between atom ``v`` and the rest of two grids."""
    g_length, g_cost, h_length, h_cost = 0.0, 0.0, 0.0, 0.0
    for k in range(indptr[v], indptr[v + 1]):
        at = label[neighbour[k]]
        if at == g:
            g_length += length[k]
            g_cost += cost[k]
        elif at == h:
            h_length += length[k]
            h_cost += cost[k]
    return g_length, g_cost, h_length, h_cost


@compiled
def best_move(v, g, whole, graph, state, weights):  # type: ignore[no-untyped-def]
    """Return the grid that atom ``v`` of grid ``g`` had better go to, or -1."""
    indptr, neighbour, length, cost, g_load, g_area, _, _, _, g_extra = graph
    label, _, _, _, load, area, perimeter, price, extra = state
    best, target = -GAIN, -1
    for k in range(indptr[v], indptr[v + 1]):
        h = label[neighbour[k]]
        if h in (g, target):
            continue
        g_length, g_cost, h_length, h_cost = contacts(
            v, g, h, indptr, neighbour, length, cost, label
        )
        less, more = whole - 2.0 * g_length, whole - 2.0 * h_length
        left = cell_price(load[g] - g_load[v], area[g] - g_area[v], perimeter[g] - less, weights)
        new = cell_price(load[h] + g_load[v], area[h] + g_area[v], perimeter[h] + more, weights)
        left += extra_price(extra, g, -1.0, g_extra, v, 1.0, weights)
        new += extra_price(extra, h, 1.0, g_extra, v, 1.0, weights)
        change = left + new - price[g] - price[h] + g_cost - h_cost
        if change < best:
            best, target = change, h
    return target


@compiled
def move(v, g, h, whole, graph, state, weights):  # type: ignore[no-untyped-def]
    """Move atom ``v`` from grid ``g`` to grid ``h``."""
    label, link, first, size, load, area, perimeter, price, extra = state
    g_length, _, h_length, _ = contacts(v, g, h, graph[0], graph[1], graph[2], graph[3], label)
    perimeter[g] += 2.0 * g_length - whole
    perimeter[h] += whole - 2.0 * h_length
    unlink(g, v, link, first)
    label[v], link[v], first[h] = h, first[h], v
    for grid, sign in ((g, -1), (h, 1)):
        size[grid] += sign
        load[grid] += sign * graph[4][v]
        area[grid] += sign * graph[5][v]
        add_row(extra, grid, float(sign), graph[9], v)
        price[grid] = cell_price(load[grid], area[grid], perimeter[grid], weights)
        price[grid] += extra_price(extra, grid, 0.0, extra, grid, 1.0, weights)


@compiled
def move_atoms(graph, state, changed, mark, stack, weights):  # type: ignore[no-untyped-def]
    """Move single atoms over borders where that is cheaper; return how many moved."""
    label, size = state[0], state[3]
    reach = reaches(graph)
    moved = 0
    for v in range(len(label)):
        g = label[v]
        if size[g] < 2:
            continue
        h = best_move(v, g, reach[v], graph, state, weights)
        if h >= 0 and connected_without(v, g, graph[0], graph[1], label, mark, stack):
            move(v, g, h, reach[v], graph, state, weights)
            changed[g] = changed[h] = True
            moved += 1
    return moved


@compiled
def decay(x):  # type: ignore[no-untyped-def]
    """Return about e^-x for x ≥ 0, by multiplications only: the same on every machine."""
    base = 1.0 / (1.0 + x * 0.015625)
    for _ in range(6):
        base *= base
    return base


@compiled
def twins(graph):  # type: ignore[no-untyped-def]
    """Return for each neighbour in the graph's rows whose it is, and where the same border
    stands in the row of the other atom."""
    indptr, neighbour = graph[0], graph[1]
    tail = np.empty(len(neighbour), np.int64)
    twin = np.empty(len(neighbour), np.int64)
    for v in range(len(indptr) - 1):
        for k in range(indptr[v], indptr[v + 1]):
            tail[k] = v
            w = neighbour[k]
            j = indptr[w]
            while neighbour[j] != v:
                j += 1
            twin[k] = j
    return tail, twin


@compiled
def set_between(k, between, listed, spot, count):  # type: ignore[no-untyped-def]
    """Put a border in the list of those between two grids, or take it out; return its length."""
    if between:
        if spot[k] < 0:
            listed[count], spot[k] = k, count
            return count + 1
    elif spot[k] >= 0:
        last = listed[count - 1]
        listed[spot[k]], spot[last] = last, spot[k]
        spot[k] = -1
        return count - 1
    return count


@compiled
def anneal(graph, state, changed, mark, stack, steps, heat, weights, rng):  # type: ignore[no-untyped-def]
    """Move single atoms over borders at random, cheap moves always, dear ones now and then.

    Metropolis' rule at the temperature ``heat``; each try takes one of the borders between an
    atom of one grid and an atom of another.
    """
    indptr, neighbour, length, cost, g_load, g_area, _, _, _, g_extra = graph
    label, _, _, size, load, area, perimeter, price, extra = state
    reach = reaches(graph)
    tail, twin = twins(graph)
    listed, spot = np.empty(len(neighbour), np.int64), np.full(len(neighbour), -1)
    count = 0
    for k in range(len(neighbour)):
        count = set_between(k, label[tail[k]] != label[neighbour[k]], listed, spot, count)
    for _ in range(steps):
        if not count:
            break
        k = listed[int(uniform(rng) * count)]
        v = tail[k]
        g, h = label[v], label[neighbour[k]]
        if size[g] < 2:
            continue
        # As in `best_move`, written out: a call with so many arrays takes longer than this.
        g_length, g_cost, h_length, h_cost = contacts(
            v, g, h, indptr, neighbour, length, cost, label
        )
        whole = reach[v]
        less, more = whole - 2.0 * g_length, whole - 2.0 * h_length
        left = cell_price(load[g] - g_load[v], area[g] - g_area[v], perimeter[g] - less, weights)
        new = cell_price(load[h] + g_load[v], area[h] + g_area[v], perimeter[h] + more, weights)
        left += extra_price(extra, g, -1.0, g_extra, v, 1.0, weights)
        new += extra_price(extra, h, 1.0, g_extra, v, 1.0, weights)
        change = left + new - price[g] - price[h] + g_cost - h_cost
        if change > 0.0 and uniform(rng) >= decay(change / heat):
            continue
        if connected_without(v, g, indptr, neighbour, label, mark, stack):
            move(v, g, h, reach[v], graph, state, weights)
            changed[g] = changed[h] = True
            for k in range(indptr[v], indptr[v + 1]):
                between = label[neighbour[k]] != h
                count = set_between(k, between, listed, spot, count)
                count = set_between(twin[k], between, listed, spot, count)
