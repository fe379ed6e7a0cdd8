"""Results from counts, from raw events and by an independent computation are the same."""

from datetime import date, timedelta
from decimal import Decimal

import numpy as np
import pandas as pd
import pytest
from django.db import connection
from django.utils import timezone

from spatial.cases.making.make import make_cases
from spatial.cases.making.plan import Wanted
from spatial.cases.models import InHand, StageLimit, Unit
from spatial.cases.stages import Stage
from spatial.core.errors import WanmiError
from spatial.evaluation.counters import NAMES
from spatial.evaluation.models import ObjectKind
from spatial.evaluation.periods import parse_period
from spatial.evaluation.services.evaluating import evaluate
from spatial.evaluation.services.inputs import area_counts, person_counts
from spatial.evaluation.services.objects import Asked
from spatial.evaluation.services.values import GRADES, values_of

WANTED = Wanted(("110101",), 1_500, days=50, open_share=0.1, until=date(2026, 11, 20))
MONTH = parse_period("2026-11")
KINDS = [one for one in ObjectKind if one not in ("cell", "polygon")]


@pytest.fixture
def made(world):
    for stage in (Stage.REPORTED, Stage.CHECKING, Stage.FILED, Stage.TO_VERIFY, Stage.VERIFYING):
        StageLimit.objects.create(stage=stage, limit_n=Decimal(2), limit_unit=Unit.WORKING_HOUR)
    make_cases(WANTED, stars={"inspector": world.inspector})
    return world


def same(one, other):
    assert one.codes == other.codes
    for name in one.counts:
        assert np.array_equal(one.counts[name], other.counts[name]), name


@pytest.mark.parametrize("period", ["2026-11", "2026-10", "2026-W46", "2026-11-03..2026-11-18"])
def test_counts_and_raw_events_agree_row_by_row(made, period):
    period = parse_period(period)
    for kind in ("grid", "community", "street", "district", "department"):
        same(area_counts(kind, period), area_counts(kind, period, events=True))
    for role in ("inspector", "operator", "dispatcher"):
        same(person_counts(role, period), person_counts(role, period, events=True))
    for kind in KINDS:
        one, other = (evaluate(Asked(kind), period, events=which) for which in (False, True))
        rows = [[run.result(n) for n in range(len(run.inputs.codes))] for run in (one, other)]
        assert rows[0] == rows[1]
        assert rows[0] or kind == "patrol"


@pytest.mark.parametrize("period", ["2026-10", "running"])
def test_the_map_has_the_grades_of_the_ranking(made, period):
    """Also while deadlines of today pass, which count when the day is over."""
    period = parse_period(f"{timezone.localdate():%Y-%m}" if period == "running" else period)
    late = InHand.objects.filter(stage__in=("dispatched", "handling")).exclude(grid_code="")
    assert late.update(deadline=timezone.now() - timedelta(minutes=1))
    run = evaluate(Asked(ObjectKind.GRID, "110101"), period)
    ranked = dict(zip(run.inputs.codes, run.scores.grade, strict=True))
    codes = made.plan.grids.order_by("ordinal").values_list("code", flat=True)
    found = values_of("grade", made.plan, period).content
    letters = [GRADES[byte - 1] if 1 <= byte <= len(GRADES) else "" for byte in found]
    assert letters == [ranked.get(code, "") for code in codes]
    assert any(letters) or period.running


