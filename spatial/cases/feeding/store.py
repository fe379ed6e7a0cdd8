"""Stages judged rows and writes them as cases with their events, all in a few statements."""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np
import shapely
from django.db import connection
from numpy.typing import NDArray

from spatial.cases.feeding.lookups import Bodies
from spatial.cases.feeding.rows import (
    ANSWERED,
    CLOSED,
    DISPATCHED,
    STEPS,
    Rows,
    digests,
)
from spatial.cases.feeding.times import NEVER_US
from spatial.cases.making.columns import NULL, exact
from spatial.cases.making.guards import unguarded_table
from spatial.cases.models import CaseSource, Level
from spatial.cases.models import Channel as Source
from spatial.cases.models.trail import STEPS as KEYS
from spatial.cases.services.months import ensure_month
from spatial.cases.stages import Role
from spatial.core.copying import Sender, escaped
from spatial.core.srid import STORE_SRID

Ints = NDArray[np.int64]
STAGE = "stage_feed"
COLUMNS = {
    "n": "bigint", "number": "text", "digest": "text", "kind": "text", "case_class_id": "bigint",
    "standard_id": "bigint", "limit_n": "numeric", "limit_unit": "text", "point": "geometry",
    "district_code": "text", "grid_code": "text", "plan_id": "bigint", "place": "text",
    "component": "text", "description": "text", "channel": "text", "role": "text", "body": "text",
    "t0": "timestamptz", "t1": "timestamptz", "t2": "timestamptz", "t3": "timestamptz",
    "t4": "timestamptz", "t5": "timestamptz", "told": "int", "deadline": "timestamptz",
    "late": "boolean", "steps": "int", "ending": "text",
}  # fmt: skip
# ruff: noqa: S608 - the statements name the stage and constants only
CREATE = f"""
DROP TABLE IF EXISTS pg_temp.{STAGE};
CREATE TEMPORARY TABLE {STAGE} ({", ".join(f"{name} {kind}" for name, kind in COLUMNS.items())},
    id bigint, department_id bigint, component_id bigint, is_known boolean DEFAULT false)
"""
INDEX = f"CREATE INDEX ON {STAGE} (number); ANALYZE {STAGE}"
# Of rows with one number the first is taken.
TWICE = f"""
DELETE FROM {STAGE} s USING {STAGE} f WHERE f.number = s.number AND f.n < s.n RETURNING s.n
"""
KNOWN = f"""
UPDATE {STAGE} s SET is_known = true FROM cases_sourcenumber k
WHERE k.source_id = %s AND k.number = s.number RETURNING s.n, k.digest <> s.digest
"""
DROP_KNOWN = f"DELETE FROM {STAGE} WHERE is_known"
INDEX_KEYS = f"CREATE INDEX ON {STAGE} (id); ANALYZE {STAGE}"
DAYS = f"SELECT DISTINCT (t0 AT TIME ZONE %s)::date FROM {STAGE}"
BODIES = f"""
UPDATE {STAGE} s SET department_id = m.id
FROM unnest(%s::text[], %s::bigint[]) AS m (name, id) WHERE m.name = s.body
"""
COMPONENTS = f"""
UPDATE {STAGE} s SET component_id = c.id FROM components_component c
WHERE s.component <> '' AND c.code = s.component AND c.district_code = s.district_code
    AND s.kind = 'component'
"""
# A number is used once a cycle, and rows of a day follow one another: none comes twice.
NUMBERS = f"""
UPDATE {STAGE} s SET id = k.id FROM (
    SELECT n, cases_next_id(day) AS id
    FROM (SELECT n, (t0 AT TIME ZONE %s)::date AS day FROM {STAGE} ORDER BY day, n) o
) k WHERE k.n = s.n
"""
STAGES = (
    "reported", "filed", "dispatched", "handling", "answered", "to_verify", "verifying", "verified",
    "closed",
)  # fmt: skip
"""Where a case stands after each of its steps."""
MOVES = (
    ("report", "s.role", "t0", 0), ("file", "'operator'", "t1", 1),
    ("dispatch", "'dispatcher'", "t2", 2), ("accept", "'department'", "t2", None),
    ("answer", "'department'", "t3", 3), ("pass_on", "'dispatcher'", "t3", None),
    ("ask_verify", "'operator'", "t3", None), ("verify", "'inspector'", "t4", 4),
    ("close", "'operator'", "t5", 5),
)  # fmt: skip
"""Each move with who makes it, its time, and the bit that says that the file tells the time."""
ENDED = "s.ending <> ''"
SENT = f"s.steps >= {int(STEPS[DISPATCHED])} AND s.ending = ''"
CASES = f"""
INSERT INTO cases_case (id, kind, case_class_id, standard_id, point, district_code, street_code,
    community_code, grid_code, plan_id, place, component_id, description, channel, contact,
    reported_at, stage, stage_since, step, level, priority, department_id, limit_n, limit_unit,
    filed_at, clock_from, deadline, handed_on_at, late, exempt, closed_at, outcome, declines,
    redispatches, escalations, holds, extensions, reworks, reopenings, presses, appeals)
SELECT s.id, s.kind, s.case_class_id, s.standard_id, s.point, s.district_code, left(s.grid_code, 9),
    left(s.grid_code, 12), s.grid_code, s.plan_id, s.place, s.component_id, s.description,
    s.channel, '', s.t0,
    CASE WHEN {ENDED} THEN s.ending ELSE (%(stages)s::text[])[s.steps] END,
    CASE WHEN {ENDED} THEN coalesce(s.t5, s.t0)
        ELSE (ARRAY[s.t0, s.t1, s.t2, s.t2, s.t3, s.t3, s.t3, s.t4, s.t5])[s.steps] END,
    CASE WHEN {ENDED} THEN 2 ELSE s.steps END, coalesce(d.level, %(level)s), 0,
    CASE WHEN {SENT} THEN s.department_id END,
    CASE WHEN s.steps > 1 AND s.ending = '' THEN s.limit_n END,
    CASE WHEN s.steps > 1 AND s.ending = '' THEN s.limit_unit ELSE '' END,
    CASE WHEN s.told & 2 > 0 AND s.ending = '' THEN s.t1 END,
    CASE WHEN s.told & 4 > 0 AND {SENT} THEN s.t2 END,
    CASE WHEN {SENT} THEN s.deadline END,
    CASE WHEN s.told & 8 > 0 AND {SENT} THEN s.t3 END,
    CASE WHEN {SENT} THEN s.late END, false,
    CASE WHEN {ENDED} THEN coalesce(s.t5, s.t0) WHEN s.steps = 9 THEN s.t5 END,
    CASE WHEN {ENDED} THEN s.ending WHEN s.steps = 9 THEN 'done' ELSE '' END,
    0, 0, 0, 0, 0, 0, 0, 0, 0
FROM {STAGE} s LEFT JOIN cases_department d ON d.id = s.department_id
"""


