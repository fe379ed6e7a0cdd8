"""Imports ordered by the API: of an upload as inspected, tried, done, refused, reported."""

from __future__ import annotations

import csv
import io
import json

import pytest
import shapely
from django.core.management import call_command
from django.test import Client
from django_tasks_db.models import DBTaskResult

from spatial.basemap.models import BaseFeature, ImportIssue, ImportRun, Place, Region, Upload
from spatial.basemap.services import upload_inspection
from spatial.core.models import Job
from tests.spatial.basemap import files
from tests.webmap import factories
from tests.webmap.test_uploads import announce, code, piece
from tests.webmap.worker import work

ADDRESS = "/api/v1/imports"


# A job writes its progress on a connection of its own, so nothing here is in a transaction.
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def gis(queued_gis):
    return queued_gis


@pytest.fixture
def sent(gis, tmp_path):
    """Sends a file; gives its upload."""

    def send(path):
        data = path.read_bytes()
        made = announce(gis, name=path.name, size=len(data)).json()
        piece(gis, made, 0, data)
        work()
        done = gis.get(f"/api/v1/uploads/{made['id']}").json()
        assert done["state"] == "ready", done
        return done

    return send


def order(client, upload, what="basemap", **more):
    asked = {"upload": upload["id"], "what": what} | more
    return client.post(ADDRESS, asked, content_type="application/json")


def job_of(client, answer):
    assert answer.status_code == 202, answer.json()
    work()
    return client.get(f"/api/v1/jobs/{answer.json()['job']['id']}").json()["job"]


def test_an_upload_is_tried_and_brought_in(gis, sent, tmp_path):
    upload = sent(files.town(tmp_path / "town.gpkg"))
    tried = job_of(gis, order(gis, upload, dry_run=True))
    assert (tried["state"], tried["result"]["state"]) == ("done", "dry run")
    assert not BaseFeature.objects.exists() and not ImportRun.objects.exists()
    done = job_of(gis, order(gis, upload, attribution="the city", made_up=True))
    assert done["result"]["created"] == tried["result"]["created"] > 0
    run = ImportRun.objects.get(pk=done["result"]["run"])
    assert (run.file_name, run.dataset.name, run.dataset.attribution) == (
        "town.gpkg", "town", "the city"
    )  # fmt: skip
    assert run.dataset.made_up and run.created_by.get_username()
    again = job_of(gis, order(gis, upload, attribution="the city", made_up=True))
    assert again["result"]["state"] == "unchanged"
    history = gis.get(ADDRESS).json()
    assert [one["state"] for one in history["runs"]] == ["unchanged", "done"]
    assert history["running"] == []


def test_regions_come_from_the_same_page(gis, sent, tmp_path):
    shape = files.squares(1)
    path = files.write(tmp_path / "d.gpkg", shape, {"bm": ["110101"], "mc": ["东城区"]})
    upload = sent(path)
    wrong = job_of(gis, order(gis, upload, "district"))
    assert (wrong["state"], wrong["error_code"]) == ("failed", "E-REGION-CODE")
    assert ImportRun.objects.get().state == "refused"
    fields = {"code_field": "bm", "name_field": "mc", "valid_from": "2026-01-01"}
    done = job_of(gis, order(gis, upload, "district", **fields))
    assert done["state"] == "done", done
    region = Region.objects.get()
    assert (region.code, region.name, str(region.valid_from)) == ("110101", "东城区", "2026-01-01")


