"""One region from its polygon and features to arcs between grids: the work of one process."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely import STRtree

from gridding.arcs import AXIS, LINE, Arcs, lines_of, straighten, trace
from gridding.assemble import assemble
from gridding.atoms import atom_graph, make_atoms
from gridding.canonical import Ground, Region
from gridding.errors import CutError
from gridding.faces import Mesh, build_mesh, inside_faces
from gridding.network import STEP_M, WALL_BAND_M, extensions, fit_to_ring, node
from gridding.partition import partition
from gridding.ridges import make_ridges, thin
from gridding.rings import (
    RingNodes,
    empty_nodes,
    noded_rings,
    pieces,
    place_on_ring,
)
from gridding.rules import GridRules
from gridding.types import Floats, Geometries, Ints
from gridding.units import group_units

# Less of a building or compound than this, and than this share of it, is noise of the survey.
UNIT_NOISE_M2, UNIT_NOISE_SHARE = 1.0, 0.01


@dataclass(frozen=True, slots=True)
class Cut:
    """What one region gives: its inner borders, its junctions on the ring, its grids.

    ``polygons`` know nothing yet of the junctions of neighbours. ``units`` counts the buildings
    and compounds met; ``straight`` is False where borders had to be left as they were.
    """

    arcs: Arcs
    nodes: RingNodes
    polygons: Geometries
    units: int
    straight: bool


def local_ground(
    ground: Ground, tree_lines: STRtree, tree_units: STRtree, region: Region
) -> Ground:
    """Return the features that meet a region, in their canonical order.

    A unit of which the region holds no more than noise, since its border was drawn another
    way, is none of it.
    """
    lines = np.sort(tree_lines.query(region.polygon, predicate="intersects"))
    units = np.sort(tree_units.query(region.polygon, predicate="intersects"))
    shapes = ground.units[units]
    held = shapely.area(shapely.intersection(shapes, region.polygon))
    units = units[(held > UNIT_NOISE_M2) & (held > UNIT_NOISE_SHARE * shapely.area(shapes))]
    return ground.take(lines, units)


def _network(
    polygon: shapely.Polygon, ground: Ground, rules: GridRules
) -> tuple[Geometries, Geometries, NDArray[np.int8]]:
    """Noded lines with dead ends led on, and the lines with tags they came from."""
    ring = np.array([shapely.boundary(polygon)], object)
    lines, tags = fit_to_ring(ground.lines, ground.tags, polygon)
    noded = node(lines, ring)
    more = extensions(noded, polygon, ground.units, rules.extend_m)
    return (node(noded, more) if len(more) else noded), lines, tags


def _mesh(polygon: shapely.Polygon, ground: Ground, rules: GridRules) -> Mesh:
    noded, lines, tags = _network(polygon, ground, rules)
    # By what lies in the region: a sliver of overlap may be half of a corner that does.
    group = group_units(shapely.intersection(ground.units, polygon))
    blocks, _ = inside_faces(noded, polygon)
    ridges = make_ridges(blocks, ground.units, group, side_m=rules.side_m, gap_m=rules.gap_m)
    walls = shapely.get_parts(shapely.boundary(ground.units))
    walls, _ = fit_to_ring(walls, np.zeros(len(walls), np.int8), polygon, WALL_BAND_M)
    faces, points = inside_faces(node(noded, walls, ridges.lines), polygon)
    compounds = np.unique(group[ground.is_compound])
    return build_mesh(
        faces, points, lines, tags, ridges, ground.units, group, compounds, blocks[thin(blocks)]
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
    shrunk = shapely.buffer(ground.units, -0.05, quad_segs=1)
    hit = np.unique(STRtree(shrunk).query(arcs.lines, predicate="intersects")[1])
    clipped = shapely.intersection(ground.units[hit], region.polygon)
    parts, of = shapely.get_parts(clipped, return_index=True)
    i, j = STRtree(polygons).query(parts, predicate="intersects")
    area = shapely.area(shapely.intersection(parts[i], polygons[j]))
    most = np.zeros(len(parts))
    np.maximum.at(most, i, area)
    lost = shapely.area(parts) - most
    bad = (lost > UNIT_NOISE_M2) & (lost > UNIT_NOISE_SHARE * shapely.area(clipped)[of])
    if bad.any():
        x, y = shapely.get_coordinates(shapely.centroid(parts[bad][:1]))[0]
        raise CutError(
            "E-GRID-UNITCUT",
            f"Community {region.code}: the building or compound at ({x:.1f}, {y:.1f}) would be "
            "cut; clean its outline, or report this input.",
            region.code,
        )


def _finish(
    region: Region, ground: Ground, mesh: Mesh, label: Ints, rules: GridRules, straight: bool
) -> Cut:
    lines, left, right, kind, border, nodes = _raw_arcs(mesh, label, region)
    if straight:
        ends = np.concatenate([shapely.get_point(lines, 0), shapely.get_point(lines, -1)])
        ring = pieces(noded_rings(region.polygon, nodes), shapely.get_coordinates(ends))
        lines = straighten(lines, kind, ring, ground.units, rules.side_m)
    arcs = Arcs(lines, left, right, (kind == LINE) | (kind == AXIS), border)
    polygons = assemble(region.polygon, arcs, nodes, int(label.max()) + 1, region.code)
    _check_units(polygons, arcs, ground, region)
    return Cut(arcs, nodes, polygons, len(ground.units), straight)


def _whole(region: Region, ground: Ground) -> Cut:
    none = np.zeros(0, np.int64)
    arcs = Arcs(np.zeros(0, object), none, none, np.zeros(0, bool), none)
    return Cut(arcs, empty_nodes(), np.array([region.polygon], object), len(ground.units), True)


def cut_region(region: Region, ground: Ground, rules: GridRules) -> Cut:
    """Cut one region into grids.

    Parameters
    ----------
    region : Region
    ground : Ground
        The features that meet the region (`local_ground`).
    rules : GridRules

    Raises
    ------
    CutError
        When no exact partition came out even without straightening.
    """
    if region.polygon.area < 0.9 * rules.target_area_m2:
        return _whole(region, ground)
    mesh = _mesh(region.polygon, ground, rules)
    graph = atom_graph(mesh, make_atoms(mesh, rules), rules)
    label = partition(graph, rules)[graph.of_face]
    if label.max() == 0:
        return _whole(region, ground)
    try:
        return _finish(region, ground, mesh, label, rules, True)
    except CutError:
        return _finish(region, ground, mesh, label, rules, False)
