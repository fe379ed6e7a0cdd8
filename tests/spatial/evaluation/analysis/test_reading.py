"""What the database sums is what is counted one by one; honest cases raise no alarm."""

from collections import Counter
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from django.contrib.gis.geos import Point
from django.utils import timezone

from spatial.cases.models import Attachment, Case, CaseEvent, InHand
from spatial.cases.stages import Stage
from spatial.core.errors import WanmiError
from spatial.evaluation.analysis import honesty
from spatial.evaluation.analysis.reading import counts, suspicion
from spatial.evaluation.analysis.reading.ground import read_ground
from spatial.evaluation.analysis.reading.running import running_hour
from spatial.evaluation.analysis.reading.selection import Selection
from spatial.evaluation.analysis.reading.suspicion import Period
from spatial.patrol.keys import key_of
from spatial.patrol.models import Position
from spatial.patrol.services.positions import ensure_day
from tests.spatial.evaluation.analysis.conftest import LAST

ZONE = ZoneInfo("Asia/Shanghai")
FIRST = date(2026, 10, 1)
ASKED = Selection("110101", FIRST, date(2026, 10, 31))


def cases():
    """Cases of the selection, one by one."""
    rows = Case.objects.exclude(stage__in=["rejected", "merged"]).select_related("case_class")
    local = [(row, row.reported_at.astimezone(ZONE)) for row in rows]
    return [(row, at) for row, at in local if FIRST <= at.date() <= ASKED.last]


def main_of(row):
    return f"{row.kind[0].upper()}{row.case_class.main_code}"


def check_sums_are_those_of_cases_counted_one_by_one():
    rows = cases()
    assert counts.cases_by_grid(ASKED) == Counter(row.grid_code for row, _at in rows)
    hours = np.zeros((7, 24), int)
    days = np.zeros(31, int)
    for _row, at in rows:
        hours[at.weekday(), at.hour] += 1
        days[at.day - 1] += 1
    assert (counts.cases_by_hour(ASKED) == hours).all()
    assert (counts.cases_by_day(ASKED) == days).all()
    spots = counts.spots(ASKED)
    assert Counter(zip(spots.grid, spots.day.tolist(), strict=True)) == Counter(
        (row.grid_code, at.day - 1) for row, at in rows
    )
    crossed = counts.classes_by_area(ASKED, "community")
    wanted = Counter((row.community_code, main_of(row)) for row, _at in rows)
    assert {(crossed.areas[i], crossed.mains[j]): int(crossed.counts[i, j])
            for i, j in np.argwhere(crossed.counts)} == wanted  # fmt: skip


def check_departments_by_hand():
    wanted = Counter()
    for row, _at in cases():
        if row.department_id and row.filed_at:
            wanted[row.department.code, "had"] += 1
            wanted[row.department.code, "late"] += bool(row.late and not row.exempt)
            wanted[row.department.code, "reworked"] += row.reworks > 0
    found = counts.departments(ASKED)
    assert {(one["code"], name): one[name] for one in found
            for name in ("had", "late", "reworked") if one[name]} == +wanted  # fmt: skip
    assert all(one["median_h"] is None or one["median_h"] > 0 for one in found)


def check_a_selection_narrows():
    row, _at = next((row, at) for row, at in cases() if row.department_id)
    for more in ({"street": row.street_code}, {"main": main_of(row)},
                 {"department": row.department_id}, {"case_class": row.case_class_id}):  # fmt: skip
        asked = Selection("110101", FIRST, ASKED.last, **more)
        found = sum(counts.cases_by_grid(asked).values())
        assert 0 < found <= len(cases())
    assert counts.cases_by_grid(Selection("110102", FIRST, ASKED.last)) == {}


def check_what_is_open_has_its_age():
    now = datetime(2026, 11, 25, tzinfo=ZONE)
    days, late = counts.open_ages(ASKED, now)
    assert len(days) == InHand.objects.count()
    oldest = InHand.objects.order_by("reported_at").first()
    assert days.max() == pytest.approx((now - oldest.reported_at).total_seconds() / 86400)
    assert late.sum() == InHand.objects.filter(due_at__lt=now).count()


def check_weeks_end_on_the_last_day():
    ground = read_ground("110101")
    found = counts.weekly("110101", LAST, 5, list(ground.codes), "grid")
    assert found.first == LAST - timedelta(days=34)
    rows = [row for row in Case.objects.exclude(stage__in=["rejected", "merged"])
            if row.reported_at.astimezone(ZONE).date() > LAST - timedelta(days=7)]  # fmt: skip
    assert found.counts[:, -1].sum() == len(rows)
    streets, _place = ground.street
    by_street = counts.weekly("110101", LAST, 5, streets, "street")
    assert by_street.counts.sum() == found.counts.sum()


