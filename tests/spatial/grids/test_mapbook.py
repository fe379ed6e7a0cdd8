"""The map book read back: real text, an embedded font, scale, codes, nothing on anything else."""

import re

import numpy as np
import pytest
import shapely
from django.core.management import call_command
from django.utils import translation
from pypdf import PdfReader
from reportlab.pdfbase import pdfmetrics

from spatial.core import fonts
from spatial.core.errors import ConflictError, InputError, NotFoundError
from spatial.core.jobs import CancelledError
from spatial.grids.mapbook import Grades, make_book, maps, sheets
from spatial.grids.selectors import grids_of

pytestmark = pytest.mark.django_db
A3_PT = {round(420 * sheets.MM), round(297 * sheets.MM)}


def texts(path):
    return [page.extract_text() for page in PdfReader(path).pages]


def test_a_street_has_an_index_and_a_page_a_community(plan, tmp_path):
    done = make_book("110101001", tmp_path / "b.pdf")
    assert (done.pages, done.grids, done.unlabelled) == (3, 18, 0)
    index, *pages = texts(tmp_path / "b.pdf")
    assert "街道1" in index
    for number, name in ((2, "社区1"), (3, "社区2")):
        assert name in index
        assert re.search(rf"\b{number}\b", index)
        assert name in pages[number - 2]
    for text, name in zip(pages, ("110101001001", "110101001002"), strict=True):
        assert name in text
        own = grids_of(plan).filter(community__code=name).values_list("code", flat=True)
        assert all(re.search(rf"\b{code[-3:]}\b", text) for code in own)
        assert re.search(r"1:[\d,]+", text)
        assert "110101-e1" in text
        assert "2026-11-01" in text
        assert re.search(r"(?m)^N$", text)
    assert "东西路1" in "".join(pages)
    assert "社区2" in pages[0]  # a neighbour, by name and page
    assert "→ 3" in pages[0]


def test_sheets_are_of_the_paper_and_fonts_are_embedded_as_subsets(plan, tmp_path):
    make_book("110101", tmp_path / "b.pdf", paper="A3")
    reader = PdfReader(tmp_path / "b.pdf")
    assert reader.metadata.title
    assert len(reader.outline) == 5
    for page in reader.pages:
        assert {round(page.mediabox.width), round(page.mediabox.height)} == A3_PT
        for font in page["/Resources"]["/Font"].values():
            described = font.get_object()["/FontDescriptor"]
            assert re.match(r"/[A-Z]{6}\+", described["/FontName"])
            assert "/FontFile2" in described
            assert "/ToUnicode" in font.get_object()
    assert (tmp_path / "b.pdf").stat().st_size < 500_000


def test_a1_is_a1(plan, tmp_path):
    make_book("110101001", tmp_path / "b.pdf", paper="A1")
    page = PdfReader(tmp_path / "b.pdf").pages[1]
    sides = {round(page.mediabox.width), round(page.mediabox.height)}
    assert sides == {round(841 * sheets.MM), round(594 * sheets.MM)}


def graded(plan):
    """Every grid has a grade in turn, one has too few cases and one nothing."""
    codes = list(grids_of(plan).values_list("code", flat=True))
    of = dict(zip(codes[2:], "ABCDE" * 99, strict=False)) | {codes[0]: "few"}
    starts = [("A", 90), ("B", 75), ("C", 60), ("D", 40), ("E", 0)]
    return Grades(of, starts, "2026-10", "grid-v1"), codes


def test_grades_in_colours_and_letters(plan, tmp_path):
    grades, codes = graded(plan)
    with translation.override("en"):
        make_book("110101001", tmp_path / "b.pdf", colour="grade", grades=grades)
    page = texts(tmp_path / "b.pdf")[1]
    first = [code for code in codes if code.startswith("110101001001")]
    for code in first:
        letter = grades.of.get(code, "")
        found = re.search(rf"\b{code[-3:]}(?: ([A-E]))?\b", page)
        assert (found[1] or "") == (letter if len(letter) == 1 else ""), code
    for words in ("grades of 2026-10 by grid-v1", "A: from 90 points", "E: from 0 points",
                  "too few cases for a grade"):  # fmt: skip
        assert words in page
    assert "above" not in page
    with pytest.raises(InputError, match="E-MAPBOOK-COLOUR"):
        make_book("110101001", tmp_path / "c.pdf", colour="grade")
    assert not (tmp_path / "c.pdf").exists()


