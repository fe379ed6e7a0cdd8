"""Every bad input has its code, names file, layer and feature, and leaves nothing behind."""

from __future__ import annotations

import json
import os
import struct
import zipfile

import numpy as np
import pyogrio
import pytest
import shapely

from spatial.basemap.io import archive, source
from spatial.basemap.services.basemap import import_basemap
from spatial.basemap.services.regions import import_regions
from spatial.core.errors import WanmiError
from tests.spatial.basemap import files

pytestmark = pytest.mark.django_db


@pytest.fixture
def shp(tmp_path):
    return files.write(tmp_path / "RESA.shp", files.squares(9, 20, 5), {"NAME": ["楼"] * 9})


VRT = b'<OGRVRTDataSource><OGRVRTLayer name="x"><SrcDataSource>/etc/passwd</SrcDataSource>' \
      b"</OGRVRTLayer></OGRVRTDataSource>"  # fmt: skip
GDALG = b'{"type": "gdal_streamed_alg", "command_line": "gdal vector pipeline ! read x ! write y"}'


def test_missing_file(refused, tmp_path):
    for name in ("no.gpkg", "/vsizip/x.gpkg", "http://127.0.0.1/x.gpkg"):
        with refused("E-FILE-MISSING"):
            import_basemap(tmp_path / name)


def test_type_not_on_the_list(refused, tmp_path):
    for name in ("a.txt", "a.vrt", "a.kml", "a"):
        path = tmp_path / name
        path.write_bytes(VRT)
        with refused("E-FILE-TYPE", file=name):
            import_basemap(path)


@pytest.mark.parametrize("name", ["a.shp", "a.gpkg", "a.geojson", "a.json", "a.osm.pbf", "a.zip"])
@pytest.mark.parametrize("content", [VRT, GDALG, b"", b"SQLite format 3\0" + bytes(200), b"[1, 2]"])
def test_file_that_is_not_what_its_name_says(refused, tmp_path, name, content):
    path = tmp_path / name
    path.write_bytes(content)
    with refused("E-FORMAT", file=name):
        import_basemap(path)


def test_disguise_inside_a_zip(refused, tmp_path):
    path = files.zipped(tmp_path / "a.zip", {"a.gpkg": VRT})
    with refused("E-FORMAT", file="a.gpkg"):
        import_basemap(path)


def test_gdal_has_no_driver_that_follows_references():
    drivers = set(pyogrio.list_drivers())
    assert {"ESRI Shapefile", "GPKG", "GeoJSON", "OSM"} <= drivers
    assert not drivers & {"OGR_VRT", "GDALG", "HTTP", "WFS", "OAPIF", "OGCAPI", "LIBKML", "GML"}
    assert os.environ["GDAL_HTTP_PROXY"] == "127.0.0.1:9"


@pytest.mark.parametrize("crs", [
    {"type": "link", "properties": {"href": "http://127.0.0.1:1/crs"}},
    {"type": "name", "properties": {"name": "http://127.0.0.1:1/crs"}},
    {"type": "name", "properties": {"name": "/etc/passwd"}}, "EPSG:4326",
])  # fmt: skip
def test_geojson_crs_member_that_is_no_plain_name(refused, tmp_path, crs):
    path = tmp_path / "a.geojson"
    path.write_text(json.dumps({"type": "FeatureCollection", "crs": crs, "features": []}))
    with refused("E-CRS-UNKNOWN", file="a.geojson"):
        import_basemap(path)


def test_shapefile_without_its_parts(refused, shp):
    with refused("E-SHP-NOPRJ", file="RESA.shp", layer="RESA"):
        import_basemap(files.without(shp, ".prj"))
    import_basemap(shp, crs="EPSG:4548", dry_run=True)
    with refused("E-SHP-NODBF", layer="RESA"):
        import_basemap(files.without(shp, ".dbf"))
    with refused("E-SHP-NOSHX", layer="RESA"):
        import_basemap(files.without(shp, ".shx"))


