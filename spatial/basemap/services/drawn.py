"""A polygon that was drawn, as a filter of an export."""

from __future__ import annotations

import json
from typing import Any

import shapely
from django.utils.translation import gettext as _

from spatial.core.errors import InputError

MOST_VERTICES = 1_000


def drawn_polygon(value: Any) -> str:
    """The polygon as GeoJSON, which is sure to be one of a bearable size.

    Raises
    ------
    InputError
        ``E-EXPORT-POLYGON``.
    """
    text = value if isinstance(value, str) else json.dumps(value)
    try:
        shape = shapely.from_geojson(text)
    except (shapely.GEOSException, TypeError) as error:
        raise _bad_polygon() from error
    areal = shape is not None and shape.geom_type in {"Polygon", "MultiPolygon"}
    if not areal or shape.is_empty:
        raise _bad_polygon()
    if shapely.get_num_coordinates(shape) > MOST_VERTICES:
        words = _("The polygon has more than %(most)d vertices; draw a simpler one.")
        raise InputError("E-EXPORT-POLYGON", words % {"most": MOST_VERTICES})
    if shape.is_valid:
        return text
    # A line drawn by hand crosses itself now and then: what it encloses is meant.
    mended = shapely.make_valid(shape, method="structure", keep_collapsed=False)
    if mended.is_empty:
        raise _bad_polygon()
    return shapely.to_geojson(mended)


def _bad_polygon() -> InputError:
    words = _("The polygon is no valid GeoJSON polygon in degrees; draw it again.")
    return InputError("E-EXPORT-POLYGON", words)
