"""Tells whether a survey is shifted as the public web maps of China are (GCJ-02, BD-09).

That shows where rows also say in other words where they lie: by a code the register knows, by the
unit grid, by an address.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from django.db import connection

from spatial.basemap.gazetteer.shift import Offset, offset_of, places_of

_OF_GRIDS = """
SELECT t.n - 1, ST_X(ST_Centroid(g.geom)), ST_Y(ST_Centroid(g.geom))
FROM unnest(%(texts)s::text[]) WITH ORDINALITY AS t(text, n)
JOIN grids_unitgrid g ON g.code = t.text AND g.valid_from IS NOT NULL AND g.valid_to IS NULL
"""
_OF_CODES = """
SELECT t.n - 1, ST_X(c.point), ST_Y(c.point)
FROM unnest(%(texts)s::text[]) WITH ORDINALITY AS t(text, n)
JOIN components_component c ON c.code = t.text
"""
QUERIES = {"code": _OF_CODES, "grid": _OF_GRIDS}
"""Where a thing lies by what a row says of it; a position in words is asked of the geocoder."""
SAYS = (*QUERIES, "position")
"""Attributes that say where a row lies."""

Evidence = tuple[str, float, float]
"""What a row says of its place, and its longitude and latitude."""


def find(evidence: Mapping[str, Sequence[Evidence]]) -> Offset | None:
    """The offset that rows show, if they do; ``evidence`` by the attributes of `SAYS`."""
    given: list[tuple[float, float]] = []
    true: list[tuple[float, float]] = []
    for attribute, rows in evidence.items():
        for n, x, y in _known(attribute, [row[0] for row in rows]) if rows else ():
            given.append(rows[n][1:])
            true.append((x, y))
    return offset_of(np.array(given).reshape(-1, 2), np.array(true).reshape(-1, 2))


def _known(attribute: str, texts: list[str]) -> list[tuple[int, float, float]]:
    if attribute not in QUERIES:
        return places_of(texts)
    with connection.cursor() as cursor:
        cursor.execute(QUERIES[attribute], {"texts": texts})
        return cursor.fetchall()
