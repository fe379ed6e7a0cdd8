#!/usr/bin/env python3
"""Measure how good a plan of unit grids is, whatever made it.

    python scripts/bench/quality.py GRIDS --features FEATURES --boundary BOUNDARY [--gate] [--json]

GRIDS has one polygon a grid; FEATURES the layers lines, buildings and, where there are any,
compounds; BOUNDARY the communities, a valid coverage whose union is the district, in a projected
reference system in metres. Exit code 1 with --gate when a bound of `GATES` is missed.

The measure imports nothing of the engine: it can judge it.
"""

from __future__ import annotations

import argparse
import json
import math
import sys
from dataclasses import asdict, dataclass
from pathlib import Path

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from bench.measures.borders import (  # noqa: E402
    Lengths,
    chosen_border,
    faces,
    lines_within,
    make_map,
    measure_border,
)
from bench.measures.holdings import (  # noqa: E402
    cut_items,
    holdings,
    largest_share,
    owner_and_strays,
)

Array = NDArray[np.generic]

STRAY_M2 = 1.0
"""More of a grid than this outside its community makes it a grid of several."""
WHOLE_COMMUNITY = 1.05
"""A small grid fills its community when that is smaller than this times the grid."""
RICH_M_PER_KM2 = 40_000.0
"""On poorer ground there is not enough line to follow: no bound on `on_feature_share`."""

GATES = {
    "gap_area_m2": ("<=", 0.01),
    "overlap_area_m2": ("<=", 0.01),
    "outside_area_m2": ("<=", 0.01),
    "invalid_edges": ("<=", 0),
    "invalid_geometries": ("<=", 0),
    "multipart": ("<=", 0),
    "grids_in_more_than_one_community": ("<=", 0),
    "buildings_cut_in_community": ("<=", 0),
    "compounds_cut_in_community": ("<=", 0),
    "fair_share_5k_15k": (">=", 0.90),
    "on_feature_share": (">=", 0.80),
    "needless_off_feature_share": ("<=", 0.03),
    "polsby_popper_median": (">=", 0.50),
    "polsby_popper_below_0_2_share": ("<=", 0.05),
}
"""Least that is asked of a plan: name, comparison, bound."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked of a plan, in m² and m.

    Attributes
    ----------
    target_m2, low_m2, high_m2 : float
        Area asked for, and the range that counts as good.
    tolerance_m : float
        How near to a feature border counts as on it.
    gap_m : float
        Widest gap between two buildings that has an axis.
    step_m : float
        Longest piece of border judged as one.
    """

    target_m2: float = 10_000.0
    low_m2: float = 5_000.0
    high_m2: float = 15_000.0
    tolerance_m: float = 2.0
    gap_m: float = 20.0
    step_m: float = 1.0


@dataclass(frozen=True, slots=True)
class Quality:
    """The measures of a plan; shares from 0 to 1, NaN where there is nothing to take one of.

    ``fair`` leaves out grids that no method could do better: one building or compound of the
    target area or more, with too little beside it for a grid of its own; and a whole community
    that is too small. ``cut`` counts what a border cuts that may be one of communities, which is
    given; ``cut_in_community`` only what the method cut. ``needless`` is border off features
    inside a face of the map no larger than a grid may be.
    """

    grids: int
    communities: int
    district_area_m2: float
    gap_area_m2: float
    outside_area_m2: float
    overlap_area_m2: float
    invalid_edges: int
    invalid_edge_length_m: float
    invalid_geometries: int
    multipart: int
    with_holes: int
    grids_in_more_than_one_community: int
    area_mean_m2: float
    area_median_m2: float
    area_min_m2: float
    area_max_m2: float
    area_cv: float
    share_5k_15k: float
    share_7k5_12k5: float
    exempt_grids: int
    fair_share_5k_15k: float
    fair_share_7k5_12k5: float
    fair_area_cv: float
    buildings: int
    buildings_cut: int
    buildings_cut_in_community: int
    compounds: int
    compounds_cut: int
    compounds_cut_in_community: int
    feature_m_per_km2: float
    ground_in_blocks_over_15k_share: float
    inner_border_m: float
    on_line_share: float
    on_gap_share: float
    on_feature_share: float
    needless_off_feature_share: float
    inner_border_m_all_inner: float
    on_line_share_all_inner: float
    on_gap_share_all_inner: float
    on_feature_share_all_inner: float
    polsby_popper_median: float
    polsby_popper_p10: float
    polsby_popper_below_0_2_share: float
    vertices_per_grid: float