def check_the_running_hour_and_those_before():
    row = Case.objects.exclude(community_code="").order_by("-id")[100]
    now = row.reported_at + timedelta(minutes=10)
    found = running_hour("110101", now)
    lately = Case.objects.filter(reported_at__gt=now - timedelta(hours=1), reported_at__lte=now)
    assert found.now.sum() == lately.exclude(stage="rejected").count() > 0
    assert found.days == 56 and found.days_of_kind in (16, 40)
    assert (found.same <= found.before).all() and found.same.sum() > 0


@pytest.mark.parametrize(
    ("first", "last"),
    [(date(2026, 2, 2), date(2026, 2, 1)), (date(2020, 1, 1), date(2026, 1, 1)),
     (date(2999, 1, 1), date(2999, 1, 2))],
)  # fmt: skip
def test_days_that_cannot_be_are_refused(first, last):
    with pytest.raises(WanmiError) as caught:
        Selection("110101", first, last)
    assert caught.value.code == "E-ANALYSIS-SPAN"


def test_the_ground_has_neighbours(world):
    ground = read_ground("110101")
    assert len(ground) == world.plan.grid_count
    around = ground.touching().sum(axis=1)
    assert around.min() >= 1
    assert np.ptp(ground.xy_m, axis=0).max() < 5_000
    assert ground.spread({ground.codes[2]: 3, "gone": 1}).tolist()[:3] == [0, 0, 3]


OCTOBER = Period("110101", FIRST, date(2026, 10, 31))


def check_an_honest_history_raises_no_alarm():
    assert honesty.quick(suspicion.quick_verifications(OCTOBER)) == []
    assert honesty.same_reason(suspicion.reasons_given(OCTOBER)) == []
    assert honesty.bulk(suspicion.work_by_day(OCTOBER), OCTOBER.last) == []
    assert suspicion.far_visits(OCTOBER) == [] and suspicion.old_photos(OCTOBER) == []
    moves = CaseEvent.objects.filter(move="close", day__range=(FIRST, OCTOBER.last)).count()
    assert sum(one.moves for one in suspicion.work_by_day(OCTOBER) if one.move == "close") == moves


def today():
    day = timezone.localdate()
    return Period("110101", day, day)


def test_a_staged_day_is_told(world):
    faked = [world.case(Stage.CLOSED) for _n in range(3)]
    keys = tuple(sorted(case.pk for case in faked))
    (found,) = honesty.quick(suspicion.quick_verifications(today()))
    assert (found.who, found.cases) == ("inspector", keys)
    assert suspicion.cases_of_work(today(), "inspector", "verify") == keys
    ensure_day(today().first)
    for case in faked:
        event = CaseEvent.objects.get(case=case, move="verify")
        lon, lat = case.point.coords
        Position.objects.create(
            id=key_of(event.at, world.inspector.pk), user=world.inspector, at=event.at,
            point=Point(lon + 0.02, lat, srid=4326), accuracy_m=12,
        )  # fmt: skip
    (found,) = honesty.far(suspicion.far_visits(today()))
    assert (found.who, found.cases) == ("inspector", keys)
    assert 1_500 < found.evidence["furthest_m"] < 1_800
    answered = CaseEvent.objects.filter(move="answer", case__in=faked)
    for event in answered:
        Attachment.objects.filter(case=event.case_id, step=event.step).update(
            taken_at=event.at - timedelta(days=3)
        )
    (found,) = honesty.backdated(suspicion.old_photos(today()))
    assert (found.who, found.cases) == ("worker", keys)


def test_a_visit_that_was_sent_later_counts_at_the_time_of_its_photo(world):
    case = world.case(Stage.VERIFIED)
    event = CaseEvent.objects.get(case=case, move="verify")
    then = event.at - timedelta(hours=1)
    Attachment.objects.filter(case=case, step=event.step).update(taken_at=then)
    ensure_day(today().first)
    for at, offset in ((event.at, 0.02), (then, 0.0)):
        Position.objects.create(
            id=key_of(at, world.inspector.pk), user=world.inspector, at=at, accuracy_m=12,
            point=Point(case.point.x + offset, case.point.y, srid=4326),
        )  # fmt: skip
    assert suspicion.far_visits(today()) == []


def test_made_up_cases(made):
    """One town for all: making it takes longer than looking at it."""
    check_sums_are_those_of_cases_counted_one_by_one()
    check_departments_by_hand()
    check_a_selection_narrows()
    check_what_is_open_has_its_age()
    check_weeks_end_on_the_last_day()
    check_the_running_hour_and_those_before()
    check_an_honest_history_raises_no_alarm()
