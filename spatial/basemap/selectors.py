"""Reads regions and the features around them."""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from django.contrib.gis.geos import GEOSGeometry
from django.db import connection, transaction
from django.db.models import QuerySet
from numpy.typing import NDArray
from pyproj import Transformer

from spatial.basemap.models import BaseFeature, Region
from spatial.core.reading import reader
from spatial.core.srid import STORE_SRID
from spatial.core.validity import valid_on

FETCH = 20_000
METRES_PER_DEGREE = 111_320.0
_KNOWN = threading.local()


@dataclass(frozen=True, slots=True)
class FeatureArrays:
    """Features of one kind; all arrays have one entry per feature, in the same fixed order."""

    kind: str
    geometry: NDArray[np.object_]
    """Shapely geometries in the asked reference system, x before y; lines may be in parts."""
    line_class: NDArray[np.int16]
    name: NDArray[np.object_]
    subtype: NDArray[np.object_]
    use: NDArray[np.object_]
    underground: NDArray[np.bool_]

    def __len__(self) -> int:
        return len(self.geometry)


def current_regions(level: str, on: dt.date | None = None) -> QuerySet[Region]:
    """Regions of a level in force now, or on a past or future day, by code."""
    return Region.objects.filter(valid_on(on), level=level).order_by("code")


CODES_AT = """
SELECT coalesce(found.code, '')
FROM unnest(%(lon)s::float8[], %(lat)s::float8[]) WITH ORDINALITY AS p(lon, lat, n)
LEFT JOIN LATERAL (
    SELECT coalesce(min(r.code) FILTER (WHERE r.level = 'community'),
        min(r.code) FILTER (WHERE r.level = 'street'), min(r.code)) AS code
    FROM basemap_region r WHERE r.valid_to IS NULL
        AND ST_Intersects(r.geom, ST_SetSRID(ST_MakePoint(p.lon, p.lat), 4326))
) AS found ON true
ORDER BY p.n
"""


def codes_at(points: Sequence[tuple[float, float]]) -> list[tuple[str, str, str]]:
    """Codes of district, street and community at points in degrees, empty where there is none.

    On a shared edge the lowest code counts.
    """
    values = {"lon": [lon for lon, _lat in points], "lat": [lat for _lon, lat in points]}
    with reader().cursor() as cursor:
        cursor.execute(CODES_AT, values)
        codes = [row[0] for row in cursor.fetchall()]
    return [(code[:6], code[:9] * (len(code) > 6), code * (len(code) > 9)) for code in codes]


def features_within(
    region: Region, kinds: Iterable[str] | None = None, margin_m: float = 0.0
) -> QuerySet[BaseFeature]:
    """Features whose bounding box meets a region's, widened by about ``margin_m``.

    A coarse choice by index: what lies in the box and not in the region comes along.
    """
    features = BaseFeature.objects.filter(geom__bboverlaps=_box(region.geom.extent, margin_m))
    return features if kinds is None else features.filter(kind__in=list(kinds))


def feature_arrays(
    extent: tuple[float, float, float, float],
    srid: int,
    *,
    margin_m: float = 50.0,
    kinds: Iterable[str] | None = None,
    dataset_ids: Iterable[int] | None = None,
) -> dict[str, FeatureArrays]:
    """Return the features in and around a box as arrays by kind, in a metric reference system.

    Streamed by a server-side cursor and projected by pyproj with x before y (PROJ of the Python
    wheel, the same that projects the regions), so that the database's own PROJ has no part in the
    result. Order: kind, then geometry and attributes, independent of the order of import.

    Parameters
    ----------
    extent : tuple
        West, south, east, north in degrees, such as those of a region.
    srid : int
        EPSG number of a reference system in metres.
    margin_m : float
        How far beyond the box features are still wanted.
    kinds, dataset_ids : iterable, optional
        Only these.
    """
    wanted = list(BaseFeature.Kind.values if kinds is None else kinds)
    rows = _stream(extent, margin_m, wanted, dataset_ids)
    move = transformer(srid)
    return {kind: _arrays(kind, [row for row in rows if row[0] == kind], move) for kind in wanted}


def transformer(srid: int) -> Transformer:
    """How to get from the store's system, x before y, to another; kept for the thread."""
    # Found anew it takes a tenth of a second; and it may not be shared between threads.
    known: dict[int, Transformer] = _KNOWN.__dict__.setdefault("moves", {})
    if srid not in known:
        known[srid] = Transformer.from_crs(STORE_SRID, srid, always_xy=True)
    return known[srid]


def _box(extent: tuple[float, float, float, float], margin_m: float) -> GEOSGeometry:
    west, south, east, north = extent
    high = margin_m / METRES_PER_DEGREE
    wide = high / max(np.cos(np.radians((south + north) / 2)), 0.01)
    box = shapely.box(west - wide, south - high, east + wide, north + high)
    return GEOSGeometry(memoryview(shapely.to_wkb(box)), srid=STORE_SRID)


def _stream(
    extent: tuple[float, float, float, float],
    margin_m: float,
    kinds: list[str],
    dataset_ids: Iterable[int] | None,
) -> list[tuple]:
    box = _box(extent, margin_m).ewkt
    ids = None if dataset_ids is None else list(dataset_ids)
    rows: list[tuple] = []
    # A named cursor lives in a transaction only; chunked_cursor takes care of its name.
    with transaction.atomic(), connection.chunked_cursor() as cursor:
        cursor.itersize = FETCH
        cursor.execute(
            "SELECT kind, line_class, name, subtype, use, underground, ST_AsBinary(geom)"
            " FROM basemap_basefeature WHERE geom && ST_GeomFromEWKT(%s) AND kind = ANY(%s)"
            " AND (%s::bigint[] IS NULL OR dataset_id = ANY(%s::bigint[]))",
            [box, kinds, ids, ids],
        )
        rows.extend((*row[:6], bytes(row[6])) for row in cursor)
    # By bytes, so that the order does not hang on ids, on the collation or on the index.
    rows.sort(key=lambda row: (row[0], row[6], row[1:6]))
    return rows


def _arrays(kind: str, rows: list[tuple], move: Transformer) -> FeatureArrays:
    geometry = shapely.from_wkb(np.array([row[6] for row in rows], dtype=object))
    xy = shapely.get_coordinates(geometry)
    if len(xy):
        moved = np.column_stack(move.transform(xy[:, 0], xy[:, 1]))
        geometry = shapely.set_coordinates(geometry, moved)
    return FeatureArrays(
        kind=kind,
        geometry=geometry,
        line_class=np.array([row[1] for row in rows], dtype=np.int16),
        name=np.array([row[2] for row in rows], dtype=object),
        subtype=np.array([row[3] for row in rows], dtype=object),
        use=np.array([row[4] for row in rows], dtype=object),
        underground=np.array([row[5] for row in rows], dtype=bool),
    )
