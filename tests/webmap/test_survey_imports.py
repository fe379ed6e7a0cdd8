"""Surveys of components imported from the page: seen, tried, refused by rows, brought in."""

from __future__ import annotations

import pytest
import shapely

from fixtures import catalogues
from spatial.basemap.models import ImportRun
from spatial.components.models import Catalogue, Component
from spatial.components.services.catalogue import store_catalogue
from spatial.core.models import Job
from tests.spatial.basemap import files
from tests.webmap import factories
from tests.webmap.test_imports import gis, job_of, order, sent  # noqa: F401 - fixtures
from tests.webmap.test_uploads import code

pytestmark = pytest.mark.django_db(transaction=True)

STANDARD = "cjt214-2007"


@pytest.fixture
def ground(db):
    factories.plan(factories.district())
    store_catalogue(catalogues.load(STANDARD))


def survey(path, **columns):
    """Three lamps; the last one lies far outside the district."""
    at = [(1.5, 1.5), (2.5, 1.5), (90.0, 1.5)]
    points = [
        shapely.Point(factories.WEST + c * factories.STEP_LON, factories.NORTH - r * 0.0009)
        for c, r in at
    ]
    values = {
        "ClassCode": ["0118"] * 3,
        "ObjName": ["甲", "乙", "丙"],
        "DeptName1": ["路灯处"] * 3,
        "ObjState": ["完好", "破损", "完好"],
    }
    return files.write(path, points, values | columns, crs="EPSG:4326", kind=None)


def test_a_survey_is_seen_tried_and_brought_in(gis, sent, ground, tmp_path):  # noqa: F811
    upload = sent(survey(tmp_path / "lamps.gpkg"))
    seen = gis.get(upload["inspection"]).json()["survey"]
    assert seen["likely"]
    (layer,) = seen["layers"].values()
    assert layer["columns"] == {
        "kind": "ClassCode", "name": "ObjName", "supervisor": "DeptName1", "state": "ObjState",
    }  # fmt: skip
    refused = job_of(gis, order(gis, upload, "components", dry_run=True))
    assert (refused["state"], refused["error_code"]) == ("failed", "E-COMPONENT-ROWS")
    detail = refused["error_detail"]
    assert (detail["refused"], detail["read"], detail["run"]) == (1, 3, None)
    (group,) = (g for g in detail["notes"] if g["severity"] == "refused")
    assert (group["code"], group["count"]) == ("E-COMPONENT-OUTSIDE", 1)
    assert group["rows"][0]["feature"] == "3" and group["rows"][0]["lon"] > 116.5
    assert not ImportRun.objects.exists()
    asked = {"skip_bad": True, "columns": {"name": ""}, "day": "2026-10-01", "whole": True}
    done = job_of(gis, order(gis, upload, "components", **asked))
    assert (done["state"], done["result"]["created"]) == ("done", 2), done
    assert done["result"]["notes"][0]["code"] == "E-COMPONENT-OUTSIDE"
    assert "gazetteer_places" not in done["result"]
    lamp = Component.objects.order_by("code").first()
    assert (lamp.name, lamp.supervisor.name, str(lamp.valid_from)) == ("", "路灯处", "2026-10-01")
    assert {job.kind for job in Job.objects.all()} == {"import"}
    (run,) = gis.get("/api/v1/imports").json()["runs"]
    assert (run["what"], run["state"]) == ("components", "done")


def test_a_refused_survey_keeps_its_report(gis, sent, ground, tmp_path):  # noqa: F811
    upload = sent(survey(tmp_path / "lamps.gpkg", ObjState=["完好", "半坏", "完好"]))
    job = job_of(gis, order(gis, upload, "components"))
    run = ImportRun.objects.get()
    assert (job["error_detail"]["run"], run.state) == (run.pk, "refused")
    text = b"".join(gis.get(f"/api/v1/imports/{run.pk}/report.csv").streaming_content).decode()
    assert "E-COMPONENT-STATE" in text and "E-COMPONENT-OUTSIDE" in text


def test_the_page_offers_a_catalogue_where_there_is_none(gis):  # noqa: F811
    assert b'data-version="cjt214-2007"' in gis.get("/data/imports/").content
    answer = gis.post(f"/api/v1/catalogues/{STANDARD}/load")
    assert answer.json() == {"version": STANDARD, "main_classes": 6, "classes": 85}
    assert Catalogue.objects.get().classes.count() == 85
    assert code(gis.post("/api/v1/catalogues/none/load")) == (404, "E-CATALOGUE-MISSING")


def test_an_order_without_catalogue_says_so(gis, sent, tmp_path):  # noqa: F811
    factories.district()
    upload = sent(survey(tmp_path / "lamps.gpkg"))
    job = job_of(gis, order(gis, upload, "components"))
    assert job["error_code"] == "E-CATALOGUE-MISSING"


def test_layers_are_seen_by_their_names(gis, sent, ground, tmp_path):  # noqa: F811
    points = [shapely.Point(116.401, 39.9195)]
    path = tmp_path / "lamps.gpkg"
    upload = sent(files.write(path, points, {"bz": ["x"]}, crs="EPSG:4326", layer="0118_路灯"))
    seen = gis.get(upload["inspection"]).json()["survey"]
    (layer,) = seen["layers"].values()
    assert (seen["likely"], layer["columns"]) == (False, {"note": "bz"})
    assert layer["classes"] == {STANDARD: "0118"}
