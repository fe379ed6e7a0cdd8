"""Ground that is no dense town: its own targets, and what is whole by rule."""

import json
from dataclasses import replace

import geopandas as gpd
import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from gridding import (
    BORDER_KINDS,
    CodeError,
    Communities,
    Features,
    GridRules,
    InputError,
    LandUse,
    check_coverage,
    fingerprints,
    former_of,
    make_grids,
    read_land_use,
)
from gridding.__main__ import main
from gridding.figures import size_class
from gridding.frames import cut
from gridding.html import report_html
from tests.gridding.towns import X0, Y0, make_town

DEFAULT = GridRules(land_use=read_land_use())
CODE = "110101001001"


def box(x, y, w, h):
    return shapely.box(X0 + x, Y0 + y, X0 + x + w, Y0 + y + h)


def grounds(*pairs, base=None):
    """Features with ground of some uses, beside those given."""
    shapes = np.array([shape for shape, _ in pairs], object)
    uses = np.array([use for _, use in pairs])
    return replace(base or Features(), grounds=shapes, ground_uses=uses)


def one(shape):
    return Communities((CODE,), np.array([shape], object))


def same(a, b):
    return shapely.to_wkb(a.polygons).tolist() == shapely.to_wkb(b.polygons).tolist()


def parts_of(shape, result):
    """How many grids hold more than noise of a shape."""
    return int((shapely.area(shapely.intersection(result.polygons, shape)) > 1.0).sum())


def town_with_park():
    lines = [
        shapely.LineString([(X0 - 10, Y0 + y), (X0 + 610, Y0 + y)]) for y in (105, 200, 310)
    ] + [shapely.LineString([(X0 + x, Y0 - 10), (X0 + x, Y0 + 410)]) for x in (95, 205, 300, 400)]
    base = Features(
        np.array(lines, object), np.full(len(lines), 4, np.int8), np.full(len(lines), "road")
    )
    return one(box(0, 0, 600, 400)), base


def test_a_park_is_cut_without_the_rule_and_whole_with_it():
    communities, base = town_with_park()
    park = box(206, 106, 193, 203)
    features = grounds((park, "park"), base=base)
    assert parts_of(park, make_grids(communities, features)) > 1
    result = make_grids(communities, features, DEFAULT)
    assert parts_of(park, result) == 1
    assert check_coverage(result.polygons, communities.polygons).ok
    assert "W-GRID-LARGE" not in {p.code for p in result.report.problems}


def test_whole_ground_stays_whole_where_compounds_may_be_cut():
    communities, base = town_with_park()
    park = box(206, 106, 193, 203)
    rules = replace(DEFAULT, keep_compounds=False)
    assert parts_of(park, make_grids(communities, grounds((park, "park"), base=base), rules)) == 1


@pytest.fixture(scope="module")
def hills():
    """12 km² of mountain with a village that counts as a grid and a hamlet that does not."""
    ring = shapely.Point(X0, Y0).buffer(1950, quad_segs=60)
    village, hamlet = box(200, 150, 240, 180), box(-900, -600, 40, 30)
    features = grounds((ring.buffer(50), "mountain"), (village, "village"), (hamlet, "village"))
    return one(ring), features, village, hamlet, make_grids(one(ring), features, DEFAULT)


def test_a_mountain_is_few_grids_in_their_own_range(hills):
    communities, _, _, _, result = hills
    report = result.report
    assert 9 <= len(result.polygons) <= 16
    assert report.share_in_range == 1.0 and report.problems == ()
    assert check_coverage(result.polygons, communities.polygons).ok
    assert set(result.reasons.code) == {0}
    assert result.reasons.own_target_m2.max() == pytest.approx(1_000_000, rel=0.01)
    widest = int(result.reasons.own_target_m2.argmax())
    assert "target of 1,000,000 m²" in result.reasons.sentence(widest)


def test_a_village_is_one_grid_and_a_hamlet_goes_with_the_mountain(hills):
    _, _, village, hamlet, result = hills
    assert parts_of(village, result) == parts_of(hamlet, result) == 1
    in_village = int(shapely.contains(result.polygons, village.centroid).argmax())
    in_hamlet = int(shapely.contains(result.polygons, hamlet.centroid).argmax())
    assert result.area_m2[in_hamlet] > 400_000
    # The village counts as one grid: the mountain that goes with it is less than half of one.
    assert result.area_m2[in_village] < village.area + 500_000


