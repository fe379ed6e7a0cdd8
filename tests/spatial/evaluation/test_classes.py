"""Classes of areas: each object is scored by the scheme of its class and ranked within it."""

from datetime import date

import numpy as np
import pytest

from spatial.cases.making.make import make_cases
from spatial.cases.making.plan import Wanted
from spatial.core.errors import WanmiError
from spatial.evaluation.models import ClassedArea, WeightScheme
from spatial.evaluation.periods import parse_period
from spatial.evaluation.services.classes import classed_areas, classes_of, set_class
from spatial.evaluation.services.evaluating import evaluate
from spatial.evaluation.services.explaining import explain
from spatial.evaluation.services.objects import Asked
from spatial.evaluation.services.publishing import correct, publish, verify
from spatial.evaluation.services.schemes import save_scheme, scheme_for
from spatial.evaluation.services.values import values_of

MONTH = parse_period("2026-10")
LONG_AGO = date(2026, 1, 1)


@pytest.fixture
def made(world):
    make_cases(Wanted(("110101",), 700, days=40, open_share=0.1, until=date(2026, 10, 31)))
    return world


def test_the_longest_code_that_is_classed_counts():
    assigned = (("110101", "1"), ("110101002", "2"), ("110101002001007", "1"))
    codes = ["110101001001001", "110101002001001", "110101002001007", "110101002", "220000"]
    assert list(classes_of(codes, assigned)) == ["1", "2", "1", "2", ""]


def test_a_class_holds_from_a_day_on_and_is_taken_away(world):
    set_class("110101001", "2", None, LONG_AGO)
    assert [(one["code"], one["area_class"]) for one in classed_areas("110101")] == [
        ("110101001", "2")
    ]
    set_class("110101001", "", None)
    assert classed_areas("110101") == []
    assert ClassedArea.objects.count() == 2
    with pytest.raises(WanmiError, match="E-EVAL-AREA"):
        set_class("999999", "2", None)
    with pytest.raises(WanmiError, match="E-EVAL-CLASS"):
        set_class("110101001", "9", None)
    fields = {"parts": scheme_for("grid").parts, "grades": scheme_for("grid").grades}
    with pytest.raises(WanmiError, match="E-EVAL-CLASS"):
        save_scheme({"key": "x", "kind": "grid", "name": "x", "area_class": "9", **fields}, None)


def test_each_class_has_its_own_scheme_and_its_own_ranks(made):
    alike = evaluate(Asked("grid"), MONTH)
    assert {one["area_class"] for one in map(alike.result, range(len(alike.inputs.codes)))} == {""}
    street = alike.inputs.codes[0][:9]
    set_class(street, "2", made.operator, LONG_AGO)
    run = evaluate(Asked("grid"), MONTH)
    rows = [run.result(n) for n in range(len(run.inputs.codes))]
    assert {one["scheme"] for one in rows if one["code"].startswith(street)} == {"grid-2-v1"}
    assert {one["scheme"] for one in rows if not one["code"].startswith(street)} <= {"grid-v1"}
    own = evaluate(Asked("grid"), MONTH, scheme_for("grid", "grid-2"))
    for n, one in enumerate(rows):
        same = own if one["area_class"] else alike
        assert one["score"] == same.result(n)["score"]
        terms = [term["contribution"] for term in run.terms(n) if term["contribution"]]
        assert one["score"] is None or sum(terms) == pytest.approx(one["score"], abs=0.03)
    for area_class in ("", "2"):
        graded = [one for one in rows if one["area_class"] == area_class and one["rank"]]
        scores = sorted(-one["score"] for one in graded)
        for one in graded:
            assert one["rank"] == 1 + sum(score < -one["score"] for score in scores)
    code = next(one["code"] for one in rows if one["area_class"])
    assert explain(Asked("grid"), code, MONTH, None)["scheme"] == "grid-2-v1"
    # The map shows the same grades.
    bytes_ = np.frombuffer(values_of("grade", made.plan, MONTH).content, np.uint8)
    shown = {code: " ABCDE"[byte] if byte < 6 else "" for code, byte in
             zip(sorted(run.inputs.codes), bytes_, strict=True)}  # fmt: skip
    assert shown == {one["code"]: one["grade"] for one in rows}


def test_what_is_published_keeps_the_classes_it_was_published_with(made):
    code = evaluate(Asked("street"), MONTH).inputs.codes[0]
    fields = {"parts": scheme_for("street").parts, "grades": scheme_for("street").grades}
    WeightScheme.objects.create(
        key="street-2", kind="street", area_class="2", name="二类", state="published",
        published_at="2026-01-01T00:00Z", **fields | {"grades": [["A", 99], ["B", 98], ["C", 97],
                                                               ["D", 96], ["E", 0]]},
    )  # fmt: skip
    set_class(code, "2", made.operator, LONG_AGO)
    kept = publish(Asked("street"), MONTH, None, made.operator)
    row = kept.rows.get(code=code)
    assert (row.area_class, str(row.scheme)) == ("2", "street-2-v1")
    set_class(code, "1", made.operator)
    ClassedArea.objects.all().delete()
    assert verify(kept) == kept.results
    assert correct(kept, code, "申诉成立", made.operator).grade == row.grade
