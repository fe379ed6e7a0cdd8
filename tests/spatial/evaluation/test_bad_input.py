"""What is defined for periods in which something happened to the counts themselves."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from spatial.cases.making.make import make_cases
from spatial.cases.making.plan import Wanted
from spatial.cases.models import Case
from spatial.evaluation.periods import parse_period, period_of
from spatial.evaluation.services.evaluating import evaluate
from spatial.evaluation.services.explaining import explain
from spatial.evaluation.services.inputs import area_counts
from spatial.evaluation.services.objects import Asked
from spatial.evaluation.services.publishing import publish, verify
from spatial.evaluation.services.values import values_of
from spatial.grids.services.build import make_plan
from spatial.grids.services.check import check_plan
from spatial.grids.services.publish import publish_plan

OCTOBER = parse_period("2026-10")
NOVEMBER = parse_period("2026-11")


def test_a_case_opened_again_after_publishing_counts_on_its_own_day(world):
    make_cases(Wanted(("110101",), 500, days=40, open_share=0.05, until=date(2026, 10, 31)))
    made = publish(Asked("street"), OCTOBER, None, world.operator)
    before = evaluate(Asked("street"), OCTOBER)
    case = Case.objects.filter(stage="closed", reopenings=0).order_by("pk").last()
    world.do(case, ("operator", "reopen"))
    after = evaluate(Asked("street"), OCTOBER)
    assert [before.result(n) for n in range(2)] == [after.result(n) for n in range(2)]
    assert verify(made) == made.results
    today = area_counts("street", parse_period(f"{timezone.localdate()}"))
    assert today.counts["reopened"].sum() == 1


def test_an_edition_that_begins_in_mid_period_loses_no_case(world):
    make_cases(Wanted(("110101",), 500, days=20, open_share=0.0, until=date(2026, 11, 20)))
    begins = date(2026, 11, 16)
    whole = area_counts("district", NOVEMBER).counts["filed"].sum()
    new = make_plan("110101", target_area_m2=20_000)
    assert check_plan(new)["ok"]
    publish_plan(new, begins)
    run = evaluate(Asked("grid"), NOVEMBER)
    # Grids of both editions are there, each under its code, and their sum is that of the district.
    former, now = ({one.code for one in plan.grids.all()} for plan in (world.plan, new))
    assert former | now <= set(run.inputs.codes)
    outside = area_counts("district", NOVEMBER).counts["filed"].sum() - whole
    assert outside == 0
    assert run.inputs.counts["filed"].sum() == sum(
        len(code) > 12 and n for code, n in _filed_by_area().items()
    )
    # A code that ended says so in its explanation; the map says how much lies under others.
    ended = sorted(former - now)[0]
    (span,) = explain(Asked("grid"), ended, NOVEMBER, None)["succession"]
    assert span["valid_to"] == str(begins)
    seen = values_of("cases", new, NOVEMBER)
    assert seen.total + seen.outside == run.inputs.counts["filed"].sum()
    # Of the days after the change only the new edition is asked.
    late = evaluate(Asked("grid"), period_of(begins, NOVEMBER.last))
    assert now <= set(late.inputs.codes)


def _filed_by_area():
    found = area_counts("grid", NOVEMBER)
    return dict(zip(found.codes, found.counts["filed"], strict=True))


@pytest.mark.parametrize("day", ["2026-03-29", "2026-10-25"])
def test_the_day_of_a_clock_change_is_one_day(settings, day):
    settings.TIME_ZONE = "Europe/Helsinki"
    with timezone.override("Europe/Helsinki"):
        period = parse_period(day)
        assert (period.days, period.before().last) == (1, period.first - timedelta(days=1))
        # Told where results are shown.
        assert period.clock_changes == [period.first]
        assert parse_period("2026").clock_changes == [date(2026, 3, 29), date(2026, 10, 25)]
        assert parse_period("2026-07").clock_changes == []
