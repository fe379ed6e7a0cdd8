"""A small district in the database: two streets, four communities, roads and buildings."""

from datetime import date

import pytest
import shapely
from django.contrib.gis.geos import GEOSGeometry
from django.db import transaction

import gridding
from spatial.basemap.models import BaseFeature, Dataset, Region
from spatial.core.mercator import to_mercator
from spatial.grids.services.build import make_plan
from spatial.grids.services.check import check_plan
from spatial.grids.services.publish import publish_plan

SRID = 4548
ORIGIN = (450_000.0, 4_420_000.0)
SIDE = 300.0


def square(column: int, row: int, side: float = SIDE) -> shapely.Polygon:
    x, y = ORIGIN[0] + column * side, ORIGIN[1] + row * side
    return shapely.box(x, y, x + side, y + side)


def stored(geometry, multi: bool = False):
    """The same geometry in degrees and in Web Mercator, as Django takes it."""
    import numpy as np

    if multi and geometry.geom_type == "Polygon":
        geometry = shapely.MultiPolygon([geometry])
    degrees = gridding.project(np.array([geometry], object), SRID, 4326)
    mercator = to_mercator(degrees)
    return (
        GEOSGeometry(shapely.to_wkb(degrees[0], hex=True), srid=4326),
        GEOSGeometry(shapely.to_wkb(mercator[0], hex=True), srid=3857),
    )


def add_region(dataset, level, code, name, geometry, parent=None):
    geom, geom3857 = stored(geometry, multi=True)
    return Region.objects.create(
        level=level,
        code=code,
        name=name,
        parent=parent,
        dataset=dataset,
        geom=geom,
        geom3857=geom3857,
        area_m2=geometry.area,
        valid_from=date(2026, 1, 1),
    )


def add_feature(dataset, kind, key, geometry, line_class=0, name=""):
    geom, geom3857 = stored(geometry)
    return BaseFeature.objects.create(
        dataset=dataset,
        kind=kind,
        line_class=line_class,
        name=name,
        geom=geom,
        geom3857=geom3857,
        source_key=key,
        digest=b"0" * 16,
    )


@pytest.fixture
def dataset(db):
    return make_dataset()


@pytest.fixture
def district(dataset):
    return make_district(dataset)


@pytest.fixture(scope="module")
def plan(django_db_setup, django_db_blocker):
    """A published plan for a module of tests that only read it; undone after the last of them."""
    with django_db_blocker.unblock(), transaction.atomic():
        make_district(make_dataset())
        made = make_plan("110101")
        assert check_plan(made)["ok"], made.check_report
        yield publish_plan(made, date(2026, 11, 1))
        transaction.set_rollback(True)


def make_dataset():
    return Dataset.objects.create(name="test", made_up=True)


def make_district(dataset):
    """A district of 600 × 600 m: two streets of two communities, a cross of roads, buildings."""
    whole = square(0, 0, 2 * SIDE)
    district = add_region(dataset, "district", "110101", "东城区", whole)
    cells = {(0, 0): 1, (1, 0): 1, (0, 1): 2, (1, 1): 2}
    streets = {}
    for number in (1, 2):
        parts = [square(*cell) for cell, street in cells.items() if street == number]
        code, ground = f"11010100{number}", shapely.union_all(parts)
        streets[number] = add_region(dataset, "street", code, f"街道{number}", ground, district)
    for index, (cell, street) in enumerate(cells.items(), start=1):
        code = f"11010100{street}{index:03d}"
        add_region(dataset, "community", code, f"社区{index}", square(*cell), streets[street])
    x, y = ORIGIN
    for k in range(1, 6):
        across = shapely.LineString([(x, y + 100 * k), (x + 600, y + 100 * k)])
        along = shapely.LineString([(x + 100 * k, y), (x + 100 * k, y + 600)])
        add_feature(dataset, "road", f"a{k}", across, 3, f"东西路{k}")
        add_feature(dataset, "road", f"b{k}", along, 4, f"南北路{k}")
    add_feature(dataset, "building", "h1", shapely.box(x + 120, y + 120, x + 160, y + 170))
    add_feature(dataset, "building", "h2", shapely.box(x + 380, y + 420, x + 440, y + 470))
    return district
