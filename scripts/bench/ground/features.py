"""Features from base maps, by the layer maps the project ships, without a database."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pyogrio
import pyproj
import shapely
from numpy.typing import NDArray
from pyproj import CRS

from gridding import Features
from spatial.basemap.classify import assign
from spatial.basemap.geometry import AREA, clean
from spatial.basemap.io.layermap import LayerMap, load
from spatial.basemap.io.limits import Limits
from spatial.basemap.io.readers import Wanted, read
from spatial.basemap.io.source import open_source

Array = NDArray[np.generic]
Batch = tuple[str, Array, dict[str, Array]]
"""Layer, geometries in the wanted reference system, columns of texts."""

LINE_KINDS = {"road": "road", "rail": "rail", "water_line": "water", "wall": "wall"}
SHORE_CLASS = 1
MARGIN_M = 50.0


def features_of_extract(path: Path, crs: CRS, district: shapely.Geometry) -> Features:
    """Read an OpenStreetMap extract as an import does: features in and near a district.

    Parameters
    ----------
    path : Path
        An ``.osm.pbf`` file.
    crs : CRS
        Metric, the reference system of ``district`` and of what is returned.
    """
    rules = load("osm")
    change = pyproj.Transformer.from_crs("EPSG:4326", crs, always_xy=True)

    def batches() -> Iterator[Batch]:
        # Limits of their own: there are no settings of a site here.
        with open_source(path, most=Limits()) as source:
            for layer in source.layers:
                columns = rules.columns(layer.name)
                if columns:
                    wanted = Wanted(columns, rules.tags_column, rules.closed_ways)
                    for batch in read(layer, wanted):
                        yield layer.name, _moved(batch.geometry, change), batch.columns

    return _features(batches(), rules, district)


def features_of_town(path: Path, district: shapely.Geometry) -> Features:
    """Read the base map of a made-up town: features in and near a district, in its own metres."""
    rules = load("gb")
    box = tuple(shapely.bounds(district) + np.array([-MARGIN_M, -MARGIN_M, MARGIN_M, MARGIN_M]))

    def batches() -> Iterator[Batch]:
        present = set(pyogrio.list_layers(path)[:, 0])
        for name in sorted({layer for rule in rules.features for layer in rule.layers}):
            if name.upper() in present:
                yield _layer_in(path, name.upper(), box, rules)

    return _features(batches(), rules, district)


def _layer_in(path: Path, name: str, box: tuple[float, ...], rules: LayerMap) -> Batch:
    have = set(pyogrio.read_info(path, layer=name)["fields"])
    columns = [column for column in rules.columns(name) if column in have]
    meta, _, wkb, values = pyogrio.raw.read(path, layer=name, bbox=box, columns=columns)
    texts = {
        field: np.array([None if v is None else str(v) for v in column.tolist()], object)
        for field, column in zip(meta["fields"], values, strict=True)
    }
    return name, shapely.from_wkb(wkb), texts


def _moved(geometry: Array, change: pyproj.Transformer) -> Array:
    return shapely.transform(geometry, lambda xy: np.column_stack(change.transform(*xy.T)))


def _features(batches: Iterator[Batch], rules: LayerMap, district: shapely.Geometry) -> Features:
    ground = shapely.buffer(district, MARGIN_M)
    shapely.prepare(ground)
    lines, classes, kinds = [np.zeros(0, object)], [np.zeros(0, np.int8)], [np.zeros(0, "U5")]
    areas = {"building": [np.zeros(0, object)], "compound": [np.zeros(0, object)]}
    for layer, geometry, columns in batches:
        found = assign(rules.features, layer, columns, len(geometry))
        wanted = found.kept & ~found.underground & shapely.intersects(ground, geometry)
        for kind in sorted(set(found.kind[wanted])):
            rows = wanted & (found.kind == kind)
            if kind in areas:
                areas[kind].append(_clean(geometry[rows], AREA))
                continue
            parts, level = _as_lines(kind, geometry[rows], found.line_class[rows])
            lines.append(parts)
            classes.append(level)
            kinds.append(np.full(len(parts), LINE_KINDS.get(kind, "water")))
    return Features(
        np.concatenate(lines),
        np.concatenate(classes),
        np.concatenate(kinds),
        np.concatenate(areas["building"]),
        np.concatenate(areas["compound"]),
    )


def _as_lines(kind: str, geometry: Array, level: Array) -> tuple[Array, Array]:
    """Return lines with their classes: the edges of water; nothing of green."""
    if kind in LINE_KINDS:
        return geometry, np.clip(level, 1, 7).astype(np.int8)
    edges = np.zeros(0, object)
    if kind == "water_area":
        edges = shapely.get_parts(shapely.boundary(_clean(geometry, AREA)))
    return edges, np.full(len(edges), SHORE_CLASS, np.int8)


def _clean(geometry: Array, dimension: int) -> Array:
    cleaned = clean(geometry, np.full(len(geometry), dimension, np.int8))
    return cleaned.geometry[cleaned.kept]