def _steps() -> str:
    """Rows of the way of a case: step, move, stages, role, time and whether the file tells it."""
    rows = []
    for step, (move, role, at, bit) in enumerate(MOVES, 1):
        before = STAGES[step - 2] if step > 1 else ""
        told = "false" if bit is None else f"(s.told & {1 << bit}) > 0"
        rows.append(f"({step}, '{move}', '{before}', '{STAGES[step - 1]}', {role}, s.{at}, {told})")
    return ", ".join(rows)


_INTO = """
INSERT INTO cases_caseevent (id, case_id, step, move, stage_before, stage_after, role, user_id,
    user_name, department_id, reason, evidence, at, day)
"""
EVENTS = f"""{_INTO}
SELECT s.id * {KEYS} + m.step, s.id, m.step, m.move, m.before, m.after, m.role, NULL, '',
    CASE WHEN m.step > 2 THEN s.department_id END, '',
    CASE WHEN m.step = 1 THEN jsonb_build_object('source', %(source)s, 'number', s.number)
        WHEN m.told THEN '{{}}'::jsonb ELSE '{{"implied": true}}'::jsonb END
        || jsonb_strip_nulls(CASE m.step
            WHEN 5 THEN jsonb_build_object('late', s.late)
            WHEN 9 THEN jsonb_build_object('late', s.late, 'minutes', CASE WHEN s.told & 12 = 12
                THEN floor(extract(epoch FROM s.t3 - s.t2) / 60)::int END)
            ELSE '{{}}' END)
        || CASE WHEN s.deadline IS NULL OR m.step NOT IN (3, 5) THEN '{{}}'::jsonb
            WHEN m.step = 3 THEN jsonb_build_object('due', jsonb_build_array(NULL, s.deadline))
            ELSE jsonb_build_object('due', jsonb_build_array(s.deadline, NULL)) END,
    m.at, (m.at AT TIME ZONE %(zone)s)::date
FROM {STAGE} s CROSS JOIN LATERAL (VALUES {_steps()})
    AS m (step, move, before, after, role, at, told)
WHERE m.step = 1 OR (s.ending = '' AND m.step <= s.steps)
"""
ENDS = f"""{_INTO}
SELECT s.id * {KEYS} + 2, s.id, 2, CASE s.ending WHEN 'refused' THEN 'refuse' ELSE 'reject' END,
    'reported', s.ending, 'operator', NULL, '', NULL, '', '{{}}', coalesce(s.t5, s.t0),
    (coalesce(s.t5, s.t0) AT TIME ZONE %(zone)s)::date
FROM {STAGE} s WHERE {ENDED}
"""
HOLDS = f"""
INSERT INTO cases_hold (case_id, why, since)
SELECT s.id, 'handed_on', s.t3 FROM {STAGE} s
WHERE s.ending = '' AND s.steps BETWEEN 5 AND 8
"""
KEEP = f"""
INSERT INTO cases_sourcenumber (source_id, number, case_id, digest)
SELECT %s, number, id, digest FROM {STAGE}
"""


