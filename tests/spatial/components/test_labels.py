"""Label sheets read back: codes decoded from the page, text, places, what is refused."""

from itertools import pairwise

import numpy as np
import pypdfium2
import pytest
import zxingcpp
from django.utils import translation
from pypdf import PdfReader

from spatial.components.labels import LAYOUTS, Label, make_sheet
from spatial.components.labels.words import CUT, fitted
from spatial.core import fonts
from spatial.core.errors import ConflictError, InputError
from spatial.core.jobs import CancelledError

DPI = 200
PX_PER_MM = DPI / 25.4
INK, PAPER = 100, 250
"""Grey values: text and codes are darker than the one, bare paper is lighter than the other."""
NAMES = ("雨水箅子", "燃气调压站（箱）", "street lamp")


def label(number, **change):
    code = f"1101010104{number:06d}"
    whole = {
        "code": code,
        "class_name": NAMES[number % len(NAMES)],
        "district_name": "东城区",
        "url": f"https://city.example.org/c/{code}",
    }
    return Label(**whole | change)


def labels(count):
    return [label(number) for number in range(1, count + 1)]


def pages(path):
    """Grey values of each page as it is printed."""
    document = pypdfium2.PdfDocument(path)
    drawn = [page.render(scale=DPI / 72, grayscale=True).to_numpy() for page in document]
    document.close()
    return [np.asarray(one).reshape(one.shape[:2]) for one in drawn]


def scanned(page):
    """What is read from a page, with the middle of each code in millimetres from the top left."""
    found = []
    for code in zxingcpp.read_barcodes(page, formats=zxingcpp.BarcodeFormat.QRCode):
        corners = (code.position.top_left, code.position.bottom_right)
        middle = [sum(getattr(c, axis) for c in corners) / 2 / PX_PER_MM for axis in "xy"]
        found.append((code.text, *middle))
    return found


def box_mm(layout, place):
    """Left, top, right and bottom of a place on the sheet, from the measures of the trade."""
    left, top, step, width, height, columns = {
        "3x8": (0.0, 4.5, 70.0, 70.0, 36.0, 3),
        "5x13": (4.75, 10.7, 40.6, 38.1, 21.2, 5),
    }[layout]
    row, column = divmod(place, columns)
    x, y = left + column * step, top + row * height
    return x, y, x + width, y + height


def cut_out(page, box):
    left, top, right, bottom = (round(side * PX_PER_MM) for side in box)
    return page[top:bottom, left:right]


@pytest.mark.parametrize(("layout", "places"), [("3x8", 24), ("5x13", 65)])
def test_every_code_is_read_from_its_place(tmp_path, layout, places):
    done = make_sheet(labels(places + 2), tmp_path / "a.pdf", layout=layout)
    assert (done.pages, done.labels) == (2, places + 2)
    wanted = [one.url for one in labels(places + 2)]
    for start, page in zip((0, places), pages(tmp_path / "a.pdf"), strict=True):
        read = {text: (x, y) for text, x, y in scanned(page)}
        assert set(read) == set(wanted[start : start + places])
        for place, url in enumerate(wanted[start : start + places]):
            left, top, right, bottom = box_mm(layout, place)
            x, y = read[url]
            assert left < x < (left + right) / 2
            assert y == pytest.approx((top + bottom) / 2, abs=0.6)


@pytest.mark.parametrize("layout", list(LAYOUTS))
def test_the_words_are_text(tmp_path, layout):
    make_sheet(labels(2), tmp_path / "a.pdf", layout=layout)
    page = PdfReader(tmp_path / "a.pdf").pages[0]
    text = " ".join(page.extract_text().split())
    for part in ("110101 01 04 000001", "110101 01 04 000002", "street lamp", "东城区"):
        assert part in text
    assert "燃气调压站（箱）" in text.replace(" ", "")
    assert (round(page.mediabox.width), round(page.mediabox.height)) == (595, 842)
    for font in page["/Resources"]["/Font"].values():
        assert "/FontFile2" in font.get_object()["/FontDescriptor"]


def test_class_names_are_bold_and_digits_are_not(tmp_path):
    make_sheet(labels(1), tmp_path / "a.pdf")
    content = PdfReader(tmp_path / "a.pdf").pages[0].get_contents().get_data()
    _before, after = content.split(b"2 Tr")
    assert after.index(b"Q\n") < after.index(b"BT")


def test_a_half_used_sheet_begins_where_it_is_free(tmp_path):
    make_sheet(labels(3), tmp_path / "a.pdf", first=23)
    first, second = pages(tmp_path / "a.pdf")
    assert {text for text, _x, _y in scanned(first)} == {one.url for one in labels(2)}
    assert [text for text, _x, _y in scanned(second)] == [label(3).url]
    # Not even a mark on the used part.
    assert cut_out(first, (0, 0, 210, 250)).min() > PAPER
    assert cut_out(first, (0, 258, 65, 290)).min() > PAPER


def test_pages_are_numbered_in_the_language_of_the_one_who_asks(tmp_path):
    with translation.override("en"):
        make_sheet(labels(25), tmp_path / "a.pdf")
    texts = [page.extract_text() for page in PdfReader(tmp_path / "a.pdf").pages]
    assert "page 1 of 2" in texts[0]
    assert "page 2 of 2" in texts[1]


