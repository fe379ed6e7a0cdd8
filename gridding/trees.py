"""Two-way cuts of a connected set of atoms, each priced exactly.

Every edge of a spanning tree of the set parts it in two connected sides. One pass over a tree
gives area, perimeter and border price of all these cuts at once; random trees give others.
"""

from __future__ import annotations

import numpy as np

from gridding.compiled import compiled

FOUR_PI = 4.0 * np.pi
# Where the prices of further loads begin among the weights, after area, near, shape and poor.
FIRST_LOAD = 4
# Most that the square of a load's departure counts: beyond three times its due a grid is no worse,
# or one dense point would rule the borders all round it.
LOAD_CAP = 4.0


@compiled
def uniform(state):  # type: ignore[no-untyped-def]
    """Return the next number in [0, 1) of Marsaglia's xorshift generator."""
    s = state[0]
    s ^= s << np.uint64(13)
    s ^= s >> np.uint64(7)
    s ^= s << np.uint64(17)
    state[0] = s
    return np.float64(s >> np.uint64(11)) / 9007199254740992.0


@compiled
def cell_price(load, area, perimeter, weights):  # type: ignore[no-untyped-def]
    """Return the price of a grid by its load, area (1 = target) and scaled perimeter.

    Squares of the departure from the target and from a compactness of 0.75, and steps a little
    inside the limits users count by: a quarter and a half of the target, compactness 0.2.
    ``weights`` are the prices ``area, near, shape, poor`` of the rules.
    """
    d = load - 1.0
    compact = FOUR_PI * area * 10000.0 / (perimeter * perimeter)
    price = weights[0] * d * d
    if abs(d) > 0.22:
        price += weights[1] * min(1.0, (abs(d) - 0.22) * 40.0)
    if compact < 0.75:
        price += weights[2] * (0.75 - compact) ** 2
    if load < 0.53:
        price += 320.0 + 1000.0 * (0.53 - load)
    elif load > 1.47:
        price += min(320.0 + 700.0 * (load - 1.47), 1600.0)
    if compact < 0.28:
        price += weights[3] * (1.0 + 10.0 * (0.28 - compact))
    return price


@compiled
def extra_price(a, i, sign, b, j, grids, weights):  # type: ignore[no-untyped-def]
    """Return the price of the further loads ``a[i] + sign * b[j]`` of a side to be some grids.

    Each load is scaled so that 1 is what one grid is due. Without further loads it is 0.0.
    """
    price = 0.0
    for k in range(a.shape[1]):
        d = (a[i, k] + sign * b[j, k]) / grids - 1.0
        price += weights[FIRST_LOAD + k] * min(LOAD_CAP, d * d)
    return grids * price


@compiled
def add_row(a, i, sign, b, j):  # type: ignore[no-untyped-def]
    """Add row ``j`` of ``b`` times ``sign`` to row ``i`` of ``a``, in place."""
    for k in range(a.shape[1]):
        a[i, k] += sign * b[j, k]


@compiled
def total_of(extra):  # type: ignore[no-untyped-def]
    """Return the sums of further loads as the only row of an array."""
    total = np.zeros((1, extra.shape[1]))
    for i in range(extra.shape[0]):
        add_row(total, 0, 1.0, extra, i)
    return total


@compiled
def incidence(m, eu, ev):  # type: ignore[no-untyped-def]
    """Return the edges at each node in compressed rows."""
    indptr = np.zeros(m + 1, np.int64)
    for e in range(len(eu)):
        indptr[eu[e] + 1] += 1
        indptr[ev[e] + 1] += 1
    for v in range(m):
        indptr[v + 1] += indptr[v]
    fill = indptr[:-1].copy()
    incident = np.empty(2 * len(eu), np.int64)
    for e in range(len(eu)):
        incident[fill[eu[e]]] = e
        fill[eu[e]] += 1
        incident[fill[ev[e]]] = e
        fill[ev[e]] += 1
    return indptr, incident


@compiled
def find(root, a):  # type: ignore[no-untyped-def]
    """Return the root of ``a``, halving the path to it."""
    while root[a] != a:
        root[a] = root[root[a]]
        a = root[a]
    return a


@compiled
def span(m, eu, ev, key):  # type: ignore[no-untyped-def]
    """Return the edges of a maximum spanning tree (Kruskal 1956)."""
    root = np.arange(m)
    tree = np.empty(m - 1, np.int64)
    used = 0
    for e in np.argsort(-key, kind="mergesort"):
        a, b = find(root, eu[e]), find(root, ev[e])
        if a != b:
            root[a] = b
            tree[used] = e
            used += 1
            if used == m - 1:
                break
    return tree[:used]


@compiled
def depth_first(m, tree, eu, ev):  # type: ignore[no-untyped-def]
    """Return the nodes of a tree in depth-first order, and the parent of each."""
    indptr, incident = incidence(m, eu[tree], ev[tree])
    order = np.empty(m, np.int64)
    parent = np.full(m, -1)
    stack = np.zeros(m, np.int64)
    top, done = 1, 0
    while top:
        top -= 1
        v = stack[top]
        order[done] = v
        done += 1
        for k in range(indptr[v], indptr[v + 1]):
            e = tree[incident[k]]
            w = eu[e] + ev[e] - v
            if w != parent[v]:
                parent[w] = v
                stack[top] = w
                top += 1
    return order[:done], parent


