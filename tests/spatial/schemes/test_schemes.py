"""Grid schemes on a real PostGIS: imported, built, published, crossed with one another."""

from datetime import date, timedelta

import numpy as np
import pytest
import shapely
from django.core.management import call_command
from django.db import InternalError, transaction
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st

from spatial.core.errors import WanmiError
from spatial.core.models import AuditEntry
from spatial.grids.services.build import make_plan
from spatial.grids.services.check import check_plan
from spatial.grids.services.publish import publish_plan
from spatial.schemes.models import SchemeCell, SchemeEdition
from spatial.schemes.selectors import edition_in_force, edition_named, visible_editions
from spatial.schemes.services.build import build_edition
from spatial.schemes.services.crosswalk import Crosswalk, Side, crosswalk, reaggregate
from spatial.schemes.services.editions import discard_edition, make_scheme, publish_edition
from spatial.schemes.services.intake import Fields, import_edition
from tests.spatial.basemap import files
from tests.spatial.grids.conftest import ORIGIN, make_dataset, make_district
from tests.webmap import factories

DAY = date(2026, 1, 5)
pytestmark = pytest.mark.django_db


@pytest.fixture
def district(db):
    """600 × 600 m with unit grids in force."""
    found = make_district(make_dataset())
    plan = make_plan("110101")
    assert check_plan(plan)["ok"]
    publish_plan(plan, DAY)
    return found


@pytest.fixture
def scheme(db):
    return make_scheme("fire", "消防网格", "Fire", "灭火救援")


def cells(path, boxes, codes=None, **more):
    x, y = ORIGIN
    shapes = [shapely.box(x + a, y + b, x + c, y + d) for a, b, c, d in boxes]
    codes = codes or [f"F{i}" for i in range(len(shapes))]
    columns = {"code": codes, "title": [f"消防{c}" for c in codes]}
    return files.write(path, shapes, columns, **more)


HALVES = [(0, 0, 300, 600), (300, 0, 600, 600)]


def brought_in(scheme, tmp_path, boxes=HALVES, **more):
    path = cells(tmp_path / f"{len(list(tmp_path.iterdir()))}.gpkg", boxes, **more)
    return import_edition(scheme, path, "110101", Fields("CODE", "title"))


def refusal(work, *args, **more):
    with pytest.raises(WanmiError) as refused:
        work(*args, **more)
    return refused.value.code


def test_a_file_becomes_a_draft_and_is_published(district, scheme, tmp_path):
    edition = brought_in(scheme, tmp_path)
    assert (edition.version, edition.state, edition.cell_count) == ("fire-110101-e1", "draft", 2)
    assert edition.covered_share == pytest.approx(1.0, abs=1e-6)
    assert [c.name for c in edition.cells.all()] == ["消防F0", "消防F1"]
    assert sum(c.area_m2 for c in edition.cells.all()) == pytest.approx(360_000, rel=1e-6)
    assert refusal(edition_in_force, "fire", "110101") == "E-SCHEME-EDITION"
    publish_edition(edition, DAY)
    assert edition_in_force("fire", "110101") == edition
    again = brought_in(scheme, tmp_path, [(0, 0, 200, 600)])
    assert again.covered_share == pytest.approx(1 / 3, abs=1e-6)
    publish_edition(again, DAY + timedelta(days=9))
    edition.refresh_from_db()
    assert (edition.state, edition.valid_to) == ("superseded", DAY + timedelta(days=9))
    assert edition_in_force("fire", "110101", DAY + timedelta(days=3)) == edition
    assert AuditEntry.objects.filter(action__startswith="scheme.").count() == 5


def test_what_is_in_force_never_changes(district, scheme, tmp_path):
    edition = publish_edition(brought_in(scheme, tmp_path), DAY)
    assert refusal(publish_edition, edition) == "E-SCHEME-STATE"
    assert refusal(discard_edition, edition) == "E-SCHEME-STATE"
    cell = edition.cells.first()
    with pytest.raises(InternalError, match="E-SCHEME-STATE"), transaction.atomic():
        SchemeCell.objects.filter(pk=cell.pk).update(code="X")
    draft = brought_in(scheme, tmp_path)
    assert refusal(publish_edition, draft, DAY) == "E-SCHEME-DATE"
    later = timezone.localdate() + timedelta(days=1)
    assert refusal(publish_edition, draft, later) == "E-SCHEME-DATE"
    discard_edition(draft)
    assert SchemeEdition.objects.count() == 1


