"""Cases through editions of the grids: open ones follow, closed ones keep the grid of their day."""

import time
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta

import pytest
from django.db import connection, transaction

from spatial.cases.models import Case
from spatial.cases.selectors import events_of
from spatial.cases.services.placing import follow_plan, spot_of
from spatial.grids.models import GridPlan
from spatial.grids.services.build import make_plan
from spatial.grids.services.check import check_plan
from spatial.grids.services.locate import locate
from spatial.grids.services.publish import publish_plan
from tests.spatial.components.conftest import at


def next_plan():
    made = make_plan("110101", target_area_m2=20_000)
    assert check_plan(made)["ok"], made.check_report
    return made


def spread(world):
    spots = [(x, y) for x in range(15, 600, 83) for y in range(15, 600, 83)]
    cases = [world.report(lon=p.x, lat=p.y) for p in at(*spots)]
    for case in cases[::4]:
        world.do(case, ("operator", "reject"))
    return list(Case.objects.order_by("pk"))


def test_open_cases_follow_the_edition_and_closed_ones_stay(world):
    before = {case.pk: case for case in spread(world)}
    plan = publish_plan(next_plan(), date(2026, 11, 1) + timedelta(days=20))
    now = list(Case.objects.order_by("pk"))
    grids = dict(zip(before, locate([case.point.coords for case in now]), strict=True))
    moved = 0
    for case in now:
        former = before[case.pk]
        if former.closed_at:
            assert (case.grid_code, case.plan_id) == (former.grid_code, world.plan.pk)
            continue
        grid = grids[case.pk]
        assert (case.grid_code, case.plan_id) == (grid.code, plan.pk)
        assert case.community_code == grid.community.code
        if case.grid_code == former.grid_code:
            assert case.step == former.step
            continue
        moved += 1
        event = events_of(case).last()
        assert (event.move, event.role, event.step) == ("relocate", "system", former.step + 1)
        assert event.evidence == {"grid": [former.grid_code, case.grid_code]}
        assert (event.stage_before, event.stage_after) == ("reported", "reported")
    assert moved
    assert follow_plan(plan) == 0


def test_a_publication_that_fails_moves_no_case(world):
    before = [case.__dict__ for case in spread(world)]
    made = next_plan()
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED")
        cursor.execute("ALTER TABLE core_auditentry ADD CONSTRAINT none CHECK (false) NOT VALID")
    with pytest.raises(Exception, match="none"):
        publish_plan(made, date(2026, 11, 21))
    after = [case.__dict__ for case in Case.objects.order_by("pk")]
    shown = [[{k: v for k, v in row.items() if k != "_state"} for row in rows]
             for rows in (before, after)]  # fmt: skip
    assert shown[0] == shown[1]
    assert GridPlan.objects.get(pk=made.pk).state == GridPlan.State.CHECKED


# The list of processes is one for a whole transaction, that of locks is not.
WAITS = """
SELECT EXISTS (SELECT 1 FROM pg_locks JOIN pg_database d ON d.oid = database
    WHERE locktype = 'advisory' AND NOT granted AND d.datname = current_database())
"""


def published_apart(made):
    try:
        return publish_plan(made, date(2026, 11, 21))
    finally:
        connection.close()


def waits_for_reports(cursor) -> bool:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        cursor.execute(WAITS)
        if cursor.fetchone()[0]:
            return True
        time.sleep(0.05)
    return False


def test_a_report_on_its_way_and_a_publication_do_not_wait_for_each_other(real_world):
    """Whoever has found the grid of his case writes it, though the next edition is being closed."""
    # The month is there already.
    real_world.report()
    made = next_plan()
    point = at((100, 100))[0]
    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic(), connection.cursor() as cursor:
            assert spot_of(point.x, point.y).plan == real_world.plan.pk
            publication = pool.submit(published_apart, made)
            assert waits_for_reports(cursor)
            case = real_world.report(lon=point.x, lat=point.y)
        plan = publication.result(timeout=60)
    assert Case.objects.get(pk=case.pk).plan_id == plan.pk
