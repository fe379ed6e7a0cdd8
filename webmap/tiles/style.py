"""A style of our tiles for MapLibre and QGIS, by day and by night.

It names no fonts and no pictures, which would have to come from elsewhere: areas, lines and circles
only. Colours are those of the map (`css/tokens.css`).
"""

from __future__ import annotations

import json
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from webmap.api.errors import FieldsError
from webmap.pages.config import works_with_cases
from webmap.tiles import store
from webmap.tiles.caching import ask_again, packed_answer
from webmap.tiles.extent import bounds
from webmap.tiles.layers import LAYERS
from webmap.tiles.sources import derived_source
from webmap.tiles.tilejson import site_root

DAY = {
    "land": "#f5f3ee", "water": "#b9d7ea", "green": "#d8e8ca", "compound": "#efece5",
    "building": "#e5e0d7", "building_line": "#d3ccbf", "road": "#ffffff", "road_casing": "#c6beb0",
    "main": "#fce5b3", "main_casing": "#e0b366", "rail": "#8b929b", "wall": "#b9b2a6",
    "grid": "#184ebe", "district": "#a3174f", "street": "#8a2f83", "community": "#7d5ba6",
    "ring": "#ffffff", "intact": "#0f6b46", "faulty": "#b42318", "cluster": "#1d4ed8",
    "case": "#b45309", "case_cluster": "#9a3412",
}  # fmt: skip
NIGHT = {
    "land": "#12181f", "water": "#16344a", "green": "#1c3527", "compound": "#18202a",
    "building": "#2a3641", "building_line": "#414f5c", "road": "#36424e", "road_casing": "#55626f",
    "main": "#66552f", "main_casing": "#97803f", "rail": "#77838f", "wall": "#4a5663",
    "grid": "#6ea8f5", "district": "#f472a6", "street": "#d58bd0", "community": "#b49ad9",
    "ring": "#12181f", "intact": "#6fdcae", "faulty": "#ff9a8f", "cluster": "#8ab8ff",
    "case": "#fcd34d", "case_cluster": "#fb923c",
}  # fmt: skip
MAIN_ROAD = 3
"""Line classes up to this are main roads."""


@require_safe
def tile_style(request: HttpRequest) -> HttpResponse:
    """The style document; ``night`` is 1 for the dark one."""
    night = request.GET.get("night", "0")
    if night not in ("0", "1"):
        raise FieldsError({"night": [_("0 or 1.")]})
    made = style(site_root(request), night == "1", works_with_cases(request.user))
    content = json.dumps(made, ensure_ascii=False).encode()
    answer = packed_answer(request, store.pack(content), "application/json")
    return ask_again(request, answer, content)


def style(root: str, night: bool, shows_cases: bool) -> dict[str, Any]:
    """The style document by the MapLibre style specification, version 8."""
    colours = NIGHT if night else DAY
    names = [name for name in LAYERS if shows_cases or name != "cases"]
    west, south, east, north = bounds(derived_source(LAYERS["districts"]))
    layers = [*_ground(colours), *_borders(colours), *_components(colours)]
    if shows_cases:
        layers += _cases(colours)
    return {
        "version": 8,
        "name": _("Wanmi by night") if night else _("Wanmi by day"),
        "center": [round((west + east) / 2, 6), round((south + north) / 2, 6)],
        "zoom": 11,
        "sources": {name: {"type": "vector", "url": f"{root}/tiles/{name}.json"} for name in names},
        "layers": layers,
    }


def _layer(
    key: str, kind: str, source: str, part: str, paint: dict[str, Any], **more: Any
) -> dict[str, Any]:
    return {"id": key, "type": kind, "source": source, "source-layer": part, **more,
            "paint": paint}  # fmt: skip


def _wider(far: float, near: float) -> list[Any]:
    """A width that grows with the zoom."""
    return ["interpolate", ["exponential", 1.6], ["zoom"], 10, far, 18, near]


