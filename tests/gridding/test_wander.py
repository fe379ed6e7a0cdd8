"""Single atoms between grids: what must hold after each move."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from gridding.wander import UNSEEN, connected_without, set_between, twins


def lattice(rows: int, columns: int) -> tuple[np.ndarray, np.ndarray]:
    """The neighbours of each square of a sheet, in compressed rows."""
    number = np.arange(rows * columns).reshape(rows, columns)
    pairs = np.concatenate(
        [
            np.column_stack([number[:, :-1].ravel(), number[:, 1:].ravel()]),
            np.column_stack([number[:-1].ravel(), number[1:].ravel()]),
        ]
    )
    both = np.concatenate([pairs, pairs[:, ::-1]])
    both = both[np.lexsort(both.T[::-1])]
    starts = np.searchsorted(both[:, 0], np.arange(rows * columns + 1))
    return starts, both[:, 1].copy()


def pieces_of(members: np.ndarray, indptr: np.ndarray, neighbour: np.ndarray) -> int:
    tail = np.repeat(np.arange(len(indptr) - 1), np.diff(indptr))
    own = members[tail] & members[neighbour]
    n = len(members)
    graph = coo_array((np.ones(own.sum()), (tail[own], neighbour[own])), shape=(n, n))
    _, label = connected_components(graph, directed=False)
    return len(np.unique(label[members]))


@settings(max_examples=300, deadline=None)
@given(seed=st.integers(0, 2**31), rows=st.integers(2, 6), columns=st.integers(2, 6))
def test_a_grid_without_an_atom_hangs_together_as_a_search_of_the_whole_says(seed, rows, columns):
    indptr, neighbour = lattice(rows, columns)
    n = rows * columns
    chance = np.random.default_rng(seed)
    label = (chance.random(n) < 0.4).astype(np.int64)
    mark, stack = np.full(n, UNSEEN, np.int8), np.empty(n, np.int64)
    for g in (0, 1):
        members = label == g
        if not members.any() or pieces_of(members, indptr, neighbour) != 1:
            continue
        for v in np.flatnonzero(members):
            rest = members.copy()
            rest[v] = False
            whole = rest.any() and pieces_of(rest, indptr, neighbour) == 1
            assert connected_without(v, g, indptr, neighbour, label, mark, stack) == whole
            assert not mark.any()


def test_each_border_has_its_twin():
    indptr, neighbour = lattice(4, 5)
    graph = (indptr, neighbour)
    tail, twin = twins(graph)
    assert (twin[twin] == np.arange(len(twin))).all()
    assert (neighbour[twin] == tail).all()


def test_the_list_of_borders_between_grids_is_a_set():
    chance = np.random.default_rng(1)
    listed, spot, count, true = np.empty(50, np.int64), np.full(50, -1), 0, set()
    for _ in range(2000):
        k, between = int(chance.integers(50)), bool(chance.random() < 0.5)
        count = set_between(k, between, listed, spot, count)
        true = true | {k} if between else true - {k}
        assert set(listed[:count].tolist()) == true
        assert count == len(true)
