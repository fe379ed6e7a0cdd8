import pytest
from hypothesis import given
from hypothesis import strategies as st

from geocode import fold


@pytest.mark.parametrize(
    ("written", "folded"),
    [
        ("东四北大街１０７号 院", "东四北大街107号院"),
        ("  东四 十条 ", "东四十条"),
        ("３号楼—２单元", "3号楼-2单元"),
        ("Kluuvi   katu", "Kluuvi katu"),
        ("〇〇七", "〇〇七"),
        ("", ""),
    ],
)
def test_one_spelling(written, folded):
    assert fold(written) == folded


@given(st.text(max_size=60))
def test_folding_twice_changes_nothing(text):
    assert fold(fold(text)) == fold(text)