def test_order_of_ground_and_of_rules_does_not_matter(hills):
    communities, features, _, _, result = hills
    turned = replace(
        features, grounds=features.grounds[::-1], ground_uses=features.ground_uses[::-1]
    )
    rules = replace(DEFAULT, land_use=DEFAULT.land_use[::-1])
    assert same(result, make_grids(communities, turned, rules))


@pytest.mark.parametrize("seed", [1, 4, 7])
def test_mixed_towns_are_exact(seed):
    town = make_town(seed, size_m=380)
    x0, y0, x1, y1 = shapely.total_bounds(town.communities.polygons)
    mid = (x0 + x1) / 2
    hill = shapely.box(x0 - 9, y0 - 9, mid + 13, y1 + 9)
    lake = shapely.Point(mid, (y0 + y1) / 2).buffer(90)
    bow = shapely.Polygon([(x1 - 90, y0), (x1, y0 + 90), (x1, y0), (x1 - 90, y0 + 90)])
    features = grounds((hill, "farmland"), (lake, "park"), (bow, "village"), base=town.features)
    result = make_grids(town.communities, features, DEFAULT)
    assert check_coverage(result.polygons, town.communities.polygons).ok
    for polygon in town.communities.polygons:
        held = shapely.intersection(lake.buffer(-0.5), polygon)
        assert parts_of(held, result) <= shapely.get_num_geometries(held)
    turned = np.random.default_rng(seed).permutation(3)
    again = replace(
        features, grounds=features.grounds[turned], ground_uses=features.ground_uses[turned]
    )
    assert same(result, make_grids(town.communities, again, DEFAULT, workers=2))


@settings(derandomize=True, max_examples=8, deadline=None)
@given(st.integers(0, 10_000))
def test_random_ground_is_exact_in_any_order(seed):
    rng, town = np.random.default_rng(seed), make_town(seed, size_m=280)
    x0, y0, x1, y1 = shapely.total_bounds(town.communities.polygons)
    count = int(rng.integers(1, 8))
    centres = shapely.points(rng.uniform(x0, x1, count), rng.uniform(y0, y1, count))
    shapes = [*shapely.buffer(centres, rng.uniform(10, 200, count), quad_segs=3)]
    shapes.append(town.communities.polygons[0])
    uses = rng.choice([rule.use for rule in DEFAULT.land_use], count + 1)
    features = grounds(*zip(shapes, uses, strict=True), base=town.features)
    result = make_grids(town.communities, features, DEFAULT)
    assert check_coverage(result.polygons, town.communities.polygons).ok
    turned = rng.permutation(count + 1)
    again = replace(features, grounds=features.grounds[turned], ground_uses=uses[turned])
    assert same(result, make_grids(town.communities, again, DEFAULT))


def test_the_edge_of_a_use_is_a_border():
    rules = GridRules(land_use=(LandUse("forest", 40_000.0), LandUse("residential")))
    shape = box(0, 0, 700, 300)
    features = grounds((box(-5, -5, 405, 310), "forest"), (box(400, -5, 305, 310), "residential"))
    result = make_grids(one(shape), features, rules)
    kinds = [BORDER_KINDS[k] for k in result.borders.kind]
    length = result.borders.length_m[[k == "land-use" for k in kinds]].sum()
    assert length == pytest.approx(300, abs=1)
    forest = shapely.centroid(result.polygons)
    west = shapely.get_x(forest) < X0 + 400
    # Nine squares would fit the open ground; one more or less is as the lattice happens to lie.
    assert west.sum() == 3 and 8 <= (~west).sum() <= 10
    codes = [str(n) for n in result.numbers]
    assert "edge of a land use" in report_html(result, codes, one(shape), features, "Edge")


def test_without_rules_ground_means_nothing():
    town = make_town(3)
    features = grounds((town.communities.polygons[0], "mountain"), base=town.features)
    bare = make_grids(town.communities, town.features)
    assert same(bare, make_grids(town.communities, features))
    assert fingerprints(bare.polygons, features, GridRules()) == fingerprints(
        bare.polygons, town.features, GridRules()
    )


