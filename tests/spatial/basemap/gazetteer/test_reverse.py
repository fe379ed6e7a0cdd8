"""What is at a point."""

import pytest
from django.utils.translation import override

from spatial.basemap.gazetteer.build import build_gazetteer
from spatial.basemap.gazetteer.reverse import near, words_at
from tests.spatial.basemap.gazetteer.conftest import SOUTH, WEST

METRE_LAT, METRE_LON = 1 / 111_035, 1 / 85_400
"""Degrees of a metre at 39.9° north."""


@pytest.fixture
def town(district, road, place):
    road("东四北大街", (0.01, 0.0), (0.01, 0.009))
    road("张自忠路", (0.002, 0.006), (0.018, 0.006))
    place("address", "东四北大街107号院", x=0.005, y=0.003)
    place("poi", "Cafe", x=0.016, y=0.002, road="Annankatu", door="20")
    build_gazetteer()
    with override("en"):
        yield


def at(x: float, y: float, east_m: float = 0, north_m: float = 0):
    return near(WEST + x + east_m * METRE_LON, SOUTH + y + north_m * METRE_LAT)


def test_a_crossing_within_thirty_metres(town):
    found = at(0.01, 0.006, east_m=15, north_m=-20)
    assert found.words == "crossing of 东四北大街 and 张自忠路"
    assert found.crossing.distance_m == pytest.approx(25, abs=0.5)
    assert at(0.01, 0.006, east_m=25, north_m=-20).crossing is None


@pytest.mark.parametrize(
    ("east_m", "north_m", "words"),
    [
        (20, 0, "about 20 m east of 东四北大街107号院"),
        (-20, 0, "about 20 m west of 东四北大街107号院"),
        (0, 33, "about 35 m north of 东四北大街107号院"),
        (30, 30, "about 40 m north-east of 东四北大街107号院"),
        (-30, -30, "about 40 m south-west of 东四北大街107号院"),
        (3, 0, "东四北大街107号院"),
    ],
)
def test_the_nearest_door_with_its_side(town, east_m, north_m, words):
    assert at(0.005, 0.003, east_m, north_m).words == words


def test_the_address_of_a_point_of_interest_is_a_door(town):
    assert at(0.016, 0.002, east_m=10).words == "about 10 m east of Annankatu 20"


@pytest.mark.parametrize("spot", [(0.01, 0.006), (0.005, 0.003), (0.012, 0.0005), (0.5, 0.5)])
def test_the_words_alone_are_the_same(town, spot):
    lon, lat = WEST + spot[0], SOUTH + spot[1]
    assert words_at(lon, lat) == near(lon, lat).words


def test_regions_and_the_nearest_road(town):
    found = at(0.012, 0.0005)
    assert [found.regions[level]["code"] for level in ("district", "street", "community")] == [
        "110101", "110101006", "110101006006",
    ]  # fmt: skip
    assert found.road == "东四北大街"
    assert found.road_distance_m == pytest.approx(0.002 / METRE_LON, rel=0.01)
    assert found.door is None
    assert found.words == "near 东四北大街"


def test_a_road_below_ground_meets_none(town, road):
    tunnel = road("地下路", (0.005, 0.0), (0.005, 0.009))
    type(tunnel).objects.filter(pk=tunnel.pk).update(underground=True)
    assert at(0.005, 0.006).crossing is None


def test_nothing_is_near_in_the_ocean(town):
    found = near(-30.0, 0.0)
    assert (found.words, found.regions, found.road, found.door) == ("", {}, "", None)
