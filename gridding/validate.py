"""Checks of what the caller gives; each fault has its own code and names the community."""

from __future__ import annotations

import numpy as np
import shapely
from shapely import STRtree

from gridding.canonical import canonical_uses
from gridding.codes import max_number
from gridding.errors import CodeError, InputError
from gridding.grounds import own_aims
from gridding.remarks import place_of
from gridding.rules import GridRules
from gridding.types import Communities, Features, Floats, Geometries, PointLoad

# Communities of a valid coverage share vertices to the bit; more overlap than this is a fault
# of area, less is one of vertices.
_OVERLAP_M2 = 0.01
_POLYGONS = (3, 6)


def _check_codes(communities: Communities) -> None:
    codes = communities.codes
    if not len(codes):
        raise InputError("E-GRID-EMPTY", "There is no community to cut; give at least one.")
    if len(codes) != len(communities.polygons):
        raise InputError(
            "E-GRID-LENGTH",
            f"{len(codes)} community codes, {len(communities.polygons)} polygons; give one each.",
        )
    seen: set[str] = set()
    for code in codes:
        if code in seen:
            raise InputError(
                "E-GRID-DOUBLE", f"Community code {code} is given twice; make codes unique.", code
            )
        seen.add(code)


def _check_polygon(code: str, polygon: shapely.Geometry | None) -> None:
    if polygon is None or polygon.is_empty:
        raise InputError(
            "E-GRID-NOSHAPE", f"Community {code} has no polygon; draw it or leave it out.", code
        )
    if shapely.get_type_id(polygon) not in _POLYGONS:
        raise InputError(
            "E-GRID-TYPE",
            f"Community {code} is a {polygon.geom_type}; give a Polygon or MultiPolygon.",
            code,
        )
    if not np.isfinite(shapely.get_coordinates(polygon)).all():
        raise InputError(
            "E-GRID-NAN", f"Community {code} has a coordinate that is no number; mend it.", code
        )
    if not polygon.is_valid:
        reason = shapely.is_valid_reason(polygon)
        raise InputError(
            "E-GRID-INVALID", f"Community {code} crosses itself ({reason}); mend its ring.", code
        )


def _check_metres(polygons: Geometries) -> None:
    x0, y0, x1, y1 = shapely.total_bounds(polygons)
    if x0 >= -180 and x1 <= 180 and y0 >= -90 and y1 <= 90:
        raise InputError(
            "E-GRID-DEGREES",
            f"The communities lie within ({x0:.4f}, {y0:.4f}, {x1:.4f}, {y1:.4f}): these are "
            "degrees; project them to metres (metric_crs names the system).",
        )


def _check_overlap(communities: Communities) -> None:
    polygons = communities.polygons
    wrong = np.flatnonzero(shapely.length(shapely.coverage_invalid_edges(polygons)) > 0)
    if not len(wrong):
        return
    i, j = STRtree(polygons).query(polygons[wrong], predicate="intersects")
    i = wrong[i]
    i, j = i[i < j], j[i < j]
    shared = shapely.intersection(polygons[i], polygons[j])
    area = shapely.area(shared)
    if len(area) and area.max() > _OVERLAP_M2:
        worst = int(area.argmax())
        a, b = communities.codes[i[worst]], communities.codes[j[worst]]
        x, y = shapely.get_coordinates(shapely.point_on_surface(shared[worst]))[0]
        raise InputError(
            "E-GRID-OVERLAP",
            f"Communities {a} and {b} overlap by {area[worst]:.2f} m² at ({x:.1f}, {y:.1f}); "
            "correct their border, or have it mended.",
            a,
        )
    edges = shapely.coverage_invalid_edges(polygons)
    x, y = shapely.get_coordinates(edges[wrong[0]])[0]
    code = communities.codes[wrong[0]]
    raise InputError(
        "E-GRID-BORDER",
        f"Community {code}: its border at ({x:.1f}, {y:.1f}) has other vertices than its "
        "neighbour's; make both the same, or have it mended.",
        code,
    )


def check_numbers(communities: Communities, features: Features, rules: GridRules) -> None:
    """Refuse a community that would need more grids than the scheme has numbers.

    Raises
    ------
    CodeError
        ``E-CODE-FULL``.
    """
    most = max_number(rules.scheme)
    area = shapely.area(communities.polygons)
    # Grids come out between 0.5 and 1.5 of the target: above this no numbering can succeed.
    too_large = np.flatnonzero(area > 1.5 * most * rules.target_area_m2)
    if len(too_large):
        uses, _ = canonical_uses(features, rules)
        aims = own_aims(communities.polygons[too_large], uses, rules.target_area_m2)
        open_m2 = area[too_large] - _whole_m2(communities.polygons[too_large], features, rules)
        too_large = too_large[open_m2 > 1.5 * most * aims.target_m2]
    if len(too_large):
        code = communities.codes[too_large[0]]
        raise CodeError(
            "E-CODE-FULL",
            f"Community {code} has {area[too_large[0]] / 1e6:.1f} km²: more than {most} grids; "
            "split it, raise the target area, or give open ground a land use.",
            code,
        )


