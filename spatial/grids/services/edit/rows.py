"""Rows of grids and pins as images: read, written back, and proved by the database."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from django.db import connection
from numpy.typing import NDArray

import gridding
from gridding.edits import Patch
from spatial.basemap.selectors import METRES_PER_DEGREE
from spatial.core.mercator import to_mercator
from spatial.core.srid import STORE_SRID, TILE_SRID
from spatial.grids.models import GridPlan

Row = dict[str, Any]
"""Everything kept of a grid or pin; geometries as hexadecimal EWKB, so that no bit is lost."""

GRID_TYPES = {
    "id": "bigint",
    "plan_id": "bigint",
    "ordinal": "int",
    "code": "text",
    "community_id": "bigint",
    "geom": "geometry",
    "geom3857": "geometry",
    "area_m2": "float8",
    "perimeter_m": "float8",
    "on_feature_share": "float8",
    "neighbours": "int[]",
    "note": "text",
    "fingerprint": "text",
    "left_alone": "boolean",
    "revision": "int",
}
PIN_TYPES = {"id": "bigint", "plan_id": "bigint", "geom": "geometry"}
GRIDS, PINS = "grids_unitgrid", "grids_gridpin"

NEAR = """
    WITH seed AS MATERIALIZED (
        SELECT geom FROM grids_unitgrid WHERE plan_id = %(plan)s AND ordinal = ANY(%(seeds)s)
    )
    SELECT DISTINCT ON (g.ordinal) {columns}
    FROM seed JOIN grids_unitgrid g ON ST_Intersects(g.geom, seed.geom)
    WHERE g.plan_id = %(plan)s ORDER BY g.ordinal
"""
PINS_NEAR = """
    SELECT {columns} FROM grids_gridpin g
    WHERE g.plan_id = %(plan)s AND g.geom && ST_MakeEnvelope(%(w)s, %(s)s, %(e)s, %(n)s, 4326)
    ORDER BY g.id
"""
AT_POINTS = """
    SELECT DISTINCT g.ordinal
    FROM unnest(%(x)s::float8[], %(y)s::float8[]) AS p(x, y)
    JOIN grids_unitgrid g
        ON ST_DWithin(g.geom, ST_SetSRID(ST_MakePoint(p.x, p.y), 4326), %(reach)s)
    WHERE g.plan_id = %(plan)s
"""
GUARDS = "grids_new_stays_exact, grids_changed_stays_exact, grids_gone_stays_exact"


@dataclass(frozen=True, slots=True)
class Near:
    """Some grids of a plan with all that touch them.

    ``rows`` are by ordinal; ``patch`` has the same in the plan's metric reference system;
    ``stored`` are the geometries of rows and pins in degrees.
    """

    rows: dict[int, Row]
    pins: list[Row]
    patch: Patch
    stored: list[NDArray[np.object_]]


def _columns(types: dict[str, str]) -> str:
    return ", ".join(f"g.{n}::text" if t == "geometry" else f"g.{n}" for n, t in types.items())


def _read(statement: str, types: dict[str, str], values: dict[str, Any]) -> list[Row]:
    with connection.cursor() as cursor:
        cursor.execute(statement.format(columns=_columns(types)), values)
        return [dict(zip(types, row, strict=True)) for row in cursor.fetchall()]


def shapes(rows: Iterable[Row]) -> NDArray[np.object_]:
    """The geometries of rows, in degrees."""
    return np.asarray(shapely.from_wkb(np.array([row["geom"] for row in rows], object)))


def read_near(plan: GridPlan, seeds: Sequence[int]) -> Near:
    """The grids with the ordinals ``seeds`` and all that touch them."""
    rows = _read(NEAR, GRID_TYPES, {"plan": plan.pk, "seeds": list(seeds)})
    if not rows:
        return Near({}, [], Patch({}, {}), [])
    polygons = shapes(rows)
    w, s, e, n = shapely.total_bounds(polygons).tolist()
    pins = _read(PINS_NEAR, PIN_TYPES, {"plan": plan.pk, "w": w, "s": s, "e": e, "n": n})
    keys = [row["ordinal"] for row in rows]
    lines = shapes(pins)
    metres = gridding.project(polygons, STORE_SRID, plan.metric_srid)
    patch = Patch(
        polygons=dict(zip(keys, metres, strict=True)),
        community={row["ordinal"]: row["community_id"] for row in rows},
        pinned=gridding.project(lines, STORE_SRID, plan.metric_srid),
        alone=frozenset(row["ordinal"] for row in rows if row["left_alone"]),
    )
    return Near(dict(zip(keys, rows, strict=True)), pins, patch, [polygons, lines])


def ordinals_at(plan: GridPlan, points: NDArray[np.float64], reach_m: float) -> list[int]:
    """The grids at points in degrees, or not farther from one than about the reach."""
    values = {
        "plan": plan.pk,
        "x": points[:, 0].tolist(),
        "y": points[:, 1].tolist(),
        "reach": reach_m / METRES_PER_DEGREE / np.cos(np.radians(points[0, 1])).item(),
    }
    with connection.cursor() as cursor:
        cursor.execute(AT_POINTS, values)
        return sorted(row[0] for row in cursor.fetchall())


def with_shape(row: Row, polygon: shapely.Polygon) -> Row:
    """The row with another polygon, given in degrees."""
    one = np.array([polygon], object)
    return {**row, "geom": hexed(one, STORE_SRID), "geom3857": hexed(to_mercator(one), TILE_SRID)}


def hexed(one: NDArray[np.object_], srid: int) -> str:
    """A geometry as hexadecimal EWKB."""
    return str(shapely.to_wkb(shapely.set_srid(one, srid), hex=True, include_srid=True)[0])


def fresh_ids(table: str, count: int) -> list[int]:
    """Keys for rows to come."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)",
            [table, count],
        )
        return [row[0] for row in cursor.fetchall()]


