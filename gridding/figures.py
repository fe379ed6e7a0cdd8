"""Pictures of the report: map, histogram, and close views of single grids, as inline SVG."""

from __future__ import annotations

from html import escape

import numpy as np
import shapely
from shapely import STRtree

from gridding.kinds import BORDER_KINDS, GIVEN
from gridding.landuse import HIGH, LOW
from gridding.svg import Canvas, area_paths, canvas, line_paths
from gridding.types import Communities, Features, Floats, Geometries, GridResult, Ints

# Above this many grids no grid has a path and a tip of its own and only borders of communities
# are drawn: the file must stay small, and on a screen nothing more could be seen.
DETAIL_GRIDS = 6_000
# Above this many grids borders are drawn thin, or they would cover the areas.
DENSE_GRIDS = 600
MAP_UNITS, CLOSE_UNITS = 1_600, 400
# A close view shows the grid with this share of its size round it.
CLOSE_MARGIN = 0.35
MAX_MARKS = 200

SIZES = (
    ("s0", "below 0.5 of the target"),
    ("s1", "0.5 to 0.75"),
    ("s2", "0.75 to 1.25"),
    ("s3", "1.25 to 1.5"),
    ("s4", "above 1.5"),
)
"""Style and name of each class of area; by land use the ends of the range stand for 0.5 and 1.5,
and half way to them for 0.75 and 1.25."""

STROKES = (
    ("k-main", "road, class 1 to 3"),
    ("k-road", "other road or path"),
    ("k-rail", "railway"),
    ("k-water", "water"),
    ("k-wall", "wall, fence"),
    ("k-line", "other line"),
    ("k-gap", "gap, party wall"),
    ("k-edge", "facade, edge of compound or land use"),
    ("k-free", "free cut"),
    ("k-given", "border of a community"),
)
"""Style and name of each group of border kinds, in the order of drawing."""


def size_class(share: Floats, low: Floats | float = LOW, high: Floats | float = HIGH) -> Ints:
    """Return the index into `SIZES` of each share of a target, by the range round that."""
    # A bound belongs to the class nearer to the target.
    bounds = (share >= low, share >= (1 + low) / 2, share > (1 + high) / 2, share > high)
    return np.asarray(np.sum(bounds, axis=0))


def _stroke(name: str) -> str:
    """The style a kind of border is drawn in."""
    word, _, number = name.partition("-")
    if word == "road":
        return "k-main" if int(number) <= 3 else "k-road"
    if name in ("gap", "party-wall"):
        return "k-gap"
    if name in ("facade", "compound-edge", "land-use"):
        return "k-edge"
    return {"free-cut": "k-free", "community": "k-given"}.get(name, f"k-{word}")


def stroke_of_kind() -> list[str]:
    """Return the style of each kind of `BORDER_KINDS`."""
    return [_stroke(name) for name in BORDER_KINDS]


def _svg(on: Canvas, body: str, label: str, style: str = "near") -> str:
    return (
        f'<svg class="{style}" viewBox="{on.view_box}" role="img" aria-label="{escape(label)}">'
        f"<title>{escape(label)}</title>{body}</svg>"
    )


def _grid_paths(result: GridResult, codes: list[str], on: Canvas) -> str:
    paths = area_paths(result.polygons, on)
    reasons = result.reasons
    size = size_class(reasons.share, reasons.low, reasons.high)
    out = []
    for k, (style, _) in enumerate(SIZES):
        own = np.flatnonzero(size == k).tolist()
        if len(paths) > DETAIL_GRIDS:
            out.append(f'<path class="{style}" d="{"".join(paths[i] for i in own)}"/>')
            continue
        tips = (
            f'<path d="{paths[i]}"><title>{escape(codes[i])}: {result.area_m2[i]:,.0f} m², '
            f"{result.reasons.name(i)}</title></path>"
            for i in own
        )
        out.append(f'<g class="{style}">{"".join(tips)}</g>')
    return "".join(out)


def _border_paths(result: GridResult, on: Canvas) -> str:
    borders = result.borders
    style = np.array(stroke_of_kind())[borders.kind]
    paths = np.array(line_paths(borders.lines, on), object)
    shown = np.ones(len(paths), bool)
    if len(result.polygons) > DETAIL_GRIDS:
        shown = borders.kind == GIVEN
    return "".join(
        f'<path class="{name}" d="{"".join(paths[shown & (style == name)])}"/>'
        for name, _ in STROKES
        if (shown & (style == name)).any()
    )


def _marks(result: GridResult, on: Canvas) -> str:
    """A ring at the place of each remark."""
    xy = np.array([[p.x, p.y] for p in result.report.problems if np.isfinite(p.x)])
    places = on.place(xy[:MAX_MARKS].reshape(-1, 2)).tolist()
    return "".join(f'<circle class="mark" cx="{x}" cy="{y}" r="14"/>' for x, y in places)


def _scale(width_m: float) -> str:
    """A bar of a round length, as wide a part of the picture as it is of the ground."""
    power = 10.0 ** np.floor(np.log10(width_m / 4))
    length = max(f * power for f in (1, 2, 5) if f * power <= width_m / 4)
    text = f"{length / 1000:g} km" if length >= 1000 else f"{length:g} m"
    return f'<div class="scale" style="width:{100 * length / width_m:.2f}%">{text}</div>'


