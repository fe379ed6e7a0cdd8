"""Lists of addresses by the command, the API and the pages."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import openpyxl
import pyogrio
import pytest
from django.core.management import CommandError, call_command

from spatial.addresses.models import BatchRun
from spatial.basemap.gazetteer.corrections import correct
from spatial.basemap.models import Place, PlaceName
from spatial.core.models import AuditEntry, Job
from tests.spatial.addresses.conftest import LONG, ROWS, find_list, table, town, user  # noqa: F401
from tests.webmap.test_uploads import announce, piece
from tests.webmap.worker import work

ADDRESS = "/api/v1/batches"


@pytest.fixture
def gis(client_of):
    return client_of("gis_staff")


def sent(client, path: Path) -> str:
    data = path.read_bytes()
    made = announce(client, path.name, len(data)).json()
    assert piece(client, made, 0, data).json()["state"] == "ready"
    return made["id"]


def order(client, upload: str, **more):
    asked = {"upload": upload, **more}
    return client.post(ADDRESS, asked, content_type="application/json")


def decide(client, batch: str, number: int, **asked):
    address = f"{ADDRESS}/{batch}/rows/{number}"
    return client.post(address, asked, content_type="application/json")


@pytest.fixture
def batch(gis, town, table) -> str:  # noqa: F811
    return order(gis, sent(gis, table())).json()["job"]["result"]["batch"]


def test_a_table_without_coordinates_is_sent_ordered_and_found(gis, town, table):  # noqa: F811
    upload = sent(gis, table(encoding="gb18030"))
    (layer,) = gis.get(f"/api/v1/uploads/{upload}/inspection").json()["layers"]
    assert [field["name"] for field in layer["fields"]] == ["编号", "地址"]
    answer = order(gis, upload, district="110101")
    assert answer.status_code == 202
    job = answer.json()["job"]
    assert job["state"] == "done"
    assert {k: v for k, v in job["result"].items() if k != "batch"} == {
        "rows": 10, "exact": 5, "partial": 1, "ambiguous": 1, "none": 3,
    }  # fmt: skip
    body = gis.get(f"{ADDRESS}/{job['result']['batch']}").json()
    assert (body["district"], body["field"], body["decided"]["open"]) == ("110101", "地址", 10)
    assert [one["id"] for one in gis.get(ADDRESS).json()["batches"]] == [body["id"]]


@pytest.mark.django_db(transaction=True)
def test_an_order_waits_and_can_be_cancelled(queued_gis, town, table):  # noqa: F811
    upload = announce(queued_gis, "list.csv", 8).json()
    piece(queued_gis, upload, 0, "地址,a".encode())
    work()
    job = order(queued_gis, upload["id"]).json()["job"]
    assert job["state"] == "queued"
    cancelled = queued_gis.post(f"/api/v1/jobs/{job['id']}/cancel").json()["job"]
    work()
    assert cancelled["state"] == "cancelled" and not BatchRun.objects.exists()
    again = order(queued_gis, upload["id"]).json()["job"]
    work()
    found = Job.objects.get(pk=again["id"])
    assert (found.state, found.error_code) == ("failed", "E-BATCH-EMPTY")


def test_what_cannot_be_ordered(gis, client_of, town, table):  # noqa: F811
    upload = sent(gis, table())
    assert order(gis, upload, district="110199").json()["code"] == "E-DISTRICT-MISSING"
    assert order(gis, upload, district="x").json()["code"] == "E-REQUEST-INVALID"
    missing = order(gis, "00000000-0000-4000-8000-00000000000f")
    assert missing.json()["code"] == "E-UPLOAD-MISSING"
    job = order(gis, upload, field="住处").json()["job"]
    assert (job["state"], job["error_code"]) == ("failed", "E-BATCH-FIELD")
    as_map = {"upload": upload, "what": "basemap"}
    job = gis.post("/api/v1/imports", as_map, content_type="application/json").json()["job"]
    assert job["error_code"] == "E-TABLE-NOXY"


def test_rows_by_what_is_to_be_looked_at(gis, batch):
    def shown(**query) -> list[int]:
        body = gis.get(f"{ADDRESS}/{batch}/rows", query).json()
        return [row["number"] for row in body["rows"]]

    assert shown() == list(range(1, 11))
    assert shown(show="doubtful") == [2, 3]
    assert shown(show="none") == [4, 5, 6]
    assert shown(after=4, limit=2) == [5, 6]
    assert gis.get(f"{ADDRESS}/{batch}/rows?limit=9").json()["more"] is True
    assert gis.get(f"{ADDRESS}/{batch}/rows?limit=10").json()["more"] is False
    answer = gis.get(f"{ADDRESS}/{batch}/rows?show=x")
    assert answer.json()["code"] == "E-REQUEST-INVALID"


def test_decisions_are_kept_at_once_and_taken_back(gis, batch):
    row = decide(gis, batch, 3, action="choose", candidate=1).json()
    assert (row["state"], row["choice"], row["learned"]) == ("corrected", 1, True)
    assert row["decided_by"] == "gis_staff"
    row = decide(gis, batch, 4, action="put", lon=116.401, lat=39.9195).json()
    assert (row["state"], row["hand"]["kind"], row["learned"]) == ("placed", "hand", True)
    assert row["hand"]["grid"].startswith("110101")
    decided = gis.get(f"{ADDRESS}/{batch}").json()["decided"]
    assert decided == {"open": 8, "accepted": 0, "corrected": 1, "placed": 1}
    assert decide(gis, batch, 3, action="undo").json()["state"] == "open"
    assert [name.text for name in PlaceName.objects.filter(kind="correction")] == ["老九爷府后门"]


@pytest.mark.parametrize(
    ("asked", "status", "code"),
    [
        ({"action": "choose", "candidate": 7}, 400, "E-BATCH-CANDIDATE"),
        ({"action": "undo"}, 409, "E-BATCH-STATE"),
        ({"action": "put", "lon": 1}, 400, "E-REQUEST-INVALID"),
        ({"action": "put", "lon": 200, "lat": 1}, 400, "E-REQUEST-INVALID"),
        ({"action": "drop"}, 400, "E-REQUEST-INVALID"),
    ],
)
def test_what_cannot_be_decided(gis, batch, asked, status, code):
    answer = decide(gis, batch, 3, **asked)
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert decide(gis, batch, 99, action="undo").json()["code"] == "E-BATCH-ROW"


def test_only_who_made_a_list_and_administrators_see_it(batch, client_of):
    other = client_of("gis_staff", "operator")
    assert other.get(ADDRESS).json()["batches"] == []
    for address in (f"{ADDRESS}/{batch}", f"{ADDRESS}/{batch}/rows", f"{ADDRESS}/{batch}.csv"):
        assert other.get(address).json()["code"] == "E-BATCH-MISSING"
    assert other.get(f"/data/addresses/{batch}").status_code == 404
    assert other.delete(f"{ADDRESS}/{batch}").status_code == 404
    assert decide(other, batch, 3, action="choose").status_code == 404
    chief = client_of("administrator")
    assert chief.get(f"{ADDRESS}/{batch}/rows").status_code == 200
    assert chief.get(f"/data/addresses/{batch}").status_code == 200


def test_a_list_is_deleted_with_its_rows(gis, batch):
    decide(gis, batch, 4, action="put", lon=116.401, lat=39.9195)
    assert gis.delete(f"{ADDRESS}/{batch}").status_code == 204
    assert not BatchRun.objects.exists()
    assert PlaceName.objects.filter(kind="correction").count() == 1
    assert AuditEntry.objects.filter(action="batch.deleted", actor_name="gis_staff").exists()


def body_of(answer) -> bytes:
    return b"".join(answer.streaming_content)


def test_the_result_as_csv(gis, batch):
    decide(gis, batch, 4, action="put", lon=116.401, lat=39.9195)
    answer = gis.get(f"{ADDRESS}/{batch}.csv")
    assert "attachment" in answer["Content-Disposition"]
    rows = list(csv.DictReader(io.StringIO(body_of(answer).decode("utf-8-sig"))))
    assert [row["地址"] for row in rows] == [text for _n, text, _v in ROWS]
    assert [row["verdict"] for row in rows] == [verdict for _n, _t, verdict in ROWS]
    first = rows[0]
    assert (first["编号"], first["name"], first["level"]) == ("1", "东长安街18号", "8")
    assert (first["grid"], first["street_name"]) == ("110101001001008", "东华门街道")
    assert (first["hint"], first["second"], first["reviewed"]) == ("东侧", "", "open")
    assert (rows[2]["second"], rows[2]["second_score"]) == ("新华书店", "1.0")
    assert (rows[3]["lon"], rows[3]["kind"], rows[3]["reviewed"]) == ("116.401", "hand", "placed")
    assert rows[5]["code"] == "E-ADDRESS-LONG" and rows[7]["crs"] == "GCJ-02"


def test_the_result_as_a_workbook_and_a_geopackage(gis, batch, tmp_path):
    path = tmp_path / "a.xlsx"
    path.write_bytes(body_of(gis.get(f"{ADDRESS}/{batch}.xlsx")))
    book = openpyxl.load_workbook(path)
    rows = list(book["addresses"].values)
    assert rows[0][:4] == ("编号", "地址", "lon", "lat")
    assert rows[1][:4] == ("1", "东城区东长安街18号东侧", 116.4018, 39.91802)
    assert {"dictionary", "about"} <= set(book.sheetnames)
    path = tmp_path / "a.gpkg"
    path.write_bytes(body_of(gis.get(f"{ADDRESS}/{batch}.gpkg")))
    frame = pyogrio.read_dataframe(path, layer="addresses")
    assert len(frame) == 10 and frame.crs.to_epsg() == 4326
    assert frame.geometry.iloc[0].x == pytest.approx(116.4018)
    assert frame.geometry.iloc[3] is None and frame["verdict"].iloc[3] == "none"


def run_command(*words: str, capsys) -> dict:
    call_command("geocode_file", *words, "--json")
    return json.loads(capsys.readouterr().out)


def test_the_command(town, table, tmp_path, capsys):  # noqa: F811
    out = tmp_path / "out.csv"
    told = run_command(str(table()), "-o", str(out), capsys=capsys)
    assert (told["rows"], told["exact"], told["none"], told["no_address"]) == (10, 5, 3, 2)
    assert (told["exact_percent"], told["encoding"]) == (50.0, "UTF-8")
    assert told["rows_per_second"] > 0
    with out.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 10 and rows[0]["grid"] == "110101001001008"
    assert rows[5]["地址"] == LONG and rows[4]["code"] == "E-ADDRESS-EMPTY"
    assert "reviewed" not in rows[0]
    correct(Place.objects.get(name="孚王府"), "老九爷府后门", None)
    told = run_command(
        str(table()), "--address-field", "地址", "--district", "110101", "-o", str(out),
        capsys=capsys,
    )  # fmt: skip
    assert told["exact"] == 6
    assert not BatchRun.objects.exists()


@pytest.mark.parametrize("ending", ["xlsx", "gpkg"])
def test_the_command_writes_columns_that_clash(town, tmp_path, capsys, ending):  # noqa: F811
    path = tmp_path / "in.csv"
    path.write_text('fid,LON,地址\n=1+1,x,东长安街18号\n2,y,"坏\x01字"\n', "utf-8")
    out = tmp_path / f"out.{ending}"
    told = run_command(str(path), "-o", str(out), capsys=capsys)
    assert (told["exact"], told["no_address"]) == (1, 1)
    if ending == "gpkg":
        frame = pyogrio.read_dataframe(out, layer="addresses")
        assert list(frame["LON"]) == ["x", "y"] and frame["fid_"].iloc[0] == "=1+1"
        assert frame["lon_found"].iloc[0] == pytest.approx(116.4018)
        return
    head, first, second = list(openpyxl.load_workbook(out)["addresses"].values)
    assert head[:4] == ("fid", "LON", "地址", "lon_found")
    assert first[:2] == ("=1+1", "x") and second[2] == "坏\ufffd字"


def test_the_command_says_what_is_wrong(town, table, tmp_path):  # noqa: F811
    for words, code in (
        ([str(table()), "-o", str(tmp_path / "a.shp")], "E-BATCH-FORMAT"),
        (
            [str(table(head=("a", "b"), name="other.csv")), "-o", str(tmp_path / "a.csv")],
            "E-BATCH-FIELD",
        ),
        (["none.csv", "-o", str(tmp_path / "a.csv")], "E-FILE-MISSING"),
        ([str(table()), "--district", "999999", "-o", "a.csv"], "E-DISTRICT-MISSING"),
    ):
        with pytest.raises(CommandError, match=code):
            call_command("geocode_file", *words)


def test_the_pages(gis, batch, client_of):
    page = gis.get("/data/addresses/").content.decode()
    assert f'data-batch="{batch}"' in page and "list.csv" in page
    assert "batch-keys" in gis.get(f"/data/addresses/{batch}").content.decode()
    assert client_of("planner").get("/data/addresses/").status_code == 403
