"""Answers as JSON and as pages."""

from __future__ import annotations

import json
from typing import Any

from django.http import HttpResponse
from django.template import loader
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _
from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.request import Request

from spatial.core.errors import InputError
from webmap.ogc.landing import GEOJSON, HTML, JSON
from webmap.pages.config import data_context, page_config
from webmap.tiles import caching, store

FORMS = ("json", "html")


class OnlyJson(BaseContentNegotiation):
    """Errors are JSON, whatever a client would accept; views choose by themselves."""

    def select_parser(self, request: Request, parsers: list) -> Any:  # noqa: ARG002
        """Nothing is sent here."""
        return parsers[0]

    def select_renderer(
        self,
        request: Request,  # noqa: ARG002
        renderers: list,
        format_suffix: str | None = None,  # noqa: ARG002
    ) -> tuple[Any, str]:
        """The first."""
        return renderers[0], renderers[0].media_type


def wants_page(request: Request) -> bool:
    """Whether a page is asked for, by ``f`` or else by what the client would rather have.

    Raises
    ------
    InputError
        ``E-OGC-FORMAT``.
    """
    named = request.query_params.get("f")
    if named is None:
        # What accepts anything gets what programs read.
        liked = request._request.get_preferred_type([JSON, GEOJSON, HTML])  # noqa: SLF001
        return liked == HTML
    if named not in FORMS:
        raise InputError("E-OGC-FORMAT", _("f is json or html."))
    return named == "html"


def as_json(request: Request, content: bytes, media: str = JSON) -> HttpResponse:
    """JSON, gzipped for who takes it, to be checked each time."""
    answer = caching.packed_answer(request, store.pack(content), media)
    patch_vary_headers(answer, ["Accept", "Accept-Language"])
    return caching.ask_again(request, answer, content)


def as_page(request: Request, **words: Any) -> HttpResponse:
    """A page with what the JSON says."""
    plain = request._request  # noqa: SLF001
    context = data_context(plain, "ogc", page_config(plain), **words)
    content = loader.get_template("webmap/ogc.html").render(context, plain).encode()
    answer = HttpResponse(content, content_type="text/html; charset=utf-8")
    answer["Cache-Control"] = "private, no-cache"
    patch_vary_headers(answer, ["Accept", "Cookie"])
    return answer


def text_of(document: Any) -> bytes:
    """A document as bytes of JSON."""
    return json.dumps(document, ensure_ascii=False).encode()
