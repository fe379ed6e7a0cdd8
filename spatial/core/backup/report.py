"""What a database holds, in numbers that are the same wherever the same rows lie.

Rows of every table are hashed as text and added up, so that their order does not matter. Of each
column of geometry the area and the bytes are added up too: whoever reads a difference knows whether
shapes moved. Sums are exact (``numeric``): sums of floats hang on the order.
"""

from __future__ import annotations

from typing import Any

from psycopg2 import sql

# One form of every value, whatever the session or the server would like.
FORMS = """
SET LOCAL TimeZone = 'UTC';
SET LOCAL DateStyle = 'ISO, YMD';
SET LOCAL IntervalStyle = 'postgres';
SET LOCAL extra_float_digits = 1;
SET LOCAL bytea_output = 'hex'
"""
TABLES = """
SELECT n.nspname, c.relname,
    ARRAY(SELECT a.attname FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attnum > 0
        AND NOT a.attisdropped AND format_type(a.atttypid, NULL) = 'geometry' ORDER BY a.attnum)
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind = 'r' AND n.nspname = 'public'
    AND NOT EXISTS (SELECT 1 FROM pg_depend d WHERE d.objid = c.oid AND d.deptype = 'e')
ORDER BY 1, 2
"""
SEQUENCES = """
SELECT sequencename, coalesce(last_value, 0) FROM pg_sequences WHERE schemaname = 'public'
ORDER BY 1
"""
HASH = "('x' || left(md5({}), 15))::bit(60)::bigint"


def tables(cursor: Any) -> dict[str, dict[str, Any]]:
    """Rows, hash of rows, area and hash of each geometry column, by table; in a transaction."""
    cursor.execute(FORMS)
    cursor.execute(TABLES)
    return {
        name: _table(cursor, schema, name, shapes) for schema, name, shapes in cursor.fetchall()
    }


def _table(cursor: Any, schema: str, name: str, shapes: list[str]) -> dict[str, Any]:
    parts = [sql.SQL("count(*)"), _sum(sql.SQL("t::text"))]
    for shape in shapes:
        column = sql.SQL("t.{}").format(sql.Identifier(shape))
        parts.append(sql.SQL("coalesce(sum(ST_Area({})::numeric), 0)::text").format(column))
        parts.append(_sum(sql.SQL("encode(ST_AsBinary({}), 'hex')").format(column)))
    asked = sql.SQL("SELECT {} FROM {} t").format(
        sql.SQL(", ").join(parts), sql.Identifier(schema, name)
    )
    cursor.execute(asked)
    rows, digest, *more = cursor.fetchone()
    told: dict[str, Any] = {"rows": rows, "hash": digest}
    for shape, area, bytes_ in zip(shapes, more[::2], more[1::2], strict=True):
        told[shape] = {"area": area, "hash": bytes_}
    return told


def _sum(text: sql.Composable) -> sql.Composable:
    return sql.SQL(f"coalesce(sum({HASH}), 0)::text").format(text)


def sequences(cursor: Any) -> dict[str, int]:
    """The last value of each sequence, which no snapshot holds fast."""
    cursor.execute(SEQUENCES)
    return dict(cursor.fetchall())


def differences(before: dict[str, Any], after: dict[str, Any]) -> list[str]:
    """What differs between a report of a backup and one of what was restored from it."""
    found = [
        f"table {name}: {before['tables'].get(name)} is {after['tables'].get(name)}"
        for name in sorted(before["tables"].keys() | after["tables"].keys())
        if before["tables"].get(name) != after["tables"].get(name)
    ]
    for name, (low, high) in sorted(before["sequences"].items()):
        now = after["sequences"].get(name)
        # It was read somewhere between the two looks.
        if now is None or not low <= now <= high:
            found.append(f"sequence {name}: between {low} and {high} is {now}")
    found += [
        f"file {name}: {before['media'].get(name)} is {after['media'].get(name)}"
        for name in sorted(before["media"].keys() | after["media"].keys())
        if before["media"].get(name) != after["media"].get(name)
    ]
    return found
