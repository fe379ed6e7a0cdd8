"""Past cases imported from the page: seen, tried, refused by rows, brought in."""

from __future__ import annotations

import pytest

from fixtures import catalogues
from spatial.basemap.models import ImportRun
from spatial.cases.models import Case
from spatial.cases.services.catalogue import catalogue_of, store_case_classes
from spatial.components.services.catalogue import store_catalogue
from tests.webmap import factories
from tests.webmap.test_imports import gis, job_of, order, sent  # noqa: F401 - fixtures
from tests.webmap.worker import work

pytestmark = pytest.mark.django_db(transaction=True)
HEAD = "案卷号,小类,上报时间,结案时间,处置部门,经度,纬度,来源"


@pytest.fixture
def ground(db):
    factories.plan(factories.district())
    store_catalogue(catalogues.load("cjt214-2007"))
    store_case_classes(catalogue_of("cjt214-yuncheng"))


def written(path, *times):
    lon, lat = factories.WEST + 1.5 * factories.STEP_LON, factories.NORTH - 1.5 * 0.0009
    rows = [f"A{n},暴露生活垃圾,{at},2026-05-04 09:00,路灯所,{lon:.6f},{lat:.6f},12345"
            for n, at in enumerate(times)]  # fmt: skip
    path.write_text("\n".join((HEAD, *rows)) + "\n", "utf-8")
    return path


def test_past_cases_are_seen_tried_and_brought_in(gis, sent, ground, tmp_path):  # noqa: F811
    path = written(tmp_path / "old.csv", "2026-05-03 08:05", "2026年5月3日 8时5分", "morgen")
    upload = sent(path)
    told = {"crs": "EPSG:4326", "encoding": "auto"}
    gis.post(upload["inspection"], told, content_type="application/json")
    work()
    feed = gis.get(upload["inspection"]).json()["feed"]
    assert feed["likely"]
    (layer,) = feed["layers"].values()
    assert layer["columns"]["reported_at"] == "上报时间" and len(layer["columns"]) == 8
    refused = job_of(gis, order(gis, upload, "cases", dry_run=True))
    assert (refused["state"], refused["error_code"]) == ("failed", "E-CASE-ROWS")
    (group,) = (g for g in refused["error_detail"]["notes"] if g["severity"] == "refused")
    assert (group["code"], group["rows"][0]["feature"]) == ("E-CASEROW-TIME", "3")
    assert not ImportRun.objects.exists()
    asked = {"skip_bad": True, "channel": "web", "case_columns": {"channel": ""}}
    done = job_of(gis, order(gis, upload, "cases", **asked))
    assert (done["state"], done["result"]["created"]) == ("done", 2), done
    assert set(Case.objects.values_list("channel", "stage")) == {("web", "closed")}
    run = ImportRun.objects.get()
    text = b"".join(gis.get(f"/api/v1/imports/{run.pk}/report.csv").streaming_content).decode()
    assert "E-CASEROW-TIME" in text


def test_the_page_offers_past_cases(gis, ground):  # noqa: F811
    page = gis.get("/data/imports/").content.decode()
    assert 'value="cases"' in page and "cjt214-yuncheng" in page and "caseAttributes" in page
