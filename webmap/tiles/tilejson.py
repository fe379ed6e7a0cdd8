"""TileJSON: names the current version of a layer, so that tiles can be kept for ever."""

from __future__ import annotations

from datetime import date

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse

from spatial.basemap.models import Dataset
from spatial.grids.selectors import current_plan, plan_by_version
from webmap.tiles.citygrids import city_source
from webmap.tiles.extent import bounds
from webmap.tiles.layers import LAYERS, Layer
from webmap.tiles.sources import TileSource, derived_source, plan_source

FORM = "1.0.0"
"""By the specification a version is written as that of a program; ours stands behind the plus."""


def describe(
    layer: Layer, user, root: str = "", district: str = "", version: str = "",
    on: date | None = None,
) -> dict:  # fmt: skip
    """The TileJSON 3.0 object of a layer in its current version, or as it was on a past day.

    ``root`` stands before the addresses of tiles.
    """
    source = _source(layer, user, district, version, on)
    west, south, east, north = bounds(source)
    # A city's grids carry more than a district's.
    carried = source.layer if layer.name == "grids" else layer
    return {
        "tilejson": "3.0.0",
        "name": layer.name,
        "version": f"{FORM}+{source.version}",
        "scheme": "xyz",
        "tiles": [root + _template(layer, source)],
        "minzoom": layer.minzoom,
        "maxzoom": layer.maxzoom,
        "bounds": [west, south, east, north],
        "center": [(west + east) / 2, (south + north) / 2, layer.minzoom],
        "attribution": attribution(),
        "vector_layers": carried.as_vector_layers(),
    }


def root_for(request: HttpRequest) -> str:
    """What stands before addresses in an answer: nothing for our own pages, else the site's.

    Other programs know no page that an address could be relative to. Our pages are reached under
    more names than one, and may ask only where they come from.
    """
    if request.headers.get("Sec-Fetch-Site") == "same-origin":
        return ""
    return site_root(request)


def site_root(request: HttpRequest) -> str:
    """The site's address, without a slash at its end."""
    return settings.SITE_URL.rstrip("/") or request.build_absolute_uri("/").rstrip("/")


def attribution() -> str:
    """The sources of all data sets, once each."""
    texts = Dataset.objects.exclude(attribution="").order_by("pk")
    return " | ".join(dict.fromkeys(texts.values_list("attribution", flat=True)))


def _source(layer: Layer, user, district: str, version: str, on: date | None) -> TileSource:
    if layer.name == "cases":
        # What the map can show of cases lies where there are districts.
        return derived_source(LAYERS["districts"])
    if layer.name != "grids":
        return derived_source(layer, on)
    if version:
        return plan_source(layer, plan_by_version(user, version))
    return plan_source(layer, current_plan(district, on)) if district else city_source(on)


def _template(layer: Layer, source: TileSource) -> str:
    first = {"layer": layer.name, "z": 0, "x": 0, "y": 0}
    if layer.name == "cases":
        address = reverse("case-tile", kwargs={"z": 0, "x": 0, "y": 0})
    else:
        address = reverse("tile", kwargs={**first, "version": source.version})
    return address.replace("/0/0/0.mvt", "/{z}/{x}/{y}.mvt")
