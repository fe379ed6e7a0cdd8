"""Making, checking and publishing plans on a real PostGIS."""

from datetime import date, timedelta

import pytest
import shapely
from django.contrib.gis.geos import GEOSGeometry
from django.db import IntegrityError, InternalError, transaction
from django.utils import timezone

from spatial.basemap.models import BaseFeature, Region
from spatial.core.errors import ConflictError, InputError, NotFoundError
from spatial.core.models import AuditEntry
from spatial.grids.models import GridCode, GridPlan, GridSuccession, UnitGrid
from spatial.grids.selectors import current_plan, grids_of
from spatial.grids.services.build import make_plan
from spatial.grids.services.check import check_plan
from spatial.grids.services.publish import publish_plan
from tests.spatial.grids.conftest import ORIGIN, add_feature, stored

DAY = date(2026, 1, 5)


def published(code="110101", on=DAY):
    plan = make_plan(code)
    assert check_plan(plan)["ok"], plan.check_report
    return publish_plan(plan, on)


def test_a_district_becomes_coded_grids(district):
    plan = make_plan("110101")
    grids = list(grids_of(plan))
    assert plan.state == "draft"
    assert plan.grid_count == len(grids) > 20
    assert [g.ordinal for g in grids] == list(range(1, len(grids) + 1))
    assert [g.code for g in grids] == sorted({g.code for g in grids})
    assert all(len(g.code) == 15 and g.code.startswith(g.community.code) for g in grids)
    assert sum(g.area_m2 for g in grids) == pytest.approx(360_000, abs=0.01)


def test_numbers_begin_at_one_in_every_community(district):
    plan = make_plan("110101")
    for region in Region.objects.filter(level="community"):
        numbers = [int(g.code[12:]) for g in grids_of(plan).filter(community=region)]
        assert numbers == list(range(1, len(numbers) + 1))


def test_neighbours_are_mutual(district):
    plan = make_plan("110101")
    of = {g.ordinal: set(g.neighbours) for g in grids_of(plan)}
    assert all(of.values())
    assert all(i in of[n] for i, near in of.items() for n in near)


def test_the_same_map_gives_the_same_plan(district):
    first = make_plan("110101")
    assert make_plan("110101").pk == first.pk
    assert GridPlan.objects.count() == 1


def test_another_target_gives_another_edition(district):
    make_plan("110101")
    assert make_plan("110101", target_area_m2=20_000).edition == 2


def test_an_unknown_district_is_named(db):
    with pytest.raises(NotFoundError, match="E-DISTRICT-MISSING.*999999"):
        make_plan("999999")


def test_engine_errors_keep_their_code_and_leave_nothing(district):
    with pytest.raises(InputError, match="E-"):
        make_plan("110101", target_area_m2=-1)
    assert not GridPlan.objects.exists()


def test_check_proves_the_plan_from_the_database(district):
    plan = make_plan("110101")
    report = check_plan(plan)
    assert report == {**dict.fromkeys(report, 0), "ok": True}
    assert plan.state == "checked"


def test_check_finds_a_moved_grid(district, unguarded):
    plan = make_plan("110101")
    grid = grids_of(plan)[3]
    inner = shapely.buffer(shapely.from_wkb(bytes(grid.geom.wkb)), -0.00003)
    grid.geom = GEOSGeometry(shapely.to_wkb(inner, hex=True), srid=4326)
    grid.save()
    report = check_plan(plan)
    assert not report["ok"]
    assert report["gap_area_m2"] > 1
    assert report["area_wrong"] == 1
    assert plan.state == "draft"


def test_a_draft_is_not_published_unchecked(district):
    with pytest.raises(ConflictError, match="E-PLAN-UNCHECKED"):
        publish_plan(make_plan("110101"))


def test_publishing_opens_the_edition(district):
    plan = published()
    assert current_plan("110101") == plan
    assert set(grids_of(plan).values_list("valid_from", flat=True)) == {DAY}
    assert GridCode.objects.count() == plan.grid_count
    assert AuditEntry.objects.filter(action="plan.published", object_key="110101-e1").exists()
    assert publish_plan(plan).pk == plan.pk


def test_a_published_grid_never_changes(district):
    grid = grids_of(published()).first()
    grid.geom = stored(shapely.box(*ORIGIN, ORIGIN[0] + 10, ORIGIN[1] + 10))[0]
    with pytest.raises(InternalError, match="E-GRID-PUBLISHED"), transaction.atomic():
        grid.save()
    with pytest.raises(InternalError, match="E-GRID-PUBLISHED"), transaction.atomic():
        grid.delete()


def changed_map(dataset):
    """A wide building in one corner: grids there change, those far away keep their ground."""
    x, y = ORIGIN
    add_feature(dataset, "building", "big", shapely.box(x + 20, y + 420, x + 180, y + 580))


