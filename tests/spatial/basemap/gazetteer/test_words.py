"""What a layer map keeps of places besides their names, and places that a map no longer has."""

import hashlib

import pytest
import shapely

from spatial.basemap.gazetteer.build import build_gazetteer
from spatial.basemap.io import layermap
from spatial.basemap.models import Dataset, Place
from spatial.basemap.services.basemap import import_basemap
from spatial.core.errors import InputError
from tests.spatial.basemap import files

pytestmark = pytest.mark.django_db

RULES = """
name = "mine"
id = ["ID"]
[[place]]
layers = ["P"]
kind = "poi"
name = "NAME"
road = ["STREET", "=无名路"]
door = "NO"
alias = ["EN", "SHORT"]
old_name = "OLD"
"""


def write(path, **columns):
    points = shapely.points([files.X0 + i for i in range(len(columns["ID"]))], files.Y0)
    return files.write(path, points, columns, layer="P")


@pytest.fixture
def mine(tmp_path):
    path = tmp_path / "mine.toml"
    path.write_text(RULES, "utf-8")
    return str(path)


def test_elements_and_further_names_are_kept(tmp_path, mine):
    path = write(
        tmp_path / "a.gpkg",
        ID=["1", "2"],
        NAME=["孚王府", "五道营"],
        STREET=["朝阳门内大街", ""],
        NO=["137号", ""],
        EN=["Prince Fu", ""],
        SHORT=["九爷府", ""],
        OLD=["怡亲王府", ""],
    )
    import_basemap(path, layers=mine, dataset="d")
    first, second = Place.objects.filter(valid_to=None).order_by("source_key")
    assert (first.road, first.door) == ("朝阳门内大街", "137号")
    assert (first.alias, first.old_name) == ("Prince Fu;九爷府", "怡亲王府")
    assert (second.road, second.door, second.alias) == ("无名路", "", "")


def test_a_map_of_before_there_were_elements_stays_as_it_is(tmp_path, mine):
    """Rows without such words have the digest they had, so nothing is written anew."""
    path = write(tmp_path / "a.gpkg", ID=["1"], NAME=["孚王府"])
    plain = tmp_path / "plain.toml"
    plain.write_text(RULES.split("road =")[0], "utf-8")
    import_basemap(path, layers=str(plain), dataset="d")
    place = Place.objects.get()
    facts = "\x1f".join(("poi", "0", "孚王府", "", "f"))
    before = hashlib.md5(bytes(place.geom.wkb) + facts.encode()).digest()
    assert bytes(place.digest) == before


def test_a_place_that_the_map_no_longer_has_is_closed(tmp_path, mine):
    columns = {"ID": ["1", "2"], "NAME": ["孚王府", "五道营"]}
    import_basemap(write(tmp_path / "a.gpkg", **columns), layers=mine, dataset="d")
    fewer = {name: values[:1] for name, values in columns.items()}
    summary = import_basemap(write(tmp_path / "b.gpkg", **fewer), layers=mine, dataset="d")
    assert summary.removed == 1
    assert Place.objects.get(name="五道营").valid_to is not None
    back = import_basemap(write(tmp_path / "c.gpkg", **columns), layers=mine, dataset="d")
    assert (back.created, back.unmodified) == (1, 1)
    assert Place.objects.filter(name="五道营").count() == 2


def test_changed_words_are_read_anew(tmp_path, mine):
    columns = {"ID": ["1"], "NAME": ["孚王府"], "STREET": ["甲路"], "NO": ["1号院2号楼"]}
    import_basemap(write(tmp_path / "a.gpkg", **columns), layers=mine, dataset="d")
    build_gazetteer()
    place = Place.objects.get(kind="poi")
    assert (place.road, place.door, place.building) == ("甲路", "1号院", "2号楼")
    columns["NO"] = ["7号"]
    import_basemap(write(tmp_path / "b.gpkg", **columns), layers=mine, dataset="d")
    build_gazetteer()
    place.refresh_from_db()
    assert (place.road_key, place.door, place.building) == ("甲路", "7号", "")


def test_openstreetmap_addresses_have_street_and_number():
    import_basemap(files.helsinki(), dataset="helsinki")
    assert Dataset.objects.get(name="helsinki")
    numbered = Place.objects.exclude(road="").exclude(door="")
    assert numbered.filter(kind="address", name="Mannerheimintie 5", door="5").exists()
    assert numbered.filter(kind="poi").count() > 500
    assert Place.objects.filter(alias__contains="Helsinki").exists()


def test_only_places_have_such_words():
    rule = {"layers": ["A"], "kind": "road", "class": 1, "door": "NO"}
    with pytest.raises(InputError) as caught:
        layermap.parse({"feature": [rule]}, "mine.toml")
    assert caught.value.code == "E-MAP-VALUE"
