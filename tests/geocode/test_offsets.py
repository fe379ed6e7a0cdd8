"""GCJ-02 and BD-09: against the formula written another way, and there and back."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geocode import bd09, from_bd09, from_gcj02, gcj02, to_bd09, to_gcj02

CHINA = st.tuples(st.floats(73.4, 135.1), st.floats(3.4, 53.6))
M_PER_DEG = 111_320.0


def by_sums(lon: float, lat: float) -> tuple[float, float]:
    """The offset as sums over its terms (amplitude, half-waves), one point at a time."""
    x, y = lon - 105, lat - 35

    def waves(value: float, terms: list[tuple[float, float]]) -> float:
        return sum(size * math.sin(math.pi * value * rate) for size, rate in terms) * 2 / 3

    shared = waves(x, [(20, 6), (20, 2)])
    root = math.sqrt(abs(x))
    north = math.fsum([-100, 2 * x, 3 * y, 0.2 * y**2, 0.1 * x * y, 0.2 * root, shared])
    north += waves(y, [(20, 1), (40, 1 / 3), (160, 1 / 12), (320, 1 / 30)])
    east = math.fsum([300, x, 2 * y, 0.1 * x**2, 0.1 * x * y, 0.1 * root, shared])
    east += waves(x, [(20, 1), (40, 1 / 3), (150, 1 / 12), (300, 1 / 30)])
    a, e2 = 6378245.0, 0.00669342162296594323
    w = math.sqrt(1 - e2 * math.sin(math.radians(lat)) ** 2)
    return (
        lon + math.degrees(east / (a / w * math.cos(math.radians(lat)))),
        lat + math.degrees(north / (a * (1 - e2) / w**3)),
    )


def one(point) -> np.ndarray:
    return np.array([point], dtype=float)


@given(CHINA)
def test_gcj02_is_its_formula(point):
    assert to_gcj02(one(point))[0] == pytest.approx(by_sums(*point), abs=1e-12)


@given(CHINA)
def test_bd09_is_its_formula(point):
    turned = complex(*point)
    wave = math.pi * 3000 / 180
    size = abs(turned) + 2e-5 * math.sin(point[1] * wave)
    turn = math.atan2(turned.imag, turned.real) + 3e-6 * math.cos(point[0] * wave)
    there = size * complex(math.cos(turn), math.sin(turn)) + complex(0.0065, 0.006)
    assert to_bd09(one(point))[0] == pytest.approx((there.real, there.imag), abs=1e-12)


@settings(max_examples=1000)
@given(CHINA)
def test_the_inverses_meet_within_a_millimetre_in_few_rounds(point):
    true = one(point)
    shown, rounds = to_gcj02(true), gcj02._inverse(to_gcj02(true))[1]
    assert np.abs(from_gcj02(shown) - true).max() * M_PER_DEG < 1e-3
    assert rounds <= 5
    twice = to_bd09(shown)
    assert np.abs(from_bd09(twice) - shown).max() * M_PER_DEG < 1e-3
    assert bd09._inverse(twice)[1] <= 7
    assert np.abs(from_gcj02(from_bd09(twice)) - true).max() * M_PER_DEG < 1e-3


def test_a_fine_raster_of_all_china_comes_back():
    lon, lat = np.meshgrid(np.arange(73.4, 135.1, 0.05), np.arange(3.4, 53.6, 0.05))
    true = np.column_stack([lon.ravel(), lat.ravel()])
    shown = to_bd09(to_gcj02(true))
    assert np.abs(from_gcj02(from_bd09(shown)) - true).max() * M_PER_DEG < 1e-3
    moved = np.hypot(*((to_gcj02(true) - true) * M_PER_DEG).T)
    assert moved.min() > 10 and moved.max() < 1500


@pytest.mark.parametrize("point", [(24.94, 60.17), (-77.03, 38.9), (140.0, 36.0), (105.0, -6.0)])
def test_elsewhere_nothing_moves(point):
    for convert in (to_gcj02, from_gcj02, to_bd09, from_bd09):
        assert convert(one(point)).tolist() == [list(point)]


def test_no_points_are_no_points():
    for convert in (to_gcj02, from_gcj02, to_bd09, from_bd09):
        assert convert(np.empty((0, 2))).shape == (0, 2)
