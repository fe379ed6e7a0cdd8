"""Made-up towns with everything that has ever been a nuisance, by seed."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.random import Generator, default_rng
from shapely import LineString, MultiPolygon, Point, Polygon, affinity

from gridding import Communities, Features

X0, Y0 = 500_000.0, 4_420_000.0


@dataclass(frozen=True)
class Town:
    """Input of one run."""

    communities: Communities
    features: Features


def _wiggle(rng: Generator, a: tuple[float, float], b: tuple[float, float]) -> np.ndarray:
    """A border between two corners with a few vertices of its own."""
    count = int(rng.integers(0, 5))
    t = np.sort(rng.uniform(0.1, 0.9, count))
    start, end = np.array(a), np.array(b)
    normal = np.array([-(end - start)[1], (end - start)[0]])
    offset = rng.uniform(-0.06, 0.06, count)
    inner = start + t[:, None] * (end - start) + offset[:, None] * normal
    return np.vstack([start, inner, end])


def _communities(rng: Generator, columns: int, rows: int, size_m: float) -> list[Polygon]:
    """A jittered checkerboard whose neighbours share every vertex of their border."""
    corner = {
        (i, j): (
            X0 + (i + rng.uniform(-0.15, 0.15)) * size_m,
            Y0 + (j + rng.uniform(-0.15, 0.15)) * size_m,
        )
        for i in range(columns + 1)
        for j in range(rows + 1)
    }
    across = {
        (i, j): _wiggle(rng, corner[i, j], corner[i + 1, j])
        for i in range(columns)
        for j in range(rows + 1)
    }
    up = {
        (i, j): _wiggle(rng, corner[i, j], corner[i, j + 1])
        for i in range(columns + 1)
        for j in range(rows)
    }
    return [
        Polygon(np.vstack([across[i, j], up[i + 1, j], across[i, j + 1][::-1], up[i, j][::-1]]))
        for i in range(columns)
        for j in range(rows)
    ]


def _with_island(rng: Generator, parts: list[Polygon]) -> list[Polygon]:
    """Cut an island community out of the middle of the first one."""
    centre = parts[0].representative_point()
    island = Point(centre.x, centre.y).buffer(rng.uniform(20, 60), quad_segs=3)
    if not parts[0].contains(island.buffer(5)):
        return parts
    holed = Polygon(parts[0].exterior, [island.exterior])
    return [holed, *parts[1:], island]


def _roads(rng: Generator, bounds: tuple[float, ...], count: int) -> list[LineString]:
    x0, y0, x1, y1 = bounds
    out = []
    for _ in range(count):
        if rng.random() < 0.6:
            y = rng.uniform(y0, y1, 2)
            bend = ((x0 + x1) / 2, y.mean() + 8)
            out.append(LineString([(x0 - 30, y[0]), bend, (x1 + 30, y[1])]))
        else:
            x = rng.uniform(x0, x1, 2)
            out.append(LineString([(x[0], y0 - 30), (x[1], y1 + 30)]))
    return out


def _beside_road(rng: Generator, line: LineString) -> LineString:
    """A double, a double 1 mm off, the other carriageway, a dead end or a loop."""
    kind = int(rng.integers(0, 5))
    if kind < 3:
        offset = (0.0, 0.001, 7.0)[kind]
        return affinity.translate(line, offset, offset)
    a = line.interpolate(rng.uniform(0.2, 0.8), normalized=True)
    if kind == 3:
        return LineString([a, (a.x + rng.uniform(-60, 60), a.y + rng.uniform(-60, 60))])
    return LineString(a.buffer(rng.uniform(5, 40), quad_segs=2).exterior.coords)


def _beside_border(rng: Generator, line: LineString) -> LineString:
    offset = rng.choice([0.0, 0.001, 0.05, 0.2, 0.4])
    return affinity.translate(line, offset, -offset)


def _troubles(
    rng: Generator, roads: list[LineString], borders: list[LineString]
) -> list[LineString]:
    """Lines that nearly repeat others."""
    out = [_beside_road(rng, line) for line in roads if rng.random() < 0.8]
    return out + [_beside_border(rng, line) for line in borders if rng.random() < 0.6]


def _house(rng: Generator, x: float, y: float) -> Polygon:
    w, h = rng.uniform(6, 40, 2)
    house = affinity.rotate(shapely.box(x, y, x + w, y + h), rng.uniform(0, 90))
    if min(w, h) > 25 and rng.random() < 0.5:
        court = house.buffer(-8, join_style="mitre")
        return Polygon(house.exterior, [court.exterior])
    return house


def _houses(rng: Generator, bounds: tuple[float, ...], count: int) -> list[Polygon]:
    x0, y0, x1, y1 = bounds
    out = []
    for _ in range(count):
        x, y = rng.uniform(x0, x1), rng.uniform(y0, y1)
        house = _house(rng, x, y)
        out.append(house)
        if rng.random() < 0.3:
            w = house.bounds[2] - house.bounds[0]
            out += [affinity.translate(house, k * w, 0) for k in (1, 2)]
        if rng.random() < 0.15:
            out.append(affinity.translate(house, 2.0, 2.0))
    return out


def make_town(seed: int, *, size_m: float = 260.0, columns: int = 2, rows: int = 1) -> Town:
    """Return the made-up town of a seed: communities of about ``size_m`` squared."""
    rng = default_rng(seed)
    parts = _communities(rng, columns, rows, size_m)
    if rng.random() < 0.4:
        parts = _with_island(rng, parts)
    shapes: list[Polygon | MultiPolygon] = list(parts)
    if len(shapes) > 2 and rng.random() < 0.5 and shapes[-1].disjoint(shapes[1]):
        last = shapes.pop()
        shapes[1] = MultiPolygon([shapes[1], last])
    bounds = tuple(shapely.total_bounds(np.array(parts, object)))
    roads = _roads(rng, bounds, int(rng.integers(0, 7)))
    borders = [LineString(p.exterior.coords) for p in parts]
    lines = roads + _troubles(rng, roads, borders)
    houses = _houses(rng, bounds, int(rng.integers(0, 40)))
    walls = [
        _house(rng, rng.uniform(bounds[0], bounds[2]), rng.uniform(bounds[1], bounds[3]))
        for _ in range(int(rng.integers(0, 3)))
    ]
    compounds = [affinity.scale(w, 3, 3) for w in walls]
    codes = tuple(f"110101001{k + 1:03d}" for k in range(len(shapes)))
    return Town(
        Communities(codes, np.array(shapes, object)),
        Features(
            np.array(lines, object) if lines else np.zeros(0, object),
            rng.integers(1, 8, len(lines)).astype(np.int8),
            np.array(["road"] * len(lines), "U8"),
            np.array(houses, object) if houses else np.zeros(0, object),
            np.array(compounds, object) if compounds else np.zeros(0, object),
        ),
    )