def _ground(c: dict[str, str]) -> list[dict[str, Any]]:
    main = ["all", ["<=", ["get", "cls"], MAIN_ROAD], [">", ["get", "cls"], 0]]
    side = [">", ["get", "cls"], MAIN_ROAD]
    round_ends = {"layout": {"line-cap": "round", "line-join": "round"}}

    def road(key: str, colour: str, width: list[Any], which: list[Any]) -> dict[str, Any]:
        paint = {"line-color": colour, "line-width": width}
        return _layer(key, "line", "basemap", "road", paint, filter=which, **round_ends)

    def base(key: str, kind: str, part: str, **paint: Any) -> dict[str, Any]:
        named = {f"{kind}-{name.replace('_', '-')}": value for name, value in paint.items()}
        return _layer(key, kind, "basemap", part, named)

    return [
        {"id": "land", "type": "background", "paint": {"background-color": c["land"]}},
        base("compound", "fill", "compound", color=c["compound"]),
        base("green", "fill", "green", color=c["green"]),
        base("water", "fill", "water", color=c["water"]),
        base("waterline", "line", "waterline", color=c["water"], width=_wider(0.8, 6)),
        base("building", "fill", "building", color=c["building"],
             outline_color=c["building_line"]),
        base("wall", "line", "wall", color=c["wall"], width=_wider(0.3, 2)),
        road("road-casing", c["road_casing"], _wider(0.6, 16), side),
        road("main-casing", c["main_casing"], _wider(1.4, 26), main),
        road("road", c["road"], _wider(0.4, 13), side),
        road("main", c["main"], _wider(1, 22), main),
        base("rail", "line", "rail", color=c["rail"], width=_wider(0.6, 4)),
    ]  # fmt: skip


def _borders(c: dict[str, str]) -> list[dict[str, Any]]:
    grids = {"fill-color": c["grid"], "fill-opacity": 0.06}
    lines = {"line-color": c["grid"], "line-width": _wider(0.3, 2), "line-opacity": 0.8}
    made = [
        _layer("grid", "fill", "grids", "grids", grids),
        _layer("grid-line", "line", "grids", "grids", lines, minzoom=12),
    ]
    for name, key, width in (("communities", "community", 1.2), ("streets", "street", 1.8),
                             ("districts", "district", 2.6)):  # fmt: skip
        paint = {"line-color": c[key], "line-width": width}
        made.append(_layer(f"{key}-border", "line", name, name, paint))
    return made


def _components(c: dict[str, str]) -> list[dict[str, Any]]:
    state = ["match", ["get", "state"], "intact", c["intact"], c["faulty"]]
    ring = {"circle-stroke-color": c["ring"], "circle-stroke-width": 1}
    return [
        _layer("component-shape", "line", "components", "shapes",
               {"line-color": state, "line-width": 2}),
        _layer("component", "circle", "components", "components",
               {"circle-color": state, "circle-radius": 4, **ring}),
        _layer("component-cluster", "circle", "components", "clusters",
               {"circle-color": c["cluster"], "circle-opacity": 0.75, "circle-radius": _count(),
                **ring}),
    ]  # fmt: skip


def _cases(c: dict[str, str]) -> list[dict[str, Any]]:
    ring = {"circle-stroke-color": c["ring"], "circle-stroke-width": 1.5}
    return [
        _layer("case", "circle", "cases", "cases",
               {"circle-color": c["case"], "circle-radius": 6, **ring}),
        _layer("case-cluster", "circle", "cases", "clusters",
               {"circle-color": c["case_cluster"], "circle-opacity": 0.8,
                "circle-radius": _count(), **ring}),
    ]  # fmt: skip


def _count() -> list[Any]:
    """A circle that grows with what it counts."""
    return ["interpolate", ["linear"], ["log10", ["get", "count"]], 0, 7, 2, 14, 5, 26]
