"""What stands around the features: landing page, conformance, collections and their schemas."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import Min
from django.urls import reverse
from django.utils.translation import gettext as _

from spatial.basemap.models import Region
from webmap.ogc.collections import COLLECTIONS, Collection
from webmap.ogc.crs import CRS84, KNOWN
from webmap.tiles.extent import bounds
from webmap.tiles.layers import LAYERS
from webmap.tiles.sources import derived_source
from webmap.tiles.tilejson import attribution

JSON, GEOJSON, HTML = "application/json", "application/geo+json", "text/html"
SCHEMA, OPENAPI = "application/schema+json", "application/vnd.oai.openapi+json;version=3.0"
REL = "http://www.opengis.net/def/rel/ogc/1.0"
SPEC = "http://www.opengis.net/spec"
CONFORMS_TO = (
    f"{SPEC}/ogcapi-common-1/1.0/conf/core",
    f"{SPEC}/ogcapi-features-1/1.0/conf/core",
    f"{SPEC}/ogcapi-features-1/1.0/conf/oas30",
    f"{SPEC}/ogcapi-features-1/1.0/conf/html",
    f"{SPEC}/ogcapi-features-1/1.0/conf/geojson",
    f"{SPEC}/ogcapi-features-2/1.0/conf/crs",
    f"{SPEC}/ogcapi-features-3/1.0/conf/queryables",
    f"{SPEC}/ogcapi-features-3/1.0/conf/queryables-query-parameters",
)


@dataclass(frozen=True, slots=True)
class Places:
    """Addresses of the interface, with the site's own before them."""

    root: str

    def to(self, name: str, **parts: str) -> str:
        """The whole address of a route."""
        return self.root + reverse(name, kwargs=parts or None)


def link(href: str, rel: str, media: str, title: Any) -> dict[str, str]:
    """A link of an answer."""
    return {"href": href, "rel": rel, "type": media, "title": str(title)}


def own_links(href: str, media: str = JSON, query: str = "") -> list[dict[str, str]]:
    """The links of an answer to itself, in both forms."""
    and_then = f"&{query}" if query else ""
    return [
        link(f"{href}?f=json{and_then}", "self", media, _("This as JSON")),
        link(f"{href}?f=html{and_then}", "alternate", HTML, _("This as a page")),
    ]


def landing(places: Places) -> dict[str, Any]:
    """The landing page."""
    api = places.to("ogc-api")
    return {
        "title": _("Wanmi city grids: features"),
        "description": _("Districts, unit grids, base map, components and cases for programs."),
        "attribution": attribution(),
        "links": [
            *own_links(places.to("ogc")),
            link(f"{api}?f=json", "service-desc", OPENAPI, _("Description of the interface")),
            link(f"{api}?f=html", "service-doc", HTML, _("Description of the interface")),
            link(places.to("ogc-conformance"), "conformance", JSON, _("What it conforms to")),
            link(places.to("ogc-conformance"), f"{REL}/conformance", JSON,
                 _("What it conforms to")),
            link(places.to("ogc-collections"), "data", JSON, _("Collections of features")),
            link(places.to("ogc-collections"), f"{REL}/data", JSON, _("Collections of features")),
            link(places.to("tile-style"), f"{REL}/styles", JSON, _("Style of the vector tiles")),
        ],
    }  # fmt: skip


def conformance(places: Places) -> dict[str, Any]:
    """Which parts of the standard are kept."""
    return {"links": own_links(places.to("ogc-conformance")), "conformsTo": list(CONFORMS_TO)}


def collections(places: Places, sees_cases: bool) -> dict[str, Any]:
    """All collections that whoever asks may open."""
    shown = [one for one in COLLECTIONS.values() if sees_cases or one.name != "cases"]
    return {
        "links": own_links(places.to("ogc-collections")),
        "crs": list(KNOWN),
        "collections": [collection(places, one) for one in shown],
    }


def collection(places: Places, one: Collection) -> dict[str, Any]:
    """What one collection is."""
    name = {"collection": one.name}
    items, queryables = places.to("ogc-items", **name), places.to("ogc-queryables", **name)
    schema = places.to("ogc-schema", **name)
    return {
        "id": one.name,
        "title": str(one.title),
        "description": str(one.description),
        "attribution": attribution(),
        "itemType": "feature",
        "extent": {
            "spatial": {"bbox": [_bounds(one)], "crs": CRS84.uri},
            "temporal": {"interval": [[_begin(one), None]]},
        },
        "crs": list(KNOWN),
        "storageCrs": CRS84.uri,
        "links": [
            *own_links(places.to("ogc-collection", **name)),
            link(f"{items}?f=json", "items", GEOJSON, _("Features as GeoJSON")),
            link(f"{items}?f=html", "items", HTML, _("Features as a page")),
            link(f"{queryables}?f=json", f"{REL}/queryables", SCHEMA, _("What may be asked for")),
            link(f"{schema}?f=json", "describedby", SCHEMA, _("Schema of the features")),
            link(f"{schema}?f=json", f"{REL}/schema", SCHEMA, _("Schema of the features")),
        ],
    }


def queryables(places: Places, one: Collection) -> dict[str, Any]:
    """The properties that a parameter may name, as a JSON schema."""
    named = {prop.name: prop.schema() for prop in one.properties if prop.is_queryable}
    return _schema(places.to("ogc-queryables", collection=one.name), one, named)


def schema(places: Places, one: Collection) -> dict[str, Any]:
    """What the features of a collection carry, as a JSON schema."""
    kinds = {"Point": "point", "Polygon": "polygon", "MultiPolygon": "multipolygon"}
    shape = f"geometry-{kinds.get(one.geometry_type, 'any')}"
    key = {"type": "integer", "x-ogc-role": "id"}
    named = {
        "id": {"title": _("key"), **key},
        "geometry": {"format": shape, "x-ogc-role": "primary-geometry"},
        **{prop.name: prop.schema() for prop in one.properties},
    }
    return _schema(places.to("ogc-schema", collection=one.name), one, named)


def _schema(address: str, one: Collection, properties: dict[str, Any]) -> dict[str, Any]:
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": address,
        "type": "object",
        "title": str(one.title),
        "properties": properties,
        "additionalProperties": False,
    }


def _bounds(one: Collection) -> list[float]:
    return list(bounds(derived_source(LAYERS[one.extent])))


def _begin(one: Collection) -> str | None:
    """Since when there are features, where it is cheap to know."""
    if not LAYERS[one.extent].level or one.name == "cases":
        return None
    rows = Region.objects.filter(level=LAYERS[one.extent].level)
    day = rows.aggregate(first=Min("valid_from"))["first"]
    return f"{day}T00:00:00Z" if day else None
