"""Counts kept as cases move are those that the events say."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone

from spatial.cases.making.make import make_cases
from spatial.cases.making.plan import Wanted
from spatial.cases.models import Satisfaction, StageLimit, Unit
from spatial.cases.moves import MOVES
from spatial.cases.services.moving import make_move
from spatial.cases.stages import Stage
from spatial.core.errors import WanmiError
from spatial.evaluation.counters import MOVED, NAMES
from spatial.evaluation.models import CountedMonth
from spatial.evaluation.services import ledger
from tests.spatial.cases.conftest import WAYS

WANTED = Wanted(("110101",), 800, days=40, open_share=0.1, until=date(2026, 11, 20))


def totals(where="true", *values):
    """Sums of all counters over both tables."""
    sums = ", ".join(f"coalesce(sum({name}), 0)" for name in NAMES)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {sums} FROM (SELECT * FROM evaluation_count UNION ALL"
                       f" SELECT * FROM evaluation_delta) t WHERE {where}", values)  # fmt: skip
        return {name: int(n) for name, n in zip(NAMES, cursor.fetchone(), strict=True) if n}


def rows(table):
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM {table}")
        return cursor.fetchone()[0]


def test_every_counter_counts_moves_that_there_are():
    assert {move for one in MOVED for move in one.moves} <= set(MOVES)
    assert len(set(NAMES)) == len(NAMES)


def test_a_case_that_goes_straight_through(world):
    StageLimit.objects.create(stage=Stage.REPORTED, limit_n=Decimal(1), limit_unit=Unit.HOUR)
    case = world.case(Stage.CLOSED)
    found = totals()
    assert found == {
        "reported": 1, "judged": 1, "judged_inspector": 1, "valid_inspector": 1, "filed": 1,
        "filed_judged": 1, "filed_on_time": 1, "dispatched": 1, "handled": 1, "handled_judged": 1,
        "handled_on_time": 1, "verified": 1, "closed": 1, "closed_judged": 1, "closed_on_time": 1,
        "handling_timed": 1, "ended": 1,
    }  # fmt: skip
    assert totals("area = %s AND department_id = %s", case.grid_code, world.lamps.pk)["closed"] == 1
    assert not ledger.check().differ


def test_what_is_due_is_booked_on_its_day_and_taken_back_when_it_is_done(world):
    case = world.case(Stage.HANDLING)
    due = timezone.localdate(case.deadline)
    assert totals("day = %s", due)["fell_due"] == 1
    case = world.do(case, ("dispatcher", "hold"))
    assert "fell_due" not in totals()
    case = world.do(case, ("dispatcher", "resume"))
    assert totals()["fell_due"] == 1
    world.do(case, ("worker", "answer"))
    assert "fell_due" not in totals()
    assert not ledger.check().differ


def late(case, days):
    """As if it had been due so many days ago, in the case and in the ledger."""
    past = timezone.now() - timedelta(days=days)
    type(case).objects.filter(pk=case.pk).update(deadline=past)
    return past


def test_what_was_overdue_is_recovered_on_the_day_it_is_answered(world):
    case = world.case(Stage.HANDLING)
    late(case, 3)
    world.do(case, ("worker", "answer"))
    found = totals()
    assert found["recovered"] == found["handled"] == found["handled_judged"] == 1
    assert "handled_on_time" not in found
    assert not ledger.check().differ


@pytest.mark.parametrize("stage", [one for one in Stage if one in WAYS])
def test_any_way_is_counted_as_its_events_say(world, stage):
    world.case(stage)
    assert not ledger.check().differ


def test_detours_are_counted_as_their_events_say(world):
    case = world.do(world.case(Stage.DISPATCHED), ("worker", "decline"))
    make_move(world.dispatcher, case.pk, "dispatch", replace(world.given("dispatch")))
    case.refresh_from_db()
    case = world.do(case, ("other_worker", "accept"), ("other_worker", "ask_extension"),
                    ("dispatcher", "agree_extension"), ("leader", "grant_extension"),
                    ("operator", "press"), ("other_worker", "answer"),
                    ("dispatcher", "pass_on"), ("operator", "ask_verify"), ("inspector", "fail"),
                    ("operator", "rework"), ("other_worker", "answer"), ("dispatcher", "pass_on"),
                    ("operator", "ask_verify"), ("inspector", "verify"), ("operator", "close"),
                    ("operator", "reopen"))  # fmt: skip
    Satisfaction.objects.create(case=case, by="survey", score=4)
    back = world.do(world.case(Stage.FILED), ("dispatcher", "send_back"), ("operator", "file"))
    assert back.stage == Stage.FILED
    found = totals()
    want = {"filed": 2, "sent_back": 1, "dispatched": 2, "redispatched": 1, "declined": 1,
            "extensions": 1, "presses": 1, "handled": 2, "reworked": 1, "verified": 2,
            "closed": 1, "reopened": 1, "answers": 1, "content": 1, "score_sum": 4}  # fmt: skip
    assert {name: found.get(name) for name in want} == want
    assert not ledger.check().differ
    with connection.cursor() as cursor:
        cursor.execute("SELECT user_id, sum(redispatched), sum(sent_back)"
                       " FROM evaluation_postdelta WHERE redispatched > 0 OR sent_back > 0"
                       " GROUP BY 1 ORDER BY 1")  # fmt: skip
        assert cursor.fetchall() == [(world.operator.pk, None, 1), (world.dispatcher.pk, 1, None)]


def test_folding_and_rebuilding_change_no_sum(world):
    world.case(Stage.CLOSED)
    before = totals()
    assert rows("evaluation_delta") > 0
    assert ledger.fold() > 0
    assert rows("evaluation_delta") == 0
    assert totals() == before
    assert not ledger.check().differ
    ledger.rebuild()
    assert totals() == before
    assert not ledger.check().differ


def test_made_up_cases_are_counted_when_they_are_written_and_go_on(world):
    make_cases(WANTED, stars={"inspector": world.inspector})
    found = totals()
    assert found["reported"] == 800
    assert {"recovered", "fell_due", "closed_on_time", "handling_minutes"} <= set(found)
    assert set(CountedMonth.objects.values_list("cohort", flat=True)) == {202610, 202611}
    done = ledger.check()
    assert (done.differ, done.months >= 2) == ({}, True)


def test_a_count_that_is_wrong_is_found_and_mended(world, capsys):
    world.case(Stage.CLOSED)
    call_command("check_counts")
    call_command("fold_counts")
    with connection.cursor() as cursor:
        cursor.execute("UPDATE evaluation_count SET closed = 7 WHERE closed = 1")
    with pytest.raises(CommandError, match="E-EVAL-COUNTS"):
        call_command("check_counts")
    call_command("rebuild_counts")
    call_command("check_counts", "--json")
    assert '"differ": 0' in capsys.readouterr().out


def test_a_rebuild_that_was_stopped_goes_on(world):
    world.case(Stage.CLOSED)

    def stop(done, total, words=""):
        if done == 1:
            raise KeyboardInterrupt

    if len(ledger.months()) < 2:
        pytest.skip("one month only")
    with pytest.raises(KeyboardInterrupt):
        ledger.rebuild(progress=stop)
    left = CountedMonth.objects.filter(pending=True).count()
    assert left == len(ledger.months()) - 1
    assert ledger.rebuild(resume=True).months == left
    assert not ledger.check().differ


def test_a_month_without_cases_is_told(world):
    with pytest.raises(WanmiError, match="E-EVAL-MONTH"):
        ledger.rebuild([190001])


def test_a_move_that_fails_counts_nothing(world):
    case = world.case(Stage.HANDLING)
    before = totals()
    with pytest.raises(WanmiError):
        make_move(world.worker, case.pk, "close", world.given("close"))
    assert totals() == before
