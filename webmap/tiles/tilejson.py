"""TileJSON: names the current version of a layer, so that tiles can be kept for ever."""

from __future__ import annotations

from datetime import date

from django.urls import reverse
from django.utils.translation import gettext as _

from spatial.basemap.models import Dataset
from spatial.core.errors import InputError
from spatial.grids.selectors import current_plan, plan_by_version
from webmap.tiles.extent import bounds
from webmap.tiles.layers import Layer
from webmap.tiles.sources import TileSource, derived_source, plan_source


def describe(
    layer: Layer, user, district: str = "", version: str = "", on: date | None = None
) -> dict:
    """The TileJSON 3.0 object of a layer in its current version, or as it was on a past day."""
    source = _source(layer, user, district, version, on)
    west, south, east, north = bounds(source)
    return {
        "tilejson": "3.0.0",
        "name": layer.name,
        "version": source.version,
        "scheme": "xyz",
        "tiles": [_template(source)],
        "minzoom": layer.minzoom,
        "maxzoom": layer.maxzoom,
        "bounds": [west, south, east, north],
        "center": [(west + east) / 2, (south + north) / 2, layer.minzoom],
        "attribution": attribution(),
        "vector_layers": layer.as_vector_layers(),
    }


def attribution() -> str:
    """The sources of all data sets, once each."""
    texts = Dataset.objects.exclude(attribution="").order_by("pk")
    return " | ".join(dict.fromkeys(texts.values_list("attribution", flat=True)))


def _source(layer: Layer, user, district: str, version: str, on: date | None) -> TileSource:
    if layer.name != "grids":
        return derived_source(layer, on)
    if version:
        return plan_source(layer, plan_by_version(user, version))
    if not district:
        message = _("Say which district: /tiles/grids.json?district=CODE")
        raise InputError("E-TILE-DISTRICT", message)
    return plan_source(layer, current_plan(district, on))


def _template(source: TileSource) -> str:
    first = {"layer": source.layer.name, "version": source.version, "z": 0, "x": 0, "y": 0}
    return reverse("tile", kwargs=first).replace("/0/0/0.mvt", "/{z}/{x}/{y}.mvt")
