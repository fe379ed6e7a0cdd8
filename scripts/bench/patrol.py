#!/usr/bin/env python3
"""Compares patrol areas of the engine with a greedy sweep and with METIS: time, balance, shape.

    .venv/bin/python scripts/bench/patrol.py [--sizes 1652 35000] [--street 1700]

Made-up unit grids of about 10,000 m² with jittered corners, in streets of about as many as
``--street`` says; components are dense in the middle, past cases clustered. All three get the same
burdens and the same number of areas in each street. METIS is left out where ``pymetis`` is not
installed (``pip install wanmi[bench]``). Shape is 4π·area/perimeter², 1 for a circle.
"""

from __future__ import annotations

import argparse
import importlib.util
import time
from collections import deque
from collections.abc import Callable, Iterator

import numpy as np
import shapely

from gridding import make_patrol_areas
from gridding.adjacency import neighbours, shared_edges
from gridding.patrol import burden_of
from gridding.types import Neighbours
from gridding.units import join

SIDE_M = 100.0
JITTER_M = 25.0
SEED = 7


def board(count: int) -> np.ndarray:
    """About as many unit grids as asked for, row by row."""
    columns = round(count**0.5)
    rows = -(-count // columns)
    shift = np.random.default_rng(SEED).uniform(-JITTER_M, JITTER_M, (columns + 1, rows + 1, 2))
    i, j = np.meshgrid(np.arange(columns + 1), np.arange(rows + 1), indexing="ij")
    corner = np.stack([i, j], axis=-1) * SIDE_M + shift + [500_000.0, 4_400_000.0]
    ring = [corner[:-1, :-1], corner[1:, :-1], corner[1:, 1:], corner[:-1, 1:]]
    return shapely.polygons(np.stack(ring, axis=2).reshape(-1, 4, 2))[:count]


def loads(units: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Components and past cases of each unit."""
    rng = np.random.default_rng(SEED)
    xy = shapely.get_coordinates(shapely.centroid(units))
    away = np.hypot(*(xy - xy.mean(axis=0)).T) / np.ptp(xy[:, 0])
    spots = xy[rng.integers(0, len(xy), max(3, len(xy) // 200))]
    near = np.hypot(*(xy[:, None] - spots[None]).transpose(2, 0, 1)).min(axis=1)
    components = rng.poisson(40 + 140 * np.exp(-4 * away**2))
    return components.astype(float), rng.poisson(1 + 12 * np.exp(-near / 250)).astype(float)


def streets(units: np.ndarray, size: int) -> np.ndarray:
    """A label for each unit: bands of blocks of about ``size`` units."""
    side = max(1, round((len(units) / size) ** 0.5))
    xy = shapely.get_coordinates(shapely.centroid(units))
    part = ((xy - xy.min(axis=0)) / (np.ptp(xy, axis=0) + 1) * side).astype(int)
    return np.array([f"{i:02d}{j:02d}" for i, j in part], object)


def sweep(near: Neighbours, own: np.ndarray, burden: np.ndarray, count: int) -> np.ndarray:
    """Areas by growing one after the other from the first unit that is free, to its share."""
    free, area = set(own.tolist()), np.full(len(burden), -1)
    due, made = burden[own].sum() / count, 0
    while free:
        ahead, borne = deque([min(free)]), 0.0
        while ahead and borne < due:
            unit = ahead.popleft()
            if unit not in free:
                continue
            free.discard(unit)
            area[unit] = made
            borne += burden[unit]
            ahead.extend(n for n in near.indices[near.indptr[unit]: near.indptr[unit + 1]]
                         if n in free)  # fmt: skip
        made += 1
    return area[own]


def metis(near: Neighbours, own: np.ndarray, burden: np.ndarray, count: int) -> np.ndarray:
    """Areas by METIS, with contiguous parts asked for."""
    import pymetis

    place = {int(unit): k for k, unit in enumerate(own)}
    lists = [
        [place[int(n)] for n in near.indices[near.indptr[u]: near.indptr[u + 1]] if int(n) in place]
        for u in own
    ]  # fmt: skip
    whole = np.maximum(1, np.rint(burden[own] * 1000)).astype(int).tolist()
    options = pymetis.Options(contig=1)
    return np.array(pymetis.part_graph(count, lists, vweights=whole, options=options)[1])


def by_street(
    how: Callable[..., np.ndarray], units: np.ndarray, label: np.ndarray, burden: np.ndarray,
    counts: dict[str, int],
) -> np.ndarray:  # fmt: skip
    """The areas of a peer, street by street."""
    near, area, made = neighbours(units), np.full(len(units), -1), 0
    for name, count in counts.items():
        own = np.flatnonzero(label == name)
        area[own] = how(near, own, burden, count) + made
        made = int(area.max()) + 1
    return area


def figures(units: np.ndarray, area: np.ndarray, burden: np.ndarray) -> Iterator[str]:
    """Areas, pieces that do not hang together, balance and shape."""
    _, area = np.unique(area, return_inverse=True)
    borne = np.bincount(area, burden)
    a, b, _length = shared_edges(units)
    inside = area[a] == area[b]
    pieces = int(join(len(units), a[inside], b[inside]).max()) + 1
    order = np.argsort(area, kind="stable")
    groups = np.split(units[order], np.cumsum(np.bincount(area))[:-1])
    shapes = np.array([shapely.coverage_union_all(one) for one in groups], object)
    round_ = 4 * np.pi * shapely.area(shapes) / shapely.length(shapes) ** 2
    yield f"{len(borne)}"
    yield f"{pieces - len(borne)}"
    yield f"{borne.max() / borne.mean():.2f}"
    yield f"{borne.std() / borne.mean():.1%}"
    yield f"{np.median(round_):.2f}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", type=int, nargs="+", default=[1652, 35_000])
    parser.add_argument("--street", type=int, default=1700, help="unit grids of a street")
    asked = parser.parse_args()
    small = board(60)
    make_patrol_areas(small, *loads(small))
    print("| grids | way | s | areas | loose pieces | most/mean | variation | shape |")
    print("|---|---|---|---|---|---|---|---|")
    for size in asked.sizes:
        compare(board(size), asked.street)


def compare(units: np.ndarray, street: int) -> None:
    """Print the rows of one size."""
    components, cases = loads(units)
    label = streets(units, street)
    burden = burden_of(shapely.area(units), components, cases)
    start = time.perf_counter()
    made = make_patrol_areas(units, components, cases, label)
    took = {"engine": (time.perf_counter() - start, made.area)}
    names = np.array(made.label, object)
    counts = {str(name): int((names == name).sum()) for name in sorted(set(names))}
    ways = {"greedy sweep": sweep}
    if importlib.util.find_spec("pymetis") is not None:
        ways["METIS"] = metis
    for way, how in ways.items():
        start = time.perf_counter()
        area = by_street(how, units, label, burden, counts)
        took[way] = time.perf_counter() - start, area
    for way, (seconds, area) in took.items():
        print(f"| {len(units):,} | {way} | {seconds:.1f} |",
              " | ".join(figures(units, area, burden)), "|", flush=True)  # fmt: skip


if __name__ == "__main__":
    main()
