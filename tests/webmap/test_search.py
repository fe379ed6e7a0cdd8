"""The search box: what it finds, in what order, and by which way through the database."""

import pytest
from django.db import connection
from django.utils.translation import override

from spatial.basemap.gazetteer.build import build_gazetteer
from spatial.basemap.gazetteer.corrections import correct, place_by_hand
from spatial.basemap.models import Place, Region
from tests.webmap import factories
from webmap.search import search
from webmap.search.ranking import TYPES

MANY = """
INSERT INTO basemap_place (dataset_id, kind, name, subtype, geom, geom3857, source_key, digest)
SELECT %(dataset)s, 'address', chr(20000 + n %% 3000) || chr(20100 + n %% 1700) || 'Street ' || n,
    '', ST_SetSRID(ST_MakePoint(116.4, 39.9), 4326), ST_SetSRID(ST_MakePoint(0, 0), 3857), n, ''
FROM generate_series(1, 3000) n
"""
MANY_GRIDS = """
INSERT INTO grids_unitgrid (plan_id, ordinal, code, community_id, geom, geom3857, area_m2,
    perimeter_m, on_feature_share, neighbours, note, fingerprint)
SELECT plan_id, n, lpad(n::text, 15, '7'), community_id, geom, geom3857, 1, 1, 1, '{}', '', ''
FROM grids_unitgrid, generate_series(100, 3000) n WHERE plan_id = %s AND ordinal = 1
"""


@pytest.fixture
def named(town):
    factories.feature("road", factories.line((0, 2), (3, 2)), "东长安街", line_class=1)
    factories.feature("road", factories.line((3, 2), (6, 2)), "东长安街", line_class=1)
    factories.feature("road", factories.line((0, 4), (6, 4)), "长安大戏院路", line_class=6)
    factories.feature("building", factories.square(3, 3), "长安大厦")
    factories.place("poi", "王府井百货")
    factories.place("place", "王府井")
    factories.place("address", "北京市王府井大街1号", column=4.5)
    factories.place("address", "Mäkelänkatu 5")
    factories.place("poi", "Central Museum of 100% Art_\\")
    return town


def labels(text: str, limit: int = 10) -> list[str]:
    return [found["label"] for found in search(text, limit)]


def test_the_answer(client, named):
    body = client.get("/api/v1/search", {"q": "王府井", "limit": 2}).json()
    assert body == {
        "results": [
            {
                "type": "place",
                "label": "王府井",
                "detail": "东城区 东华门街道",
                "code": None,
                "version": None,
                "ordinal": None,
                "center": [116.4018, 39.91865],
                "bounds": None,
            },
            body["results"][1],
        ]
    }
    assert body["results"][1]["label"] == "王府井百货"


def test_a_grid_by_its_code(named):
    found = search("110101001001005", 10)
    assert len(found) == 1
    assert found[0] == {
        "type": "grid",
        "label": "110101001001005",
        "detail": "多福巷社区",
        "code": "110101001001005",
        "version": "110101-e1",
        "ordinal": 5,
        "center": (116.4018, 39.91865),
        "bounds": (116.4012, 39.9182, 116.4024, 39.9191),
    }


def test_grids_by_the_beginning_and_the_end_of_a_code(named):
    codes = labels("110101002", 50)
    assert codes[0] == "景山街道"
    assert sum(code.startswith("110101002") for code in codes) == 18
    assert labels("1018") == ["110101002001018"]
    assert labels("009") == ["110101001001009", "110101001002009", "110101002001009"]


def test_two_digits_are_too_few_for_a_grid(named):
    assert all(found["type"] != "grid" for found in search("11", 10))


def test_drafts_are_not_found(named):
    factories.plan(named.district, edition=2, state="draft")
    assert [f["version"] for f in search("110101001001005", 10)] == ["110101-e1"]


@pytest.mark.parametrize("text", ["东城区", "dongcheng", "DONG", "110101"])
def test_regions_by_name_and_code(named, text):
    assert "东城区" in labels(text)


def test_types_follow_each_other_in_a_fixed_order(named):
    found = search("东", 10)
    assert [f["label"] for f in found] == ["东城区", "东华门街道", "东长安街"]
    ranks = [TYPES.index(f["type"]) for f in found]
    assert ranks == sorted(ranks)


def test_a_road_in_many_pieces_is_one_result(named):
    found = [f for f in search("东长安", 10) if f["type"] == "road"]
    assert len(found) == 1
    assert found[0]["bounds"] == (116.4, 39.9182, 116.4072, 39.9182)
    assert "东城区" in found[0]["detail"]


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("王", "王府井"),
        ("府井", "王府井"),
        ("井大街1号", "北京市王府井大街1号"),
        ("长安", "长安大戏院路"),
        ("mäkelän", "Mäkelänkatu 5"),
        ("museum", "Central Museum of 100% Art_\\"),
        ("musem", "Central Museum of 100% Art_\\"),
        ("百货王府", "王府井百货"),
        ("100%", "Central Museum of 100% Art_\\"),
        ("Art_\\", "Central Museum of 100% Art_\\"),
    ],
)
def test_names_by_any_part(named, text, first):
    assert labels(text)[0] == first


@pytest.mark.parametrize("text", ["%", "_", "%%%", "___", "\\", "'", "龘", "zzzz"])
def test_signs_are_only_signs(named, text):
    found = labels(text)
    assert all(text in label for label in found)
    assert len(found) <= 1


