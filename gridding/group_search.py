"""The search of `gridding.groups`: a connected graph into a given number of connected groups.

The same cuts, re-cuts and moves as for grids, but none that changes the number of groups.
"""

from __future__ import annotations

import numpy as np

from gridding.compiled import compiled
from gridding.partition import initial_state
from gridding.sweeps import cut_in_two, local_edges, pairs, recut, shuffle
from gridding.wander import anneal, move_atoms

# Rounds with tolerance for what costs more, from this heat to nothing, then without.
WARM_ROUNDS, STRICT_ROUNDS, HEAT = 8, 8, 100.0
# Single units that wander between the rounds: so many tries a unit, at this heat at first.
TRIES, WANDER_HEAT = 100, 60.0
TREES = 8


@compiled
def first_share(groups, part, one, other):  # type: ignore[no-untyped-def]
    """Return how many groups one side becomes; no side gets more than it has units."""
    share = np.rint(groups * part)
    return int(max(1, groups - other, min(share, one, groups - 1)))


@compiled
def divide(graph, spot, groups, weights, rng):  # type: ignore[no-untyped-def]
    """Return labels by cutting the whole in two, again and again, into so many groups."""
    indptr, neighbour, length, cost, load, _, outer, _, _, _ = graph
    n = len(load)
    label = np.zeros(n, np.int64)
    order = np.arange(n)
    starts, stops, shares = [0], [n], [groups]
    used = 1
    while len(starts):
        start, stop, k = starts.pop(), stops.pop(), shares.pop()
        if k < 2:
            continue
        members = order[start:stop].copy()
        members.sort()
        rim, eu, ev, elen, ecost = local_edges(
            members, spot, indptr, neighbour, length, cost, outer
        )
        _, side = cut_in_two(members, graph, rim, eu, ev, elen, ecost, TREES, k, weights, rng)
        one, other = members[side], members[~side]
        part = load[one].sum() / load[members].sum()
        share = first_share(k, part, len(one), len(other))
        label[one] = used
        used += 1
        middle = start + len(one)
        order[start:middle] = one
        order[middle:stop] = other
        starts.append(start)
        stops.append(middle)
        shares.append(share)
        starts.append(middle)
        stops.append(stop)
        shares.append(k - share)
    return label


@compiled
def recut_pairs(graph, spot, state, weights, rng, heat):  # type: ignore[no-untyped-def]
    """Divide each pair of touching groups anew where that pays; return how many did."""
    n = len(state[0])
    keys = pairs(state[0], graph[0], graph[1])
    shuffle(keys, rng)
    done = 0
    for key in keys:
        if recut(key // n, key % n, graph, spot, state, TREES, weights, rng, heat, False):
            done += 1
    return done


@compiled
def group_search(graph, groups, weights, seed):  # type: ignore[no-untyped-def]
    """Return the group of each unit, and the price of all groups."""
    n = len(graph[4])
    rng = np.array([seed], np.uint64)
    spot = np.full(n, -1)
    state = initial_state(divide(graph, spot, groups, weights, rng), graph, spot, weights)
    changed = np.ones(n, np.bool_)
    mark, stack = np.zeros(n, np.int8), np.empty(n, np.int64)
    for s in range(WARM_ROUNDS):
        cool = 1.0 - s / WARM_ROUNDS
        recut_pairs(graph, spot, state, weights, rng, HEAT * cool)
        anneal(
            graph, state, changed, mark, stack, TRIES * n, 1.0 + WANDER_HEAT * cool, weights, rng
        )
    for _ in range(STRICT_ROUNDS):
        done = recut_pairs(graph, spot, state, weights, rng, 0.0)
        done += move_atoms(graph, state, changed, mark, stack, weights)
        if not done:
            break
    price = 0.0
    for g in range(n):
        if state[2][g] >= 0:
            price += state[7][g]
    return state[0], price
