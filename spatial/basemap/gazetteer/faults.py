"""What makes a row of a file of places unfit, told row by row with a code."""

from __future__ import annotations

import re
from collections.abc import Iterable

import numpy as np
import shapely
from django.utils.translation import gettext_lazy as _
from numpy.typing import NDArray

from spatial.basemap.gazetteer.columns import level_of
from spatial.basemap.io.offsets import CHINA
from spatial.basemap.services.rows import NAME_LENGTH, WORD_LENGTHS

ZERO_DEG = 1e-6
SENTENCES = {
    "E-PLACE-NAME": _("The row has neither a name nor an address; give one."),
    "E-PLACE-LONG": _("A text is longer than a place may have; shorten it."),
    "E-PLACE-CONTROL": _("A text has control characters; clean it."),
    "E-PLACE-MARKUP": _("A text has HTML or SQL in it, which is no name; clean it."),
    "E-PLACE-LEVEL": _("The level is none of the ten of GB/T 37149 (1 to 10, or its word)."),
    "E-PLACE-NOXY": _("The row has no coordinates that are numbers; give both."),
    "E-PLACE-ZERO": _("The coordinates are zero; give the true ones."),
    "E-PLACE-SWAPPED": _("Longitude and latitude are swapped; put longitude (east) first."),
    "E-PLACE-ABROAD": _("The point lies outside China and outside every district; correct it."),
    "E-PLACE-OUTSIDE": _(
        "The point lies outside every district; correct it, or import its region."
    ),
}
"""What is wrong and what to do, by code; the first that fits a row is told."""
_LENGTHS = {"name": NAME_LENGTH, **WORD_LENGTHS}
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f\x7f-\x9f\u2028\u2029\ufffe\uffff]")
_MARKUP = re.compile(
    r"<\s*[a-z!/?]|&(?:lt|gt|#\d+|#x[0-9a-f]+);|javascript:"
    r"|;\s*(?:drop|delete|insert|update|alter|truncate|select)\b|\bunion\s+(?:all\s+)?select\b"
    r"|'\s*(?:or|and)\s+'?\w+'?\s*=",
    re.IGNORECASE,
)


def of_text(row: dict[str, str]) -> str:
    """The code of what is wrong with the texts of a row, empty when nothing is."""
    if not (row.get("name") or row.get("address")):
        return "E-PLACE-NAME"
    if any(len(row.get(word, "")) > length for word, length in _LENGTHS.items()):
        return "E-PLACE-LONG"
    together = " ".join(row.values())
    if _CONTROL.search(together):
        return "E-PLACE-CONTROL"
    if _MARKUP.search(together):
        return "E-PLACE-MARKUP"
    return "E-PLACE-LEVEL" if level_of(row.get("level", "")) is None else ""


def of_points(
    geometry: NDArray[np.object_],
    swapped: NDArray[np.object_],
    districts: Iterable[shapely.Geometry],
) -> NDArray[np.object_]:
    """The code of what is wrong with each point, empty texts where nothing is.

    Parameters
    ----------
    geometry : array of shape (n,)
        Points in degrees, longitude first; None where there is none.
    swapped : array of shape (n,)
        The same with the two numbers of the file taken the other way round.
    districts : iterable of shapely.Geometry
        Where points may lie, in degrees; without any, all of China's bounding box.
    """
    ground = np.array(list(districts), dtype=object)
    china = shapely.box(*CHINA)
    found = np.full(len(geometry), "", dtype=object)
    within, other = (_within(points, ground, china) for points in (geometry, swapped))
    outside = shapely.intersects(china, geometry)
    found[~within] = np.where(outside[~within], "E-PLACE-OUTSIDE", "E-PLACE-ABROAD")
    found[~within & other] = "E-PLACE-SWAPPED"
    x, y = shapely.get_x(geometry), shapely.get_y(geometry)
    found[(np.abs(x) < ZERO_DEG) & (np.abs(y) < ZERO_DEG)] = "E-PLACE-ZERO"
    found[~(np.isfinite(x) & np.isfinite(y))] = "E-PLACE-NOXY"
    return found


def _within(
    points: NDArray[np.object_], ground: NDArray[np.object_], china: shapely.Geometry
) -> NDArray[np.bool_]:
    if not len(ground):
        return np.asarray(shapely.intersects(china, points))
    shapely.prepare(ground)
    tree = shapely.STRtree(ground)
    inside = np.zeros(len(points), dtype=bool)
    usable = np.flatnonzero(~shapely.is_missing(points))
    inside[usable[tree.query(points[usable], predicate="intersects")[0]]] = True
    return inside
