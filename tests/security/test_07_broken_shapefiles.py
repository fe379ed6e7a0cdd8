"""Test 7: every broken shapefile has its own code, names part and record, and writes no row."""

from __future__ import annotations

import struct

import numpy as np
import pyogrio
import pytest
import shapely

from spatial.basemap.models import BaseFeature, ImportIssue, Place, Upload
from spatial.basemap.services import uploads
from spatial.basemap.services.basemap import import_basemap
from spatial.core.errors import InputError
from tests.spatial.basemap import files


@pytest.fixture
def shp(tmp_path):
    names = [f"东华门{i}号楼" for i in range(9)]
    return files.write(tmp_path / "RESA.shp", files.squares(9, 20, 5), {"NAME": names})


@pytest.fixture
def outcome(sender, tmp_path):
    """Send a shapefile as a zip and import it: the codes on the way, and the first detail."""

    def of(shp) -> tuple[list[str], dict]:
        data = files.zipped(tmp_path / "z.bin", files.parts(shp)).read_bytes()
        answer = sender.send("a.zip", data)
        body = answer.json()
        if answer.status_code == 400:
            return [body["code"]], body["detail"]
        if body["state"] == "unclear":
            return [body["error"]["code"]], body["error"]["detail"]
        upload = Upload.objects.get(pk=body["id"])
        try:
            summary = import_basemap(uploads.path_of(upload), file_name=upload.name)
        except InputError as error:
            return [error.code], error.detail
        return list(summary.by_reason), {}

    return of


def rows() -> int:
    return BaseFeature.objects.count() + Place.objects.count()


def patched(path, at: int, data: bytes) -> None:
    content = bytearray(path.read_bytes())
    content[at : at + len(data)] = data
    path.write_bytes(content)


def cut(path, size: int) -> None:
    path.write_bytes(path.read_bytes()[:size])


BROKEN = {
    "shp cut in half": (lambda p: files.halve(p), "E-SHP-BROKEN", {"part": ".shp", "feature": 5}),
    "no dbf": (lambda p: files.without(p, ".dbf"), "E-SHP-NODBF", {"layer": "RESA"}),
    "no prj": (lambda p: files.without(p, ".prj"), "E-SHP-NOPRJ", {"layer": "RESA"}),
    "rubbish in prj": (lambda p: p.with_suffix(".prj").write_text("x[1"), "E-SHP-NOPRJ", {}),
    "unknown cpg": (lambda p: p.with_suffix(".cpg").write_text("klingon"), "E-TEXT-ENCODING", {}),
    "wrong cpg": (
        lambda p: p.with_suffix(".cpg").write_text("GBK"),
        "E-TEXT-ENCODING",
        {"part": ".dbf"},
    ),
    "dbf claims 2,000,000,000 rows": (
        lambda p: patched(p.with_suffix(".dbf"), 4, struct.pack("<I", 2_000_000_000)),
        "E-SHP-BROKEN",
        {"part": ".dbf"},
    ),
    "no shx": (lambda p: files.without(p, ".shx"), "E-SHP-NOSHX", {"layer": "RESA"}),
    "header cut": (lambda p: cut(p, 60), "E-SHP-BROKEN", {"part": ".shp"}),
    "empty": (lambda p: cut(p, 0), "E-FORMAT", {}),
    "shx points far beyond": (
        lambda p: patched(p.with_suffix(".shx"), 100, struct.pack(">ii", 2**30, 2**30)),
        "E-SHP-BROKEN",
        {"part": ".shx", "feature": 1},
    ),
    "dbf cut": (lambda p: files.halve(p.with_suffix(".dbf")), "E-SHP-BROKEN", {"part": ".dbf"}),
}


@pytest.mark.parametrize("what", list(BROKEN))
def test_7_a_broken_shapefile_is_refused_with_its_code(outcome, shp, what):
    breaking, code, facts = BROKEN[what]
    breaking(shp)
    codes, detail = outcome(shp)
    assert codes == [code]
    assert detail.items() >= facts.items(), detail
    assert rows() == 0


