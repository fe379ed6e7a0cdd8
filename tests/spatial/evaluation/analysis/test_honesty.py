"""Patterns of faked ledgers, each beside an honest history that stays silent."""

import io
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import numpy as np
import pytest
from PIL import Image

from spatial.evaluation.analysis import honesty
from spatial.evaluation.analysis.honesty import DayOfWork, Deed, Said, Shown
from spatial.evaluation.analysis.photo_prints import alike, print_of

NOON = datetime(2026, 10, 31, 12, tzinfo=UTC)


def scene(seed, size=(320, 240), quality=85, scale=1.0):
    """A picture with large light and dark places, as photos have."""
    coarse = np.random.default_rng(seed).integers(0, 256, (6, 8, 3), np.uint8)
    image = Image.fromarray(coarse).resize(size, Image.Resampling.BICUBIC)
    image = image.point(lambda level: min(255, int(level * scale)))
    packed = io.BytesIO()
    image.save(packed, "JPEG", quality=quality)
    return packed.getvalue()


def shown(case, content, who="a"):
    found = print_of(content)
    return Shown(case, who, NOON, found.sha256, found.difference)


def test_verified_at_once_is_told_with_its_cases_and_an_hour_is_not():
    faked = [Deed("wang", n, 20.0 + n) for n in range(5)]
    honest = [Deed("li", n, 3600.0) for n in range(50)] + [Deed("li", 99, 60.0)]
    (found,) = honesty.quick(faked + honest)
    assert (found.who, found.count, found.cases) == ("wang", 5, (0, 1, 2, 3, 4))
    assert found.evidence == {"shortest_s": 20.0, "below_s": 120}


def test_a_trail_elsewhere_is_told_and_one_beside_the_case_is_not():
    deeds = [Deed("wang", 1, 2_400.0), Deed("wang", 2, 800.0), Deed("li", 3, 250.0)]
    (found,) = honesty.far(deeds)
    assert (found.who, found.cases) == ("wang", (1, 2))
    assert found.evidence["furthest_m"] == 2400


def test_photos_older_than_the_case_are_told():
    (found,) = honesty.backdated([Deed("x", 1, 5_000.0), Deed("x", 2, 90.0), Deed("y", 3, 4.0)])
    assert (found.who, found.count) == ("x", 2)


def days(who, moves, until=date(2026, 10, 31)):
    return [DayOfWork(who, "close", until - timedelta(days=n), count)
            for n, count in enumerate(reversed(moves))]  # fmt: skip


def test_a_heap_of_moves_at_the_end_of_a_period_is_told():
    chance = np.random.default_rng(1)
    honest = [row for n in range(30) for row in days(f"h{n}", chance.poisson(12, 31))]
    assert honesty.bulk(honest, date(2026, 10, 31)) == []
    faked = days("wang", [*chance.poisson(5, 30), 90])
    (found,) = honesty.bulk(honest + faked, date(2026, 10, 31))
    assert (found.who, found.count, found.evidence["move"]) == ("wang", 90, "close")
    assert honesty.bulk([], date(2026, 10, 31)) == []


def test_a_busy_day_in_mid_period_is_not_its_end():
    work = days("wang", [5] * 15 + [90] + [5] * 15)
    assert honesty.bulk(work, date(2026, 10, 31)) == []


def test_one_text_for_everything_is_told_and_two_that_change_are_not():
    faked = [
        Said("wang", "decline", "非本部门", 40, tuple(range(40))),
        Said("wang", "decline", "x", 1, (9,)),
    ]
    honest = [Said("li", "decline", "a", 21, ()), Said("li", "decline", "b", 19, ())]
    few = [Said("zhao", "hold", "改造", 5, ())]
    (found,) = honesty.same_reason(faked + honest + few)
    assert (found.who, found.count, found.evidence["of"]) == ("wang", 40, 41)


def test_the_same_photo_is_found_again_whole_and_changed_a_little():
    photos = [shown(n, scene(n)) for n in range(60)]
    assert honesty.same_photo(photos) == []
    again = [shown(100, scene(7)), shown(101, scene(9, quality=60, scale=0.9), "b")]
    found = {one.cases: one for one in honesty.same_photo(photos + again)}
    assert set(found) == {(7, 100), (9, 101)}
    assert found[7, 100].evidence["exact"] is True
    assert found[9, 101].evidence == {"exact": False, "people": ["a", "b"]}
    assert (found[7, 100].who, found[9, 101].who) == ("a", "")


def test_several_photos_of_one_case_may_look_alike():
    assert honesty.same_photo([shown(1, scene(1)), shown(1, scene(1))]) == []


def test_pictures_of_one_colour_are_told_only_when_they_are_the_same_file():
    packed = [io.BytesIO(), io.BytesIO()]
    for n, file in enumerate(packed):
        Image.new("RGB", (64, 48), (200, n * 3, 0)).save(file, "JPEG")
    first, second = (shown(n, file.getvalue()) for n, file in enumerate(packed))
    assert first.difference is None
    assert honesty.same_photo([first, second]) == []
    assert honesty.same_photo([first, replace(first, case=5)])[0].cases == (0, 5)


def test_pairs_of_prints_are_all_that_there_are():
    chance = np.random.default_rng(3)
    base = chance.integers(-(2**63), 2**63, 200)
    near = base[:20] ^ (1 << chance.integers(0, 60, 20)) ^ (1 << chance.integers(0, 60, 20))
    every = np.concatenate([base, near])
    bits = np.bitwise_count(every.astype(np.uint64)[:, None] ^ every.astype(np.uint64)[None])
    wanted = np.argwhere(np.triu(bits <= 3, 1))
    assert alike(every, 3).tolist() == wanted.tolist()
    assert len(wanted) >= 20


@pytest.mark.parametrize("rule", honesty.RULES.values())
def test_each_rule_has_its_thresholds_as_data(rule):
    assert rule.limits
    assert all(value > 0 for value in rule.limits.values())
