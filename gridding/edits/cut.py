"""A grid cut in two by a line: one grid more, or a piece for the grid beside it."""

from __future__ import annotations

import numpy as np
import shapely
from shapely import Polygon

from gridding.edges import NodeTable
from gridding.edits.errors import EditError
from gridding.edits.merge import union_of
from gridding.edits.nodes import Nodes
from gridding.edits.patch import NEW, Change, Patch, finish
from gridding.rings import ring_segments, without_repeats
from gridding.types import Bools, Floats, Geometries

CLEAR_M = 0.05
"""A drawn line this near to a border or a vertex of one passes through it."""


def _feet(point: Floats, a: Floats, b: Floats) -> tuple[Floats, Floats]:
    """Nearest place on each segment from ``a`` to ``b``, and its distance in m."""
    along = b - a
    t = np.clip(((point - a) * along).sum(axis=1) / (along**2).sum(axis=1), 0.0, 1.0)
    foot = a + t[:, None] * along
    return foot, np.hypot(*(foot - point).T)


def nearest_border(point: Floats, a: Floats, b: Floats, reach_m: float) -> tuple[Floats, int]:
    """Return the place on a border for a point near it, and its segment.

    Returns
    -------
    place : float array
        An end of the segment when that is within `CLEAR_M` of it; the point itself when nothing
        is within reach.
    segment : int
        -1 when the place is an end of a segment or the point itself.
    """
    foot, off_m = _feet(point, a, b)
    k = int(off_m.argmin())
    if off_m[k] > reach_m:
        return point, -1
    for end in (a[k], b[k]):
        if np.hypot(*(end - foot[k])) <= CLEAR_M:
            return end, -1
    return foot[k], k


def _fit(patch: Patch, key: int, line: Floats, reach_m: float) -> tuple[Patch, Floats]:
    """Put vertices of the line that are near the ring on it: its ends within reach."""
    a, b, _ = ring_segments(patch.polygons[key])
    nodes, out = Nodes(), []
    for i, point in enumerate(line):
        end = i in (0, len(line) - 1)
        limit_m = max(reach_m, CLEAR_M) if end else CLEAR_M
        place, k = nearest_border(point, a, b, limit_m)
        if k >= 0:
            nodes.add(a[k], b[k], place)
        out.append(place)
    return patch.noded(nodes), np.array(out)


def _crossing(p: Floats, q: Floats, a: Floats, b: Floats) -> tuple[Bools, Floats]:
    """Which segments from ``a`` to ``b`` the segment from ``p`` to ``q`` crosses, and where."""
    d, e = q - p, b - a
    cross = d[0] * e[:, 1] - d[1] * e[:, 0]
    safe = np.where(cross == 0, 1.0, cross)
    s = ((a - p)[:, 0] * e[:, 1] - (a - p)[:, 1] * e[:, 0]) / safe
    t = ((a - p)[:, 0] * d[1] - (a - p)[:, 1] * d[0]) / safe
    hit = (cross != 0) & (s > 0) & (s < 1) & (t > 0) & (t < 1)
    return hit, a + t[:, None] * e


def _among(point: Floats, others: Floats) -> Bools:
    return np.asarray((others == point).all(axis=1))


def _stops(
    p: Floats, q: Floats, a: Floats, b: Floats, nodes: Nodes
) -> list[tuple[float, tuple[float, float]]]:
    """Places at which the segment from ``p`` to ``q`` meets the ring, by their share of the way."""
    along = q - p
    off_m = _off_m(a, p, q)
    through = (off_m <= CLEAR_M) & ~_among(p, a) & ~_among(q, a)
    hit, where = _crossing(p, q, a, b)
    for one in (p, q):
        hit &= ~_among(one, a) & ~_among(one, b)
    for end in (a, b):
        hit &= np.hypot(*(where - end).T) > CLEAR_M
    for k in np.flatnonzero(hit):
        nodes.add(a[k], b[k], where[k])
    found = np.concatenate([a[through], where[hit]])
    share = (found - p) @ along / (along @ along)
    return sorted((float(t), (float(x), float(y))) for t, (x, y) in zip(share, found, strict=True))


def _off_m(points: Floats, p: Floats, q: Floats) -> Floats:
    """Distance of points from the segment from ``p`` to ``q``, m."""
    along, way = q - p, points - p
    t = np.clip(way @ along / (along @ along), 0.0, 1.0)
    return np.asarray(np.hypot(*(way - t[:, None] * along).T))


