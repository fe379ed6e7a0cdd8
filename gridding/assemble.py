"""Polygons from arcs and ring; anything but a clean partition is an error, not a result."""

from __future__ import annotations

import numpy as np
import shapely

from gridding.arcs import Arcs
from gridding.errors import CutError
from gridding.rings import RingNodes, noded_rings, pieces, segments_of
from gridding.types import Geometries, Ints

# Areas of the parts against the whole: doubles of 40,000 km zone coordinates allow this much.
AREA_NOISE_M2 = 1e-3
_COMPLEX = np.array([1.0, 1.0j])


def _left_of_faces(faces: Geometries, arcs: Arcs) -> tuple[Ints, Ints]:
    """Lowest and highest grid found on the left of the edges of each face, -1 for none."""
    a, b, arc = segments_of(arcs.lines)
    rings, of_face = shapely.get_rings(faces, return_index=True)
    p, q, ring = segments_of(rings)
    _, node = np.unique(np.concatenate([a, b, p, q]) @ _COMPLEX, return_inverse=True)
    na, nb, np_, nq = np.split(node, np.cumsum([len(a), len(b), len(p)]))
    n = len(node)
    key = np.concatenate([na * n + nb, nb * n + na])
    value = np.concatenate([arcs.left[arc], arcs.right[arc]])
    order = np.argsort(key, kind="stable")
    want = np_ * n + nq
    spot = np.minimum(np.searchsorted(key[order], want), len(key) - 1)
    hit = key[order][spot] == want
    face, label = of_face[ring[hit]], value[order][spot[hit]]
    low, high = np.full(len(faces), np.iinfo(np.int64).max), np.full(len(faces), -1)
    # Edges come face by face.
    first = np.flatnonzero(np.concatenate([[True], face[1:] != face[:-1]]))[: len(face)]
    low[face[first]] = np.minimum.reduceat(label, first)
    high[face[first]] = np.maximum.reduceat(label, first)
    return low, high


def assemble(
    polygon: shapely.Polygon, arcs: Arcs, nodes: RingNodes, grids: int, code: str
) -> Geometries:
    """Return the polygon of each grid of a region, by grid number.

    Parameters
    ----------
    polygon : Polygon
        The region as given.
    arcs : Arcs
        Borders inside, which meet each other and the ring at end points only.
    nodes : RingNodes
        Junctions on the ring, of this region and of its neighbours.
    grids : int
        How many polygons there must be.
    code : str
        Community, for messages.

    Raises
    ------
    CutError
        ``E-GRID-INEXACT`` when the arcs do not part the region in exactly these grids.
    """
    rings = noded_rings(polygon, nodes)
    if not len(arcs.lines):
        return np.array([shapely.Polygon(rings[0], rings[1:])], object)
    ends = np.concatenate([shapely.get_point(arcs.lines, 0), shapely.get_point(arcs.lines, -1)])
    cut = pieces(rings, shapely.get_coordinates(ends))
    faces = shapely.get_parts(shapely.polygonize(np.concatenate([arcs.lines, cut])))
    faces = shapely.orient_polygons(faces)
    low, high = _left_of_faces(faces, arcs)
    inside = high >= 0
    faces, low, high = faces[inside], low[inside], high[inside]
    order = np.argsort(low, kind="stable")
    spread = abs(float(shapely.area(faces).sum()) - shapely.area(polygon))
    whole = len(faces) == grids and (low == high).all() and (low[order] == np.arange(grids)).all()
    if not whole or spread > AREA_NOISE_M2 or not shapely.is_valid(faces).all():
        raise CutError(
            "E-GRID-INEXACT",
            f"Community {code}: its borders do not close to {grids} grids (area off by "
            f"{spread:.4f} m²); mend features or ring near its border, or report this input.",
            code,
        )
    return np.asarray(faces[order])
