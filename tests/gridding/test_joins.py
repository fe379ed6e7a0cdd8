"""Junctions of neighbours in rings that were closed without them."""

import numpy as np
import pytest
import shapely

from gridding import GridRules
from gridding.assemble import assemble
from gridding.canonical import canonical_features, canonical_regions
from gridding.joins import join
from gridding.mapping import Serial, Tasks
from gridding.messages import packed, unpacked
from gridding.rings import merge_nodes, nodes_by_region
from tests.gridding.towns import make_town

RULES = GridRules(target_area_m2=3_000.0)


@pytest.fixture(scope="module", params=[3, 8, 21])
def cut_town(request):
    town = make_town(request.param, columns=3, rows=2, size_m=180.0)
    ground, _ = canonical_features(town.features, RULES)
    regions = canonical_regions(town.communities)
    cuts = dict(Serial().run(Tasks(regions, ground, RULES)))
    return regions, [cuts[i] for i in range(len(regions))]


def test_joined_rings_are_those_closed_with_all_junctions(cut_town):
    regions, cuts = cut_town
    shapes = np.array([r.polygon for r in regions], object)
    nodes = nodes_by_region(shapes, merge_nodes([c.nodes for c in cuts]))
    more = 0
    for region, cut, everyone in zip(regions, cuts, nodes, strict=True):
        joined = join(cut.polygons, cut.nodes, everyone)
        count = len(cut.polygons)
        closed = assemble(region.polygon, cut.arcs, everyone, count, region.code)
        assert shapely.equals_identical(shapely.normalize(joined), shapely.normalize(closed)).all()
        more += shapely.get_num_coordinates(joined).sum()
        more -= shapely.get_num_coordinates(cut.polygons).sum()
    assert more > 0


def test_cuts_come_through_as_bytes(cut_town):
    for cut in cut_town[1]:
        again = unpacked(packed(cut))
        assert shapely.equals_identical(again.polygons, cut.polygons).all()
        assert shapely.equals_identical(again.arcs.lines, cut.arcs.lines).all()
        assert again.polygons.dtype == again.arcs.lines.dtype == object
        assert again.nodes.xy.tobytes() == cut.nodes.xy.tobytes()
