"""One batch of a survey on its way: the file's columns and what was found out about each row."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

from spatial.basemap.io import crs as reference
from spatial.basemap.io.readers import Batch
from spatial.basemap.io.source import Layer
from spatial.components.services.columns import ColumnMap
from spatial.core.srid import STORE_SRID

NULL = "\\N"
_EWKB_POINT = np.dtype(
    [("order", "u1"), ("type", "<u4"), ("srid", "<u4"), ("x", "<f8"), ("y", "<f8")]
)
_POINT_WITH_SRID = 0x20000001


@dataclass(slots=True)
class Rows:
    """One batch on its way: columns of the file, and what was found out about each row."""

    layer: Layer
    batch: Batch
    columns: ColumnMap
    reason: NDArray[np.object_]
    kind: NDArray[np.int32]
    geometry: NDArray[np.object_]
    """In degrees; None where refused."""
    point: NDArray[np.object_]
    lon: NDArray[np.float64]
    lat: NDArray[np.float64]
    grid: NDArray[np.object_]
    district: NDArray[np.object_]

    def column(self, attribute: str) -> NDArray[np.object_] | None:
        """The texts of an attribute, None where the layer has none."""
        name = self.columns.get(attribute)
        return None if name is None else self.batch.columns.get(name)

    def refuse(self, where: NDArray[np.bool_], code: str) -> None:
        """Give rows a reason, where they have none yet."""
        self.reason[where & (self.reason == "")] = code


def where(lon: float, lat: float) -> str | None:
    """A point as EWKT where it is one on Earth."""
    if not (abs(lon) <= 180 and abs(lat) <= 90):
        return None
    return f"SRID={STORE_SRID};POINT({lon:.8f} {lat:.8f})"


def moved(geometry: NDArray[np.object_], system: reference.SourceCrs) -> NDArray[np.object_]:
    """Geometries in degrees, without the check of the whole layer: rows are judged one by one."""
    xy = shapely.get_coordinates(geometry)
    degrees = system.coordinates(xy) if len(xy) else xy
    if degrees is xy:
        return geometry
    return np.asarray(shapely.set_coordinates(geometry.copy(), degrees))


def hexes(points: NDArray[np.object_]) -> list[str]:
    """Geometries as COPY takes them."""
    shapes = shapely.set_srid(points, STORE_SRID)
    return [h or NULL for h in shapely.to_wkb(shapes, hex=True, include_srid=True)]


def point_hexes(lon: NDArray[np.float64], lat: NDArray[np.float64]) -> list[str]:
    """Points as COPY takes them: what `hexes` makes, a city's lamps some seconds sooner."""
    made = np.empty(len(lon), _EWKB_POINT)
    made["order"], made["type"], made["srid"] = 1, _POINT_WITH_SRID, STORE_SRID
    made["x"], made["y"] = lon, lat
    text, size = made.tobytes().hex().upper(), 2 * made.itemsize
    found = [text[start : start + size] for start in range(0, len(text), size)]
    for i in np.flatnonzero(~(np.isfinite(lon) & np.isfinite(lat))).tolist():
        found[i] = NULL
    return found


def drawn_shapes(geometry: NDArray[np.object_]) -> list[str]:
    """Lines and areas; a point needs no shape beside it."""
    found = [NULL] * len(geometry)
    drawn = np.flatnonzero(shapely.get_dimensions(geometry) > 0)
    for i, text in zip(drawn.tolist(), hexes(geometry[drawn]) if len(drawn) else [], strict=True):
        found[i] = text
    return found