def _whole_m2(polygons: Geometries, features: Features, rules: GridRules) -> Floats:
    """Ground of each polygon in buildings and compounds as large as a grid, at the most.

    Those that overlap count twice: the bound only has to be on the safe side.
    """
    units = np.asarray(features.buildings, object)
    if rules.keep_compounds:
        units = np.concatenate([units, np.asarray(features.compounds, object)])
    units = shapely.make_valid(units[shapely.area(units) > rules.target_area_m2])
    at, unit = STRtree(units).query(polygons, predicate="intersects")
    held = shapely.area(shapely.intersection(polygons[at], units[unit]))
    return np.bincount(at, held, len(polygons)).astype(np.float64)


def check_communities(communities: Communities) -> None:
    """Refuse communities that cannot be cut exactly.

    Raises
    ------
    InputError
        ``E-GRID-EMPTY``, ``-LENGTH``, ``-DOUBLE``, ``-NOSHAPE``, ``-TYPE``, ``-NAN``,
        ``-INVALID``, ``-DEGREES``, ``-OVERLAP`` or ``-BORDER``.
    """
    _check_codes(communities)
    for code, polygon in zip(communities.codes, communities.polygons, strict=True):
        _check_polygon(code, polygon)
    _check_metres(communities.polygons)
    _check_overlap(communities)


def _check_finite(geometry: Geometries, name: str) -> None:
    present = geometry[~shapely.is_missing(geometry)]
    if not np.isfinite(shapely.get_coordinates(present)).all():
        xy, of = shapely.get_coordinates(geometry, return_index=True)
        bad = int(of[~np.isfinite(xy).all(axis=1)][0])
        x, y = place_of(geometry[bad])
        where = f", beside ({x:.1f}, {y:.1f})," if np.isfinite(x) else ""
        raise InputError(
            "E-GRID-NAN",
            f"Feature {bad} of {name}{where} has a coordinate that is no number; mend it.",
        )


def _check_load(load: PointLoad) -> None:
    points, amounts = np.asarray(load.points, object), np.asarray(load.amounts, float)
    if len(points) != len(amounts):
        raise InputError(
            "E-GRID-LENGTH",
            f"Load {load.name} has {len(points)} points and {len(amounts)} amounts; "
            "give one amount a point.",
        )
    _check_finite(points, f"load {load.name}")
    wrong = np.flatnonzero(
        (shapely.get_type_id(points) != 0)
        | shapely.is_empty(points)
        | ~(np.isfinite(amounts) & (amounts >= 0))
    )
    if len(wrong):
        raise InputError(
            "E-GRID-LOAD",
            f"Load {load.name}: row {wrong[0]} is no point with an amount of 0 or more; "
            "mend it or leave it out.",
        )


def check_loads(features: Features, rules: GridRules) -> None:
    """Refuse loads that cannot be counted, and rules that balance one that is not given.

    Raises
    ------
    InputError
        ``E-GRID-LOAD``, ``-LENGTH`` or ``-NAN``.
    """
    names = [load.name for load in features.loads]
    if len(set(names)) < len(names):
        raise InputError("E-GRID-LOAD", "Two loads have one name; make names unique.")
    for load in features.loads:
        _check_load(load)
    missing = [name for name, _ in rules.balance if name not in names]
    if missing:
        raise InputError(
            "E-GRID-LOAD",
            f"Load {missing[0]} is to be balanced but not given (there are "
            f"{', '.join(sorted(names)) or 'none'}); add it to the features.",
        )


def check_features(features: Features, communities: Communities) -> None:
    """Refuse features that cannot be those of the communities.

    Raises
    ------
    InputError
        ``E-GRID-LENGTH``, ``-CLASS``, ``-NAN``, or ``-FAR`` when no feature is near.
    """
    classes = np.asarray(features.line_classes)
    if not len(features.lines) == len(classes) == len(features.line_kinds):
        raise InputError("E-GRID-LENGTH", "Give one class and one kind for each line.")
    if len(features.grounds) != len(features.ground_uses):
        raise InputError("E-GRID-LENGTH", "Give one use for each ground.")
    wrong = np.flatnonzero(~np.isin(classes, range(1, 8)))
    if len(wrong):
        bad = int(wrong[0])
        x, y = place_of(features.lines[bad])
        raise InputError(
            "E-GRID-CLASS",
            f"Line {bad} at ({x:.1f}, {y:.1f}) has class {classes[bad]}; classes are 1 to 7.",
        )
    layers = {
        "lines": features.lines,
        "buildings": features.buildings,
        "compounds": features.compounds,
        "grounds": features.grounds,
    }
    for name, geometry in layers.items():
        _check_finite(np.asarray(geometry, object), name)
    everything = np.concatenate([np.asarray(g, object) for g in layers.values()])
    everything = everything[~(shapely.is_missing(everything) | shapely.is_empty(everything))]
    town = shapely.box(*shapely.total_bounds(communities.polygons))
    boxes = shapely.box(*shapely.bounds(everything).T)
    if len(everything) and not shapely.intersects(boxes, town).any():
        raise InputError(
            "E-GRID-FAR",
            "No line, building, compound or ground is near the communities; give all layers in one "
            "reference system.",
        )
