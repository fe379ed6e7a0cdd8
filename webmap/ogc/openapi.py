"""The interface in words of OpenAPI 3.0, made from the collections."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from webmap.ogc.asking import MOST, USUAL
from webmap.ogc.collections import COLLECTIONS, Collection
from webmap.ogc.crs import CRS84, KNOWN
from webmap.ogc.landing import GEOJSON, HTML, JSON, SCHEMA, Places
from webmap.ogc.properties import TYPES

ERRORS = {"400": "BadRequest", "401": "Unauthorized", "404": "NotFound", "503": "TooSlow"}


def description(places: Places, sees_cases: bool) -> dict[str, Any]:
    """The whole description."""
    shown = [one for one in COLLECTIONS.values() if sees_cases or one.name != "cases"]
    paths: dict[str, Any] = {
        "/": _path("landing", _("Landing page"), {}),
        "/conformance": _path("conformance", _("What it conforms to"), {}),
        "/api": _path("api", _("Description of the interface"), {}),
        "/collections": _path("collections", _("Collections of features"), {}),
    }
    for one in shown:
        paths.update(_paths(one))
    return {
        "openapi": "3.0.3",
        "info": {
            "title": _("Wanmi city grids: features"),
            "version": "1.0.0",
            "description": _("OGC API Features of this site; see docs/ogc.md."),
        },
        "servers": [{"url": places.to("ogc").rstrip("/")}],
        "paths": paths,
        "components": _components(),
    }


def _paths(one: Collection) -> dict[str, Any]:
    root, name = f"/collections/{one.name}", one.name
    own = [_property(prop) for prop in one.properties if prop.is_queryable]
    items = [_ref(part) for part in ("limit", "bbox", "bbox-crs", "datetime", "crs", "after")]
    key = {"name": "featureId", "in": "path", "required": True, "schema": {"type": "integer"}}
    return {
        root: _path(f"{name}.describe", one.title, {}),
        f"{root}/queryables": _path(f"{name}.queryables", one.title, {}, media=SCHEMA),
        f"{root}/schema": _path(f"{name}.schema", one.title, {}, media=SCHEMA),
        f"{root}/items": _path(
            f"{name}.items", one.title, {"parameters": [*items, *own]}, media=GEOJSON,
            form="FeatureCollection",
        ),
        f"{root}/items/{{featureId}}": _path(
            f"{name}.item", one.title, {"parameters": [key, _ref("crs")]}, media=GEOJSON,
            form="Feature",
        ),
    }  # fmt: skip


def _path(
    key: str, title: Any, more: dict[str, Any], media: str = JSON, form: str = ""
) -> dict[str, Any]:
    shape = {"$ref": f"#/components/schemas/{form}"} if form else {"type": "object"}
    content = {media: {"schema": shape}, HTML: {"schema": {"type": "string"}}}
    failing = {code: {"$ref": f"#/components/responses/{name}"} for code, name in ERRORS.items()}
    return {
        "get": {
            "operationId": key,
            "summary": str(title),
            "tags": [key.split(".")[0]],
            "parameters": [_ref("f"), *more.get("parameters", [])],
            "responses": {"200": {"description": str(title), "content": content}, **failing},
        }
    }


def _ref(name: str) -> dict[str, str]:
    return {"$ref": f"#/components/parameters/{name}"}


def _property(prop: Any) -> dict[str, Any]:
    shape: dict[str, Any] = dict(TYPES[prop.kind])
    if prop.values:
        shape["enum"] = list(prop.values)
    return {"name": prop.name, "in": "query", "description": str(prop.title), "schema": shape}


def _query(name: str, text: str, **shape: Any) -> dict[str, Any]:
    listed = {"style": "form", "explode": False} if shape.get("type") == "array" else {}
    return {"name": name, "in": "query", "description": text, "schema": shape, **listed}


def _components() -> dict[str, Any]:
    system = {"type": "string", "format": "uri", "enum": list(KNOWN), "default": CRS84.uri}
    error = {"type": "object", "required": ["code"], "properties": {
        "code": {"type": "string"}, "message": {"type": "string"}, "detail": {"type": "object"},
    }}  # fmt: skip
    feature = {"type": "object", "required": ["type", "geometry", "properties"], "properties": {
        "type": {"type": "string", "enum": ["Feature"]}, "id": {"type": "integer"},
        "geometry": {"type": "object", "nullable": True}, "properties": {"type": "object"},
        "links": {"type": "array", "items": {"type": "object"}},
    }}  # fmt: skip
    many = {"type": "object", "required": ["type", "features"], "properties": {
        "type": {"type": "string", "enum": ["FeatureCollection"]},
        "features": {"type": "array", "items": {"$ref": "#/components/schemas/Feature"}},
        "links": {"type": "array", "items": {"type": "object"}},
        "numberReturned": {"type": "integer", "minimum": 0},
        "numberMatched": {"type": "integer", "minimum": 0},
    }}  # fmt: skip
    wrong = {JSON: {"schema": {"$ref": "#/components/schemas/Error"}}}
    return {
        "schemas": {"Error": error, "Feature": feature, "FeatureCollection": many},
        "responses": {name: {"description": name, "content": wrong} for name in ERRORS.values()},
        "parameters": {
            "f": _query("f", _("Form of the answer"), type="string", enum=["json", "html"]),
            "limit": _query(
                "limit", _("Features of a page"), type="integer", minimum=1, maximum=MOST,
                default=USUAL,
            ),
            "bbox": _query(
                "bbox", _("west,south,east,north"), type="array", minItems=4, maxItems=6,
                items={"type": "number"},
            ),
            "bbox-crs": _query("bbox-crs", _("Reference system of bbox"), **system),
            "crs": _query("crs", _("Reference system of the answer"), **system),
            "datetime": _query(
                "datetime", _("A day, a time, or two as FROM/TO; .. is an open side"),
                type="string",
            ),
            "after": _query("after", _("Of a next link: the last key before"), type="integer"),
        },
        "securitySchemes": {"basic": {"type": "http", "scheme": "basic"}},
    }  # fmt: skip