def _through(patch: Patch, key: int, line: Floats) -> tuple[Patch, Floats]:
    """Give the line a vertex wherever it meets the ring, and the rings the same."""
    a, b, _ = ring_segments(patch.polygons[key])
    nodes, out = Nodes(), [line[:1]]
    for p, q in zip(line, line[1:], strict=False):
        stops = _stops(p, q, a, b, nodes)
        out += [np.array([place]) for _, place in stops] + [q[None, :]]
    return patch.noded(nodes), without_repeats(np.concatenate(out))


def _faces(polygon: Polygon, line: Floats) -> Geometries:
    """What a line with vertices on the ring makes of a polygon."""
    a, b, _ = ring_segments(polygon)
    rings = np.stack([a, b], axis=1)
    drawn = np.stack([line[:-1], line[1:]], axis=1)
    middle = shapely.points(drawn.mean(axis=1))
    known = {frozenset(map(tuple, pair)) for pair in rings.tolist()}
    new = np.array([frozenset(map(tuple, pair)) not in known for pair in drawn.tolist()], bool)
    inside = shapely.contains_properly(polygon, middle) & new
    edges = shapely.linestrings(np.concatenate([rings, drawn[inside]]))
    faces = shapely.get_parts(shapely.polygonize(edges))
    return faces[shapely.contains(polygon, shapely.point_on_surface(faces))]


def _clean(line: Floats) -> Floats:
    """Return the line without repeated points; refuse one that is none or crosses itself."""
    line = np.asarray(line, float).reshape(-1, 2)
    line = without_repeats(line) if len(line) else line
    if len(line) < 2 or not np.isfinite(line).all() or not shapely.linestrings(line).is_simple:
        raise EditError("E-EDIT-LINE")
    return line


def cut_in_two(
    patch: Patch, key: int, line: Floats, reach_m: float
) -> tuple[Patch, tuple[Polygon, Polygon]]:
    """Cut a grid by a line.

    Parameters
    ----------
    patch : Patch
    key : int
    line : float array (n, 2)
        In m; may begin and end outside the grid.
    reach_m : float
        An end of the line that is no farther from the border is put on it.

    Returns
    -------
    patch : Patch
        With a vertex where the line meets the ring, in all rings that pass there.
    pieces : two Polygons
        The larger first.

    Raises
    ------
    EditError
        ``E-EDIT-LINE``, ``E-EDIT-NOCROSS``, ``E-EDIT-MULTIPART``.
    """
    fitted, line = _fit(patch, key, _clean(line), reach_m)
    noded, line = _through(fitted, key, _clean(line))
    faces = _faces(noded.polygons[key], line)
    if len(faces) < 2:
        raise EditError("E-EDIT-NOCROSS", (key,))
    if len(faces) > 2:
        raise EditError("E-EDIT-MULTIPART", (key,))
    small, large = sorted(faces, key=lambda f: (round(f.area, 3), f.bounds))
    return noded, (large, small)


def split(patch: Patch, key: int, line: Floats, reach_m: float = 0.0) -> Change:
    """Cut a grid in two by a line; the larger part keeps the key, the other is `NEW`.

    Arguments and errors are those of `cut_in_two`, and the errors of `finish`.
    """
    noded, (large, small) = cut_in_two(patch, key, line, reach_m)
    return finish(patch, noded, {key: large, NEW: small}, parent=key)


def reassign(patch: Patch, giver: int, taker: int, line: Floats, reach_m: float = 0.0) -> Change:
    """Give a piece that a line cuts from one grid to the grid beside it.

    The piece is the one that has border with the taker; where both have, the smaller.

    Parameters
    ----------
    patch : Patch
    giver, taker : int
    line : float array (n, 2)
    reach_m : float
        As in `cut_in_two`.

    Raises
    ------
    EditError
        ``E-EDIT-FEW``, ``E-EDIT-BORDER``, ``E-EDIT-NOTBESIDE``, and those of `split`.
    """
    if giver == taker:
        raise EditError("E-EDIT-FEW", (giver,))
    if patch.community[giver] != patch.community[taker]:
        raise EditError("E-EDIT-BORDER", (giver, taker))
    noded, (large, small) = cut_in_two(patch, giver, line, reach_m)
    other = noded.polygons[taker]
    for piece, rest in ((small, large), (large, small)):
        if _beside(piece, other):
            taken = union_of(np.array([other, piece], object))
            return finish(patch, noded, {giver: rest, taker: taken})
    raise EditError("E-EDIT-NOTBESIDE", (giver, taker))


def _beside(one: Polygon, other: Polygon) -> bool:
    """Whether two polygons share an edge."""
    both = np.array([one, other], object)
    table = NodeTable(both)
    a, b = table.edges(both[:1]), table.edges(both[1:])
    return bool(np.isin(a.twin, b.key).any())
