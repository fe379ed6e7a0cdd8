"""The report of one run as one HTML file that needs nothing else."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from html import escape

import numpy as np

from gridding.figures import (
    SIZES,
    STROKES,
    close_view,
    grid_map,
    histogram,
    short_number,
    stroke_of_kind,
    worst_grids,
)
from gridding.kinds import BORDER_KINDS, GIVEN
from gridding.landuse import HIGH, LOW
from gridding.style import STYLE
from gridding.types import REASON_NAMES, Communities, Features, GridResult

WORST = 3
MAX_PROBLEMS = 200

_KIND_TEXT = {
    "gap": "axis of a gap between buildings",
    "party-wall": "party wall",
    "free-cut": "free cut over open ground",
    "facade": "facade of a building",
    "compound-edge": "edge of a compound",
    "community": "border of a community (given)",
    "former": "border of a grid that was kept",
    "land-use": "edge of a land use",
}
_OWN_RANGE = (
    "On ground whose use has a range of its own, the ends of that stand for 0.5 and 1.5, and half "
    "way to them for 0.75 and 1.25."
)
_REASON_TEXT = {
    "in-range": "within the range round the target",
    "one-unit": "one building or compound fills the grid",
    "small-ground": "the community, or this part of it, is no larger",
    "indivisible": "buildings and compounds hold half of the ground or more",
    "ringed": "the whole border lies on features or is given",
    "best-price": "the search found no better price",
}


def _table(head: Iterable[str], rows: Iterable[Iterable[str]], numbers: str) -> str:
    """A table; ``numbers`` is the style that says which columns are figures."""
    top = "".join(f'<th scope="col">{h}</th>' for h in head)
    body = "".join(f"<tr>{''.join(f'<td>{c}</td>' for c in row)}</tr>" for row in rows)
    return (
        f'<div class="wide"><table class="{numbers}"><thead><tr>{top}</tr></thead>'
        f"<tbody>{body}</tbody></table></div>"
    )


def _section(title: str, *parts: str) -> str:
    return f"<section><h2>{escape(title)}</h2>{''.join(parts)}</section>"


def _legend(result: GridResult) -> str:
    """What the colours and strokes of the map mean; only the strokes there are."""
    used = set(np.array(stroke_of_kind())[np.unique(result.borders.kind)].tolist())
    areas = "".join(
        f'<li><svg class="key" viewBox="0 0 24 14"><rect class="{k} bar" width="24" height="14"/>'
        f"</svg>{escape(text)}</li>"
        for k, text in SIZES
    )
    lines = "".join(
        f'<li><svg class="key" viewBox="0 0 24 14"><path class="{k}" d="M0 7h24"/></svg>'
        f"{escape(text)}</li>"
        for k, text in STROKES
        if k in used
    )
    mark = '<li><svg class="key" viewBox="0 0 24 14"><circle class="mark" cx="12" cy="7" r="5"/>'
    reasons = result.reasons
    own = "" if {*reasons.low, *reasons.high} <= {LOW, HIGH} else f"<p>{_OWN_RANGE}</p>"
    return (
        f'<div class="legend"><ul aria-label="Area">{areas}</ul><ul aria-label="Border">{lines}'
        f"{mark}</svg>place of a remark</li></ul>{own}</div>"
    )


def _figures(result: GridResult) -> str:
    r, target = result.report, result.reasons.target_m2
    c = r.coverage
    rows = [
        ("Grids", f"{r.grids:,}"),
        ("Communities", f"{r.communities:,}"),
        ("Target area", f"{target:,.0f} m²"),
        ("Mean area", f"{r.area_mean_m2:,.0f} m²"),
        ("Smallest and largest", f"{r.area_min_m2:,.0f} to {r.area_max_m2:,.0f} m²"),
        ("Spread of areas (standard deviation / mean)", f"{r.area_cv:.3f}"),
        (
            "In range (0.5 to 1.5 of the target, or as the land use says)",
            f"{r.share_in_range:.1%}",
        ),
        ("Not more than half way to its ends", f"{r.share_near_target:.1%}"),
        ("Border inside communities on features", f"{r.on_feature_share:.1%}"),
        ("Shape (4 π area / perimeter², median)", f"{r.shape_median:.3f}"),
        ("Poor shapes (below 0.2)", f"{r.shape_poor_share:.1%}"),
        ("Buildings and compounds cut", f"{r.units_cut:,} of {r.units:,}"),
        ("Gaps, overlaps", f"{c.gap_area_m2:g} m², {c.overlap_area_m2:g} m²"),
        ("Edges that do not fit", f"{c.invalid_edges:,}"),
    ]
    return _table(("Figure", "Value"), rows, "last")


def _kind_text(name: str) -> str:
    word, _, number = name.partition("-")
    return _KIND_TEXT.get(name) or f"{word}, class {number}"


def _borders(result: GridResult) -> str:
    """Length by kind, the longest first; shares are of what was chosen."""
    borders = result.borders
    length = np.bincount(borders.kind, borders.length_m, len(BORDER_KINDS))
    chosen = max(float(np.delete(length, GIVEN).sum()), 1e-9)
    strokes = stroke_of_kind()
    rows = []
    for k in sorted(np.flatnonzero(length).tolist(), key=lambda k: (k == GIVEN, -length[k], k)):
        share = length[k] / chosen
        key = f'<svg class="key" viewBox="0 0 24 14"><path class="{strokes[k]}" d="M0 7h24"/></svg>'
        bar = f'<span class="meter"><span style="width:{100 * share:.1f}%"></span></span>'
        given = k == GIVEN
        rows.append(
            (
                f"{key} {_kind_text(BORDER_KINDS[k])}",
                f"{length[k] / 1000:,.2f}",
                "given" if given else f"{share:.1%}",
                "" if given else bar,
            )
        )
    return _table(("Border on", "km", "share of chosen", ""), rows, "middle")


def _price(price: float) -> str:
    return f"price {price:g}" if price else "only counted"


def _loads(result: GridResult) -> str:
    """How each load is spread, in figures and as a histogram round the mean."""
    loads = result.report.loads
    rows = (
        (
            f'{escape(load.name)}<br><span class="soft">{_price(load.price)}</span>',
            short_number(load.total),
            short_number(load.outside),
            short_number(load.mean),
            short_number(load.largest),
            f"{load.cv:.3f}",
        )
        for load in loads
    )
    head = ("Load", "total", "outside", "mean", "most", "spread")
    charts = "".join(
        f"<figure>{histogram(result.loads[load.name], load.mean, load.name, 'mean')}"
        f"<figcaption>{escape(load.name)}: how many grids bear how much</figcaption></figure>"
        for load in loads
        if load.mean
    )
    note = "<p>Spread is the standard deviation over the grids by the mean.</p>"
    return f'{_table(head, rows, "figures")}{note}<div class="close">{charts}</div>'


def _reasons(result: GridResult) -> str:
    count = np.bincount(result.reasons.code, minlength=len(REASON_NAMES))
    rows = [
        (name, _REASON_TEXT[name], f"{n:,}")
        for name, n in zip(REASON_NAMES, count.tolist(), strict=True)
        if n
    ]
    return _table(("Reason", "Meaning", "Grids"), rows, "last")


def _worst(
    result: GridResult, codes: list[str], communities: Communities, features: Features
) -> str:
    out = []
    for grid in worst_grids(result, WORST).tolist():
        area = result.area_m2[grid]
        x, y = result.polygons[grid].representative_point().coords[0]
        picture = close_view(result, grid, communities, features, f"Grid {codes[grid]} from near")
        out.append(
            f"<figure>{picture}<figcaption><b>{escape(codes[grid])}</b>: {area:,.0f} m², "
            f"{area / result.reasons.own_target_m2[grid]:.2f} of the target. "
            f"{escape(result.reasons.sentence(grid))} "
            f'<span class="place">{x:.0f}, {y:.0f}</span></figcaption></figure>'
        )
    return f'<div class="close">{"".join(out)}</div>'


def _problems(result: GridResult) -> str:
    problems = result.report.problems
    if not problems:
        return "<p>None.</p>"
    counts = ", ".join(
        f"{n} {code}" for code, n in sorted(Counter(p.code for p in problems).items())
    )
    rows = (
        (
            p.code,
            escape(p.community),
            escape(p.message),
            f'<span class="place">{p.x:.0f}, {p.y:.0f}</span>' if np.isfinite(p.x) else "",
        )
        for p in problems[:MAX_PROBLEMS]
    )
    rest = len(problems) - MAX_PROBLEMS
    more = f"<p>{rest:,} more are in the report as JSON.</p>" if rest > 0 else ""
    table = _table(("Code", "Community", "What was found", "Place"), rows, "plain")
    return f"<p>{counts}. The grids are exact all the same.</p>{table}{more}"


def _community_table(result: GridResult, communities: Communities) -> str:
    n = len(communities.codes)
    area, count = (
        np.bincount(result.community, w, n) for w in (result.area_m2, np.ones(len(result.area_m2)))
    )
    in_range = np.bincount(result.community, result.reasons.in_range, n)
    inner_m = result.perimeter_m * (1 - result.given_border_share)
    inner = np.bincount(result.community, inner_m, n)
    on = np.bincount(result.community, inner_m * result.on_feature_share, n)
    rows = (
        (
            escape(communities.codes[i]),
            f"{area[i] / 10_000:,.1f}",
            f"{count[i]:,.0f}",
            f"{area[i] / count[i]:,.0f}",
            f"{in_range[i] / count[i]:.0%}",
            f"{on[i] / inner[i]:.0%}" if inner[i] > 0 else "–",
        )
        for i in sorted(range(n), key=lambda i: communities.codes[i])
    )
    head = ("Community", "ha", "grids", "mean m²", "in range", "on features")
    return _table(head, rows, "figures")


def report_html(
    result: GridResult,
    codes: list[str],
    communities: Communities,
    features: Features,
    title: str,
) -> str:
    """Return the report of a run as one HTML page: no script, no network, no date.

    Equal results give equal pages. Above `gridding.figures.DETAIL_GRIDS` grids the map shows no
    borders but those of communities, so that the page stays below 5 MB.

    Parameters
    ----------
    result : GridResult
    codes : list of str
        Code of each grid.
    communities, features
        As they were cut.
    title : str
    """
    r, target = result.report, result.reasons.target_m2
    lead = (
        f"{r.grids:,} grids in {r.communities:,} communities, {r.area_mean_m2:,.0f} m² on average "
        f"for a target of {target:,.0f} m². {r.share_in_range:.1%} are within their range; "
        f"{r.on_feature_share:.1%} of the border inside communities lies on features; "
        f"{len(r.problems):,} remarks."
    )
    beside = (
        _legend(result)
        + f"<h2>Areas, m²</h2>{histogram(result.area_m2, target, 'areas, m²', 'target')}"
    )
    row = f'{grid_map(result, codes)}<div class="beside">{beside}{_reasons(result)}</div>'
    parts = [
        _section("Map", f'<div class="map-row">{row}</div>'),
        '<div class="pair">',
        _section("Figures", _figures(result)),
        _section("Borders by kind", _borders(result)),
        "</div>",
        _section("Furthest from the target", _worst(result, codes, communities, features)),
        *([_section("Loads", _loads(result))] if r.loads else []),
        _section("Communities", _community_table(result, communities)),
        _section("Remarks", _problems(result)),
    ]
    name = escape(title)
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f'<meta name="color-scheme" content="light dark"><title>{name}</title>'
        f"<style>{STYLE}</style></head><body><header><h1>{name}</h1><p>{escape(lead)}</p></header>"
        f"<main>{''.join(parts)}</main></body></html>\n"
    )