@pytest.mark.parametrize("colour", ["none", "neighbours", "area", "grade"])
def test_no_text_lies_on_other_text(plan, tmp_path, monkeypatch, colour):
    seen = []
    close = maps.Map.close
    monkeypatch.setattr(maps.Map, "close", lambda self: (seen.append(self), close(self)))
    make_book("110101", tmp_path / "b.pdf", colour=colour, grades=graded(plan)[0])
    assert len(seen) == 5
    for drawn in seen:
        boxes = np.array(drawn.placer.taken, dtype=object)
        assert len(boxes) > 1
        one, other = shapely.STRtree(boxes).query(boxes, predicate="intersects")
        assert (one == other).all()
        assert all(drawn.frame.contains(box) for box in boxes)


def test_the_language_is_that_of_the_one_who_asks(plan, tmp_path):
    with translation.override("en"):
        make_book("110101001", tmp_path / "b.pdf", colour="area")
    text = texts(tmp_path / "b.pdf")[1]
    assert "page 2 of 3" in text
    assert "above 20,000 m²" in text
    with translation.override("zh-hans"):
        make_book("110101001", tmp_path / "c.pdf", colour="area")
    assert "第 2 页" in texts(tmp_path / "c.pdf")[1]


@pytest.mark.parametrize(
    ("least", "scale"),
    [(999, 1000), (1000, 1000), (1001, 1250), (1800, 2000), (8100, 10_000), (12_400, 12_500)],
)
def test_scales_are_round(least, scale):
    assert sheets.round_scale(least) == scale


def test_the_ground_fits_the_frame_at_its_scale():
    _sheet, view = sheets.fitted("A3", (0, 0, 900, 300))
    shape = view.onto_paper(np.array([shapely.box(0, 0, 900, 300)], dtype=object))[0]
    assert view.box().contains(shape)
    west, _south, east, _north = shape.bounds
    assert (east - west) / sheets.MM == pytest.approx(900_000 / view.scale)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"region": "110101009"}, "E-REGION-MISSING"),
        ({"region": "999999"}, "E-PLAN-MISSING"),
        ({"paper": "A0"}, "E-MAPBOOK-PAPER"),
        ({"colour": "pink"}, "E-MAPBOOK-COLOUR"),
    ],
)
def test_what_is_refused(plan, tmp_path, change, code):
    asked = {"region": "110101", "path": tmp_path / "b.pdf"} | change
    with pytest.raises((InputError, NotFoundError), match=code):
        make_book(asked.pop("region"), asked.pop("path"), **asked)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("named", ["", "none/here.ttf"])
def test_without_a_font_it_says_what_to_install(plan, tmp_path, settings, monkeypatch, named):
    settings.MAPBOOK_FONT = named
    monkeypatch.setattr(fonts, "FOLDERS", (str(tmp_path),))
    with pytest.raises(ConflictError, match="E-MAPBOOK-FONT.*fonts-noto-cjk"):
        make_book("110101", tmp_path / "b.pdf")


def test_a_file_that_is_no_font(plan, tmp_path, settings):
    wrong = tmp_path / "a.ttf"
    wrong.write_bytes(b"no font at all")
    settings.MAPBOOK_FONT = str(wrong)
    with pytest.raises(ConflictError, match="E-MAPBOOK-FONT"):
        make_book("110101", tmp_path / "b.pdf")
    assert [path.name for path in tmp_path.iterdir()] == ["a.ttf"]


def test_a_cancelled_book_leaves_nothing(plan, tmp_path):
    def stop(done, _total, _message=""):
        if done > 1:
            raise CancelledError

    with pytest.raises(CancelledError):
        make_book("110101", tmp_path / "b.pdf", progress=stop)
    assert list(tmp_path.iterdir()) == []


def test_the_command(plan, tmp_path, capsys):
    call_command("export_mapbook", "110101001", "-o", str(tmp_path / "b.pdf"), "--json")
    assert '"pages": 3' in capsys.readouterr().out


def test_a_second_book_of_the_same_process_has_its_own_letters(plan, tmp_path, monkeypatch):
    known = set(pdfmetrics.getRegisteredFontNames())
    lost = []

    def check(self):
        glyphs = pdfmetrics.getFont(fonts.current()).face.charToGlyph
        lost.extend(set(self.ground.text() + "单元网格图第页索引") - {chr(c) for c in glyphs})

    with translation.override("en"):
        make_book("110101002", tmp_path / "a.pdf")
    monkeypatch.setattr(maps.Map, "open", check)
    monkeypatch.setattr(maps.Map, "close", lambda self: None)
    with translation.override("zh-hans"):
        make_book("110101001", tmp_path / "b.pdf")
    assert lost == []
    assert set(pdfmetrics.getRegisteredFontNames()) == known