def test_a_changed_use_cuts_anew_what_lies_on_it_only(hills):
    communities, features, village, _, result = hills
    former = former_of(result, communities, features, DEFAULT)
    kept = make_grids(communities, features, DEFAULT, former=former)
    assert same(result, kept) and (kept.former >= 0).all()
    changed = replace(features, ground_uses=np.array(["mountain", "forest", "village"]))
    again = make_grids(communities, changed, DEFAULT, former=former)
    at = shapely.contains(again.polygons, village.centroid)
    assert (again.former[at] < 0).all() and (again.former >= 0).any()


def test_more_ground_than_numbers_only_where_it_counts():
    ring = box(0, 0, 5_000, 4_000)
    with pytest.raises(CodeError, match="E-CODE-FULL"):
        make_grids(one(ring), Features(), GridRules(scheme="cjt213"))
    rules = replace(DEFAULT, scheme="cjt213")
    result = make_grids(one(ring), grounds((ring, "mountain")), rules)
    assert 14 <= len(result.polygons) <= 30
    assert len(make_grids(one(ring), grounds((ring, "park")), rules).polygons) == 1


def test_a_use_without_rule_is_a_remark():
    ring = box(0, 0, 200, 200)
    problems = make_grids(one(ring), grounds((ring, "mountian")), DEFAULT).report.problems
    assert [p.code for p in problems] == ["W-GRID-LANDUSE"]
    assert "mountian" in problems[0].message


def test_each_ground_needs_a_use():
    with pytest.raises(InputError, match="E-GRID-LENGTH"):
        make_grids(one(box(0, 0, 200, 200)), Features(grounds=np.array([box(0, 0, 9, 9)])))


@pytest.mark.parametrize(
    "text",
    [
        "use = 3",
        "[[use]]\nname = ''",
        "[[use]]\ntarget_area_m2 = 20000",
        "[[use]]\nname = 'park'\n[[use]]\nname = 'park'",
        "[[use]]\nname = 'park'\ntarget_area_m2 = 3",
        "[[use]]\nname = 'park'\ntarget_area_m2 = nan",
        "[[use]]\nname = 'park'\ntarget_area_m2 = 'large'",
        "[[use]]\nname = 'park'\ntarget_area_m2 = true",
        "[[use]]\nname = 'park'\nwhole = 1",
        "[[use]]\nname = 'park'\ncolour = 'green'",
        "[[usage]]\nname = 'park'",
        "[[use]\n",
    ],
)
def test_wrong_rules_are_refused(text, tmp_path):
    path = tmp_path / "rules.toml"
    path.write_text(text, "utf-8")
    with pytest.raises(InputError, match="E-GRID-LANDUSE"):
        read_land_use(path)


def test_a_missing_file_is_refused(tmp_path):
    with pytest.raises(InputError, match="E-GRID-LANDUSE"):
        read_land_use(tmp_path / "none.toml")


def frame(shapes, **columns):
    return gpd.GeoDataFrame(columns, geometry=list(shapes), crs=4548)


def test_the_command_and_frames_read_land_use(hills, tmp_path, capsys):
    communities, features, _, _, result = hills
    shequ = frame(communities.polygons, code=[CODE])
    shequ.to_file(tmp_path / "map.gpkg", layer="communities")
    words = {"mountain": "peak", "village": "village"}
    raw = [words[use] for use in features.ground_uses]
    frame(features.grounds, use=raw).to_file(tmp_path / "map.gpkg", layer="grounds")
    (tmp_path / "map.toml").write_text(
        "[[grounds]]\nlayer='grounds'\nuse_field='use'\nuses={peak='mountain'}\n"
        "[[communities]]\nlayer='communities'\n"
    )
    out = tmp_path / "out.gpkg"
    more = ["--land-use", "default", "--layers", str(tmp_path / "map.toml")]
    assert main([str(tmp_path / "map.gpkg"), "-o", str(out), *more]) == 0, capsys.readouterr().err
    assert len(gpd.read_file(out, layer="grids")) == len(result.polygons)
    done = cut(shequ, rules=DEFAULT, grounds=frame(features.grounds, use=features.ground_uses))
    assert same(result, done.result)


def test_a_layer_of_ground_names_its_use(tmp_path, capsys):
    (tmp_path / "map.toml").write_text("[[grounds]]\nlayer='g'\n")
    town = tmp_path / "a.gpkg"
    assert main([str(town), "-o", "o.gpkg", "--layers", str(tmp_path / "map.toml")]) == 1
    assert "E-GRID-LAYERS" in capsys.readouterr().err


