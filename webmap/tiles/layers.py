"""The fixed table of tile layers: zooms and what each vector layer carries."""

from __future__ import annotations

from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from spatial.basemap.models import Region
from spatial.core.errors import NotFoundError

TILE_FORM = 2
"""Counts changes of what tiles hold; part of every folder and of the derived versions."""

_REGION_FIELDS = {"code": "String", "name": "String", "name_en": "String"}


@dataclass(frozen=True, slots=True)
class Layer:
    """A tile layer, named in addresses."""

    name: str
    minzoom: int
    maxzoom: int
    vector_layers: dict[str, dict[str, str]] = field(default_factory=dict)
    level: str = ""
    """Level of the regions it shows, for the three region layers."""
    is_live: bool = False
    """Whether its tiles are made when they are asked for, and never stored."""

    def as_vector_layers(self) -> list[dict]:
        """The ``vector_layers`` member of a TileJSON."""
        return [
            {"id": name, "fields": fields, "minzoom": self.minzoom, "maxzoom": self.maxzoom}
            for name, fields in self.vector_layers.items()
        ]


def _regions(name: str, level: str, minzoom: int) -> Layer:
    parts = {name: _REGION_FIELDS, "labels": _REGION_FIELDS}
    return Layer(name, minzoom, 14, parts, level)


LAYERS = {
    layer.name: layer
    for layer in (
        _regions("districts", Region.Level.DISTRICT, 5),
        _regions("streets", Region.Level.STREET, 9),
        _regions("communities", Region.Level.COMMUNITY, 10),
        Layer("grids", 9, 14, {"grids": {}}),
        Layer(
            "basemap",
            8,
            15,
            {
                "water": {"name": "String"},
                "waterline": {"cls": "Number", "name": "String"},
                "green": {"name": "String"},
                "compound": {"name": "String"},
                "building": {},
                "wall": {},
                "road": {"cls": "Number", "name": "String"},
                "rail": {"cls": "Number"},
                "place": {"name": "String", "kind": "String", "rank": "Number"},
            },
        ),
        Layer(
            "components",
            13,
            18,
            {
                "components": {"code": "String", "symbol": "String", "state": "String"},
                "clusters": {"count": "Number", "parts": "String", "bounds": "String"},
                "shapes": {"code": "String", "colour": "String", "state": "String"},
            },
            is_live=True,
        ),
        Layer(
            "cases",
            8,
            18,
            {
                "cases": {
                    "number": "String",
                    "class": "String",
                    "class_name": "String",
                    "stage": "String",
                    "district": "String",
                },
                "clusters": {"count": "Number", "bounds": "String"},
            },
            is_live=True,
        ),
    )
}
CITY_GRIDS = Layer("city-grids", 9, 14, {"grids": {"code": "String", "edition": "String"}})
"""The grids in force of all districts together, with their codes, for other programs."""


STORED = tuple(name for name, layer in LAYERS.items() if not layer.is_live)
"""Layers whose tiles are files."""


def layer_named(name: str) -> Layer:
    """The layer of that name, or E-TILE-LAYER."""
    if name not in LAYERS:
        raise NotFoundError("E-TILE-LAYER", _("There is no such tile layer."), layer=name)
    return LAYERS[name]
