"""Hours, ages, classes and shares by hand."""

import numpy as np
import pytest

from spatial.evaluation.analysis.tables import ages, class_mix, hot_hours, share


def test_hot_hours_are_many_times_the_mean_and_not_by_chance():
    counts = np.full((7, 24), 10)
    counts[0, 9] = 90
    found = hot_hours(counts)
    assert np.argwhere(found.hot).tolist() == [[0, 9]]
    assert found.total == 10 * 168 + 80
    few = np.zeros((7, 24), int)
    few[3, 3] = 2
    assert not hot_hours(few).hot.any()


def test_ages_lie_in_half_open_bands():
    counted, beyond = ages([0, 0.99, 1, 3, 14.99, 15, 400], [0, 1, 0, 0, 1, 1, 1])
    assert counted.tolist() == [2, 1, 1, 1, 1, 0, 1]
    assert beyond.sum() == 4
    assert ages([], [])[0].tolist() == [0] * 7


def test_the_mix_of_an_area_against_all():
    found = class_mix([[30, 10], [10, 30], [0, 0]])
    assert found.quotient[0].tolist() == [1.5, 0.5]
    assert found.residual[0, 0] == pytest.approx(4.472, abs=1e-3)
    assert found.residual[2].tolist() == [0, 0]


def test_a_share_without_cases_is_no_number_and_few_are_not_ranked():
    found = share([3, 0, 40], [6, 0, 80])
    assert found.value[0] == found.value[2] == 0.5
    assert np.isnan(found.value[1])
    assert found.enough.tolist() == [False, False, True]
    assert found.low[0] < found.low[2] < 0.5 < found.high[2] < found.high[0]
