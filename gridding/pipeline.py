"""From communities and features to grids."""

from __future__ import annotations

import numpy as np
import shapely
from shapely import STRtree

from gridding.canonical import Ground, Region, canonical_features, canonical_regions
from gridding.cluster import Cluster
from gridding.former import Former
from gridding.joins import join
from gridding.mapping import Progress, Serial, Way, cut_all
from gridding.numbering import number
from gridding.pins import check_pins
from gridding.processes import Processes
from gridding.recut import Recut, plan_recut
from gridding.region import Cut, ground_near, ground_of
from gridding.remarks import input_remarks
from gridding.report import GridParts, finish, no_parts
from gridding.rings import merge_nodes, nodes_by_region
from gridding.rules import GridRules
from gridding.seams import seam_lengths
from gridding.types import Communities, Features, Floats, Geometries, GridResult, Ints
from gridding.validate import check_communities, check_features, check_loads, check_numbers


def _silent(done: int, total: int) -> None:
    """Take no notice of progress."""


def _way(workers: int, scheduler: str | None, regions: int) -> Way:
    if scheduler is not None:
        return Cluster(scheduler)
    return Processes(min(workers, regions)) if min(workers, regions) > 1 else Serial()


def _units_met(regions: list[Region], ground: Ground) -> int:
    """How many buildings and compounds stand in the regions, once for each."""
    lines, units = STRtree(ground.lines), STRtree(ground.units)
    near = (ground_near(ground, lines, units, region) for region in regions)
    return sum(len(ground_of(r, g).units) for r, g in zip(regions, near, strict=True))


def _polygons(regions: list[Region], cuts: list[Cut]) -> list[Geometries]:
    """Grids of each region with the junctions of its neighbours in its ring."""
    shapes = np.array([r.polygon for r in regions], object)
    nodes = nodes_by_region(shapes, merge_nodes([c.nodes for c in cuts]))
    return [join(c.polygons, c.nodes, n) for c, n in zip(cuts, nodes, strict=True)]


def _border_lengths(cut: Cut) -> tuple[Floats, Floats]:
    """Length of inner border of each grid, and of that on features."""
    length = shapely.length(cut.arcs.lines)
    sides = np.concatenate([cut.arcs.left, cut.arcs.right])
    n = len(cut.polygons)
    inner = np.bincount(sides, np.tile(length, 2), n)
    feature = np.bincount(sides, np.tile(length * cut.arcs.on_feature, 2), n)
    return inner.astype(np.float64), feature.astype(np.float64)


def _parts(regions: list[Region], cuts: list[Cut]) -> GridParts:
    """All grids of all regions."""
    if not regions:
        return no_parts()
    shapes = _polygons(regions, cuts)
    lengths = [_border_lengths(c) for c in cuts]
    count = [len(s) for s in shapes]
    owner = np.repeat([r.community for r in regions], count)
    return GridParts(
        np.concatenate(shapes),
        owner.astype(np.int64),
        np.repeat(np.arange(len(regions)), count),
        np.full(sum(count), -1),
        np.concatenate([inner for inner, _ in lengths]),
        np.concatenate([feature for _, feature in lengths]),
    )


def _with_kept(parts: GridParts, recut: Recut, ground: Ground, rules: GridRules) -> GridParts:
    """All grids, the kept ones behind those just cut."""
    kept = len(recut.kept)
    none = np.zeros(kept)
    piece = len(recut.regions) + np.arange(kept)
    every = parts.joined(GridParts(recut.kept, recut.community, piece, recut.former, none, none))
    seams = seam_lengths(every.polygons, every.community, every.piece, ground, rules.gap_m)
    return every.longer(*seams)


def _in_order(parts: GridParts, codes: tuple[str, ...], numbers: Ints) -> tuple[GridParts, Ints]:
    rank = np.empty(len(codes), np.int64)
    rank[sorted(range(len(codes)), key=lambda i: codes[i])] = np.arange(len(codes))
    order = np.lexsort((numbers, rank[parts.community]))
    return parts.take(order), numbers[order]


def make_grids(
    communities: Communities,
    features: Features,
    rules: GridRules | None = None,
    *,
    former: Former | None = None,
    workers: int = 1,
    scheduler: str | None = None,
    progress: Progress | None = None,
) -> GridResult:
    """Cut each community into unit grids of about the target area.

    Borders follow lines, walls and the gaps between buildings where they can; no building or
    compound is cut but by the border of its community. The same input gives the same result to
    the bit, in whatever order features and communities come and on however many processes.

    Parameters
    ----------
    communities : Communities
        In a metric CRS; a valid coverage.
    features : Features
        In the same CRS; may be empty.
    rules : GridRules, optional
    former : Former, optional
        A former edition: grids at which nothing has changed are given back as they are, to the
        bit, and only the ground between them is cut (`gridding.recut`).
    workers : int
        Number of processes of this machine; communities are cut side by side.
    scheduler : str, optional
        Address of a Dask scheduler, ``tcp://HOST:PORT``, whose workers cut in their place.
    progress : callable, optional
        Called with (regions done, regions in all) after each region, in this process. To cancel,
        raise an exception of your own in it: what it raises ends the work and comes out of
        this call. Processes of this machine are ended at once; workers of a cluster give up
        what they have not begun.

    Returns
    -------
    GridResult
        Grids by community code and number, with an exactness report.

    Raises
    ------
    GridError
        With a code and a message that says what to do; nothing is returned then.
    """
    rules = rules or GridRules()
    check_communities(communities)
    check_features(features, communities)
    check_loads(features, rules)
    check_numbers(communities, features, rules)
    regions = canonical_regions(communities)
    # Workers start, and load the engine, while the features are brought into their form.
    with _way(workers, scheduler, len(regions)) as way:
        ground, problems = canonical_features(features, rules)
        problems = input_remarks(communities, features, rules) + problems
        recut = plan_recut(former, regions, ground, rules)
        cuts = cut_all(way, recut.regions, ground, rules, progress or _silent)
    parts, units = _parts(recut.regions, cuts), sum(c.units for c in cuts)
    if former is not None:
        units = _units_met(regions, ground)
        parts = _with_kept(parts, recut, ground, rules)
        check_pins(former.pinned, parts.polygons)
    numbers = number(parts.polygons, parts.community, communities.codes, rules)
    parts, numbers = _in_order(parts, communities.codes, numbers)
    drawn = [cut.arcs for cut in cuts]
    return finish(parts, numbers, communities, ground, regions, drawn, units, problems, rules)