@pytest.mark.parametrize("suffix", [".shp", ".shx", ".dbf"])
def test_half_a_shapefile(refused, shp, suffix):
    files.halve(shp.with_suffix(suffix))
    with refused("E-SHP-BROKEN", file="RESA.shp", layer="RESA") as caught:
        import_basemap(shp)
    if suffix == ".shp":
        assert caught.value.detail["feature"] == 5


def test_counts_that_do_not_match(refused, shp):
    dbf = shp.with_suffix(".dbf")
    data = bytearray(dbf.read_bytes())
    data[4:8] = struct.pack("<I", 2_000_000_000)
    dbf.write_bytes(data)
    with refused("E-SHP-BROKEN"):
        import_basemap(shp)


def test_broken_geopackage_and_pbf(refused, tmp_path):
    path = files.town(tmp_path / "t.gpkg")
    path.write_bytes(path.read_bytes()[:100] + bytes(5000))
    with refused("E-FILE-BROKEN"):
        import_basemap(path)
    with refused("E-FILE-BROKEN"):
        import_basemap(files.halve(files.town(tmp_path / "u.gpkg")))
    pbf = tmp_path / "h.osm.pbf"
    pbf.write_bytes(files.helsinki().read_bytes())
    with refused("E-FILE-BROKEN"):
        import_basemap(files.halve(pbf))


@pytest.mark.parametrize("crs", ["EPSG:999999", "http://x/y", "/etc/passwd", "WGS84", "EPSG:4978"])
def test_unknown_reference_system_of_the_user(refused, shp, crs):
    with pytest.raises(WanmiError, match="E-CRS-UNKNOWN"):
        import_basemap(shp, crs=crs)


def test_unknown_reference_system_of_the_file(refused, shp):
    local = ('PROJCS["Local",GEOGCS["G",DATUM["D",SPHEROID["S",6378245,298.3]],PRIMEM["Greenwich",'
             '0],UNIT["Degree",0.0174532925199433]],PROJECTION["Transverse_Mercator"],'
             'PARAMETER["Central_Meridian",116.35],UNIT["Meter",1]]')  # fmt: skip
    shp.with_suffix(".prj").write_text(local)
    with refused("E-CRS-UNKNOWN", file="RESA.shp", layer="RESA"):
        import_basemap(shp)
    shp.with_suffix(".prj").write_text("rubbish")
    with pytest.raises(WanmiError, match="E-SHP-NOPRJ|E-CRS-UNKNOWN"):
        import_basemap(shp)


def test_geopackage_without_reference_system(refused, tmp_path):
    path = files.write(tmp_path / "a.gpkg", files.squares(1), {"N": ["x"]}, crs=None, layer="RESA")
    with refused("E-CRS-MISSING", layer="RESA"):
        import_basemap(path)


def degrees(*xy) -> np.ndarray:
    lon, lat = xy
    return shapely.box([lon], [lat], [lon + 0.001], [lat + 0.001])


@pytest.mark.parametrize(("geometry", "crs", "code"), [
    (degrees(39.9, 116.4), "EPSG:4326", "E-CRS-SWAPPED"),
    (degrees(39.9, 116.4), "EPSG:4490", "E-CRS-SWAPPED"),
    (shapely.box([files.Y0], [files.X0], [files.Y0 + 9], [files.X0 + 9]), "EPSG:4548",
     "E-CRS-SWAPPED"),
    (files.squares(1), "EPSG:4326", "E-CRS-UNITS"),
    (files.squares(1), "EPSG:4490", "E-CRS-UNITS"),
    (degrees(116.4, 39.9), "EPSG:4548", "E-CRS-UNITS"),
    (degrees(24.9, 60.1), "EPSG:4490", "E-CRS-RANGE"),
    (shapely.transform(files.squares(1), lambda xy: xy + [1_500_000, 0]), "EPSG:4548",
     "E-CRS-RANGE"),
    (files.squares(1), "EPSG:4527", "E-CRS-ZONE"),
    (shapely.transform(files.squares(1), lambda xy: xy + [39_000_000, 0]), "EPSG:4548",
     "E-CRS-ZONE"),
])  # fmt: skip
def test_coordinates_that_do_not_fit(refused, tmp_path, geometry, crs, code):
    path = files.write(tmp_path / "a.gpkg", geometry, {"N": ["x"]}, crs=crs, layer="RESA")
    with refused(code, file="a.gpkg", layer="RESA"):
        import_basemap(path)


