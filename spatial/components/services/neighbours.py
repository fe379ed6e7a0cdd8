"""Components of one class that lie too close to be two, and points inside buildings."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from tempfile import TemporaryFile

import numpy as np
import shapely
from django.db import connection
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from spatial.basemap.coverage import METRES_PER_DEGREE
from spatial.basemap.models import BaseFeature
from spatial.components.services.kinds import Kind
from spatial.grids.services.locate import CHUNK

BUILDINGS = 20_000
"""Buildings in memory at a time."""


def pairs_within(
    kinds: list[Kind],
    kind: NDArray[np.int32],
    lon: NDArray[np.float64],
    lat: NDArray[np.float64],
) -> NDArray[np.int64]:
    """Pairs of rows of one class nearer than its accuracy, the former first, in their order.

    Distances are on a plane that touches the sphere at the middle latitude of the rows: over a
    city of 200 km a distance of 10 m is true to a few centimetres.

    Returns
    -------
    int array of shape (n, 2)
    """
    found = [np.empty((0, 2), np.int64)]
    if len(kind):
        middle = np.radians((lat.min() + lat.max()) / 2)
        xy = np.column_stack([lon * np.cos(middle), lat]) * METRES_PER_DEGREE
        order = np.argsort(kind, kind="stable")
        starts = np.flatnonzero(np.diff(kind[order], prepend=-1))
        for start, end in zip(starts, np.append(starts[1:], len(order)), strict=True):
            rows = order[start:end]
            reach_m = kinds[kind[rows[0]]].tolerance_m
            close = cKDTree(xy[rows]).query_pairs(reach_m, output_type="ndarray")
            found.append(np.sort(rows[close], axis=1))
    pairs = np.concatenate(found)
    return pairs[np.lexsort((pairs[:, 0], pairs[:, 1]))]


def inside_buildings(lon: NDArray[np.float64], lat: NDArray[np.float64]) -> NDArray[np.int64]:
    """Which points lie inside a building of the base map; its border is not inside."""
    found: list[NDArray[np.int64]] = [np.empty(0, np.int64)]
    # Strips from west to east, or each part would lie all over the city and read all its buildings.
    order = np.argsort(lon, kind="stable")
    for start in range(0, len(order), CHUNK):
        rows = order[start : start + CHUNK]
        points = shapely.points(lon[rows], lat[rows])
        tree = shapely.STRtree(points)
        for walls in _buildings(shapely.total_bounds(points)):
            _wall, point = tree.query(walls, predicate="contains")
            found.append(rows[np.unique(point)])
    return np.unique(np.concatenate(found))


def _buildings(box: NDArray[np.float64]) -> Iterator[NDArray[np.object_]]:
    """The buildings of a box, some at a time; as COPY gives them, in half the time of a query."""
    query = (
        "COPY (SELECT geom FROM basemap_basefeature WHERE kind = %s"
        " AND NOT underground AND geom && ST_MakeEnvelope(%s, %s, %s, %s, 4326)) TO STDOUT"
    )
    with connection.cursor() as cursor, TemporaryFile() as file:
        values = [BaseFeature.Kind.BUILDING.value, *map(float, box)]
        cursor.cursor.copy_expert(cursor.cursor.mogrify(query, values), file)
        file.seek(0)
        while lines := list(islice(file, BUILDINGS)):
            yield np.asarray(shapely.from_wkb([line.decode().strip() for line in lines]))
