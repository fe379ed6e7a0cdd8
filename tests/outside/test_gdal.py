"""GDAL's own drivers for OGC API Features and for vector tiles read the served site."""

import pytest

from tests.outside.conftest import NUMBER
from tests.webmap import factories
from webmap.tiles.address import TileAddress

BASIC = {"GDAL_HTTP_USERPWD": "operator:x", "GDAL_HTTP_AUTH": "BASIC"}
OPEN = ["districts", "streets", "communities", "grids", "basemap", "components"]
BOUNDS = list(factories.square(0, 0, 6, 6).extent)


def test_both_drivers_are_there(gdal):
    assert gdal("drivers") == ["OAPIF", "MVT"]


def test_it_lists_the_collections_that_one_may_open(served, gdal):
    assert gdal("layers", f"OAPIF:{served}/ogc/") == OPEN
    assert gdal("layers", f"OAPIF:{served}/ogc/", **BASIC) == [*OPEN, "cases"]


@pytest.mark.parametrize(
    ("layer", "count", "kinds"),
    [("districts", 1, ["MultiPolygon"]), ("streets", 2, ["MultiPolygon"]),
     ("communities", 3, ["MultiPolygon"]), ("grids", 36, ["Polygon"]),
     ("basemap", 2, ["LineString", "Polygon"]), ("components", 25, ["Point"])],
)  # fmt: skip
def test_it_reads_every_feature_of_a_collection(served, gdal, layer, count, kinds):
    found = gdal("rows", f"OAPIF:{served}/ogc/", layer)
    assert (found["count"], found["kinds"]) == (count, kinds)
    if layer in ("districts", "streets", "communities", "grids"):
        assert found["bounds"] == pytest.approx(BOUNDS, abs=1e-6)
        assert "valid_from" in found["fields"]
    assert found["crs"] in ("EPSG:4326", "OGC:CRS84")


def test_it_follows_pages_to_the_end(served, gdal):
    found = gdal("rows", f"OAPIF:{served}/ogc/", "grids", "PAGE_SIZE=5",
                 "INITIAL_REQUEST_PAGE_SIZE=5")  # fmt: skip
    codes = found["values"]["code"]
    assert len(codes) == len(set(codes)) == 36


def test_it_asks_for_a_box_and_for_a_property(served, gdal):
    west, south, east, north = factories.square(0, 0, 2, 1).buffer(-1e-5).extent
    found = gdal("rows", f"OAPIF:{served}/ogc/", "grids", f"bbox={west},{south},{east},{north}")
    assert found["count"] == 2
    found = gdal("rows", f"OAPIF:{served}/ogc/", "grids", "where=code = '110101001001001'")
    assert found["values"]["code"] == ["110101001001001"]
    asked = f"OAPIF:{served}/ogc/collections/grids?code=110101001001002"
    assert gdal("rows", asked, "grids")["values"]["code"] == ["110101001001002"]


def test_it_asks_for_a_past_day(served, gdal):
    before = gdal("rows", f"OAPIF:{served}/ogc/collections/grids?datetime=2026-03-01", "grids")
    assert set(before["values"]["edition"]) == {"110101-e1"}
    now = gdal("rows", f"OAPIF:{served}/ogc/collections/grids", "grids")
    assert set(now["values"]["edition"]) == {"110101-e2"}


@pytest.mark.parametrize("system", ["EPSG:4490", "EPSG:3857", "EPSG:4326"])
def test_it_asks_for_another_reference_system(served, gdal, system):
    found = gdal("rows", f"OAPIF:{served}/ogc/", "districts", f"CRS={system}")
    assert found["crs"] == system
    if system == "EPSG:3857":
        assert found["bounds"][0] == pytest.approx(12957588, abs=5)
    else:
        # However the answer orders its axes, GDAL tells longitude first.
        assert found["bounds"] == pytest.approx(BOUNDS, abs=1e-6)


def test_cases_need_a_log_in_and_come_with_one(served, gdal):
    found = gdal("rows", f"OAPIF:{served}/ogc/", "cases", **BASIC)
    assert found["values"]["number"] == [NUMBER]
    assert found["values"]["stage"] == ["reported"]
    with pytest.raises(AssertionError):
        gdal("rows", f"OAPIF:{served}/ogc/collections/cases", "cases")


def tile(z, point=(factories.WEST + 6e-4, factories.NORTH - 4.5e-4)):
    place = TileAddress.of_point(z, *point)
    return f"{place.z}/{place.x}/{place.y}"


@pytest.mark.parametrize(
    ("layer", "z", "part", "fields"),
    [("grids", 13, "grids", {"code", "edition"}), ("districts", 13, "districts", {"code", "name"}),
     ("streets", 14, "streets", {"code", "name"}), ("communities", 14, "labels", {"code"}),
     ("basemap", 15, "road", {"name", "cls"}), ("components", 18, "components", {"code", "state"}),
     ("cases", 17, "cases", {"number", "stage"})],
)  # fmt: skip
def test_it_reads_a_tile_where_it_lies(served, gdal, layer, z, part, fields):
    point = (factories.WEST, factories.NORTH) if layer == "cases" else None
    address = f"{served}/tiles/{layer}/{tile(z, *([point] if point else []))}.mvt"
    found = gdal("rows", f"MVT:/vsicurl/{address}", part, **BASIC)
    assert found["count"] > 0
    assert fields <= set(found["fields"])
    assert found["crs"] == "EPSG:3857"
    # Where the town is, in metres of Web Mercator; a tile reaches a little beyond.
    assert 12_955_000 < found["bounds"][0] < 12_962_000


def test_it_reads_the_tiles_of_a_zoom_by_their_tilejson(served, gdal):
    found = gdal("rows", f"MVT:{served}/tiles/grids/13", "grids",
                 f"METADATA_FILE={served}/tiles/grids.json", "TILE_EXTENSION=mvt")  # fmt: skip
    assert set(found["values"]["edition"]) == {"110101-e2"}
    assert len(set(found["values"]["code"])) == 36
