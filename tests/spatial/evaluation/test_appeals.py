"""Appeals upheld after publishing stand as proposals until they are corrections."""

from datetime import UTC, date, datetime

import pytest

from spatial.cases.making.make import make_cases
from spatial.cases.making.plan import Wanted
from spatial.cases.models import Case
from spatial.core.errors import WanmiError
from spatial.evaluation.models import Correction
from spatial.evaluation.periods import parse_period
from spatial.evaluation.services.appeals import correct_by_appeals, proposals
from spatial.evaluation.services.objects import Asked
from spatial.evaluation.services.publishing import publish, verify

MONTH = parse_period("2026-10")


def test_an_upheld_appeal_is_proposed_corrected_once_and_changes_nothing_published(world):
    make_cases(Wanted(("110101",), 700, days=40, open_share=0.1, until=date(2026, 10, 31)))
    made = publish(Asked("street"), MONTH, None, world.operator)
    assert proposals("110101") == []
    first, last = datetime(2026, 10, 3, tzinfo=UTC), datetime(2026, 10, 30, tzinfo=UTC)
    late = Case.objects.filter(stage="closed", late=True, closed_at__range=(first, last),
                               reworks=0, reopenings=0)  # fmt: skip
    case = late.order_by("pk").first()
    Case.objects.filter(pk=case.pk).update(department=world.lamps)
    case = world.do(Case.objects.get(pk=case.pk), ("worker", "appeal"))
    assert proposals("110101") == []
    world.do(case, ("operator", "uphold_appeal"))
    (one,) = proposals("110101")
    assert (one.result.code, one.numbers) == (case.street_code, [case.number])
    was = one.result.inputs
    assert one.inputs["closed_on_time"] == was.get("closed_on_time", 0) + 1
    assert one.score > one.result.score
    correction = correct_by_appeals(made, case.street_code, world.operator)
    assert case.number in correction.reason
    assert correction.score == one.score
    assert proposals("110101") == []
    with pytest.raises(WanmiError, match="E-EVAL-NOAPPEAL"):
        correct_by_appeals(made, case.street_code, world.operator)
    assert Correction.objects.count() == 1
    assert verify(made) == made.results
