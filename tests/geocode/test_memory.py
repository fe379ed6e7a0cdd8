"""The reference store answers as the protocol says."""

from __future__ import annotations

from geocode import variants
from geocode.memory import MemoryStore
from geocode.store import Crossing, Entry, How, Level, Title

ROAD = Entry(1, Level.ROAD, "东四北大街", 116.417, 39.935, "110101", road="东四北大街")
DOOR = Entry(2, Level.DOOR, "东四北大街107号院", 116.418, 39.936, road="东四北大街", door="107号院")
POI = Entry(3, Level.POI, "孚王府", 116.42, 39.92, road="朝阳门内大街", door="137号", poi="孚王府")
ZONE = Entry(4, Level.ZONE, "和平里七区", 116.42, 39.96, zone="和平里七区")
BLOCK = Entry(
    5, Level.BUILDING, "和平里七区3号楼", 116.42, 39.96, zone="和平里七区", building="3号楼"
)
STORE = MemoryStore(
    [POI, ROAD, DOOR, ZONE, BLOCK],
    names={1: [("北大街", Title.OLD)]},
    crossings={
        ("东四北大街", "东四十条"): [
            Crossing(116.4171, 39.934),
            Crossing(116.4172, 39.934),
            Crossing(116.40, 39.934),
        ]
    },
)


def test_names_are_found_by_each_form():
    found = STORE.spelled(How.KEY, ["东四北大街", "北大街", "东四北大街107号院", "无"])
    assert {form: [(s.entry.key, s.title) for s in of] for form, of in found.items()} == {
        "东四北大街": [(1, Title.STANDARD)],
        "北大街": [(1, Title.OLD)],
    }
    assert STORE.spelled(How.SOUND, ["dong'si'bei'da'jie"])["dong'si'bei'da'jie"][0].entry == ROAD
    found = STORE.spelled(How.VARIANT, variants("东西北大街"))
    assert {s.entry.key for of in found.values() for s in of} == {1}


def test_doors_are_those_of_the_road_or_zone_and_pois_are_witnesses():
    found = STORE.numbered(["东四北大街", "和平里七区", "朝阳门内大街", "无"])
    assert {name: list(known.entries) for name, known in found.items()} == {
        "东四北大街": [DOOR], "和平里七区": [BLOCK], "朝阳门内大街": [POI],
    }  # fmt: skip
    assert found["和平里七区"][:3] == ([""], ["3号楼"], [""])


def test_half_a_name_resembles_the_whole():
    assert STORE.similar(["王府"], [Level.POI], 5)["王府"][0].entry == POI
    assert STORE.similar(["王府"], [Level.ROAD], 5) == {}
    assert len(STORE.similar(["大街"], list(Level), 1)["大街"]) == 1


def test_crossings_less_than_thirty_metres_apart_are_one():
    points = STORE.crossings([("东四北大街", "东四十条"), ("东四北大街", "无")])
    assert {pair: [p.lon for p in of] for pair, of in points.items()} == {
        ("东四北大街", "东四十条"): [116.40, 116.4171]
    }
