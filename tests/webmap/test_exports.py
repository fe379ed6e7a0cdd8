"""Orders of exports, their jobs and files."""

import json
import os
import time
import zipfile
from io import BytesIO

import numpy as np
import pytest
from django.contrib.auth.models import User
from django.test import Client

from spatial.basemap.models import LocalCrs
from spatial.core.models import AuditEntry, Job
from spatial.grids.models import GridPlan
from tests.webmap import factories
from webmap import exports
from webmap.tasks import build_pyramid


@pytest.fixture
def planner(town):
    client = Client()
    client.force_login(factories.user("planner"))
    return client


def order(client, **change) -> dict:
    asked = {"region": "110101", "format": "geojson", "crs": "EPSG:4490", "on": None} | change
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


@pytest.mark.parametrize("form", ["gpkg", "parquet", "xlsx"])
def test_other_formats(planner, form):
    job = order(planner, format=form)
    assert job["file"].endswith("/file")
    assert job["result"]["file"] == f"grids-110101-EPSG4490.{form}"
    assert len(content(planner, job)) == job["result"]["bytes"]


@pytest.mark.parametrize("form", ["fgb", "dxf", "csv"])
def test_what_has_no_room_for_a_dictionary_comes_in_a_zip(planner, form):
    job = order(planner, format=form)
    assert job["result"]["file"].endswith(f".{form}.zip")
    names = zipfile.ZipFile(BytesIO(content(planner, job))).namelist()
    assert names == ["about.csv", "dictionary.csv", f"unit_grids.{form}"]


@pytest.mark.parametrize(("what", "count"), [("streets", 2), ("communities", 3), ("districts", 1)])
def test_regions_and_chosen_fields(planner, what, count):
    job = order(planner, what=what, fields=["NAME", "CODE"])
    features = json.loads(content(planner, job))["features"]
    assert len(features) == count
    assert list(features[0]["properties"]) == ["NAME", "CODE"]


def test_a_street_only(planner):
    job = order(planner, region="110101002")
    assert job["result"]["rows"] == 18
    assert len(json.loads(content(planner, job))["features"]) == 18


def test_the_older_name_of_the_region_still_serves(planner):
    asked = {"district": "110101"}
    answer = planner.post("/api/v1/exports", asked, content_type="application/json")
    assert answer.status_code == 202


def test_a_local_system_is_in_the_name(planner):
    asked = {"region": "110101", "crs": "LOCAL:city"}
    answer = planner.post("/api/v1/exports", asked, content_type="application/json")
    assert answer.json()["code"] == "E-CRS-UNKNOWN"
    definition = "+proj=tmerc +lat_0=39.9 +lon_0=116.35 +x_0=500000 +y_0=300000 +ellps=krass"
    LocalCrs.objects.create(name="city", title="本市", definition=definition)
    job = order(planner, crs="LOCAL:city")
    assert job["result"]["file"] == "grids-110101-LOCAL-city.geojson"
    xy = json.loads(content(planner, job))["features"][0]["geometry"]["coordinates"]
    assert 400_000 < np.ravel(xy[0][0])[0] < 600_000
    assert "LOCAL:city" in planner.get("/data/exports/").content.decode()


def test_a_past_day_is_in_the_name(planner):
    job = order(planner, on="2026-02-01")
    assert "grids-110101-2026-02-01-EPSG4490" in planner.get(job["file"])["Content-Disposition"]


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"crs": "EPSG:99999"}, "E-EXPORT-CRS"),
        ({"fields": ["BGCODE", "SECRET"]}, "E-EXPORT-FIELD"),
        ({"on": "2025-12-31"}, "E-EDITION-NONE"),
        ({"region": "110101009"}, "E-REGION-MISSING"),
        ({"region": "110102"}, "E-PLAN-MISSING"),
        ({"what": "road", "on": "2026-02-01"}, "E-EXPORT-NODAY"),
    ],
)
def test_what_cannot_be_is_refused_at_once(planner, change, code):
    asked = {"region": "110101"} | change
    answer = planner.post("/api/v1/exports", asked, content_type="application/json")
    assert answer.json()["code"] == code
    assert not Job.objects.exists()


