"""Twelve cases through the real services, and the results that a person works out of them."""

from dataclasses import replace

import pytest
from django.utils import timezone

from spatial.cases.services.moving import make_move
from spatial.cases.stages import Stage
from spatial.evaluation.periods import parse_period
from spatial.evaluation.services.evaluating import evaluate
from spatial.evaluation.services.explaining import explain
from spatial.evaluation.services.objects import Asked
from tests.spatial.cases.conftest import WAYS

VERIFYING = WAYS[Stage.VERIFYING]
AGAIN = [("operator", "rework"), ("worker", "answer"), ("dispatcher", "pass_on"),
         ("operator", "ask_verify"), ("inspector", "verify"), ("operator", "close")]  # fmt: skip


@pytest.fixture
def twelve(world):
    """Eight straight ones, one with rework, one not filed, one of the hotline, one declined."""
    cases = [world.case(Stage.CLOSED) for _n in range(8)]
    cases.append(world.do(world.report(), *VERIFYING, ("inspector", "fail"), *AGAIN))
    cases.append(world.case(Stage.REFUSED))
    called = world.report(channel="hotline")
    cases.append(world.do(called, ("operator", "ask_check"), ("inspector", "confirm"),
                          ("operator", "file")))  # fmt: skip
    declined = world.do(world.case(Stage.DISPATCHED), ("worker", "decline"))
    make_move(world.dispatcher, declined.pk, "dispatch", replace(world.given("dispatch")))
    return [*cases, declined]


def test_twelve_cases_worked_by_hand(world, twelve):
    assert len(twelve) == 12
    period = parse_period(f"{timezone.localdate():%Y-%m}")
    code = twelve[0].community_code
    told = explain(Asked("community"), code, period, None)
    counts = told["counts"]
    assert (counts["reported"], counts["judged"], counts["filed"]) == (12, 12, 11)
    assert (counts["closed"], counts["handled"], counts["reworked"]) == (9, 10, 1)
    values = told["result"]["values"]
    assert values["complaint_rate"] == pytest.approx(1 / 11, abs=1e-6)
    assert values["closing_rate"] == values["closing_on_time_rate"] == 1
    number = 11 / counts["grids"] * 30 / period.days
    edges = [(9, 0), (7, 40), (5, 60), (3, 75), (1, 90), (0, 100)]
    filed = next(score for low, score in edges if number >= low)
    score = 0.1 * filed + 0.2 * 100 * 10 / 11 + 0.3 * 100 + 0.4 * 100
    assert told["result"]["score"] == pytest.approx(score, abs=0.005)
    assert (told["result"]["sample"], told["result"]["state"]) == (11, "graded")
    assert told["result"]["grade"] == "A"
    # What would lift it most is what lies furthest below its full score.
    lost = {"filed_per_grid": 0.1 * (100 - filed), "complaint_rate": 0.2 * 100 / 11}
    gains = {one["indicator"]: one["to_gain"] for one in told["lifts"]}
    assert gains == {name: pytest.approx(n, abs=0.01) for name, n in lost.items() if n}
    people = {"inspector": (world.inspector, "valid_report_rate", 10 / 11),
              "dispatcher": (world.dispatcher, "dispatch_accuracy", 10 / 11)}  # fmt: skip
    for kind, (user, indicator, value) in people.items():
        run = evaluate(Asked(kind), period)
        result = run.result(run.place(str(user.pk)))
        assert result["values"][indicator] == pytest.approx(value, abs=1e-6)
    lamps = evaluate(Asked("department"), period)
    result = lamps.result(lamps.place("D1"))
    assert result["values"]["rework_rate"] == pytest.approx(1 / 10)
