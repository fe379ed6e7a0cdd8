"""Land use in the database: stored with the base map, used on request, kept with the plan."""

import json
from datetime import date

import pytest
import shapely
from django.core.management import CommandError, call_command

from spatial.basemap.models import BaseFeature
from spatial.core.errors import InputError
from spatial.grids.services.build import make_plan
from spatial.grids.services.check import check_plan
from spatial.grids.services.inputs import collect
from spatial.grids.services.metric import projected
from spatial.grids.services.publish import publish_plan
from tests.spatial.grids.conftest import ORIGIN, SRID, add_feature

X, Y = ORIGIN


def ground(dataset, kind, key, shape, use=""):
    feature = add_feature(dataset, kind, key, shape)
    BaseFeature.objects.filter(pk=feature.pk).update(use=use)
    return shape


def shapes(plan):
    return projected([grid.geom for grid in plan.grids.all()], SRID)


def held(plan, shape):
    """How many grids hold more than noise of a shape."""
    return int((shapely.area(shapely.intersection(shapes(plan), shape)) > 1.0).sum())


@pytest.fixture
def park(dataset, district):
    return ground(dataset, "green", "park", shapely.box(X + 105, Y + 305, X + 295, Y + 495), "park")


def test_ground_means_nothing_by_default(dataset, district):
    bare = make_plan("110101")
    ground(dataset, "green", "park", shapely.box(X + 105, Y + 305, X + 295, Y + 495), "park")
    assert make_plan("110101").pk == bare.pk
    assert not len(collect(bare.district).features.grounds)


def test_a_park_is_whole_on_request_and_the_plan_says_by_which_rules(park):
    bare, used = make_plan("110101"), make_plan("110101", land_use="default")
    assert held(bare, park) > 1
    assert held(used, park) == 1
    assert check_plan(used)["ok"], used.check_report
    assert "land_use" not in bare.rules and bare.rules["target_area_m2"] == 10_000
    rule = next(rule for rule in used.rules["land_use"] if rule["use"] == "park")
    assert rule["whole"] is True
    assert make_plan("110101", land_use="default").pk == used.pk


def test_another_use_is_another_plan(park):
    first = make_plan("110101", land_use="default")
    BaseFeature.objects.filter(source_key="park").update(use="forest")
    second = make_plan("110101", land_use="default")
    assert second.pk != first.pk
    assert held(second, park) >= 1
    assert second.grid_count < first.grid_count + 1


def test_water_is_ground_without_a_use_of_its_own(dataset, district):
    lake = shapely.box(X + 310, Y + 10, X + 590, Y + 290)
    ground(dataset, "water_area", "lake", lake)
    found = collect(district, land_use=True).features
    assert found.ground_uses.tolist() == ["water"]
    bare, used = make_plan("110101"), make_plan("110101", land_use="default")
    assert used.grid_count < bare.grid_count


def test_ground_below_ground_is_none(dataset, district):
    shape = shapely.box(X + 310, Y + 10, X + 590, Y + 290)
    ground(dataset, "ground", "depot", shape, "rail")
    BaseFeature.objects.filter(source_key="depot").update(underground=True)
    assert not len(collect(district, land_use=True).features.grounds)


def test_rules_cut_anew_where_their_ground_is(park):
    first = make_plan("110101")
    assert check_plan(first)["ok"]
    publish_plan(first, date(2026, 1, 5))
    second = make_plan("110101", land_use="default")
    assert check_plan(second)["ok"], second.check_report
    assert second.former == first
    new = {shape.wkb for shape in shapes(second)}
    old = shapes(first)
    far = old[shapely.distance(old, park) > 30.001]
    assert len(far) > 10
    assert {shape.wkb for shape in far} <= new
    assert any(shape.wkb not in new for shape in old)


def test_large_compounds_are_cut_on_request(dataset, district):
    yard = ground(dataset, "compound", "yard", shapely.box(X + 305, Y + 305, X + 595, Y + 595))
    small = ground(dataset, "compound", "small", shapely.box(X + 110, Y + 210, X + 190, Y + 290))
    whole, cut = make_plan("110101"), make_plan("110101", cut_compounds=True)
    assert held(whole, yard) == 1
    assert held(cut, yard) > 4
    assert held(whole, small) == held(cut, small) == 1
    assert (whole.rules["keep_compounds"], cut.rules["keep_compounds"]) == (True, False)


def test_rules_of_a_file(park, tmp_path):
    path = tmp_path / "rules.toml"
    path.write_text("[[use]]\nname = 'park'\nwhole = true\nhigh = 5\n", "utf-8")
    plan = make_plan("110101", land_use=str(path))
    assert held(plan, park) == 1
    assert [rule["high"] for rule in plan.rules["land_use"]] == [5.0]


def test_wrong_rules_are_refused(district, tmp_path):
    with pytest.raises(InputError) as refused:
        make_plan("110101", land_use=str(tmp_path / "none.toml"))
    assert refused.value.code == "E-GRID-LANDUSE"
    with pytest.raises(CommandError, match="E-GRID-LANDUSE"):
        call_command("make_grids", "110101", land_use=str(tmp_path / "none.toml"))


def test_the_command_takes_both(park, capsys):
    call_command("make_grids", "110101", "--land-use", "default", "--cut-compounds", "--json")
    said = json.loads(capsys.readouterr().out)
    assert said["plan"] == "110101-e1" and "loads" not in said