@pytest.mark.parametrize(
    ("change", "field"),
    [({"region": None}, "region"), ({"region": "1101"}, "region"), ({"what": "secrets"}, "what"),
     ({"format": "mdb"}, "format"), ({"fields": "BGCODE"}, "fields"),
     ({"fields": ["X"] * 161}, "fields")],
)  # fmt: skip
def test_orders_that_make_no_sense(planner, change, field):
    asked = {"region": "110101"} | change
    answer = planner.post("/api/v1/exports", asked, content_type="application/json")
    assert answer.status_code == 400
    assert field in answer.json()["detail"]["fields"]


def test_a_failed_export_says_why(planner):
    job = order(planner, what="water_area")
    assert (job["state"], job["error_code"], job["file"]) == ("failed", "E-EXPORT-EMPTY", None)
    answer = planner.get(f"/api/v1/jobs/{job['id']}/file")
    assert (answer.status_code, answer.json()["code"]) == (404, "E-EXPORT-NOFILE")


def test_the_list_is_ones_own_and_everybodys_for_an_administrator(planner, client_of):
    job = order(planner)
    (row,) = planner.get("/api/v1/exports").json()["exports"]
    assert (row["id"], row["what"], row["region"]) == (job["id"], "grids", "110101")
    assert (row["created_by"], row["bytes"]) == ("planner", job["result"]["bytes"])
    assert client_of("gis_staff").get("/api/v1/exports").json()["exports"] == []
    assert len(client_of("administrator").get("/api/v1/exports").json()["exports"]) == 1


def test_the_audit_log_has_order_making_and_fetching(planner):
    job = order(planner)
    content(planner, job)
    entries = AuditEntry.objects.filter(object_type="export", object_key=job["id"]).order_by("id")
    assert [e.action for e in entries] == ["export.ordered", "export.made", "export.fetched"]
    assert {e.actor_name for e in entries} == {"planner"}
    assert entries[1].detail["rows"] == 36


def test_a_file_is_refused_once_the_role_or_the_plan_is_gone(planner, town):
    job = order(planner)
    GridPlan.objects.filter(pk=town.pk).update(state="draft", valid_from=None)
    answer = planner.get(job["file"])
    assert (answer.status_code, answer.json()["code"]) == (404, "E-PLAN-MISSING")
    User.objects.get(username="planner").groups.clear()
    answer = planner.get(job["file"])
    assert (answer.status_code, answer.json()["code"]) == (403, "E-ROLE-MISSING")


def test_the_page_lists_files_and_goes_on_with_a_job(planner):
    job = order(planner)
    Job.objects.create(kind="export", created_by=User.objects.get(username="planner"),
                       params={"what": "grids", "region": "110101"})  # fmt: skip
    page = planner.get("/data/exports/")
    assert job["result"]["file"] in page.text
    assert [one["state"] for one in page.context["config"]["running"]] == ["queued"]
    assert "BGCODE" in dict(page.context["config"]["sources"]["grids"])


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
    old = time.time() - 86_400 * (settings.EXPORT_KEEP_D + 1)
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


def test_a_map_book_is_ordered_like_an_export(planner):
    job = order(planner, what="mapbook", region="110101001", paper="A3", colour="area")
    assert job["state"] == "done", job
    assert job["result"]["rows"] == 3
    assert job["result"]["file"] == "mapbook-110101001-A3.pdf"
    assert content(planner, job).startswith(b"%PDF-")
    assert set(Job.objects.get().params) == {
        "what", "region", "format", "on", "paper", "colour", "language",
    }  # fmt: skip


def test_a_map_book_without_a_font_is_refused_at_once(planner, settings):
    settings.MAPBOOK_FONT = "nowhere.ttf"
    asked = {"what": "mapbook", "region": "110101001"}
    answer = planner.post("/api/v1/exports", asked, content_type="application/json")
    assert (answer.status_code, answer.json()["code"]) == (409, "E-MAPBOOK-FONT")


def test_only_a_map_book_is_a_pdf(planner):
    asked = {"region": "110101", "format": "pdf"}
    answer = planner.post("/api/v1/exports", asked, content_type="application/json")
    assert answer.json()["detail"]["fields"]["format"]
