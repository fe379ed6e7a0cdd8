"""The database answers the geocoder as the store in memory does."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from geocode import geocode, geocode_many, key, sound, variants
from geocode.memory import MemoryStore
from geocode.store import Entry, How, Level, Title
from spatial.basemap.gazetteer.build import build_gazetteer
from spatial.basemap.gazetteer.naming import hashes
from spatial.basemap.gazetteer.store import DatabaseStore
from spatial.basemap.models import Place, PlaceName

ELEMENTS = ("road", "zone", "door", "building", "poi")


@pytest.fixture
def town(district, road, place):
    road("东四北大街", (0.01, 0.0), (0.01, 0.009))
    road("张自忠路", (0.002, 0.006), (0.01, 0.006))
    road("张自忠路", (0.01, 0.006), (0.018, 0.006))
    road("史家胡同", (0.001, 0.002), (0.008, 0.002))
    for number in range(1, 40, 2):
        place("address", f"东四北大街{number}号", x=0.0099, y=number / 5000)
    place("address", "东四北大街41号院3号楼", x=0.0098, y=0.0085)
    place("address", "和平里七区16号楼", x=0.004)
    place("poi", "孚王府", address="东四北大街7号", alias="九爷府", old_name="怡亲王府")
    place("poi", "中国银行")
    place("poi", "中国银行", x=0.015)
    place("place", "五道营", x=0.012)
    build_gazetteer()
    return DatabaseStore()


@pytest.fixture
def memory(town):
    entries = [
        Entry(
            p.pk, Level(p.level), p.name, p.geom.x, p.geom.y, p.district_code, p.street_code,
            p.community_code, *(getattr(p, name) for name in ELEMENTS),
        )
        for p in Place.objects.filter(valid_to=None)
    ]  # fmt: skip
    names: dict[int, list] = {}
    for one in PlaceName.objects.filter(live=True).exclude(kind="standard").order_by("id"):
        names.setdefault(one.place_id, []).append((one.text, Title(one.kind)))
    return MemoryStore(entries, names)


def forms_of(how: How, texts: list[str]) -> set[str]:
    keys = {key(text) for text in texts}
    if how is How.KEY:
        return keys
    if how is How.SOUND:
        return {sound(one) for one in keys}
    return set().union(*(variants(one) for one in keys))


ASKED = [
    *("东四北大街", "东四", "张自忠路", "东寺北大街", "中国银行", "九爷府", "怡亲王府", "五道营"),
    *("东四北大街7号", "东城", "东城區", "六条", "无此地", "'; DROP TABLE x; --", "%", "dongcheng"),
]


@pytest.mark.parametrize("how", How)
def test_spellings_are_those_of_the_memory(town, memory, how):
    forms = forms_of(how, ASKED)
    found, wanted = town.spelled(how, forms), memory.spelled(how, forms)
    assert wanted
    assert found == wanted


def test_numbers_are_those_of_the_memory(town, memory):
    asked = ["东四北大街", "和平里七区", "史家胡同", "无此地"]
    wanted = memory.numbered(asked)
    assert set(wanted) == {"东四北大街", "和平里七区"}
    names = {entry.name for entry in wanted["东四北大街"].entries}
    assert names >= {"孚王府", "东四北大街41号院3号楼"}
    found = town.numbered(asked)
    assert found.keys() == wanted.keys()
    for name, columns in wanted.items():
        assert [list(column) for column in found[name]] == [list(column) for column in columns]
        assert found[name].entries[-2:] == columns.entries[-2:]


def test_alike_names_come_first(town, memory):
    levels = [Level.ROAD, Level.POI]
    for asked in ("孚王", "东四北大街小学", "中国银"):
        best = town.similar([asked], levels, 3)[asked][0]
        assert best.entry.name == memory.similar([asked], levels, 3)[asked][0].entry.name
    assert town.similar(["五道"], [Level.ROAD], 3) == {}
    assert town.similar([r"%_\%"], levels, 3) == {}


def test_roads_meet_once_at_each_crossing(town):
    pair = ("东四北大街", "张自忠路")
    found = town.crossings([pair, ("东四北大街", "史家胡同"), ("甲", "乙")])
    assert list(found) == [pair]
    [point] = found[pair]
    assert (point.lon, point.lat) == pytest.approx((116.41, 39.906), abs=1e-6)
    assert point.community == "110101006001"


def test_what_is_closed_is_not_found(town):
    Place.objects.filter(name="五道营").update(valid_to="2026-02-01")
    Place.objects.filter(name="东四北大街1号").update(valid_to="2026-02-01")
    assert town.spelled(How.KEY, ["五道营"]) == {}
    assert "东四北大街1号" not in {
        entry.name for entry in town.numbered(["东四北大街"])["东四北大街"].entries
    }


def test_a_stranger_with_the_same_hash_is_left_out(town):
    form = "无此地"
    PlaceName.objects.filter(text="五道营").update(variants=list(hashes([form])))
    assert town.spelled(How.VARIANT, [form]) == {}


TEXTS = {
    "东城区东四北大街7号": "东四北大街7号",
    "7号 东四北大街": "东四北大街7号",
    "东寺北大街7号": "东四北大街7号",
    "东四北大街41号院3号楼2单元501室": "东四北大街41号院3号楼",
    "和平里七区16号楼": "和平里七区16号楼",
    "九爷府": "孚王府",
    "六条社区": "六条社区",
}


@pytest.mark.parametrize(("text", "name"), TEXTS.items())
def test_the_geocoder_finds_by_the_database_what_it_finds_by_memory(town, memory, text, name):
    answer = geocode(text, town)
    assert answer.candidates[0].name == name
    assert answer == geocode(text, memory)


def test_many_addresses_share_their_round_trips(town):
    texts = [*TEXTS, "张自忠路与东四北大街路口"] * 20
    with CaptureQueriesContext(
        connection,
    ) as queries:
        answers = list(geocode_many(texts, town))
    assert len(answers) == len(texts)
    assert len(queries) <= 16


def test_no_question_reads_a_whole_table(town):
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
    with CaptureQueriesContext(connection) as queries:
        town.spelled(How.KEY, ["东四"])
        town.spelled(How.SOUND, ["dong"])
        town.spelled(How.VARIANT, ["东四"])
        town.similar(["东四北大街小学"], [Level.POI], 5)
        town.numbered(["东四北大街"])
    with connection.cursor() as cursor:
        for query in queries:
            cursor.execute("EXPLAIN " + query["sql"])
            plan = "\n".join(row[0] for row in cursor.fetchall())
            assert "Seq Scan on basemap_place" not in plan, plan
