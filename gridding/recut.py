"""Which grids of a former edition stay, and the ground round them that is cut anew.

All is decided on equal vertices: what is left of a community is closed from the edges of its ring
and of the kept grids that have no counterpart, never by an overlay that would move vertices.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import shapely
from shapely import STRtree

from gridding.assemble import AREA_NOISE_M2
from gridding.canonical import Ground, Region
from gridding.edges import Edges, NodeTable, find, owner_of
from gridding.errors import InputError
from gridding.fingerprint import ground_fingerprints
from gridding.former import Former, check_former
from gridding.pins import FormerBorders, cuts_along_pins, pinned_edges
from gridding.rings import TOUCH_M, noded_rings, nodes_by_region, vertices_on_rings
from gridding.rules import GridRules
from gridding.types import Bools, Geometries, Ints

# A changed patch below this share of the target area takes one kept neighbour in.
SMALL_PATCH = 0.5


@dataclass(frozen=True, slots=True)
class Recut:
    """What is to be cut, and what stays.

    Attributes
    ----------
    regions : list of Region
    kept : array of Polygon
        As given, to the bit.
    community, former : int arrays
        Community of each kept grid, and its index in the former edition.
    """

    regions: list[Region]
    kept: Geometries
    community: Ints
    former: Ints


@dataclass(frozen=True, slots=True)
class _Old:
    """The former grids in an order that does not depend on the caller's.

    ``across`` is the grid on the other side of each edge, -1 for none; ``outer`` edges have no
    grid of the same community there.
    """

    polygons: Geometries
    index: Ints
    community: Ints
    same: Bools
    alone: Bools
    table: NodeTable
    edges: Edges
    across: Ints

    @property
    def outer(self) -> Bools:
        other = self.community[self.across] == self.community[self.edges.owner]
        return (self.across < 0) | ~other


@dataclass(frozen=True, slots=True)
class _Frame:
    """Kept grids in their regions, whose rings have the vertices of kept grids in them."""

    kept: Bools
    home: Ints
    regions: Geometries
    ring: Edges


def _old(former: Former, regions: list[Region], ground: Ground, rules: GridRules) -> _Old:
    polygons = np.asarray(former.polygons, object)
    wkb = shapely.to_wkb(polygons)
    order = np.array(sorted(range(len(wkb)), key=lambda i: wkb[i]), np.int64)
    polygons = polygons[order]
    number = {region.code: region.community for region in regions}
    community = np.array([number.get(former.community_codes[i], -1) for i in order], np.int64)
    now = ground_fingerprints(polygons, ground, rules)
    same = np.array([former.fingerprints[i] == n for i, n in zip(order, now, strict=True)], bool)
    alone = np.array(former.alone or [False] * len(order), bool)[order]
    same |= alone
    table = NodeTable(polygons, np.array([r.polygon for r in regions], object))
    edges = table.edges(polygons)
    across = owner_of(edges.twin, edges)
    return _Old(polygons, order, community, same & (community >= 0), alone, table, edges, across)


def _noded(old: _Old, wanted: Bools, more: Edges, shapes: Geometries) -> Geometries:
    """Regions with the vertices of the wanted grids and of more edges in their rings."""
    rim = old.edges.take(wanted[old.edges.owner] & old.outer).joined(more)
    points = np.unique(np.concatenate(old.table.ends(rim)), axis=0)
    nodes = nodes_by_region(shapes, vertices_on_rings(points, shapes))
    rings = [noded_rings(shape, own) for shape, own in zip(shapes, nodes, strict=True)]
    return np.array([shapely.Polygon(r[0], r[1:]) for r in rings], object)


def _loose(old: _Old, edges: Edges, outer: Bools, of: Ints, ring: Edges) -> Bools:
    """Edges that should lie on the ring and do not, or lie on it with other vertices."""
    at = find(edges.key, ring.key)
    on = (at >= 0) & (of[ring.owner[at]] == old.community[edges.owner])
    off = np.flatnonzero(~on)
    middle = shapely.points(np.mean(old.table.ends(edges.take(off)), axis=0))
    tree = STRtree(old.table.lines(ring))
    touching = tree.query(middle, predicate="dwithin", distance=TOUCH_M)[0]
    bad = ~on & outer
    bad[off[touching]] = True
    return bad


def _fit(old: _Old, wanted: Bools, more: Edges, regions: list[Region]) -> _Frame:
    """Drop grids until all that are left fit the rings of their communities exactly."""
    shapes = np.array([r.polygon for r in regions], object)
    of = np.array([r.community for r in regions], np.int64)
    while True:
        noded = _noded(old, wanted, more, shapes)
        ring = old.table.edges(noded)
        home = np.full(len(wanted), -1)
        region, grid = STRtree(old.polygons).query(noded, predicate="covers")
        own = of[region] == old.community[grid]
        home[grid[own]] = region[own]
        mine = wanted[old.edges.owner]
        edges = old.edges.take(mine)
        fits = wanted & (home >= 0)
        fits[edges.owner[_loose(old, edges, old.outer[mine], of, ring)]] = False
        if (fits == wanted).all():
            return _Frame(wanted, home, noded, ring)
        wanted = fits


def _check_alone(old: _Old, frame: _Frame) -> None:
    """Refuse to go on without a grid that is to be left alone."""
    lost = np.flatnonzero(old.alone & ~frame.kept)
    if len(lost):
        x, y = shapely.get_coordinates(shapely.point_on_surface(old.polygons[lost[0]]))[0]
        raise InputError(
            "E-GRID-ALONE",
            f"The grid at ({x:.1f}, {y:.1f}) is to be left alone and fits its community no "
            "longer, since the border of that moved; release it.",
        )


def _rim(old: _Old, frame: _Frame) -> Edges:
    """Edges round the ground that is not kept, that on their left; their owner is the region."""
    mine = old.edges.take(frame.kept[old.edges.owner])
    free = frame.ring.take(~np.isin(frame.ring.key, mine.key))
    paired = np.isin(mine.key, frame.ring.key) | np.isin(mine.key, mine.twin)
    back = mine.take(~paired).turned()
    return free.joined(replace(back, owner=frame.home[back.owner]))


def _patches(old: _Old, rim: Edges) -> tuple[Geometries, Ints]:
    """Polygons that have only rim edges, and the region of each."""
    _, first = np.unique(rim.side, return_index=True)
    faces = shapely.get_parts(shapely.polygonize(old.table.lines(rim.take(first))))
    faces = shapely.normalize(faces)
    edges = old.table.edges(faces)
    region = owner_of(edges.key, rim)
    low, high = np.full(len(faces), len(rim.owner)), np.full(len(faces), -1)
    np.minimum.at(low, edges.owner, region)
    np.maximum.at(high, edges.owner, region)
    whole = (low == high) & (low >= 0)
    return faces[whole], low[whole]


def _check_area(
    old: _Old, frame: _Frame, patches: Geometries, of: Ints, regions: list[Region]
) -> None:
    """Refuse a remainder that is not all of what is not kept."""
    kept = np.flatnonzero(frame.kept)
    area = shapely.area(frame.regions)
    area -= np.bincount(of, shapely.area(patches), len(area))
    area -= np.bincount(frame.home[kept], shapely.area(old.polygons[kept]), len(area))
    if (np.abs(area) > AREA_NOISE_M2).any():
        worst = int(np.abs(area).argmax())
        x, y = shapely.get_coordinates(shapely.point_on_surface(frame.regions[worst]))[0]
        code = regions[worst].code
        raise InputError(
            "E-GRID-FORMER",
            f"Community {code}, near ({x:.1f}, {y:.1f}): what is left beside the former grids "
            f"does not close (off by {area[worst]:.4f} m²); cut afresh.",
            code,
        )


def _released(old: _Old, frame: _Frame, patches: Geometries, of: Ints, small_m2: float) -> Ints:
    """For each patch that is too small the kept neighbour it has most border with."""
    edges = old.table.edges(patches)
    edges = edges.take((shapely.area(patches) < small_m2)[edges.owner])
    mine = old.edges.take(frame.kept[old.edges.owner])
    grid = owner_of(edges.twin, mine)
    near = (grid >= 0) & (frame.home[grid] == of[edges.owner]) & ~old.alone[grid]
    edges, grid = edges.take(near), grid[near]
    pair, index = np.unique(np.column_stack([edges.owner, grid]), axis=0, return_inverse=True)
    length = np.bincount(index.ravel(), shapely.length(old.table.lines(edges)), len(pair))
    order = np.lexsort((pair[:, 1], -length, pair[:, 0]))
    _, first = np.unique(pair[order, 0], return_index=True)
    return np.unique(pair[order[first], 1])


def _traces(old: _Old, frame: _Frame, patches: Geometries) -> tuple[Geometries, Ints]:
    """Former borders inside patches, and the patch of each."""
    edges, across = old.edges, old.across
    gone = ~frame.kept[edges.owner] & (across > edges.owner) & ~frame.kept[across] & ~old.outer
    inner = edges.take(gone)
    inner = inner.take(~np.isin(inner.side, old.table.edges(patches).side))
    lines = old.table.lines(inner)
    middle = shapely.line_interpolate_point(lines, 0.5, normalized=True)
    at, patch = STRtree(patches).query(middle, predicate="within")
    order = np.lexsort((at, patch))
    bundles = shapely.multilinestrings(lines[at[order]], indices=_dense(patch[order]))
    parts, of = shapely.get_parts(shapely.line_merge(bundles), return_index=True)
    return parts, np.unique(patch)[of]


def _dense(values: Ints) -> Ints:
    return np.asarray(np.unique(values, return_inverse=True)[1])


def _locked(old: _Old, patches: Geometries, sides: Ints) -> list[np.ndarray]:
    """Segments of each patch that may get no junction, the lower end first."""
    edges = old.table.edges(patches)
    edges = edges.take(np.isin(edges.side, sides))
    order = np.argsort(edges.owner, kind="stable")
    edges = edges.take(order)
    low = edges.take(edges.tail < edges.head).joined(edges.take(edges.tail >= edges.head).turned())
    rows = np.hstack(old.table.ends(low))
    return [rows[low.owner == i] for i in range(len(patches))]


def _regions(
    old: _Old,
    frame: _Frame,
    patches: Geometries,
    of: Ints,
    pins: Edges,
    regions: list[Region],
) -> list[Region]:
    mine = old.edges.take(frame.kept[old.edges.owner])
    locked = _locked(old, patches, np.concatenate([mine.side, pins.side]))
    traces, trace_of = _traces(old, frame, patches)
    wkb = shapely.to_wkb(patches)
    order = sorted(range(len(patches)), key=lambda i: (of[i], wkb[i]))
    out = []
    for i in order:
        own = regions[of[i]]
        # Ground with no kept neighbour is cut as if there had been no former edition.
        old_borders = traces[trace_of == i] if len(locked[i]) else np.zeros(0, object)
        out.append(Region(own.community, own.code, patches[i], locked[i], old_borders))
    return out


def plan_recut(
    former: Former | None, regions: list[Region], ground: Ground, rules: GridRules
) -> Recut:
    """Return what is to be cut and which former grids stay.

    A former grid stays when its fingerprint is the same, or it is left alone, and it fits into its
    community: where it lay on the ring of that it still does, with the same vertices. A patch of
    other ground below half the target area also takes in the kept grid it has most border with,
    never more, and none that is left alone.

    Parameters
    ----------
    former : Former, optional
        Without it all regions are cut.
    regions : list of Region
    ground : Ground
    rules : GridRules

    Raises
    ------
    InputError
        ``E-GRID-FORMER``, ``E-GRID-PIN`` or ``E-GRID-ALONE``.
    """
    if former is None or not len(former.polygons):
        return Recut(regions, np.zeros(0, object), np.zeros(0, np.int64), np.zeros(0, np.int64))
    check_former(former)
    old = _old(former, regions, ground, rules)
    pins = pinned_edges(former.pinned, old.table, old.edges)
    frame = _fit(old, old.same, pins, regions)
    patches, of = _patches(old, _rim(old, frame))
    _check_area(old, frame, patches, of, regions)
    more = _released(old, frame, patches, of, SMALL_PATCH * rules.target_area_m2)
    if len(more):
        kept = frame.kept.copy()
        kept[more] = False
        frame = _fit(old, kept, pins, regions)
    rim = _rim(old, frame)
    patches, of = _patches(old, rim)
    if len(pins.owner):
        loose = np.flatnonzero(~frame.kept)
        borders = FormerBorders(old.polygons, old.table, old.edges, old.across, old.outer)
        cut = cuts_along_pins(borders, loose, patches, pins, ground)
        cut = replace(cut, owner=of[cut.owner])
        frame = _fit(old, frame.kept, pins.joined(cut), regions)
        rim = _rim(old, frame).joined(cut)
        patches, of = _patches(old, rim)
    _check_alone(old, frame)
    _check_area(old, frame, patches, of, regions)
    left = _regions(old, frame, patches, of, pins, regions)
    kept_at = np.flatnonzero(frame.kept)
    return Recut(left, old.polygons[kept_at], old.community[kept_at], old.index[kept_at])
