"""Duty, positions, trails and coverage: what is taken, what is refused, who sees it."""

from dataclasses import replace
from datetime import datetime, time, timedelta

import numpy as np
import pytest
from django.core.management import call_command
from django.db import connection
from django.utils import timezone

from spatial.core.errors import WanmiError
from spatial.patrol.coverage import coverage
from spatial.patrol.models import Duty, Position, Shift
from spatial.patrol.selectors import on_duty, open_duty, trail_of
from spatial.patrol.services.duties import end_duty, shift_at, start_duty
from spatial.patrol.services.editing import Change, change_area
from spatial.patrol.services.positions import ensure_day, prune, take_positions
from spatial.patrol.trails import passed
from tests.spatial.patrol.conftest import noon, sent


def refused(code, work, *args, **more):
    with pytest.raises(WanmiError) as caught:
        work(*args, **more)
    assert caught.value.code == code


def codes(taken):
    return [one["code"] for one in taken.refused]


def test_duty_starts_once_and_ends(beat):
    first = start_duty(beat.inspector)
    assert start_duty(beat.inspector, trail=False).pk == first.pk
    assert not Duty.objects.get().trail_on
    assert [duty.pk for duty in on_duty(beat.operator)] == [first.pk]
    assert end_duty(beat.inspector).ended_at is not None
    assert not on_duty(beat.operator)
    refused("E-DUTY-NONE", end_duty, beat.inspector)
    refused("E-DUTY-ROLE", start_duty, beat.operator)
    refused("E-DUTY-SHIFT", start_duty, beat.inspector, 99)


def test_who_forgets_to_go_off_duty_is_off(beat):
    old = beat.duty(hours=30)
    assert not on_duty(beat.operator)
    assert open_duty(beat.inspector) is None
    # The 16 hours were over before noon.
    assert codes(take_positions(beat.inspector, [sent(beat.grids()[0])])) == ["E-POSITION-OFF"]
    new = start_duty(beat.inspector)
    old.refresh_from_db()
    assert new.pk != old.pk
    assert old.ended_at - old.started_at == timedelta(hours=16)
    Duty.objects.filter(pk=new.pk).update(started_at=noon() - timedelta(days=1))
    refused("E-DUTY-NONE", end_duty, beat.inspector)


def test_a_shift_past_midnight_runs_on(db):
    day = Shift.objects.create(name="早班", starts=time(8), ends=time(16), days=[1, 2, 3, 4, 5])
    night = Shift.objects.create(name="夜班", starts=time(22), ends=time(6), days=[5])
    zone = timezone.get_default_timezone()
    friday = datetime(2026, 11, 27, tzinfo=zone)
    assert shift_at(friday + timedelta(hours=9)) == day
    assert shift_at(friday + timedelta(hours=17)) is None
    assert shift_at(friday + timedelta(hours=23)) == night
    assert shift_at(friday + timedelta(hours=29)) == night
    assert shift_at(friday + timedelta(hours=33)) is None


def test_positions_come_in_any_order_and_once(beat):
    beat.duty()
    grid = beat.grids()[0]
    walk = [sent(grid, ago_s=600 - 30 * k) for k in range(10)]
    taken = take_positions(beat.inspector, walk[::-1])
    assert (taken.taken, taken.known, taken.refused) == (10, 0, [])
    again = take_positions(beat.inspector, walk[3:])
    assert (again.taken, again.known, again.refused) == (0, 7, [])
    trail = list(trail_of(beat.operator, "inspector", noon().date()))
    assert [one.at for one in trail] == sorted(one.at for one in trail)
    duty = Duty.objects.get()
    assert abs(duty.last_at - walk[-1].at) < timedelta(milliseconds=2)
    late = sent(grid, ago_s=3600)
    assert take_positions(beat.inspector, [late]).taken == 1
    duty.refresh_from_db()
    assert duty.last_at > late.at


def test_what_cannot_be_is_refused_and_the_rest_taken(beat):
    beat.duty()
    grid = beat.grids()[0]
    good = sent(grid, ago_s=300)
    bad = [
        sent(grid, at=timezone.now() + timedelta(minutes=10)),
        sent(grid, at=timezone.now() - timedelta(days=8)),
        replace(sent(grid), lon=float("nan")),
        replace(sent(grid), lat=91.0),
        replace(sent(grid), accuracy_m=0.0),
        sent((0.0, 0.0)),
        sent(grid, ago_s=5 * 3600),
        replace(sent(grid, ago_s=290), lon=good.lon + 1.0),
    ]
    taken = take_positions(beat.inspector, [*bad, good])
    assert taken.taken == 1
    assert codes(taken) == [
        "E-POSITION-FUTURE", "E-POSITION-OLD", *["E-POSITION-PLACE"] * 4, "E-POSITION-OFF",
        "E-POSITION-JUMP",
    ]  # fmt: skip
    assert [one["index"] for one in taken.refused] == list(range(8))
    jump = take_positions(
        beat.inspector, [replace(good, at=good.at - timedelta(seconds=9), lat=40.9)]
    )
    assert codes(jump) == ["E-POSITION-JUMP"]
    refused("E-POSITION-MANY", take_positions, beat.inspector, [good] * 2001)