def test_the_range_of_a_use_is_that_of_report_reasons_and_pictures():
    shape = box(0, 0, 300, 100)
    features = grounds((shape, "hill"))
    wide = LandUse("hill", 100_000.0, low=0.25, high=1.2)
    narrow = replace(wide, low=0.5)
    codes = ["1"]
    for rule, inside, style in ((wide, True, 1), (narrow, False, 0)):
        result = make_grids(one(shape), features, GridRules(land_use=(rule,)))
        assert len(result.polygons) == 1
        assert result.report.share_in_range == inside
        assert not result.report.share_near_target
        assert ("W-GRID-SMALL" in {p.code for p in result.report.problems}) == (not inside)
        assert result.reasons.low.tolist() == [rule.low]
        assert size_class(result.reasons.share, rule.low, rule.high).tolist() == [style]
        page = report_html(result, codes, one(shape), features, "Hill")
        assert "range of its own" in page
    sentence = make_grids(one(shape), features, GridRules(land_use=(wide,))).reasons.sentence(0)
    assert "25,000 to 120,000 m²" in sentence


def test_ranges_of_mixed_ground_are_weighted_by_what_counts():
    shape = box(0, 0, 200, 100)
    features = grounds((box(0, 0, 100, 100), "hill"))
    rules = GridRules(target_area_m2=40_000.0, land_use=(LandUse("hill", 10_000.0, low=0.1),))
    reasons = make_grids(one(shape), features, rules).reasons
    # The hill is one grid, the rest a quarter of one.
    assert reasons.own_target_m2.sum() == pytest.approx(20_000 / 1.25)
    assert reasons.low[0] == pytest.approx((0.1 + 0.25 * 0.5) / 1.25)
    assert reasons.high.tolist() == [1.5]


def test_rules_count_in_the_fingerprint_where_their_ground_is(hills):
    communities, features, village, _, result = hills
    other = tuple(r for r in DEFAULT.land_use if r.use != "village")
    rules = replace(DEFAULT, land_use=(*other, LandUse("village", 20_000.0)))
    before = np.array(fingerprints(result.polygons, features, DEFAULT))
    after = np.array(fingerprints(result.polygons, features, rules))
    at = shapely.intersects(result.polygons, village)
    assert (before != after)[at].all() and (before == after).any()


@pytest.mark.parametrize(
    "bounds", ["low = 1", "low = -0.1", "high = 1", "high = inf", "low = true"]
)
def test_wrong_ranges_are_refused(bounds, tmp_path):
    path = tmp_path / "rules.toml"
    path.write_text(f"[[use]]\nname = 'park'\n{bounds}\n", "utf-8")
    with pytest.raises(InputError, match="E-GRID-LANDUSE"):
        read_land_use(path)


def test_the_rules_that_come_with_the_package_name_all_grounds():
    named = {rule.use: rule for rule in read_land_use()}
    assert {
        "hutong", "superblock", "campus", "park", "water", "rail", "port", "village", "mountain",
    } <= set(named)  # fmt: skip
    assert all(rule.why for rule in named.values())


def test_only_compounds_above_the_target_may_be_cut():
    yard, small = box(0, 0, 300, 200), box(310, 10, 60, 60)
    communities = one(box(0, 0, 400, 200))
    lane = shapely.LineString([(X0 + 340, Y0 - 5), (X0 + 340, Y0 + 205)])
    features = Features(
        np.array([lane]), np.array([4], np.int8), np.array(["road"]),
        compounds=np.array([yard, small]),
    )  # fmt: skip
    whole = make_grids(communities, features)
    parted = make_grids(communities, features, GridRules(keep_compounds=False))
    assert parts_of(yard, whole) == 1 and parts_of(yard, parted) > 3
    assert parts_of(small, whole) == parts_of(small, parted) == 1
    walls = parted.borders.length_m[parted.borders.kind == BORDER_KINDS.index("wall-5")]
    assert walls.sum() == pytest.approx(200, abs=2)


def test_rules_come_back_from_what_was_stored():
    rules = GridRules(
        target_area_m2=12_000.0,
        scheme="cjt213",
        balance=(("components", 300.0),),
        land_use=read_land_use(),
    )
    assert GridRules.restored(json.loads(json.dumps(rules.settled()))) == rules
    assert GridRules.restored(GridRules().settled()) == GridRules()
