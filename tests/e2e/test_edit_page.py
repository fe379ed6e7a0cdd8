"""Editing a draft on the map, in a real browser."""

import pytest

from tests.e2e.conftest import own_town
from tests.e2e.pages import at_rest, until
from tests.e2e.places import CELL_LON, DRAFT, VERSION, centre_of

ZOOM = 17
CELL_PX = round(CELL_LON * 256 * 2**ZOOM / 360)
"""About the side of a cell of the town in pixels, both ways."""


@pytest.fixture(scope="module")
def own_site(databases, state, worker_id):
    """A town of its own: its draft is edited here."""
    make = "make_user('gis_staff', 'lin')"
    yield from own_town(f"wanmi_e2e_edit_{worker_id}", databases, state, make)


class Editor:
    """A page that edits, with a place of the town in the middle of its map."""

    def __init__(self, open_page, site, place, name="gis_staff", zoom=ZOOM, **more):
        lon, lat = centre_of(place)
        address = f"{site}data/plans/{DRAFT}/edit#{zoom}/{lat:.6f}/{lon:.6f}"
        self.page = page = open_page(address, user=name, **more)
        box = page.locator("#map").bounding_box()
        self.x, self.y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2

    def click(self, column=0, row=0, **more):
        """Click the cell so many columns east and rows north of the middle."""
        self.page.mouse.click(self.x + column * CELL_PX, self.y - row * CELL_PX, **more)

    def choose(self, *cells):
        self.page.wait_for_selector("body:not(.is-loading)")
        self.page.keyboard.press("Escape")
        for index, cell in enumerate(cells):
            if index:
                self.page.keyboard.down("Shift")
            self.click(*cell)
            self.page.keyboard.up("Shift")
        self.page.wait_for_selector(f".edit-chosen li:nth-child({len(cells)})")
        assert self.page.locator(".edit-chosen li").count() == len(cells)

    def line(self, *points):
        """Draw a line through points given in pixels from the middle, and end it."""
        self.page.wait_for_selector("#edit-hint:visible")
        for dx, dy in points:
            self.page.mouse.move(self.x + dx, self.y + dy, steps=3)
            self.page.mouse.click(self.x + dx, self.y + dy)
        self.page.keyboard.press("Enter")

    def done(self, words):
        """Wait until the newest line of the history says so."""
        self.page.wait_for_selector(f"#history li:first-child:has-text('{words}')")
        self.page.wait_for_selector("body:not(.is-busy)")

    def refused(self, code):
        self.page.wait_for_selector(f".toast-error code:has-text('{code}')")
        self.page.wait_for_selector("body:not(.is-busy)")

    @property
    def count(self):
        return int("".join(filter(str.isdigit, self.page.inner_text("#grid-count"))))


def test_grids_are_merged_undone_and_redone(open_page, own_site):
    edit = Editor(open_page, own_site, (3, 3))
    before = edit.count
    edit.choose((0, 0), (1, 0), (0, 1))
    assert "3 个网格" in edit.page.inner_text("#choice")
    edit.page.keyboard.press("m")
    edit.done("合并网格")
    assert edit.count == before - 2
    assert "gis_staff" in edit.page.inner_text("#history li:first-child")
    edit.page.keyboard.press("Control+z")
    edit.done("已撤销")
    assert edit.count == before
    assert edit.page.is_disabled("#undo")
    edit.page.click("#redo")
    edit.page.wait_for_selector("#history li.edit-done:first-child")
    assert edit.count == before - 2
    edit.page.reload()
    edit.page.wait_for_selector("html[data-ready=true]")
    assert "合并网格" in edit.page.inner_text("#history")


def test_a_grid_is_split_and_a_piece_given_away(open_page, own_site):
    edit = Editor(open_page, own_site, (11, 3))
    before = edit.count
    edit.page.select_option("#snap", "0")
    edit.choose((0, 0))
    edit.page.keyboard.press("s")
    edit.line((0, 90), (0, -90))
    edit.done("拆分网格")
    assert edit.count == before + 1
    edit.choose((1, 0), (2, 0))
    assert "让出" in edit.page.inner_text("#choice")
    edit.page.click("[data-action=reassign]")
    edit.line((CELL_PX + 30, 90), (CELL_PX + 30, -90))
    edit.done("让出一块")
    assert edit.count == before + 1


def test_a_point_of_a_border_is_moved(open_page, own_site):
    edit = Editor(open_page, own_site, (3, 9), zoom=18)
    edit.page.select_option("#snap", "0")
    edit.choose((0, 0))
    edit.page.keyboard.press("v")
    handles = edit.page.locator(".marker-icon:not(.marker-icon-middle)")
    handles.first.wait_for()
    assert handles.count() == 4
    box = handles.nth(2).bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    edit.page.mouse.move(x, y)
    edit.page.mouse.down()
    edit.page.mouse.move(x + 9, y + 9, steps=4)
    edit.page.mouse.up()
    edit.done("移动边界")
    # The handles are there again, for the next point.
    handles.first.wait_for()
    edit.page.keyboard.press("Escape")
    assert handles.count() == 0


