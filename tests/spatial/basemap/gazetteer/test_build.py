"""Building the gazetteer: what becomes a place, its elements, codes and names."""

import pytest
from django.core.management import call_command

from spatial.basemap.gazetteer.build import build_gazetteer
from spatial.basemap.models import Place, PlaceName, Region
from spatial.core.errors import NotFoundError
from tests.spatial.basemap.gazetteer.conftest import SOUTH, WEST, both, box


def names(**where) -> set[tuple[str, str, bool]]:
    return set(PlaceName.objects.filter(**where).values_list("kind", "text", "live"))


def test_regions_and_roads_become_places(district, road):
    road("东四北大街", (0.01, 0.0), (0.01, 0.004))
    road("东四北大街", (0.01, 0.004), (0.01, 0.009))
    road("", (0.0, 0.001), (0.02, 0.001))
    counts = build_gazetteer()
    assert counts["derived_created"] == 5
    found = Place.objects.order_by("level", "name")
    assert [(p.level, p.name) for p in found] == [
        (3, "东城区"), (4, "东四街道"), (5, "六条社区"), (5, "南门仓社区"), (6, "东四北大街"),
    ]  # fmt: skip
    line = found.get(level=6)
    assert (line.road, line.district_code, line.community_code) == ("东四北大街", "110101", "")
    assert line.geom.x == pytest.approx(WEST + 0.01)
    community = found.get(name="六条社区")
    assert (community.street_code, community.community_code) == ("110101006", "110101006006")
    assert ("alias", "Dongcheng", True) in names(place__name="东城区")


def test_a_road_in_two_districts_is_two_entries(district, road, owner):
    Region.objects.create(
        level="district", code="110102", name="西城区", dataset=owner, area_m2=1,
        valid_from="2026-01-01", **both(box(WEST - 0.02, SOUTH, WEST, SOUTH + 0.01)),
    )  # fmt: skip
    road("地安门西大街", (-0.01, 0.005), (0.01, 0.005))
    build_gazetteer()
    found = Place.objects.filter(level=6).values_list("name", "district_code")
    assert set(found) == {("地安门西大街", "110101"), ("地安门西大街", "110102")}


def test_elements_codes_and_levels(district, place):
    place("address", "东城区东四北大街107号院3号楼", x=0.015)
    place("address", "Mannerheimintie 5", road="Mannerheimintie", door="5")
    place("poi", "孚王府", address="朝阳门内大街137号")
    place("place", "五道营", x=5.0)
    build_gazetteer()
    found = {p.name: p for p in Place.objects.filter(source_key__startswith="place/")}
    building = found["东城区东四北大街107号院3号楼"]
    assert (building.level, building.road, building.door, building.building) == (
        9, "东四北大街", "107号院", "3号楼",
    )  # fmt: skip
    assert building.community_code == "110101006006"
    assert found["Mannerheimintie 5"].level == 8
    assert found["Mannerheimintie 5"].road_key == "MANNERHEIMINTIE"
    poi = found["孚王府"]
    assert (poi.level, poi.road, poi.door, poi.poi) == (10, "朝阳门内大街", "137号", "孚王府")
    assert (found["五道营"].level, found["五道营"].zone) == (7, "五道营")
    assert found["五道营"].district_code == ""


def test_a_point_on_the_edge_is_in_the_region_with_the_lowest_code(district, place):
    place("poi", "界碑", x=0.01)
    build_gazetteer()
    assert Place.objects.get(name="界碑").community_code == "110101006001"


def test_a_second_build_changes_nothing(district, road, place):
    road("东四北大街", (0.01, 0.0), (0.01, 0.009))
    place("poi", "孚王府", alias="九爷府")
    build_gazetteer()
    ids = set(PlaceName.objects.values_list("id", flat=True))
    counts = build_gazetteer()
    assert set(counts.values()) == {0}
    assert build_gazetteer(afresh=True)["places"] == Place.objects.count()
    assert set(PlaceName.objects.values_list("id", flat=True)) == ids


def test_a_former_name_still_finds_the_place(district, place):
    made = place("poi", "北京市第一医院", alias="一院;老一院")
    build_gazetteer()
    Place.objects.filter(pk=made.pk).update(name="首都医院", alias="一院", digest=b"other")
    build_gazetteer()
    assert names(place=made) == {
        ("standard", "首都医院", True),
        ("old", "北京市第一医院", True),
        ("alias", "一院", True),
        ("alias", "老一院", False),
    }
    assert PlaceName.objects.get(text="北京市第一医院").valid_to is not None


def test_codes_follow_the_regions(district, place):
    made = place("poi", "孚王府", x=0.005)
    build_gazetteer()
    Region.objects.filter(code="110101006001").update(valid_to="2026-06-01")
    counts = build_gazetteer()
    made.refresh_from_db()
    assert (made.street_code, made.community_code) == ("110101006", "")
    assert counts["codes"] == 1
    assert not Place.objects.filter(name="南门仓社区", valid_to=None).exists()
    assert names(text="南门仓") == {("alias", "南门仓", False)}


def test_only_one_district(district, place):
    place("poi", "里面")
    place("poi", "外面", x=9.0)
    build_gazetteer("110101")
    assert set(PlaceName.objects.filter(text__in=["里面", "外面"]).values_list("text")) == {
        ("里面",)
    }
    with pytest.raises(NotFoundError) as caught:
        build_gazetteer("999999")
    assert caught.value.code == "E-DISTRICT-MISSING"


def test_the_command(district, place, capsys):
    place("poi", "孚王府")
    call_command("build_gazetteer", "110101", "--json")
    assert '"places": ' in capsys.readouterr().out
