"""The arrangement of all linework in a region: faces, and the edges between them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely import STRtree

from gridding.kinds import tag, untag
from gridding.locating import lowest_at
from gridding.noding import Graph
from gridding.planar import Planar, faces_of, inner_points, kept, measures
from gridding.types import Bools, Floats, Geometries, Ints

# Border classes: 1 to 7 are the classes of lines, then what this package makes.
GAP, FREE, FACADE = 8, 9, 10
COMPOUND_EDGE, LAND_EDGE = 11, 12
# What the noder is told of linework; the lowest counts where two coincide. The edge of a land use
# counts where there is nothing else.
GAP_TAG, FREE_TAG = int(tag(np.array(GAP, np.int8))), int(tag(np.array(FREE, np.int8)))
LAND_TAG = FREE_TAG - 1


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


def inside_faces(graph: Graph, polygon: shapely.Polygon) -> tuple[Planar, Geometries]:
    """Return the faces of noded linework that lie in a region, and a point in each."""
    planar = faces_of(graph)
    xy = inner_points(planar)
    shapely.prepare(polygon)
    keep = shapely.intersects_xy(polygon, xy[:, 0], xy[:, 1])
    return kept(planar, keep), np.asarray(shapely.points(xy[keep]))


def _in_corridor(points: Geometries, corridors: Geometries) -> Bools:
    out = np.zeros(len(points), bool)
    out[STRtree(points).query(corridors, predicate="intersects")[1]] = True
    return out


def _border_classes(
    tags: NDArray[np.int8], at_left: Ints, at_right: Ints, fenced: Bools
) -> NDArray[np.int8]:
    """Class of each edge by its tag and the units on both sides; see `build_mesh`."""
    land = tags == LAND_TAG
    border = np.where(land, FREE, untag(tags)[0]).astype(np.int8)
    soft = (border >= GAP) & (at_left != at_right)
    both = (at_left >= 0) & (at_right >= 0)
    border[soft & both] = GAP
    border[soft & ~both] = np.where(fenced, COMPOUND_EDGE, FACADE)[soft & ~both]
    border[(border == FREE) & land] = LAND_EDGE
    return border


def build_mesh(
    planar: Planar,
    points: Geometries,
    units: Geometries,
    group: Ints,
    compound_groups: Ints,
    corridors: Geometries,
    weight: Floats,
) -> Mesh:
    """Return the mesh of the faces of one region; see `Mesh`.

    An edge takes the class of the line it lies on; else, between a unit and open ground, it is
    a facade (or the edge of a compound), between two units a party wall, counted as a gap; in
    open ground it may be an edge of a land use.
    """
    left, right = planar.face[::2], planar.face[1::2]
    own = (left >= 0) | (right >= 0)
    left, right, tags = left[own], right[own], planar.graph.tag[own]
    edges, xy = planar.graph.edges[own], planar.graph.places
    unit = np.append(lowest_at(points, units, group), -1)
    at_left, at_right = unit[left], unit[right]
    fenced = np.isin(np.maximum(at_left, at_right), compound_groups)
    border = _border_classes(tags, at_left, at_right, fenced)
    word = np.where(tags < GAP_TAG, untag(tags)[1], 0).astype(np.int8)
    length = np.hypot(*(xy[edges[:, 1]] - xy[edges[:, 0]]).T)
    narrow = np.append(_in_corridor(points, corridors), False)
    beside = narrow[left] | narrow[right]
    area, centre = measures(planar)
    return Mesh(
        xy, edges, left, right, length, border, word, area, unit[:-1], beside, centre, weight
    )
