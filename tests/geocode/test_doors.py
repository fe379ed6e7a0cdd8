"""Numbers of doors: taken from text, found on a road, and placed between neighbours."""

from __future__ import annotations

import pytest

from geocode.doors import Doors
from geocode.memory import in_columns
from geocode.numbers import Number, building, doors, tokens
from geocode.store import Entry, Level


def roles(key: str) -> list[tuple[str, str]]:
    return [(token.role.value, token.text) for token in tokens(key)]


@pytest.mark.parametrize(
    ("key", "expected"),
    [
        (
            "107号院3号楼2单元501室",
            [("door", "107号院"), ("building", "3号楼"), ("unit", "2单元"), ("room", "501室")],
        ),
        ("1000弄5支弄3号", [("door", "1000弄"), ("door", "5支弄"), ("door", "3号")]),
        ("3号楼2-501", [("building", "3号楼"), ("bare", "2-501")]),
        ("12-3-501", [("building", "12-3-501")]),
        ("A座12层", [("building", "A座"), ("room", "12层")]),
        ("以北50米", [("skip", "50米")]),
        ("5号线", [("bare", "5")]),
        ("107路", []),
    ],
)
def test_numbers_in_a_key(key, expected):
    assert roles(key) == expected


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("107号", [Number("号", "", 107)]),
        ("甲107号院", [Number("号", "甲", 107)]),
        ("107号甲", [Number("号", "甲", 107)]),
        ("107-3号", [Number("号", "", 107, 3)]),
        ("107号附3号", [Number("号", "", 107, 3)]),
        ("附3号", [Number("号", "附", 3)]),
        ("24、26号", [Number("号", "", 24), Number("号", "", 26)]),
        ("1号、3号", [Number("号", "", 1), Number("号", "", 3)]),
        ("一百零七號", [Number("号", "", 107)]),
        ("1000弄", [Number("弄", "", 1000)]),
        ("无", []),
    ],
)
def test_doors_of_an_entry(written, expected):
    assert list(doors(written)) == expected


def test_words_of_buildings_are_one():
    assert {building(word) for word in ("3号楼", "3栋", "3幢", "三号楼", "3号")} == {"3"}
    assert building("A座") == building("a座") == "A"


def door(key: int, text: str, lon: float, district: str = "1", **more) -> Entry:
    return Entry(key, Level.DOOR, text, lon, 40.0, district, road="路", door=text, **more)


def road_of(entries: list[Entry]) -> Doors:
    return Doors(in_columns(entries))


def test_a_number_is_found_with_and_without_its_parts():
    known = road_of([door(1, "7号", 0.0), door(2, "甲7号", 0.1), door(3, "9-2号", 0.2)])
    assert [e.key for e in known.door(Number("号", "甲", 7))] == [2]
    assert [e.key for e in known.loosely(Number("号", "乙", 7))] == [1]
    assert [e.key for e in known.loosely(Number("号", "", 7, 4))] == [1]
    assert known.loosely(Number("号", "", 9)) == []


def between(known: Doors, main: int) -> list[tuple[float, int, int]]:
    return [(round(b.lon, 6), b.low.key, b.high.key) for b in known.between(Number("号", "", main))]


def test_only_neighbours_of_the_same_side_count():
    known = road_of(
        [door(1, "1号", 0.0), door(2, "4号", 0.5), door(3, "9号", 0.008), door(4, "甲5号", 0.9)]
    )
    assert between(known, 5) == [(0.004, 1, 3)]
    assert between(known, 3) == [(0.002, 1, 3)]


def test_far_numbers_and_far_places_say_nothing():
    assert between(road_of([door(1, "1号", 0.0), door(2, "201号", 0.001)]), 101) == []
    assert between(road_of([door(1, "1号", 0.0), door(2, "9号", 0.5)]), 5) == []
    assert between(road_of([door(1, "1号", 0.0)]), 7) == [(0.0, 1, 1)]
    assert between(road_of([door(1, "1号", 0.0)]), 9) == []
    assert road_of([]).between(Number("号", "", 1)) == []


def test_namesakes_in_two_districts_are_two_roads():
    here = [door(1, "1号", 0.0), door(2, "5号", 0.002)]
    there = [door(3, "1号", 0.5, "2"), door(4, "7号", 0.503, "2")]
    known = road_of([*here, *there])
    assert between(known, 3) == [(0.001, 1, 2), (0.501, 3, 4)]


@pytest.mark.parametrize("text", ["一百零七号", "１０７号", "107號院", "105、107号", "00107号"])
def test_a_door_is_found_however_its_source_writes_it(text):
    known = road_of([door(1, "10号", 0.0), door(2, text, 0.1), door(3, "1107号", 0.2)])
    assert [e.key for e in known.door(Number("号", "", 107))] == [2]
