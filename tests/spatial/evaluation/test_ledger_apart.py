"""Counts while many move at once, while they are rebuilt, and through editions of the grids."""

from datetime import date, timedelta

from django.db import connection

from spatial.cases.models import Case
from spatial.cases.services.given import Given
from spatial.cases.services.moving import make_move
from spatial.cases.stages import Stage
from spatial.evaluation.periods import period_of
from spatial.evaluation.services import ledger
from spatial.evaluation.services.inputs import area_counts
from spatial.evaluation.services.values import values_of
from spatial.grids.services.publish import publish_plan
from tests.spatial.cases.test_editions import next_plan, spread
from tests.spatial.cases.test_races import together
from tests.spatial.evaluation.test_ledger import totals


def clean():
    """What other tests with real commits left."""
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE evaluation_count, evaluation_mark, evaluation_post,"
                       " evaluation_sheet")  # fmt: skip


def test_moves_at_once_while_counts_are_folded_and_rebuilt_are_all_counted(real_world):
    clean()
    world, each = real_world, 6
    cases = [world.case(Stage.DISPATCHED) for _n in range(4)]

    def work(i):
        if i == 4:
            return [ledger.fold() for _n in range(4)]
        if i == 5:
            return [ledger.rebuild(workers=2) for _n in range(2)]
        return [make_move(world.dispatcher, cases[i].pk, "press", Given(reason="快")).move
                for _n in range(each)]  # fmt: skip

    found = together(6, work)
    assert [len(one) for one in found[:4]] == [each] * 4
    assert totals()["presses"] == 4 * each
    assert not ledger.check().differ
    clean()


def test_counts_follow_the_code_of_the_day_of_the_report(world):
    before = {case.pk: case.grid_code for case in spread(world)}
    plan = publish_plan(next_plan(), date(2026, 11, 1) + timedelta(days=20))
    assert not ledger.check().differ
    moved = [case for case in Case.objects.all() if case.grid_code != before[case.pk]]
    assert moved
    for case in moved[:5]:
        if case.closed_at is None:
            world.do(case, ("operator", "file"), ("dispatcher", "dispatch"))
    assert not ledger.check().differ
    today = date.fromisoformat(str(ledger.timezone.localdate()))
    period = period_of(today, today)
    counts = area_counts("grid", period)
    reported = dict(zip(counts.codes, counts.counts["reported"], strict=True))
    for code in set(before.values()):
        assert reported.get(code, 0) == sum(one == code for one in before.values())
    # Colours of the new edition say how many lie under codes that are not its own.
    codes = set(plan.grids.values_list("code", flat=True))
    filed = dict(zip(counts.codes, counts.counts["filed"], strict=True))
    found = values_of("cases", plan, period)
    assert found.outside == sum(n for code, n in filed.items() if code not in codes)
    assert found.total == sum(n for code, n in filed.items() if code in codes)


def test_colours_are_never_a_move_behind_and_are_the_same_when_folded(world):
    today = ledger.timezone.localdate()
    period = period_of(today, today)
    plan = world.plan
    world.case(Stage.FILED)
    assert values_of("cases", plan, period).total == 1
    world.case(Stage.FILED)
    assert values_of("cases", plan, period).total == 2
    ledger.fold()
    one = values_of("cases", plan, period)
    assert one.total == 2
    world.case(Stage.FILED)
    assert values_of("cases", plan, period).total == 3
    ledger.rebuild()
    assert values_of("cases", plan, period).total == 3