def test_zone_message_names_the_right_system(refused, tmp_path):
    shifted = shapely.transform(files.squares(1), lambda xy: xy + [39_000_000, 0])
    path = files.write(tmp_path / "a.gpkg", shifted, {"N": ["x"]}, layer="RESA")
    with refused("E-CRS-ZONE") as caught:
        import_basemap(path)
    assert "EPSG:4527" in str(caught.value.message)
    assert import_basemap(path, crs="EPSG:4527").created == 1


def test_swapped_axes_are_seen_by_the_regions_where_both_orders_are_on_earth(refused, tmp_path):
    """Latitude 60 and longitude 25 are a place on Earth in both orders."""
    path = tmp_path / "d.geojson"
    files.regions(path, "district", degrees(24.94, 60.17), crs="EPSG:4326", codes=["990001"])
    import_regions(path, "district")
    swapped = files.write(
        tmp_path / "a.gpkg", degrees(60.17, 24.94), {"N": ["x"]}, crs="EPSG:4326", layer="RESA"
    )
    with refused("E-CRS-SWAPPED"):
        import_basemap(swapped)


def test_text_in_no_known_encoding(refused, shp):
    files.without(shp, ".cpg")
    dbf = shp.with_suffix(".dbf")
    dbf.write_bytes(dbf.read_bytes().replace("楼".encode(), b"\xff\xfe\xff"))
    with refused("E-TEXT-ENCODING", layer="RESA") as caught:
        import_basemap(shp)
    assert caught.value.detail["samples"]["GB18030"]


@pytest.mark.parametrize(("cpg", "given"), [("UTF-8", "auto"), (None, "UTF-8"), ("junk", "auto")])
def test_text_that_is_not_what_was_said(refused, tmp_path, cpg, given):
    shp = files.write(tmp_path / "RESA.shp", files.squares(1), {"NAME": ["东华门"]}, encoding="GBK")
    files.without(shp, ".cpg")
    if cpg:
        shp.with_suffix(".cpg").write_text(cpg)
    with refused("E-TEXT-ENCODING"):
        import_basemap(shp, encoding=given)


def test_western_text_is_not_taken_for_chinese(refused, tmp_path):
    names = ["Königstraße", "Größe", "Façade", "Müller"]
    shp = files.write(tmp_path / "RESA.shp", files.squares(4), {"NAME": names}, encoding="CP1252")
    files.without(shp, ".cpg")
    with refused("E-TEXT-ENCODING"):
        import_basemap(shp)


def test_layers_missing_or_empty(refused, tmp_path):
    other = files.write(tmp_path / "a.gpkg", files.squares(1), {"N": ["x"]}, layer="other")
    with refused("E-MAP-NONE"):
        import_basemap(other)
    with refused("E-LAYER-MISSING"):
        import_basemap(other, layers="gb")
    empty = files.write(tmp_path / "e.gpkg", [], {"N": []}, layer="RESA", kind="Polygon")
    with refused("E-LAYER-EMPTY", layer="RESA"):
        import_basemap(empty)


