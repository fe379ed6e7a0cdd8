"""Competent authorities are sums of their departments; shift leaders are who files and closes."""

from datetime import date

import pytest
from django.db import connection
from django.utils import timezone

from spatial.cases.making.make import make_cases
from spatial.cases.making.plan import Wanted
from spatial.cases.models import Department
from spatial.cases.stages import Stage
from spatial.evaluation.models import WeightScheme
from spatial.evaluation.periods import parse_period
from spatial.evaluation.services.behind import cases_behind
from spatial.evaluation.services.evaluating import evaluate
from spatial.evaluation.services.inputs import area_counts, person_counts
from spatial.evaluation.services.objects import Asked, authorities, objects_of
from spatial.evaluation.services.schemes import ensure_schemes

MONTH = parse_period("2026-10")


@pytest.fixture
def made(world):
    make_cases(Wanted(("110101",), 500, days=40, open_share=0.1, until=date(2026, 10, 31)))
    return world


def test_an_authority_is_the_sum_of_what_stands_under_it(made):
    top, *others = Department.objects.filter(pk__in=[
        int(key) for key in area_counts("department", MONTH).codes])[:3]  # fmt: skip
    Department.objects.filter(pk__in=[one.pk for one in others]).update(parent=top)
    assert {authorities()[one.pk].code for one in (top, *others)} == {top.code}
    run = evaluate(Asked("authority"), MONTH)
    assert not {one.code for one in others} & set(run.inputs.codes)
    departments = evaluate(Asked("department"), MONTH)
    place = run.place(top.code)
    for name in ("filed", "closed", "handled", "reworked", "overdue"):
        parts = [departments.inputs.row(departments.place(one.code)).get(name, 0)
                 for one in (top, *others)]  # fmt: skip
        assert run.inputs.row(place).get(name, 0) == sum(parts)
    found = cases_behind(made.operator, Asked("authority"), top.code,
                         objects_of(Asked("authority"), MONTH), "closed", MONTH,
                         limit=1000)  # fmt: skip
    assert sum(n for _case, n in found.rows) == run.inputs.row(place)["closed"]
    from_events = evaluate(Asked("authority"), MONTH, events=True)
    assert [run.result(n) for n in range(len(run.inputs.codes))] == [
        from_events.result(n) for n in range(len(from_events.inputs.codes))]  # fmt: skip


def test_departments_that_stand_under_one_another_in_a_circle_are_their_own(world):
    one, other = Department.objects.all()[:2]
    Department.objects.filter(pk=one.pk).update(parent=other)
    Department.objects.filter(pk=other.pk).update(parent=one)
    assert set(authorities()) == set(Department.objects.values_list("pk", flat=True))


def test_a_shift_leader_is_who_files_and_closes(world):
    world.case(Stage.CLOSED)
    world.case(Stage.REPORTED)
    today = parse_period(f"{timezone.localdate():%Y-%m}")
    leaders = person_counts("shift_leader", today)
    assert leaders.codes == [str(world.operator.pk)]
    run = evaluate(Asked("shift_leader"), today)
    assert [one["indicator"] for one in run.terms(0)] == [
        "filing_on_time_rate", "filing_accuracy", "ending_on_time_rate"]  # fmt: skip
    found = cases_behind(world.operator, Asked("shift_leader"), str(world.operator.pk),
                         objects_of(Asked("shift_leader"), today), "filed", today)  # fmt: skip
    assert sum(n for _case, n in found.rows) == leaders.row(0)["filed"] == 1


def test_kinds_that_come_later_get_their_scheme(world):
    with connection.cursor() as cursor:
        # As in a store of before there was this kind.
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute("DELETE FROM evaluation_weightscheme WHERE kind = 'authority'")
        cursor.execute("SET LOCAL session_replication_role = origin")
    own = WeightScheme.objects.filter(kind="grid").count()
    ensure_schemes()
    assert WeightScheme.objects.filter(kind="authority", state="published").count() == 1
    assert WeightScheme.objects.filter(kind="grid").count() == own