@compiled
def tree_sums(order, parent, load, area, rim, extra, eu, ev, elen, ecost, indptr, incident):  # type: ignore[no-untyped-def]
    """Return for each node's subtree: size, load, area, outer length, further loads, cut length,
    cut price.

    The reversed depth-first order is a postorder, so that a union-find over finished nodes
    gives lowest common ancestors (Tarjan 1979) in nearly linear time.
    """
    m = len(order)
    size = np.ones(m, np.int64)
    sub_load, sub_area, sub_rim = load.copy(), area.copy(), rim.copy()
    sub_extra = extra.copy()
    cut_len, cut_cost = np.zeros(m), np.zeros(m)
    up = np.arange(m)
    finished = np.zeros(m, np.bool_)
    for i in range(m - 1, -1, -1):
        v = order[i]
        for k in range(indptr[v], indptr[v + 1]):
            e = incident[k]
            cut_len[v] += elen[e]
            cut_cost[v] += ecost[e]
            u = ev[e] if eu[e] == v else eu[e]
            if finished[u]:
                w = find(up, u)
                cut_len[w] -= 2.0 * elen[e]
                cut_cost[w] -= 2.0 * ecost[e]
        finished[v] = True
        p = parent[v]
        if p >= 0:
            up[v] = p
            size[p] += size[v]
            sub_load[p] += sub_load[v]
            sub_area[p] += sub_area[v]
            sub_rim[p] += sub_rim[v]
            add_row(sub_extra, p, 1.0, sub_extra, v)
            cut_len[p] += cut_len[v]
            cut_cost[p] += cut_cost[v]
    return size, sub_load, sub_area, sub_rim, sub_extra, cut_len, cut_cost


@compiled
def exponential(state):  # type: ignore[no-untyped-def]
    """Return a random number of exponential distribution, by comparisons only (von Neumann, 1951).

    A logarithm differs in its last bit between libraries.
    """
    whole = 0.0
    while True:
        first = uniform(state)
        last, falling = first, 1
        following = uniform(state)
        while following < last:
            last = following
            falling += 1
            following = uniform(state)
        if falling % 2 == 1:
            return whole + first
        whole += 1.0


@compiled
def direction(state):  # type: ignore[no-untyped-def]
    """Return a random direction, by roots only: a cosine differs between libraries."""
    while True:
        x, y = 2.0 * uniform(state) - 1.0, 2.0 * uniform(state) - 1.0
        square = x * x + y * y
        if 0.01 < square <= 1.0:
            root = np.sqrt(square)
            return x / root, y / root


@compiled
def tree_keys(trial, eu, ev, elen, ecost, x, y, state):  # type: ignore[no-untyped-def]
    """Return random weights of edges: larger keeps two atoms together.

    Two of three trees prefer edges along a random direction, which makes straight cuts along
    that direction likely. The first tree has no chance in it.
    """
    key = np.empty(len(eu))
    directed = trial % 3 != 0
    c, s = direction(state)
    for e in range(len(eu)):
        k = ecost[e] + 0.6 * elen[e]
        if trial:
            k *= 0.15 + uniform(state)
        if directed:
            dx, dy = x[eu[e]] - x[ev[e]], y[eu[e]] - y[ev[e]]
            k *= 0.1 + abs(dx * c + dy * s) / (np.sqrt(dx * dx + dy * dy) + 1e-9)
        key[e] = k
    return key


@compiled
def many_price(k, load, area, perimeter, weights):  # type: ignore[no-untyped-def]
    """Return the price of a side that is to become ``k`` grids."""
    return k * cell_price(load / k, area / k, perimeter / np.sqrt(k), weights)


@compiled
def best_cut(m, load, area, rim, extra, eu, ev, elen, ecost, x, y, trees, grids, weights, state):  # type: ignore[no-untyped-def]
    """Return the price of the best two-way cut and which atoms are on its one side.

    With ``grids`` = 2 the price is exact: both grids and the border between them. Above, it
    is what the sides would cost if they could be divided evenly.
    """
    side = np.zeros(m, np.bool_)
    best = np.inf
    whole_load, whole_area, whole_rim = load.sum(), area.sum(), rim.sum()
    whole_extra = total_of(extra)
    indptr, incident = incidence(m, eu, ev)
    for trial in range(trees):
        key = tree_keys(trial, eu, ev, elen, ecost, x, y, state)
        tree = span(m, eu, ev, key)
        if len(tree) < m - 1:
            return np.inf, side
        order, parent = depth_first(m, tree, eu, ev)
        size, s_load, s_area, s_rim, s_extra, c_len, c_cost = tree_sums(
            order, parent, load, area, rim, extra, eu, ev, elen, ecost, indptr, incident
        )
        chosen = -1
        for i in range(1, m):
            v = order[i]
            w, a, p = s_load[v], s_area[v], s_rim[v] + c_len[v]
            z, b, q = whole_load - w, whole_area - a, whole_rim - s_rim[v] + c_len[v]
            if grids == 2:
                k1, k2 = 1.0, 1.0
                price = cell_price(w, a, p, weights) + cell_price(z, b, q, weights) + c_cost[v]
            else:
                k1 = min(max(1.0, np.rint(grids * w / whole_load)), grids - 1.0)
                k2 = grids - k1
                price = (c_cost[v] + 0.3 * c_len[v]) / np.sqrt(min(k1, k2))
                price += many_price(k1, w, a, p, weights) + many_price(k2, z, b, q, weights)
            price += extra_price(s_extra, v, 0.0, s_extra, v, k1, weights)
            price += extra_price(whole_extra, 0, -1.0, s_extra, v, k2, weights)
            if price < best - 1e-9:
                best, chosen = price, i
        if chosen >= 0:
            side[:] = False
            for i in range(chosen, chosen + size[order[chosen]]):
                side[order[i]] = True
    return best, side
