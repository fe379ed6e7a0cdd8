"""Tiles that everybody may see and that are files already, answered before anything else is asked.

A map asks for hundreds of them. Whose session it is, which language he reads and whether a form
came from here do not matter for them, and cost several times what the file does. Whatever is not
plainly so (a map that is not open, a log-in by password, an edition that this process has not
lately found to be for everybody, a tile without a file) goes on to `webmap.tiles.views`.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from webmap.outside import READING, opened
from webmap.tiles import store
from webmap.tiles.address import TileAddress
from webmap.tiles.caching import keep_for_ever, packed_answer, tagged
from webmap.tiles.sources import source_for_all

# Numbers as the page writes them: others are for the views to read or refuse.
_NUMBER = r"(0|[1-9]\d{0,7})"
_ADDRESS = re.compile(rf"/tiles/grids/([0-9a-z-]{{1,40}})/{_NUMBER}/{_NUMBER}/{_NUMBER}\.(mvt|px)")


class QuickTileMiddleware:
    """Answers what is a file for everybody; stands behind the middleware for transport security."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer, or pass the request on."""
        return _kept(request) or self.get_response(request)


def _kept(request: HttpRequest) -> HttpResponse | None:
    found = _ADDRESS.fullmatch(request.path_info)
    if not (found and settings.PUBLIC_MAP and request.method in READING):
        return None
    if "HTTP_AUTHORIZATION" in request.META:
        return None
    # Refuses hosts that are none of ours, as the middleware behind would.
    request.get_host()
    version, *place, form = found.groups()
    source = source_for_all(version)
    packed = source and store.read(source, TileAddress(*map(int, place)), form)
    if not packed:
        return None
    answer = packed_answer(request, packed, store.CONTENT_TYPES[form])
    return opened(tagged(request, keep_for_ever(answer), packed))
