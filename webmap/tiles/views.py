"""Serves tiles: from the file if there is one, else made now and kept."""

from __future__ import annotations

import logging

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from spatial.core.errors import InputError
from webmap.api.component_forms import WhereQuery
from webmap.api.errors import FieldsError
from webmap.tiles import components, live, store
from webmap.tiles.address import TileAddress
from webmap.tiles.caching import ask_again, keep_for_ever, packed_answer
from webmap.tiles.grid_pyramid import pixels_at
from webmap.tiles.layers import Layer, layer_named
from webmap.tiles.pixels import UP_TO as PIXELS_UP_TO
from webmap.tiles.sources import (
    TileSource,
    derived_source,
    grid_source,
    named_source,
    no_version,
)

log = logging.getLogger(__name__)
CONTENT_TYPE = "application/vnd.mapbox-vector-tile"
BYTES = "application/octet-stream"


@require_safe
def tile(request: HttpRequest, layer: str, version: str, z: int, x: int, y: int) -> HttpResponse:
    """One tile: 200 with gzipped MVT, or 204 when nothing is there."""
    known = layer_named(layer)
    address = _checked(known, z, x, y)
    source, packed = _find(known, version, address, request)
    if not packed:
        return _with_headers(request, source, HttpResponse(status=204), b"")
    return _with_headers(request, source, packed_answer(request, packed, CONTENT_TYPE), packed)


@require_safe
def pixels(request: HttpRequest, version: str, z: int, x: int, y: int) -> HttpResponse:
    """One tile of grids as pixels (`webmap.tiles.pixels`): 200, or 204 when nothing is there."""
    layer = layer_named("grids")
    address = _checked(layer, z, x, y, PIXELS_UP_TO)
    source = grid_source(layer, version, request.user)
    packed = store.read(source, address, store.PIXELS) if source.lasting else None
    if packed is None:
        data = pixels_at(source, address)
        packed = store.pack(data) if data else b""
        if packed and source.lasting:
            _keep(source, address, packed, store.PIXELS)
    if not packed:
        return _with_headers(request, source, HttpResponse(status=204), b"")
    return _with_headers(request, source, packed_answer(request, packed, BYTES), packed)


@require_safe
def component_tile(request: HttpRequest, version: str, z: int, x: int, y: int) -> HttpResponse:
    """One tile of the components that fit the query string, made now."""
    known = layer_named("components")
    address = _checked(known, z, x, y)
    source = derived_source(known)
    if source.version != version:
        raise no_version(known, version)
    form = WhereQuery(data=request.GET)
    if not form.is_valid():
        raise FieldsError(form.errors)
    where = WhereQuery.where(form.validated_data)
    sql, values = components.query(request.user, where, address)
    data = live.run(sql, values)
    if not data:
        return keep_for_ever(HttpResponse(status=204))
    return keep_for_ever(packed_answer(request, store.pack(data), CONTENT_TYPE))


def _checked(layer: Layer, z: int, x: int, y: int, last: int | None = None) -> TileAddress:
    address = TileAddress(z, x, y)
    maxzoom = layer.maxzoom if last is None else last
    if not (layer.minzoom <= z <= maxzoom and address.inside):
        raise InputError(
            "E-TILE-RANGE",
            _("There is no tile at this zoom, column and row."),
            minzoom=layer.minzoom,
            maxzoom=maxzoom,
        )
    return address


def _find(
    layer: Layer, version: str, address: TileAddress, request: HttpRequest
) -> tuple[TileSource, bytes]:
    if layer.name == "grids":
        source = grid_source(layer, version, request.user)
    else:
        source = named_source(layer, version)
    packed = store.read(source, address) if source.lasting else None
    if packed is None:
        packed = _make(source, address)
    return source, packed


def _make(source: TileSource, address: TileAddress) -> bytes:
    # A former version of a layer that follows the imports has only its files.
    if source.plan_id is None and source != derived_source(source.layer, source.on):
        raise no_version(source.layer, source.version)
    data = live.make(source, address)
    if not data:
        return b""
    packed = store.pack(data)
    if source.lasting:
        _keep(source, address, packed)
    return packed


def _keep(
    source: TileSource, address: TileAddress, packed: bytes, form: str = store.VECTORS
) -> None:
    try:
        store.write(store.folder(source), address, packed, form)
    except OSError:
        # A full disk costs time, not the map.
        log.exception("tile %s of %s could not be stored", address, source.folder)


def _with_headers(
    request: HttpRequest, source: TileSource, response: HttpResponse, content: bytes
) -> HttpResponse:
    if source.lasting:
        return keep_for_ever(response)
    return ask_again(request, response, content)
