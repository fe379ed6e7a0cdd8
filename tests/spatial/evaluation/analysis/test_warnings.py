"""Bursts and areas that go downhill, on counts made up for it."""

import numpy as np
import pytest

from spatial.evaluation.analysis.bursts import expected_in_hour, find_bursts
from spatial.evaluation.analysis.downhill import Span, declines

CELLS, DAYS, KIND = 120, 56, 40
MAIN = np.arange(CELLS) % 6


def past(seed=1, rate=2.0):
    chance = np.random.default_rng(seed)
    before = chance.poisson(rate * DAYS * chance.gamma(3, 1 / 3, CELLS))
    return before, chance.binomial(before, 0.08 * KIND / DAYS)


def test_expected_in_the_hour_sums_to_what_that_hour_had():
    before, same = past()
    expected = expected_in_hour(before, same, MAIN, DAYS, KIND)
    assert expected.sum() == pytest.approx(same.sum() / KIND, rel=0.05)


def test_a_burst_is_found_and_usual_hours_are_not():
    before, same = past()
    expected = expected_in_hour(before, same, MAIN, DAYS, KIND)
    chance = np.random.default_rng(2)
    false = sum(bool(find_bursts(chance.poisson(expected), expected)) for _n in range(2_000))
    assert false <= 20
    now = chance.poisson(expected)
    now[17] = 9
    (burst,) = find_bursts(now, expected)
    assert (burst.cell, burst.cases) == (17, 9)
    assert burst.q < 0.01 and burst.expected < 1


def test_three_cases_are_no_burst_however_rare():
    assert find_bursts(np.array([3]), np.array([1e-6])) == []
    assert find_bursts(np.array([], int), np.array([])) == []


def span(weeks, cases, late=0.1, rework=0.05, seed=1, areas=200):
    chance = np.random.default_rng(seed)
    counts = chance.poisson(np.full(areas, cases * weeks))
    return Span(
        counts,
        counts,
        chance.binomial(counts, late),
        counts,
        chance.binomial(counts, rework),
        weeks,
    )


def test_what_stays_as_it_was_does_not_go_downhill():
    assert len(declines(span(4, 10), span(12, 10, seed=2))) <= 1
    # All rise together: no area is worse than the others.
    assert len(declines(span(4, 14), span(12, 10, seed=2))) <= 1


def test_reasons_are_told_apart():
    now, before = span(4, 10), span(12, 10, seed=2)
    now.cases[3], now.late[5], now.reworked[8] = 120, 30, 20
    found = {(one.area, one.reason) for one in declines(now, before)}
    assert {(3, "more"), (5, "late"), (8, "rework")} <= found
    more = next(one for one in declines(now, before) if one.area == 3)
    assert (more.now, more.count) == (30.0, 120)
    assert more.before == pytest.approx(10, abs=3)