def test_a_second_person_publishes_and_drafts_are_for_staff(district, scheme, tmp_path):
    maker, second = factories.user("gis_staff"), factories.user("gis_staff", name="second")
    path = cells(tmp_path / "a.gpkg", HALVES)
    edition = import_edition(scheme, path, "110101", Fields("code"), user=maker)
    assert refusal(publish_edition, edition, DAY, maker) == "E-SCHEME-SECOND"
    assert list(visible_editions(factories.user("planner"))) == []
    assert list(visible_editions(maker)) == [edition]
    publish_edition(edition, DAY, second)
    assert edition_named("fire-110101-e1").state == "published"


@pytest.mark.parametrize(("boxes", "codes", "code"), [
    ([(0, 0, 300, 600), (290, 0, 600, 600)], None, "E-SCHEME-OVERLAP"),
    (HALVES, ["A", "A"], "E-SCHEME-CODE"),
    (HALVES, ["A", ""], "E-SCHEME-CODE"),
    (HALVES, ["A", "x" * 41], "E-SCHEME-CODE"),
    ([(0, 0, 300, 600), (5_000, 0, 5_100, 600)], None, "E-SCHEME-OUTSIDE"),
])  # fmt: skip
def test_bad_cells_are_refused_and_nothing_is_kept(district, scheme, tmp_path, boxes, codes, code):
    assert refusal(brought_in, scheme, tmp_path, boxes, codes=codes) == code
    assert not SchemeEdition.objects.exists()


def test_bad_files_and_orders_are_refused(district, scheme, tmp_path):
    good = cells(tmp_path / "good.gpkg", HALVES)
    assert refusal(import_edition, scheme, good, "110101", Fields("none")) == "E-SCHEME-FIELD"
    assert refusal(import_edition, scheme, good, "119999", Fields("code")) == "E-DISTRICT-MISSING"
    x, y = ORIGIN
    bow = shapely.Polygon([(x, y), (x + 99, y + 99), (x + 99, y), (x, y + 99)])
    crossed = files.write(tmp_path / "bow.gpkg", [bow], {"code": ["A"]})
    assert refusal(import_edition, scheme, crossed, "110101", Fields("code")) == "E-SCHEME-SHAPE"
    line = shapely.LineString([(x, y), (x + 9, y)])
    lines = files.write(tmp_path / "line.gpkg", [line], {"code": ["A"]})
    assert refusal(import_edition, scheme, lines, "110101", Fields("code")) == "E-SCHEME-SHAPE"
    assert import_edition(scheme, good, "110101", Fields("code"), dry_run=True) is None
    assert not SchemeEdition.objects.exists()
    assert refusal(make_scheme, "fire", "again") == "E-SCHEME-THERE"
    for wrong in ("unit", "Fire", "1a", "a b", ""):
        assert refusal(make_scheme, wrong, "x") == "E-SCHEME-KEY"
    assert refusal(make_scheme, "empty", "") == "E-SCHEME-NAME"


def test_unit_grids_are_grouped_to_cells(district, scheme):
    edition = build_edition(scheme, "110101", 5)
    assert (edition.origin, edition.cell_count) == ("built", 5)
    assert edition.covered_share == pytest.approx(1.0)
    assert [c.code for c in edition.cells.all()] == [f"110101000{n}" for n in range(1, 6)]
    publish_edition(edition, DAY)
    # Each unit grid lies in one cell whole.
    walk = crosswalk("unit", "fire", "110101")
    shares = {}
    for code, _other, _area, share, _share in walk.rows():
        shares.setdefault(code, []).append(share)
    assert all(own == [pytest.approx(1.0)] for own in shares.values())
    for wrong in (0, 9_999):
        assert refusal(build_edition, scheme, "110101", wrong) == "E-SCHEME-GROUPS"


