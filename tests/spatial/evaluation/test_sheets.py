"""Sums of sheets are those of the rows they are made of, whatever the days, folded or not."""

from collections import Counter
from datetime import date, timedelta

import numpy as np
import pytest
from django.db import connection
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from spatial.cases.making.make import make_cases
from spatial.cases.making.plan import Wanted
from spatial.cases.stages import Stage
from spatial.evaluation.counters import NAMES
from spatial.evaluation.services import ledger, sheets
from spatial.evaluation.spans import ADDED, TAKEN, end_of, spans_of

DAYS = st.dates(date(2023, 1, 1), date(2027, 12, 31))


@given(DAYS, DAYS)
def test_days_are_covered_once_by_few_spans(one, other):
    first, last = sorted((one, other))
    found = spans_of(first, last)
    times = Counter()
    for (span, day), sign in found:
        for n in range((end_of(span, day) - day).days):
            times[day + timedelta(days=n)] += sign
    covered = {day for day, n in times.items() if n}
    assert covered == {first + timedelta(days=n) for n in range((last - first).days + 1)}
    assert set(times.values()) <= {0, 1}
    assert len(found) <= 16 + 11 + 5 + 11 + 16


def test_a_span_without_days_has_none():
    assert spans_of(date(2026, 3, 2), date(2026, 3, 1)) == []


def test_most_of_a_month_is_the_month_without_the_others():
    found = spans_of(date(2026, 2, 2), date(2026, 2, 27))
    assert found == [(("m", date(2026, 2, 1)), ADDED), (("d", date(2026, 2, 1)), TAKEN),
                     (("d", date(2026, 2, 28)), TAKEN)]  # fmt: skip


@given(st.lists(st.integers(-(2**62), 2**62)))
def test_arrays_come_back_as_they_were_packed(values):
    array = np.array(values, np.int64)
    assert sheets.unpacked(sheets.packed(array)).tolist() == values


def by_rows(key, name, first, last):
    """Sums of a counter by key, of the rows of counts and of what is not folded."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {key}, sum({name}) FROM (SELECT * FROM evaluation_count"
            " UNION ALL SELECT * FROM evaluation_delta) t WHERE day BETWEEN %s AND %s"
            " GROUP BY 1",
            [first, last],
        )
        return {key: int(n) for key, n in cursor.fetchall() if n}


def by_sheets(side, name, first, last):
    found = sheets.sums(side, sheets.Wanted((name,), first, last))
    (sums,) = found.found
    return {int(key): int(n) for key, n in zip(found.keys, sums[name], strict=True) if n}


@pytest.mark.parametrize("side", [sheets.AREA, sheets.DEPARTMENT])
def test_sums_are_those_of_the_rows_before_and_after_folding(world, side):
    until = timezone.localdate() - timedelta(days=1)
    make_cases(Wanted(("110101",), 400, days=70, until=until))
    world.case(Stage.CLOSED)
    today = timezone.localdate()
    month = until.replace(day=1) - timedelta(days=1)
    spans = [(until - timedelta(days=64), until), (until, today), (until.replace(day=1), today),
             (month.replace(day=3), month), (month.replace(day=1), until),
             (date(until.year, 1, 1), until)]  # fmt: skip
    for _time in range(2):
        for first, last in spans:
            for name in ("reported", "closed", "fell_due", "handling_minutes"):
                wanted = by_rows(sheets.KEYS[side], name, first, last)
                assert by_sheets(side, name, first, last) == wanted
        # The sheets that are there follow; new places are given to what was not known.
        world.case(Stage.HANDLING)
        assert ledger.fold() > 0
    assert not ledger.check().differ


def test_several_spans_are_of_one_state(world):
    world.case(Stage.CLOSED)
    today = timezone.localdate()
    found = sheets.sums(sheets.AREA, sheets.Wanted(NAMES, today, today),
                        sheets.Wanted(("reported",), today, today))  # fmt: skip
    assert found.found[0]["reported"].sum() == found.found[1]["reported"].sum() == 1


def test_a_year_is_the_sum_of_its_months(world):
    make_cases(Wanted(("110101",), 300, days=420, until=date(2026, 2, 10)))
    first, last = date(2025, 1, 1), date(2025, 12, 31)
    assert spans_of(first, last) == [(("y", first), ADDED)]
    wanted = by_rows(sheets.KEYS[sheets.AREA], "reported", first, last)
    assert by_sheets(sheets.AREA, "reported", first, last) == wanted
    assert sum(wanted.values()) > 200


def test_sheets_of_days_that_are_over_are_made_ahead(world):
    world.case(Stage.CLOSED)
    assert ledger.keep_sheets() > 0
    assert ledger.keep_sheets() == 0