def test_only_on_duty_and_switched_on(beat):
    grid = beat.grids()[0]
    refused("E-DUTY-NONE", take_positions, beat.inspector, [sent(grid)])
    duty = beat.duty(trail_on=False)
    assert codes(take_positions(beat.inspector, [sent(grid)])) == ["E-POSITION-OFF"]
    Duty.objects.filter(pk=duty.pk).update(trail_on=True, ended_at=noon() - timedelta(minutes=30))
    # Kept by the phone without network, sent after the end.
    assert take_positions(beat.inspector, [sent(grid, ago_s=3000)]).taken == 1
    assert codes(take_positions(beat.inspector, [sent(grid)])) == ["E-POSITION-OFF"]


def test_who_sees_a_trail(beat):
    beat.duty()
    take_positions(beat.inspector, [sent(beat.grids()[0])])
    day = noon().date()
    assert trail_of(beat.inspector, "inspector", day).count() == 1
    assert trail_of(beat.operator, "inspector", day).count() == 1
    for user in (beat.other, beat.viewer):
        refused("E-TRAIL-MISSING", trail_of, user, "inspector", day)
    refused("E-TRAIL-MISSING", trail_of, beat.operator, "nobody", day)
    start_duty(beat.inspector)
    assert not on_duty(beat.other)
    assert not on_duty(beat.viewer)
    assert on_duty(beat.inspector).count() == 1


def test_days_are_tables_and_old_ones_are_dropped(beat, capsys):
    today = noon().date()
    old = today - timedelta(days=200)
    ensure_day(old)
    beat.duty()
    take_positions(beat.inspector, [sent(beat.grids()[0])])
    with connection.cursor() as cursor:
        cursor.execute("SELECT tableoid::regclass::text FROM patrol_position")
        assert cursor.fetchone()[0] == f"patrol_position_{today:%Y%m%d}"
    refused("E-POSITION-KEEP", prune, 3)
    call_command("prune_positions", "--json")
    assert '"days_dropped": 3' in capsys.readouterr().out
    assert prune(90)["days_dropped"] == 0
    assert Position.objects.count() == 1


def test_a_trail_passes_between_positions():
    seconds, lon = np.array([0.0, 60, 120, 900]), np.array([116.4, 116.401, 116.402, 116.403])
    lat, accuracy = np.full(4, 39.9), np.array([5.0, 5, 5, 5])
    at, x, _y = passed(seconds, lon, lat, accuracy)
    assert len(at) > 12
    assert (np.diff(at) >= 0).all()
    assert (np.diff(x) > 0).all()
    # Nobody knows the way of the last thirteen minutes.
    assert at[-1] == 900
    assert at[-2] == 120
    assert len(passed(seconds, lon, lat, np.full(4, 500.0))[0]) == 0


def test_coverage_counts_grids_that_were_walked(beat):
    grids = beat.grids()
    beat.duty()
    beat.duty(beat.other)
    take_positions(beat.inspector, [sent(grids[0], 900), sent(grids[5], 300)])
    take_positions(beat.other, [sent(grids[0], 600), sent(grids[7], 300, accuracy_m=400.0)])
    day = noon().date()
    seen = coverage(beat.operator, "110101", day)
    assert set(seen.visits) == {grids[0].code, grids[5].code}
    assert seen.visits[grids[0].code].walkers == 2
    assert seen.visits[grids[0].code].first < seen.visits[grids[0].code].last
    assert seen.share == pytest.approx(2 / len(grids))
    assert sum(walked for _area, walked, _all in seen.areas) == 2
    assert sum(every for *_more, every in seen.areas) == len(grids)
    area = next(a for a, walked, _all in seen.areas if walked)
    change_area(area.code, Change(inspectors=["inspector2"]))
    own = coverage(beat.other, "110101", day)
    assert {a.code for a, _walked, _all in own.areas} == {area.code}
    assert set(own.visits) <= {grids[0].code}
    assert coverage(beat.operator, "110101", day - timedelta(days=1)).visits == {}
