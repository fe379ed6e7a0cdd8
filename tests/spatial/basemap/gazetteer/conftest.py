"""Files of places, and a district to put them in."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from django.contrib.gis.geos import LineString, MultiPolygon, Point, Polygon

from spatial.basemap.models import BaseFeature, Dataset, Place, Region

WEST, SOUTH = 116.40, 39.90
STEP_DEG = 0.01


def both(geom) -> dict:
    geom.srid = 4326
    return {"geom": geom, "geom3857": geom.transform(3857, clone=True)}


def box(west: float, south: float, east: float, north: float) -> MultiPolygon:
    return MultiPolygon(Polygon.from_bbox((west, south, east, north)))


@pytest.fixture
def owner(db):
    return Dataset.objects.create(name="map", made_up=True)


@pytest.fixture
def district(owner):
    """东城区 of 东四街道 with two communities side by side, 0.02° by 0.01°."""

    def add(level, code, name, west, east, parent=None, name_en=""):
        return Region.objects.create(
            level=level,
            code=code,
            name=name,
            name_en=name_en,
            parent=parent,
            dataset=owner,
            area_m2=1.0,
            valid_from="2026-01-01",
            **both(box(west, SOUTH, east, SOUTH + STEP_DEG)),
        )

    top = add("district", "110101", "东城区", WEST, WEST + 0.02, name_en="Dongcheng")
    street = add("street", "110101006", "东四街道", WEST, WEST + 0.02, top)
    add("community", "110101006001", "南门仓社区", WEST, WEST + 0.01, street)
    add("community", "110101006006", "六条社区", WEST + 0.01, WEST + 0.02, street)
    return top


@pytest.fixture
def road(owner):
    def make(name: str, *points: tuple[float, float]) -> BaseFeature:
        key = f"road/{BaseFeature.objects.count()}"
        line = LineString([(WEST + x, SOUTH + y) for x, y in points])
        return BaseFeature.objects.create(
            dataset=owner,
            kind="road",
            line_class=2,
            name=name,
            source_key=key,
            digest=key.encode(),
            **both(line),
        )

    return make


@pytest.fixture
def place(owner):
    def make(kind: str, name: str, x: float = 0.005, y: float = 0.005, **more) -> Place:
        key = f"place/{Place.objects.count()}"
        return Place.objects.create(
            dataset=owner,
            kind=kind,
            name=name,
            source_key=key,
            digest=key.encode(),
            **both(Point(WEST + x, SOUTH + y)),
            **more,
        )

    return make


@pytest.fixture
def table(tmp_path):
    """Write a CSV of rows."""

    def make(rows: list[dict], name: str = "places.csv") -> Path:
        path = tmp_path / name
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, list(rows[0]))
            writer.writeheader()
            writer.writerows(rows)
        return path

    return make