def test_places_come_from_the_same_page(gis, sent, tmp_path):
    path = tmp_path / "places.csv"
    path.write_text("名称,别名,经度,纬度\n孚王府,九爷府,116.42,39.92\n,,116.42,39.92\n", "utf-8")
    upload = sent(path)
    again = gis.post(upload["inspection"], {"crs": "EPSG:4490"}, content_type="application/json")
    assert again.status_code in {200, 202}
    work()
    wrong = job_of(gis, order(gis, upload, "places"))
    assert (wrong["state"], wrong["error_code"]) == ("failed", "E-PLACE-ROWS")
    assert wrong["error_detail"]["rows"] == [{"row": 2, "code": "E-PLACE-NAME"}]
    assert not Place.objects.exists()
    done = job_of(gis, order(gis, upload, "places", skip_bad=True))
    assert (done["result"]["created"], done["result"]["refused"]) == (1, 1)
    assert done["result"]["gazetteer_places"] == 1
    found = gis.get("/api/v1/search", {"q": "九爷府"}).json()["results"]
    assert [one["label"] for one in found] == ["孚王府"]
    history = gis.get(ADDRESS).json()["runs"]
    assert [(one["what"], one["state"], one["issues"]) for one in history] == [
        ("places", "done", 1), ("places", "refused", 1),
    ]  # fmt: skip
    assert b"skip_bad" in gis.get("/data/imports/").content


def test_what_cannot_be_ordered(gis, client_of, sent, tmp_path):
    upload = sent(files.town(tmp_path / "town.gpkg"))
    other = Client()
    other.force_login(factories.user("gis_staff", name="other"))
    assert code(order(other, upload)) == (404, "E-UPLOAD-MISSING")
    assert order(gis, upload, "village").status_code == 400
    assert order(gis, upload, layers="/etc/passwd").status_code == 400
    half = announce(gis, size=9).json()
    assert code(order(gis, half)) == (409, "E-UPLOAD-STATE")
    assert not Job.objects.filter(kind="import").exists()


def test_an_upload_is_held_while_it_is_imported(gis, sent, tmp_path, monkeypatch):
    upload = sent(files.town(tmp_path / "town.gpkg"))
    row = Upload.objects.get(pk=upload["id"])
    tried = []

    def taken(_group, _key):
        tried.append(1)
        return False

    monkeypatch.setattr(upload_inspection, "try_lock", taken)
    assert code(order(gis, upload)) == (409, "E-UPLOAD-BUSY")
    assert code(gis.delete(f"/api/v1/uploads/{row.pk}")) == (409, "E-UPLOAD-BUSY")
    assert len(tried) == 2


def test_bytes_that_were_cleared_away(gis, sent, tmp_path):
    upload = sent(files.town(tmp_path / "town.gpkg"))
    upload_inspection.path_of(Upload.objects.get()).unlink()
    job = job_of(gis, order(gis, upload))
    assert (job["state"], job["error_code"]) == ("failed", "E-UPLOAD-GONE")


def test_gcj02_is_asked_for_at_the_inspection(gis, sent, tmp_path):
    shape = files.squares(1)
    upload = sent(files.write(tmp_path / "t.gpkg", shape, {"name": ["x"]}, crs="EPSG:4326"))
    asked = {"crs": "GCJ-02"}
    again = gis.post(upload["inspection"], asked, content_type="application/json")
    assert again.json()["crs"] == "GCJ-02"
    work()
    (layer,) = gis.get(upload["inspection"]).json()["layers"]
    assert (layer["crs"]["name"], layer["crs"]["epsg"]) == ("GCJ-02", None)
    assert "GCJ-02" in layer["crs"]["note"]


@pytest.fixture
def noted(db):
    run = ImportRun.objects.create(kind="basemap", file_name="t.gpkg", file_sha256="0" * 64)
    for severity, feature, geom in (
        ("refused", "=1+1", "SRID=4326;POINT(116.4 39.9)"),
        ("info", "", None),
    ):
        ImportIssue.objects.create(
            run=run, severity=severity, code="E-GEOM-TYPE", layer="道路", feature=feature,
            message="left out", geom=geom,
        )  # fmt: skip
    return run


def test_the_report_for_each_feature(gis, noted):
    base = f"{ADDRESS}/{noted.pk}/report"
    text = b"".join(gis.get(f"{base}.csv").streaming_content).decode("utf-8-sig")
    first, second = csv.DictReader(io.StringIO(text))
    assert (first["layer"], first["feature"], first["lon"]) == ("道路", "'=1+1", "116.4")
    assert second["lat"] == ""
    answer = gis.get(f"{base}.geojson")
    found = json.loads(b"".join(answer.streaming_content))
    assert [f["geometry"] and f["geometry"]["type"] for f in found["features"]] == ["Point", None]
    assert f"import-{noted.pk}.geojson" in answer["Content-Disposition"]
    assert code(gis.get(f"{ADDRESS}/999/report.csv")) == (404, "E-IMPORT-MISSING")