@pytest.mark.parametrize("layout", list(LAYOUTS))
def test_marks_stand_at_the_corners(tmp_path, layout):
    make_sheet(labels(1), tmp_path / "a.pdf", layout=layout)
    page = pages(tmp_path / "a.pdf")[0]
    left, top, right, bottom = box_mm(layout, 0)
    for x in (left, right):
        for y in (top, bottom):
            around = (max(x - 1, 0), y - 1, x + 1, y + 1)
            assert INK < cut_out(page, around).min() < PAPER, (x, y)


@pytest.mark.parametrize("layout", list(LAYOUTS))
def test_nothing_runs_out_of_a_label_however_long(tmp_path, layout):
    long = [
        label(1, class_name="一二三四五六七八九十" * 5, district_name="某某某自治区直辖" * 4),
        label(2, class_name="a very long name of a class of components " * 3),
        label(3, class_name="W" * 80, district_name="W" * 80),
        label(4, code="11010101001000004"),
    ]
    make_sheet(long, tmp_path / "a.pdf", layout=layout)
    page = pages(tmp_path / "a.pdf")[0]
    for place in range(len(long)):
        left, top, right, bottom = box_mm(layout, place)
        x, y = (round(side * PX_PER_MM) for side in (left, top))
        dark_y, dark_x = np.nonzero(cut_out(page, (left, top, right, bottom)) < INK)
        assert dark_x.min() / PX_PER_MM > 1, "room for a cutter that is off"
        assert dark_x.max() / PX_PER_MM < right - left - 1
        assert dark_y.min() / PX_PER_MM > 1
        assert dark_y.max() / PX_PER_MM < bottom - top - 1
        assert x >= 0 and y >= 0
    columns = np.nonzero((page < INK).any(axis=0))[0] / PX_PER_MM
    assert columns.min() > 4.2, "printers leave the edge of the paper white"
    assert columns.max() < 210 - 4.2


def test_lines_break_between_words_and_brackets_hold_together():
    with fonts.embedded("燃气调压站（箱）"):
        lines, size = fitted("storm drain manhole cover", 10, 80, 2)
        assert (lines, size) == (["storm drain", "manhole cover"], 10)
        assert fitted("燃气调压站（箱）", 10, 75, 2)[0] == ["燃气调压站", "（箱）"]
        assert fitted("燃气", 10, 75, 2) == (["燃气"], 10)
        lines, size = fitted("燃气调压站", 10, 40, 1)
        assert (lines, size) == (["燃气调压站"], 8.0)
        lines, size = fitted("燃气调压站燃气调压站", 10, 30, 1)
        assert lines[0].endswith(CUT) and size == 6.5


def test_a_code_is_grouped_as_it_is_built():
    assert label(7).groups == ("110101", "01", "04", "000007")
    assert label(7, code="11010101004000007").groups == ("110101", "01", "004", "000007")


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"code": "110101010400000"}, "E-LABEL-CODE"),
        ({"code": "110101010400000x"}, "E-LABEL-CODE"),
        ({"code": "１" * 16}, "E-LABEL-CODE"),
        ({"url": "city.example.org/c/1"}, "E-LABEL-URL"),
        ({"url": "https://city.example.org/c 1"}, "E-LABEL-URL"),
        ({"url": "https://城.example.org/"}, "E-LABEL-URL"),
        ({"url": "javascript:alert(1)"}, "E-LABEL-URL"),
    ],
)
def test_what_no_label_can_say(change, code):
    with pytest.raises(InputError, match=code):
        label(1, **change)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"layout": "2x2"}, "E-LABEL-LAYOUT"),
        ({"first": 0}, "E-LABEL-FIRST"),
        ({"first": 25}, "E-LABEL-FIRST"),
        ({"labels": []}, "E-LABEL-EMPTY"),
        ({"labels": [label(1, url="https://city.example.org/" + "x" * 3000)]}, "E-LABEL-URL"),
        (
            {"labels": [label(1, url="https://city.example.org/" + "x" * 120)], "layout": "5x13"},
            "E-LABEL-URL",
        ),
    ],
)
def test_what_is_refused_leaves_nothing(tmp_path, change, code):
    given = {"labels": labels(1)} | change
    with pytest.raises(InputError, match=code):
        make_sheet(given.pop("labels"), tmp_path / "a.pdf", **given)
    assert list(tmp_path.iterdir()) == []


def test_a_long_address_fits_the_larger_label(tmp_path):
    url = "https://city.example.org/" + "x" * 120
    make_sheet([label(1, url=url)], tmp_path / "a.pdf")
    assert [text for text, _x, _y in scanned(pages(tmp_path / "a.pdf")[0])] == [url]


def test_without_a_font_it_says_what_to_install(tmp_path, settings):
    settings.MAPBOOK_FONT = "none/here.ttf"
    with pytest.raises(ConflictError, match=r"E-MAPBOOK-FONT.*fonts-noto-cjk"):
        make_sheet(labels(1), tmp_path / "a.pdf")
    assert list(tmp_path.iterdir()) == []


def test_progress_counts_pages_and_a_cancelled_sheet_leaves_nothing(tmp_path):
    seen = []
    make_sheet(labels(49), tmp_path / "a.pdf", progress=lambda *given: seen.append(given[:2]))
    assert seen == [(0, 3), (1, 3), (2, 3), (3, 3)]
    assert all(a < b for a, b in pairwise(seen))

    def stop(done, _total, _message=""):
        if done == 1:
            raise CancelledError

    with pytest.raises(CancelledError):
        make_sheet(labels(49), tmp_path / "b.pdf", progress=stop)
    assert [path.name for path in tmp_path.iterdir()] == ["a.pdf"]
