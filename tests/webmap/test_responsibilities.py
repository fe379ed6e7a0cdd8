"""The addresses and the page of the table of responsibility."""

from __future__ import annotations

import csv
import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from fixtures import catalogues
from spatial.components.models import Responsibility
from spatial.components.services.catalogue import store_catalogue
from spatial.core.models import AuditEntry

ADDRESS = "/api/v1/responsibilities"
JSON = "application/json"


@pytest.fixture
def gis(town, client_of):
    store_catalogue(catalogues.load("cjt214-2007"))
    return client_of("gis_staff")


def added(gis, **more):
    line = {"region": "110101001", "kind": "0118", "owner": {"code": "7", "name": "甲"}} | more
    return gis.post(ADDRESS, line, content_type=JSON)


def test_a_line_is_added_changed_deleted_and_brought_back(gis):
    answer = added(gis)
    assert answer.status_code == 201, answer.content
    line = answer.json()
    assert (line["region_name"], line["kind"]["name"], line["main"]["code"]) == (
        "东华门街道", "路灯", "01"
    )  # fmt: skip
    assert line["owner"] == {"code": "7", "name": "甲"} and line["keeper"] is None
    own = f"{ADDRESS}/{line['id']}"
    changed = gis.patch(own, {"keeper": {"name": "乙"}, "note": "x"}, content_type=JSON).json()
    assert (changed["owner"]["name"], changed["keeper"]["name"], changed["note"]) == (
        "甲", "乙", "x"
    )  # fmt: skip
    assert changed["kind"]["code"] == "0118"
    widened = gis.patch(own, {"kind": "01"}, content_type=JSON).json()
    assert (widened["kind"], widened["main"]["code"]) == (None, "01")
    assert gis.delete(own).status_code == 204
    gone = gis.delete(own)
    assert (gone.status_code, gone.json()["code"]) == (404, "E-RESPONSIBILITY-MISSING")
    assert added(gis).status_code == 201
    assert AuditEntry.objects.filter(action="responsibility.deleted").count() == 1
    assert AuditEntry.objects.latest("pk").actor_name == "gis_staff"


def test_lines_are_listed_by_pieces(gis):
    for region in ("110101", "110101001", "110101002", "110101001001"):
        assert added(gis, region=region).status_code == 201
    found = gis.get(ADDRESS, {"region": "110101001", "limit": 1, "offset": 1}).json()
    assert (found["count"], [one["region"] for one in found["lines"]]) == (2, ["110101001001"])
    assert gis.get(ADDRESS, {"q": "路灯"}).json()["count"] == 4
    assert gis.get(ADDRESS, {"limit": 501}).json()["code"] == "E-REQUEST-INVALID"


def test_what_cannot_be_added(gis):
    assert added(gis).status_code == 201
    twice = added(gis)
    assert (twice.status_code, twice.json()["code"]) == (409, "E-RESPONSIBILITY-TWICE")
    assert added(gis, region="1101").json()["code"] == "E-REQUEST-INVALID"
    assert added(gis, region="110101009").json()["code"] == "E-RESPONSIBILITY-REGION"
    assert added(gis, kind="0102", owner=None).json()["code"] == "E-RESPONSIBILITY-EMPTY"
    assert added(gis, catalogue="none").json()["code"] == "E-CATALOGUE-MISSING"
    assert Responsibility.objects.count() == 1


def test_the_table_goes_out_and_comes_back(gis):
    added(gis)
    added(gis, kind="", region="110101", owner=None, keeper={"code": "", "name": "=乙"})
    text = b"".join(gis.get(f"{ADDRESS}.csv").streaming_content)
    rows = list(csv.DictReader(io.StringIO(text.decode("utf-8-sig"))))
    assert [row["region"] for row in rows] == ["110101", "110101001"]
    assert rows[0]["keeper"] == "'=乙"
    Responsibility.objects.filter(region_code="110101").delete()
    plain = text.replace(b"'=", b"")
    sent = SimpleUploadedFile("table.csv", plain, "text/csv")
    tried = gis.post(f"{ADDRESS}/import", {"file": sent, "dry_run": "true"}).json()
    assert tried == {
        "state": "dry run", "read": 2, "created": 1, "updated": 0, "unmodified": 1,
    }  # fmt: skip
    sent.seek(0)
    assert gis.post(f"{ADDRESS}/import", {"file": sent}).json()["created"] == 1
    assert Responsibility.objects.count() == 2


def test_a_bad_file_says_what_is_wrong_with_each_row(gis):
    sent = SimpleUploadedFile("t.csv", "region,class,owner\n1,0118,甲\n".encode())
    answer = gis.post(f"{ADDRESS}/import", {"file": sent})
    assert (answer.status_code, answer.json()["code"]) == (400, "E-RESPONSIBILITY-ROWS")
    (row,) = answer.json()["detail"]["rows"]
    assert (row["row"], row["code"]) == (2, "E-RESPONSIBILITY-REGION")
    assert gis.post(f"{ADDRESS}/import", {}).json()["code"] == "E-REQUEST-INVALID"


def test_the_page_is_for_who_works_with_data(gis, client_of):
    assert b'id="line-form"' in gis.get("/data/responsibilities/").content
    read_only = client_of("planner").get("/data/responsibilities/").content
    assert b'id="line-form"' not in read_only and b'id="lines"' in read_only