def grid_map(result: GridResult, codes: list[str]) -> str:
    """Return the map of all grids, coloured by area, with borders by kind and a scale.

    Parameters
    ----------
    result : GridResult
    codes : list of str
        Code of each grid.
    """
    on = canvas(shapely.total_bounds(result.polygons), MAP_UNITS)
    body = _grid_paths(result, codes, on) + _border_paths(result, on)
    label = f"Map of {len(codes)} grids by area, with their borders by kind"
    style = "dense" if len(codes) > DENSE_GRIDS else "open"
    picture = _svg(on, body + _marks(result, on), label, style) + _scale(on.width_m)
    # As wide as a screen is high, the scale with it; narrow ground may be higher than that.
    wide = f"max(min(100%,560px),{82 * on.width_m / on.height_m:.1f}vh)"
    return f'<figure class="map" style="max-width:{wide}">{picture}</figure>'


def histogram(values: Floats, middle: float, what: str, middle_name: str) -> str:
    """Return the histogram of what grids have, in steps of a tenth of a middle up to twice that.

    Parameters
    ----------
    values : float array
        One a grid.
    middle : float
        Above 0.
    what, middle_name : str
        Names of the values, with their unit, and of the middle.
    """
    share = np.minimum(np.asarray(values) / middle, 2.05)
    count = np.bincount(np.floor(share * 10 + 1e-9).astype(int), minlength=21)
    size = size_class((np.arange(21) + 0.5) / 10)
    top, base, step = 24, 180, 18
    out = []
    for i, n in enumerate(count.tolist()):
        height = round((base - top) * n / max(count.max(), 1))
        x = 16 + i * step
        title = (
            f"{i / 10:g} to {(i + 1) / 10:g} of the {middle_name}" if i < 20 else "twice or more"
        )
        out.append(
            f'<rect class="{SIZES[size[i]][0]} bar" x="{x}" y="{base - height}" '
            f'width="{step - 2}" height="{height}"><title>{title}: {n} grids</title></rect>'
        )
        # Longer numbers would run into one another; the tip has them all.
        if 0 < n < 100 or n == count.max():
            out.append(f'<text x="{x + step / 2 - 1:g}" y="{base - height - 4}">{n}</text>')
    for tenth in (0, 5, 10, 15, 20):
        x = 15 + tenth * step
        label = short_number(tenth / 10 * middle) + ("+" if tenth == 20 else "")
        out.append(f'<line class="axis" x1="{x}" x2="{x}" y1="{base}" y2="{base + 5}"/>')
        out.append(f'<text x="{x}" y="{base + 20}">{label}</text>')
    out.append(f'<line class="axis" x1="15" x2="395" y1="{base}" y2="{base}"/>')
    name = escape(what)
    return (
        f'<svg class="chart" viewBox="0 0 412 208" role="img" aria-label="Histogram of {name}">'
        f"<title>Histogram of {name}</title>{''.join(out)}</svg>"
    )


def short_number(value: float) -> str:
    """Return a number in few signs: whole where that says enough, else with three figures."""
    return f"{value:,.0f}" if value >= 100 or value == 0 else f"{value:.3g}"


def worst_grids(result: GridResult, count: int) -> Ints:
    """Return the grids whose area is furthest from the target by ratio, the worst first."""
    departure = np.abs(np.log(result.reasons.share))
    order = np.lexsort((np.arange(len(departure)), -departure))
    return np.asarray(order[:count])


def _near(geometry: Geometries, box: shapely.Geometry) -> Geometries:
    """What of some geometries lies in a box, in parts."""
    geometry = np.asarray(geometry, object)
    at = np.sort(STRtree(geometry).query(box, predicate="intersects"))
    # Outlines that cross themselves are drawn mended, as they were cut.
    shapes = shapely.make_valid(geometry[at])
    return np.asarray(shapely.get_parts(shapely.intersection(shapes, box)))


def _areas(geometry: Geometries, box: shapely.Geometry, on: Canvas, style: str) -> str:
    parts = _near(geometry, box)
    paths = area_paths(parts[shapely.get_type_id(parts) == 3], on)
    return f'<path class="{style}" d="{"".join(paths)}"/>'


def close_view(
    result: GridResult, grid: int, communities: Communities, features: Features, label: str
) -> str:
    """Return one grid from near: what stands in it and round it, and its borders by kind."""
    polygon = result.polygons[grid]
    bounds = np.array(shapely.bounds(polygon))
    on = canvas(_square(bounds), CLOSE_UNITS, CLOSE_MARGIN)
    box = shapely.box(on.x0, on.y1 - on.height_m, on.x0 + on.width_m, on.y1)
    lines = _near(features.lines, box)
    lines = lines[shapely.get_type_id(lines) == 1]
    own = (result.borders.left == grid) | (result.borders.right == grid)
    style = np.array(stroke_of_kind())[result.borders.kind]
    near = np.sort(STRtree(result.borders.lines).query(box, predicate="intersects"))
    rest = "".join(line_paths(result.borders.lines[near], on))
    mine = "".join(
        f'<path class="{name} own" d="{"".join(line_paths(chosen, on))}"/>'
        for name, _ in STROKES
        if len(chosen := result.borders.lines[own & (style == name)])
    )
    body = (
        _areas(communities.polygons, box, on, "ground")
        + f'<path class="chosen" d="{area_paths(np.array([polygon]), on)[0]}"/>'
        + _areas(features.compounds, box, on, "compound")
        + _areas(features.buildings, box, on, "building")
        + f'<path class="road" d="{"".join(line_paths(lines, on))}"/>'
        + f'<path class="other" d="{rest}"/>{mine}'
    )
    return _svg(on, body, label) + _scale(on.width_m)


def _square(bounds: Floats) -> Floats:
    """Bounds widened to a square."""
    centre = (bounds[:2] + bounds[2:]) / 2
    half = max(bounds[2] - bounds[0], bounds[3] - bounds[1]) / 2
    return np.concatenate([centre - half, centre + half])
