"""Reads what a request for features asks for; what cannot be used is refused by name."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Any

from django.contrib.gis.geos import MultiPolygon, Polygon
from django.utils import timezone
from django.utils.translation import gettext as _

from spatial.core.errors import InputError
from spatial.core.srid import STORE_SRID
from webmap.ogc.crs import CRS84, Crs, crs_of
from webmap.ogc.properties import MOST_WHOLE, Property, day_of, time_of

USUAL, MOST = 100, 10_000
"""Features of a page: without ``limit``, and at most."""
PLAIN = ("f", "bbox", "bbox-crs", "datetime", "limit", "crs", "after")
OF_ONE = ("f", "crs")


@dataclass(frozen=True, slots=True)
class Span:
    """A span of time; None is an open side. Both ends belong to it."""

    start: datetime | None
    end: datetime | None

    @property
    def days(self) -> tuple[date | None, date | None]:
        """The days of the site on which it starts and ends."""
        start, end = (at and timezone.localtime(at).date() for at in (self.start, self.end))
        return start, end


@dataclass(frozen=True, slots=True)
class Asked:
    """Which features, in which system, and from where on."""

    area: MultiPolygon | None = None
    span: Span | None = None
    fits: tuple[tuple[Property, Any], ...] = ()
    limit: int = USUAL
    after: int | None = None
    crs: Crs = CRS84
    given: dict[str, str] = field(default_factory=dict)
    """The parameters as they came, for links."""


def asked_of(values: Mapping[str, str], properties: Sequence[Property]) -> Asked:
    """What a query string asks for.

    Raises
    ------
    InputError
        ``E-OGC-PARAM``, ``E-OGC-BBOX``, ``E-OGC-DATETIME``, ``E-OGC-LIMIT``, ``E-OGC-VALUE``,
        ``E-OGC-CRS``, ``E-OGC-PAGE``.
    """
    named = {one.name: one for one in properties if one.is_queryable}
    refuse_unknown(values, known_of(properties))
    return Asked(
        area=_area(values.get("bbox", ""), _crs(values, "bbox-crs")),
        span=_span(values.get("datetime", "")),
        fits=tuple((one, _value(one, values[name])) for name, one in named.items()
                   if name in values),
        limit=_limit(values.get("limit")),
        after=_after(values.get("after")),
        crs=_crs(values, "crs"),
        given={name: values[name] for name in values},
    )  # fmt: skip


def known_of(properties: Sequence[Property]) -> tuple[str, ...]:
    """Names of all parameters that features with such properties take."""
    return (*PLAIN, *(one.name for one in properties if one.is_queryable))


def crs_asked(values: Mapping[str, str]) -> Crs:
    """The system that one feature is asked for in."""
    refuse_unknown(values, OF_ONE)
    return _crs(values, "crs")


def refuse_unknown(values: Mapping[str, str], known: Sequence[str]) -> None:
    """Refuse a parameter that means nothing here: who sent it wanted something by it."""
    for name in values:
        if name not in known:
            text = _("There is no parameter %(name)s here; see the queryables of the collection.")
            shown = "".join(sign for sign in name[:40] if sign.isprintable())
            raise InputError("E-OGC-PARAM", text % {"name": shown}, known=list(known))


def _crs(values: Mapping[str, str], name: str) -> Crs:
    return crs_of(values[name], name) if name in values else CRS84


def _limit(text: str | None) -> int:
    if text is None:
        return USUAL
    if not (text.isascii() and text.isdigit() and len(text) < 19 and int(text) > 0):
        most = {"most": MOST}
        raise InputError("E-OGC-LIMIT", _("limit is a number from 1 to %(most)d.") % most)
    # By the specification more than there is to be had is no error.
    return min(int(text), MOST)


def _after(text: str | None) -> int | None:
    if text is None:
        return None
    if not (text.isascii() and text.isdigit() and int(text[:20]) <= MOST_WHOLE and len(text) < 20):
        raise InputError("E-OGC-PAGE", _("This page is gone: begin anew without after."))
    return int(text)


def _value(one: Property, text: str) -> Any:
    try:
        return one.parsed(text)
    except (ValueError, OverflowError) as error:
        words = _("%(name)s has no such value; the queryables of the collection say what it takes.")
        named = {"name": one.name}
        raise InputError("E-OGC-VALUE", words % named, **named, kind=one.kind) from error


def _area(text: str, crs: Crs) -> MultiPolygon | None:
    """The box; two where it crosses the date line."""
    if not text:
        return None
    try:
        numbers = [float(part) for part in text.split(",", 6)]
    except ValueError:
        numbers = []
    if len(numbers) == 6:
        # Heights, of which the store knows none.
        numbers = [*numbers[0:2], *numbers[3:5]]
    if len(numbers) != 4 or not all(map(math.isfinite, numbers)):
        raise _no_box()
    (west, south), (east, north) = crs.as_degrees(*numbers[:2]), crs.as_degrees(*numbers[2:])
    if not (south <= north and south >= -90 and north <= 90 and _wide(west) and _wide(east)):
        raise _no_box()
    boxes = [(west, south, east, north)]
    if west > east:
        boxes = [(west, south, 180.0, north), (-180.0, south, east, north)]
    return MultiPolygon([Polygon.from_bbox(box) for box in boxes], srid=STORE_SRID)


def _wide(lon: float) -> bool:
    return -180.0000001 <= lon <= 180.0000001


def _no_box() -> InputError:
    text = _("bbox is west,south,east,north in degrees, or in the system that bbox-crs names.")
    return InputError("E-OGC-BBOX", text)


def _span(text: str) -> Span | None:
    """A time, a day, or two of them with a slash between; ``..`` or nothing is an open side."""
    if not text:
        return None
    parts = text.split("/")
    try:
        if len(parts) == 1:
            return Span(_side(parts[0], time.min), _side(parts[0], time.max))
        if len(parts) != 2:
            raise ValueError(text)
        start, end = (
            None if part in ("", "..") else _side(part, edge)
            for part, edge in zip(parts, (time.min, time.max), strict=True)
        )
        if start is not None and end is not None and start > end:
            raise ValueError(text)
    except (ValueError, OverflowError) as error:
        words = _("datetime is 2026-11-28, a time like 2026-11-28T08:00:00Z, or two as FROM/TO.")
        raise InputError("E-OGC-DATETIME", words) from error
    return Span(start, end)


def _side(text: str, edge: time) -> datetime:
    """A time as it stands, or the edge of a day of the site."""
    if len(text) > 40:
        raise ValueError(text)
    if len(text) == len("2026-11-28"):
        return timezone.make_aware(datetime.combine(day_of(text), edge))  # noqa: DTZ001
    return time_of(text)
