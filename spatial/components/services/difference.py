"""Brings the register to the state of a survey's stage: new, moved, changed, found again, gone.

A row of the survey is an old component when it has its code; without a code, when it is of the
same class and data set and the nearest within twice the accuracy of the class (at least a metre).
All by sets, in the caller's transaction.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from spatial.basemap.services import bulk
from spatial.components.services.kinds import TOLERANCE_M
from spatial.components.services.reading import COLUMNS, STAGE
from spatial.core.errors import ConflictError

REBUILD_FROM_ROWS = 50_000
"""So many new rows, and no fewer than the table has, are indexed once, at the end."""
MOVED_M = 0.05
"""Less is the rounding of coordinates, not a movement."""
MOST = 999_999
"""The last number that six digits hold."""

COMPARED = {
    "name": "s.name",
    "state": "s.state",
    "supervisor": "(%(parties)s::bigint[])[s.supervisor]",
    "owner": "(%(parties)s::bigint[])[s.owner]",
    "keeper": "(%(parties)s::bigint[])[s.keeper]",
    "position": "s.position",
    "data_source": "s.data_source",
    "note": "s.note",
    "valid_from": "coalesce(s.valid_from, c.valid_from)",
}
"""Attributes that a survey may change, and where their new value comes from."""
SEEN = "CASE WHEN c.valid_to IS NULL THEN c.state ELSE 'intact' END"
"""The state where the survey says none: what was gone is there again."""
KEYS = {"supervisor": "supervisor_id", "owner": "owner_id", "keeper": "keeper_id"}


@dataclass(frozen=True, slots=True)
class Scope:
    """What a survey speaks of."""

    dataset_id: int
    day: date
    """The day of the survey: changes hold since then."""
    attributes: Collection[str]
    """Attributes that some layer has a column for; others stay as they are."""
    parties: list[int]
    """Keys of the organisations, in the order of their numbers in the stage."""
    run_id: int | None
    user_id: int | None
    whole: bool
    """Whether the file has everything of its classes, so that what is missing is gone."""


def create_stage(cursor: Any) -> None:
    """Make the empty stage; it is dropped when the transaction ends."""
    columns = ", ".join(f"{name} {kind}" for name, kind in COLUMNS)
    cursor.execute(f"DROP TABLE IF EXISTS pg_temp.{STAGE}")
    cursor.execute(f"CREATE TEMPORARY TABLE {STAGE} ({columns}) ON COMMIT DROP")


def take_twice(cursor: Any) -> list[tuple[int, str, float, float]]:
    """Remove all rows but the first of each code from the stage, and return what they were."""
    cursor.execute(_TWICE)
    return cursor.fetchall()


_TWICE = """
WITH again AS (
    SELECT ctid FROM (
        SELECT ctid, row_number() OVER (PARTITION BY code ORDER BY n) AS turn
        FROM stage_component WHERE code <> ''
    ) turns WHERE turn > 1
)
DELETE FROM stage_component WHERE ctid IN (SELECT ctid FROM again)
RETURNING n, code, ST_X(point), ST_Y(point)
"""


def take_misread(cursor: Any, catalogue_id: int) -> list[tuple[int, str, float, float]]:
    """Remove rows from the stage whose code is a component's of another class; what they were.

    Catalogues share codes of four digits: 0118 is a lamp in one and a cover in another. A component
    keeps the class it was surveyed by, so its row must be read by that catalogue, unless the class
    of that code has the same name in both.
    """
    cursor.execute(_OTHER_CATALOGUES, [catalogue_id])
    if not cursor.fetchone()[0]:
        return []
    cursor.execute(_MISREAD)
    return cursor.fetchall()


_OTHER_CATALOGUES = """
SELECT EXISTS (SELECT 1 FROM components_componentclass k WHERE k.catalogue_id <> %s
    AND EXISTS (SELECT 1 FROM components_component c WHERE c.kind_id = k.id))
"""
_MISREAD = """
DELETE FROM stage_component s
USING components_component c, components_componentclass mine, components_componentclass theirs
WHERE s.code <> '' AND c.code = s.code AND c.kind_id <> s.kind_id
    AND mine.id = s.kind_id AND theirs.id = c.kind_id AND mine.name <> theirs.name
