"""Grids of a former edition that are left alone: they stay whatever stands there now."""

from dataclasses import replace

import numpy as np
import pytest
import shapely

from gridding import Communities, InputError
from tests.gridding.test_exact import assert_exact
from tests.gridding.test_former import X, Y, blocks, cut_blocks, remember_blocks, ten_grids


def leave(former, *which):
    return replace(former, alone=tuple(i in which for i in range(len(former.polygons))))


def at(former, x, y):
    place = shapely.Point(X + x, Y + y)
    return int(np.flatnonzero(shapely.contains(former.polygons, place))[0])


def test_a_grid_left_alone_stays_where_others_are_cut_anew():
    former = remember_blocks(blocks())
    corner = at(former, 50, 50)
    changed = blocks(shapely.box(X + 30, Y + 30, X + 60, Y + 60))
    assert corner not in cut_blocks(changed, former).former
    again = cut_blocks(changed, leave(former, corner))
    assert (again.former >= 0).all()
    assert_exact(changed, again)


def test_a_building_across_its_border_does_not_move_it():
    former = remember_blocks(blocks())
    middle = at(former, 150, 150)
    changed = blocks(shapely.box(X + 80, Y + 130, X + 130, Y + 170))
    again = cut_blocks(changed, leave(former, middle))
    kept = again.polygons[again.former == middle]
    assert shapely.to_wkb(kept).tolist() == shapely.to_wkb(former.polygons[[middle]]).tolist()
    assert again.report.coverage.ok


def test_a_small_patch_takes_in_another_neighbour():
    town = blocks()
    former = ten_grids(town)
    small = int(shapely.area(former.polygons).argmin())
    marks = tuple("" if i == small else mark for i, mark in enumerate(former.fingerprints))
    former = replace(former, fingerprints=marks)
    taken = (set(range(10)) - set(cut_blocks(town, former).former.tolist()) - {small}).pop()
    again = cut_blocks(town, leave(former, taken))
    assert taken in again.former
    assert_exact(town, again)


def test_a_grid_left_alone_that_fits_no_more_is_said():
    former = remember_blocks(blocks())
    ring = [(X, Y), (X + 300, Y), (X + 300, Y + 300), (X + 60, Y + 300), (X, Y + 260)]
    moved = replace(
        blocks(), communities=Communities(("110101001001",), np.array([shapely.Polygon(ring)]))
    )
    with pytest.raises(InputError, match="E-GRID-ALONE"):
        cut_blocks(moved, leave(former, at(former, 20, 280)))
    assert (cut_blocks(moved, leave(former, at(former, 280, 20))).former >= 0).sum() == 8


def test_one_word_for_each_grid():
    former = remember_blocks(blocks())
    with pytest.raises(InputError, match="E-GRID-FORMER"):
        cut_blocks(blocks(), replace(former, alone=(True,)))
