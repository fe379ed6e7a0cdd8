"""Remarks on what was given: left out, made flat, far away, or likely a mistake.

Each sort of fault of a layer is one remark, with how many features have it and where the first
of them stands.
"""

from __future__ import annotations

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely import STRtree

from gridding.parts import LINE, POLYGON, plain_parts
from gridding.rules import GridRules
from gridding.types import Bools, Communities, Features, Floats, Geometries, Problem

_NAMES = {LINE: "line", POLYGON: "polygon"}
# Farther away than this, and than the communities are wide, is no neighbourhood.
FAR_M = 1_000.0
# A gap between two communities up to this wide is a slip of the pen, whether it is closed or not.
GAP_M = 0.5
# Below this a hole is what doubles leave, m².
_HOLE_M2 = 0.01
MAX_HOLES = 20
"""So many holes, the largest, have a remark of their own."""


def place_of(geometry: shapely.Geometry | None) -> tuple[float, float]:
    """Return the first coordinate of a geometry that is finite, NaN where there is none."""
    if geometry is None:
        return float("nan"), float("nan")
    xy = shapely.get_coordinates(geometry)
    xy = xy[np.isfinite(xy).all(axis=1)]
    return (float(xy[0, 0]), float(xy[0, 1])) if len(xy) else (float("nan"), float("nan"))


def counted(code: str, name: str, geometry: Geometries, bad: Bools, what: str) -> list[Problem]:
    """Return a remark on those of a layer that are bad, with the place of the first, or none."""
    at = np.flatnonzero(bad)
    if not len(at):
        return []
    x, y = place_of(geometry[at[0]])
    message = f"{len(at)} of {len(geometry)} {name} {what} The first is feature {at[0]}."
    return [Problem(code, "", message, x, y)]


def _sizes(geometry: Geometries, kind: int) -> tuple[Bools, Bools, Bools]:
    """Whether each has parts of a kind, parts of another, and a part of a kind with a size."""
    parts, source = plain_parts(geometry)
    there = ~shapely.is_empty(parts)
    own = (shapely.get_type_id(parts) == kind) & there
    size = shapely.length(parts) if kind == LINE else shapely.area(parts)
    n = len(geometry)
    counts = [
        np.bincount(source[chosen], minlength=n) > 0
        for chosen in (own, there & ~own, own & (size > 0))
    ]
    return counts[0], counts[1], counts[2]


def layer_remarks(name: str, geometry: Geometries) -> list[Problem]:
    """Return what of a layer is left out or made flat.

    Parameters
    ----------
    name : str
        ``lines``, ``buildings``, ``compounds`` or ``grounds``.
    geometry : array of geometries
        In any order; may hold None.
    """
    geometry = np.asarray(geometry, object)
    if not len(geometry):
        return []
    kind = LINE if name == "lines" else POLYGON
    missing = shapely.is_missing(geometry) | shapely.is_empty(geometry)
    has, other, sized = _sizes(geometry, kind)
    wrong = ~missing & ~has
    want, size = _NAMES[kind], "length" if kind == LINE else "area"
    return [
        *counted("W-GRID-EMPTY", name, geometry, missing, "have no geometry; left out."),
        *counted("W-GRID-EMPTY", name, geometry, has & ~sized, f"have no {size}; left out."),
        *counted("W-GRID-TYPE", name, geometry, wrong, f"are no {want}; left out."),
        *counted(
            "W-GRID-TYPE",
            name,
            geometry,
            has & other,
            f"are collections; only what in them is a {want} was taken.",
        ),
        *counted(
            "W-GRID-FLAT",
            name,
            geometry,
            shapely.has_z(geometry) & ~missing,
            "have heights; these were left out.",
        ),
    ]


def _boxes(geometry: Geometries) -> Geometries:
    present = ~(shapely.is_missing(geometry) | shapely.is_empty(geometry))
    boxes = shapely.box(*np.nan_to_num(shapely.bounds(geometry)).T)
    return np.asarray(np.where(present, boxes, None), object)


def _far(name: str, geometry: Geometries, town: Floats) -> list[Problem]:
    geometry = np.asarray(geometry, object)
    if not len(geometry):
        return []
    limit_m = max(FAR_M, float(np.hypot(town[2] - town[0], town[3] - town[1])))
    # NaN, of what has no box, is not above the limit.
    far = shapely.distance(_boxes(geometry), shapely.box(*town)) > limit_m
    what = (
        f"lie more than {limit_m / 1000:.1f} km from the communities; they have no part in the "
        "grids. If they should be near, the reference system of the layer is wrong."
    )
    return counted("W-GRID-FAR", name, geometry, far, what)


