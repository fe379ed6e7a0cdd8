"""The reader process: its limits, its end, and each kind of file through it."""

from __future__ import annotations

import os
import signal
import time
import zipfile
from pathlib import Path

import numpy as np
import pyogrio
import pytest
import shapely

from spatial.basemap.io import reader as reader_module
from spatial.basemap.io import table
from spatial.basemap.io.inspection import open_upload
from spatial.basemap.io.limits import Limits
from spatial.basemap.io.reader import Reader
from spatial.basemap.io.readers import Wanted, read
from spatial.basemap.io.source import open_source
from spatial.core.errors import InputError
from tests.spatial.basemap import files


@pytest.fixture
def town(tmp_path):
    return files.town(tmp_path / "t.gpkg")


def texts(path: Path, field: str, **more) -> list:
    with open_source(path, **more) as source:
        layer = source.layers[0]
        return [text for batch in read(layer, Wanted((field,))) for text in batch.columns[field]]


def test_too_little_memory_is_a_coded_refusal(town):
    with pytest.raises(InputError) as caught:
        open_upload(town, "t.gpkg", Limits(memory_mb=64))
    assert caught.value.code in {"E-READER-LIMIT", "E-READER-CRASH"}


def test_a_reader_that_says_nothing_is_ended(town, tmp_path, monkeypatch):
    script = tmp_path / "hang.py"
    script.write_text("import time; time.sleep(60)")
    monkeypatch.setattr(reader_module, "SCRIPT", script)
    begun = time.monotonic()
    with pytest.raises(InputError) as caught:
        open_upload(town, "t.gpkg", Limits(idle_s=0.3))
    assert caught.value.code == "E-READER-LIMIT"
    assert time.monotonic() - begun < 5


@pytest.mark.parametrize("says", ["", "hello", '{"ok": true}[', "[1]\n", '{"ok": 1}\n' * 2])
def test_a_reader_that_talks_nonsense_is_not_believed(town, tmp_path, monkeypatch, says):
    script = tmp_path / "nonsense.py"
    script.write_text(f"import sys; sys.stdout.write({says!r})")
    monkeypatch.setattr(reader_module, "SCRIPT", script)
    with pytest.raises((InputError, KeyError)) as caught:
        open_upload(town, "t.gpkg")
    assert getattr(caught.value, "code", "E-READER-CRASH") == "E-READER-CRASH"


@pytest.mark.parametrize(
    ("number", "code"), [(signal.SIGSEGV, "E-READER-CRASH"), (signal.SIGKILL, "E-READER-LIMIT")]
)
def test_a_reader_that_dies_in_the_middle(tmp_path, number, code):
    count = 20_000
    path = files.write(tmp_path / "t.gpkg", files.squares(count, 1), {"NAME": ["楼" * 20] * count})
    with open_source(path) as source, pytest.raises(InputError) as caught:
        layer = source.layers[0]
        for _batch in read(layer, Wanted(("NAME",)), batch=100):
            os.kill(layer.reader._process.pid, number)
    assert caught.value.code == code


def test_no_reader_outlives_its_source(town):
    with open_source(town) as source:
        pid = source.layers[0].reader._process.pid
        assert Path(f"/proc/{pid}").exists()
    assert not Path(f"/proc/{pid}").exists()


def test_the_limits_hold_in_the_process(tmp_path):
    with Reader("GPKG", tmp_path, "x", Limits(memory_mb=1_000, cpu_s=77, file_mb=5)) as reader:
        reader.start()
        text = Path(f"/proc/{reader._process.pid}/limits").read_text()
    found = {line[:26].strip(): line[26:].split()[0] for line in text.splitlines()}
    assert found["Max address space"] == str(1_000 * 1024**2)
    assert (found["Max cpu time"], found["Max core file size"]) == ("77", "0")
    assert found["Max file size"] == str(5 * 1024**2)


def test_a_file_geodatabase_in_a_zip(tmp_path):
    base = tmp_path / "城区.gdb"
    names = np.array(["楼一", "楼二"], dtype=object)
    pyogrio.raw.write(base, shapely.to_wkb(files.squares(2)), [names], ["NAME"], layer="RESA",
                      driver="OpenFileGDB", crs="EPSG:4548", geometry_type="Polygon")  # fmt: skip
    path = tmp_path / "g.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for part in sorted(base.iterdir()):
            archive.write(part, f"数据/城区.gdb/{part.name}")
    assert texts(path, "NAME") == ["楼一", "楼二"]
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("数据/城区.gdb/evil.vrt", "x")
    with pytest.raises(InputError, match="E-FORMAT"):
        texts(path, "NAME")


@pytest.mark.parametrize(("codec", "page"), [("utf-8", "ANSI_1252"), ("gbk", "ANSI_936"),
                                            ("gbk", "")])  # fmt: skip
def test_a_drawing(tmp_path, codec, page):
    path = tmp_path / "d.dxf"
    head = f"  0\nSECTION\n  2\nHEADER\n  9\n$DWGCODEPAGE\n  3\n{page}\n  0\nENDSEC\n"
    head = head if page else ""
    body = "  0\nSECTION\n  2\nENTITIES\n"
    for layer in ("围墙", "道路中心线"):
        body += f"  0\nLINE\n  8\n{layer}\n 10\n1.0\n 20\n2.0\n 11\n3.0\n 21\n4.0\n"
    path.write_bytes((head + body + "  0\nENDSEC\n  0\nEOF\n").encode(codec))
    assert texts(path, "Layer") == ["围墙", "道路中心线"]
    path.write_bytes(path.read_bytes()[:-20])
    with pytest.raises(InputError, match="E-FILE-BROKEN"):
        texts(path, "Layer")


