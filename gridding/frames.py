"""Grids from GeoDataFrames and back; needs geopandas, which ``import gridding`` does not.

::

    from gridding.frames import cut

    done = cut(communities, lines, buildings=buildings)
    done.grids, done.borders, done.result.report
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from pyproj import CRS

from gridding.codes import grid_code
from gridding.errors import InputError
from gridding.fitness import fitness, moved
from gridding.kinds import BORDER_KINDS
from gridding.pipeline import Progress, make_grids
from gridding.remarks import counted, place_of
from gridding.rules import GridRules
from gridding.types import (
    REASON_NAMES,
    Communities,
    Features,
    Floats,
    Geometries,
    GridResult,
    PointLoad,
    Problem,
)

# Street 001 of a district without a number, for boundaries that number communities only.
PLAIN_PREFIX = "000000001"


@dataclass(frozen=True, slots=True)
class Cut:
    """Grids and borders as frames, in the CRS of the communities.

    Attributes
    ----------
    grids : GeoDataFrame
        One row a grid, by community code and number: ``code``, ``number`` (from 1 in each
        community), ``community`` (code), ``area_m2``, ``perimeter_m``, ``on_feature_share``,
        ``given_border_share``, ``neighbours`` (how many), ``reason`` (a name of
        ``gridding.REASON_NAMES``), ``why`` (the same as a sentence), ``load_NAME`` (amount of each
        load), ``geometry`` (Polygon).
    borders : GeoDataFrame
        Each border once: ``code_left``, ``code_right`` (None where no community follows), ``kind``
        (a name of ``gridding.BORDER_KINDS``), ``length_m``, ``geometry`` (LineString).
    result : GridResult
        The same as arrays, with the report.
    """

    grids: gpd.GeoDataFrame
    borders: gpd.GeoDataFrame
    result: GridResult


def column(frame: gpd.GeoDataFrame, name: str, layer: str) -> pd.Series:
    """Return a column of a frame.

    Raises
    ------
    InputError
        ``E-GRID-FIELD``; the message lists the columns there are.
    """
    if name not in frame:
        have = ", ".join(str(c) for c in frame.columns if c != frame.geometry.name) or "none"
        raise InputError("E-GRID-FIELD", f"Layer {layer} has no field {name}; it has {have}.")
    return frame[name]


def in_crs(frame: gpd.GeoDataFrame, crs: CRS | None, layer: str) -> Geometries:
    """Return the geometry of a frame, moved to a reference system where it is in another.

    Raises
    ------
    InputError
        ``E-GRID-NOCRS``.
    """
    if frame.crs is None:
        raise InputError(
            "E-GRID-NOCRS", f"Layer {layer} names no reference system; write it into the file."
        )
    shapes = np.asarray(frame.geometry.values, object)
    return shapes if crs is None else moved(shapes, CRS.from_user_input(frame.crs), crs, layer)


def field_text(values: pd.Series) -> pd.Series:
    """Return values as they are written: whole numbers without places, and none as no text."""

    def text(value: object) -> str:
        is_whole = isinstance(value, float) and value.is_integer()
        return str(int(value) if is_whole else value).strip()  # type: ignore[call-overload]

    return values.map(text, na_action="ignore").where(values.notna(), "").astype(str)


def community_codes(frame: gpd.GeoDataFrame, name: str, layer: str) -> tuple[str, ...]:
    """Return codes as they stand; plain numbers get the prefix of a made-up street.

    Parameters
    ----------
    name : str
        The column; where it is empty, ``code``, or ``community`` where there is no such.
    """
    name = name or ("code" if "code" in frame else "community")
    values = field_text(column(frame, name, layer)).tolist()
    if "" in values:
        row = values.index("")
        x, y = place_of(frame.geometry.iloc[row])
        raise InputError(
            "E-GRID-NOCODE",
            f"Layer {layer}: row {row}, at ({x:.1f}, {y:.1f}), has no code in the field {name}; "
            "write it, or leave the row out.",
        )
    return tuple(PLAIN_PREFIX + v.zfill(3) if v.isdigit() and len(v) <= 3 else v for v in values)


def _code(scheme: str, community: str, number: int) -> str:
    """The code of a grid; for communities without a code of digits, their name and a number."""
    if community.isdigit() and len(community) in (6, 9, 12):
        return grid_code(scheme, community, number)
    return f"{community}-{number}"


def codes_of(result: GridResult, codes: tuple[str, ...], scheme: str) -> list[str]:
    """Return the code of each grid; ``codes`` are those of the communities."""
    pairs = zip(result.community, result.numbers, strict=True)
    return [_code(scheme, codes[c], int(n)) for c, n in pairs]


def grids_frame(
    result: GridResult, codes: tuple[str, ...], scheme: str, crs: CRS
) -> gpd.GeoDataFrame:
    """Return the grids as a frame; for the columns see `Cut`."""
    count = len(result.polygons)
    return gpd.GeoDataFrame(
        {
            "code": codes_of(result, codes, scheme),
            "number": result.numbers,
            "community": [codes[c] for c in result.community],
            "area_m2": result.area_m2,
            "perimeter_m": result.perimeter_m,
            "on_feature_share": result.on_feature_share,
            "given_border_share": result.given_border_share,
            "neighbours": result.neighbours.counts,
            "reason": np.array(REASON_NAMES, object)[result.reasons.code],
            "why": [result.reasons.sentence(i) for i in range(count)],
            **{f"load_{name}": amounts for name, amounts in result.loads.items()},
        },
        geometry=list(result.polygons),
        crs=crs,
    )


def borders_frame(
    result: GridResult, codes: tuple[str, ...], scheme: str, crs: CRS
) -> gpd.GeoDataFrame:
    """Return the borders as a frame; for the columns see `Cut`."""
    # The last stands for no grid, so that -1 finds it.
    code = np.array([*codes_of(result, codes, scheme), None], object)
    borders = result.borders
    return gpd.GeoDataFrame(
        {
            "code_left": code[borders.left],
            "code_right": code[borders.right],
            "kind": np.array(BORDER_KINDS, object)[borders.kind],
            "length_m": borders.length_m,
        },
        geometry=list(borders.lines),
        crs=crs,
    )


def _metric(communities: gpd.GeoDataFrame) -> CRS:
    if communities.crs is None:
        raise InputError(
            "E-GRID-NOCRS", "The communities name no reference system; give it by set_crs."
        )
    crs = CRS.from_user_input(communities.crs)
    fit = fitness(crs, communities, "communities")
    if crs.is_geographic:
        raise InputError(
            "E-GRID-DEGREES",
            f"The communities are in degrees ({crs.name}); project them to metres: "
            f"communities.to_crs({fit.zone}), the system metric_crs names for this place.",
        )
    if fit.why_not:
        how = f"project the communities: to_crs({fit.zone})" if fit.zone else "scale them to metres"
        raise InputError("E-GRID-CRS", f"{crs.name} {fit.why_not}; {how}.")
    return crs


def _shapes(frame: gpd.GeoDataFrame | None, crs: CRS, name: str) -> Geometries:
    if frame is None or not len(frame):
        return np.zeros(0, object)
    return in_crs(frame, crs, name)


def _land_use(grounds: gpd.GeoDataFrame | None, crs: CRS) -> tuple[Geometries, NDArray[Any]]:
    if grounds is None or not len(grounds):
        return np.zeros(0, object), np.zeros(0, "U1")
    uses = field_text(column(grounds, "use", "grounds")).to_numpy(str)
    return in_crs(grounds, crs, "grounds"), uses


def load_points(frame: gpd.GeoDataFrame, crs: CRS, layer: str) -> Geometries:
    """Return a point for each row, in a reference system: of lines and areas one on them."""
    shapes = in_crs(frame, crs, layer)
    return np.where(shapely.get_type_id(shapes) == 0, shapes, shapely.point_on_surface(shapes))


def load_amounts(frame: gpd.GeoDataFrame, name: str, layer: str) -> Floats:
    """Return the amount of each row, NaN for what is no number; without a column 1 each."""
    if not name:
        return np.ones(len(frame))
    return pd.to_numeric(column(frame, name, layer), errors="coerce").to_numpy(float)


def placed(frame: gpd.GeoDataFrame, name: str) -> tuple[gpd.GeoDataFrame, list[Problem]]:
    """Return the rows that have a geometry, and a remark on the others."""
    shapes = np.asarray(frame.geometry.values, object)
    none = shapely.is_missing(shapes) | shapely.is_empty(shapes)
    what = "have no geometry; they are counted in no grid."
    return frame[~none], counted("W-GRID-EMPTY", f"rows of {name}", shapes, none, what)


def _loads(
    loads: Mapping[str, gpd.GeoDataFrame], crs: CRS
) -> tuple[tuple[PointLoad, ...], list[Problem]]:
    out, remarks = [], []
    for name, given in loads.items():
        frame, more = placed(given, f"load {name}")
        remarks += more
        amounts = load_amounts(frame, "amount" if "amount" in frame else "", name)
        out.append(PointLoad(name, load_points(frame, crs, f"load {name}"), amounts))
    return tuple(out), remarks


def _features(
    lines: gpd.GeoDataFrame | None,
    buildings: gpd.GeoDataFrame | None,
    compounds: gpd.GeoDataFrame | None,
    grounds: gpd.GeoDataFrame | None,
    loads: Mapping[str, gpd.GeoDataFrame],
    crs: CRS,
) -> Features:
    areas, uses = _land_use(grounds, crs)
    points, remarks = _loads(loads, crs)
    others = Features(
        buildings=_shapes(buildings, crs, "buildings"),
        compounds=_shapes(compounds, crs, "compounds"),
        loads=points,
        grounds=areas,
        ground_uses=uses,
        remarks=tuple(remarks),
    )
    if lines is None or not len(lines):
        return others
    classes = pd.to_numeric(column(lines, "cls", "lines"), errors="coerce")
    kinds = field_text(lines["kind"]).to_numpy(str) if "kind" in lines else [""] * len(lines)
    return replace(
        others,
        lines=in_crs(lines, crs, "lines"),
        # As they are: what is no class of 1 to 7 is refused, not rounded.
        line_classes=classes.to_numpy(float),
        line_kinds=np.asarray(kinds, str),
    )


def cut(
    communities: gpd.GeoDataFrame,
    lines: gpd.GeoDataFrame | None = None,
    buildings: gpd.GeoDataFrame | None = None,
    compounds: gpd.GeoDataFrame | None = None,
    rules: GridRules | None = None,
    *,
    grounds: gpd.GeoDataFrame | None = None,
    loads: Mapping[str, gpd.GeoDataFrame] | None = None,
    workers: int = 1,
    progress: Progress | None = None,
) -> Cut:
    """Cut each community into unit grids of about the target area.

    Parameters
    ----------
    communities : GeoDataFrame
        Polygons of a valid coverage, in a projected CRS in metres. Column ``code``, or
        ``community``: 12, 9 or 6 digits, or any name; plain numbers of up to three digits get
        the code 000000 + 001 + the number.
    lines : GeoDataFrame, optional
        What borders should follow. Column ``cls``: 1 motorway to primary road, river; 2 secondary
        road, railway; 3 tertiary; 4 residential; 5 wall, fence, lane; 6 service road, stream;
        7 path. Column ``kind``, which may be missing: road, rail, water, wall or another word.
    buildings, compounds : GeoDataFrame, optional
        Polygons of what may not be cut; no columns are read.
    rules : GridRules, optional
        Target area in m², code scheme, prices, rules by land use.
    grounds : GeoDataFrame, optional
        Polygons of land use with the column ``use``, a word of ``rules.land_use``.
    loads : dict of GeoDataFrame, optional
        Points of each load by its name, with the column ``amount`` (0 or more); without it each
        row counts 1, lines and areas at a point on them. They are counted by grid, and balanced
        where ``rules.balance`` puts a price on them.
    workers : int
        Number of processes.
    progress : callable, optional
        Called with (regions done, regions in all); what it raises stops the work.

    Returns
    -------
    Cut
        In the CRS of ``communities``. Lines, buildings and compounds in another CRS are moved to
        that first. Areas in m², lengths in m.

    Raises
    ------
    InputError
        ``E-GRID-DEGREES`` where the communities are in degrees, with the system to project them
        to; ``E-GRID-CRS`` where their unit is not the metre, or areas are not true in it;
        ``E-GRID-NOCRS`` where a frame names no CRS, ``E-GRID-FIELD`` where a column is missing.
    GridError
        Whatever `gridding.make_grids` raises.
    """
    crs = _metric(communities)
    codes = community_codes(communities, "", "communities")
    rules = rules or GridRules()
    result = make_grids(
        Communities(codes, in_crs(communities, crs, "communities")),
        _features(lines, buildings, compounds, grounds, loads or {}, crs),
        rules,
        workers=workers,
        progress=progress,
    )
    made = result, codes, rules.scheme, crs
    return Cut(grids_frame(*made), borders_frame(*made), result)
