"""The forecast and its proof on counts whose rates are known."""

import numpy as np
import pytest
from scipy import stats

from spatial.evaluation.analysis.forecast import (
    back_test,
    deviance,
    expected_cases,
    median,
    minding,
    seasonal_mains,
)


def made(cells=400, weeks=60, seed=1, trend=1.0):
    chance = np.random.default_rng(seed)
    rates = chance.gamma(1.5, 0.6, cells)[:, None] * trend ** np.arange(weeks)
    return chance.poisson(rates).astype(float), rates


GROUP = np.zeros(400, int)


def test_it_beats_both_baselines_where_places_differ():
    counts, rates = made()
    test = back_test(counts, GROUP, GROUP)
    assert test.weeks == 8
    assert test.better(0)
    best = np.mean([deviance(counts[:, n], rates[:, n]).mean() for n in range(52, 60)])
    assert best < test.model[0].deviance < 1.05 * best


def test_it_follows_a_rise():
    counts, rates = made(trend=1.03)
    assert expected_cases(counts, GROUP, GROUP).sum() == pytest.approx(
        rates[:, -1].sum() * 1.03, rel=0.12
    )


def test_what_goes_on_exactly_as_before_is_not_bettered():
    counts = np.random.default_rng(2).poisson(3, (400, 1)).astype(float)
    again = np.repeat(counts, 60, axis=1)
    assert not back_test(again, GROUP, GROUP).better(0)


def test_a_short_past_proves_nothing_and_a_year_is_compared_only_where_it_is_known():
    counts, _rates = made(weeks=5)
    assert back_test(counts, GROUP, GROUP) is None
    test = back_test(made(weeks=20)[0], GROUP, GROUP)
    assert test.last_year == {} and test.last_week
    assert not test.better(7)


def test_each_week_is_forecast_from_those_before_it_only():
    counts, _rates = made(weeks=20)
    seen = []

    def model(past, group, main):
        seen.append(past.shape[1])
        return past.mean(axis=1)

    back_test(counts, GROUP, GROUP, weeks=3, model=model)
    assert seen == [17, 18, 19]


def test_an_empty_cell_gets_the_rate_of_its_group():
    counts = np.random.default_rng(3).poisson(2, (400, 30)).astype(float)
    counts[7] = 0
    said = expected_cases(counts, GROUP, GROUP)
    assert said.min() > 0
    nothing = expected_cases(np.zeros((400, 30)), GROUP, GROUP)
    assert nothing.max() < 1e-6


def test_deviance_and_median_are_those_of_poisson():
    assert deviance(np.array([0.0, 2.0, 5.0]), np.array([1.5, 2.0, 2.5])) == pytest.approx(
        [3.0, 0.0, 2 * (5 * np.log(2) - 2.5)]
    )
    means = np.array([0.1, 0.69, 0.7, 1.2, 3.4, 7.7, 20.2, 4.0])
    assert median(means).tolist() == stats.poisson.ppf(0.5, means).tolist()
    assert median(np.arange(9.0)).tolist() == list(range(9))


def wave(height, seed=5, cells=400, weeks=78):
    """Counts of two main classes: the first with a season of a year, the second without."""
    chance = np.random.default_rng(seed)
    main = np.repeat([0, 1], cells // 2)
    season = 1 + height * np.sin(2 * np.pi * np.arange(weeks) / 52 + 1)
    rates = chance.gamma(1.0, 1.5, cells)[:, None] * np.where(main[:, None] == 0, season, 1.0)
    return chance.poisson(rates).astype(float), main


def test_the_season_is_minded_where_it_was_nearer_before_the_tested_weeks_and_only_there():
    counts, main = wave(0.7)
    season = seasonal_mains(counts, main, main)
    assert season.tolist()[0] is True
    plain, minded = (back_test(counts, main, main),
                     back_test(counts, main, main, model=minding(season)))  # fmt: skip
    assert minded.model[0].deviance < 0.95 * plain.model[0].deviance
    assert minded.better(0)
    flat, main = wave(0.0)
    test = back_test(flat, main, main, model=minding(seasonal_mains(flat, main, main)))
    assert test.model[0].deviance < 1.02 * back_test(flat, main, main).model[0].deviance


def test_the_weeks_of_the_proof_do_not_choose():
    counts, main = wave(0.7)
    other = counts.copy()
    other[:, -8:] = 0
    assert seasonal_mains(counts, main, main).tolist() == seasonal_mains(other, main, main).tolist()
    assert not seasonal_mains(counts[:, :60], main, main).any()
