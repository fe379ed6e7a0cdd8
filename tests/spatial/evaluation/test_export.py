"""Results taken out: read back by GDAL and compared row by row with evaluation itself."""

from datetime import date

import geopandas
import numpy as np
import openpyxl
import pandas as pd
import pyogrio
import pytest
import shapely
from django.core.management import call_command
from django.db import connection

from spatial.basemap.models import Region
from spatial.basemap.services.exporting import Order, export
from spatial.cases.making.make import make_cases
from spatial.cases.making.plan import Wanted
from spatial.core import roles
from spatial.core.errors import WanmiError
from spatial.evaluation.models import PublishedResult
from spatial.evaluation.periods import parse_period
from spatial.evaluation.services.book_grades import grades_of_book
from spatial.evaluation.services.classes import set_class
from spatial.evaluation.services.evaluating import evaluate
from spatial.evaluation.services.export import RESULT_SOURCE
from spatial.evaluation.services.objects import Asked
from spatial.evaluation.services.publishing import correct, publish
from spatial.grids.models import UnitGrid
from tests.spatial.cases.conftest import person

MADE = Wanted(("110101",), 1_200, days=50, open_share=0.1, until=date(2026, 11, 20))
MONTH = "2026-10"


@pytest.fixture
def made(world):
    make_cases(MADE, stars={"inspector": world.inspector})
    return world


def written(path, region="110101", **asked):
    only = {"object": "grid", "period": MONTH} | asked.pop("only", {})
    return export(RESULT_SOURCE, path, Order(region, **{"fmt": "gpkg", "only": only} | asked))


def frame_of(path):
    return pyogrio.read_dataframe(path, layer="evaluation")


def as_told(value):
    return None if value is None or pd.isna(value) else value


def same(frame, run, region=""):
    """Every row and every number as the page has it."""
    places = [n for n, code in enumerate(run.inputs.codes) if code.startswith(region)]
    assert list(frame.CODE) == [run.inputs.codes[n] for n in places]
    for (_n, row), place in zip(frame.iterrows(), places, strict=True):
        told = run.result(place)
        found = {name: as_told(row[name.upper()]) for name in told if name != "values"}
        found |= {name: found[name] or "" for name in ("grade", "name_en", "area_class")}
        assert found == {name: value for name, value in told.items() if name != "values"}
        for number, term in enumerate(run.terms(place), start=1):
            sides = {"VALUE": "value", "NUM": "numerator", "DEN": "denominator",
                     "SCORE": "score", "WEIGHT": "weight"}  # fmt: skip
            for side, name in sides.items():
                assert as_told(row[f"I{number:02d}_{side}"]) == term[name], (place, side)


def test_objects_of_a_class_are_those_of_its_scheme(made, tmp_path):
    code = evaluate(Asked("grid", "110101"), parse_period(MONTH)).inputs.codes[0]
    set_class(code[:9], "2", made.operator, date(2026, 1, 1))
    path = written(tmp_path / "c.gpkg").path
    frame = frame_of(path).set_index("CODE")
    run = evaluate(Asked("grid", "110101"), parse_period(MONTH))
    for place, code in enumerate(run.inputs.codes):
        told = run.result(place)
        row = frame.loc[code]
        assert (as_told(row.AREA_CLASS) or "", row.SCHEME) == (told["area_class"], told["scheme"])
        assert as_told(row.SCORE) == told["score"]
    assert set(frame.SCHEME) == {"grid-v1", "grid-2-v1"}


@pytest.mark.parametrize("kind", ["grid", "community", "street", "district"])
def test_rows_are_those_of_evaluation(made, tmp_path, kind):
    done = written(tmp_path / "r.gpkg", only={"object": kind})
    run = evaluate(Asked(kind, "110101"), parse_period(MONTH))
    frame = frame_of(done.path)
    same(frame, run)
    assert done.rows == len(run.inputs.codes)
    assert done.edition == f"{kind}-v1 2026-10"
    assert (frame.PERIOD == MONTH).all() and (kind == frame.OBJECT).all()
    if kind == "grid":
        outlines = dict(UnitGrid.objects.values_list("code", "geom"))
    else:
        outlines = dict(Region.objects.filter(level=kind).values_list("code", "geom"))
    for code, shape in zip(frame.CODE, frame.geometry, strict=True):
        other = shapely.from_wkb(bytes(outlines[code].wkb))
        assert shape.symmetric_difference(other).area < 1e-12


def test_a_street_is_ranked_among_its_district(made, tmp_path):
    run = evaluate(Asked("grid", "110101"), parse_period(MONTH))
    street = run.inputs.codes[0][:9]
    same(frame_of(written(tmp_path / "s.gpkg", region=street).path), run, street)
    about = pyogrio.read_dataframe(tmp_path / "s.gpkg", layer="about").set_index("item").value
    assert about["ranked"] == str(len(run.inputs.codes))
    assert about["scheme"] == "grid-v1"


def table_of(path):
    if path.suffix == ".csv":
        return pd.read_csv(path, encoding="gbk", dtype={"CODE": str})
    head, *rows = openpyxl.load_workbook(path)["evaluation"].values
    return pd.DataFrame(rows, columns=head)