def test_only_gis_staff_import(client_of, noted):
    planner = client_of("planner")
    assert planner.get(ADDRESS).status_code == 403
    assert planner.get(f"{ADDRESS}/{noted.pk}/report.csv").status_code == 403
    assert planner.get("/data/imports/").status_code == 403


def test_an_import_whose_worker_died_is_begun_again(gis, sent, tmp_path):
    upload = sent(files.town(tmp_path / "town.gpkg"))
    asked = order(gis, upload).json()["job"]["id"]
    # The worker was killed after it had begun; its transaction is gone with it.
    Job.objects.filter(pk=asked).update(state="running", attempts=1)
    DBTaskResult.objects.all().delete()
    assert gis.get(f"/api/v1/jobs/{asked}").json()["job"]["state"] == "queued"
    work()
    assert gis.get(f"/api/v1/jobs/{asked}").json()["job"]["state"] == "done"
    assert BaseFeature.objects.exists()


def test_what_a_worker_left_is_begun_again_before_the_next_starts(gis, sent, tmp_path):
    upload = sent(files.town(tmp_path / "town.gpkg"))
    asked = order(gis, upload).json()["job"]["id"]
    Job.objects.filter(pk=asked).update(state="running", attempts=1)
    DBTaskResult.objects.all().delete()
    call_command("resume_jobs", verbosity=0)
    work()
    assert Job.objects.get(pk=asked).state == "done"
    assert BaseFeature.objects.exists()


def own(layer, kind, **more):
    return {
        "layer": layer,
        "kind": kind,
        "line_class": 0,
        "name": "",
        "column": "",
        "values": [],
    } | more


def test_an_own_layer_map(gis, sent, tmp_path):
    shapes = [
        shapely.LineString([(files.X0, files.Y0 + y), (files.X0 + 90, files.Y0 + y)])
        for y in (0, 50, 100)
    ]
    columns = {"TITLE": ["东街", "河", "墙"], "T": ["r1", "w", "x"]}
    upload = sent(files.write(tmp_path / "unlike.gpkg", shapes, columns))
    lines = [
        own("unlike", "road", line_class=3, name="TITLE", column="T", values=["r*"]),
        own("unlike", "water_line", line_class=1, name="TITLE", column="T", values=["w"]),
    ]
    run = job_of(gis, order(gis, upload, layers="own", own_map=lines, dataset="mine"))
    assert run["result"]["created"] == 2, run
    found = BaseFeature.objects.order_by("kind").values_list("kind", "line_class", "name")
    assert list(found) == [("road", 3, "东街"), ("water_line", 1, "河")]
    # The same lines change nothing, others do.
    again = job_of(gis, order(gis, upload, layers="own", own_map=lines, dataset="mine"))
    assert again["result"]["state"] == "unchanged"
    other = job_of(gis, order(gis, upload, layers="own", own_map=lines[:1], dataset="mine"))
    assert other["result"]["removed"] == 1


def test_an_own_layer_map_that_says_nothing_or_nonsense(gis, sent, tmp_path):
    upload = sent(files.write(tmp_path / "unlike.gpkg", files.squares(), {"T": ["a", "b"]}))
    empty = order(gis, upload, layers="own", own_map=[own("unlike", "leave_out")])
    assert code(empty) == (400, "E-MAP-EMPTY")
    for bad in ({"kind": "ground"}, {"line_class": 8}, {"kind": "x"}, {"layer": ""}):
        answer = order(gis, upload, layers="own", own_map=[own("unlike", "road") | bad])
        assert answer.status_code == 400
    assert not Job.objects.filter(kind="import").exists()
