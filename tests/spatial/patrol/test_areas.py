"""Areas cut, changed by hand, cut anew, and carried into the next edition of the grids."""

from datetime import date

import numpy as np
import pytest
from django.core.management import call_command

from gridding import falls_apart
from spatial.core.errors import WanmiError
from spatial.core.models import AuditEntry
from spatial.grids.models import UnitGrid
from spatial.grids.services.build import make_plan
from spatial.grids.services.check import check_plan
from spatial.grids.services.publish import publish_plan
from spatial.patrol.models import AreaGrid, GridResponsible, PatrolArea, Team
from spatial.patrol.selectors import grids_of_area, visible_areas
from spatial.patrol.services.cutting import make_areas
from spatial.patrol.services.editing import Change, change_area, give_grid
from spatial.patrol.services.ground import walked


def whole(plan):
    """What must hold after everything: each grid in one connected area of its street."""
    ground = walked(plan)
    of = dict(AreaGrid.objects.filter(plan=plan).values_list("grid_code", "area"))
    assert set(of) == set(ground.codes)
    areas = {area.pk: area for area in PatrolArea.objects.filter(in_use=True)}
    assert set(of.values()) == set(areas)
    for key, area in areas.items():
        own = [k for k, code in enumerate(ground.codes) if of[code] == key]
        assert not falls_apart(np.array(own), ground.a, ground.b)
        assert {ground.streets[k] for k in own} == {area.street_code}
        assert area.grid_count == len(own)
        assert area.area_m2 == pytest.approx(ground.area_m2[own].sum())
        assert area.geom.num_geom == 1
    return of


def refused(code, work, *args, **more):
    with pytest.raises(WanmiError) as caught:
        work(*args, **more)
    assert caught.value.code == code


def test_areas_cover_the_district(beat):
    of = whole(beat.plan)
    assert beat.made["grids"] == len(of)
    assert beat.made["areas"] == PatrolArea.objects.count() > 2
    assert AuditEntry.objects.filter(action="patrol.cut").count() == 1
    codes = PatrolArea.objects.values_list("code", flat=True)
    assert all(code[:9].isdigit() and code[9] == "-" for code in codes)


def test_cutting_again_changes_nothing_and_keeps_the_people(beat):
    before = whole(beat.plan)
    area = PatrolArea.objects.first()
    change_area(area.code, Change(name="东区", inspectors=["inspector"]), beat.operator)
    again = make_areas("110101", 4)
    assert again["kept"] == again["areas"] == beat.made["areas"]
    assert whole(beat.plan) == before
    area.refresh_from_db()
    assert area.name == "东区"
    assert [user.username for user in area.inspectors.all()] == ["inspector"]


def test_larger_areas_take_some_out_of_use_and_give_no_code_again(beat):
    codes = set(PatrolArea.objects.values_list("code", flat=True))
    made = make_areas("110101", 12)
    whole(beat.plan)
    assert made["areas"] < beat.made["areas"]
    assert PatrolArea.objects.filter(in_use=False).exists()
    more = make_areas("110101", 3)
    whole(beat.plan)
    assert more["areas"] > beat.made["areas"]
    fresh = set(PatrolArea.objects.values_list("code", flat=True)) - codes
    assert fresh


def edge_grid(plan):
    """A grid that can be given away, and the area beside it in the same street."""
    ground = walked(plan)
    of = dict(AreaGrid.objects.filter(plan=plan).values_list("grid_code", "area__code"))
    for i, j in zip(ground.a, ground.b, strict=True):
        one, other = ground.codes[i], ground.codes[j]
        if of[one] == of[other] or ground.streets[i] != ground.streets[j]:
            continue
        left = [k for k, code in enumerate(ground.codes) if of[code] == of[one] and k != i]
        if left and not falls_apart(np.array(left), ground.a, ground.b):
            return one, of[one], of[other]
    raise AssertionError("no such grid")


def test_a_grid_is_given_to_the_area_beside_it(beat):
    code, source, target = edge_grid(beat.plan)
    given = give_grid(code, target, beat.operator)
    of = whole(beat.plan)
    assert of[code] == given.pk
    assert code in grids_of_area(given)
    entry = AuditEntry.objects.get(action="patrol.grid-given")
    assert entry.detail == {"grid": code, "from": source, "to": target}
    assert give_grid(code, target).pk == given.pk


