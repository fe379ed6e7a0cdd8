"""Components as they are now, or as they were on a day, as a query.

A row keeps what a component is now; its changes keep what it was before. The state of a day is the
row with every later change undone: of each attribute the value before the first change after that
day. Shapes of lines and areas are not in the changes, so only points have a past.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from spatial.components.models import ROLES

_SAME = ("id", "code", "kind_id", "district_code", "dataset_id")
_TEXTS = ("name", "grid_code", "position", "data_source", "note")

_NOW = """
SELECT c.*, greatest(c.changed_on, c.valid_from) AS changed FROM components_component c
WHERE c.valid_to IS NULL
"""
_UNDONE = """
SELECT component_id, jsonb_object_agg(key, value) AS old
FROM (
    SELECT DISTINCT ON (h.component_id, b.key) h.component_id, b.key, b.value
    FROM components_componentchange h CROSS JOIN LATERAL jsonb_each(h.before) b
    WHERE h.day > %(on)s
    ORDER BY h.component_id, b.key, h.day, h.id
) first
GROUP BY component_id
"""
# Who is gone since without a change that says what it was before counts as intact.
_STATE = """CASE WHEN u.old ? 'state' THEN u.old ->> 'state'
    WHEN c.state = 'removed' AND c.valid_to > %(on)s THEN 'intact' ELSE c.state END"""
_POINT = """CASE WHEN u.old ? 'point' THEN ST_SetSRID(ST_MakePoint(
    (u.old -> 'point' ->> 0)::float8, (u.old -> 'point' ->> 1)::float8), 4326) ELSE c.point END"""
_SINCE = "coalesce((u.old ->> 'valid_from')::date, c.valid_from)"
_CHANGED = """greatest({since}, CASE WHEN c.changed_on <= %(on)s THEN c.changed_on
    ELSE (SELECT max(h.day) FROM components_componentchange h
          WHERE h.component_id = c.id AND h.day <= %(on)s) END)"""
_PAST = """
SELECT * FROM (
    SELECT {columns}
    FROM components_component c LEFT JOIN ({undone}) u ON u.component_id = c.id
) then_ WHERE valid_from <= %(on)s AND state <> 'removed'
"""


def _past() -> str:
    columns = [f"c.{name}" for name in _SAME]
    columns += [f"coalesce(u.old ->> '{name}', c.{name}) AS {name}" for name in _TEXTS]
    columns += [
        f"CASE WHEN u.old ? '{name}' THEN nullif(u.old ->> '{name}', '')::bigint"
        f" ELSE c.{name}_id END AS {name}_id"
        for name in ROLES
    ]
    columns += [f"{_STATE} AS state", f"{_POINT} AS point", f"{_SINCE} AS valid_from"]
    columns += [f"{_CHANGED.format(since=_SINCE)} AS changed", "NULL::geometry AS shape"]
    return _PAST.format(columns=", ".join(columns), undone=_UNDONE)


def state_of(on: date | None) -> tuple[str, dict[str, Any]]:
    """The query and its values: one row a component that is there now, or was on a day.

    Columns are those of the model, with ``changed`` for the day of the last change till then.
    """
    return (_NOW, {}) if on is None else (_past(), {"on": on})
