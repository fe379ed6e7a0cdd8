"""The next edition in PostGIS: what has not changed is the same to the byte."""

from datetime import date, timedelta

import pytest
import shapely
from django.db import connection

from spatial.basemap.models import BaseFeature, Region
from spatial.core.errors import WanmiError
from spatial.grids.models import GridPlan
from spatial.grids.selectors import grids_of
from spatial.grids.services.build import make_plan
from spatial.grids.services.check import check_plan
from spatial.grids.services.metric import projected
from spatial.grids.services.publish import publish_plan
from tests.spatial.grids.conftest import ORIGIN, SRID, add_feature, stored

DAY = date(2026, 1, 5)
REACH_M = 30.0


def published(on=DAY, **options):
    plan = make_plan("110101", **options)
    assert check_plan(plan)["ok"], plan.check_report
    return publish_plan(plan, on)


def stored_bytes(plan) -> dict[str, tuple]:
    """Everything kept of each grid, as the database holds it."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT code, geom::bytea, geom3857::bytea, area_m2, perimeter_m, on_feature_share, "
            "community_id, fingerprint FROM grids_unitgrid WHERE plan_id = %s",
            [plan.pk],
        )
        return {row[0]: tuple(map(_plain, row[1:])) for row in cursor.fetchall()}


def _plain(value):
    return bytes(value) if isinstance(value, memoryview) else value


def far_from(plan, changed) -> set[str]:
    """Codes of grids farther from a change than a feature reaches, measured on what is stored."""
    rows = list(grids_of(plan).values_list("code", "geom"))
    shapes = projected([geom for _code, geom in rows], SRID)
    distance = shapely.distance(shapes, changed)
    return {code for (code, _geom), d in zip(rows, distance, strict=True) if d > REACH_M + 0.001}


def moved_house(key="h1"):
    x, y = ORIGIN
    house = shapely.box(x + 125, y + 122, x + 165, y + 172)
    geom, geom3857 = stored(house)
    BaseFeature.objects.filter(source_key=key).update(geom=geom, geom3857=geom3857)
    return shapely.union(house, shapely.box(x + 120, y + 120, x + 160, y + 170))


def test_grids_away_from_a_changed_building_are_the_same_to_the_byte(district):
    first = published()
    before = stored_bytes(first)
    changed = moved_house()
    draft = make_plan("110101")
    assert check_plan(draft)["ok"], draft.check_report
    after = stored_bytes(draft)
    far = far_from(first, changed)
    assert len(before) > len(far) > 20
    assert {code: after[code] for code in far} == {code: before[code] for code in far}
    assert draft.former == first
    assert any(before[code][-1] != after.get(code, [""])[-1] for code in set(before) - far)


def test_a_third_edition_keeps_what_the_second_kept(district, dataset):
    published()
    moved_house()
    second = published(DAY + timedelta(days=1))
    x, y = ORIGIN
    tower = shapely.box(x + 520, y + 520, x + 560, y + 560)
    add_feature(dataset, "building", "tower", tower)
    third = make_plan("110101")
    assert check_plan(third)["ok"], third.check_report
    before, after, far = stored_bytes(second), stored_bytes(third), far_from(second, tower)
    assert len(far) > 20
    assert {code: after[code] for code in far} == {code: before[code] for code in far}


def test_new_grids_share_the_stored_vertices_of_kept_ones(district, dataset):
    first = published()
    x, y = ORIGIN
    add_feature(dataset, "building", "big", shapely.box(x + 20, y + 420, x + 180, y + 580))
    draft = make_plan("110101")
    assert check_plan(draft)["ok"], draft.check_report
    old, new = stored_bytes(first), stored_bytes(draft)
    assert any(old.get(code, [None])[0] != value[0] for code, value in new.items())
    shapes = [shapely.from_wkb(bytes(g.geom.wkb)) for g in grids_of(draft)]
    assert shapely.coverage_is_valid(shapes)


def test_ring_vertices_are_those_of_the_community(district):
    plan = make_plan("110101")
    for region in Region.objects.filter(level="community"):
        ring = set(map(tuple, shapely.get_coordinates(shapely.from_wkb(bytes(region.geom.wkb)))))
        own = [shapely.from_wkb(bytes(g.geom.wkb)) for g in grids_of(plan).filter(community=region)]
        assert ring <= set(map(tuple, shapely.get_coordinates(own)))


def test_afresh_keeps_nothing_on_purpose(district):
    first = published()
    moved_house()
    draft = make_plan("110101", afresh=True)
    assert draft.former is None
    assert make_plan("110101", afresh=True).pk == draft.pk
    remembering = make_plan("110101")
    assert remembering.former == first
    assert remembering.pk != draft.pk


def test_other_rules_cut_everything_anew(district):
    first = published()
    draft = make_plan("110101", target_area_m2=20_000)
    before = {value[0] for value in stored_bytes(first).values()}
    assert check_plan(draft)["ok"]
    assert not before & {value[0] for value in stored_bytes(draft).values()}


def test_a_map_without_change_gives_back_the_edition_in_force(district):
    first = published()
    assert make_plan("110101").pk == first.pk


def test_a_map_that_changed_back_makes_a_new_plan(district):
    first = published()
    was = BaseFeature.objects.get(source_key="h1")
    moved_house()
    published(DAY + timedelta(days=1))
    BaseFeature.objects.filter(pk=was.pk).update(geom=was.geom, geom3857=was.geom3857)
    third = make_plan("110101")
    assert (third.edition, third.state) == (3, "draft")
    assert check_plan(third)["ok"]
    assert third.former.edition == 2
    assert first.edition == 1


@pytest.mark.parametrize("workers", [2])
def test_processes_have_no_influence_on_what_is_stored(district, workers):
    published()
    moved_house()
    one = stored_bytes(make_plan("110101"))
    make_plan("110101").delete()
    assert stored_bytes(make_plan("110101", workers=workers)) == one


def towers(dataset):
    """A tower in two communities of different streets."""
    x, y = ORIGIN
    for key, place in (("t1", (20, 20)), ("t2", (520, 520))):
        west, south = x + place[0], y + place[1]
        add_feature(dataset, "building", key, shapely.box(west, south, west + 45, south + 45))


def of_community(rows, code):
    return {key: value for key, value in rows.items() if key.startswith(code)}


def communities(plan):
    return sorted({code[:12] for code in grids_of(plan).values_list("code", flat=True)})


def touched(before, after):
    """Communities in which the two editions differ."""
    every = {code[:12] for code in before | after}
    return {c for c in every if of_community(before, c) != of_community(after, c)}


def test_only_a_community_is_cut_and_the_next_run_sees_the_rest(district, dataset):
    before = stored_bytes(published())
    towers(dataset)
    whole = make_plan("110101")
    both = touched(before, stored_bytes(whole))
    assert len(both) == 2
    whole.delete()
    first, other = sorted(both)
    part = published(DAY + timedelta(days=1), only=[first])
    after = stored_bytes(part)
    assert touched(before, after) == {first}
    # The other change was not forgotten.
    assert touched(after, stored_bytes(make_plan("110101"))) == {other}


def test_a_street_is_cut_afresh_and_nothing_else(district):
    first = published()
    before = stored_bytes(first)
    street = communities(first)[0][:9]
    draft = make_plan("110101", only=[street], afresh=True, target_area_m2=12_000)
    assert check_plan(draft)["ok"], draft.check_report
    assert touched(before, stored_bytes(draft)) == {
        code for code in communities(first) if code.startswith(street)
    }
    assert draft.former == first
    again = make_plan("110101", only=[street], afresh=True, target_area_m2=12_000)
    assert again.pk == draft.pk


def test_a_part_that_cannot_be_cut_says_why(district):
    with pytest.raises(WanmiError) as refused:
        make_plan("110101", only=["110101001"])
    assert refused.value.code == "E-PLAN-ONLY"
    published()
    for wrong in ("110102001", "110", "110101999"):
        with pytest.raises(WanmiError) as refused:
            make_plan("110101", only=[wrong])
        assert refused.value.code == "E-PLAN-REGION"
    assert GridPlan.objects.count() == 1
