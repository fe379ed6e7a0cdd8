"""Hostile towns by seed: whatever a ring, a line or an outline can be and still be let in.

`tests.gridding.towns` makes towns that could be; these need not look like any town. Communities
are faces of random linework put together at random, so that needles, enclaves, islands, holes that
belong to nobody and rings that touch themselves come by themselves; neighbours share vertices.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import shapely
from numpy.random import Generator, default_rng
from shapely import LineString, Polygon, affinity
from shapely.geometry.base import BaseGeometry

from gridding import Communities, Features
from tests.gridding.towns import Town

# Gauss-Krüger, UTM, and a CGCS2000 zone whose eastings begin with its number (EPSG:4507 …).
ORIGINS = ((500_000.0, 4_420_000.0), (385_000.0, 6_671_000.0), (40_512_345.6, 4_420_987.6))
_APART_M = (0.001, 0.012, 0.05, 0.35, 1.5, 4.0, 9.0)


def _anywhere(rng: Generator, box: tuple[float, ...], margin_m: float = 0.0) -> tuple[float, float]:
    x0, y0, x1, y1 = box
    return (
        float(rng.uniform(x0 - margin_m, x1 + margin_m)),
        float(rng.uniform(y0 - margin_m, y1 + margin_m)),
    )


def _through(rng: Generator, box: tuple[float, ...], bends: int = 3) -> LineString:
    """A line from one side of the box to another, with bends."""
    x0, y0, x1, y1 = box
    t = np.linspace(-0.05, 1.05, int(rng.integers(2, bends + 2)))
    across = rng.uniform(0.0, 1.0) + rng.uniform(-0.2, 0.2, len(t))
    xy = np.column_stack([t, across]) if rng.random() < 0.5 else np.column_stack([across, t])
    return LineString(xy * (x1 - x0, y1 - y0) + (x0, y0))


def _blob(rng: Generator, centre: tuple[float, float], radius_m: float, corners: int) -> Polygon:
    turn = np.sort(rng.uniform(0, 2 * np.pi, corners))
    radius = radius_m * rng.uniform(0.4, 1.0, corners)
    xy = np.column_stack([np.cos(turn), np.sin(turn)]) * radius[:, None] + centre
    return Polygon(xy).convex_hull if corners < 4 else Polygon(xy).buffer(0)


def _needle(rng: Generator, line: LineString) -> LineString:
    return affinity.translate(line, 0.0, float(rng.choice(_APART_M)))


def _fine(rng: Generator, radius_m: float, centre: tuple[float, float]) -> LineString:
    """A ring of thousands of vertices some centimetres apart."""
    turn = np.linspace(0, 2 * np.pi, int(rng.integers(2_000, 8_000)))
    radius = radius_m * (1 + 0.05 * np.sin(7 * turn)) + 0.01 * np.sin(901 * turn)
    xy = np.column_stack([np.cos(turn), np.sin(turn)]) * radius[:, None] + centre
    xy[-1] = xy[0]
    return LineString(xy)


def _border_lines(rng: Generator, box: tuple[float, ...]) -> list[BaseGeometry]:
    side = box[2] - box[0]
    lines: list[BaseGeometry] = [shapely.box(*box).exterior]
    through = [_through(rng, box) for _ in range(int(rng.integers(0, 4)))]
    lines += through + [_needle(rng, line) for line in through if rng.random() < 0.3]
    for _ in range(int(rng.integers(0, 3))):
        radius = side * float(rng.choice([0.002, 0.01, 0.05, 0.2]))
        lines.append(_blob(rng, _anywhere(rng, box), radius, 7).boundary)
    if rng.random() < 0.25:
        lines.append(_fine(rng, side * rng.uniform(0.1, 0.4), _anywhere(rng, box)))
    return [line for line in lines if not line.is_empty]


def _stutter(polygon: Polygon, every: int) -> Polygon:
    """Repeat vertices, which no rule forbids."""

    def ring(r: LineString) -> np.ndarray:
        return np.repeat(shapely.get_coordinates(r), 1 + (np.arange(len(r.coords)) % every == 0), 0)

    return Polygon(ring(polygon.exterior), [ring(r) for r in polygon.interiors])


def hostile_communities(rng: Generator, box: tuple[float, ...]) -> list[BaseGeometry]:
    """Faces of random linework, put together at random; some ground belongs to nobody."""
    noded = shapely.union_all(np.array(_border_lines(rng, box), object))
    faces = shapely.get_parts(shapely.polygonize(shapely.get_parts(noded)))
    faces = faces[shapely.area(faces) > 1e-6]
    count = int(rng.integers(1, 5))
    owner = rng.integers(0, count, len(faces))
    owner[rng.random(len(faces)) < 0.1] = count
    owner[shapely.area(faces).argmax()] = 0
    shapes = [
        shapely.coverage_union_all(faces[owner == k]) for k in range(count) if (owner == k).any()
    ]
    if rng.random() < 0.2:
        shapes = [_stutter(s, 3) if s.geom_type == "Polygon" else s for s in shapes]
    return shapes


Maker = Callable[[Generator, tuple[float, ...], list[BaseGeometry]], list[BaseGeometry]]


def _doubles(rng: Generator, box: tuple[float, ...], lines: list[BaseGeometry]) -> list:
    return [affinity.translate(g, *rng.choice(_APART_M, 2)) for g in lines if rng.random() < 0.7]


def _again(rng: Generator, box: tuple[float, ...], lines: list[BaseGeometry]) -> list:
    """The same once more, backwards, or a part of it."""
    return [
        shapely.line_interpolate_point(g, 0.0, normalized=True).buffer(0).boundary
        if g.length == 0
        else LineString([g.interpolate(t, normalized=True) for t in np.sort(rng.random(3))])
        for g in lines
    ] + [shapely.reverse(g) for g in lines]


def _dangles(rng: Generator, box: tuple[float, ...], lines: list[BaseGeometry]) -> list:
    ends = [_anywhere(rng, box, 20) for _ in range(int(rng.integers(1, 8)))]
    reach = float(rng.choice([0.004, 0.3, 8.0, 60.0]))
    return [LineString([p, np.array(p) + rng.uniform(-reach, reach, 2)]) for p in ends]


def _points(rng: Generator, box: tuple[float, ...], lines: list[BaseGeometry]) -> list:
    at = _anywhere(rng, box)
    return [LineString([at, at]), LineString(), None]


def _spikes(rng: Generator, box: tuple[float, ...], lines: list[BaseGeometry]) -> list:
    """There and back, and a loop through itself."""
    a, b, c = (_anywhere(rng, box) for _ in range(3))
    return [LineString([a, b, a]), LineString([a, b, c, a, b]), LineString([a, a, b, b, c])]


def _comb(rng: Generator, box: tuple[float, ...], lines: list[BaseGeometry]) -> list:
    """Many ends a hair from one line, on both sides of it."""
    base = _through(rng, box, 1)
    at = [base.interpolate(t, normalized=True) for t in rng.random(12)]
    off = rng.choice([-0.02, -0.004, 0.0, 0.004, 0.02], 12)
    return [base] + [
        LineString([(p.x, p.y + o), (p.x + 3, p.y + 40)]) for p, o in zip(at, off, strict=True)
    ]


def _star(rng: Generator, box: tuple[float, ...], lines: list[BaseGeometry]) -> list:
    x, y = _anywhere(rng, box)
    turn = rng.uniform(0, 2 * np.pi, 20)
    return [LineString([(x, y), (x + 90 * np.cos(t), y + 90 * np.sin(t))]) for t in turn]


def _scribble(rng: Generator, box: tuple[float, ...], lines: list[BaseGeometry]) -> list:
    step = rng.normal(0, 4, (600, 2)).cumsum(axis=0)
    return [LineString(step + _anywhere(rng, box))]


LINES: tuple[Maker, ...] = (_doubles, _again, _dangles, _points, _spikes, _comb, _star, _scribble)


def hostile_lines(rng: Generator, box: tuple[float, ...], borders: list[BaseGeometry]) -> list:
    """Roads through the box and beside the borders, and some of all that `LINES` makes."""
    lines: list[BaseGeometry] = [_through(rng, box) for _ in range(int(rng.integers(0, 6)))]
    shifted = [b for b in borders if rng.random() < 0.4]
    lines += [affinity.translate(b, *rng.choice(_APART_M, 2)) for b in shifted]
    lines += [b for b in borders if rng.random() < 0.3]
    for make in LINES:
        if rng.random() < 0.35:
            lines += make(rng, box, [g for g in lines if g is not None and g.length > 0])
    return lines


def _house(rng: Generator, at: tuple[float, float]) -> Polygon:
    w, h = rng.choice([0.05, 0.8, 9.0, 25.0, 70.0], 2, p=[0.05, 0.1, 0.4, 0.35, 0.1])
    return affinity.rotate(shapely.box(at[0], at[1], at[0] + w, at[1] + h), rng.uniform(0, 90))


def _variants(rng: Generator, house: Polygon) -> list[BaseGeometry]:
    """What one outline can become."""
    xy = shapely.get_coordinates(house)
    near = affinity.translate(house, *rng.choice([*_APART_M, 0.0, -0.001], 2))
    spiked = Polygon(np.vstack([xy[:2], xy[1] + (30.0, 2.0), xy[1:]]))
    bow = Polygon(xy[[0, 2, 1, 3, 0]])
    inner = affinity.scale(house, 0.5, 0.5)
    holed = Polygon(house.exterior, [affinity.scale(house, 0.8, 0.8).exterior])
    collection = shapely.GeometryCollection([house, house.centroid, house.exterior])
    every = [near, spiked, bow, inner, house, holed, collection, _stutter(house, 2)]
    every += [shapely.force_3d(near, 7.0), shapely.MultiPolygon([house, inner])]
    return [every[k] for k in rng.choice(len(every), int(rng.integers(0, 3)))]


def hostile_outlines(rng: Generator, box: tuple[float, ...], borders: list[BaseGeometry]) -> list:
    """Buildings anywhere and on borders, overlapping, nested, repeated, broken."""
    out: list[BaseGeometry] = []
    for _ in range(int(rng.integers(0, 25))):
        at = _anywhere(rng, box)
        if borders and rng.random() < 0.3:
            border = borders[int(rng.integers(len(borders)))]
            point = border.interpolate(rng.random(), normalized=True)
            at = (point.x - rng.uniform(0, 9), point.y - rng.uniform(0, 9))
        house = _house(rng, at)
        out += [house, *_variants(rng, house)]
    return out


def hostile_compounds(rng: Generator, box: tuple[float, ...], houses: list[BaseGeometry]) -> list:
    """Large blobs, one over another, and hulls of houses that follow one another in the list."""
    out = []
    for _ in range(int(rng.integers(0, 3))):
        out.append(_blob(rng, _anywhere(rng, box), rng.uniform(5, 120), int(rng.integers(4, 40))))
        if rng.random() < 0.5:
            out.append(affinity.translate(out[-1], *rng.uniform(-40, 40, 2)))
    if len(houses) > 3 and rng.random() < 0.5:
        out.append(shapely.GeometryCollection(houses[:3]).convex_hull)
    return out


def _rings(shapes: list[BaseGeometry]) -> list[BaseGeometry]:
    parts = shapely.get_parts(np.array(shapes, object))
    return [LineString(r.coords) for r in shapely.get_rings(parts)]


def _array(geometry: list) -> np.ndarray:
    out = np.empty(len(geometry), object)
    out[:] = geometry
    return out


def hostile_town(seed: int, *, size_m: float = 330.0) -> Town:
    """Return the hostile town of a seed, in a square of about ``size_m``."""
    rng = default_rng([7, seed])
    x, y = ORIGINS[int(rng.integers(len(ORIGINS)))]
    box = (x, y, x + size_m * rng.uniform(0.3, 1.3), y + size_m * rng.uniform(0.3, 1.0))
    shapes = hostile_communities(rng, box)
    borders = _rings(shapes)
    lines = hostile_lines(rng, box, borders)
    houses = hostile_outlines(rng, box, borders)
    compounds = hostile_compounds(rng, box, houses)
    return Town(
        Communities(tuple(f"110101001{k + 1:03d}" for k in range(len(shapes))), _array(shapes)),
        Features(
            _array(lines),
            rng.integers(1, 8, len(lines)).astype(np.int8),
            rng.choice(["road", "water", "wall", "rail"], len(lines)),
            _array(houses),
            _array(compounds),
        ),
    )