def measure(
    grids: Array,
    communities: Array,
    lines: Array,
    buildings: Array,
    compounds: Array,
    asked: Asked | None = None,
) -> Quality:
    """Measure a plan.

    Parameters
    ----------
    grids, communities, buildings, compounds : arrays of Polygon or MultiPolygon
        All in one metric reference system.
    lines : array of LineString or MultiLineString
        Everything a border may follow.
    asked : Asked, optional

    Returns
    -------
    Quality

    Raises
    ------
    ValueError
        When there is no grid or no community.
    """
    if not len(grids) or not len(communities):
        raise ValueError("There is nothing to measure: no grids or no communities.")
    asked = asked or Asked()
    buildings, compounds = shapely.get_parts(buildings), shapely.get_parts(compounds)
    district = shapely.union_all(communities)
    owner, strays = owner_and_strays(grids, communities)
    return Quality(
        grids=len(grids),
        communities=len(communities),
        district_area_m2=district.area,
        grids_in_more_than_one_community=int((strays > STRAY_M2).sum()),
        **coverage(grids, district),
        **_areas(grids, communities, owner, np.concatenate([buildings, compounds]), asked),
        **_cut("buildings", buildings, grids, owner, 1.0),
        **_cut("compounds", compounds, grids, owner, 10.0),
        **_borders(grids, communities, district, shapely.get_parts(lines), buildings, asked),
        **_shape(grids),
    )


def coverage(grids: Array, district: shapely.Geometry) -> dict[str, float]:
    """Return the measures of exactness: all 0 but ``with_holes`` where nothing is wrong."""
    union = shapely.union_all(grids)
    faulty = shapely.length(shapely.coverage_invalid_edges(grids))
    rings = shapely.get_num_interior_rings(shapely.get_geometry(grids, 0))
    return {
        "gap_area_m2": shapely.difference(district, union).area,
        "outside_area_m2": shapely.difference(union, district).area,
        "overlap_area_m2": max(0.0, float(shapely.area(grids).sum()) - union.area),
        "invalid_edges": int((faulty > 0).sum()),
        "invalid_edge_length_m": float(faulty.sum()),
        "invalid_geometries": int((~shapely.is_valid(grids)).sum()),
        "multipart": int((shapely.get_num_geometries(grids) > 1).sum()),
        "with_holes": int((rings > 0).sum()),
    }


def _share(chosen: Array) -> float:
    return float(chosen.mean()) if len(chosen) else math.nan


def _variation(area: Array) -> float:
    return float(area.std() / area.mean()) if len(area) else math.nan


def _in_range(area: Array, asked: Asked) -> tuple[float, float, float]:
    wide = (area >= asked.low_m2) & (area <= asked.high_m2)
    near = (area >= 0.75 * asked.target_m2) & (area <= 1.25 * asked.target_m2)
    return _share(wide), _share(near), _variation(area)


def _exempt(area: Array, grids: Array, units: Array, whole: Array, asked: Asked) -> Array:
    """Return which grids no method could do better."""
    unit = largest_share(holdings(units, grids), len(grids))
    large = (area > asked.high_m2) & (unit >= asked.target_m2) & (area - unit < asked.low_m2)
    small = (area < asked.low_m2) & (whole < WHOLE_COMMUNITY * area)
    return large | small


def _areas(
    grids: Array, communities: Array, owner: Array, units: Array, asked: Asked
) -> dict[str, float]:
    area = shapely.area(grids)
    whole = np.where(owner >= 0, shapely.area(communities)[owner], np.inf)
    exempt = _exempt(area, grids, units, whole, asked)
    wide, near, variation = _in_range(area, asked)
    fair_wide, fair_near, fair_variation = _in_range(area[~exempt], asked)
    return {
        "area_mean_m2": float(area.mean()),
        "area_median_m2": float(np.median(area)),
        "area_min_m2": float(area.min()),
        "area_max_m2": float(area.max()),
        "area_cv": variation,
        "share_5k_15k": wide,
        "share_7k5_12k5": near,
        "exempt_grids": int(exempt.sum()),
        "fair_share_5k_15k": fair_wide,
        "fair_share_7k5_12k5": fair_near,
        "fair_area_cv": fair_variation,
    }


def _cut(name: str, items: Array, grids: Array, owner: Array, sliver_m2: float) -> dict[str, int]:
    held, area = holdings(items, grids), shapely.area(items)
    anyone = np.zeros(len(grids), int)
    return {
        name: len(items),
        f"{name}_cut": cut_items(held, area, anyone, sliver_m2, 0.01),
        f"{name}_cut_in_community": cut_items(held, area, owner + 1, sliver_m2, 0.01),
    }


def _border_shares(lengths: Lengths, ending: str) -> dict[str, float]:
    total = lengths.total or math.nan
    return {
        f"inner_border_m{ending}": lengths.total,
        f"on_line_share{ending}": lengths.on_line / total,
        f"on_gap_share{ending}": lengths.on_gap / total,
        f"on_feature_share{ending}": (lengths.on_line + lengths.on_gap) / total,
    }


