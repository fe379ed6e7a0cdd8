"""Reads features: a page in the order of their keys, or one. The database writes the GeoJSON.

A page begins behind the last key of the page before, not at a count, so that the millionth page
costs as much as the first one and nothing is told twice or left out when rows come or go.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from django.contrib.gis.db.models import GeometryField
from django.contrib.gis.db.models.functions import Transform
from django.db.models import F, Func, JSONField, QuerySet, TextField, Value
from django.db.models.functions import Cast
from django.utils.translation import gettext as _

from spatial.core.errors import NotFoundError
from webmap.ogc.asking import Asked
from webmap.ogc.collections import Collection
from webmap.ogc.crs import METRES, Crs
from webmap.ogc.properties import MOST_WHOLE
from webmap.timelimit import limited

WITHIN_S = 10


@dataclass(frozen=True, slots=True)
class Page:
    """Features as JSON texts, where the next page begins, and how many there are if known."""

    features: list[str]
    next: int | None
    matched: int | None


def page(collection: Collection, user: Any, asked: Asked) -> Page:
    """Features that fit, by key, as many as fit on a page.

    Raises
    ------
    TooSlowError
        ``E-REQUEST-SLOW``.
    """
    rows = found(collection, user, asked)
    if asked.after is not None:
        rows = rows.filter(pk__gt=asked.after)
    with limited(WITHIN_S):
        read = list(_texts(collection, rows, asked.crs)[: asked.limit + 1])
        goes_on = len(read) > asked.limit
        matched = _matched(collection, user, asked, len(read), goes_on)
    read = read[: asked.limit]
    return Page([text for _key, text in read], read[-1][0] if goes_on else None, matched)


def one(collection: Collection, user: Any, key: str, crs: Crs) -> dict[str, Any]:
    """The feature of a key, of whatever time.

    Raises
    ------
    NotFoundError
        ``E-OGC-ITEM``, also for one that is not this user's to see.
    """
    read = None
    if key.isascii() and key.isdigit() and len(key) < 20 and int(key) <= MOST_WHOLE:
        with limited(WITHIN_S):
            read = _texts(collection, collection.rows(user).filter(pk=int(key)), crs).first()
    if read is None:
        text = _("There is no such feature in this collection, or it is not yours to see.")
        raise NotFoundError("E-OGC-ITEM", text)
    return json.loads(read[1])


def found(collection: Collection, user: Any, asked: Asked) -> QuerySet:
    """What fits, without order."""
    rows = collection.during(collection.rows(user), asked.span)
    for prop, value in asked.fits:
        rows = rows.filter(prop.fits(value))
    return rows if asked.area is None else collection.within(rows, asked.area)


def _matched(
    collection: Collection, user: Any, asked: Asked, read: int, goes_on: bool
) -> int | None:
    """How many fit in all, where that is known or cheap: else nothing is said."""
    if asked.after is None and not goes_on:
        return read
    return found(collection, user, asked).count() if collection.is_counted else None


def _texts(collection: Collection, rows: QuerySet, crs: Crs) -> QuerySet:
    """Key and GeoJSON text of each, by key."""
    feature = Cast(_feature(collection, crs), TextField())
    return rows.order_by("pk").annotate(feature_text=feature).values_list("pk", "feature_text")


def _feature(collection: Collection, crs: Crs) -> Func:
    properties = {one.name: one.read() for one in collection.properties}
    return _object(
        type=Value("Feature"),
        id=F("pk"),
        geometry=_geojson(collection, crs),
        properties=_object(**properties),
    )


def _object(**members: Any) -> Func:
    """A JSON object with its members in order."""
    parts = [part for name, value in members.items() for part in (Value(name), value)]
    return Func(*parts, function="json_build_object", output_field=JSONField())


def _geojson(collection: Collection, crs: Crs) -> Func:
    if crs is METRES and collection.metric:
        shape: Any = F(collection.metric)
    else:
        geometry = collection.geometry
        shape = F(geometry) if isinstance(geometry, str) else geometry
        if crs.srid == METRES.srid:
            shape = Transform(shape, METRES.srid)
    if crs.latitude_first:
        shape = Func(shape, function="ST_FlipCoordinates", output_field=GeometryField())
    # Option 0: no member of its own says the system, the answer does.
    parts = (shape, Value(crs.digits), Value(0))
    return Func(
        *parts, function="ST_AsGeoJSON", template="%(function)s(%(expressions)s)::json",
        output_field=JSONField(),
    )  # fmt: skip
