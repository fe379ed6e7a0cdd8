"""Chains of edges from one node where they end to the next, and chains with fewer vertices."""

from __future__ import annotations

import numpy as np

from gridding.compiled import compiled
from gridding.nearness import gap_squared
from gridding.rows import rows_by
from gridding.types import Bools, Floats, Ints


@compiled
def _walk(first, other, node_edges, indptr, is_break, start, used, out):  # type: ignore[no-untyped-def]
    """Follow a chain of edges from a node to the next break; return how many nodes."""
    out[0] = start
    count = 1
    edge, node = first, start
    while True:
        used[edge] = True
        node = other[edge, 0] if other[edge, 0] != node else other[edge, 1]
        out[count] = node
        count += 1
        if is_break[node]:
            return count
        following = -1
        for k in range(indptr[node], indptr[node + 1]):
            if not used[node_edges[k]]:
                following = node_edges[k]
        if following < 0:
            return count
        edge = following


@compiled
def _chains(edges, indptr, node_edges, is_break):  # type: ignore[no-untyped-def]
    """Return the nodes of all chains one after another, their ends, and a first edge of each."""
    m = len(edges)
    used = np.zeros(m, np.bool_)
    nodes = np.empty(2 * m + 1, np.int64)
    stops, firsts = np.empty(m, np.int64), np.empty(m, np.int64)
    total, count = 0, 0
    for closed in range(2):
        for e in range(m):
            for end in range(2):
                v = edges[e, end]
                if used[e] or not (is_break[v] or closed):
                    continue
                total += _walk(e, edges, node_edges, indptr, is_break, v, used, nodes[total:])
                stops[count], firsts[count] = total, e
                count += 1
    return nodes[:total], stops[:count], firsts[:count]


def chains_of(edges: Ints, is_break: Bools) -> tuple[Ints, Ints, Ints]:
    """Return the nodes of all chains one after another, where each ends, and its first edge.

    Parameters
    ----------
    edges : int array (m, 2)
        Nodes of each edge.
    is_break : bool array (n,)
        Nodes at which chains end. A loop without such a node ends where it begins.
    """
    indptr, half_edges = rows_by(edges.ravel(), len(is_break))
    nodes, stops, firsts = _chains(edges, indptr, half_edges // 2, is_break)
    return nodes, stops, firsts


@compiled
def _keep_farthest(xy, first, last, limit, keep, stack):  # type: ignore[no-untyped-def]
    """Mark the vertices a chain needs to stay within the root of a limit (Douglas, Peucker)."""
    keep[first] = keep[last] = True
    stack[0, 0], stack[0, 1] = first, last
    depth = 1
    while depth > 0:
        depth -= 1
        a, b = stack[depth, 0], stack[depth, 1]
        most, at = limit, -1
        for k in range(a + 1, b):
            off = gap_squared(xy[k, 0], xy[k, 1], xy[a, 0], xy[a, 1], xy[b, 0], xy[b, 1])
            if off > most:
                most, at = off, k
        if at >= 0:
            keep[at] = True
            stack[depth, 0], stack[depth, 1] = a, at
            stack[depth + 1, 0], stack[depth + 1, 1] = at, b
            depth += 2


@compiled
def _needed(xy, stops, limit):  # type: ignore[no-untyped-def]
    keep, stack = np.zeros(len(xy), np.bool_), np.empty((len(xy) + 2, 2), np.int64)
    for i in range(len(stops)):
        first = stops[i - 1] if i > 0 else 0
        _keep_farthest(xy, first, stops[i] - 1, limit, keep, stack)
    return keep


def needed(xy: Floats, stops: Ints, tolerance_m: float) -> Bools:
    """Return which vertices chains need to stay within a tolerance of what they were.

    Parameters
    ----------
    xy : float array (n, 2)
        Vertices of all chains one after another, m.
    stops : int array
        Where each chain ends.
    tolerance_m : float
    """
    return np.asarray(_needed(xy, stops, tolerance_m**2))