def test_numbers_pass_from_scheme_to_scheme_and_their_total_stays(district, scheme, tmp_path):
    publish_edition(brought_in(scheme, tmp_path, [(0, 0, 200, 600), (200, 0, 400, 600)]), DAY)
    walk = crosswalk("unit", "fire", "110101")
    cases = dict.fromkeys(walk.one.codes, 10.0)
    passed = reaggregate(walk, cases)
    total = 10.0 * len(walk.one.codes)
    assert set(passed.values) == {"F0", "F1"}
    assert sum(passed.values.values()) + passed.outside == pytest.approx(total)
    # The eastern third has no cell.
    assert passed.outside == pytest.approx(total / 3, rel=0.15)
    means = reaggregate(walk, dict.fromkeys(walk.one.codes, 7.5), "mean")
    assert list(means.values.values()) == [pytest.approx(7.5)] * 2
    assert refusal(reaggregate, walk, {"nowhere": 1.0}) == "E-SCHEME-CODE"
    assert refusal(reaggregate, walk, {walk.one.codes[0]: float("nan")}) == "E-SCHEME-VALUE"
    assert refusal(reaggregate, walk, {}, "median") == "E-SCHEME-KIND"
    assert refusal(crosswalk, "fire", "fire", "110101") == "E-SCHEME-SAME"
    assert refusal(crosswalk, "fire", "none", "110101") == "E-SCHEME-MISSING"
    assert refusal(crosswalk, "unit", "fire", "110101", date(2019, 1, 1)) == "E-EDITION-NONE"


cuts = st.lists(st.floats(0.5, 99.5), min_size=0, max_size=6, unique=True)


def strips(at, upright):
    edges = [0.0, *sorted(at), 100.0]
    boxes = [
        shapely.box(a, 0, b, 100) if upright else shapely.box(0, a, 100, b)
        for a, b in zip(edges, edges[1:], strict=False)
        if b - a > 0.1
    ]
    return np.array(boxes, object)


@settings(max_examples=40)
@given(cuts, cuts, st.lists(st.floats(-1e6, 1e6), min_size=7, max_size=7))
def test_a_total_is_kept_whatever_the_schemes(one, other, numbers):
    left, right = strips(one, True), strips(other, False)
    sides = [
        Side(key, key, tuple(f"{key}{i}" for i in range(len(shapes))), ("",) * len(shapes), shapes)
        for key, shapes in (("a", left), ("b", right))
    ]
    i, j = shapely.STRtree(right).query(left, predicate="intersects")
    shared = shapely.area(shapely.intersection(left[i], right[j]))
    walk = Crosswalk(*sides, i, j, shared, *(shapely.area(one.polygons) for one in sides))
    given_values = dict(zip(sides[0].codes, numbers, strict=False))
    passed = reaggregate(walk, given_values)
    total = sum(given_values.values())
    assert sum(passed.values.values()) + passed.outside == pytest.approx(total, abs=1e-6)
    means = reaggregate(walk, given_values, "mean").values
    low, high = min(given_values.values()), max(given_values.values())
    assert all(low - 1e-6 <= value <= high + 1e-6 for value in means.values())


def test_the_commands(district, tmp_path, capsys):
    path = cells(tmp_path / "f.gpkg", HALVES)
    words = ["--scheme", "fire", "--name", "消防网格", "--district", "110101"]
    call_command("import_scheme", str(path), *words, "--code-field", "code", "--json")
    call_command("publish_scheme", "fire-110101-e1", "--on", str(DAY))
    call_command("build_scheme", "--scheme", "clean", "--name", "环卫", "--district", "110101",
                 "--groups", "4")  # fmt: skip
    call_command("publish_scheme", "clean-110101-e1")
    table = tmp_path / "walk.csv"
    call_command("crosswalk", "--from", "fire", "--to", "clean", "--district", "110101",
                 "-o", str(table))  # fmt: skip
    head, *rows = table.read_text("utf-8-sig").splitlines()
    assert head == "code,other_code,shared_area_m2,share,other_share"
    assert sum(float(row.split(",")[2]) for row in rows) == pytest.approx(360_000, rel=1e-5)