def stage(rows: Rows, plans: dict[str, int], late: list[str], deadline_us: Ints) -> None:
    """Send the rows of a batch that are taken to the stage."""
    good = np.flatnonzero(rows.reason == "")
    if not len(good):
        return
    digest = digests(rows)
    numbers = [number or f"#{mark}" for number, mark in
               zip(rows.text("number"), digest, strict=True)]  # fmt: skip
    classes, standards = rows.classes, rows.standards
    bits = (rows.told * (1 << np.arange(len(rows.told)))[:, None]).sum(axis=0)
    points = shapely.set_srid(shapely.points(rows.lonlat[good]), STORE_SRID)
    place = {name: escaped(rows.text(name)) for name in
             ("address", "component", "description", "department")}  # fmt: skip

    def chosen(values: Any) -> list[str]:
        return [str(values[i]) for i in good]

    columns = [
        [str(rows.first + i) for i in good],
        chosen(escaped(numbers)),
        chosen(digest),
        [classes[i].kind for i in good],
        [str(classes[i].pk) for i in good],
        [str(standards[i].pk) if standards[i] else NULL for i in good],
        [str(standards[i].limit_n) if standards[i] else NULL for i in good],
        [standards[i].limit_unit if standards[i] else "" for i in good],
        shapely.to_wkb(points, hex=True, include_srid=True).tolist(),
        chosen(rows.district),
        chosen(rows.grid),
        [str(plans[rows.district[i]]) if rows.grid[i] else NULL for i in good],
        chosen(place["address"]),
        chosen(place["component"]),
        chosen(place["description"]),
        chosen(rows.channel),
        [_role(rows.channel[i]) for i in good],
        chosen(place["department"]),
        *(exact(times[good]) for times in rows.times_us),
        chosen(bits),
        exact(deadline_us[good]),
        chosen(late),
        chosen(rows.steps),
        chosen(rows.ending),
    ]
    with Sender() as sender:
        sender.send(STAGE, tuple(COLUMNS), columns)


def _role(channel: str) -> str:
    """Who makes the report of a source: people themselves, or an operator who takes it down."""
    own = {
        Source.INSPECTOR: Role.INSPECTOR,
        Source.DEPARTMENT: Role.DEPARTMENT,
        Source.WEB: Role.PUBLIC,
        Source.APP: Role.PUBLIC,
    }
    return str(own.get(Source(channel), Role.OPERATOR).value)


def lateness(rows: Rows, deadline_us: Ints) -> list[str]:
    """Late or not, as far as the file tells when the department was done."""
    there = deadline_us != NEVER_US
    answered, closed = rows.told[ANSWERED], rows.told[CLOSED]
    late = there & answered & (rows.times_us[ANSWERED] > deadline_us)
    on_time = there & np.where(answered, ~late, closed & (rows.times_us[CLOSED] <= deadline_us))
    return np.where(late, "t", np.where(on_time, "f", NULL)).tolist()


def begin(cursor: Any) -> None:
    """Make the stage, which lasts until `end`."""
    cursor.execute(CREATE)


def end() -> None:
    """Take the stage away."""
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TABLE IF EXISTS pg_temp.{STAGE}")


def compare(source: str) -> tuple[list[int], list[int], int]:
    """Rows whose number comes twice, rows that changed since they were taken, and how many are
    here already; none of these stays in the stage."""
    with connection.cursor() as cursor:
        cursor.execute(INDEX)
        cursor.execute(TWICE)
        twice = [row[0] for row in cursor.fetchall()]
        found = CaseSource.objects.filter(name=source).first()
        if found is None:
            return twice, [], 0
        cursor.execute(KNOWN, [found.pk])
        known = cursor.fetchall()
        cursor.execute(DROP_KNOWN)
    return twice, [n for n, changed in known if changed], len(known)


def make_months(zone: str) -> set[date]:
    """See that there is room for every day, outside the transaction that writes; the months."""
    with connection.cursor() as cursor:
        cursor.execute(DAYS, [zone])
        months = {row[0].replace(day=1) for row in cursor.fetchall()}
    for month in sorted(months):
        ensure_month(month)
    return months


def write(source: str, made_up: bool, bodies: Bodies, zone: str) -> int:
    """Write what is staged; how many cases that are."""
    row, _new = CaseSource.objects.get_or_create(name=source, defaults={"made_up": made_up})
    known = bodies.store()
    values = {"zone": zone, "source": source, "stages": list(STAGES),
              "level": Level.DISTRICT.value}  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(BODIES, [list(known), list(known.values())])
        cursor.execute(COMPONENTS)
        cursor.execute(NUMBERS, [zone])
        cursor.execute(INDEX_KEYS)
        with unguarded_table(STAGE):
            cursor.execute(CASES, values)
            count = cursor.rowcount
            for statement in (EVENTS, ENDS, HOLDS):
                cursor.execute(statement, values)
            cursor.execute(KEEP, [row.pk])
    return count
