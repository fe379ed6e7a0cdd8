"""From communities and features to grids."""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor, as_completed

import numpy as np
import shapely
from shapely import STRtree

from gridding.assemble import assemble
from gridding.canonical import Ground, Region, canonical_features, canonical_regions
from gridding.numbering import number
from gridding.region import Cut, cut_region, local_ground
from gridding.report import GridParts, finish
from gridding.rings import RingNodes, merge_nodes, nodes_by_region
from gridding.rules import GridRules
from gridding.types import Communities, Features, Floats, Geometries, GridResult, Ints
from gridding.validate import check_communities, check_features

Progress = Callable[[int, int], None]


def _silent(done: int, total: int) -> None:
    """Take no notice of progress."""


def _tasks(regions: list[Region], ground: Ground) -> Iterator[tuple[Region, Ground]]:
    lines, units = STRtree(ground.lines), STRtree(ground.units)
    for region in regions:
        yield region, local_ground(ground, lines, units, region)


def _cut_all(
    regions: list[Region], ground: Ground, rules: GridRules, workers: int, progress: Progress
) -> list[Cut]:
    """Cut every region, in this process or in several; the result does not depend on it."""
    cuts: list[Cut | None] = [None] * len(regions)
    if workers <= 1 or len(regions) == 1:
        for i, (region, local) in enumerate(_tasks(regions, ground)):
            cuts[i] = cut_region(region, local, rules)
            progress(i + 1, len(regions))
        return [c for c in cuts if c is not None]
    # A fork server: forking a process with threads (a web worker) can lock up for ever.
    context = multiprocessing.get_context("forkserver")
    tasks = list(_tasks(regions, ground))
    large_first = sorted(range(len(tasks)), key=lambda i: -tasks[i][0].polygon.area)
    with ProcessPoolExecutor(workers, mp_context=context) as pool:
        futures = {pool.submit(cut_region, *tasks[i], rules): i for i in large_first}
        try:
            for done, future in enumerate(as_completed(futures), 1):
                cuts[futures[future]] = future.result()
                progress(done, len(regions))
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise
    return [c for c in cuts if c is not None]


def _polygons(regions: list[Region], cuts: list[Cut]) -> list[Geometries]:
    """Grids of each region with the junctions of its neighbours in its ring."""
    shapes = np.array([r.polygon for r in regions], object)
    nodes = nodes_by_region(shapes, merge_nodes([c.nodes for c in cuts]))
    out = []
    for region, cut, all_nodes in zip(regions, cuts, nodes, strict=True):
        foreign = len(_distinct(all_nodes)) > len(_distinct(cut.nodes))
        out.append(
            assemble(region.polygon, cut.arcs, all_nodes, len(cut.polygons), region.code)
            if foreign
            else cut.polygons
        )
    return out


def _distinct(nodes: RingNodes) -> Floats:
    return np.unique(nodes.xy, axis=0)


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
    shapes = _polygons(regions, cuts)
    lengths = [_border_lengths(c) for c in cuts]
    owner = np.repeat([r.community for r in regions], [len(s) for s in shapes])
    return GridParts(
        np.concatenate(shapes),
        owner.astype(np.int64),
        np.concatenate([inner for inner, _ in lengths]),
        np.concatenate([feature for _, feature in lengths]),
    )


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
    workers: int = 1,
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
    workers : int
        Number of processes; communities are cut side by side.
    progress : callable, optional
        Called with (regions done, regions in all) after each region, in this process. What it
        raises stops the work and is raised again (to cancel).

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
    check_communities(communities, rules)
    check_features(features, communities)
    hole_m2 = 0.5 * rules.target_area_m2
    ground, problems = canonical_features(features, hole_m2, rules.keep_compounds)
    regions = canonical_regions(communities)
    cuts = _cut_all(regions, ground, rules, workers, progress or _silent)
    parts = _parts(regions, cuts)
    numbers = number(parts.polygons, parts.community, communities.codes, rules)
    parts, numbers = _in_order(parts, communities.codes, numbers)
    return finish(parts, numbers, communities, ground, regions, cuts, problems, rules)
