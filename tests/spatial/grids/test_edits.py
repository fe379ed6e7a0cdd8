"""Editing a draft plan on a real PostGIS: exact after each edit, undone to the byte."""

from datetime import date
from threading import Barrier, Thread

import numpy as np
import pytest
import shapely
from django.contrib.auth.models import User
from django.contrib.gis.geos import GEOSGeometry
from django.db import IntegrityError, connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from numpy.random import default_rng

import gridding
from spatial.basemap.models import Region
from spatial.core.errors import ConflictError, NotFoundError, WanmiError
from spatial.core.models import AuditEntry
from spatial.grids.models import GridCode, GridPlan, UnitGrid
from spatial.grids.selectors import grids_of
from spatial.grids.services.build import make_plan
from spatial.grids.services.check import check_plan
from spatial.grids.services.edit.history import edit_plan, edits_of, redo, undo
from spatial.grids.services.edit.rows import prove
from spatial.grids.services.inputs import collect, district_now
from spatial.grids.services.metric import as_arrays, projected
from spatial.grids.services.publish import publish_plan
from tests.spatial.grids.conftest import ORIGIN, SRID, add_feature, make_dataset, make_district

DAY = date(2026, 1, 5)


def degrees(*points):
    """Points given in metres from the south-western corner of the district, in degrees."""
    moved = shapely.points(np.array(points, float) + ORIGIN)
    return shapely.get_coordinates(gridding.project(moved, SRID, 4326)).tolist()


def at(plan, x, y):
    """The ordinal of the grid at a place in metres from the corner."""
    point = GEOSGeometry(shapely.to_wkt(shapely.Point(degrees((x, y))[0])), srid=4326)
    return grids_of(plan).get(geom__contains=point).ordinal


