"""Weights, bands, zero denominators and small samples, worked by hand."""

import numpy as np
import pytest
from django.db import DatabaseError, transaction

from spatial.core.errors import WanmiError
from spatial.evaluation.defaults import GRADES, default_schemes
from spatial.evaluation.indicators import INDICATORS
from spatial.evaluation.models import WeightScheme
from spatial.evaluation.scoring import (
    BLOCK,
    FEW,
    GRADED,
    NONE,
    Band,
    Part,
    banded,
    graded,
    mark_objects,
    ranked,
    score_objects,
    wilson,
)
from spatial.evaluation.services.schemes import (
    check_grades,
    check_parts,
    publish_scheme,
    save_scheme,
    scheme_for,
)

GRADE = [(name, float(start)) for name, start in GRADES]
CLOSING = {"indicator": "closing_rate", "weight": 1.0}
BANDS = [[0, 1, 100], [1, None, 0]]
WORKED = [
    # indicator, counts, value worked by hand
    ("valid_report_rate", {"valid_inspector": 9, "judged_inspector": 12}, 0.75),
    ("missed_rate", {"missed": 3, "filed": 12}, 0.25),
    ("complaint_rate", {"found_by_public": 2, "filed": 8}, 0.25),
    ("filing_rate", {"filed": 12, "judged": 15}, 0.8),
    ("handling_rate", {"handled": 9, "overdue": 3}, 0.75),
    ("handling_on_time_rate", {"handled_on_time": 6, "handled_judged": 9, "overdue": 3}, 0.5),
    ("closing_rate", {"closed": 16, "overdue": 4}, 0.8),
    ("closing_on_time_rate", {"closed_on_time": 9, "closed_judged": 11, "overdue": 1}, 0.75),
    ("rework_rate", {"reworked": 2, "handled": 6, "overdue": 2}, 0.25),
    ("dispatch_accuracy", {"dispatched": 20, "redispatched": 3}, 0.85),
    ("dispatch_on_time_rate", {"dispatched_on_time": 7, "dispatched_judged": 8}, 0.875),
    ("check_on_time_rate", {"checked_on_time": 1, "checked_judged": 4}, 0.25),
    ("verify_on_time_rate", {"verified_on_time": 3, "verified_judged": 4}, 0.75),
    ("filing_on_time_rate", {"filed_on_time": 3, "filed_judged": 5}, 0.6),
    ("filing_accuracy", {"filed": 10, "sent_back": 1}, 0.9),
    ("unclosed_rate", {"reported": 10, "reopened": 1, "ended": 8}, 0.3),
    ("mean_handling_hours", {"handling_minutes": 1452, "handling_timed": 2}, 12.1),
    ("satisfaction_rate", {"content": 4, "answers": 5}, 0.8),
]


@pytest.mark.parametrize(("key", "counts", "value"), WORKED)
def test_an_indicator_worked_by_hand(key, counts, value):
    one = INDICATORS[key]
    assert one.quotient(*one.parts(counts)) == pytest.approx(value)
    empty = dict.fromkeys(counts, 0)
    assert np.isnan(one.quotient(*one.parts(empty)))


def counts(**named):
    size = len(next(iter(named.values())))
    names = {name for one in INDICATORS.values() for name in one.counters}
    return {name: np.zeros(size) for name in names} | {
        name: np.array(values, float) for name, values in named.items()
    }


def score(parts, least=1, **named):
    return score_objects([Part.read(one) for one in parts], GRADE, counts(**named), 30, least)


def test_a_zero_denominator_is_left_out_and_the_others_are_scaled_up():
    parts = [{"indicator": "closing_rate", "weight": 0.3},
             {"indicator": "satisfaction_rate", "weight": 0.7}]  # fmt: skip
    found = score(parts, closed=[8, 8, 0], overdue=[2, 2, 0], answers=[10, 0, 0], content=[5, 0, 0])
    assert found.score[0] == pytest.approx(0.3 * 80 + 0.7 * 50)
    assert found.score[1] == pytest.approx(80)
    assert np.isnan(found.score[2])
    assert list(found.state) == [GRADED, GRADED, NONE]
    assert found.grade[2] == ""


def test_few_cases_get_bounds_and_no_grade():
    found = score([CLOSING], least=5, closed=[1, 100], overdue=[0, 0])
    assert list(found.state) == [FEW, GRADED]
    assert list(found.grade) == ["", "A"]
    assert found.low[0] < 30 < 96 < found.low[1]
    assert list(ranked(found.score, found.state)) == [0, 1]
    low, high = wilson(8, 10)
    assert (float(low), float(high)) == pytest.approx((0.4901625, 0.9433178), abs=1e-6)