RETURNING s.n, s.code, ST_X(s.point), ST_Y(s.point)
"""


class Difference:
    """The set-based statements for one survey."""

    def __init__(self, cursor: Any, scope: Scope) -> None:
        self.cursor, self.scope = cursor, scope
        self.near_others: list[tuple[int, str, float, float]] = []
        """Number, place and the code beside it of new rows that another data set may have."""
        self.values = {
            "dataset": scope.dataset_id,
            "day": scope.day,
            "parties": scope.parties,
            "run": scope.run_id,
            "user": scope.user_id,
            "moved": MOVED_M,
            "most": MOST,
            "tolerance_m": json.dumps(TOLERANCE_M),
        }

    def _beside_others(self) -> list[tuple[int, str, float, float]]:
        others = "SELECT 1 FROM components_component WHERE dataset_id <> %(dataset)s"
        if not self._any(others):
            return []
        self._run(_NEAR_OTHERS)
        return self.cursor.fetchall()

    def _run(self, statement: str) -> int:
        self.cursor.execute(statement, self.values)
        return self.cursor.rowcount

    def apply(self) -> Counter[str]:
        """Do it all; how many components were created, updated, unmodified and removed."""
        self.cursor.execute(f"ANALYZE {STAGE}")
        matched = self._match()
        updated = self._update() if matched else 0
        self.near_others = self._beside_others()
        removed = self._close() if self.scope.whole else 0
        created = self._insert(matched)
        return Counter(
            created=created, updated=updated, unmodified=matched - updated, removed=removed
        )

    def _match(self) -> int:
        self._run("DROP TABLE IF EXISTS pg_temp.stage_match")
        self._run("CREATE TEMPORARY TABLE stage_match (n bigint, id bigint) ON COMMIT DROP")
        if not self._any("SELECT 1 FROM components_component"):
            return 0
        found = self._run(_MATCH_CODES)
        self._run("CREATE INDEX ON stage_match (id)")
        if self._any("SELECT 1 FROM stage_component WHERE code = ''") and self._any(
            "SELECT 1 FROM components_component WHERE dataset_id = %(dataset)s"
        ):
            found += self._run(_MATCH_PLACES)
        self._run("CREATE INDEX ON stage_match (n)")
        self._run("ANALYZE stage_match")
        return found

    def _any(self, query: str) -> bool:
        self.cursor.execute(f"SELECT EXISTS ({query})", self.values)
        return self.cursor.fetchone()[0]

    def _update(self) -> int:
        present = {name: COMPARED[name] for name in COMPARED if name in self.scope.attributes}
        present.setdefault("state", SEEN)
        before = ", ".join(f"'{name}', {_shown(f'c.{KEYS.get(name, name)}')}" for name in present)
        after = ", ".join(f"'{name}', {_shown(value)}" for name, value in present.items())
        words = {"before": f"jsonb_build_object({before})", "after": f"jsonb_build_object({after})"}
        self._run("DROP TABLE IF EXISTS pg_temp.stage_change")
        self._run(_CHANGES.format(**words))
        self._run(_KEEP_CHANGES)
        sets = "".join(f"{KEYS.get(name, name)} = {value}, " for name, value in present.items())
        return self._run(_UPDATE.format(sets=sets))

    def _close(self) -> int:
        self._run(_KEEP_GONE)
        return self._run(_CLOSE)

    def _insert(self, matched: int) -> int:
        self._number()
        rows = self._count("SELECT count(*) FROM stage_component") - matched
        table = "components_component"
        there = self._count("SELECT count(*) FROM components_component")
        apart = rows >= REBUILD_FROM_ROWS and rows >= there
        laid_by = bulk.lay_by(self.cursor, table) if apart else None
        created = self._run(_INSERT)
        if laid_by is not None:
            bulk.put_back(self.cursor, laid_by)
        return created

    def _count(self, query: str) -> int:
        self.cursor.execute(query)
        return self.cursor.fetchone()[0]

    def _number(self) -> None:
        """Move the counters on; their rows stay locked until the transaction ends."""
        self._run("DROP TABLE IF EXISTS pg_temp.stage_start")
        self._run(
            "CREATE TEMPORARY TABLE stage_start (district text, class text, start int)"
            " ON COMMIT DROP"
        )
        self._run(_RAISE_COUNTERS)
        self._run(_COUNT_ON)
        self.cursor.execute(
            "SELECT district_code, class_code FROM components_codecounter WHERE last > %s LIMIT 1",
            [MOST],
        )
        full = self.cursor.fetchone()
        if full:
            text = _("District %(district)s has no more numbers for class %(code)s.")
            raise ConflictError("E-COMPONENT-FULL", text % {"district": full[0], "code": full[1]})


def _shown(value: str) -> str:
    return f"coalesce(({value})::text, '')"


_MATCH_CODES = """
INSERT INTO stage_match
SELECT s.n, c.id FROM stage_component s JOIN components_component c ON c.code = s.code
WHERE s.code <> ''
"""
# Components in a box round a row. Fenced off: of a class there may be a hundred thousand, and the
# planner, which cannot know how small the box is, would rather look through those.
_AROUND = """(
    SELECT * FROM components_component
    WHERE point && ST_Expand(
        s.point, r.reach_m / 110000 / cos(radians(ST_Y(s.point))), r.reach_m / 110000)
    OFFSET 0
)"""
# A degree of latitude has 110.6 km and more; of longitude as many times its parallel's cosine.
# The reach is a double: whole metres over metres of a degree would be cut to no degree at all.
_MATCH_PLACES = """
INSERT INTO stage_match
SELECT DISTINCT ON (id) n, id FROM (
    SELECT s.n, near.id, near.away_m
    FROM stage_component s JOIN components_componentclass k ON k.id = s.kind_id
    CROSS JOIN LATERAL (
        SELECT greatest(2 * (%(tolerance_m)s::jsonb ->> k.accuracy)::float8, 1) AS reach_m
    ) r
    CROSS JOIN LATERAL (
        SELECT c.id, ST_DistanceSphere(c.point, s.point) AS away_m
        FROM {around} c
        WHERE c.kind_id = s.kind_id AND c.dataset_id = %(dataset)s AND c.valid_to IS NULL
            AND ST_DistanceSphere(c.point, s.point) <= r.reach_m
            AND NOT EXISTS (SELECT 1 FROM stage_match m WHERE m.id = c.id)
        ORDER BY away_m, c.id LIMIT 1
    ) near
    WHERE s.code = ''
) pairs
ORDER BY id, away_m, n
""".replace("{around}", _AROUND)
# New rows beside a component of another data set: the same thing, surveyed twice?
_NEAR_OTHERS = """
SELECT s.n, near.code, ST_X(s.point), ST_Y(s.point)
FROM stage_component s JOIN components_componentclass k ON k.id = s.kind_id
CROSS JOIN LATERAL (SELECT (%(tolerance_m)s::jsonb ->> k.accuracy)::float8 AS reach_m) r
CROSS JOIN LATERAL (
    SELECT c.code FROM {around} c
    WHERE c.kind_id = s.kind_id AND c.valid_to IS NULL AND c.dataset_id <> %(dataset)s
        AND ST_DistanceSphere(c.point, s.point) <= r.reach_m
    ORDER BY ST_DistanceSphere(c.point, s.point), c.id LIMIT 1
) near
WHERE NOT EXISTS (SELECT 1 FROM stage_match m WHERE m.n = s.n)
ORDER BY s.n
""".replace("{around}", _AROUND)
_CHANGES = """
CREATE TEMPORARY TABLE stage_change ON COMMIT DROP AS
SELECT m.n, m.id, pair.moved, c.grid_code <> s.grid_code AS grid,
    c.valid_to IS NOT NULL AND pair.after ->> 'state' <> 'removed' AS back, pair.before, pair.after
