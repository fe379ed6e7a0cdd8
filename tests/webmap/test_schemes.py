"""Grid schemes over HTTP: made, ordered as jobs, published, crossed."""

from __future__ import annotations

import pytest
import shapely
from django.test import Client

import gridding
from fixtures import catalogues
from spatial.components.services.catalogue import store_catalogue
from spatial.components.services.keeping import register
from spatial.components.services.kinds import class_of
from spatial.grids.services.build import make_plan
from spatial.grids.services.check import check_plan
from spatial.grids.services.publish import publish_plan
from spatial.schemes.models import SchemeEdition
from tests.spatial.basemap import files
from tests.spatial.grids.conftest import ORIGIN, make_dataset, make_district
from tests.webmap import factories
from tests.webmap.test_uploads import announce, piece
from tests.webmap.worker import work

SCHEMES = "/api/v1/schemes"
WALK = {"from": "unit", "to": "fire", "district": "110101"}

# A job writes its progress on a connection of its own, so nothing here is in a transaction.
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def district():
    found = make_district(make_dataset())
    plan = make_plan("110101")
    assert check_plan(plan)["ok"]
    publish_plan(plan)
    return found


@pytest.fixture
def gis(queued_gis):
    return queued_gis


def post(client, address, body):
    return client.post(address, body, content_type="application/json")


def made(gis, **asked):
    """The job of an edition, done."""
    answer = post(gis, f"{SCHEMES}/fire/editions", {"district": "110101", **asked})
    assert answer.status_code == 202, answer.json()
    work()
    return gis.get(f"/api/v1/jobs/{answer.json()['job']['id']}").json()["job"]


@pytest.fixture
def fire(gis):
    answer = post(gis, SCHEMES, {"key": "fire", "name": "消防网格", "purpose": "灭火救援"})
    assert answer.status_code == 201, answer.json()
    return answer.json()


def test_an_edition_of_unit_grids_is_made_published_and_crossed(district, gis, fire, client_of):
    job = made(gis, groups=4)
    assert (job["state"], job["result"]["version"]) == ("done", "fire-110101-e1")
    (scheme,) = gis.get(SCHEMES).json()
    (edition,) = scheme["editions"]
    assert (edition["cell_count"], edition["state"], edition["origin"]) == (4, "draft", "built")
    assert edition["may_publish"] is False
    planner = client_of("planner")
    assert planner.get(SCHEMES).json()[0]["editions"] == []
    cells = "/api/v1/scheme-editions/fire-110101-e1/cells"
    assert planner.get(cells).status_code == 404
    publish = "/api/v1/scheme-editions/fire-110101-e1/publish"
    assert post(gis, publish, {}).json()["code"] == "E-SCHEME-SECOND"
    second = Client()
    second.force_login(factories.user("gis_staff", name="second"))
    assert post(second, publish, {}).json()["state"] == "published"
    shapes = b"".join(planner.get(cells).streaming_content).decode()
    assert shapes.count('"Feature"') == 4
    walk = planner.get("/api/v1/crosswalk", WALK).json()
    assert sum(pair["shared_area_m2"] for pair in walk["pairs"]) == pytest.approx(360_000, rel=1e-5)
    table = planner.get("/api/v1/crosswalk.csv", WALK)
    lines = b"".join(table.streaming_content).decode("utf-8-sig").splitlines()
    assert len(lines) == 1 + len(walk["pairs"])
    values = {pair["code"]: 2.0 for pair in walk["pairs"]}
    passed = post(planner, "/api/v1/crosswalk/values", {**WALK, "values": values}).json()
    assert sum(passed["values"].values()) == pytest.approx(passed["total"])
    assert passed["outside"] == pytest.approx(0, abs=1e-6)
    # By what lies on the ground: three lamps in one unit grid, which give it a count and a share.
    lamps(3)
    (pair,) = planner.get("/api/v1/crosswalk", {**WALK, "by": "components"}).json()["pairs"]
    assert (pair["components"], pair["share"], pair["other_share"]) == (3, 1, 1)
    numbers = {**WALK, "by": "components", "values": {pair["code"]: 9.0}}
    passed = post(planner, "/api/v1/crosswalk/values", numbers).json()
    assert passed["values"] == {pair["other_code"]: 9.0}


def lamps(many):
    catalogue = store_catalogue(catalogues.load("cjt214-2007"))
    corner = shapely.points([[ORIGIN[0] + 40 + k, ORIGIN[1] + 40] for k in range(many)])
    for point in gridding.project(corner, 4548, 4326):
        register(class_of(catalogue, "0118"), point.x, point.y, {})


def test_an_edition_of_a_file(district, gis, fire, tmp_path):
    x, y = ORIGIN
    path = files.write(
        tmp_path / "fire.gpkg",
        [shapely.box(x, y, x + 300, y + 600)],
        {"BH": ["X1"], "MC": ["一中队"]},
        layer="cells",
    )
    data = path.read_bytes()
    upload = announce(gis, name=path.name, size=len(data)).json()
    piece(gis, upload, 0, data)
    work()
    asked = {"upload": upload["id"], "layer": "cells", "code_field": "BH", "name_field": "MC"}
    job = made(gis, **asked)
    assert job["state"] == "done", job
    edition = SchemeEdition.objects.get()
    assert edition.covered_share == pytest.approx(0.5, abs=1e-6)
    assert edition.cells.get().name == "一中队"
    wrong = made(gis, **{**asked, "code_field": "none"})
    assert (wrong["state"], wrong["error_code"]) == ("failed", "E-SCHEME-FIELD")
    address = f"/api/v1/scheme-editions/{edition.version}"
    assert gis.delete(address).status_code == 204
    assert gis.delete(address).json()["code"] == "E-SCHEME-EDITION"


def test_bad_orders(district, gis, fire):
    assert post(gis, SCHEMES, {"key": "fire", "name": "x"}).json()["code"] == "E-SCHEME-THERE"
    assert post(gis, SCHEMES, {"key": "unit", "name": "x"}).json()["code"] == "E-SCHEME-KEY"
    address = f"{SCHEMES}/fire/editions"
    for wrong in ({}, {"groups": 0}, {"groups": 3, "upload": str(district.pk)}):
        assert post(gis, address, {"district": "110101", **wrong}).status_code == 400
    missing = post(gis, address, {"district": "119999", "groups": 3})
    assert missing.json()["code"] == "E-DISTRICT-MISSING"
    none = post(gis, f"{SCHEMES}/none/editions", {"district": "110101", "groups": 3})
    assert none.json()["code"] == "E-SCHEME-MISSING"
    assert gis.get("/api/v1/crosswalk", WALK).json()["code"] == "E-SCHEME-EDITION"
    assert gis.get("/api/v1/crosswalk", {"from": "unit"}).status_code == 400
    values = {**WALK, "to": "unit", "values": {"1": 2}}
    assert post(gis, "/api/v1/crosswalk/values", values).json()["code"] == "E-SCHEME-SAME"
    nan = post(gis, "/api/v1/crosswalk/values", {**WALK, "values": {"1": "nan"}})
    assert nan.status_code == 400
