"""Small exact coverages to edit, and random edits of them."""

from __future__ import annotations

import numpy as np
import shapely
from numpy.random import Generator
from shapely import Polygon

from gridding.edits import (
    NEW,
    Change,
    EditError,
    Patch,
    merge,
    move,
    reassign,
    split,
)

SIDE_M = 100.0
CORNER = (500_000.0, 4_420_000.0)


def sheet(rng: Generator, columns: int = 4, rows: int = 4) -> Patch:
    """A jittered board with bent borders; its western half is one community."""

    def place(i, j):
        return np.array(CORNER) + SIDE_M * ((i, j) + rng.uniform(-0.1, 0.1, 2))

    node = {(i, j): place(i, j) for i in range(columns + 1) for j in range(rows + 1)}

    def way(a, b):
        t = np.linspace(0.0, 1.0, int(rng.integers(2, 5)))[1:-1]
        off = SIDE_M * rng.uniform(-0.03, 0.03, (len(t), 2))
        return np.vstack([a, a + t[:, None] * (b - a) + off, b])

    across = {
        (i, j): way(node[i, j], node[i + 1, j]) for i in range(columns) for j in range(rows + 1)
    }
    up = {(i, j): way(node[i, j], node[i, j + 1]) for i in range(columns + 1) for j in range(rows)}
    polygons, community = {}, {}
    for j in range(rows):
        for i in range(columns):
            ring = [across[i, j], up[i + 1, j], across[i, j + 1][::-1], up[i, j][::-1]]
            key = len(polygons) + 1
            polygons[key] = Polygon(np.vstack([part[:-1] for part in ring]))
            community[key] = 1 if i < columns // 2 else 2
    return Patch(polygons, community)


def applied(patch: Patch, change: Change) -> Patch:
    """The patch after an edit; the new grid gets a key of its own."""
    polygons, community = dict(patch.polygons), dict(patch.community)
    for key in change.gone:
        del polygons[key], community[key]
    for key, polygon in change.polygons.items():
        own = key if key != NEW else max(patch.polygons) + 1
        polygons[own] = polygon
        community.setdefault(own, patch.community[change.parent] if key == NEW else 0)
    return Patch(polygons, community, change.pinned, patch.alone)


def _line(rng: Generator, polygon: Polygon) -> np.ndarray:
    west, south, east, north = polygon.bounds
    wide, high = (east - west) / 5, (north - south) / 5
    count = int(rng.integers(2, 5))
    x = rng.uniform(west - wide, east + wide, count)
    y = rng.uniform(south - high, north + high, count)
    vertices = shapely.get_coordinates(polygon)
    line = np.column_stack([x, y])
    if rng.random() < 0.3:
        line[0] = vertices[rng.integers(len(vertices))]
    return line


def random_edit(rng: Generator, patch: Patch) -> Change:
    """One edit of a kind and place left to chance; it may be refused."""
    keys = list(patch.polygons)
    one = int(rng.choice(keys))
    polygon = patch.polygons[one]
    near = [k for k in keys if k != one and patch.polygons[k].touches(polygon)]
    other = int(rng.choice(near)) if near else one
    kind = rng.integers(4)
    if kind == 0:
        return merge(patch, [one, other])
    if kind == 1:
        return split(patch, one, _line(rng, polygon), float(rng.uniform(0, 5)))
    if kind == 2:
        return reassign(patch, one, other, _line(rng, polygon), float(rng.uniform(0, 5)))
    xy = shapely.get_coordinates(polygon)
    at = int(rng.integers(len(xy) - 1))
    source = xy[at] if rng.random() < 0.6 else (xy[at] + xy[at + 1]) / 2
    step = rng.uniform(-30, 30, 2)
    return move(patch, source, source + step)


def is_exact(patch: Patch, first: Patch) -> bool:
    """Whether a patch covers what the first did, vertex by vertex, community by community."""
    shapes = np.array(list(patch.polygons.values()), object)
    if not (shapely.is_valid(shapes).all() and shapely.coverage_is_valid(shapes)):
        return False
    for number in set(first.community.values()):
        then = shapely.coverage_union_all([first.polygons[k] for k in _of(first, number)])
        now = shapely.coverage_union_all([patch.polygons[k] for k in _of(patch, number)])
        if shapely.symmetric_difference(then, now).area > 1e-4:
            return False
    area = sum(p.area for p in patch.polygons.values())
    old = sum(p.area for p in first.polygons.values())
    return abs(area - old) < 1e-4


def _of(patch: Patch, number: int) -> list[int]:
    return [k for k, c in patch.community.items() if c == number]


def edits(rng: Generator, patch: Patch, count: int) -> tuple[Patch, int]:
    """The patch after some random edits, and how many of them were not refused."""
    done = 0
    for _ in range(count):
        try:
            change = random_edit(rng, patch)
        except EditError:
            continue
        patch, done = applied(patch, change), done + 1
    return patch, done
