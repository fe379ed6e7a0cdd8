"""Proves that cases and their events agree, month by month; nothing is changed.

The services and the triggers see to it at every move. This looks at the whole store: after cases
were made up or imported, after a restored backup, and whenever somebody doubts.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from spatial.cases.models.trail import STEPS
from spatial.cases.moves import MOVES
from spatial.core.errors import ConflictError
from spatial.core.jobs import Progress, silent
from spatial.core.proof import EXAMPLES, one_state

MONTH = 100_000_000
"""Keys of cases in a month: its number times this is where they begin."""

FAULTS = {
    "noevent": "the last event is missing, or of another step than the case says",
    "stage": "the last event leads to another stage than the case stands at",
    "gap": "steps of events have gaps",
    "chain": "an event begins at another stage than the one before it led to",
    "table": "an event is no move of the table, or not of its role",
    "order": "an event is older than the one before it",
    "count": "counts differ from the events",
    "ended": "the end has another time than the event that ended the case",
    "late": "handed on after the deadline and not late",
    "grid": "the unit grid is not one of the edition that is named",
    "orphan": "an event has no case",
    "in_hand": "the table of cases in hand differs from the open cases",
}
"""What may be wrong, in the order in which it is looked for; each word is in the report."""

MONTHS = """
SELECT substring(relname FROM '[0-9]{6}$')::bigint FROM pg_class
WHERE relname ~ '^cases_case_[0-9]{6}$' ORDER BY 1
"""
# A dispatch is improper when another department had the case; an event keeps who has it after it.
CHECK = f"""
WITH check_move AS MATERIALIZED (
    SELECT * FROM unnest(%(moves)s::text[], %(befores)s::text[], %(afters)s::text[],
        %(roles)s::text[]) AS t (move, before, after, role)
), walked AS (
    SELECT case_id, step, move, stage_before, stage_after, role, at, department_id, evidence,
        row_number() OVER way AS n, lag(stage_after, 1, '') OVER way AS came,
        lag(at) OVER way AS at_before, lag(department_id) OVER way AS had
    FROM {{events}}
    WINDOW way AS (PARTITION BY case_id ORDER BY step)
), trail AS (
    SELECT case_id, count(*) AS events, max(step) AS last,
        (array_agg(stage_after ORDER BY w.step DESC))[1] AS stage,
        max(at) FILTER (WHERE stage_before <> stage_after) AS changed,
        bool_or(step <> n) AS gap, bool_or(stage_before <> came) AS chain,
        bool_or(m.move IS NULL) AS foreign_move, bool_or(w.at < w.at_before) AS disorder,
        count(*) FILTER (WHERE w.move IN ('decline', 'decline_part')) AS declines,
        count(*) FILTER (WHERE w.move = 'redispatch' OR (w.move = 'dispatch'
            AND had <> department_id) OR (w.move = 'redirect_part'
            AND evidence -> 'former' <> evidence -> 'department')) AS redispatches,
        count(*) FILTER (WHERE w.move = 'escalate') AS escalations,
        count(*) FILTER (WHERE w.move = 'hold') AS holds,
        count(*) FILTER (WHERE w.move = 'grant_extension') AS extensions,
        count(*) FILTER (WHERE w.move = 'rework') AS reworks,
        count(*) FILTER (WHERE w.move = 'reopen') AS reopenings,
        count(*) FILTER (WHERE w.move = 'press') AS presses,
        count(*) FILTER (WHERE w.move = 'appeal') AS appeals
    FROM walked w LEFT JOIN check_move m ON m.move = w.move AND m.before = w.stage_before
        AND m.after = w.stage_after AND m.role = w.role
    GROUP BY case_id
), judged AS (
    SELECT coalesce(c.id, t.case_id) AS id, coalesce(t.events, 0) AS events,
        c.id IS NOT NULL AND t.last IS DISTINCT FROM c.step AS noevent,
        t.stage <> c.stage AS stage, t.gap, t.chain, t.foreign_move AS table, t.disorder AS order,
        (c.declines, c.redispatches, c.escalations, c.holds, c.extensions, c.reworks, c.reopenings,
         c.presses, c.appeals) IS DISTINCT FROM (t.declines, t.redispatches, t.escalations,
         t.holds, t.extensions, t.reworks, t.reopenings, t.presses, t.appeals)
            AND c.id IS NOT NULL AND t.case_id IS NOT NULL AS count,
        c.closed_at <> t.changed AS ended,
        c.handed_on_at > c.deadline AND c.late IS NOT TRUE AS late,
        c.grid_code <> '' AND NOT EXISTS (SELECT 1 FROM grids_unitgrid g
            WHERE g.plan_id = c.plan_id AND g.code = c.grid_code) AS grid,
        c.id IS NULL AS orphan,
        c.id IS NOT NULL AND CASE WHEN c.closed_at IS NOT NULL THEN h.case_id IS NOT NULL ELSE
            (h.stage, h.step, h.department_id, h.grid_code, h.deadline, h.checker_id, h.verifier_id)
            IS DISTINCT FROM (c.stage, c.step, c.department_id, c.grid_code, c.deadline,
            c.checker_id, c.verifier_id) END AS in_hand
    FROM ({{cases}}) c
    FULL JOIN trail t ON t.case_id = c.id
    LEFT JOIN cases_inhand h ON h.case_id = c.id
)
SELECT count(*) FILTER (WHERE NOT orphan), coalesce(sum(events), 0),
    {", ".join(f'count(*) FILTER (WHERE j."{name}")' for name in FAULTS)},
    {", ".join(f'(array_agg(id) FILTER (WHERE j."{name}"))[1:{EXAMPLES}]' for name in FAULTS)}
