"""What was walked is kept as counts: exact whenever and in whatever order trails come."""

from datetime import timedelta

import pytest
from django.core.management import call_command

from spatial.core.errors import WanmiError
from spatial.patrol.coverage import coverage
from spatial.patrol.models import AreaGrid, PatrolArea, WaitingWalk, Walk, WalkedMonth
from spatial.patrol.services.duties import start_duty
from spatial.patrol.services.positions import take_positions
from spatial.patrol.services.walks import fold_walks, rebuild_walks
from tests.spatial.patrol.conftest import noon, sent

DAY = noon().date()


def walked_on(day):
    bit = 1 << (day.day - 1)
    month = day.year * 100 + day.month
    rows = WalkedMonth.objects.filter(month=month)
    return {row.grid_code for row in rows if row.days & bit}


def test_counts_are_those_of_the_trails(beat):
    beat.duty()
    grids = beat.grids()
    take_positions(beat.inspector, [sent(grids[0], ago_s=600), sent(grids[9], ago_s=30)])
    assert WaitingWalk.objects.count() == 1
    assert fold_walks() == 1
    seen = coverage(beat.operator, "110101", DAY)
    assert walked_on(DAY) == set(seen.visits)
    # What comes later changes the way between, and the count with it.
    take_positions(beat.inspector, [sent(grids[3], ago_s=300)])
    assert fold_walks() == 1
    assert walked_on(DAY) == set(coverage(beat.operator, "110101", DAY).visits)
    assert grids[3].code in walked_on(DAY)
    # Sent again, nothing is new.
    take_positions(beat.inspector, [sent(grids[3], ago_s=300)])
    assert fold_walks() == 0


def test_own_grids_are_due_on_a_day_of_duty_also_without_a_trail(beat):
    area = PatrolArea.objects.filter(in_use=True).order_by("code").first()
    area.inspectors.add(beat.inspector)
    start_duty(beat.inspector, trail=False)
    assert fold_walks() == 1
    mine = AreaGrid.objects.filter(area=area).count()
    assert Walk.objects.values_list("own", "due").get() == (0, mine)


def test_a_grid_that_another_walked_stays_walked(beat):
    beat.duty()
    beat.duty(user=beat.other)
    grid = beat.grids()[0]
    for user in (beat.inspector, beat.other):
        take_positions(user, [sent(grid)])
    fold_walks()
    Walk.objects.filter(user=beat.other).update(grids=["x"])
    walk = Walk.objects.get(user=beat.inspector)
    assert walk.grids == [grid.code]
    told = rebuild_walks(DAY, DAY, DAY - timedelta(days=90))
    assert told["counted"] == told["days_of_inspectors"] == 2
    assert walked_on(DAY) == {grid.code}


def test_days_that_are_not_kept_are_refused(beat):
    with pytest.raises(WanmiError, match="E-PATROL-DAYS"):
        rebuild_walks(DAY - timedelta(days=200), DAY, DAY - timedelta(days=90))
    call_command("rebuild_walks", "--from", str(DAY), "--to", str(DAY), json=True)
