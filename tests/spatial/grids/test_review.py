"""What a review finds in a plan, who may publish it, and what may be deleted."""

from datetime import date

import pytest
import shapely
from django.contrib.auth.models import User

from spatial.basemap.models import Region
from spatial.core.errors import ConflictError
from spatial.core.models import AuditEntry
from spatial.grids.models import GridPlan, UnitGrid
from spatial.grids.selectors import grids_of
from spatial.grids.services.build import make_plan
from spatial.grids.services.check import check_plan
from spatial.grids.services.discard import discard_plan
from spatial.grids.services.edit.history import edit_plan, undo
from spatial.grids.services.publish import publish_plan
from spatial.grids.services.review import changes, review
from tests.spatial.grids.conftest import ORIGIN, SIDE, add_feature, add_region, square
from tests.spatial.grids.test_edits import at, degrees

DAY = date(2026, 1, 5)


@pytest.fixture
def editor(db):
    return User.objects.create(username="editor")


@pytest.fixture
def second(db):
    return User.objects.create(username="second")


@pytest.fixture
def draft(district, editor):
    return make_plan("110101", user=editor)


def kinds(plan):
    plan.refresh_from_db()
    return {problem["kind"] for problem in review(plan)["problems"]}


def test_a_house_across_a_street_makes_one_large_grid_and_the_rest_is_well(draft):
    found = review(draft)
    assert [p["kind"] for p in found["problems"]] == ["large"]
    large = found["problems"][0]
    assert large["ordinal"] == at(draft, 410, 445)
    assert (large["area_m2"], large["target_m2"]) == (pytest.approx(20_000), 10_000)
    assert large["reason"] == "ringed"
    assert len(found["grids"]) == draft.grid_count
    ordinal, area_m2, share, in_range = found["grids"][0]
    assert ordinal == 1
    assert area_m2 == pytest.approx(grids_of(draft).first().area_m2, abs=0.1)
    assert share == pytest.approx(area_m2 / 10_000, abs=1e-3)
    assert in_range is True


def test_edited_grids_are_judged_as_they_stand(draft, editor):
    one, other = at(draft, 50, 50), at(draft, 150, 50)
    edit_plan(draft, "merge", {"grids": [one, other]}, 0, editor)
    found = {p["ordinal"]: p for p in review(draft_again(draft))["problems"]}
    merged = found.keys() & {one, other}
    assert len(merged) == 1
    assert found[merged.pop()]["area_m2"] == pytest.approx(20_000, rel=1e-3)
    undo(draft, 1, editor)
    assert len(review(draft_again(draft))["problems"]) == 1


def draft_again(plan):
    return GridPlan.objects.get(pk=plan.pk)


def test_a_building_cut_by_hand_and_a_free_cut_are_found(draft, editor):
    grid = at(draft, 140, 110)
    line = degrees((100, 145), (200, 145))
    edit_plan(draft, "split", {"grids": [grid], "line": line}, 0, editor)
    cut = [p for p in review(draft_again(draft))["problems"] if p["kind"] == "unit-cut"]
    assert len(cut) == 1
    assert cut[0]["unit"] == "building"
    west, south = degrees((120, 120))[0]
    east, north = degrees((160, 170))[0]
    assert west < cut[0]["place"][0] < east
    assert south < cut[0]["place"][1] < north


def test_a_building_across_a_given_border_is_told_apart(district, dataset, editor):
    x, y = ORIGIN
    house = shapely.box(x + 290, y + 30, x + 310, y + 60)
    add_feature(dataset, "building", "across", house)
    assert kinds(make_plan("110101", user=editor)) == {"border-cut", "large"}


def test_an_odd_shape_off_features_is_found(draft, editor):
    # Two long cuts through a block of 100 m leave a strip of ten metres.
    lower, upper = degrees((400, 45), (500, 45)), degrees((400, 51), (500, 51))
    edit_plan(draft, "split", {"grids": [at(draft, 450, 50)], "line": lower}, 0, editor)
    again = draft_again(draft)
    edit_plan(again, "split", {"grids": [at(again, 450, 60)], "line": upper}, 1, editor)
    found = review(draft_again(draft))["problems"]
    assert {"shape", "small"} <= {p["kind"] for p in found}
    strip = next(p for p in found if p["kind"] == "shape")
    assert strip["value"] < 0.2


def test_a_community_that_came_later_is_named(draft, dataset):
    street = Region.objects.get(code="110101001")
    add_region(dataset, "community", "110101001099", "新社区", square(0, 0, SIDE / 3), street)
    found = [p for p in review(draft)["problems"] if p["kind"] == "no-grids"]
    assert [p["region"] for p in found] == ["110101001099"]


def test_a_new_base_map_makes_the_review_anew(draft, dataset):
    assert kinds(draft) == {"large"}
    x, y = ORIGIN
    add_feature(dataset, "building", "new", shapely.box(x + 95, y + 30, x + 105, y + 60))
    assert kinds(draft) == {"large"}
    dataset.version += 1
    dataset.save()
    assert kinds(draft) == {"large", "unit-cut"}