@pytest.fixture
def built(named):
    factories.place("poi", "孚王府", alias="九爷府", old_name="怡亲王府")
    factories.place("address", "东长安街18号", column=2.5)
    factories.feature("road", factories.line((3, 0), (3, 4)), "南池子大街", line_class=4)
    build_gazetteer()
    return named


@pytest.mark.parametrize(
    ("text", "kind", "first"),
    [
        ("九爷府", "place", "孚王府"),
        ("怡亲王府", "place", "孚王府"),
        ("东常安街18号", "address", "东长安街18号"),
        ("18号 东长安街", "address", "东长安街18号"),
        ("东城区东长安街18号", "address", "东长安街18号"),
        ("东长安街与南池子大街路口", "place", "crossing of 东长安街 and 南池子大街"),
        ("网格110101001001005", "grid", "110101001001005"),
        ("116.4018,39.91865", "place", "116.401800, 39.918650"),
        ("多福巷社區", "community", "多福巷社区"),
    ],
)
def test_what_no_name_holds_is_read_by_the_geocoder(built, text, kind, first):
    with override("en"):
        found = search(text, 10)[0]
    assert (found["type"], found["label"]) == (kind, first)


@pytest.mark.parametrize("text", ["九爷", "怡亲", "怡亲王", "老九爷府后", "老九爷府后门"])
def test_other_names_and_corrections_are_found_while_one_types(built, text):
    palace = Place.objects.get(name="孚王府")
    correct(palace, "老九爷府后门", None)
    found = search(text, 10)[0]
    assert (found["type"], found["label"]) == ("place", "孚王府")
    assert text in found["detail"]
    place_by_hand("小红门的院子", 116.4018, 39.9187, None)
    assert [f["label"] for f in search("小红", 10)] == ["小红门的院子"]


def test_roads_and_regions_are_found_once(built):
    found = search("东长安街", 20)
    assert [f["type"] for f in found if f["label"] == "东长安街"] == ["road"]
    assert [f["type"] for f in search("多福巷社区", 20)] == ["community"]


def test_a_past_day_and_a_closed_place(built):
    assert search("东常安街18号", 10, on=factories.DAY) == []
    Place.objects.filter(name__in=["孚王府", "东长安街18号"]).update(valid_to=factories.DAY)
    assert search("九爷府", 10) == []
    assert labels("东长安街18号") == ["东长安街"]


def test_exact_before_beginning_before_part(named):
    assert labels("王府井") == ["王府井", "王府井百货", "北京市王府井大街1号"]


def test_the_limit_holds_and_the_order_is_always_the_same(named):
    runs = [labels("1101", 7) for _time in range(3)]
    assert len(runs[0]) == 7
    assert runs[0] == runs[1] == runs[2]


@pytest.fixture
def statements():
    """Every statement a block sends, with its values."""
    seen = []

    def note(execute, sql, params, many, context):
        seen.append((sql, params))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(note):
        yield seen


def plan_of(sql: str, values: dict) -> str:
    """The way the database takes where reading a whole table is the last resort."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute(f"EXPLAIN {sql}", values)
        return "\n".join(row[0] for row in cursor.fetchall())


def test_no_search_reads_every_name(town, statements):
    with connection.cursor() as cursor:
        cursor.execute(MANY, {"dataset": factories.dataset().pk})
        cursor.execute("ANALYZE basemap_place")
    assert Place.objects.count() == 3_000
    for text in ("乀", "丨乀", "street 1234", "丨乀str", "streat 1234", "1234"):
        del statements[:]
        search(text, 10)
        asked = [s for s in statements if "basemap_place" in s[0]]
        assert len(asked) >= 2
        for sql, values in asked:
            assert "Seq Scan on basemap_place" not in plan_of(sql, values), (text, sql)


def test_a_code_is_found_by_an_index(town, statements):
    with connection.cursor() as cursor:
        cursor.execute(MANY_GRIDS, [town.pk])
        cursor.execute("ANALYZE grids_unitgrid")
    del statements[:]
    search("110101001001005", 10)
    sql, values = next(s for s in statements if "grids_unitgrid" in s[0])
    plan = plan_of(sql, values)
    assert "webmap_grid_suffix" in plan
    assert "grid_code_unique_in_plan" in plan


def test_a_search_costs_a_bounded_number_of_queries(client, named, django_assert_max_num_queries):
    with django_assert_max_num_queries(10):
        client.get("/api/v1/search?q=110101001001005")


def test_width_and_spaces_make_no_difference(named):
    assert labels("王府井大街１号") == labels("王府井大街1号") != []
    assert labels("王府 井") == labels("王府井")
    assert labels("　") == []


def test_regions_speak_the_language_of_the_page(named):
    Region.objects.filter(code="110101001").update(name_en="Donghuamen Subdistrict")
    Region.objects.filter(code="110101").update(name_en="Dongcheng District")
    with override("zh-hans"):
        found = next(f for f in search("110101001", 9) if f["type"] == "street")
        assert (found["label"], found["detail"]) == ("东华门街道", "东城区 110101001")
    with override("en"):
        found = next(f for f in search("110101001", 9) if f["type"] == "street")
        assert found["label"] == "Donghuamen Subdistrict"
        assert found["detail"] == "Dongcheng District 110101001"
