"""Components through editions of the grids, and codes under several imports at once."""

from datetime import date, timedelta
from threading import Barrier, Thread

import pytest
from django.db import connection

from spatial.components.models import Component, ComponentChange
from spatial.components.services.placing import follow_plan
from spatial.grids.models import GridPlan, UnitGrid
from spatial.grids.services.build import make_plan
from spatial.grids.services.check import check_plan
from spatial.grids.services.locate import locate
from spatial.grids.services.publish import publish_plan
from tests.spatial.components.conftest import LAMP, TREE, at, bring, make_ground, survey


def spots(step=37):
    return [(x, y) for x in range(5, 600, step) for y in range(5, 600, step)]


def next_edition():
    made = make_plan("110101", target_area_m2=20_000)
    assert check_plan(made)["ok"], made.check_report
    return publish_plan(made, date(2026, 11, 1) + timedelta(days=20))


def test_components_follow_the_edition_in_force(plan, tmp_path):
    bring(survey(tmp_path / "a.gpkg", at(*spots()), ClassCode=LAMP))
    before = dict(Component.objects.values_list("code", "grid_code"))
    edition = next_edition()
    found = list(Component.objects.order_by("code"))
    grids = locate([one.point.coords for one in found])
    assert [one.grid_code for one in found] == [grid.code for grid in grids]
    assert {grid.plan_id for grid in grids} == {edition.pk}
    changed = {one.code for one in found if one.grid_code != before[one.code]}
    assert changed
    steps = ComponentChange.objects.select_related("component")
    assert {step.component.code for step in steps} == changed
    assert {(step.kind, step.day) for step in steps} == {("grid", edition.valid_from)}
    # Doing it again changes nothing.
    assert follow_plan(edition) == 0


def test_a_publication_that_fails_moves_no_component(plan, tmp_path, monkeypatch):
    bring(survey(tmp_path / "a.gpkg", at(*spots()), ClassCode=LAMP))
    before = dict(Component.objects.values_list("code", "grid_code"))
    made = make_plan("110101", target_area_m2=20_000)
    check_plan(made)
    # The audit entry is the last step of a publication.
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE core_auditentry ADD CONSTRAINT none CHECK (false) NOT VALID")
    with pytest.raises(Exception, match="none"):
        publish_plan(made, date(2026, 11, 21))
    assert dict(Component.objects.values_list("code", "grid_code")) == before
    assert GridPlan.objects.get(pk=made.pk).state == GridPlan.State.CHECKED
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE core_auditentry DROP CONSTRAINT none")


@pytest.mark.django_db(transaction=True)
def test_parallel_imports_give_each_number_once(transactional_db, tmp_path):
    make_ground()
    here = spots(60)
    files = [
        survey(tmp_path / f"{i}.gpkg", at(*here), ClassCode=[LAMP, TREE] * (len(here) // 2))
        for i in range(4)
    ]
    gate, failures = Barrier(4), []

    def work(i):
        try:
            gate.wait()
            bring(files[i], dataset=f"part{i}")
        except Exception as error:
            failures.append(error)
        finally:
            connection.close()

    threads = [Thread(target=work, args=[i]) for i in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    for kind in (LAMP, TREE):
        numbers = sorted(
            int(code[-6:])
            for code in Component.objects.filter(kind__code=kind).values_list("code", flat=True)
        )
        assert numbers == list(range(1, 2 * len(here) + 1))
    assert UnitGrid.objects.exists()