@pytest.mark.parametrize(("text", "code"), [
    ("[[feature", "E-MAP-SYNTAX"),
    ("colour = 1", "E-MAP-KEY"),
    ('[[feature]]\nlayers=["a"]\nkind="road"\ncolour=1', "E-MAP-KEY"),
    ('[[feature]]\nlayers=["a"]\nkind="lava"', "E-MAP-VALUE"),
    ('[[feature]]\nlayers=["a"]\nkind=["road"]', "E-MAP-VALUE"),
    ('[[feature]]\nlayers=["a"]\nkind="road"\nclass=9', "E-MAP-VALUE"),
    ('[[feature]]\nkind="road"', "E-MAP-VALUE"),
    ('[[feature]]\nlayers=["a"]\nkind="road"\nuse="=park"', "E-MAP-VALUE"),
    ('[[feature]]\nlayers=["a"]\nkind="ground"', "E-MAP-VALUE"),
    ('[[feature]]\nlayers=["a"]\nkind="green"\nuse=[1.5]', "E-MAP-VALUE"),
    ('[feature]\nkind="road"', "E-MAP-VALUE"),
    ('[[feature]]\nlayers=["a"]\nkind="road"\nwhen=3', "E-MAP-VALUE"),
    ('[[feature]]\nlayers=["a"]\nkind="road"\nwhen={a=1.5}', "E-MAP-VALUE"),
    ('[[place]]\nlayers=["a"]\nkind="road"', "E-MAP-VALUE"),
    ('[region.province]\nlayers=["a"]', "E-MAP-KEY"),
])  # fmt: skip
def test_layer_map_with_a_mistake(refused, tmp_path, shp, text, code):
    rules = tmp_path / "m.toml"
    rules.write_text(text)
    with refused(code, file="m.toml"):
        import_basemap(shp, layers=str(rules))


@pytest.mark.parametrize(("name", "code"), [
    ("../../x.shp", "E-ZIP-PATH"), ("/x.shp", "E-ZIP-PATH"), ("..\\x.shp", "E-ZIP-PATH"),
    ("C:\\x.shp", "E-ZIP-PATH"), ("x.zip", "E-ZIP-NESTED"), ("readme.txt", "E-ZIP-EMPTY"),
])  # fmt: skip
def test_zip_with_bad_member(refused, tmp_path, name, code):
    path = files.zipped(tmp_path / "a.zip", {name: b"x"})
    with refused(code, file="a.zip"):
        import_basemap(path)
    assert not (tmp_path.parent / "x.shp").exists()


def test_zip_with_link_and_twins(refused, tmp_path):
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w") as packed:
        link = zipfile.ZipInfo("x.shp")
        link.external_attr = 0o120777 << 16
        packed.writestr(link, "/etc/passwd")
    with refused("E-ZIP-LINK"):
        import_basemap(path)
    with refused("E-ZIP-DUP"):
        import_basemap(files.zipped(tmp_path / "b.zip", {"a/X.shp": b"1", "b/x.SHP": b"2"}))


def test_zip_bombs(refused, tmp_path, monkeypatch):
    bomb = files.zipped(tmp_path / "a.zip", {"x.shp": bytes(40 * 1024**2)})
    with refused("E-ZIP-RATIO"):
        import_basemap(bomb)
    many = files.zipped(tmp_path / "b.zip", {f"{i}.shp": b"" for i in range(50)})
    monkeypatch.setattr(archive, "MAX_MEMBERS", 40)
    with refused("E-ZIP-COUNT"):
        import_basemap(many)
    monkeypatch.setattr(archive, "MAX_BYTES", 1000)
    with refused("E-ZIP-SIZE"):
        import_basemap(files.zipped(tmp_path / "c.zip", {"x.shp": os.urandom(2000)}))


def test_zip_that_lies_or_is_cut(refused, tmp_path):
    path = files.zipped(tmp_path / "a.zip", {"x.shp": os.urandom(5000)})
    data = bytearray(path.read_bytes())
    data[100:200] = bytes(100)
    path.write_bytes(data)
    with refused("E-ZIP-CORRUPT"):
        import_basemap(path)
    with refused("E-ZIP-CORRUPT"):
        import_basemap(files.halve(path))


def test_zip_with_two_data_sets(refused, tmp_path):
    one = files.town(tmp_path / "one.gpkg")
    path = files.zipped(tmp_path / "a.zip", {"one.gpkg": one, "two.gpkg": one})
    with refused("E-ZIP-MANY"):
        import_basemap(path)


def test_refused_run_leaves_no_folder(refused, tmp_path, shp, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    with refused("E-SHP-BROKEN"):
        import_basemap(files.halve(shp))
    assert list(tmp_path.glob(f"{source.PREFIX}*")) == []