def test_borders_are_pinned_and_grids_left_alone(open_page, own_site):
    edit = Editor(open_page, own_site, (11, 9))
    edit.choose((0, 0), (1, 0))
    edit.page.keyboard.press("p")
    edit.done("固定边界")
    assert edit.page.locator(".leaflet-chosen-pane path").count() == 1
    edit.choose((0, 0), (1, 0))
    edit.page.keyboard.press("u")
    edit.done("解除固定")
    assert edit.page.locator(".leaflet-chosen-pane path").count() == 0
    edit.choose((0, 0))
    edit.page.keyboard.press("a")
    edit.done("保持不动")
    assert "保持不动" in edit.page.inner_text(".edit-chosen")
    edit.page.keyboard.press("r")
    edit.done("解除保持不动")


def test_what_cannot_be_says_why_and_changes_nothing(open_page, own_site):
    edit = Editor(open_page, own_site, (6, 9), allowed={400, 409})
    before = edit.count
    edit.choose((0, 0), (2, 0))
    edit.page.keyboard.press("m")
    edit.refused("E-EDIT-BORDER")
    edit.choose((0, 0), (-2, 0))
    edit.page.keyboard.press("m")
    edit.refused("E-EDIT-APART")
    edit.page.keyboard.press("v")
    edit.refused("E-EDIT-NOTBESIDE")
    edit.choose((0, 0))
    edit.page.keyboard.press("s")
    edit.line((-15, 0), (15, 0))
    edit.refused("E-EDIT-NOCROSS")
    assert edit.count == before


def test_two_editors_meet_and_nothing_is_lost(open_page, own_site):
    place = (3, 6)
    one = Editor(open_page, own_site, place, allowed={409})
    other = Editor(open_page, own_site, place, "lin")
    one.choose((0, 0))
    other.choose((0, 0))
    other.page.keyboard.press("a")
    other.done("保持不动")
    other.page.keyboard.press("r")
    other.done("解除保持不动")
    one.page.keyboard.press("a")
    one.page.wait_for_selector("#conflict:visible")
    assert "lin" in one.page.inner_text("#history li:first-child")
    one.page.click("#conflict-again")
    one.done("保持不动")
    assert one.page.is_hidden("#conflict")
    assert "gis_staff" in one.page.inner_text("#history li:first-child")


def test_many_are_chosen_by_a_box(open_page, own_site):
    edit = Editor(open_page, own_site, (11, 6))
    edit.page.keyboard.down("Shift")
    edit.page.mouse.move(edit.x - 1.8 * CELL_PX, edit.y - 1.8 * CELL_PX)
    edit.page.mouse.down()
    edit.page.mouse.move(edit.x + 1.8 * CELL_PX, edit.y + 1.8 * CELL_PX, steps=4)
    edit.page.mouse.up()
    edit.page.keyboard.up("Shift")
    edit.page.wait_for_selector(".edit-chosen li")
    assert edit.page.locator(".edit-chosen li").count() >= 2
    edit.page.keyboard.press("Escape")
    assert edit.page.locator(".edit-chosen li").count() == 0


def test_from_afar_one_is_told_to_come_nearer(open_page, own_site):
    edit = Editor(open_page, own_site, (8, 6), zoom=14)
    edit.page.click("#edit-nearer")
    edit.page.wait_for_selector("#edit-far", state="hidden")
    at_rest(edit.page)
    edit.choose((0, 0))


def test_an_edition_in_force_is_reviewed_only(open_page, own_site):
    page = open_page(f"{own_site}data/plans/{VERSION}/edit", user="gis_staff", ready=False)
    assert page.url.endswith(f"/data/plans/{VERSION}")
    page.goto(f"{own_site}data/plans/{DRAFT}")
    page.wait_for_selector("html[data-ready=true]")
    page.click("#actions a[href$='/edit']")
    page.wait_for_selector("#history")


def test_the_page_fits_a_phone_and_a_finger_splits(open_page, own_site):
    edit = Editor(open_page, own_site, (13, 9), size=(390, 844), has_touch=True)
    page = edit.page
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page.select_option("#snap", "0")
    page.evaluate("window.scrollTo(0, 0)")
    page.touchscreen.tap(edit.x, edit.y)
    page.wait_for_selector(".edit-chosen li")
    page.click("[data-action=split]")
    page.evaluate("window.scrollTo(0, 0)")
    page.wait_for_selector("#edit-finish:visible")
    for count, dy in enumerate((90, -90), 1):
        page.touchscreen.tap(edit.x, edit.y + dy)
        until(page, f"document.querySelectorAll('.marker-icon').length >= {count}")
        # Leaflet takes two taps within 200 ms for a double tap, wherever they are.
        page.wait_for_timeout(250)
    page.click("#edit-finish")
    edit.done("拆分网格")


def test_the_keys_are_told(open_page, own_site):
    page = Editor(open_page, own_site, (3, 3)).page
    page.keyboard.press("?")
    card = page.locator("dialog[open] .keys")
    assert "合并" in card.inner_text() and "Ctrl" in card.inner_text()
    page.keyboard.press("Escape")
    assert card.count() == 0
    page.click("#edit-keys")
    assert card.is_visible()