@pytest.mark.parametrize("fmt", ["shp", "geojson", "fgb", "parquet", "csv", "xlsx", "dxf"])
def test_other_formats(made, tmp_path, fmt):
    run = evaluate(Asked("grid", "110101"), parse_period(MONTH))
    path = tmp_path / f"r.{'zip' if fmt == 'shp' else fmt}"
    done = written(path, fmt=fmt, srid=4548, encoding="GBK" if fmt in ("shp", "csv") else "UTF-8")
    assert done.rows == len(run.inputs.codes)
    if fmt in ("csv", "xlsx"):
        frame = table_of(path)
    elif fmt == "parquet":
        frame = geopandas.read_parquet(path)
    elif fmt == "dxf":
        texts = set(pyogrio.read_dataframe(path).Text.dropna())
        assert {text.split()[0] for text in texts} == set(run.inputs.codes)
        return
    else:
        frame = pyogrio.read_dataframe(path)
        assert frame.crs.to_epsg() == 4548
    frame = frame.sort_values("CODE")
    assert list(frame.CODE) == sorted(run.inputs.codes)
    scores = dict(zip(run.inputs.codes, run.scores.score, strict=True))
    wanted = np.array([scores[code] for code in frame.CODE]).round(2)
    assert np.allclose(frame.SCORE.astype(float), wanted, equal_nan=True)


def test_the_dictionary_says_what_each_indicator_is(made, tmp_path):
    written(tmp_path / "r.gpkg", fields=("CODE", "SCORE", "I03_VALUE", "I03_NUM"))
    rows = pyogrio.read_dataframe(tmp_path / "r.gpkg", layer="dictionary").set_index("field")
    assert list(rows.index) == ["CODE", "SCORE", "I03_VALUE", "I03_NUM"]
    assert rows.meaning_zh["I03_VALUE"] == "结案率：值"
    assert rows.meaning_en["I03_NUM"] == "closed of due: numerator"
    assert "closing_rate" in rows.source["I03_VALUE"]
    assert rows.unit["I03_VALUE"] == "0–1"


def test_what_was_published_comes_as_it_was_with_corrections_beside_it(made, tmp_path):
    planner = person("planner", roles.PLANNER)
    run = evaluate(Asked("community", "110101"), parse_period(MONTH))
    kept = publish(Asked("community", "110101"), parse_period(MONTH), None, planner)
    code = run.inputs.codes[0]
    note = correct(kept, code, "补录后更正", planner)
    only = {"publication": kept.pk, "object": "", "period": ""}
    frame = frame_of(written(tmp_path / "p.gpkg", only=only).path)
    same(frame, run)
    rows = {row.code: row for row in PublishedResult.objects.filter(publication=kept)}
    for _n, row in frame.iterrows():
        one = rows[row.CODE]
        assert as_told(row.SCORE) == (None if one.score is None else round(one.score, 2))
        assert (row.GRADE or "", as_told(row.RANK)) == (one.grade, one.rank)
    first = frame.set_index("CODE").loc[code]
    assert (first.CORRGRADE or "") == note.grade
    assert as_told(first.CORRSCORE) == (None if note.score is None else round(note.score, 2))
    assert frame.CORRDATE.notna().sum() == 1
    about = pyogrio.read_dataframe(tmp_path / "p.gpkg", layer="about").set_index("item").value
    assert kept.digest in about["publication"]
    # A row that somebody changed is not given out as what was published.
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        PublishedResult.objects.filter(pk=rows[code].pk).update(grade="E", score=1.0)
        cursor.execute("SET LOCAL session_replication_role = origin")
    with pytest.raises(WanmiError, match="E-EVAL-HASH"):
        written(tmp_path / "q.gpkg", only=only)
    assert not (tmp_path / "q.gpkg").exists()


def test_what_cannot_be_asked(made, tmp_path):
    path = tmp_path / "x.gpkg"
    for code, asked in (
        ("E-EXPORT-NODAY", {"on": date(2026, 11, 1)}),
        ("E-REGION-MISSING", {"region": "110199"}),
        ("E-EVAL-PERIOD", {"only": {"period": ""}}),
        ("E-EVAL-PERIOD", {"only": {"period": "soon"}}),
        ("E-EVAL-FUTURE", {"only": {"period": "2099"}}),
        ("E-EVAL-KIND", {"only": {"object": "planet"}}),
        ("E-EVAL-OBJECT", {"only": {"object": "inspector"}}),
        ("E-EVAL-OBJECT", {"only": {"object": "department"}}),
        ("E-SCHEME-EDITION", {"only": {"object": "cell", "edition": "fire-110101-e1"}}),
        ("E-EVAL-SCHEME", {"only": {"scheme": "street-v1"}}),
        ("E-EVAL-MISSING", {"only": {"publication": "9"}}),
        ("E-EXPORT-FILTER", {"only": {"publication": "1 or 1"}}),
        ("E-EXPORT-FILTER", {"only": {"stage": "closed"}}),
        ("E-EXPORT-FIELD", {"fields": ("I09_VALUE",)}),
    ):
        with pytest.raises(WanmiError) as caught:
            written(path, **asked)
        assert caught.value.code == code, asked
    assert {one.name for one in tmp_path.iterdir()} <= {"photos"}


def test_the_command(made, tmp_path, capsys):
    path = tmp_path / "r.csv"
    call_command("export_layer", "evaluation", "110101", "-o", str(path), "--format", "csv",
                 "--only", "object=street", "--only", f"period={MONTH}", "--json")  # fmt: skip
    assert '"plan": "street-v1 2026-10"' in capsys.readouterr().out
    assert len(pd.read_csv(path)) == len(
        evaluate(Asked("street", "110101"), parse_period(MONTH)).inputs.codes
    )


def test_grades_of_a_book_are_those_of_evaluation(made):
    run = evaluate(Asked("grid", "110101"), parse_period(MONTH))
    book = grades_of_book("110101", MONTH)
    for n, code in enumerate(run.inputs.codes):
        letter = str(run.scores.grade[n])
        state = str(run.scores.state[n])
        assert book.of.get(code, "") == (letter or ("few" if state == "few" else ""))
    assert (book.period, book.scheme) == (MONTH, "grid-v1")