def stored_bytes(plan, *without):
    """Every row of a plan as the database holds it, without its revision."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id, ordinal, code, community_id, geom::bytea, geom3857::bytea, area_m2, "
            "perimeter_m, on_feature_share, neighbours, note, fingerprint, left_alone "
            "FROM grids_unitgrid WHERE plan_id = %s ORDER BY id",
            [plan.pk],
        )
        grids = [
            tuple(bytes(v) if isinstance(v, memoryview) else v for v in row)
            for row in cursor.fetchall()
        ]
        cursor.execute(
            "SELECT id, geom::bytea FROM grids_gridpin WHERE plan_id = %s ORDER BY id", [plan.pk]
        )
        pins = [(key, bytes(value)) for key, value in cursor.fetchall()]
    return grids, pins


def assert_sound(plan):
    """The check finds nothing, and all that is derived is what the shapes say."""
    plan.refresh_from_db()
    prove()
    assert check_plan(plan)["ok"], plan.check_report
    rows = list(grids_of(plan))
    shapes = as_arrays([row.geom for row in rows])
    assert shapely.coverage_is_valid(shapes)
    beside = gridding.adjacency.neighbours(shapes)
    ordinals = [row.ordinal for row in rows]
    for i, row in enumerate(rows):
        assert row.neighbours == sorted(ordinals[j] for j in beside.of(i)), row.code
    metres = projected([row.geom for row in rows], SRID)
    assert np.allclose(shapely.length(metres), [row.perimeter_m for row in rows], atol=1e-6)
    assert plan.grid_count == plan.figures["grids"] == len(rows)
    assert all(row.code.startswith(row.community.code) for row in rows)


@pytest.fixture
def editor(db):
    return User.objects.create_user("editor")


@pytest.fixture
def draft(district):
    return make_plan("110101")


def pair(plan, community="110101001001"):
    """Two grids of a community that share border."""
    own = {g.ordinal: g for g in grids_of(plan).filter(code__startswith=community)}
    for ordinal, grid in own.items():
        for other in grid.neighbours:
            if other in own:
                return [ordinal, other]
    raise AssertionError


def test_merge_split_move_and_reassign_are_sound_and_undone_to_the_byte(draft, editor):
    first = stored_bytes(draft)
    states = [first]
    one, other = pair(draft)
    edits = [
        ("merge", {"grids": [one, other]}),
        ("split", across(draft, at(draft, 450, 450))),
        ("move", {"moves": [{"from": node(draft), "to": shifted(node(draft), 6.0)}]}),
    ]
    for kind, asked in edits:
        done = edit_plan(draft, kind, asked, draft.revision, editor)
        assert_sound(draft)
        assert draft.revision == done.plan.revision
        states.append(stored_bytes(draft))
    assert len({str(s) for s in states}) == len(states)
    for state in reversed(states[:-1]):
        undo(draft, draft.revision, editor)
        assert_sound(draft)
        assert stored_bytes(draft) == state
    for state in states[1:]:
        redo(draft, draft.revision, editor)
        assert_sound(draft)
        assert stored_bytes(draft) == state
    assert draft.revision == 9


def across(plan, ordinal, share=0.5):
    """A line from west to east through a grid."""
    west, south, east, north = grids_of(plan).get(ordinal=ordinal).geom.extent
    y = south + share * (north - south)
    return {"grids": [ordinal], "line": [[west - 1e-4, y], [east + 1e-4, y]]}


def node(plan):
    """A vertex inside a community where three grids or more meet."""
    shapes = as_arrays([g.geom for g in grids_of(plan).filter(code__startswith="110101001001")])
    region = Region.objects.get(code="110101001001").geom
    ring = shapely.boundary(as_arrays([region])[0])
    xy, count = np.unique(
        np.concatenate([np.unique(shapely.get_coordinates(s), axis=0) for s in shapes]),
        axis=0,
        return_counts=True,
    )
    inner = shapely.distance(shapely.points(xy), ring) > 1e-4
    return xy[inner][count[inner].argmax()].tolist()


def shifted(point, metres):
    return [point[0] + metres / 85_000, point[1] + metres / 111_000]


@settings(
    derandomize=True,
    max_examples=5,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(seed=st.integers(0, 10_000))
def test_random_edits_with_undo_and_redo(draft, editor, seed):
    rng = default_rng(seed)
    with transaction.atomic():
        plan = GridPlan.objects.get(pk=draft.pk)
        history, spot, done = [stored_bytes(plan)], 0, 0
        for _ in range(16):
            move = rng.random()
            try:
                if move < 0.2:
                    undo(plan, plan.revision, editor)
                    spot -= 1
                elif move < 0.3:
                    redo(plan, plan.revision, editor)
                    spot += 1
                else:
                    edit_plan(plan, *random_request(rng, plan), plan.revision, editor)
                    spot += 1
                    history[spot:] = [stored_bytes(plan)]
                done += 1
            except WanmiError as error:
                assert error.code.startswith("E-EDIT-")
            plan.refresh_from_db()
            assert stored_bytes(plan) == history[spot]
        assert done > 1
        assert_sound(plan)
        while spot:
            undo(plan, plan.revision, editor)
            plan.refresh_from_db()
            spot -= 1
        assert stored_bytes(plan) == history[0]
        transaction.set_rollback(True)


def random_request(rng, plan):
    grids = list(grids_of(plan))
    grid = grids[rng.integers(len(grids))]
    other = int(rng.choice(grid.neighbours))
    west, south, east, north = grid.geom.extent
    line = [
        [float(rng.uniform(west, east)), float(rng.choice([south, north]))],
        [float(rng.uniform(west, east)), float(rng.choice([south, north]))],
    ]
    kind = rng.choice(["merge", "split", "reassign", "move", "pin", "leave", "unpin", "release"])
    if kind == "move":
        xy = np.array(grid.geom.coords[0])
        point = xy[rng.integers(len(xy))].tolist()
        target = shifted(point, float(rng.uniform(-20, 20)))
        return kind, {"moves": [{"from": point, "to": target}], "snap_m": 3.0}
    named = {"split": [grid.ordinal], "leave": [grid.ordinal], "release": [grid.ordinal]}
    asked = {"grids": named.get(kind, [grid.ordinal, other])}
    if kind in ("split", "reassign"):
        asked |= {"line": line, "snap_m": float(rng.choice([0.0, 5.0]))}
    return str(kind), asked


def edit(plan, kind, user=None, **asked):
    plan.refresh_from_db()
    return edit_plan(plan, kind, asked, plan.revision, user)


def published(plan, day=DAY):
    assert check_plan(plan)["ok"], plan.check_report
    return publish_plan(plan, day)


def refused(call, *args, **more):
    with pytest.raises(WanmiError) as caught:
        call(*args, **more)
    return caught.value


def test_a_vertex_on_the_border_of_a_community_is_on_both_sides(draft):
    """A straight border in metres is bent in degrees: the check measures in metres."""
    here = at(draft, 290, 250)
    west, south, east, north = grids_of(draft).get(ordinal=here).geom.extent
    y = south + 0.37 * (north - south)
    done = edit(draft, "split", grids=[here], line=[[west - 1e-4, y], [east + 1e-4, y]])
    assert_sound(draft)
    beyond = at(draft, 310, 250)
    assert {here, beyond} <= set(done.grids)


def test_what_is_kept_of_a_changed_grid_is_what_a_run_would_keep(draft):
    done = edit(draft, "merge", grids=pair(draft))
    source = collect(district_now("110101"))
    rules = gridding.GridRules(target_area_m2=draft.target_area_m2, scheme=draft.scheme)
    for grid in grids_of(draft).filter(revision=done.plan.revision):
        shape = projected([grid.geom], SRID)
        assert gridding.fingerprints(shape, source.features, rules) == (grid.fingerprint,)
        assert grid.area_m2 == shapely.area(shape)[0]
        assert 0.0 <= grid.on_feature_share <= 1.0


def test_history_tells_who_and_when_and_drops_what_was_undone(draft, editor):
    edit(draft, "leave", editor, grids=[1])
    edit(draft, "leave", editor, grids=[2])
    draft.refresh_from_db()
    undo(draft, draft.revision, editor)
    edit(draft, "leave", editor, grids=[3])
    listed = [(e.number, e.kind, e.state, e.made_by) for e in edits_of(draft)]
    assert listed == [
        (3, "leave", "done", editor),
        (2, "leave", "dropped", editor),
        (1, "leave", "done", editor),
    ]
    draft.refresh_from_db()
    assert refused(redo, draft, draft.revision, editor).code == "E-EDIT-NOREDO"
    actions = AuditEntry.objects.filter(object_key=draft.version, actor_name="editor")
    assert list(actions.order_by("pk").values_list("action", "detail__number")) == [
        ("plan.edited", 1),
        ("plan.edited", 2),
        ("plan.edit-undone", 2),
        ("plan.edited", 3),
    ]


def test_nothing_to_undo_is_said(draft):
    assert refused(undo, draft, 0, None).code == "E-EDIT-NOUNDO"


def test_a_checked_plan_is_a_draft_again_after_an_edit(draft):
    assert check_plan(draft)["ok"]
    edit(draft, "merge", grids=pair(draft))
    draft.refresh_from_db()
    assert (draft.state, draft.check_report) == ("draft", {})
    assert refused(publish_plan, draft, DAY).code == "E-PLAN-UNCHECKED"


def test_refused_edits_change_nothing(draft):
    before = stored_bytes(draft)
    one, other = pair(draft)
    west = grids_of(draft).get(ordinal=one).geom.extent[0]
    across_border = [at(draft, 290, 250), at(draft, 310, 250)]
    apart = [at(draft, 20, 20), at(draft, 280, 280)]
    line = [[west - 0.01, 39.0], [west - 0.02, 39.0]]
    assert refused(edit, draft, "merge", grids=across_border).code == "E-EDIT-BORDER"
    assert refused(edit, draft, "merge", grids=apart).code == "E-EDIT-APART"
    assert refused(edit, draft, "split", grids=[one], line=line).code == "E-EDIT-NOCROSS"
    gone = refused(edit, draft, "merge", grids=[one, 99_999])
    assert (gone.code, type(gone)) == ("E-GRID-MISSING", NotFoundError)
    corner = degrees((300, 300))[0]
    moves = [{"from": corner, "to": shifted(corner, 5.0)}]
    assert refused(edit, draft, "move", moves=moves).code == "E-EDIT-GIVEN"
    nowhere = [{"from": [10.0, 10.0], "to": [10.0, 10.1]}]
    assert refused(edit, draft, "move", moves=nowhere).code == "E-EDIT-NONODE"
    draft.refresh_from_db()
    assert (stored_bytes(draft), draft.revision) == (before, 0)
    assert not edits_of(draft)


def test_a_published_plan_is_not_edited(draft):
    published(draft)
    error = refused(edit, draft, "merge", grids=pair(draft))
    assert (error.code, type(error)) == ("E-EDIT-FIXED", ConflictError)
    draft.refresh_from_db()
    assert refused(undo, draft, draft.revision, None).code == "E-EDIT-FIXED"


def test_a_stale_editor_hears_of_it_only_where_grids_changed(draft, editor):
    one, other = pair(draft)
    far = pair(draft, "110101002004")
    edit_plan(draft, "merge", {"grids": [one, other]}, 0, editor)
    error = refused(edit_plan, draft, "leave", {"grids": [one]}, 0, editor)
    assert (error.code, error.status) == ("E-EDIT-STALE", 409)
    assert error.detail["revision"] == 1
    assert refused(edit_plan, draft, "leave", {"grids": [other]}, 0, editor).code == "E-EDIT-STALE"
    done = edit_plan(draft, "merge", {"grids": far}, 0, editor)
    assert done.plan.revision == 2
    assert refused(undo, draft, 1, editor).code == "E-EDIT-STALE"
    assert refused(edit_plan, draft, "leave", {"grids": [3]}, 9, editor).code == "E-EDIT-STALE"
    assert_sound(draft)


@pytest.mark.django_db(transaction=True)
def test_two_editors_at_the_same_moment(transactional_db):
    make_district(make_dataset())
    plan = make_plan("110101")
    asked = {"grids": pair(plan)}
    start, found = Barrier(2), []

    def work(kind, more):
        try:
            start.wait()
            found.append(edit_plan(plan, kind, more, 0, None).plan.revision)
        except WanmiError as error:
            found.append(error.code)
        finally:
            connection.close()

    line = across(plan, asked["grids"][0])
    threads = [
        Thread(target=work, args=("merge", asked)),
        Thread(target=work, args=("split", line)),
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(map(str, found)) == ["1", "E-EDIT-STALE"]
    assert_sound(plan)
    assert plan.revision == 1


def test_snapping_follows_a_road(district, dataset):
    x, y = ORIGIN
    road = shapely.LineString([(x + 300, y + 50), (x + 350, y + 56), (x + 400, y + 50)])
    draft = make_plan("110101")
    here = at(draft, 350, 50)
    add_feature(dataset, "road", "bent", road, 4)
    west, _south, east, _north = shapely.bounds(
        projected([grids_of(draft).get(ordinal=here).geom], SRID)[0]
    )
    line = degrees((west - x - 1, 48), (east - x + 1, 48))
    edit(draft, "split", grids=[here], line=line, snap_m=6.0)
    assert_sound(draft)
    parts = projected([g.geom for g in grids_of(draft).filter(revision=1)], SRID)
    border = shapely.intersection(parts[0], parts[1])
    bend = shapely.Point(x + 350, y + 56)
    assert shapely.distance(border, bend) < 0.01


# codes


def test_codes_of_a_first_draft(draft):
    one, other = pair(draft)
    codes = {k: grids_of(draft).get(ordinal=k).code for k in (one, other)}
    largest = max(grids_of(draft).filter(code__startswith=codes[one][:12]).values_list("code"))[0]
    edit(draft, "merge", grids=[one, other])
    # They are equally large: the one that comes first.
    kept = min(one, other)
    assert grids_of(draft).get(revision=1).code == codes[kept]
    edit(draft, "split", **across(draft, kept))
    new = set(grids_of(draft).filter(revision=2).values_list("code", flat=True))
    assert codes[kept] in new
    assert max(new) > largest


def next_draft(dataset):
    """An edition in force, and a draft of the next with one building more."""
    published(make_plan("110101"))
    x, y = ORIGIN
    add_feature(dataset, "building", "new", shapely.box(x + 520, y + 20, x + 560, y + 60))
    draft = make_plan("110101")
    assert draft.edition == 2
    return draft


def test_codes_follow_the_ground_of_the_edition_in_force(district, dataset):
    draft = next_draft(dataset)
    one, other = pair(draft)
    codes = {grids_of(draft).get(ordinal=k).code for k in (one, other)}
    assert GridCode.objects.filter(code__in=codes).count() == 2
    edit(draft, "merge", grids=[one, other])
    merged = grids_of(draft).get(revision=1)
    assert not GridCode.objects.filter(code=merged.code).exists()
    assert int(merged.code[12:]) > max(int(c[12:]) for c in codes)
    borders = as_arrays([g.geom for g in UnitGrid.objects.filter(plan__edition=1, code__in=codes)])
    line = shapely.get_coordinates(shapely.line_merge(shapely.intersection(*borders)))
    edit(draft, "split", grids=[merged.ordinal], line=line.tolist())
    assert set(grids_of(draft).filter(revision=2).values_list("code", flat=True)) == codes
    assert_sound(draft)


def test_an_edited_plan_is_numbered_afresh_when_published(draft):
    edit(draft, "merge", grids=pair(draft))
    edit(draft, "split", **across(draft, at(draft, 450, 450)))
    before = {g.code: (bytes(g.geom.wkb), len(g.neighbours)) for g in grids_of(draft)}
    published(draft)
    grids = list(grids_of(draft))
    assert [g.ordinal for g in grids] == list(range(1, len(grids) + 1))
    assert [g.code for g in grids] == sorted(before)
    assert {g.code: (bytes(g.geom.wkb), len(g.neighbours)) for g in grids} == before
    of = {g.ordinal: set(g.neighbours) for g in grids}
    assert all(i in of[n] for i, near in of.items() for n in near)


# cutting anew


def test_cutting_the_same_map_again_does_not_give_an_edited_draft(draft):
    edit(draft, "leave", grids=[1])
    again = make_plan("110101")
    assert (again.pk != draft.pk, again.edition) == (True, 2)


def test_edited_grids_stay_when_the_map_is_cut_anew(district, dataset):
    draft = make_plan("110101")
    edit(draft, "merge", grids=pair(draft))
    edit(draft, "split", **across(draft, at(draft, 250, 450)))
    published(draft)
    x, y = ORIGIN
    add_feature(dataset, "building", "new", shapely.box(x + 520, y + 20, x + 560, y + 60))
    again = make_plan("110101")
    assert again.former == draft
    old = {g.code: bytes(g.geom.wkb) for g in grids_of(draft).filter(revision__gt=0)}
    new = {g.code: bytes(g.geom.wkb) for g in grids_of(again)}
    assert len(old) == 3
    assert old.items() <= new.items()
    assert check_plan(again)["ok"]


def test_pins_and_grids_left_alone_outlast_cutting_anew(district, dataset):
    draft = make_plan("110101")
    pinned = pair(draft)
    alone = at(draft, 540, 40)
    code = grids_of(draft).get(ordinal=alone).code
    edit(draft, "pin", grids=pinned)
    edit(draft, "leave", grids=[alone])
    published(draft)
    lines = [bytes(pin.geom.wkb) for pin in draft.pins.all()]
    x, y = ORIGIN
    add_feature(dataset, "building", "in", shapely.box(x + 520, y + 20, x + 560, y + 60))
    add_feature(dataset, "building", "wide", shapely.box(x + 470, y + 40, x + 530, y + 55))
    px, py = shapely.get_coordinates(
        shapely.line_interpolate_point(
            projected([draft.pins.get().geom], SRID)[0], 0.5, normalized=True
        )
    )[0]
    add_feature(dataset, "building", "near", shapely.box(px + 4, py + 4, px + 24, py + 24))
    add_feature(dataset, "building", "far", shapely.box(px - 24, py - 24, px - 4, py - 4))
    again = make_plan("110101")
    assert check_plan(again)["ok"], again.check_report
    kept = grids_of(again).get(code=code)
    assert kept.left_alone
    assert bytes(kept.geom.wkb) == bytes(grids_of(draft).get(code=code).geom.wkb)
    assert [bytes(pin.geom.wkb) for pin in again.pins.all()] == lines
    shapes = as_arrays([g.geom for g in grids_of(again)])
    edges = gridding.edges.NodeTable(shapes, as_arrays([p.geom for p in again.pins.all()]))
    wanted = edges.edges_of_lines(as_arrays([p.geom for p in again.pins.all()]))
    assert np.isin(wanted.side, edges.edges(shapes).side).all()


# the guard of the database


def change(plan, statement, **values):
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement, {"plan": plan.pk, **values})
        prove()


MOVE = "UPDATE grids_unitgrid SET geom = {} WHERE plan_id = %(plan)s AND ordinal = %(grid)s"


@pytest.mark.parametrize(
    "statement",
    [
        MOVE.format("ST_Buffer(geom, -1e-5)"),
        MOVE.format("ST_Translate(geom, 1e-4, 0)"),
        MOVE.format("ST_SnapToGrid(geom, 1e-6)"),
        MOVE.format("ST_Segmentize(geom, 1e-4)"),
        "DELETE FROM grids_unitgrid WHERE plan_id = %(plan)s AND ordinal = %(grid)s",
        "UPDATE grids_unitgrid SET community_id = (SELECT max(id) FROM basemap_region) "
        "WHERE plan_id = %(plan)s AND ordinal = %(grid)s",
        "UPDATE grids_unitgrid g SET geom = o.geom "
        "FROM grids_unitgrid o WHERE o.plan_id = g.plan_id AND o.ordinal = g.neighbours[1] "
        "AND g.plan_id = %(plan)s AND g.ordinal = %(grid)s",
    ],
)
def test_the_database_refuses_what_is_not_exact(draft, statement):
    before = stored_bytes(draft)
    with pytest.raises(IntegrityError, match="E-EDIT-GUARD"):
        change(draft, statement, grid=at(draft, 150, 250))
    assert stored_bytes(draft) == before


def test_the_database_lets_a_plan_go_with_its_grids(draft):
    edit(draft, "merge", grids=pair(draft))
    draft.delete()
    prove()
    assert not UnitGrid.objects.exists()