FROM stage_match m JOIN stage_component s ON s.n = m.n
JOIN components_component c ON c.id = m.id
CROSS JOIN LATERAL (
    SELECT ST_DistanceSphere(c.point, s.point) > %(moved)s
            OR (s.shape IS NOT NULL AND NOT coalesce(ST_Equals(c.shape, s.shape), false)) AS moved,
        {before} AS before, {after} AS after
) pair
WHERE pair.moved OR pair.before <> pair.after
    OR c.grid_code <> s.grid_code
"""
_KEEP_CHANGES = """
INSERT INTO components_componentchange
    (component_id, kind, at, day, before, after, run_id, made_by_id)
SELECT t.id, CASE WHEN t.back THEN 'back' WHEN t.moved THEN 'moved'
        WHEN t.before = t.after THEN 'grid' ELSE 'changed' END,
    now(), %(day)s,
    differing.before || CASE WHEN t.moved THEN jsonb_build_object('point',
        jsonb_build_array(round(ST_X(c.point)::numeric, 8), round(ST_Y(c.point)::numeric, 8)))
        ELSE '{{}}' END || CASE WHEN t.grid THEN jsonb_build_object('grid_code', c.grid_code)
        ELSE '{{}}' END,
    differing.after || CASE WHEN t.moved THEN jsonb_build_object('point',
        jsonb_build_array(round(ST_X(s.point)::numeric, 8), round(ST_Y(s.point)::numeric, 8)))
        ELSE '{{}}' END || CASE WHEN t.grid THEN jsonb_build_object('grid_code', s.grid_code)
        ELSE '{{}}' END,
    %(run)s, %(user)s
