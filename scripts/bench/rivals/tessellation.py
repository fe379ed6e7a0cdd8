"""momepy's enclosed tessellation, its cells grouped by METIS or by spopt's MaxP."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import geopandas as gpd
import momepy
import numpy as np
import pymetis
import shapely
from bench.ground.area import Area
from libpysal.graph import Graph
from numpy.typing import NDArray
from scipy.sparse import coo_array, csr_array
from scipy.sparse.csgraph import connected_components
from shapely import STRtree
from spopt.region import MaxPHeuristic

Array = NDArray[np.generic]

TARGET_M2 = 10_000.0
NEAR_M = 0.1
"""Cells do not fit one another exactly: those nearer than this touch."""
ACROSS_LINE = 0.2
"""A border along a line costs this share of one that is free, so that METIS prefers lines."""
LEAST_M2 = 7_500.0
"""MaxP knows a least area only; regions come out between it and about twice."""
MAXP_STARTS = 4
"""Every start is annealed apart, seconds for a hundred cells: the usual 99 would take hours."""
SEED = 1


@dataclass(frozen=True, slots=True)
class Cells:
    """Cells of one connected piece of a community; ``touch`` has the price of each border."""

    shapes: Array
    touch: csr_array


Grouping = Callable[[Cells], Array]


def metis(area: Area) -> Array:
    """Return groups of cells of equal area and of least price of border."""
    return _grouped(area, _by_metis)


def metis_clean(area: Area) -> Array:
    """Return the same made an exact coverage by ``shapely.coverage_clean``."""
    return np.asarray(shapely.coverage_clean(metis(area)))


def maxp(area: Area) -> Array:
    """Return as many groups of a least area as MaxP finds, cells near one another together."""
    return _grouped(area, _by_maxp)


def _tessellation(area: Area) -> tuple[Array, Array]:
    """Return cells, and the enclosure of each."""
    communities = area.communities.polygons
    rings = gpd.GeoSeries(shapely.get_parts(shapely.boundary(communities)), crs=area.crs)
    streets = gpd.GeoSeries(shapely.get_parts(area.features.lines), crs=area.crs)
    district = gpd.GeoSeries([shapely.union_all(communities)], crs=area.crs)
    enclosures = momepy.enclosures(streets, limit=district, additional_barriers=[rings], clip=True)
    # Buildings that overlap cannot be tessellated; every one keeps what no other has before it.
    buildings = gpd.GeoSeries(_apart(area.features.buildings), crs=area.crs)
    cells = momepy.enclosed_tessellation(buildings, enclosures, n_jobs=1)
    cells = cells.explode(ignore_index=True)
    cells = cells[cells.geom_type == "Polygon"]
    return np.asarray(cells.geometry.values, object), cells["enclosure_index"].to_numpy()


def _apart(buildings: Array) -> Array:
    parts = shapely.get_parts(buildings)
    cleaned = shapely.get_parts(shapely.coverage_clean(parts))
    return cleaned[shapely.get_dimensions(cleaned) == 2]


def _grouped(area: Area, grouping: Grouping) -> Array:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        shapes, enclosure = _tessellation(area)
        grids = []
        for cells in _pieces(shapes, enclosure, area.communities.polygons):
            group = grouping(cells)
            grids += [shapely.union_all(cells.shapes[group == g]) for g in np.unique(group)]
    return np.array(grids, object)


def _pieces(shapes: Array, enclosure: Array, communities: Array) -> Iterator[Cells]:
    """Yield connected cells of one community; METIS refuses what is not connected."""
    inside = STRtree(communities).query(shapely.point_on_surface(shapes), predicate="intersects")
    owner = np.full(len(shapes), -1)
    owner[inside[0]] = inside[1]
    touch = _touching(shapes, enclosure, owner)
    _, piece = connected_components(touch, directed=False)
    for p in range(int(piece.max()) + 1):
        rows = np.flatnonzero((piece == p) & (owner >= 0))
        if len(rows):
            yield Cells(shapes[rows], touch[rows][:, rows])


def _touching(shapes: Array, enclosure: Array, owner: Array) -> csr_array:
    a, b = STRtree(shapes).query(shapes, predicate="dwithin", distance=NEAR_M)
    pair = (a < b) & (owner[a] == owner[b])
    a, b = a[pair], b[pair]
    zone = shapely.buffer(shapes, NEAR_M, quad_segs=1)
    metres = shapely.length(shapely.intersection(shapely.boundary(shapes[a]), zone[b]))
    some = metres > 5 * NEAR_M
    a, b, metres = a[some], b[some], metres[some]
    price = np.where(enclosure[a] == enclosure[b], metres, ACROSS_LINE * metres)
    n = len(shapes)
    return csr_array(coo_array((np.tile(price, 2), (np.r_[a, b], np.r_[b, a])), shape=(n, n)))


def _by_metis(cells: Cells) -> Array:
    area = shapely.area(cells.shapes)
    count = round(area.sum() / TARGET_M2)
    if count < 2:
        return np.zeros(len(area), int)
    # METIS counts in whole numbers: square metres, and decimetres of border.
    graph = pymetis.CSRAdjacency(cells.touch.indptr.tolist(), cells.touch.indices.tolist())
    _, group = pymetis.part_graph(
        min(count, len(area)),
        adjacency=graph,
        vweights=np.maximum(area, 1).astype(int).tolist(),
        eweights=np.maximum(10 * cells.touch.data, 1).astype(int).tolist(),
        contiguous=True,
        recursive=False,
        options=pymetis.Options(seed=SEED),
    )
    return np.array(group)


def _by_maxp(cells: Cells) -> Array:
    area = shapely.area(cells.shapes)
    if area.sum() < 2 * LEAST_M2:
        return np.zeros(len(area), int)
    centre = shapely.centroid(cells.shapes)
    frame = gpd.GeoDataFrame(
        {"x": shapely.get_x(centre), "y": shapely.get_y(centre), "area": area},
        geometry=list(cells.shapes),
    )
    weights = Graph.from_sparse(cells.touch).to_W()
    np.random.seed(SEED)  # noqa: NPY002 - the only random source that spopt takes
    model = MaxPHeuristic(
        frame,
        weights,
        ["x", "y"],
        "area",
        LEAST_M2,
        top_n=2,
        max_iterations_construction=MAXP_STARTS,
    )
    model.solve()
    return np.asarray(model.labels_)
