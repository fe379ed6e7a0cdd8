"""Answers as JSON and as XML with the element names of the specification."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from xml.etree import ElementTree

from django.utils import timezone
from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.renderers import BaseRenderer, JSONRenderer
from rest_framework.request import Request

# What no XML 1.0 document may hold, however it is escaped.
_FORBIDDEN = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
ITEMS = {
    "services": "service",
    "service_requests": "request",
    "errors": "error",
    "attributes": "attribute",
    "values": "value",
    "endpoints": "endpoint",
    "formats": "format",
}
"""What the items of a list are called, by the name of the list."""


@dataclass(frozen=True, slots=True)
class Named:
    """An answer with the name of its outermost XML element."""

    name: str
    value: Any


class Open311Json(JSONRenderer):
    """JSON, without the outermost name."""

    format = "json"

    def render(self, data: Any, *args: Any, **kwargs: Any) -> bytes:
        """The value alone."""
        return super().render(_plain(data.value), *args, **kwargs)


class Open311Xml(BaseRenderer):
    """XML, encoded as UTF-8."""

    media_type = "text/xml"
    format = "xml"
    charset = "utf-8"

    def render(self, data: Named, *args: Any, **kwargs: Any) -> bytes:  # noqa: ARG002
        """The document with its declaration."""
        root = _element(data.name, _plain(data.value))
        return ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)


class ByEnding(BaseContentNegotiation):
    """The ending of the address says what is answered, whatever the client would accept."""

    def select_parser(self, request: Request, parsers: list) -> Any:
        """The first that reads the type of the body."""
        kind = (request.content_type or "").split(";")[0].strip().lower()
        return next((parser for parser in parsers if parser.media_type == kind), None)

    def select_renderer(
        self, request: Request, renderers: list, format_suffix: str | None = None
    ) -> tuple[Any, str]:
        """By the ending."""
        named = request.parser_context["kwargs"].get("format", format_suffix)
        found = next((one for one in renderers if one.format == named), renderers[0])
        return found, found.media_type


def _plain(value: Any) -> Any:
    """Times in the form of the W3C note, with the offset of the site."""
    if isinstance(value, datetime):
        return timezone.localtime(value).isoformat(timespec="seconds")
    if isinstance(value, Mapping):
        return {name: _plain(one) for name, one in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    return value


def _element(name: str, value: Any) -> ElementTree.Element:
    made = ElementTree.Element(name)
    if isinstance(value, dict):
        made.extend(_element(key, one) for key, one in value.items())
    elif isinstance(value, list):
        made.extend(_element(ITEMS[name], one) for one in value)
    elif value is not None:
        text = str(value).lower() if isinstance(value, bool) else str(value)
        made.text = _FORBIDDEN.sub("\ufffd", text)
    return made