def _met(polygons: Geometries, geometry: Geometries) -> Bools:
    """Which communities have some of a layer in them; what only touches their ring is none."""
    geometry = np.asarray(geometry, object)
    found = np.zeros(len(polygons), bool)
    if len(geometry):
        at, feature = STRtree(geometry).query(polygons, predicate="intersects")
        inside = ~shapely.touches(polygons[at], geometry[feature])
        found[at[inside]] = True
    return found


def _bare(
    communities: Communities, layers: dict[str, Geometries], rules: GridRules
) -> list[Problem]:
    polygons = communities.polygons
    large = shapely.area(polygons) >= 0.9 * rules.target_area_m2
    # Of open ground whose use is known it is no wonder that no line crosses it.
    known = _met(polygons, layers["lines"]) | _met(polygons, layers["grounds"])
    rest = np.flatnonzero(large & ~known)
    built = np.zeros(len(polygons), bool)
    for name in ("buildings", "compounds"):
        built[rest] |= _met(polygons[rest], layers[name])
    out = []
    for i in rest.tolist():
        x, y = place_of(shapely.point_on_surface(polygons[i]))
        what = "No line" if built[i] else "No line, building or compound"
        how = "only along buildings and gaps" if built[i] else "freely, by area and shape"
        message = f"{what} lies in this community; it was cut {how}. Check the base map."
        out.append(Problem("W-GRID-BARE", communities.codes[i], message, x, y))
    return out


def _hole(hole: shapely.Polygon) -> Problem:
    x, y = place_of(shapely.point_on_surface(hole))
    message = (
        f"The communities leave a hole of {hole.area:.1f} m²; it has no grids. Correct their "
        "borders where it is none of the ground."
    )
    return Problem("W-GRID-HOLE", "", message, x, y)


def hole_remarks(communities: Communities) -> list[Problem]:
    """Return where communities leave holes among them, the largest first, and narrow gaps."""
    polygons = communities.polygons
    union = shapely.get_parts(shapely.coverage_union_all(polygons))
    rings = [ring for part in union for ring in part.interiors]
    holes = sorted((shapely.Polygon(r) for r in rings), key=lambda h: (-h.area, h.bounds))
    holes = [hole for hole in holes if hole.area > _HOLE_M2]
    out = [_hole(hole) for hole in holes[:MAX_HOLES]]
    rest = holes[MAX_HOLES:]
    if rest:
        x, y = place_of(shapely.point_on_surface(rest[0]))
        area = sum(hole.area for hole in rest)
        message = f"The communities leave {len(rest)} smaller holes of {area:.1f} m² in all."
        out.append(Problem("W-GRID-HOLE", "", message, x, y))
    return out + _gaps(communities, holes)


def _gaps(communities: Communities, holes: list[shapely.Polygon]) -> list[Problem]:
    """Narrow gaps that are open at an end, and so are no hole."""
    edges = shapely.coverage_invalid_edges(communities.polygons, gap_width=GAP_M)
    edges = np.where(shapely.is_empty(edges), None, edges)
    at = np.flatnonzero(~shapely.is_missing(edges))
    if len(holes):
        near = shapely.buffer(shapely.MultiPolygon(holes), GAP_M)
        at = at[~shapely.covered_by(edges[at], near)]
    if not len(at):
        return []
    x, y = place_of(edges[at[0]])
    message = (
        f"{len(at)} communities have a gap of less than {GAP_M:g} m to a neighbour; it has no "
        "grids. Correct their borders where they should meet."
    )
    return [Problem("W-GRID-HOLE", communities.codes[at[0]], message, x, y)]


def input_remarks(communities: Communities, features: Features, rules: GridRules) -> list[Problem]:
    """Return all remarks on an input that passed its checks, with those it brought along.

    Parameters
    ----------
    communities : Communities
    features : Features
        Its ``remarks`` are from whoever read it.
    rules : GridRules
        Ground means nothing without a land use; it is not looked at then.
    """
    layers: dict[str, NDArray[np.object_]] = {
        "lines": np.asarray(features.lines, object),
        "buildings": np.asarray(features.buildings, object),
        "compounds": np.asarray(features.compounds, object),
        "grounds": np.asarray(features.grounds if rules.land_use else [], object),
    }
    town = shapely.total_bounds(communities.polygons)
    out = list(features.remarks)
    for name, geometry in layers.items():
        out += layer_remarks(name, geometry) + _far(name, geometry, town)
    if shapely.has_z(communities.polygons).any():
        at = shapely.has_z(communities.polygons)
        what = "have heights; these were left out."
        out += counted("W-GRID-FLAT", "communities", communities.polygons, at, what)
    return out + _bare(communities, layers, rules) + hole_remarks(communities)
