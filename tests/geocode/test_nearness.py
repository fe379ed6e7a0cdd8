"""Likelier errors cost less."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geocode.answers import Reading
from geocode.nearness import nearness


@pytest.mark.parametrize(
    ("written", "reading"),
    [
        ("东四北大街", Reading.EXACT),
        ("东寺北大街", Reading.SOUND),
        ("东四北", Reading.PART),
        ("东四北大", Reading.ERROR),
        ("东四北大街街", Reading.ERROR),
        ("四东北大街", Reading.ERROR),
        ("东西北大街", Reading.ERROR),
    ],
)
def test_kinds_of_errors(written, reading):
    assert nearness(written, "东四北大街")[1] is reading


def test_likelier_errors_cost_less():
    order = ("东四北大街", "东寺北大街", "四东北大街", "东西北大街", "东西南大街")
    values = [nearness(written, "东四北大街")[0] for written in order]
    assert values == sorted(values, reverse=True) and len(set(values)) == 5


def test_another_kind_of_road_is_another_road():
    assert nearness("新中路", "新中街") == (pytest.approx(2 / 3), Reading.ERROR)
    assert nearness("史家胡通", "史家胡同")[0] > nearness("史家大街", "史家胡同")[0]


NAME = st.text("东西南北大小街路胡同史家", min_size=1, max_size=8)


@given(NAME, NAME)
def test_nearness_is_a_share_and_full_only_for_the_same(written, name):
    value, reading = nearness(written, name)
    assert 0 <= value <= 1
    assert (value == 1) == (written == name) == (reading is Reading.EXACT)
