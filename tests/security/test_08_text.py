"""Test 8: text comes through in and out as it was, or is refused by name."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import shapely

from spatial.basemap.io import writers
from spatial.basemap.io.readers import Wanted, read
from spatial.basemap.io.source import open_source
from spatial.core.errors import InputError
from tests.spatial.basemap import files

USUAL = ["东华门街道", "史家胡同", "王府井大街"]
RARE = ["㐂字胡同", "龘靐齉", "朱镕基"]
BEYOND = ["𠮷野路", "𠀋一巷"]
"""Outside GBK: only UTF-8 and GB18030 have them."""


def made(tmp_path: Path, names: list[str], codec: str, cpg: str | None) -> Path:
    """A shapefile with its table in an encoding, written byte by byte where GDAL cannot."""
    places = [f"{i:020d}" for i in range(len(names))]
    shp = files.write(tmp_path / "LRDL.shp", shapely.boundary(files.squares(len(names))),
                      {"NAME": places}, encoding="UTF-8")  # fmt: skip
    dbf = shp.with_suffix(".dbf")
    data = dbf.read_bytes()
    for place, name in zip(places, names, strict=True):
        data = data.replace(place.encode(), name.encode(codec).ljust(20))
    dbf.write_bytes(data[:29] + b"\0" + data[30:])
    files.without(shp, ".cpg")
    if cpg is not None:
        shp.with_suffix(".cpg").write_text(cpg)
    return shp


def names_in(path: Path, field: str = "NAME", **more) -> list[str]:
    with open_source(path, **more) as source:
        layer = source.layers[0]
        return [text for batch in read(layer, Wanted((field,))) for text in batch.columns[field]]


CODECS = {"UTF-8": "utf-8", "GBK": "gbk", "GB18030": "gb18030"}


@pytest.mark.parametrize("said", ["right", "missing"])
@pytest.mark.parametrize(
    ("name", "texts"),
    [("UTF-8", USUAL + RARE), ("GBK", USUAL + RARE[1:]), ("GB18030", USUAL * 3 + RARE),
     ("UTF-8", BEYOND), ("GB18030", USUAL * 3 + BEYOND[:1])],
)  # fmt: skip
def test_8_a_table_reads_as_it_was_written(tmp_path, name, texts, said):
    shp = made(tmp_path, texts, CODECS[name], name if said == "right" else None)
    assert names_in(shp) == texts


@pytest.mark.parametrize(("codec", "cpg"), [("gbk", "UTF-8"), ("gb18030", "UTF-8"),
                                            ("utf-8", "GBK"), ("gbk", "x-nonsense")])  # fmt: skip
def test_8_a_wrong_cpg_is_refused_with_readings_to_choose_from(tmp_path, codec, cpg):
    shp = made(tmp_path, USUAL, codec, cpg)
    with pytest.raises(InputError) as caught:
        names_in(shp)
    assert caught.value.code == "E-TEXT-ENCODING"
    right = {"gbk": "GB18030", "gb18030": "GB18030", "utf-8": "UTF-8"}[codec]
    if cpg in CODECS:
        assert caught.value.detail["samples"][right] == USUAL
    assert names_in(shp, text_encoding=right) == USUAL


def test_8_a_fault_far_down_the_table_is_found(tmp_path):
    """Beyond the rows that are looked at first."""
    from spatial.basemap.io import encoding

    texts = ["plain"] * 60_000 + ["史家胡同"]
    shp = files.write(tmp_path / "LRDL.shp", shapely.points(np.arange(60_001) + files.X0, files.Y0),
                      {"NAME": texts}, encoding="GBK")  # fmt: skip
    files.without(shp, ".cpg")
    dbf = shp.with_suffix(".dbf")
    data = dbf.read_bytes()
    dbf.write_bytes(data[:29] + b"\0" + data[30:])
    found = encoding.detect(shp, "LRDL.shp")
    assert (found.name, found.how) == ("GB18030", "tried")
    shp.with_suffix(".cpg").write_text("UTF-8")
    with pytest.raises(InputError) as caught:
        encoding.detect(shp, "LRDL.shp")
    assert caught.value.detail["feature"] == 60_001


@pytest.mark.parametrize("codec", ["utf-8", "utf-8-sig", "gb18030"])
def test_8_a_csv_reads_as_it_was_written(tmp_path, codec):
    path = tmp_path / "ADDP.csv"
    lines = [f"{name},116.4{i},39.9" for i, name in enumerate(USUAL + RARE)]
    path.write_text("\n".join(["名称,经度,纬度", *lines]), encoding=codec)
    assert names_in(path, "名称") == USUAL + RARE


def test_8_the_page_gets_twenty_values_to_judge_by(sender, tmp_path):
    texts = [f"胡同{i}号" for i in range(30)]
    shp = made(tmp_path, texts, "gbk", None)
    answer = sender.send("a.zip", files.zipped(tmp_path / "z", files.parts(shp)).read_bytes())
    layer = sender.client.get(answer.json()["inspection"]).json()["layers"][0]
    assert layer["encoding"] == {"name": "GB18030", "how": "tried"}
    assert layer["samples"] == texts[:20]


def layer_of(texts: list[str], field: str = "name") -> writers.Layer:
    fields = {field: np.array(texts, dtype=object), "group": np.array(["a"] * len(texts), object)}
    groups = ["a"] * len(texts)
    return writers.Layer("grids", files.squares(len(texts)), fields, "EPSG:4548", texts, groups)


@pytest.mark.parametrize(
    ("fmt", "encoding"), [("shp", "UTF-8"), ("shp", "GBK"), ("gpkg", "UTF-8"), ("geojson", "UTF-8"),
                          ("csv", "UTF-8"), ("csv", "GBK")])  # fmt: skip
def test_8_what_goes_out_comes_back_the_same(tmp_path, fmt, encoding):
    texts = USUAL + RARE[1:] if encoding == "GBK" else USUAL + RARE + BEYOND
    path = tmp_path / f"out{writers.FORMATS[fmt]}"
    writers.write_layer(layer_of(texts), path, fmt, encoding)
    assert names_in(path, "name") == texts


@pytest.mark.parametrize("fmt", ["shp", "csv"])
def test_8_a_character_the_encoding_lacks_is_refused_by_name(tmp_path, fmt):
    path = tmp_path / f"out{writers.FORMATS[fmt]}"
    with pytest.raises(InputError) as caught:
        writers.write_layer(layer_of(BEYOND), path, fmt, "GBK")
    assert caught.value.code == "E-TEXT-ENCODING"
    assert caught.value.detail == {"field": "name", "value": BEYOND[0]}
    assert not path.exists()


def test_8_what_a_shapefile_would_cut_is_announced(tmp_path):
    path = tmp_path / "out.zip"
    for layer, field in (
        (layer_of(["字" * 85]), "name"),
        (layer_of(["x"], "名称名称"), "名称名称"),
    ):
        with pytest.raises(InputError) as caught:
            writers.write_layer(layer, path, "shp", "UTF-8")
        assert (caught.value.code, caught.value.detail["field"]) == ("E-TEXT-LONG", field)
        assert not path.exists()
    writers.write_layer(layer_of(["字" * 84]), path, "shp", "UTF-8")
    assert names_in(path, "name") == ["字" * 84]