CELL = '<c r="{0}" t="inlineStr"><is><t>{1}</t></is></c>'
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
LINKS = "http://schemas.openxmlformats.org/package/2006/relationships"
DOCUMENT = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
TYPES = "http://schemas.openxmlformats.org/package/2006/content-types"
SHEET_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml"


def workbook(path: Path, rows: list[list[str]]) -> Path:
    cells = "".join(
        f'<row r="{i}">' + "".join(CELL.format(f"{'ABCDE'[j]}{i}", v) for j, v in enumerate(row))
        + "</row>" for i, row in enumerate(rows, 1)
    )  # fmt: skip
    relation = '<Relationship Id="r1" Type="{0}" Target="{1}"/>'
    part = '<Override PartName="{0}" ContentType="' + SHEET_TYPE + '.{1}+xml"/>'
    members = {
        "[Content_Types].xml": f'<Types xmlns="{TYPES}">'
        + part.format("/xl/workbook.xml", "sheet.main")
        + part.format("/xl/worksheets/sheet1.xml", "worksheet")
        + "</Types>",
        "_rels/.rels": f'<Relationships xmlns="{LINKS}">'
        + relation.format(f"{DOCUMENT}/officeDocument", "xl/workbook.xml")
        + "</Relationships>",
        "xl/workbook.xml": f'<workbook xmlns="{MAIN}" xmlns:r="{DOCUMENT}"><sheets>'
        '<sheet name="ADDP" sheetId="1" r:id="r1"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{LINKS}">'
        + relation.format(f"{DOCUMENT}/worksheet", "worksheets/sheet1.xml")
        + "</Relationships>",
        "xl/worksheets/sheet1.xml": f'<worksheet xmlns="{MAIN}"><sheetData>{cells}</sheetData>'
        "</worksheet>",
    }
    declared = {name: f'<?xml version="1.0" encoding="UTF-8"?>{text}'.encode()
                for name, text in members.items()}  # fmt: skip
    return files.zipped(path, declared)


def test_a_workbook_with_coordinates(tmp_path):
    rows = [["ADDRESS", "经度", "纬度"], ["史家胡同1号", "116.42", "39.92"], ["无坐标", "", ""]]
    path = workbook(tmp_path / "a.xlsx", rows)
    with open_source(path) as source:
        (layer,) = source.layers
        (batch,) = read(layer, Wanted(("ADDRESS",)))
    assert list(batch.columns["ADDRESS"]) == ["史家胡同1号", "无坐标"]
    assert batch.geometry[0].equals(shapely.Point(116.42, 39.92))
    assert batch.geometry[1] is None
    (found,) = open_upload(path, "a.xlsx", crs=4490).layers
    assert found.bounds_wgs84 == [116.42, 39.92, 116.42, 39.92]


def test_a_table_without_coordinates_is_no_map_but_can_be_asked_for(tmp_path):
    without = workbook(tmp_path / "b.xlsx", [["ADDRESS"], ["x"]])
    with pytest.raises(InputError, match="E-TABLE-NOXY"), open_source(without):
        pass
    with open_source(without, bare=True) as source:
        (layer,) = source.layers
        (batch,) = read(layer, Wanted(("ADDRESS",)))
    assert list(batch.columns["ADDRESS"]) == ["x"]
    assert layer.geometry_type == ""
    (found,) = open_upload(without, "b.xlsx").layers
    assert [problem["code"] for problem in found.problems] == ["E-TABLE-NOXY"]
    assert (found.features, found.samples, found.bounds) == (1, ["x"], None)


def test_a_table_of_one_column(tmp_path):
    one = tmp_path / "one.csv"
    one.write_bytes("地址\r\n史家胡同1号\r\n\r\n史家胡同2号\r\n".encode("gb18030"))
    with open_source(one, bare=True) as source:
        (layer,) = source.layers
        (batch,) = read(layer, Wanted(("地址",)))
    assert [text for text in batch.columns["地址"] if text] == ["史家胡同1号", "史家胡同2号"]
    for other in (b"%PDF-1.7\n1 0 obj\n", b"#!/bin/sh\nrm x\n", b"x" * 200 + b"\n"):
        one.write_bytes(other)
        with pytest.raises(InputError, match="E-FORMAT"), open_source(one, bare=True):
            pass


@pytest.mark.parametrize(
    ("fields", "found"),
    [
        (["name", "Lon", "LAT"], ("Lon", "LAT")),
        (["X坐标", "Y坐标"], ("X坐标", "Y坐标")),
        (["lng", " 纬度"], ("lng", " 纬度")),
        (["lon", "y"], None),
        (["name"], None),
    ],
)
def test_columns_of_coordinates(fields, found):
    assert table.coordinate_columns(fields) == found


@pytest.mark.parametrize("opened", ["[" * 40 + "]" * 40, '{"a":' * 40 + "1" + "}" * 40])
def test_geojson_nested_too_deep(tmp_path, opened):
    path = tmp_path / "a.geojson"
    path.write_text(f'{{"type": "FeatureCollection", "features": [], "x": {opened}}}')
    with pytest.raises(InputError, match="E-FILE-DEPTH"):
        open_upload(path, "a.geojson")


def test_geojson_with_two_reference_systems(tmp_path):
    """A reader that takes the first or the last of two is not told apart: both must be plain."""
    path = tmp_path / "a.geojson"
    good = '{"type": "name", "properties": {"name": "EPSG:4326"}}'
    bad = '{"type": "link", "properties": {"href": "http://127.0.0.1:1/"}}'
    for one, two in ((good, bad), (bad, good)):
        path.write_text(
            f'{{"type": "FeatureCollection", "crs": {one}, "features": [], "crs": {two}}}'
        )
        with pytest.raises(InputError, match="E-CRS-UNKNOWN"):
            open_upload(path, "a.geojson")
