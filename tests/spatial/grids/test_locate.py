"""Points in grids, by the edge rule."""

import random
from datetime import date, timedelta

import numpy as np
import pytest
import shapely

import gridding
from spatial.grids.selectors import grids_of
from spatial.grids.services.build import make_plan
from spatial.grids.services.locate import locate

DAY = date(2026, 11, 1)


pytestmark = pytest.mark.django_db


def test_inside_outside_and_order(plan):
    grids = list(grids_of(plan))
    inside = [tuple(g.geom.point_on_surface.coords) for g in grids]
    found = locate([*inside, (0.0, 0.0)])
    assert [g and g.code for g in found] == [*[g.code for g in grids], None]


def test_a_corner_belongs_to_the_lowest_code(plan):
    grids = list(grids_of(plan))
    for grid in grids[:10]:
        for corner in list(grid.geom.exterior_ring.coords)[:5]:
            sharing = [g.code for g in grids if corner in g.geom.exterior_ring.coords]
            assert locate([corner])[0].code == min(sharing)


def test_the_same_rule_as_the_engine(plan):
    grids = list(grids_of(plan))
    polygons = np.array([shapely.from_wkb(bytes(g.geom.wkb)) for g in grids], object)
    draw = random.Random(7)
    west, south, east, north = shapely.total_bounds(polygons)
    points = [
        (draw.uniform(west - 0.001, east + 0.001), draw.uniform(south - 0.001, north + 0.001))
        for _ in range(500)
    ]
    expected = gridding.locate(shapely.points(points), polygons, [g.code for g in grids])
    found = locate(points)
    assert [grids[i].code if i >= 0 else None for i in expected] == [
        g.code if g else None for g in found
    ]


def test_a_past_day_and_a_draft(plan):
    point = tuple(grids_of(plan)[0].geom.point_on_surface.coords)
    assert locate([point], on=DAY - timedelta(days=1)) == [None]
    assert locate([point], on=DAY)[0].plan_id == plan.pk
    draft = make_plan("110101", target_area_m2=20_000)
    assert locate([point], plan=draft)[0].plan_id == draft.pk


def test_nothing_asked_nothing_found(db):
    assert locate([]) == []
