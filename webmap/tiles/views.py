"""Serves tiles: from the file if there is one, else made now and kept."""

from __future__ import annotations

import logging
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from spatial.core.errors import InputError
from spatial.grids.selectors import current_plan
from webmap.api.component_forms import WhereQuery
from webmap.api.errors import FieldsError
from webmap.standing import Standing, stands
from webmap.tiles import cases, components, live, store
from webmap.tiles.address import TileAddress
from webmap.tiles.caching import ask_again, keep_for_ever, packed_answer, tagged
from webmap.tiles.citygrids import city_source, is_city, named_city_source
from webmap.tiles.grid_pyramid import pixels_at
from webmap.tiles.layers import CITY_GRIDS, Layer, layer_named
from webmap.tiles.pixels import UP_TO as PIXELS_UP_TO
from webmap.tiles.sources import (
    TileSource,
    derived_source,
    grid_source,
    named_source,
    no_version,
    plan_source,
)
from webmap.timelimit import limited

log = logging.getLogger(__name__)
LIVE_WITHIN_S = 10
"""No tile that is made while somebody waits keeps the database longer."""
CITIES_KEPT = 6
"""Versions of the grids of all districts whose tiles are kept as files."""


@require_safe
def tile(request: HttpRequest, layer: str, version: str, z: int, x: int, y: int) -> HttpResponse:
    """One tile: 200 with gzipped MVT, or 204 when nothing is there."""
    known = layer_named(layer)
    address = _checked(known, z, x, y)
    source, packed = _find(known, version, address, request)
    return _with_headers(request, source, _answer(request, packed), packed)


@require_safe
def pixels(request: HttpRequest, version: str, z: int, x: int, y: int) -> HttpResponse:
    """One tile of grids as pixels (`webmap.tiles.pixels`): 200, or 204 when nothing is there."""
    layer = layer_named("grids")
    address = _checked(layer, z, x, y, PIXELS_UP_TO)
    source = grid_source(layer, version, request.user)
    packed = _packed(source, address, store.PIXELS)
    return _with_headers(request, source, _answer(request, packed, store.PIXELS), packed)


@require_safe
def component_tile(request: HttpRequest, version: str, z: int, x: int, y: int) -> HttpResponse:
    """One tile of the components that fit the query string, made now."""
    known = layer_named("components")
    address = _checked(known, z, x, y)
    source = derived_source(known)
    if source.version != version:
        raise no_version(known, version)
    packed = _components(request, address)
    return tagged(request, keep_for_ever(_answer(request, packed)), packed)


@require_safe
def current_tile(request: HttpRequest, layer: str, z: int, x: int, y: int) -> HttpResponse:
    """One tile of a layer as it is now, whatever its version: to be checked each time.

    For programs that keep one address for ever. Grids are those of all districts, or of the one
    that ``district`` names; components those that fit the query string.
    """
    known = layer_named(layer)
    address = _checked(known, z, x, y)
    if known.name == "components":
        packed = _components(request, address)
    else:
        packed = _packed(_current(known, request.GET.get("district", "")), address)
    return ask_again(request, _answer(request, packed), packed)


@require_safe
def case_tile(request: HttpRequest, z: int, x: int, y: int) -> HttpResponse:
    """One tile of the cases in hand that the user may see, made now."""
    address = _checked(layer_named("cases"), z, x, y)
    try:
        statement = cases.query(request.user, address)
    except EmptyResultSet:
        # Nothing is his to see: there is no statement to run.
        packed = b""
    else:
        packed = _run(*statement)
    return ask_again(request, _answer(request, packed), packed)


def _components(request: HttpRequest, address: TileAddress) -> bytes:
    form = WhereQuery(data=request.GET)
    if not form.is_valid():
        raise FieldsError(form.errors)
    where = WhereQuery.where(form.validated_data)
    return _run(*components.query(request.user, where, address))


def _run(sql: str, values: dict[str, Any]) -> bytes:
    """A tile of what each sees for himself, made now and packed."""
    with limited(LIVE_WITHIN_S):
        data = live.run(sql, values)
    return store.pack(data) if data else b""


def _answer(request: HttpRequest, packed: bytes, form: str = store.VECTORS) -> HttpResponse:
    kind = store.CONTENT_TYPES[form]
    return packed_answer(request, packed, kind) if packed else HttpResponse(status=204)


def _current(layer: Layer, district: str) -> TileSource:
    """The source of a layer as it is now."""
    if layer.name != "grids":
        return derived_source(layer)
    if "\0" in district:
        raise FieldsError({"district": [_("Null characters are not allowed.")]})
    return plan_source(layer, current_plan(district)) if district else city_source()


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
    if layer.name == "cases":
        raise no_version(layer, version)
    if layer.name == "grids" and is_city(version):
        source = named_city_source(layer, version)
    elif layer.name == "grids":
        source = grid_source(layer, version, request.user)
    else:
        source = named_source(layer, version)
    return source, _packed(source, address)


def _packed(source: TileSource, address: TileAddress, form: str = store.VECTORS) -> bytes:
    packed = store.read(source, address, form) if source.lasting else None
    return _make(source, address, form) if packed is None else packed


def _make(source: TileSource, address: TileAddress, form: str) -> bytes:
    # A former version of a layer that follows the imports has only its files.
    if source.plan_id is None and source != _as_it_is(source):
        raise no_version(source.layer, source.version)
    data = (pixels_at if form == store.PIXELS else live.make)(source, address)
    if not data:
        return b""
    packed = store.pack(data)
    if source.lasting:
        _keep(source, address, packed, form)
    return packed


def _as_it_is(source: TileSource) -> TileSource:
    if source.layer is CITY_GRIDS:
        return city_source(source.on)
    return derived_source(source.layer, source.on)


def _keep(source: TileSource, address: TileAddress, packed: bytes, form: str) -> None:
    try:
        if source.layer is CITY_GRIDS and not store.folder(source).exists():
            store.forget(source.layer.name, CITIES_KEPT - 1)
        store.write(store.folder(source), address, packed, form)
    except OSError:
        # A full disk costs time, not the map.
        log.exception("tile %s of %s could not be stored", address, source.folder)


def _with_headers(
    request: HttpRequest, source: TileSource, response: HttpResponse, content: bytes
) -> HttpResponse:
    if source.lasting:
        return stands(tagged(request, keep_for_ever(response), content), Standing(open=True))
    return ask_again(request, response, content)
