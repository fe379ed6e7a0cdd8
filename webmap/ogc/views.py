"""The addresses below ``/ogc/``."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpResponse
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework.exceptions import NotAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response

from spatial.core.errors import InputError
from webmap.api.base import DataView
from webmap.api.permissions import MapIsOpen
from webmap.ogc import items, landing, openapi
from webmap.ogc.asking import Asked, asked_of, crs_asked, known_of, refuse_unknown
from webmap.ogc.collections import Collection, collection_named
from webmap.ogc.crs import Crs
from webmap.ogc.landing import GEOJSON, HTML, JSON, OPENAPI, SCHEMA, Places, link, own_links
from webmap.ogc.rendering import OnlyJson, as_json, as_page, text_of, wants_page
from webmap.pages.config import works_with_cases
from webmap.tiles.tilejson import site_root

SHOWN = 200
"""Features of a page for people, at most."""


@extend_schema(exclude=True)
class OgcView(DataView):
    """Reads only; errors are coded JSON, but people are sent to the log-in."""

    content_negotiation_class = OnlyJson
    http_method_names = ["get", "head", "options"]

    def handle_exception(self, error: Exception) -> HttpResponse:
        """Send who reads pages and is not logged in to the log-in."""
        if isinstance(error, NotAuthenticated) and _is_page(self.request):
            return redirect_to_login(self.request.get_full_path())
        return super().handle_exception(error)


class Document(OgcView):
    """An address with one document and no parameters of its own."""

    media = JSON

    def get(self, request: Request, **parts: str) -> HttpResponse:
        """The document, as JSON or as a page."""
        refuse_unknown(request.query_params, self.known(**parts))
        document = self.document(request, _places(request), **parts)
        if wants_page(request):
            return as_page(request, **self.page(document))
        return as_json(request, text_of(document), self.media)

    def known(self, **_parts: str) -> tuple[str, ...]:
        """Parameters that it takes."""
        return ("f",)

    def document(self, request: Request, places: Places, **parts: str) -> dict[str, Any]:
        """What it says."""
        raise NotImplementedError

    def page(self, document: dict[str, Any]) -> dict[str, Any]:
        """What the page shows of it."""
        return {"title": document.get("title", ""), "links": document.get("links", [])}


class Landing(Document):
    """The landing page."""

    def document(self, request: Request, places: Places) -> dict[str, Any]:  # noqa: ARG002
        """Links to all else."""
        return landing.landing(places)

    def page(self, document: dict[str, Any]) -> dict[str, Any]:
        """With how other programs connect."""
        places = _places(self.request)
        tiles = f"{places.root}/tiles"
        connect = {
            "ogc": places.to("ogc"),
            "style": places.to("tile-style"),
            "night": f"{places.to('tile-style')}?night=1",
            "tiles": f"{tiles}/{{layer}}/{{z}}/{{x}}/{{y}}.mvt",
            "tilejson": f"{tiles}/{{layer}}.json",
            "grids": f"{tiles}/grids/{{z}}/{{x}}/{{y}}.mvt",
            "ogr": f"ogr2ogr grids.gpkg OAPIF:{places.to('ogc')} grids",
        }
        words = {"lead": document["description"], "connect": connect}
        return {**super().page(document), **words}


class Conformance(Document):
    """What is kept of the standard."""

    def document(self, request: Request, places: Places) -> dict[str, Any]:  # noqa: ARG002
        """Classes of conformance."""
        return landing.conformance(places)

    def page(self, document: dict[str, Any]) -> dict[str, Any]:
        """The list."""
        listed = [{"name": uri.rsplit("/", 1)[1], "value": uri} for uri in document["conformsTo"]]
        return {"title": _("What it conforms to"), "facts": listed, "links": document["links"]}


class Api(Document):
    """The description for programs."""

    media = OPENAPI

    def document(self, request: Request, places: Places) -> dict[str, Any]:
        """OpenAPI 3.0."""
        return openapi.description(places, works_with_cases(request.user))

    def page(self, document: dict[str, Any]) -> dict[str, Any]:
        """Its addresses."""
        listed = [
            {"name": path, "value": ", ".join(map(_name_of, about["get"]["parameters"]))}
            for path, about in document["paths"].items()
        ]
        links = own_links(_places(self.request).to("ogc-api"), OPENAPI)
        return {"title": _("Description of the interface"), "facts": listed, "links": links}


class Collections(Document):
    """All collections."""

    def document(self, request: Request, places: Places) -> dict[str, Any]:
        """Those that whoever asks may open."""
        return landing.collections(places, works_with_cases(request.user))

    def page(self, document: dict[str, Any]) -> dict[str, Any]:
        """Each with a link."""
        places = _places(self.request)
        listed = [
            {"name": one["title"], "value": one["description"],
             "href": places.to("ogc-collection", collection=one["id"])}
            for one in document["collections"]
        ]  # fmt: skip
        title = _("Collections of features")
        return {"title": title, "facts": listed, "links": document["links"]}


class OfCollection(Document):
    """A document of a collection."""

    def known(self, collection: str) -> tuple[str, ...]:
        """Also what its features take: GDAL sends a condition with everything it asks for."""
        return known_of(collection_named(collection).properties)


class OneCollection(OfCollection):
    """A collection."""

    def document(self, request: Request, places: Places, collection: str) -> dict[str, Any]:  # noqa: ARG002
        """What it is."""
        return landing.collection(places, collection_named(collection))

    def page(self, document: dict[str, Any]) -> dict[str, Any]:
        """With where it lies."""
        box = ", ".join(str(number) for number in document["extent"]["spatial"]["bbox"][0])
        facts = [{"name": _("Bounds"), "value": box}]
        return {**super().page(document), "lead": document["description"], "facts": facts}


class Queryables(OfCollection):
    """What a collection may be asked for."""

    media = SCHEMA

    def document(self, request: Request, places: Places, collection: str) -> dict[str, Any]:  # noqa: ARG002
        """A JSON schema."""
        return landing.queryables(places, collection_named(collection))

    def page(self, document: dict[str, Any]) -> dict[str, Any]:
        """Each property with its type."""
        facts = [
            {"name": name, "value": " · ".join(filter(None, (
                str(about.get("title", "")), about.get("type") or about.get("format"),
                about.get("x-ogc-unit"), ", ".join(map(str, about.get("enum", []))),
            )))}
            for name, about in document["properties"].items()
        ]  # fmt: skip
        return {"title": document["title"], "facts": facts, "links": own_links(document["$id"])}


class Schema(Queryables):
    """What the features of a collection carry."""

    def document(self, request: Request, places: Places, collection: str) -> dict[str, Any]:  # noqa: ARG002
        """A JSON schema."""
        return landing.schema(places, collection_named(collection))


class Items(OgcView):
    """Features of a collection."""

    def get(self, request: Request, collection: str) -> HttpResponse:
        """A page of those that fit, by key."""
        known = collection_named(collection)
        asked = asked_of(request.query_params, known.properties)
        shows_page = wants_page(request)
        if shows_page:
            asked = replace(asked, limit=min(asked.limit, SHOWN))
        page = items.page(known, request.user, asked)
        links = _page_links(_places(request), known, asked, page)
        if shows_page:
            return as_page(request, **_table(_places(request), known, page, links))
        head = {
            "type": "FeatureCollection",
            "numberReturned": len(page.features),
            **({} if page.matched is None else {"numberMatched": page.matched}),
            "links": links,
        }
        # The database has written the features: they are put in as they are.
        text = json.dumps(head, ensure_ascii=False)[:-1]
        content = f'{text}, "features": [{",".join(page.features)}]}}'.encode()
        return _in_system(as_json(request, content, GEOJSON), asked.crs)


class Item(OgcView):
    """One feature."""

    def get(self, request: Request, collection: str, key: str) -> HttpResponse:
        """The feature of a key."""
        known, places = collection_named(collection), _places(request)
        crs = crs_asked(request.query_params)
        feature = items.one(known, request.user, key, crs)
        name = {"collection": known.name}
        address = places.to("ogc-item", key=key, **name)
        links = [
            *own_links(address, GEOJSON),
            link(places.to("ogc-collection", **name), "collection", JSON, known.title),
        ]
        if wants_page(request):
            facts = [
                {"name": known.of(prop).title, "value": value}
                for prop, value in feature["properties"].items()
            ]
            return as_page(request, title=f"{known.title} {key}", facts=facts, links=links)
        content = text_of({**feature, "links": links})
        return _in_system(as_json(request, content, GEOJSON), crs)


class Nothing(OgcView):
    """Addresses that are none."""

    permission_classes = [MapIsOpen]

    def get(self, request: Request, **_parts: str) -> Response:  # noqa: ARG002
        """404."""
        raise Http404


def _name_of(parameter: dict[str, Any]) -> str:
    return parameter.get("name") or parameter["$ref"].rsplit("/", 1)[1]


def _places(request: Request) -> Places:
    return Places(site_root(request))


def _is_page(request: Request) -> bool:
    try:
        return wants_page(request)
    except InputError:
        return False


def _in_system(answer: HttpResponse, crs: Crs) -> HttpResponse:
    answer["Content-Crs"] = f"<{crs.uri}>"
    return answer


def _page_links(
    places: Places, known: Collection, asked: Asked, page: items.Page
) -> list[dict[str, str]]:
    address = places.to("ogc-items", collection=known.name)
    given = {name: value for name, value in asked.given.items() if name != "f"}
    links = own_links(address, GEOJSON, urlencode(given))
    if page.next is not None:
        ahead = urlencode({**given, "after": page.next})
        links.append(link(f"{address}?f=json&{ahead}", "next", GEOJSON, _("Next page")))
    about = places.to("ogc-collection", collection=known.name)
    links.append(link(about, "collection", JSON, known.title))
    return links


def _table(
    places: Places, known: Collection, page: items.Page, links: list[dict[str, str]]
) -> dict[str, Any]:
    """What a page for people shows: a table, and a link to the next."""
    features = [json.loads(text) for text in page.features]
    rows = [
        {
            "href": places.to("ogc-item", collection=known.name, key=str(one["id"])) + "?f=html",
            "key": one["id"],
            "cells": list(one["properties"].values()),
        }
        for one in features
    ]
    ahead = [one["href"].replace("?f=json", "?f=html") for one in links if one["rel"] == "next"]
    return {
        "title": known.title,
        "columns": [one.title for one in known.properties],
        "rows": rows,
        "shows_rows": True,
        "next": ahead[0] if ahead else "",
        "links": [{**one, "type": HTML} if one["rel"] == "collection" else one for one in links],
    }
