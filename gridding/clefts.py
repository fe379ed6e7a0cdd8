"""Places where a ring comes nearer to itself than the lattice can tell apart.

A community may have a cleft of a millimetre (another one lies in it), or a neck as thin. On the
lattice both banks are one line, and a border that ends there would end on either.
"""

from __future__ import annotations

import numpy as np
import shapely
from shapely import STRtree

from gridding.faces import Mesh
from gridding.noding import STEP_M
from gridding.rings import ring_segments
from gridding.types import Floats, Ints


def _segments(polygon: shapely.Polygon) -> tuple[STRtree, Ints, Floats]:
    """Segments of all rings, for each the one before it in its ring, and where it begins."""
    start, end, ring = ring_segments(polygon)
    before = np.arange(len(ring)) - 1
    first = np.flatnonzero(np.concatenate([[True], ring[1:] != ring[:-1]]))
    before[first] = np.append(first[1:], len(ring)) - 1
    return STRtree(shapely.linestrings(np.stack([start, end], axis=1))), before, start


def cleft_nodes(mesh: Mesh, polygon: shapely.Polygon) -> Ints:
    """Return the nodes of a mesh that lie on two stretches of the ring at once.

    Parameters
    ----------
    mesh : Mesh
    polygon : Polygon
        The region of the mesh.
    """
    tree, before, corner = _segments(polygon)
    reach_m = 2 * STEP_M
    node, segment = tree.query(shapely.points(mesh.xy), predicate="dwithin", distance=reach_m)
    # A stretch begins with a segment whose predecessor is not near, or turns back on it
    # elsewhere; round a vertex there is one stretch.
    near = node * len(before) + segment
    begins = ~np.isin(node * len(before) + before[segment], near)
    begins |= np.hypot(*(mesh.xy[node] - corner[segment]).T) > 2 * reach_m
    stretches = np.bincount(node[begins], minlength=len(mesh.xy))
    return np.flatnonzero(stretches > 1)
