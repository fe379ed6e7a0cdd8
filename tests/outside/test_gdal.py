"""GDAL's own drivers for OGC API Features and for vector tiles read the served site.

Emptying all tables takes longer than a look, so that each test has many looks at one site.
"""

import pytest

from tests.outside.conftest import NUMBER
from tests.webmap import factories
from webmap.tiles.address import TileAddress

BASIC = {"GDAL_HTTP_USERPWD": "operator:x", "GDAL_HTTP_AUTH": "BASIC"}
OPEN = {
    "districts": (1, ["MultiPolygon"]),
    "streets": (2, ["MultiPolygon"]),
    "communities": (3, ["MultiPolygon"]),
    "grids": (36, ["Polygon"]),
    "basemap": (2, ["LineString", "Polygon"]),
    "components": (25, ["Point"]),
}
BOUNDS = list(factories.square(0, 0, 6, 6).extent)


def test_it_reads_every_feature_of_every_collection(served, gdal):
    assert gdal("drivers") == ["OAPIF", "MVT"]
    root = f"OAPIF:{served}/ogc/"
    assert gdal("layers", root) == list(OPEN)
    for layer, (count, kinds) in OPEN.items():
        found = gdal("rows", root, layer)
        assert (found["count"], found["kinds"]) == (count, kinds), layer
        assert found["crs"] in ("EPSG:4326", "OGC:CRS84")
        if layer in ("districts", "streets", "communities", "grids"):
            assert found["bounds"] == pytest.approx(BOUNDS, abs=1e-6)
            assert "valid_from" in found["fields"]
    found = gdal("rows", root, "grids", "PAGE_SIZE=5", "INITIAL_REQUEST_PAGE_SIZE=5")
    codes = found["values"]["code"]
    assert len(codes) == len(set(codes)) == 36


def test_it_asks_for_boxes_properties_days_and_systems(served, gdal):
    root = f"OAPIF:{served}/ogc/"
    west, south, east, north = factories.square(0, 0, 2, 1).buffer(-1e-5).extent
    found = gdal("rows", root, "grids", f"bbox={west},{south},{east},{north}")
    assert found["count"] == 2
    found = gdal("rows", root, "grids", "where=code = '110101001001001'")
    assert found["values"]["code"] == ["110101001001001"]
    grids = f"OAPIF:{served}/ogc/collections/grids"
    assert gdal("rows", f"{grids}?code=110101001001002", "grids")["values"]["code"] == [
        "110101001001002"
    ]
    before = gdal("rows", f"{grids}?datetime=2026-03-01", "grids")
    assert set(before["values"]["edition"]) == {"110101-e1"}
    assert set(gdal("rows", grids, "grids")["values"]["edition"]) == {"110101-e2"}
    for system in ("EPSG:4490", "EPSG:3857", "EPSG:4326"):
        found = gdal("rows", root, "districts", f"CRS={system}")
        assert found["crs"] in (system, "OGC:CRS84")
        if system == "EPSG:3857":
            assert found["bounds"][0] == pytest.approx(12957588, abs=5)
        else:
            # However the answer orders its axes, GDAL tells longitude first.
            assert found["bounds"] == pytest.approx(BOUNDS, abs=1e-6), system


def test_cases_need_a_log_in_and_come_with_one(served, gdal):
    root = f"OAPIF:{served}/ogc/"
    assert gdal("layers", root, **BASIC) == [*OPEN, "cases"]
    found = gdal("rows", root, "cases", **BASIC)
    assert found["values"]["number"] == [NUMBER]
    assert found["values"]["stage"] == ["reported"]
    with pytest.raises(AssertionError):
        gdal("rows", f"OAPIF:{served}/ogc/collections/cases", "cases")


def tile(z, point):
    place = TileAddress.of_point(z, *point)
    return f"{place.z}/{place.x}/{place.y}"


def test_it_reads_tiles(served, gdal):
    near = (factories.WEST + 6e-4, factories.NORTH - 4.5e-4)
    for layer, z, part, fields in (
        ("grids", 13, "grids", {"code", "edition"}),
        ("districts", 13, "districts", {"code", "name"}),
        ("streets", 14, "streets", {"code", "name"}),
        ("communities", 14, "labels", {"code"}),
        ("basemap", 15, "road", {"name", "cls"}),
        ("components", 18, "components", {"code", "state"}),
        ("cases", 17, "cases", {"number", "stage"}),
    ):
        point = (factories.WEST, factories.NORTH) if layer == "cases" else near
        address = f"{served}/tiles/{layer}/{tile(z, point)}.mvt"
        found = gdal("rows", f"MVT:/vsicurl/{address}", part, **BASIC)
        assert found["count"] > 0, layer
        assert fields <= set(found["fields"])
        assert found["crs"] == "EPSG:3857"
        # Where the town is, in metres of Web Mercator; a tile reaches a little beyond.
        assert 12_955_000 < found["bounds"][0] < 12_962_000
    found = gdal("rows", f"MVT:{served}/tiles/grids/13", "grids",
                 f"METADATA_FILE={served}/tiles/grids.json", "TILE_EXTENSION=mvt")  # fmt: skip
    assert set(found["values"]["edition"]) == {"110101-e2"}
    assert len(set(found["values"]["code"])) == 36