FROM judged j
"""  # noqa: S608 - the names above
OF_MONTH = CHECK.format(
    events=f"cases_caseevent WHERE id >= %(low)s::bigint * {STEPS}"
    f" AND id < %(high)s::bigint * {STEPS}",
    cases="SELECT * FROM cases_case WHERE id >= %(low)s AND id < %(high)s",
)
OF_TABLE = CHECK.format(
    # By exact keys: a span of keys for each case would be joined row by row.
    events=f"(SELECT k.id * {STEPS} + s AS key FROM {{table}} o"  # noqa: S608
    " JOIN cases_case k ON k.id = o.id, generate_series(1, k.step + 1) AS s) wanted"
    " JOIN cases_caseevent e ON e.id = wanted.key",
    cases="SELECT c.* FROM {table} o JOIN cases_case c ON c.id = o.id",
)
LEFT_OVER = """
SELECT count(*), (array_agg(h.case_id))[1:%s] FROM cases_inhand h
WHERE NOT EXISTS (SELECT 1 FROM cases_case c WHERE c.id = h.case_id)
"""


@dataclass(slots=True)
class Checked:
    """What a check of the whole store found."""

    cases: int = 0
    events: int = 0
    faults: Counter[str] = field(default_factory=Counter)
    examples: dict[str, list[int]] = field(default_factory=dict)

    def add(self, row: tuple[Any, ...]) -> None:
        """Take in what was found in a month."""
        self.cases, self.events = self.cases + row[0], self.events + int(row[1])
        counts, keys = row[2 : 2 + len(FAULTS)], row[2 + len(FAULTS) :]
        for name, count, some in zip(FAULTS, counts, keys, strict=True):
            self.fault(name, count, some)

    def fault(self, name: str, count: int, keys: list[int] | None) -> None:
        """So many cases have a fault."""
        if count:
            self.faults[name] += count
            told = self.examples.setdefault(name, [])
            told += (keys or [])[: EXAMPLES - len(told)]

    def summary(self) -> dict[str, Any]:
        """Counts of everything, for a command."""
        return {"cases": self.cases, "events": self.events, **self.faults}


def check_cases(progress: Progress = silent) -> Checked:
    """Look at every case and event once, in one state of the database."""
    found = Checked()
    with one_state() as cursor:
        cursor.execute(MONTHS)
        months = [row[0] for row in cursor.fetchall()]
        for n, month in enumerate(months):
            progress(n, len(months) + 1, str(month))
            check_month(cursor, month, found)
        cursor.execute(LEFT_OVER, [EXAMPLES])
        found.fault("in_hand", *cursor.fetchone())
    progress(1, 1, _("checked"))
    return found


def check_month(cursor: Any, month: int, found: Checked) -> None:
    """Look at the cases of one month, such as 202611, as the caller's transaction sees them."""
    cursor.execute(OF_MONTH, {**_table(), "low": month * MONTH, "high": (month + 1) * MONTH})
    found.add(cursor.fetchone())


def check_table(cursor: Any, table: str, found: Checked) -> None:
    """Look at the cases whose keys stand in the column ``id`` of a table of the caller's."""
    cursor.execute(OF_TABLE.format(table=table), _table())
    found.add(cursor.fetchone())


def _table() -> dict[str, list[str]]:
    """The table of moves by columns: who may go from where to where."""
    rows = [
        (move.name, str(before), after.value, role.value)
        for move in MOVES.values()
        for before, after in move.steps.items()
        for role in move.roles
    ]
    columns = map(list, zip(*rows, strict=True))
    return dict(zip(("moves", "befores", "afters", "roles"), columns, strict=True))


def require_sound(found: Checked) -> None:
    """Refuse a store in which anything is wrong.

    Raises
    ------
    ConflictError
        ``E-CASE-BROKEN`` with the number of cases for each fault and some of them.
    """
    if found.faults:
        told = "; ".join(f"{name}: {count} ({FAULTS[name]}), such as "
                         f"{', '.join(map(str, found.examples[name]))}"
                         for name, count in found.faults.items())  # fmt: skip
        text = _("Cases and events disagree: %s. Restore from a backup, or tell the makers.")
        facts = {"faults": dict(found.faults), "examples": found.examples}
        raise ConflictError("E-CASE-BROKEN", text % told, **facts)