def test_grades_are_half_open():
    edges = np.array([100, 90, 89.999999, 75, 74.9, 60, 59.9, 40, 39.9, 0])
    assert "".join(graded(edges, GRADE)) == "AABBCCDDEE"


def test_marks_of_a_city_are_the_scores_of_its_objects():
    rng = np.random.default_rng(20)
    size = 2 * BLOCK + 5
    names = {name for one in INDICATORS.values() for name in one.counters}
    made = {name: rng.poisson(1.5, size).astype(float) for name in sorted(names)}
    for kind, scheme in ((one["kind"], one) for one in default_schemes()):
        parts = [Part.read(one) for one in scheme["parts"]]
        for least in (1, 3):
            whole = score_objects(parts, GRADE, made, 30, least)
            marks = mark_objects(parts, GRADE, made, 30, least)
            assert np.array_equal(marks.score, whole.score, equal_nan=True), kind
            assert np.array_equal(marks.none, whole.state == NONE)
            assert np.array_equal(marks.few, whole.state == FEW)
            given = np.array([name for name, _start in GRADE])[marks.grade]
            there = whole.state == GRADED
            assert there.sum() > 1000
            assert list(given[there]) == list(whole.grade[there])


def test_bands_are_half_open_and_equal_scores_have_equal_ranks():
    bands = [Band(0, 51, 100), Band(51, 100, 90), Band(100, None, 0)]
    assert list(banded(np.array([0, 50.9, 51, 99.9, 100, 1e9]), bands)) == [100, 100, 90, 90, 0, 0]
    state = np.array([GRADED] * 4, object)
    assert list(ranked(np.array([80, 90, 80, 70.0]), state)) == [2, 1, 2, 4]


@pytest.mark.parametrize(
    ("parts", "code"),
    [
        ([], "E-EVAL-WEIGHTS"),
        ([{**CLOSING, "weight": 0.7}], "E-EVAL-WEIGHTS"),
        ([{**CLOSING, "weight": 2}, {"indicator": "rework_rate", "weight": -1}], "E-EVAL-WEIGHTS"),
        ([{**CLOSING, "weight": float("nan")}], "E-EVAL-WEIGHTS"),
        ([{"indicator": "luck", "weight": 1}], "E-EVAL-INDICATOR"),
        ([{**CLOSING, "weight": 0.5}, {**CLOSING, "weight": 0.5}], "E-EVAL-INDICATOR"),
        ([{"indicator": "backlog", "weight": 1}], "E-EVAL-BANDS"),
        ([{**CLOSING, "bands": [[0, 5, 90], [4, None, 0]]}], "E-EVAL-BANDS"),
        ([{**CLOSING, "bands": [[0, 5, 90], [6, None, 0]]}], "E-EVAL-BANDS"),
        ([{**CLOSING, "bands": [[1, None, 90]]}], "E-EVAL-BANDS"),
        ([{**CLOSING, "bands": [[0, 5, 90]]}], "E-EVAL-BANDS"),
        ([{**CLOSING, "bands": [[0, 5, 900], [5, None, 0]]}], "E-EVAL-BANDS"),
        ([{**CLOSING, "bands": ["wide"]}], "E-EVAL-BANDS"),
    ],
)
def test_weights_and_bands_that_are_none_are_refused(parts, code):
    with pytest.raises(WanmiError, match=code):
        check_parts(parts)


@pytest.mark.parametrize("grades", [None, [], [["A", 90]], [["A", 90], ["B", 95], ["C", 60],
                                    ["D", 40], ["E", 0]], [*GRADES[:4], ["E", 5]]])  # fmt: skip
def test_grades_that_do_not_fall_to_zero_are_refused(grades):
    with pytest.raises(WanmiError, match="E-EVAL-BANDS"):
        check_grades(grades)


def test_the_schemes_from_the_start_are_good():
    for one in default_schemes():
        check_parts(one["parts"])
        check_grades(one["grades"])


def test_a_published_scheme_never_changes_and_a_new_version_takes_over(db):
    first = scheme_for("grid")
    told = {"key": "grid", "kind": "grid", "name": "单元网格", "parts": [CLOSING],
            "grades": GRADES, "least_cases": 3}  # fmt: skip
    draft = save_scheme(told, None)
    assert (draft.version, scheme_for("grid")) == (2, first)
    assert publish_scheme(draft, None).state == "published"
    assert str(scheme_for("grid")) == "grid-v2"
    assert scheme_for("grid", "grid-v1") == first
    with pytest.raises(WanmiError, match="E-EVAL-PUBLISHED"):
        publish_scheme(draft, None)
    with pytest.raises(DatabaseError, match="E-EVAL-PUBLISHED"), transaction.atomic():
        WeightScheme.objects.filter(pk=first.pk).update(name="anders")
