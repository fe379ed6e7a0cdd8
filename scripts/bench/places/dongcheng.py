"""A gazetteer of a real district: its roads and POIs from a GeoPackage, doors along the roads.

The file has the layers ``poi`` (name, address), ``roads`` (name) and ``streets`` (code, name).
Roads on which POIs have house numbers keep those only; the others get numbered doors, made up at
equal steps. There are no communities in such a file: each street is cut into ten cells by the
nearest of ten points (Voronoi).
"""

from __future__ import annotations

import random
import re
from collections import defaultdict
from pathlib import Path

import geopandas as gpd
import numpy as np
import shapely
from bench.places.town import DEG_M, STEP_M, Town, add_doors, add_regions

from geocode import key
from geocode.store import Crossing, Entry, Level

CELLS = 10
_REGIONS = re.compile(
    r"^(?:地址[:：])?(?:北京市)?(?:东城区)?(?:[\u4e00-\u9fff]{2,6}(?:街道|地区))?"
)
_ADDRESS = re.compile(r"^([\u4e00-\u9fff]{2,12}?)((?:甲|乙|丙)?\d+(?:、\d+)*(?:-\d+)?号院?)")


class District(Town):
    """A town whose streets are polygons."""

    polygons: list[tuple[str, shapely.Geometry]]
    seeds: dict[str, np.ndarray]

    def street_at(self, lon: float, lat: float) -> str:
        """The code of the street at a point."""
        point = shapely.Point(lon, lat)
        return next((code for code, shape in self.polygons if shape.covers(point)), "")

    def community_at(self, lon: float, lat: float, street: str = "") -> str:
        """The cell of a street at a point."""
        street = street or self.street_at(lon, lat)
        if not street:
            return ""
        nearest = np.abs(self.seeds[street] - complex(lon * 0.77, lat)).argmin()
        return f"{street}{int(nearest) + 1:03d}"


def read(path: Path, seed: int) -> District:
    """The district of a GeoPackage."""
    town = District()
    streets = gpd.read_file(path, layer="streets")
    town.polygons = list(zip(streets.code, streets.geometry, strict=True))
    for _, shape in town.polygons:
        shapely.prepare(shape)
    town.seeds = _seeds(town, seed)
    add_regions(
        town,
        [(s.code, s.name, s.geometry.centroid.x, s.geometry.centroid.y)
         for s in streets.itertuples(index=False)],
    )  # fmt: skip
    lines = _lines(path, shapely.union_all(streets.geometry.to_numpy()))
    roads = {name: _road(town, name, line) for name, line in sorted(lines.items())}
    numbered = _pois(town, path, set(roads))
    pick = random.Random(seed)
    for name, road in roads.items():
        if name not in numbered:
            add_doors(town, road, _places(lines[name]), pick)
    _cross(town, lines)
    return town


def _seeds(town: District, seed: int) -> dict[str, np.ndarray]:
    pick = np.random.default_rng(seed)
    found = {}
    for code, shape in town.polygons:
        west, south, east, north = shape.bounds
        points: list[complex] = []
        while len(points) < CELLS:
            lon, lat = pick.uniform(west, east), pick.uniform(south, north)
            if shape.covers(shapely.Point(lon, lat)):
                points.append(complex(lon * 0.77, lat))
        found[code] = np.array(points)
    return found


def _lines(path: Path, ground: shapely.Geometry) -> dict[str, shapely.Geometry]:
    roads = gpd.read_file(path, layer="roads")
    roads = roads[roads.name.notna()]
    parts: dict[str, list[shapely.Geometry]] = defaultdict(list)
    for name, line in zip(roads.name, roads.geometry, strict=True):
        inside = shapely.intersection(line, ground)
        if "/" not in name and not inside.is_empty:
            parts[name].append(inside)
    return {name: shapely.line_merge(shapely.union_all(of)) for name, of in parts.items()}


def _road(town: District, name: str, line: shapely.Geometry) -> Entry:
    middle = shapely.line_interpolate_point(_longest(line), 0.5, normalized=True)
    street = town.street_at(middle.x, middle.y)
    return town.add(
        Level.ROAD, name, middle.x, middle.y, district="110101", street=street,
        community=town.community_at(middle.x, middle.y, street), road=name,
    )  # fmt: skip


def _longest(line: shapely.Geometry) -> shapely.Geometry:
    return max(shapely.get_parts(line), key=shapely.length)


def _places(line: shapely.Geometry) -> list[tuple[float, float]]:
    """Places of doors along the longest piece of a road, left and right in turn."""
    whole = _longest(line)
    places = []
    for step in range(int(shapely.length(whole) / DEG_M / STEP_M)):
        point = shapely.line_interpolate_point(whole, step * STEP_M * DEG_M)
        for side in (-8, 8):
            places.append((point.x + side * DEG_M, point.y + side * DEG_M))
    return places


def _pois(town: District, path: Path, roads: set[str]) -> set[str]:
    """Adds the POIs inside; returns the roads on which some have a house number."""
    pois = gpd.read_file(path, layer="poi")
    numbered: set[str] = set()
    seen: set[tuple[str, str]] = set()
    for poi in pois.itertuples(index=False):
        street = town.street_at(poi.geometry.x, poi.geometry.y)
        name = str(poi.name or "").strip()
        if not street or len(key(name)) < 2 or key(name) in roads or (name, street) in seen:
            continue
        seen.add((name, street))
        found = _ADDRESS.match(_REGIONS.sub("", str(poi.address or "")))
        road, door = found.groups() if found and found.group(1) in roads else ("", "")
        numbered |= {road} - {""}
        town.add(
            Level.POI, name, poi.geometry.x, poi.geometry.y, district="110101", street=street,
            community=town.community_at(poi.geometry.x, poi.geometry.y, street),
            road=road, door=door, poi=name,
        )  # fmt: skip
    return numbered


def _cross(town: District, lines: dict[str, shapely.Geometry]) -> None:
    names = list(lines)
    shapes = np.array([lines[name] for name in names])
    tree = shapely.STRtree(shapes)
    for a, b in zip(*tree.query(shapes, predicate="intersects"), strict=True):
        if a < b:
            points = shapely.get_parts(shapely.intersection(shapes[a], shapes[b]))
            spots = [shapely.centroid(point) for point in points]
            town.crossings[names[a], names[b]] = [_crossing(town, p.x, p.y) for p in spots]


def _crossing(town: District, lon: float, lat: float) -> Crossing:
    street = town.street_at(lon, lat)
    return Crossing(lon, lat, "110101", street, town.community_at(lon, lat, street))
