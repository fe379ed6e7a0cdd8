"""One region from its polygon and features to arcs between grids: the work of one process."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import shapely
from shapely import STRtree

from gridding.arcs import AXIS, CUT, LINE, Arcs, lines_of, straighten, trace
from gridding.assemble import assemble
from gridding.atoms import AtomGraph, atom_graph, make_atoms
from gridding.canonical import Ground, Region
from gridding.clefts import cleft_nodes
from gridding.errors import CutError
from gridding.faces import FREE_TAG, GAP_TAG, LAND_TAG, Mesh, build_mesh, inside_faces
from gridding.grounds import point_weights
from gridding.loads import amounts_in
from gridding.network import WALL_BAND_M, Linework, extensions, fit_to_ring, noded, with_more
from gridding.noding import STEP_M, Graph
from gridding.partition import partition
from gridding.planar import polygons_of
from gridding.refine import FIXED, Drawn, refine
from gridding.ridges import make_ridges, thin
from gridding.rings import (
    RingNodes,
    among,
    barred,
    empty_nodes,
    noded_rings,
    pieces,
    place_on_ring,
)
from gridding.rules import GridRules
from gridding.types import Floats, Geometries, Ints
from gridding.units import UNIT_RIM_M, group_units, is_cut, shared_out, within

RAW, STRAIGHT, REFINED = range(3)


@dataclass(frozen=True, slots=True)
class Cut:
    """What one region gives: its inner borders, its junctions on the ring, its grids.

    ``polygons`` know nothing yet of the junctions of neighbours. ``units`` counts the buildings
    and compounds met; ``finish`` is `REFINED`, `STRAIGHT` where free cuts could not be moved, or
    `RAW` where borders had to be left as they were.
    """

    arcs: Arcs
    nodes: RingNodes
    polygons: Geometries
    units: int
    finish: int


def ground_near(ground: Ground, tree_lines: STRtree, tree_units: STRtree, region: Region) -> Ground:
    """Return the features that meet a region, in their canonical order."""
    lines = np.sort(tree_lines.query(region.polygon, predicate="intersects"))
    units = np.sort(tree_units.query(region.polygon, predicate="intersects"))
    near = ground.take(lines, units, region.polygon)
    return replace(near, uses=near.uses.near(region.polygon))


def ground_of(region: Region, near: Ground) -> Ground:
    """Return the features of a region out of those that meet it.

    A unit of which the region holds no more than noise, since its border was drawn another
    way, is none of it.
    """
    held = shapely.area(within(near.units, region.polygon))
    own = is_cut(held, shapely.area(near.units))
    return near.take(np.arange(len(near.lines)), np.flatnonzero(own), region.polygon)


def _network(
    polygon: shapely.Polygon, ground: Ground, edges: Geometries, rules: GridRules
) -> Graph:
    """Return the lines in a region and its ring, noded, with dead ends led on."""
    ring = np.array([shapely.boundary(polygon)], object)
    lines, tags = fit_to_ring(ground.lines, ground.tags, polygon)
    edges, _ = fit_to_ring(edges, np.zeros(len(edges), np.int8), polygon)
    graph = noded(
        Linework.of(lines, tags), Linework.of(edges, LAND_TAG), Linework.of(ring, FREE_TAG)
    )
    more = extensions(graph, polygon, ground.units, rules.extend_m)
    return with_more(graph, Linework.of(more, FREE_TAG)) if len(more) else graph


def _mesh(region: Region, ground: Ground, rules: GridRules) -> tuple[Mesh, Floats]:
    """Return the mesh of a region, and the loads to be balanced by face."""
    polygon = region.polygon
    graph = _network(polygon, ground, ground.uses.edges, rules)
    # By what lies in the region: a sliver of overlap may be half of a corner that does.
    group = group_units(within(ground.units, polygon))
    faces, inside = inside_faces(graph, polygon)
    blocks = polygons_of(faces)
    block_weight = point_weights(inside, ground.uses, rules.target_area_m2)
    ridges = make_ridges(
        blocks,
        ground.units,
        group,
        ground.is_compound,
        side_m=rules.side_m,
        block_side_m=np.sqrt(rules.target_area_m2 / block_weight),
        gap_m=rules.gap_m,
    )
    walls = np.concatenate([shapely.get_parts(shapely.boundary(ground.units)), region.traces])
    walls, _ = fit_to_ring(walls, np.zeros(len(walls), np.int8), polygon, WALL_BAND_M)
    whole = with_more(
        graph,
        Linework.of(walls, FREE_TAG),
        Linework.of(ridges.lines, np.where(ridges.is_gap, GAP_TAG, FREE_TAG)),
    )
    faces, points = inside_faces(whole, polygon)
    mesh = build_mesh(
        faces,
        points,
        ground.units,
        group,
        np.unique(group[ground.is_compound]),
        blocks[thin(blocks)],
        point_weights(points, ground.uses, rules.target_area_m2),
    )
    wanted = ground.loads.columns([name for name, _ in rules.balance])
    shapes = polygons_of(faces) if rules.balance else np.empty(len(faces), object)
    return mesh, amounts_in(shapes, wanted.within(polygon))


def _locked_nodes(mesh: Mesh, region: Region) -> Ints:
    """Nodes where the ring may get no junction."""
    if not len(region.locked):
        return np.zeros(0, np.int64)
    outer = (mesh.left < 0) | (mesh.right < 0)
    on_ring = np.intersect1d(mesh.edges[outer], mesh.edges[~outer])
    return on_ring[barred(mesh.xy[on_ring], region.polygon, region.locked)]


def _bound_faces(mesh: Mesh, shut: Ints) -> tuple[Ints, Ints]:
    """Faces on both sides of each edge that ends at a node where no border may end."""
    inner = np.flatnonzero((mesh.left >= 0) & (mesh.right >= 0))
    closed = inner[np.isin(mesh.edges[inner], shut).any(axis=1)]
    return mesh.left[closed], mesh.right[closed]


def _check_locked(nodes: RingNodes, region: Region) -> None:
    """Refuse a junction on a border that must stay as it is."""
    wrong = among(np.column_stack([nodes.start, nodes.end]), region.locked)
    if wrong.any():
        x, y = nodes.xy[wrong][0]
        raise CutError(
            "E-GRID-FORMER",
            f"Community {region.code}: a new border would end on one that is kept, at "
            f"({x:.1f}, {y:.1f}); cut afresh, or report this input.",
            region.code,
        )


def _raw_arcs(
    mesh: Mesh, label: Ints, region: Region
) -> tuple[Geometries, Ints, Ints, Ints, Ints, RingNodes]:
    """Borders as they run in the mesh, their ends put exactly on the ring."""
    chains, left, right, kind, border = trace(mesh, label)
    xy = mesh.xy.copy()
    ends = np.unique(np.concatenate([[c[0], c[-1]] for c in chains]))
    outer = np.unique(mesh.edges[(mesh.left < 0) | (mesh.right < 0)])
    on_ring = np.intersect1d(ends, outer)
    xy[on_ring], nodes = place_on_ring(xy[on_ring], region.polygon, region.code)
    lines = lines_of(_off_ring(chains, xy, region.polygon), xy)
    return lines, left, right, kind, border, nodes


def _off_ring(chains: list[Ints], xy: Floats, polygon: shapely.Polygon) -> list[Ints]:
    """Drop inner vertices that rounding may have put beyond the ring."""
    ring = shapely.boundary(polygon)
    shapely.prepare(ring)
    nodes = np.unique(np.concatenate(chains))
    near = np.zeros(len(xy), bool)
    near[nodes] = shapely.dwithin(ring, shapely.points(xy[nodes]), 2 * STEP_M)
    keep = [~near[c] for c in chains]
    for k in keep:
        k[0] = k[-1] = True
    return [c[k] for c, k in zip(chains, keep, strict=True)]


def _check_units(polygons: Geometries, arcs: Arcs, ground: Ground, region: Region) -> None:
    """Refuse a result in which a border cuts what may not be cut."""
    shrunk = shapely.buffer(ground.units, -UNIT_RIM_M, quad_segs=1)
    hit = np.unique(STRtree(shrunk).query(arcs.lines, predicate="intersects")[1])
    clipped = shapely.intersection(ground.units[hit], region.polygon)
    parts, of = shapely.get_parts(clipped, return_index=True)
    bad = is_cut(shared_out(parts, polygons)[0], shapely.area(clipped)[of])
    if bad.any():
        x, y = shapely.get_coordinates(shapely.centroid(parts[bad][:1]))[0]
        raise CutError(
            "E-GRID-UNITCUT",
            f"Community {region.code}: the building or compound at ({x:.1f}, {y:.1f}) would be "
            "cut; clean its outline, or report this input.",
            region.code,
        )


def _open_weights(mesh: Mesh, label: Ints, grids: int) -> Floats:
    """What a square metre of the open ground of each grid counts: of that its borders move."""
    open_ = mesh.unit < 0
    area, at = mesh.area_m2[open_], label[open_]
    whole = np.bincount(at, area, grids)
    counted = np.bincount(at, area * mesh.weight[open_], grids)
    return np.divide(counted, whole, out=np.ones(grids), where=whole > 0)


def _refined(
    drawn: Drawn,
    closed: tuple[Geometries, Geometries],
    graph: AtomGraph,
    mesh: Mesh,
    label: Ints,
    region: Region,
    ground: Ground,
    rules: GridRules,
) -> tuple[Geometries, RingNodes]:
    """Put free cuts right; ``closed`` are the pieces of the ring and the grids so far."""
    ring, polygons = closed
    excess = np.bincount(label, graph.area - graph.load, len(polygons)).astype(np.float64)
    lines, on_ring = refine(
        drawn,
        ring,
        polygons,
        ground.units,
        excess,
        _open_weights(mesh, label[graph.of_face], len(polygons)),
        rules,
        ring_slides=not len(region.locked),
    )
    xy, of = shapely.get_coordinates(lines, return_index=True)
    last = np.cumsum(np.bincount(of)) - 1
    ends = np.concatenate([[0], last[:-1] + 1, last])[on_ring]
    xy[ends], nodes = place_on_ring(xy[ends], region.polygon, region.code)
    return shapely.linestrings(xy, indices=of), nodes


def _finish(
    region: Region,
    ground: Ground,
    mesh: Mesh,
    graph: AtomGraph,
    label: Ints,
    rules: GridRules,
    finish: int,
) -> Cut:
    """Turn the grid of each atom into polygons; see `Cut` for ``finish``."""
    lines, left, right, kind, border, nodes = _raw_arcs(mesh, label[graph.of_face], region)
    _check_locked(nodes, region)
    grids = int(label.max()) + 1
    ends = np.concatenate([shapely.get_point(lines, 0), shapely.get_point(lines, -1)])
    ring = pieces(noded_rings(region.polygon, nodes), shapely.get_coordinates(ends))
    if finish >= STRAIGHT:
        lines = straighten(lines, kind, ring, ground.units, rules.side_m)
    arcs = Arcs(lines, left, right, (kind == LINE) | (kind == AXIS), border)
    polygons = assemble(region.polygon, arcs, nodes, grids, region.code)
    if finish >= REFINED:
        # A junction slides on a border of one kind only, so that each keeps what it lies on.
        drawn = Drawn(lines, left, right, np.where(kind == CUT, CUT, FIXED + border))
        lines, nodes = _refined(drawn, (ring, polygons), graph, mesh, label, region, ground, rules)
        _check_locked(nodes, region)
        arcs = Arcs(lines, left, right, arcs.on_feature, border)
        polygons = assemble(region.polygon, arcs, nodes, grids, region.code)
    _check_units(polygons, arcs, ground, region)
    return Cut(arcs, nodes, polygons, len(ground.units), finish)


def _whole(region: Region, ground: Ground) -> Cut:
    none = np.zeros(0, np.int64)
    arcs = Arcs(np.zeros(0, object), none, none, np.zeros(0, bool), none)
    return Cut(arcs, empty_nodes(), np.array([region.polygon], object), len(ground.units), REFINED)


def _divided(
    region: Region, ground: Ground, mesh: Mesh, amounts: Floats, shut: Ints, rules: GridRules
) -> Cut:
    """Part the mesh into grids, none of whose borders ends at some nodes."""
    atom = make_atoms(mesh, _bound_faces(mesh, shut), rules)
    graph = atom_graph(mesh, atom, rules, amounts)
    label = partition(graph, rules)
    if label.max() == 0:
        return _whole(region, ground)
    for finish in (REFINED, STRAIGHT):
        try:
            return _finish(region, ground, mesh, graph, label, rules, finish)
        except CutError:
            continue
    return _finish(region, ground, mesh, graph, label, rules, RAW)


def cut_region(region: Region, ground: Ground, rules: GridRules) -> Cut:
    """Cut one region into grids.

    Parameters
    ----------
    region : Region
    ground : Ground
        Its features (`ground_of`).
    rules : GridRules

    Raises
    ------
    CutError
        When no exact partition came out even without straightening, and with no border that
        ends where the ring comes too near to itself.
    """
    if region.polygon.area < 0.9 * rules.target_area_m2:
        return _whole(region, ground)
    mesh, amounts = _mesh(region, ground, rules)
    locked = _locked_nodes(mesh, region)
    try:
        return _divided(region, ground, mesh, amounts, locked, rules)
    except CutError:
        clefts = cleft_nodes(mesh, region.polygon)
        if not len(clefts):
            raise
    try:
        return _divided(region, ground, mesh, amounts, np.union1d(locked, clefts), rules)
    except CutError as error:
        if error.code not in ("E-GRID-RING", "E-GRID-INEXACT"):
            # A building in the way, or a border that is kept, is no fault of the ring.
            raise
        x, y = mesh.xy[clefts[0]]
        raise CutError(
            "E-GRID-RING",
            f"Community {region.code}: two stretches of its ring lie within two centimetres at "
            f"({x:.1f}, {y:.1f}), and it could not be cut; mend or simplify its ring.",
            region.code,
        ) from error
