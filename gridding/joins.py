"""Junctions of neighbours put into the rings of grids that were closed without them."""

from __future__ import annotations

import numpy as np
import shapely

from gridding.rings import RingNodes
from gridding.types import Geometries

_COMPLEX = np.array([1.0, 1.0j])
_Edge = tuple[complex, complex]


def _on_segments(nodes: RingNodes) -> dict[_Edge, set[tuple[float, complex]]]:
    found: dict[_Edge, set[tuple[float, complex]]] = {}
    ends = (nodes.start @ _COMPLEX).tolist(), (nodes.end @ _COMPLEX).tolist()
    places = zip(nodes.t.tolist(), (nodes.xy @ _COMPLEX).tolist(), strict=True)
    for a, b, place in zip(*ends, places, strict=True):
        found.setdefault((a, b), set()).add(place)
    return found


def _between(own: RingNodes, everyone: RingNodes) -> dict[_Edge, list[complex]]:
    """For each edge between own junctions, either way, what others have on it."""
    mine, found = _on_segments(own), {}
    for (a, b), places in _on_segments(everyone).items():
        stops = {a, b} | {z for _, z in mine.get((a, b), ())}
        last, new = a, []
        for z in [*dict.fromkeys(z for _, z in sorted(places, key=lambda p: p[0])), b]:
            if z not in stops:
                new.append(z)
                continue
            if new:
                found[last, z], found[z, last] = new, new[::-1]
            last, new = z, []
    return found


def join(polygons: Geometries, own: RingNodes, everyone: RingNodes) -> Geometries:
    """Return the grids of a region with the junctions of its neighbours in their rings.

    Parameters
    ----------
    polygons : array of Polygon
        Its grids, closed with its own junctions.
    own : RingNodes
        Its own junctions.
    everyone : RingNodes
        Those of all regions on its ring.
    """
    between = _between(own, everyone)
    if not between:
        return polygons
    rings, of = shapely.get_rings(polygons, return_index=True)
    xy, ring = shapely.get_coordinates(rings, return_index=True)
    z = xy @ _COMPLEX
    known = np.isin(z, np.array([a for a, _ in between]))
    edges = np.flatnonzero(known[:-1] & known[1:] & (ring[:-1] == ring[1:])) + 1
    at, new = [], []
    for i in edges:
        for point in between.get((complex(z[i - 1]), complex(z[i])), ()):
            at.append(i)
            new.append((point.real, point.imag))
    if not at:
        return polygons
    xy, ring = np.insert(xy, at, new, axis=0), np.insert(ring, at, ring[at])
    return np.asarray(shapely.polygons(shapely.linearrings(xy, indices=ring), indices=of))