def _borders(
    grids: Array,
    communities: Array,
    district: shapely.Geometry,
    lines: Array,
    buildings: Array,
    asked: Asked,
) -> dict[str, float]:
    lines = lines_within(lines, district)
    found = faces(lines, communities)
    size = shapely.area(found)
    small = found[size <= asked.high_m2]
    ground = make_map(lines, buildings, small, asked.tolerance_m, asked.gap_m)
    chosen, inner = (
        measure_border(chosen_border(grids, given), ground, asked.step_m)
        for given in (shapely.boundary(communities), np.array([district.boundary], object))
    )
    return {
        "feature_m_per_km2": float(shapely.length(lines).sum() / district.area * 1e6),
        "ground_in_blocks_over_15k_share": float(size[size > asked.high_m2].sum() / district.area),
        **_border_shares(chosen, ""),
        "needless_off_feature_share": chosen.needless / (chosen.total or math.nan),
        **_border_shares(inner, "_all_inner"),
    }


def _shape(grids: Array) -> dict[str, float]:
    roundness = 4 * np.pi * shapely.area(grids) / shapely.length(grids) ** 2
    return {
        "polsby_popper_median": float(np.median(roundness)),
        "polsby_popper_p10": float(np.quantile(roundness, 0.1)),
        "polsby_popper_below_0_2_share": float((roundness < 0.2).mean()),
        "vertices_per_grid": float(shapely.get_num_coordinates(grids).mean()),
    }


def missed_gates(quality: Quality) -> list[str]:
    """Return a line for each bound of `GATES` that a plan misses."""
    missed = []
    for name, (sign, bound) in GATES.items():
        value = getattr(quality, name)
        if name == "on_feature_share" and quality.feature_m_per_km2 < RICH_M_PER_KM2:
            continue
        # A share of nothing, NaN, is no miss.
        if value > bound if sign == "<=" else value < bound:
            missed.append(f"{name} {value:.4f}, asked {sign} {bound}")
    return missed


def _read(path: Path, layer: str | None, crs: object) -> gpd.GeoDataFrame:
    frame = gpd.read_file(path, layer=layer) if layer else gpd.read_file(path)
    frame = frame[frame.geometry.notna() & ~frame.geometry.is_empty]
    return frame.to_crs(crs) if crs is not None and frame.crs != crs else frame


def read_and_measure(grids: Path, features: Path, boundary: Path, asked: Asked) -> Quality:
    """Measure the plan in a file; everything is brought to the reference system of BOUNDARY.

    Raises
    ------
    SystemExit
        ``E-BENCH-CRS`` when that is not in metres.
    """
    communities = _read(boundary, None, None)
    crs = communities.crs
    if crs is None or not crs.is_projected:
        sys.exit(f"E-BENCH-CRS: {boundary} must be in a projected reference system in metres.")
    present = set(gpd.list_layers(features)["name"])

    def layer(name: str) -> Array:
        frame = _read(features, name, crs) if name in present else None
        return np.zeros(0, object) if frame is None else np.asarray(frame.geometry.values, object)

    plan = np.asarray(_read(grids, None, crs).geometry.values, object)
    given = np.asarray(communities.geometry.values, object)
    return measure(plan, given, layer("lines"), layer("buildings"), layer("compounds"), asked)


def _as_json(quality: Quality, missed: list[str]) -> str:
    rounded = {
        name: (None if value != value else round(value, 4))  # noqa: PLR0124
        for name, value in asdict(quality).items()
    }
    return json.dumps({**rounded, "missed": missed}, indent=1)


def _as_text(quality: Quality, missed: list[str]) -> str:
    rows = [f"{name:<36} {value:>16,.4f}" for name, value in asdict(quality).items()]
    return "\n".join([*rows, *(f"missed: {line}" for line in missed)])


def main(argv: list[str] | None = None) -> int:
    """Run the command and return its exit code."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("grids", type=Path, metavar="GRIDS")
    parser.add_argument("--features", type=Path, required=True)
    parser.add_argument("--boundary", type=Path, required=True)
    parser.add_argument("--target", type=float, default=10_000.0, metavar="M2")
    parser.add_argument("--gate", action="store_true", help="exit 1 when a bound is missed")
    parser.add_argument("--json", action="store_true", help="figures as JSON")
    args = parser.parse_args(argv)
    asked = Asked(args.target, 0.5 * args.target, 1.5 * args.target)
    quality = read_and_measure(args.grids, args.features, args.boundary, asked)
    missed = missed_gates(quality) if args.gate else []
    print(_as_json(quality, missed) if args.json else _as_text(quality, missed))
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
