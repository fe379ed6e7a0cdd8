"""Components and labels ordered by the API: filtered, made, refused."""

from __future__ import annotations

import io
import json
from datetime import date

import pypdfium2
import pytest
import zxingcpp
from django.core.management import CommandError, call_command
from pypdf import PdfReader

from fixtures import catalogues
from spatial.components.models import Component, ComponentClass, Organisation
from spatial.components.services import label_order
from spatial.components.services.catalogue import store_catalogue
from tests.webmap import factories
from tests.webmap.test_exports import content, order, planner  # noqa: F401 - fixture


@pytest.fixture
def register(town):
    """Six lamps in a row, every second one broken, the first three of one owner."""
    store_catalogue(catalogues.load("cjt214-2007"))
    lamp = ComponentClass.objects.get(code="0118")
    owner = Organisation.objects.create(code="7", name="路灯公司")
    for i in range(6):
        place = factories.square(i, 0).centroid
        Component.objects.create(
            code=f"1101010118{i + 1:06d}",
            kind=lamp,
            district_code="110101",
            grid_code="110101001001001" if i < 3 else "110101002001001",
            point=place,
            state="broken" if i % 2 else "intact",
            owner=owner if i < 3 else None,
            dataset=factories.dataset(),
            valid_from=date(2026, 1, 1),
        )
    return owner


def refused(client, **asked):
    asked = {"region": "110101", "what": "labels", "format": "pdf"} | asked
    answer = client.post("/api/v1/exports", asked, content_type="application/json")
    assert answer.status_code in {400, 404}, answer.content
    return answer.json()["code"]


def scanned(pdf):
    page = pypdfium2.PdfDocument(pdf)[0].render(scale=4).to_pil()
    return sorted(found.text for found in zxingcpp.read_barcodes(page))


def test_components_are_filtered(planner, register):  # noqa: F811
    box = {"type": "Polygon", "coordinates": [
        [[116.4, 39.91], [116.4025, 39.91], [116.4025, 39.93], [116.4, 39.93], [116.4, 39.91]]
    ]}  # fmt: skip
    for only, count in (
        ({}, 6),
        ({"kind": "0118", "main": "", "codes": []}, 6),
        ({"state": "broken"}, 3),
        ({"owner": register.pk}, 3),
        ({"polygon": box}, 2),
    ):
        job = order(planner, what="components", only=only)
        assert job["state"] == "done", job
        features = json.loads(content(planner, job))["features"]
        assert len(features) == count, only
    assert job["result"]["file"] == "components-110101-part-EPSG4490.geojson"
    assert features[0]["properties"]["OBJSTATE"] == "完好"
    assert order(planner, what="components", region="110101002")["result"]["rows"] == 3


def test_labels_of_a_region(planner, register):  # noqa: F811
    job = order(planner, what="labels", format="pdf", only={"state": "intact"}, first=4)
    assert (job["state"], job["result"]["labels"], job["result"]["rows"]) == ("done", 3, 1)
    assert job["result"]["file"] == "labels-110101-3x8.pdf"
    pdf = content(planner, job)
    codes = ["1101010118000001", "1101010118000003", "1101010118000005"]
    assert scanned(pdf) == [f"http://testserver/components/{code}/" for code in codes]


def test_labels_of_codes_come_in_their_order(planner, register, settings):  # noqa: F811
    settings.SITE_URL = "https://grids.example.org"
    codes = ["1101010118000004", "1101010118000002"]
    asked = {"what": "labels", "only": {"codes": codes}, "layout": "5x13", "format": "pdf"}
    answer = planner.post("/api/v1/exports", asked, content_type="application/json").json()
    job = planner.get(f"/api/v1/jobs/{answer['job']['id']}").json()["job"]
    assert job["result"]["file"] == "labels-codes-5x13.pdf"
    pdf = content(planner, job)
    text = PdfReader(io.BytesIO(pdf)).pages[0].extract_text()
    assert text.index("000004") < text.index("000002")
    assert scanned(pdf)[0] == f"https://grids.example.org/components/{codes[1]}/"


def test_labels_that_cannot_be(planner, register, monkeypatch):  # noqa: F811
    assert refused(planner, only={"kind": "0101"}) == "E-LABEL-EMPTY"
    assert refused(planner, first=25) == "E-LABEL-FIRST"
    assert refused(planner, region="", only={}) == "E-REQUEST-INVALID"
    assert refused(planner, only={"codes": ["1101010118999999"]}) == "E-LABEL-MISSING"
    assert refused(planner, only={"codes": ["' or 1=1"]}) == "E-REQUEST-INVALID"
    monkeypatch.setattr(label_order, "MOST", 5)
    assert refused(planner) == "E-LABEL-MANY"


def test_what_has_no_filters_says_so(planner, register):  # noqa: F811
    asked = {"what": "grids", "format": "shp", "only": {"state": "broken"}}
    assert refused(planner, **asked) == "E-EXPORT-FILTER"
    assert refused(planner, what="components") == "E-REQUEST-INVALID"


def test_the_page_offers_components_and_labels(planner, register):  # noqa: F811
    text = planner.get("/data/exports/").content.decode()
    for part in ('value="components"', 'value="labels"', "路灯公司", "component_areas"):
        assert part in text


def test_the_command_prints_labels(register, tmp_path, capsys, settings):
    path = tmp_path / "labels.pdf"
    words = ["component_labels", "110101001", "-o", str(path), "--only", "state=intact"]
    with pytest.raises(CommandError, match="E-LABEL-SITE"):
        call_command(*words)
    call_command(*words, "--site", "https://g.example/", "--json")
    assert json.loads(capsys.readouterr().out)["labels"] == 2
    assert scanned(path.read_bytes())[0] == "https://g.example/components/1101010118000001/"
