"""Who answers for a component: its own fields first, then the table of responsibility."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import connection

from spatial.components.models import ROLES, Component

# Smallest region first, then class before main class before all: the first line that names one.
_ANSWERS = """
SELECT c.code, {columns}
FROM components_component c JOIN components_componentclass k ON k.id = c.kind_id
LEFT JOIN LATERAL (
    SELECT {firsts}
    FROM components_responsibility r
    CROSS JOIN LATERAL (SELECT ARRAY[
        -length(r.region_code), (r.kind_id IS NULL)::int, (r.main_id IS NULL)::int] AS turn) t
    WHERE r.region_code IN (c.district_code, left(c.grid_code, 9), left(c.grid_code, 12))
        AND (r.kind_id = c.kind_id
            OR r.kind_id IS NULL AND (r.main_id = k.main_id OR r.main_id IS NULL))
) line ON true
{joins}
WHERE c.code = ANY(%(codes)s)
"""


@dataclass(frozen=True, slots=True)
class Answer:
    """One organisation that answers for a component."""

    organisation_id: int
    code: str
    name: str
    line_id: int | None
    """Key of the line of the table that says so; None where the component itself does."""


Answers = dict[str, Answer | None]
"""The answer of each of `ROLES`."""


def responsibilities_of(codes: Sequence[str]) -> dict[str, Answers]:
    """Who answers for components, by code; codes of no component are left out.

    Each of department, owner and keeper is the component's own where it has one. Else it is that of
    the first line of the table that names one: of the smallest region the component lies in, and
    among those the one of its class before that of its main class before that of all classes.
    """
    with connection.cursor() as cursor:
        cursor.execute(_query(), {"codes": list(codes)})
        rows = cursor.fetchall()
    return {code: dict(zip(ROLES, map(_answer, _fours(rest)), strict=True)) for code, *rest in rows}


def responsible(component: Component) -> Answers:
    """Who answers for one component."""
    return responsibilities_of([component.code])[component.code]


def _query() -> str:
    columns, firsts, joins = [], [], []
    for role in ROLES:
        columns.append(
            f"{role}.id, {role}.code, {role}.name,"
            f" CASE WHEN c.{role}_id IS NULL THEN line.{role}[1] END"
        )
        firsts.append(
            f"(array_agg(r.id ORDER BY t.turn) FILTER (WHERE r.{role}_id IS NOT NULL)) AS {role}"
        )
        joins.append(
            f"LEFT JOIN components_responsibility {role}_line ON {role}_line.id = line.{role}[1]"
            f" LEFT JOIN components_organisation {role}"
            f" ON {role}.id = coalesce(c.{role}_id, {role}_line.{role}_id)"
        )
    return _ANSWERS.format(
        columns=", ".join(columns), firsts=", ".join(firsts), joins="\n".join(joins)
    )


def _fours(values: Sequence) -> list[Sequence]:
    return [values[start : start + 4] for start in range(0, len(values), 4)]


def _answer(values: Sequence) -> Answer | None:
    key, code, name, line = values
    return None if key is None else Answer(key, code, name, line)
