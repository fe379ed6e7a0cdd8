"""What a writer gets: one layer with its fields, and what is to be said about it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from spatial.basemap.io.writers.columns import slices


@dataclass(frozen=True, slots=True)
class Field:
    """A field as the data dictionary describes it, in both languages of the field."""

    name: str
    meaning_zh: str
    meaning_en: str
    kind: str
    """``text``, ``number``, ``integer`` or ``date``."""
    origin: str
    """Key of the source, which the layer's ``origins`` name in full."""
    unit: str = ""


@dataclass(frozen=True, slots=True)
class Fact:
    """One thing that is true of the whole file, such as its edition."""

    item: str
    zh: str
    en: str
    value: str


@dataclass(frozen=True, slots=True)
class Layer:
    """One layer: geometry in the CRS ``crs`` and one array a field, all of equal length."""

    name: str
    geometry: NDArray[np.object_]
    columns: Mapping[str, Any]
    crs: str
    """``EPSG:N``, or WKT of a system without a number."""
    labels: Any
    """Text written into drawings, one a feature; empty for none."""
    groups: Any
    """Name of the drawing layer of each feature."""
    fields: tuple[Field, ...] = ()
    """Describes ``columns``, in the same order."""
    origins: Mapping[str, str] = field(default_factory=dict)
    facts: tuple[Fact, ...] = ()

    def __len__(self) -> int:
        return len(self.geometry)

    def parts(self) -> Iterator[Layer]:
        """The rows in their order, some at a time; one part without rows where there are none."""
        for part in slices(max(len(self), 1)):
            yield replace(
                self,
                geometry=self.geometry[part],
                columns={name: values[part] for name, values in self.columns.items()},
                labels=self.labels[part],
                groups=self.groups[part],
            )

    def uniform(self) -> tuple[str, Iterator[Layer]]:
        """The type of geometry that fits all rows, and the rows with theirs in it."""
        geometry, kind = alike(self.geometry)
        return kind, replace(self, geometry=geometry).parts()


@dataclass(frozen=True, slots=True)
class Flow:
    """A layer whose rows are read anew whenever they are asked for, and never all in memory."""

    name: str
    crs: str
    kind: str
    """Type of the geometry, the same in all rows."""
    rows: int
    read: Callable[[], Iterator[Layer]]
    fields: tuple[Field, ...] = ()
    origins: Mapping[str, str] = field(default_factory=dict)
    facts: tuple[Fact, ...] = ()

    def __len__(self) -> int:
        return self.rows

    def parts(self) -> Iterator[Layer]:
        """The rows in their order, some at a time."""
        return self.read()

    def uniform(self) -> tuple[str, Iterator[Layer]]:
        """The type of geometry of all rows, and the rows."""
        return self.kind, self.read()


AnyLayer = Layer | Flow


_MULTI = {
    shapely.GeometryType.POLYGON: (shapely.GeometryType.MULTIPOLYGON, shapely.multipolygons),
    shapely.GeometryType.LINESTRING: (
        shapely.GeometryType.MULTILINESTRING,
        shapely.multilinestrings,
    ),
}
TYPE_NAMES = {
    shapely.GeometryType.POINT: "Point",
    shapely.GeometryType.LINESTRING: "LineString",
    shapely.GeometryType.POLYGON: "Polygon",
    shapely.GeometryType.MULTIPOLYGON: "MultiPolygon",
    shapely.GeometryType.MULTILINESTRING: "MultiLineString",
}


def alike(geometry: NDArray[np.object_]) -> tuple[NDArray[np.object_], str]:
    """The geometries in one type where single and multiple ones are mixed, and its name.

    A feature may have none (None).
    """
    kinds = shapely.get_type_id(geometry)
    found = set(kinds) - {-1}
    for single, (multiple, make) in _MULTI.items():
        if found == {single, multiple}:
            lone = kinds == single
            geometry = geometry.copy()
            geometry[lone] = [make([shape]) for shape in geometry[lone]]
            return geometry, TYPE_NAMES[multiple]
    return geometry, TYPE_NAMES.get(found.pop(), "Unknown") if len(found) == 1 else "Unknown"


def inner_points(geometry: NDArray[np.object_]) -> NDArray[np.object_]:
    """A point on each geometry: inside an area, half-way along a line."""
    lines = np.isin(shapely.get_type_id(geometry), [1, 5])
    points = shapely.point_on_surface(geometry)
    simple = lines & (shapely.get_type_id(geometry) == 1)
    points[simple] = shapely.line_interpolate_point(geometry[simple], 0.5, normalized=True)
    return points
