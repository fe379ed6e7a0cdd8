"""Proves that every component lies in the unit grid it names; nothing is changed."""

from __future__ import annotations

from typing import Any

import numpy as np
import shapely
from django.db import connection

from spatial.components.models import DISTRICT_DIGITS, Component
from spatial.core.jobs import Progress, silent
from spatial.core.proof import Proof, judge, one_state
from spatial.grids.services.locate import CHUNK, Ground

ROWS = {
    "district": "the code is of another district than the component",
    "unknown": "the unit grid it names was never in force",
}
PLACES = {
    "elsewhere": "it lies in another unit grid in force than it names",
    "outside": "it names a unit grid and lies in none that is in force",
    "inside": "it names none and lies in one that is in force",
}
FAULTS = {**ROWS, **PLACES}
"""What may be wrong with a component."""

_ROWS = f"""
SELECT c.code AS key, left(c.code, {DISTRICT_DIGITS}) <> c.district_code AS district,
    c.grid_code <> '' AND NOT EXISTS (SELECT 1 FROM grids_gridcode g WHERE g.code = c.grid_code)
        AS unknown
FROM components_component c
"""  # noqa: S608 - a constant
_PLACES = """
SELECT code, grid_code, ST_X(point), ST_Y(point) FROM components_component WHERE valid_to IS NULL
"""


def prove_components(progress: Progress = silent) -> Proof:
    """Look at every component, and locate anew each one that is still there."""
    with one_state() as cursor:
        proof = judge(cursor, _ROWS, ROWS, {})
        total = Component.objects.filter(valid_to__isnull=True).count()
        ground, done = Ground(), 0
        with connection.chunked_cursor() as stream:
            stream.execute(_PLACES)
            # As many at a time as are in an index: memory does not grow with the store.
            while rows := stream.fetchmany(CHUNK):
                _locate(rows, ground, proof)
                done += len(rows)
                progress(done, total + 1, "")
    return proof


def _locate(rows: list[Any], ground: Ground, proof: Proof) -> None:
    named = np.array([row[1] for row in rows], dtype=object)
    lies = ground.locate(shapely.points(np.array([row[2:] for row in rows], dtype=np.float64)))
    differs = named != lies
    for name, these in (
        ("elsewhere", differs & (named != "") & (lies != "")),
        ("outside", differs & (lies == "")),
        ("inside", differs & (named == "")),
    ):
        found = np.flatnonzero(these)
        proof.fault(name, len(found), (rows[n][0] for n in found))