def test_changes_tell_kept_changed_new_and_gone(draft, dataset, editor, second):
    check_plan(draft)
    publish_plan(draft, DAY, second)
    x, y = ORIGIN
    add_feature(dataset, "building", "new", shapely.box(x + 540, y + 540, x + 560, y + 560))
    again = make_plan("110101", user=editor)
    before = [c["state"] for c in changes(again, draft)]
    assert before.count("kept") == draft.grid_count - 1
    assert before.count("changed") == 1
    one, other = at(again, 50, 50), at(again, 150, 50)
    edit_plan(again, "merge", {"grids": [one, other]}, 0, editor)
    after = changes(again, draft)
    states = [c["state"] for c in after]
    assert states.count("kept") == draft.grid_count - 3
    gone = next(c for c in after if c["state"] == "gone")
    assert (gone["ordinal"], gone["area_m2"]) == (None, 0)
    assert gone["former_area_m2"] == pytest.approx(10_000, rel=1e-3)
    assert len(states) == len({c["code"] for c in after})


def test_whoever_cut_a_plan_does_not_publish_it(draft, editor, second, settings):
    check_plan(draft)
    with pytest.raises(ConflictError) as refused:
        publish_plan(draft, DAY, editor)
    assert refused.value.code == "E-PLAN-SECOND"
    assert draft_again(draft).state == GridPlan.State.CHECKED
    assert publish_plan(draft, DAY, second).state == GridPlan.State.PUBLISHED


def test_whoever_edited_or_undid_does_not_publish_either(draft, editor, second):
    grids = {"grids": [at(draft, 50, 50), at(draft, 150, 50)]}
    edit_plan(draft, "merge", grids, 0, editor)
    undo(draft, 1, second)
    check_plan(draft_again(draft))
    with pytest.raises(ConflictError) as refused:
        publish_plan(draft, DAY, second)
    assert refused.value.code == "E-PLAN-SECOND"
    third = User.objects.create(username="third")
    assert publish_plan(draft, DAY, third).state == GridPlan.State.PUBLISHED


def test_the_site_may_do_without_a_second_person(draft, editor, settings):
    settings.SECOND_PERSON_PUBLISHES = False
    check_plan(draft)
    assert publish_plan(draft, DAY, editor).state == GridPlan.State.PUBLISHED


def test_a_draft_that_another_overtook_is_not_published(draft, dataset, editor, second):
    x, y = ORIGIN
    check_plan(draft)
    add_feature(dataset, "building", "new", shapely.box(x + 540, y + 540, x + 560, y + 560))
    late = make_plan("110101", target_area_m2=20_000, user=editor)
    check_plan(late)
    publish_plan(draft, DAY, second)
    with pytest.raises(ConflictError) as refused:
        publish_plan(late, date(2026, 2, 1), second)
    assert refused.value.code == "E-PLAN-STALE"
    assert draft_again(late).state == GridPlan.State.CHECKED
    assert draft_again(draft).valid_to is None


def test_a_command_of_the_server_may_publish_what_it_cut(district):
    plan = make_plan("110101")
    check_plan(plan)
    assert publish_plan(plan, DAY).state == GridPlan.State.PUBLISHED


def test_a_draft_goes_with_all_its_rows_and_is_on_record(draft, editor):
    edit_plan(draft, "merge", {"grids": [at(draft, 50, 50), at(draft, 150, 50)]}, 0, editor)
    discard_plan(draft, editor)
    assert not GridPlan.objects.exists()
    assert not UnitGrid.objects.exists()
    entry = AuditEntry.objects.first()
    assert (entry.action, entry.object_key, entry.actor) == ("plan.deleted", "110101-e1", editor)


def test_an_edition_in_force_is_never_deleted(draft, editor, second):
    check_plan(draft)
    publish_plan(draft, DAY, second)
    with pytest.raises(ConflictError) as refused:
        discard_plan(draft, editor)
    assert refused.value.code == "E-PLAN-PUBLISHED"
    assert UnitGrid.objects.count() == draft.grid_count


def test_a_rim_of_centimetres_holds_no_pieces_together(district, dataset, editor):
    # The given border runs three centimetres beside its edge and leaves two lobes to one side.
    x, y = ORIGIN
    lobes = shapely.Polygon(
        [(260, 20), (330, 20), (330, 180), (260, 180), (260, 140), (299.97, 140), (299.97, 60),
         (260, 60)]
    )  # fmt: skip
    add_feature(dataset, "compound", "u", shapely.affinity.translate(lobes, x, y))
    found = review(make_plan("110101", user=editor))["problems"]
    assert [p["kind"] for p in found if p["kind"].endswith("cut")] == ["border-cut"]


def test_pieces_that_a_given_border_makes_of_a_compound_are_each_whole(district, dataset, editor):
    # It leaves the first community and comes back: two pieces there, in two grids.
    x, y = ORIGIN
    horseshoe = shapely.Polygon(
        [(290, 40), (310, 40), (310, 160), (290, 160), (290, 150), (302, 150), (302, 50), (290, 50)]
    )
    add_feature(dataset, "compound", "u", shapely.affinity.translate(horseshoe, x, y))
    found = [p for p in review(make_plan("110101", user=editor))["problems"] if "unit" in p]
    assert [p["kind"] for p in found if p["kind"].endswith("cut")] == ["border-cut"]
