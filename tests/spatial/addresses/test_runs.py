"""From a file to a run: what is kept of each row, and what refuses the whole."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from spatial.addresses import reading
from spatial.addresses.columns import ADDED, address_column, free_names
from spatial.addresses.models import BatchRow, BatchRun
from spatial.addresses.reading import read_list
from spatial.addresses.services.runs import clean, delete_run, make_run
from spatial.core.errors import InputError
from spatial.core.jobs import CancelledError
from spatial.core.models import AuditEntry
from tests.spatial.addresses.conftest import LONG, ROWS
from tests.spatial.basemap.test_reader import workbook
from webmap.geocoding import finder


def row_of(run, number: int) -> BatchRow:
    return run.rows.get(number=number)


def best(run, number: int) -> dict:
    return row_of(run, number).candidates[0]


def test_every_row_is_kept_with_its_verdict(find_list, table):
    run = find_list(table())
    rows = list(run.rows.values_list("number", "text", "verdict"))
    assert rows == [(int(number), text, verdict) for number, text, verdict in ROWS]
    assert run.counts == {"exact": 5, "partial": 1, "ambiguous": 1, "none": 3}
    assert run.row_count == len(ROWS) and run.seconds > 0
    assert (run.columns, run.field, run.file) == (["编号", "地址"], "地址", "list.csv")
    assert AuditEntry.objects.get(action="batch.made").detail["exact"] == 5


def test_what_is_kept_of_a_candidate(find_list, table):
    run = find_list(table())
    one = best(run, 1)
    assert (one["name"], one["level"], one["kind"]) == ("东长安街18号", 8, "place")
    assert (one["grid"], one["community"]) == ("110101001001008", "110101001001")
    assert (one["lon"], one["lat"]) == (116.4018, 39.91802)
    assert row_of(run, 1).hint == "东侧"
    assert len(row_of(run, 1).candidates) == 1
    places = {(c["name"], c["grid"][:12]) for c in row_of(run, 3).candidates}
    assert places == {("新华书店", "110101001002"), ("新华书店", "110101002001")}


def test_a_row_that_is_no_address_has_its_own_code(find_list, table):
    run = find_list(table())
    assert row_of(run, 5).code == "E-ADDRESS-EMPTY"
    assert row_of(run, 6).code == "E-ADDRESS-LONG"
    assert row_of(run, 6).values == ["6", LONG]


def test_the_system_of_coordinates_is_told_and_the_grid_is_where_the_point_is(find_list, table):
    run = find_list(table())
    shifted = best(run, 8)
    assert (shifted["kind"], shifted["crs"]) == ("coordinates", "GCJ-02")
    # Some 500 m off: in the system of the store the point lies in the western half.
    assert shifted["lon"] == pytest.approx(116.4018, abs=1e-3)
    assert shifted["grid"].startswith("110101001001") and shifted["community"] == "110101001001"
    assert best(run, 7)["grid"] and best(run, 9)["grid"] == "110101001001005"
    # A road is no place: in which of its grids is not known.
    assert (best(run, 10)["kind"], best(run, 10)["grid"]) == ("road", "")


def test_only_one_district(find_list, table):
    run = find_list(table(["东长安街18号"]), "110101")
    assert (run.district, run.counts["exact"]) == ("110101", 1)


@pytest.mark.parametrize(
    ("head", "found"),
    [
        (("编号", "详细地址"), "详细地址"),
        ((" Address ", "no"), " Address "),
        (("位置", "地址"), "地址"),
        (("a", "b"), None),
    ],
)
def test_the_column_is_known_by_its_name(head, found):
    assert address_column(head) == found


def test_a_named_column_and_names_that_are_taken():
    assert address_column(["a", "地址"], "A") == "a"
    assert address_column(["a"], "地址") is None
    names = [field.name for field in ADDED]
    free = free_names(names, ["LON", "lon_found", "地址"])
    assert free[:2] == ["lon_found_found", "lat"]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_a_list_in_any_usual_encoding(table, encoding):
    listed = read_list(table(["史家胡同1号", "东四北大街"], encoding=encoding))
    assert listed.texts == ["史家胡同1号", "东四北大街"]
    assert listed.columns == ("编号", "地址")


def test_a_workbook_whose_second_sheet_has_the_addresses(tmp_path):
    path = workbook(tmp_path / "a.xlsx", [["位置", "n"], ["史家胡同1号", "007"], ["", ""]])
    listed = read_list(path)
    assert listed.rows == [["史家胡同1号", "007"]]


def test_what_refuses_a_list(table, tmp_path, monkeypatch):
    def code_of(path, **more) -> str:
        with pytest.raises(InputError) as caught:
            read_list(path, **more)
        return caught.value.code

    assert code_of(table(["x"], head=("a", "b"))) == "E-BATCH-FIELD"
    assert code_of(table(["x"]), field="住处") == "E-BATCH-FIELD"
    assert code_of(table([])) == "E-BATCH-EMPTY"
    monkeypatch.setattr(reading, "MAX_ROWS", 2)
    assert code_of(table(["a", "b", "c"])) == "E-BATCH-MANY"
    other = tmp_path / "a.geojson"
    other.write_text('{"type": "FeatureCollection", "features": [{"type": "Feature", '
                     '"properties": {"地址": "x"}, "geometry": {"type": "Point", '
                     '"coordinates": [116, 39]}}]}')  # fmt: skip
    assert code_of(other) == "E-BATCH-TABLE"
    other.with_suffix(".csv").write_bytes(b"PK\x03\x04\0\0")
    assert code_of(other.with_suffix(".csv")) == "E-FORMAT"


def test_a_cancelled_run_leaves_nothing(town, table, user):
    def stop(done, total, message=""):
        if message:
            raise CancelledError

    with pytest.raises(CancelledError):
        make_run(read_list(table()), finder(), user=user, progress=stop)
    assert not BatchRun.objects.exists() and not BatchRow.objects.exists()


def test_runs_go_by_hand_and_by_age(find_list, table, user, settings):
    old, young = find_list(table(["a1"])), find_list(table(["a2"]))
    other = find_list(table(["a3"]))
    delete_run(other, user)
    long_ago = timezone.now() - timedelta(days=settings.BATCH_KEEP_D + 1)
    BatchRun.objects.filter(pk=old.pk).update(changed_at=long_ago)
    assert clean() == 1
    assert list(BatchRun.objects.all()) == [young]
    assert set(BatchRow.objects.values_list("run", flat=True)) == {young.pk}
    actions = set(AuditEntry.objects.values_list("action", flat=True))
    assert {"batch.deleted", "batch.expired"} <= actions