def test_the_next_edition_keeps_codes_of_kept_ground_and_retires_the_rest(district, dataset):
    first = published()
    old_codes = set(grids_of(first).values_list("code", flat=True))
    changed_map(dataset)
    second = published(on=DAY + timedelta(days=30))
    first.refresh_from_db()
    new_codes = set(grids_of(second).values_list("code", flat=True))
    assert first.state == "superseded"
    assert first.valid_to == second.valid_from == DAY + timedelta(days=30)
    assert old_codes & new_codes
    gone = old_codes - new_codes
    assert gone
    retired = set(GridCode.objects.exclude(retired_on=None).values_list("code", flat=True))
    assert retired == gone
    highest = max(int(code[12:]) for code in old_codes)
    assert all(int(code[12:]) > 0 for code in new_codes)
    fresh = new_codes - old_codes
    assert all(int(code[12:]) > 0 and code not in old_codes for code in fresh)
    assert highest >= 1


def test_succession_accounts_for_all_ground(district, dataset):
    first = published()
    changed_map(dataset)
    second = published(on=DAY + timedelta(days=30))
    for grid in grids_of(second):
        shared = sum(s.shared_area_m2 for s in GridSuccession.objects.filter(new=grid))
        assert shared == pytest.approx(grid.area_m2, abs=5)
    assert GridSuccession.objects.filter(old__plan=first).count() >= first.grid_count


def test_any_past_day_can_be_asked_for(district, dataset):
    first = published()
    changed_map(dataset)
    second = published(on=DAY + timedelta(days=30))
    assert current_plan("110101", DAY + timedelta(days=29)) == first
    assert current_plan("110101", DAY + timedelta(days=30)) == second
    with pytest.raises(NotFoundError, match="E-EDITION-NONE"):
        current_plan("110101", DAY - timedelta(days=1))


def test_a_new_edition_begins_later_than_the_old_one(district, dataset):
    published()
    changed_map(dataset)
    plan = make_plan("110101")
    check_plan(plan)
    with pytest.raises(ConflictError, match="E-PLAN-DATE"):
        publish_plan(plan, DAY)
    assert current_plan("110101").edition == 1


def test_a_day_to_come_is_refused(district):
    plan = make_plan("110101")
    check_plan(plan)
    with pytest.raises(ConflictError, match="E-PLAN-DATE"):
        publish_plan(plan, timezone.localdate() + timedelta(days=1))
    plan.refresh_from_db()
    assert (plan.state, plan.valid_from) == ("checked", None)


def test_the_database_refuses_a_retired_code(district, dataset):
    plan = published()
    code = grids_of(plan).first().code
    GridCode.objects.filter(code=code).update(retired_on=DAY)
    draft = make_plan("110101", target_area_m2=12_000)
    grid = grids_of(draft).first()
    with pytest.raises(IntegrityError, match="E-GRID-CODE-RETIRED"), transaction.atomic():
        UnitGrid.objects.filter(pk=grid.pk).update(code=code, valid_from=DAY + timedelta(days=1))


def test_the_database_refuses_one_code_twice_in_time(district):
    plan = published()
    code = grids_of(plan).first().code
    draft = make_plan("110101", target_area_m2=12_000)
    grid = grids_of(draft).first()
    with pytest.raises(IntegrityError, match="grid_code_unique_in_time"), transaction.atomic():
        UnitGrid.objects.filter(pk=grid.pk).update(code=code, valid_from=DAY + timedelta(days=1))


def test_a_street_without_communities_is_cut_itself(district):
    Region.objects.filter(level="community", code__startswith="110101002").delete()
    plan = make_plan("110101")
    codes = list(grids_of(plan).values_list("code", flat=True))
    assert any(code.startswith("110101002000") for code in codes)
    assert check_plan(plan)["ok"]


def test_underground_lines_do_not_count(district, dataset):
    before = make_plan("110101").input_digest
    x, y = ORIGIN
    line = shapely.LineString([(x, y + 50), (x + 600, y + 50)])
    feature = add_feature(dataset, "rail", "metro", line, 2)
    BaseFeature.objects.filter(pk=feature.pk).update(underground=True)
    assert make_plan("110101").input_digest == before


def test_editions_count_on_when_the_district_gets_a_new_outline(district):
    first = published()
    children = list(Region.objects.filter(parent=district))
    Region.objects.filter(pk=district.pk).update(valid_to=DAY + timedelta(days=10))
    renewed = Region.objects.get(pk=district.pk)
    renewed.pk, renewed.valid_from, renewed.valid_to = None, DAY + timedelta(days=10), None
    renewed.save()
    for child in children:
        child.parent = renewed
        child.save()
    second = make_plan("110101", target_area_m2=12_000)
    assert (first.version, second.version) == ("110101-e1", "110101-e2")