def write_grids(before: list[Row], after: list[Row], changed: Collection[int], number: int) -> None:
    """Put grids ``after`` in the place of ``before``.

    Parameters
    ----------
    changed : collection of int
        Ids of grids whose ground or standing changed: they carry the revision ``number``.
    """
    _delete(GRIDS, before, after)
    _free_codes(before, after)
    stamped = [{**row, "revision": number} if row["id"] in changed else row for row in after]
    _upsert(GRIDS, GRID_TYPES, stamped)


def write_pins(before: list[Row], after: list[Row]) -> None:
    """Put pins ``after`` in the place of ``before``."""
    _delete(PINS, before, after)
    _upsert(PINS, PIN_TYPES, after)


def prove() -> None:
    """Have the database check now what it would check at the end of the transaction.

    Raises
    ------
    django.db.IntegrityError
        With ``E-EDIT-GUARD`` and the code of a grid.
    """
    with connection.cursor() as cursor:
        cursor.execute(f"SET CONSTRAINTS {GUARDS} IMMEDIATE")
        cursor.execute(f"SET CONSTRAINTS {GUARDS} DEFERRED")


def _delete(table: str, before: list[Row], after: list[Row]) -> None:
    gone = sorted({row["id"] for row in before} - {row["id"] for row in after})
    if gone:
        with connection.cursor() as cursor:
            cursor.execute(f"DELETE FROM {table} WHERE id = ANY(%s)", [gone])  # noqa: S608


def _free_codes(before: list[Row], after: list[Row]) -> None:
    """Codes that pass from row to row would meet the unique constraint on the way."""
    old = {row["id"]: row["code"] for row in before}
    other = [row["id"] for row in after if old.get(row["id"], row["code"]) != row["code"]]
    if other:
        with connection.cursor() as cursor:
            cursor.execute("UPDATE grids_unitgrid SET code = '~' || id WHERE id = ANY(%s)", [other])


def _newer(table: str, name: str) -> str:
    # Revisions only rise: an image may be older than what an undone edit has left on the row.
    return (
        f"GREATEST({table}.{name}, EXCLUDED.{name})" if name == "revision" else f"EXCLUDED.{name}"
    )


def _upsert(table: str, types: dict[str, str], rows: list[Row]) -> None:
    if not rows:
        return
    names = ", ".join(types)
    typed = ", ".join(f"{name} {kind}" for name, kind in types.items())
    settings = ", ".join(f"{name} = {_newer(table, name)}" for name in types if name != "id")
    statement = (
        f"INSERT INTO {table} ({names}) "  # noqa: S608
        f"SELECT {names} FROM json_to_recordset(%s::json) AS given({typed}) "
        f"ON CONFLICT (id) DO UPDATE SET {settings}"
    )
    with connection.cursor() as cursor:
        cursor.execute(statement, [json.dumps(rows)])
