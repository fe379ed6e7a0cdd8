"""The partition of the atoms of one region into grids."""

from __future__ import annotations

import numpy as np

from gridding.atoms import AtomGraph
from gridding.compiled import compiled
from gridding.rules import GridRules
from gridding.sweeps import (
    cut_in_two,
    local_edges,
    pairs,
    put,
    recut,
    shuffle,
    split,
)
from gridding.types import Floats, Ints
from gridding.wander import anneal, move_atoms

# Seeds are fixed: the same atoms give the same grids wherever they are made.
SEED = 88172645463325252
# Above this number of atoms a cut is tried with fewer trees: the choice is coarse there anyway.
MANY_ATOMS = 2000
# Rounds in which a cut that costs more may be taken, up to about this price at first and
# nothing at last, with few trees: it frees the search from where it would stay.
WARM_SWEEPS, WARM_TREES, HEAT = 8, 2, 100.0
# Between them single atoms wander: so many tries an atom and round, all of them at borders (a
# quarter of all pairs of neighbours), at this heat at first.
TRIES, WANDER_HEAT = 65, 60.0
# After them, rounds over all pairs; then only where something changed.
STRICT_SWEEPS = 2


@compiled
def bisect(graph, spot, trees, weights, rng):  # type: ignore[no-untyped-def]
    """Return labels by cutting the whole in two, again and again, until each part is a grid."""
    indptr, neighbour, length, cost, g_load, _, outer, _, _, _ = graph
    n = len(g_load)
    label = np.zeros(n, np.int64)
    grids = 1
    order = np.arange(n)
    starts, stops = [0], [n]
    while len(starts):
        start, stop = starts.pop(), stops.pop()
        members = order[start:stop].copy()
        members.sort()
        k = np.rint(g_load[members].sum())
        if k < 2 or len(members) < 2:
            continue
        rim, eu, ev, elen, ecost = local_edges(
            members, spot, indptr, neighbour, length, cost, outer
        )
        few = trees if len(members) <= MANY_ATOMS else max(4, trees * MANY_ATOMS // len(members))
        price, side = cut_in_two(
            members, graph, rim, eu, ev, elen, ecost, few, int(k), weights, rng
        )
        if not np.isfinite(price):
            continue
        one, other = members[side], members[~side]
        label[one] = grids
        grids += 1
        order[start : start + len(one)] = one
        order[start + len(one) : stop] = other
        starts.append(start)
        stops.append(start + len(one))
        starts.append(start + len(one))
        stops.append(stop)
    return label


@compiled
def initial_state(label, graph, spot, weights):  # type: ignore[no-untyped-def]
    """Return the arrays of `gridding.sweeps` for given labels."""
    indptr, neighbour, length, cost, _, _, outer, _, _, g_extra = graph
    n = len(label)
    state = (
        label,
        np.full(n, -1),
        np.full(n, -1),
        np.zeros(n, np.int64),
        np.zeros(n),
        np.zeros(n),
        np.zeros(n),
        np.zeros(n),
        np.zeros_like(g_extra),
    )
    order = np.argsort(label, kind="mergesort")
    start = 0
    while start < n:
        stop = start
        while stop < n and label[order[stop]] == label[order[start]]:
            stop += 1
        members = order[start:stop].copy()
        rim, eu, ev, elen, _ = local_edges(members, spot, indptr, neighbour, length, cost, outer)
        side = np.zeros(len(members), np.bool_)
        g = label[members[0]]
        put(g, members, side, False, graph, rim, eu, ev, elen, state, weights)
        start = stop
    return state


@compiled
def sweep(graph, state, spot, changed, every, trees, weights, rng, heat):  # type: ignore[no-untyped-def]
    """Try all pairs of touching grids and all splits once; return how many changes paid."""
    label, first, load = state[0], state[2], state[4]
    n = len(label)
    before = changed.copy()
    changed[:] = False
    done = 0
    keys = pairs(label, graph[0], graph[1])
    shuffle(keys, rng)
    for key in keys:
        g, h = key // n, key % n
        if first[g] < 0 or first[h] < 0:
            continue
        if not (every or before[g] or before[h] or changed[g] or changed[h]):
            continue
        if recut(g, h, graph, spot, state, trees, weights, rng, heat, True):
            changed[g] = changed[h] = True
            done += 1
    for g in range(n):
        if first[g] >= 0 and load[g] > 1.2 and (every or changed[g]):
            while split(g, graph, spot, state, trees, weights, rng):
                changed[g] = True
                done += 1
    return done


@compiled
def search(graph, trees, sweeps, weights, seed):  # type: ignore[no-untyped-def]
    """Return the grid number of each atom."""
    n = len(graph[5])
    rng = np.array([seed], np.uint64)
    spot = np.full(n, -1)
    label = bisect(graph, spot, trees, weights, rng)
    state = initial_state(label, graph, spot, weights)
    changed = np.ones(n, np.bool_)
    mark, stack = np.zeros(n, np.int8), np.empty(n, np.int64)
    for s in range(WARM_SWEEPS):
        heat = HEAT * (1.0 - s / WARM_SWEEPS)
        sweep(graph, state, spot, changed, True, WARM_TREES, weights, rng, heat)
        warm = 1.0 + WANDER_HEAT * (1.0 - s / WARM_SWEEPS)
        anneal(graph, state, changed, mark, stack, TRIES * n, warm, weights, rng)
    for s in range(sweeps):
        done = sweep(graph, state, spot, changed, s < STRICT_SWEEPS, trees, weights, rng, 0.0)
        for _ in range(4):
            if not move_atoms(graph, state, changed, mark, stack, weights):
                break
        if not done and s >= STRICT_SWEEPS:
            break
    return state[0]


def kernel_arrays(graph: AtomGraph) -> tuple[Ints | Floats, ...]:
    """Return the graph as the kernel takes it."""
    return (
        graph.indptr.astype(np.int64),
        graph.neighbour.astype(np.int64),
        graph.length,
        graph.cost,
        graph.load,
        graph.area,
        graph.outer,
        graph.x,
        graph.y,
        graph.extra,
    )


def by_first(label: Ints) -> Ints:
    """Return labels numbered from 0 in the order of their first atoms."""
    _, first, inverse = np.unique(label, return_index=True, return_inverse=True)
    rank = np.empty(len(first), np.int64)
    rank[np.argsort(first)] = np.arange(len(first))
    return np.asarray(rank[inverse])


def partition(graph: AtomGraph, rules: GridRules) -> Ints:
    """Return the grid of each atom, numbered from 0 in the order of their first atoms."""
    p = rules.prices
    weights = np.array([p.area, p.near, p.shape, p.poor, *graph.extra_prices])
    arrays = kernel_arrays(graph)
    label = search(arrays, rules.trees, rules.sweeps, weights, np.uint64(SEED))
    return by_first(label)
