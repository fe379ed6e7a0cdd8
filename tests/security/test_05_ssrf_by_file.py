"""Test 5: no file makes the server send a request, read a driver list too long, or go online."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pyogrio
import pytest
from django.contrib.gis.gdal import DataSource, Driver, GDALException

from spatial.basemap.io import drivers
from spatial.basemap.io.limits import Limits
from spatial.basemap.io.reader import Reader
from spatial.basemap.io.source import open_source
from tests.spatial.basemap import files

ALL = {drivers.SHAPEFILE, drivers.GPKG, drivers.GEOJSON, drivers.OSM, drivers.DXF,
       drivers.FILEGDB, drivers.CSV, drivers.XLSX}  # fmt: skip


def collection(crs) -> bytes:
    point = {"type": "Point", "coordinates": [116.4, 39.9]}
    feature = {"type": "Feature", "properties": {"NAME": "x"}, "geometry": point}
    return json.dumps({"type": "FeatureCollection", "crs": crs, "features": [feature]}).encode()


def linked(address: str) -> list:
    return [
        {"type": "link", "properties": {"href": f"{address}/crs", "type": "proj4"}},
        {"type": "url", "properties": {"url": f"{address}/crs"}},
        {"type": "name", "properties": {"name": f"{address}/crs"}},
        {"type": "name", "properties": {"name": f"/vsicurl/{address}/crs"}},
    ]


@pytest.mark.parametrize("which", range(4))
def test_5_a_geojson_that_names_an_address(refused, trap, which):
    refused("a.geojson", collection(linked(trap.address)[which]), "E-CRS-UNKNOWN")
    assert trap.hits == []


@pytest.mark.parametrize("ending", ["shp", "geojson", "gpkg"])
def test_5_a_vrt_of_an_address(refused, trap, ending):
    text = f'<OGRVRTDataSource><OGRVRTLayer name="x"><SrcDataSource>/vsicurl/{trap.address}/x' \
           "</SrcDataSource></OGRVRTLayer></OGRVRTDataSource>"  # fmt: skip
    refused(f"a.{ending}", text.encode(), "E-FORMAT")
    assert trap.hits == []


def test_5_a_prj_that_is_an_address(sender, trap, tmp_path):
    shp = files.write(tmp_path / "RESA.shp", files.squares(2), {"NAME": ["a", "b"]})
    shp.with_suffix(".prj").write_text(f"{trap.address}/x.prj")
    answer = sender.send("a.zip", files.zipped(tmp_path / "z", files.parts(shp)).read_bytes())
    found = sender.client.get(answer.json()["inspection"]).json()
    (problem,) = found["layers"][0]["problems"]
    assert problem["code"] in {"E-SHP-NOPRJ", "E-CRS-UNKNOWN"}
    assert found["bounds_wgs84"] is None
    assert trap.hits == []


@pytest.mark.parametrize("driver", sorted(ALL))
def test_5_the_reader_has_one_driver_and_no_network(tmp_path, driver):
    with Reader(driver, tmp_path, "x", Limits()) as reader:
        reader.start()
        assert reader.drivers == [driver]
        assert reader.offline or os.geteuid() != 0


def test_5_even_behind_the_gate_the_reader_sends_nothing(trap, tmp_path):
    """The second wall: the file reaches GDAL unchecked."""
    path = tmp_path / "a.geojson"
    for crs in linked(trap.address):
        path.write_bytes(collection(crs))
        with Reader("GeoJSON", tmp_path, "a.geojson", Limits()) as reader:
            reader.info(path, "a", full=True)
    assert trap.hits == []


def test_5_the_reader_knows_no_secret(tmp_path):
    """Its environment is its own: no key, no database, no proxy of the site."""
    with Reader("GPKG", tmp_path, "x", Limits()) as reader:
        reader.start()
        with open(f"/proc/{reader._process.pid}/environ", "rb") as file:
            names = {pair.split(b"=")[0].decode() for pair in file.read().split(b"\0") if pair}
    assert not [n for n in names if n.startswith(("WANMI", "DATABASE", "DJANGO", "PG"))]
    assert not {"http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY"} & names


def test_5_geodjango_in_the_site_has_no_driver_that_follows_references(trap, tmp_path):
    """The GDAL of the site's own process, which GeoDjango and the exports use."""
    present = {Driver(i).name for i in range(Driver.driver_count())}
    for names in (present, set(pyogrio.list_drivers())):
        assert not names & {"OGR_VRT", "VRT", "GDALG", "GTI", "HTTP", "WFS", "WMS", "OAPIF"}
    path = tmp_path / "a.geojson"
    path.write_bytes(collection(linked(trap.address)[0]))
    with pytest.raises(GDALException):
        DataSource(str(files.zipped(tmp_path / "a.vrt", {"x": b"x"})))
    DataSource(str(path))
    assert trap.hits == []


def test_5_the_site_never_opens_a_users_file_itself(tmp_path):
    """Another process than ours holds the file while it is read."""
    boxes = files.squares(20_000, 1)
    path = files.write(tmp_path / "t.gpkg", boxes, {"NAME": ["楼" * 20] * 20_000})
    with open_source(path) as source:
        layer = source.layers[0]
        stream = layer.reader.read(layer.path, layer.name, columns=[], batch=1)
        next(stream)
        ours = {os.path.realpath(f"/proc/self/fd/{fd}") for fd in os.listdir("/proc/self/fd")}
        child = f"/proc/{layer.reader._process.pid}/fd"
        theirs = {os.path.realpath(f"{child}/{fd}") for fd in os.listdir(child)}
    assert str(path) in theirs
    assert str(path) not in ours


def test_5_modules_that_read_do_not_load_gdal():
    code = "import os, sys, django; os.environ['DJANGO_SETTINGS_MODULE'] = 'webmap.settings.base';"
    code += (
        "django.setup(); import spatial.basemap.services.basemap; print('pyogrio' in sys.modules)"
    )
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert out.stdout.strip() == "False"


@pytest.mark.parametrize("name", ["a.shp", "a.gpkg", "a.zip", "a.xlsx", "a.osm.pbf", "a.csv"])
def test_5_an_ending_is_not_believed(refused, name):
    refused(name, b"GIF89a" + bytes(100), "E-FORMAT")