def test_an_independent_computation_agrees(made):
    """Of streets, from tables of cases and events, in pandas and by the words of the documents."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT id, street_code FROM cases_case")
        cases = pd.DataFrame(cursor.fetchall(), columns=["case", "street"])
        cursor.execute("SELECT case_id, step, move, at, evidence FROM cases_caseevent ORDER BY id")
        events = pd.DataFrame(cursor.fetchall(), columns=["case", "step", "move", "at", "facts"])
    if isinstance(events.facts.iloc[0], str):
        events["facts"] = events.facts.map(__import__("json").loads)
    events = events.merge(cases)
    zone = timezone.get_default_timezone()
    events["day"] = events["at"].dt.tz_convert(zone).dt.date
    inside = events[(events.day >= MONTH.first) & (events.day <= MONTH.last)]
    closes = inside[inside.move == "close"]
    filed = inside[inside.move == "file"].groupby("street").size()
    found_true = inside[inside.move == "confirm"]
    with connection.cursor() as cursor:
        cursor.execute("SELECT id FROM cases_case WHERE channel NOT IN"
                       " ('inspector', 'video', 'sensor', 'department')")  # fmt: skip
        public = {row[0] for row in cursor.fetchall()}
    complaints = found_true[found_true.case.isin(public)].groupby("street").size()
    forced = inside[inside.move.isin(["close", "force_close"])].groupby("street").size()
    settled = closes[closes.facts.map(lambda one: "late" in one)]
    on_time = settled[settled.facts.map(lambda one: one["late"] is False)].groupby("street").size()
    # Overdue at the end: the last deadline that was running before the end of the period, had
    # passed by then, and nobody had answered.
    end = min(MONTH.last + timedelta(days=1), timezone.localdate())
    before = events[events.day < MONTH.last + timedelta(days=1)]
    due = before[before.facts.map(lambda one: "due" in one)].groupby("case").last()
    due = due[due.facts.map(lambda one: one["due"][1] is not None)]
    day = due.facts.map(lambda one: pd.Timestamp(one["due"][1]).tz_convert(zone).date())
    overdue = due[day < end].groupby("street").size()
    run = evaluate(Asked("street"), MONTH)
    grids = run.inputs.counts["grids"]
    assert overdue.sum() > 0
    assert on_time.sum() > 0
    for n, code in enumerate(run.inputs.codes):
        n_filed, n_closed, n_due = (one.get(code, 0) for one in (filed, forced, overdue))
        number = n_filed / grids[n] * 30 / MONTH.days
        bands = [(9, 0), (7, 40), (5, 60), (3, 75), (1, 90), (0, 100)]
        terms = [(0.1, next(score for low, score in bands if number >= low))]
        if n_filed:
            terms.append((0.2, 100 * (1 - min(1, complaints.get(code, 0) / n_filed))))
        if n_closed + n_due:
            terms.append((0.3, 100 * n_closed / (n_closed + n_due)))
        judged = settled[settled.street == code].shape[0] + n_due
        if judged:
            terms.append((0.4, 100 * on_time.get(code, 0) / judged))
        score = sum(w * s for w, s in terms) / sum(w for w, _s in terms)
        assert run.scores.score[n] == pytest.approx(score, abs=1e-6)


def test_larger_areas_are_the_sums_of_smaller_ones(made):
    sums = {}
    for kind in ("grid", "community", "street", "district"):
        found = area_counts(kind, MONTH)
        sums[kind] = {name: found.counts[name].sum() for name in NAMES}
    assert sums["community"] == sums["street"] == sums["district"]
    assert sums["grid"]["reported"] > 0


def test_periods_are_read_and_refused():
    assert (parse_period("2026-Q3").first, parse_period("2026-Q3").last) == (
        date(2026, 7, 1), date(2026, 9, 30))  # fmt: skip
    assert parse_period("2026-W01").first == date(2025, 12, 29)
    assert parse_period("2024-02").days == 29
    assert parse_period("2026-01").before().name == "2025-12"
    assert parse_period("2026-Q1").before().name == "2025-Q4"
    assert parse_period("2026-03").year_before().name == "2025-03"
    assert parse_period("2024-02-29").year_before().first == date(2023, 2, 28)
    assert parse_period("2026-11-03..2026-11-09").before().name == "2026-10-27..2026-11-02"
    for bad in ("2026-13", "heute", "2026-02-30", "2026-11-09..2026-11-03", "2026-Q5", ""):
        with pytest.raises(WanmiError, match="E-EVAL-PERIOD"):
            parse_period(bad)
    for future in ("2031-01", f"{timezone.localdate() + timedelta(days=1)}"):
        with pytest.raises(WanmiError, match="E-EVAL-FUTURE"):
            parse_period(future)


def test_a_day_with_a_clock_change_is_a_day_and_hours_of_handling_are_real(settings):
    settings.TIME_ZONE = "Europe/Helsinki"
    with timezone.override("Europe/Helsinki"):
        assert parse_period("2026-03-29").days == parse_period("2026-10-25").days == 1


def test_an_object_without_cases_has_no_grade(world):
    run = evaluate(Asked("grid"), MONTH)
    assert len(run.inputs.codes) == world.plan.grid_count
    assert set(run.scores.state) == {"none"}
    assert set(run.scores.grade) == {""}


def test_what_needs_an_edition_or_a_polygon_says_so(world):
    for kind in ("cell", "polygon"):
        with pytest.raises(WanmiError, match="E-EVAL-OBJECT"):
            evaluate(Asked(kind), MONTH)