def test_gifts_that_cannot_be_are_refused(beat):
    code, source, target = edge_grid(beat.plan)
    before = whole(beat.plan)
    refused("E-PATROL-MISSING", give_grid, code, "110101001-99")
    refused("E-PATROL-GRID", give_grid, "110101001001999", target)
    own = grids_of_area(PatrolArea.objects.get(code=source))
    for other in own[1:]:
        AreaGrid.objects.filter(grid_code=other).update(area=PatrolArea.objects.get(code=target))
    refused("E-PATROL-LAST", give_grid, own[0], target)
    AreaGrid.objects.filter(grid_code__in=own).update(area=PatrolArea.objects.get(code=source))
    far = next(a for a in PatrolArea.objects.all() if a.street_code == source[:9]
               and a.code != source and not touches(beat.plan, code, a))  # fmt: skip
    refused("E-PATROL-APART", give_grid, code, far.code)
    street = PatrolArea.objects.create(
        code="110101999-01", district_code="110101", street_code="110101999"
    )
    refused("E-PATROL-STREET", give_grid, code, street.code)
    street.delete()
    assert whole(beat.plan) == before


def touches(plan, code, area):
    grid = UnitGrid.objects.get(plan=plan, code=code)
    near = UnitGrid.objects.filter(plan=plan, ordinal__in=grid.neighbours)
    return near.filter(code__in=grids_of_area(area)).exists()


def test_names_teams_and_inspectors(beat):
    Team.objects.create(code="T1", name="一队")
    code = PatrolArea.objects.first().code
    changed = change_area(code, Change(" 北区 ", "T1", ["inspector", "inspector2"]))
    assert (changed.name, changed.team.code, changed.inspectors.count()) == ("北区", "T1", 2)
    assert change_area(code, Change(team="")).team is None
    refused("E-PATROL-TEAM", change_area, code, Change(team="T2"))
    refused("E-PATROL-INSPECTOR", change_area, code, Change(inspectors=["operator"]))
    refused("E-PATROL-NAME", change_area, code, Change(name="长" * 61))
    assert [area.code for area in visible_areas(beat.inspector)] == [code]
    assert visible_areas(beat.operator).count() == beat.made["areas"]
    assert not visible_areas(beat.viewer).exists()


@pytest.mark.parametrize("size", [1, 201, float("nan")])
def test_sizes_that_make_no_sense_are_refused(beat, size):
    refused("E-PATROL-SIZE", make_areas, "110101", size)


def test_areas_and_persons_follow_an_edition(beat):
    codes = [grid.code for grid in beat.grids()]
    GridResponsible.objects.bulk_create(
        GridResponsible(level="grid", code=code, role="officer", name=f"员{code[-3:]}",
                        valid_from=date(2026, 11, 1))
        for code in codes
    )  # fmt: skip
    area = PatrolArea.objects.first()
    change_area(area.code, Change(inspectors=["inspector"]))
    made = make_plan("110101", target_area_m2=20_000)
    assert check_plan(made)["ok"]
    plan = publish_plan(made, date(2026, 11, 21))
    of = whole(plan)
    assert set(AreaGrid.objects.filter(plan=beat.plan).values_list("grid_code", flat=True)) == set(
        codes
    )
    assert PatrolArea.objects.get(pk=area.pk).inspectors.count() == 1
    now = set(of)
    lines = GridResponsible.objects.filter(valid_to__isnull=True)
    assert {line.code for line in lines} <= now
    assert {line.name for line in lines} == {f"员{code[-3:]}" for code in codes}
    gone = GridResponsible.objects.exclude(code__in=now)
    assert gone
    assert {line.valid_to for line in gone} == {date(2026, 11, 21)}
    make_areas("110101", 4)
    whole(plan)


def test_a_district_without_areas_publishes_as_before(db):
    from tests.spatial.components.conftest import make_ground

    make_ground()
    publish_plan_of = make_plan("110101", target_area_m2=20_000)
    assert check_plan(publish_plan_of)["ok"]
    publish_plan(publish_plan_of, date(2026, 11, 21))
    assert not PatrolArea.objects.exists()


def test_the_command(beat, capsys):
    call_command("make_patrol_areas", "110101", "--grids-per-area", "4", "--json")
    assert f'"areas": {beat.made["areas"]}' in capsys.readouterr().out