FROM stage_change t JOIN components_component c ON c.id = t.id
JOIN stage_component s ON s.n = t.n
CROSS JOIN LATERAL (
    SELECT coalesce(jsonb_object_agg(b.key, b.value), '{{}}') AS before,
        coalesce(jsonb_object_agg(b.key, t.after -> b.key), '{{}}') AS after
    FROM jsonb_each(t.before) b WHERE b.value <> t.after -> b.key
) differing
""".replace("{{}}", "{}")
_UPDATE = """
UPDATE components_component c SET {sets}point = s.point,
    shape = coalesce(s.shape, c.shape),
    grid_code = s.grid_code, district_code = s.district_code, dataset_id = %(dataset)s,
    changed_on = coalesce(s.changed_on, %(day)s),
    valid_to = CASE WHEN t.after ->> 'state' = 'removed' THEN greatest(%(day)s, c.valid_from) END
FROM stage_change t JOIN stage_component s ON s.n = t.n
WHERE c.id = t.id
"""
_MISSING = """
FROM components_component c
WHERE c.dataset_id = %(dataset)s AND c.valid_to IS NULL
    AND NOT EXISTS (SELECT 1 FROM stage_match m WHERE m.id = c.id)
    AND (c.district_code, c.kind_id) IN
        (SELECT DISTINCT district_code, kind_id FROM stage_component)
"""
_KEEP_GONE = f"""
INSERT INTO components_componentchange
    (component_id, kind, at, day, before, after, run_id, made_by_id)
SELECT c.id, 'gone', now(), %(day)s, jsonb_build_object('state', c.state),
    jsonb_build_object('state', 'removed'), %(run)s, %(user)s
{_MISSING}
"""
_CLOSE = """
UPDATE components_component SET state = 'removed', changed_on = %(day)s,
    valid_to = greatest(%(day)s, valid_from)
WHERE id IN (SELECT c.id {missing})
""".replace("{missing}", _MISSING)
_RAISE_COUNTERS = """
INSERT INTO components_codecounter AS t (district_code, class_code, last)
SELECT left(s.code, 6), k.code, max(right(s.code, 6)::int)
FROM stage_component s JOIN components_componentclass k ON k.id = s.kind_id
WHERE s.code <> '' GROUP BY 1, 2 ORDER BY 1, 2
ON CONFLICT (district_code, class_code) DO UPDATE SET last = greatest(t.last, excluded.last)
"""
_COUNT_ON = """
WITH need AS (
    SELECT s.district_code, k.code, count(*)::int AS many
    FROM stage_component s JOIN components_componentclass k ON k.id = s.kind_id
    WHERE s.code = '' AND NOT EXISTS (SELECT 1 FROM stage_match m WHERE m.n = s.n)
    GROUP BY 1, 2 ORDER BY 1, 2
), moved AS (
    INSERT INTO components_codecounter AS t (district_code, class_code, last)
    SELECT district_code, code, many FROM need
    ON CONFLICT (district_code, class_code) DO UPDATE SET last = t.last + excluded.last
    RETURNING t.district_code, t.class_code, t.last
)
INSERT INTO stage_start
SELECT m.district_code, m.class_code, m.last - n.many
FROM moved m JOIN need n ON n.district_code = m.district_code AND n.code = m.class_code
"""
_INSERT = """
INSERT INTO components_component (code, kind_id, name, district_code, grid_code, point, shape,
    state, supervisor_id, owner_id, keeper_id, position, data_source, note, dataset_id,
    valid_from, changed_on, valid_to)
SELECT CASE WHEN s.code <> '' THEN s.code ELSE s.district_code || k.code || lpad((
        st.start + row_number() OVER (PARTITION BY s.district_code, s.kind_id, s.code = ''
            ORDER BY s.n))::text, 6, '0') END,
    s.kind_id, s.name, s.district_code, s.grid_code, s.point, s.shape, s.state,
    (%(parties)s::bigint[])[s.supervisor], (%(parties)s::bigint[])[s.owner],
    (%(parties)s::bigint[])[s.keeper], s.position, s.data_source, s.note, %(dataset)s,
    coalesce(s.valid_from, %(day)s), s.changed_on,
    CASE WHEN s.state = 'removed' THEN coalesce(s.changed_on, s.valid_from, %(day)s) END
FROM stage_component s JOIN components_componentclass k ON k.id = s.kind_id
LEFT JOIN stage_start st ON st.district = s.district_code AND st.class = k.code
WHERE NOT EXISTS (SELECT 1 FROM stage_match m WHERE m.n = s.n)
"""
