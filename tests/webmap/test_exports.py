"""Orders of exports, their jobs and files."""

import json
import os
import time
import zipfile
from io import BytesIO

import pytest
from django.test import Client

from spatial.core.models import Job
from tests.webmap import factories
from webmap import exports
from webmap.tasks import build_pyramid


@pytest.fixture
def planner(town):
    client = Client()
    client.force_login(factories.user("planner"))
    return client


def order(client, **change) -> dict:
    asked = {"district": "110101", "format": "geojson", "crs": "EPSG:4490", "on": None} | change
    answer = client.post("/api/v1/exports", asked, content_type="application/json")
    assert answer.status_code == 202, answer.content
    job = answer.json()["job"]
    assert set(job) == {
        "id",
        "state",
        "done",
        "total",
        "message",
        "result",
        "error_code",
        "error_message",
        "error_detail",
        "file",
    }
    return client.get(f"/api/v1/jobs/{job['id']}").json()["job"]


def content(client, job) -> bytes:
    return b"".join(client.get(job["file"]).streaming_content)


def test_an_order_becomes_a_file(planner):
    job = order(planner)
    assert job["state"] == "done"
    assert job["done"] == job["total"] > 0
    answer = planner.get(job["file"])
    assert answer["Content-Disposition"] == 'attachment; filename="grids-110101-EPSG4490.geojson"'
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Cache-Control"] == "private, no-store"
    features = json.loads(b"".join(answer.streaming_content))["features"]
    assert len(features) == 36
    assert features[0]["properties"]["BGCODE"] == "110101001001001"


def test_a_shapefile_comes_zipped_with_its_companions(planner):
    job = order(planner, format="shp", crs=4548, encoding="GBK")
    names = zipfile.ZipFile(BytesIO(content(planner, job))).namelist()
    assert {os.path.splitext(n)[1] for n in names} >= {".shp", ".shx", ".dbf", ".prj", ".cpg"}


@pytest.mark.parametrize("form", ["gpkg", "dxf", "csv"])
def test_other_formats(planner, form):
    job = order(planner, format=form)
    assert job["file"].endswith("/file")
    assert content(planner, job)


def test_a_past_day_is_in_the_name(planner):
    job = order(planner, on="2026-02-01")
    assert "grids-110101-2026-02-01-EPSG4490" in planner.get(job["file"])["Content-Disposition"]


def test_a_failed_export_says_why(planner):
    job = order(planner, crs="EPSG:99999")
    assert (job["state"], job["error_code"], job["file"]) == ("failed", "E-EXPORT-CRS", None)
    answer = planner.get(f"/api/v1/jobs/{job['id']}/file")
    assert (answer.status_code, answer.json()["code"]) == (404, "E-EXPORT-NOFILE")


def test_nobody_else_sees_a_job(planner, client_of):
    job = order(planner)
    for address in (f"/api/v1/jobs/{job['id']}", job["file"]):
        answer = client_of("gis_staff").get(address) if address == job["file"] else None
        if answer is None:
            answer = client_of("viewer").get(address)
        assert (answer.status_code, answer.json()["code"]) == (404, "E-JOB-MISSING")
    assert client_of("administrator").get(job["file"]).status_code == 200


def test_old_files_go_and_their_job_says_so(planner, settings):
    job = order(planner)
    folder = settings.EXPORT_DIR / job["id"]
    old = time.time() - 3600 * (settings.EXPORT_KEEP_H + 1)
    os.utime(folder, (old, old))
    order(planner)
    assert not folder.exists()
    answer = planner.get(f"/api/v1/jobs/{job['id']}/file")
    assert (answer.status_code, answer.json()["code"]) == (410, "E-EXPORT-GONE")
    assert planner.get(f"/api/v1/jobs/{job['id']}").json()["job"]["file"] is None


def test_a_result_never_leads_out_of_its_folder(town, tmp_path):
    (tmp_path / "secret").write_text("x")
    job = Job.objects.create(kind="export", result={"file": "../../secret"})
    assert exports.result_path(job) is None


def test_the_pyramid_is_a_task(town, settings):
    build_pyramid.enqueue("grids", "110101-e1")
    assert list(settings.TILE_DIR.rglob("*.gz"))