def test_7_metres_labelled_as_degrees(outcome, tmp_path):
    shp = files.write(tmp_path / "RESA.shp", files.squares(1), {"NAME": ["x"]}, crs="EPSG:4326")
    assert outcome(shp)[0] == ["E-CRS-UNITS"]
    assert rows() == 0


def test_7_gbk_without_a_cpg_is_read_as_it_is_meant(outcome, tmp_path):
    names = ["东华门大街", "史家胡同"]
    shp = files.write(tmp_path / "LRDL.shp", shapely.boundary(files.squares(2)),
                      {"NAME": names, "RTYPE": ["主干路", "胡同"]}, encoding="GBK")  # fmt: skip
    files.without(shp, ".cpg")
    assert outcome(shp)[0] == []
    assert sorted(BaseFeature.objects.values_list("name", flat=True)) == sorted(names)


BOWTIE = shapely.Polygon([(0, 0), (100, 100), (100, 0), (0, 100)])
SPIKE = shapely.Polygon([(0, 0), (100, 0), (100, 50), (104, 50), (100, 50), (100, 100), (0, 100)])
RING = 1_000_000
HUGE = shapely.Polygon(
    np.column_stack([np.cos(t := np.linspace(0, 2 * np.pi, RING, False)), np.sin(t)]) * 100
)


@pytest.mark.parametrize(
    ("shape", "codes", "kept"),
    [
        (BOWTIE, ["E-GEOM-INVALID"], 0),
        (SPIKE, ["I-GEOM-REPAIRED"], 1),
        (HUGE, ["E-GEOM-HUGE"], 0),
    ],
    ids=["bow-tie", "spike", "one ring with 1,000,000 vertices"],
)
def test_7_a_broken_feature_is_refused_or_repaired_with_a_note(
    outcome, tmp_path, shape, codes, kept
):
    moved = shapely.transform(shape, lambda xy: xy + [files.X0, files.Y0])
    found, _detail = outcome(files.write(tmp_path / "RESA.shp", [moved], {"NAME": ["x"]}))
    assert found == codes
    assert rows() == kept
    issue = ImportIssue.objects.get()
    assert (issue.code, issue.layer, issue.feature) == (codes[0], "RESA", "1")


def test_7_a_vertex_that_is_no_number(outcome, tmp_path):
    shp = files.write(tmp_path / "RESA.shp", files.squares(1), {"NAME": ["x"]})
    # Header, record header, type, box, counts and part; then the second vertex.
    patched(shp, 100 + 8 + 4 + 32 + 8 + 4 + 16, struct.pack("<d", float("nan")))
    assert outcome(shp)[0] == ["E-GEOM-NAN"]
    assert rows() == 0
    assert ImportIssue.objects.get().feature == "1"


def test_7_the_wrong_type_of_geometry(outcome, tmp_path):
    lines = shapely.boundary(files.squares(2))
    assert outcome(files.write(tmp_path / "RESA.shp", lines, {"NAME": ["a", "b"]}))[0] == [
        "E-GEOM-TYPE"
    ]
    assert rows() == 0
    assert set(ImportIssue.objects.values_list("feature", flat=True)) == {"1", "2"}


def test_7_heights_are_left_out_with_a_note(outcome, tmp_path):
    deep = shapely.force_3d(files.squares(2), 12.5)
    shp = files.write(tmp_path / "RESA.shp", deep, {"NAME": ["a", "b"]}, kind="Polygon Z")
    assert outcome(shp)[0] == []
    assert rows() == 2
    assert not any(feature.geom.hasz for feature in BaseFeature.objects.all())
    assert ImportIssue.objects.get().code == "I-GEOM-FLAT"


def test_7_control_characters_in_a_text(outcome, tmp_path):
    path = tmp_path / "RESA.gpkg"
    values = np.array(["good", "bad\x1b[31m"], dtype=object)
    pyogrio.raw.write(path, shapely.to_wkb(shapely.boundary(files.squares(2))), [values], ["NAME"],
                      layer="LRDL", crs="EPSG:4548", geometry_type="LineString",
                      driver="GPKG")  # fmt: skip
    with pytest.raises(InputError) as caught:
        import_basemap(path)
    assert (caught.value.code, caught.value.detail["feature"]) == ("E-TEXT-CONTROL", 2)
    assert rows() == 0
