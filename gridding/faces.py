"""The arrangement of all linework in a region: faces, and the edges between them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely import STRtree

from gridding.kinds import tag, untag
from gridding.network import STEP_M
from gridding.ridges import Ridges
from gridding.types import Bools, Floats, Geometries, Ints

# Border classes: 1 to 7 are the classes of lines, then what this package makes.
GAP, FREE, FACADE = 8, 9, 10
COMPOUND_EDGE, LAND_EDGE = 11, 12
_NEAR_M = 0.03


@dataclass(frozen=True, slots=True)
class Mesh:
    """Faces of a region and the straight edges between them.

    Attributes
    ----------
    xy : float array (n, 2)
        Nodes, m, on the lattice of `STEP_M`.
    edges : int array (m, 2)
        Nodes of each edge, the lower first; ``left`` and ``right`` are the faces seen from
        there, -1 outside the region.
    length_m, border_class, line_word : arrays (m,)
        ``line_word`` is the kind of line an edge lies on (`gridding.kinds.LINE_WORDS`).
    area_m2, unit, weight : arrays, one value a face
        ``unit`` is the group of the building or compound a face lies in, or -1;
        ``weight`` what a square metre of it counts, 1 where the target of the run holds.
    corridor : bool array (m,)
        Whether the face on one side is part of a corridor between two lines (a median, the
        strip between two carriageways).
    """

    xy: Floats
    edges: Ints
    left: Ints
    right: Ints
    length_m: Floats
    border_class: NDArray[np.int8]
    line_word: NDArray[np.int8]
    area_m2: Floats
    unit: Ints
    corridor: Bools
    centre: Floats
    weight: Floats


def inside_faces(noded: Geometries, polygon: shapely.Polygon) -> tuple[Geometries, Geometries]:
    """Return the faces of noded linework that lie in a region, and a point in each."""
    faces = shapely.get_parts(shapely.polygonize(noded))
    point = shapely.point_on_surface(faces)
    shapely.prepare(polygon)
    keep = shapely.intersects(polygon, point)
    return shapely.orient_polygons(faces[keep]), point[keep]


def _edges(faces: Geometries) -> tuple[Floats, Ints, Ints, Ints]:
    """Nodes, unique undirected edges, and the face on the left and right of each."""
    rings, of_face = shapely.get_rings(faces, return_index=True)
    xy, of_ring = shapely.get_coordinates(rings, return_index=True)
    lattice = np.rint(xy / STEP_M).astype(np.int64)
    lattice -= lattice.min(axis=0)
    key, first, node = np.unique(
        (lattice[:, 0] << 32) | lattice[:, 1], return_index=True, return_inverse=True
    )
    step = np.flatnonzero(of_ring[1:] == of_ring[:-1])
    a, b, face = node[step], node[step + 1], of_face[of_ring[step]]
    forward = a < b
    pair, index = np.unique(np.minimum(a, b) * len(key) + np.maximum(a, b), return_inverse=True)
    left, right = np.full(len(pair), -1), np.full(len(pair), -1)
    left[index[forward]] = face[forward]
    right[index[~forward]] = face[~forward]
    return xy[first], np.column_stack([pair // len(key), pair % len(key)]), left, right


def _segments(lines: Geometries, value: NDArray[np.int8]) -> tuple[Geometries, NDArray[np.int8]]:
    xy, index = shapely.get_coordinates(lines, return_index=True)
    step = np.flatnonzero(index[1:] == index[:-1])
    return shapely.linestrings(np.stack([xy[step], xy[step + 1]], axis=1)), value[index[step]]


def _source_class(
    middle: Geometries, lines: Geometries, tags: NDArray[np.int8], ridges: Ridges
) -> tuple[NDArray[np.int8], NDArray[np.int8]]:
    """The lowest class of what lies under each point: a line, the axis of a gap, else free.

    Also the word of the line.
    """
    gaps = ridges.lines[ridges.is_gap]
    source = np.concatenate([lines, gaps])
    value = np.concatenate([tags, tag(np.full(len(gaps), GAP, np.int8))])
    out = tag(np.full(len(middle), FREE, np.int8))
    if len(source):
        segment, of = _segments(source, value)
        i, j = STRtree(segment).query(middle, predicate="dwithin", distance=_NEAR_M)
        np.minimum.at(out, i, of[j])
    return untag(out)


def _unit_of(points: Geometries, units: Geometries, group: Ints) -> Ints:
    out = np.full(len(points), len(units))
    if len(units):
        i, j = STRtree(units).query(points, predicate="intersects")
        np.minimum.at(out, i, group[j])
    out[out == len(units)] = -1
    return out


def _in_corridor(points: Geometries, corridors: Geometries) -> Bools:
    out = np.zeros(len(points), bool)
    out[STRtree(corridors).query(points, predicate="intersects")[0]] = True
    return out


def _on_edges(middle: Geometries, edges: Geometries) -> Bools:
    out = np.zeros(len(middle), bool)
    if len(edges):
        segment, _ = _segments(edges, np.zeros(len(edges), np.int8))
        i, _ = STRtree(segment).query(middle, predicate="dwithin", distance=_NEAR_M)
        out[i] = True
    return out


def build_mesh(
    faces: Geometries,
    points: Geometries,
    lines: Geometries,
    tags: NDArray[np.int8],
    ridges: Ridges,
    units: Geometries,
    group: Ints,
    compound_groups: Ints,
    corridors: Geometries,
    land_edges: Geometries,
    weight: Floats,
) -> Mesh:
    """Return the mesh of the faces of one region; see `Mesh`.

    An edge takes the class of the line it lies on; else, between a unit and open ground, it is
    a facade (or the edge of a compound), between two units a party wall, counted as a gap; in
    open ground it may be an edge of a land use.
    """
    xy, edges, left, right = _edges(faces)
    ends = xy[edges]
    middle = shapely.points(ends.mean(axis=1))
    border, word = _source_class(middle, lines, tags, ridges)
    unit = _unit_of(points, units, group)
    at_left = np.where(left >= 0, unit[left], -1)
    at_right = np.where(right >= 0, unit[right], -1)
    soft = (border >= GAP) & (at_left != at_right)
    both = (at_left >= 0) & (at_right >= 0)
    fenced = np.isin(np.maximum(at_left, at_right), compound_groups)
    border[soft & both] = GAP
    border[soft & ~both] = FACADE
    border[soft & ~both & fenced] = COMPOUND_EDGE
    border[(border == FREE) & _on_edges(middle, land_edges)] = LAND_EDGE
    length = np.hypot(*(ends[:, 1] - ends[:, 0]).T)
    centre = shapely.get_coordinates(shapely.centroid(faces))
    narrow = _in_corridor(points, corridors)
    beside = ((left >= 0) & narrow[left]) | ((right >= 0) & narrow[right])
    area = shapely.area(faces)
    return Mesh(xy, edges, left, right, length, border, word, area, unit, beside, centre, weight)
