"""Tests 3 and 4: a text that makes GDAL read another file or run a pipeline is never opened."""

from __future__ import annotations

import json
import logging

import pytest
from django.apps import apps

from tests.spatial.basemap import files

WORD = "secret-of-the-house"


@pytest.fixture
def secret(tmp_path):
    path = tmp_path / "secret.geojson"
    point = {"type": "Point", "coordinates": [116.4, 39.9]}
    feature = {"type": "Feature", "properties": {"NAME": WORD}, "geometry": point}
    path.write_text(json.dumps({"type": "FeatureCollection", "features": [feature]}))
    return path


@pytest.fixture
def nowhere(caplog, tmp_path, secret):
    """After the test the secret is in no table, log or file but its own."""
    with caplog.at_level(logging.DEBUG):
        yield
    assert WORD not in caplog.text
    for model in apps.get_app_config("basemap").get_models():
        assert WORD not in str(list(model.objects.values()))
    for path in tmp_path.rglob("*"):
        if path.is_file() and path != secret:
            assert WORD.encode() not in path.read_bytes()


def vrt(secret) -> bytes:
    return (
        f'<OGRVRTDataSource><OGRVRTLayer name="secret"><SrcDataSource>{secret}</SrcDataSource>'
        "</OGRVRTLayer></OGRVRTDataSource>"
    ).encode()


def pipeline(secret) -> bytes:
    words = f"gdal vector pipeline ! read {secret} ! write --of=GeoJSON {secret}.out"
    return json.dumps({"type": "gdal_streamed_alg", "command_line": words}).encode()


ENDINGS = ["shp", "geojson", "json", "gpkg", "osm.pbf", "dxf", "csv", "xlsx", "zip"]


@pytest.mark.parametrize("ending", ENDINGS)
def test_3_a_vrt_in_disguise_is_refused_and_tells_nothing(refused, nowhere, secret, ending):
    answer = refused(f"a.{ending}", vrt(secret), "E-FORMAT")
    assert WORD not in json.dumps(answer)


@pytest.mark.parametrize("ending", ["shp", "geojson", "gpkg", "csv"])
def test_3_a_vrt_inside_a_zip(refused, nowhere, secret, tmp_path, ending):
    path = files.zipped(tmp_path / "z", {f"a.{ending}": vrt(secret)})
    data = path.read_bytes()
    path.unlink()
    refused("a.zip", data, "E-FORMAT")


@pytest.mark.parametrize("ending", ["geojson", "json", "shp", "gpkg", "csv"])
def test_4_a_pipeline_in_disguise_is_not_run(refused, nowhere, secret, ending):
    refused(f"a.{ending}", pipeline(secret), "E-FORMAT")
    assert not secret.with_name("secret.geojson.out").exists()


def test_4_a_pipeline_behind_an_honest_type(refused, nowhere, secret):
    """GDAL looks for words anywhere; of two members of one name each is looked at."""
    honest = pipeline(secret)[:-1] + b', "type": "FeatureCollection", "features": []}'
    refused("a.geojson", honest, "E-FORMAT")
