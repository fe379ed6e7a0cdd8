"""The table of counters as SQL: rows to add for some events and answers."""

from __future__ import annotations

from spatial.evaluation.counters import (
    ANSWERS,
    BY_NAME,
    COUNTED_MOVES,
    CREDITED,
    MOVED,
    NAMES,
    OBLIGATIONS,
    POSTS,
)

# ruff: noqa: S608 - the statements are made of constants of these modules
KEYS = ("cohort", "day", "area", "case_class_id", "department_id")
"""What counts are kept by. ``cohort`` is the month of the report, such as 202611: what is rebuilt
at once. ``area`` is the unit grid of the day of the report, else community, street or district."""
POST_KEYS = ("cohort", "day", "user_id", "role", "district_code")
ZONE = "current_setting('TIMEZONE')"
PEOPLE_ROLES = ("inspector", "operator", "dispatcher")
"""Roles that have counts of people."""
CREDITED_ROLES = {
    CREDITED["judged_inspector"]: "inspector",
    CREDITED["redispatched"]: "dispatcher",
    CREDITED["sent_back"]: "operator",
}
"""As what somebody is credited who did not make the move."""
_PEOPLE_ROLES = ", ".join(f"'{role}'" for role in PEOPLE_ROLES)

_MOVES = ", ".join(f"'{move}'" for move in COUNTED_MOVES)
FIRST_GRID = """(SELECT r.evidence->'grid'->>0 FROM cases_caseevent r
    WHERE r.id > c.id * 10000 AND r.id < (c.id + 1) * 10000 AND r.move = 'relocate'
    ORDER BY r.id LIMIT 1)"""
"""The grid that a case ``c`` left first; empty for none, NULL where it never moved."""


def area_of(first_grid: str) -> str:
    """The area of a case, where ``first_grid`` is the grid it left first, NULL for none."""
    return f"""CASE WHEN {first_grid} IS NULL THEN coalesce(nullif(c.grid_code, ''),
        nullif(c.community_code, ''), nullif(c.street_code, ''), c.district_code)
        ELSE coalesce(nullif({first_grid}, ''), c.district_code) END"""


AREA_BY_LOOKING = area_of(FIRST_GRID)
"""For one case at a time."""
AREA_BY_JOIN = area_of("r.grid")
"""Where the first relocations are joined as ``r``."""


def _cells(named: dict[str, str]) -> str:
    return ", ".join(named.get(name, "NULL::int") for name in NAMES)


def _main() -> str:
    return _cells({one.name: f"CASE WHEN {one.condition} THEN {one.amount} END" for one in MOVED})


BEFORE = "(e.evidence->'due'->>0)::timestamptz"
AFTER = "(e.evidence->'due'->>1)::timestamptz"
FORMER = "coalesce(CASE WHEN e.evidence ? 'former' THEN (e.evidence->>'former')::bigint END, e.department_id, 0)"  # noqa: E501
HAS = "coalesce(e.department_id, 0)"


def _zoned(moment: str, zone: str) -> str:
    return f"({moment} AT TIME ZONE {zone})::date"


def event_rows(area: str, zone: str = "%(zone)s") -> tuple[str, ...]:
    """Selections of rows of `KEYS` and `NAMES`, to be followed by FROM … e, c and WHERE.

    The first for the move itself, the second and third where a deadline begins or ends to run.
    """
    head = f"(c.id / 100000000)::int, {{day}}, {area}, c.case_class_id, {{department}}"
    before, after = _zoned(BEFORE, zone), _zoned(AFTER, zone)
    ends = {
        # It did not come to it: what was booked on its day is taken back.
        "fell_due": f"CASE WHEN {before} >= e.day THEN -1 END",
        "recovered": f"CASE WHEN {before} < e.day THEN 1 END",
    }
    return (
        f"SELECT {head.format(day='e.day', department=HAS)}, {_main()}",
        f"SELECT {head.format(day=f'greatest({before}, e.day)', department=FORMER)},"
        f" {_cells(ends)}",
        f"SELECT {head.format(day=f'greatest({after}, e.day)', department=HAS)},"
        f" {_cells({'fell_due': '1'})}",
    )


EVENT_FILTERS = (f"e.move IN ({_MOVES})", f"{BEFORE} IS NOT NULL", f"{AFTER} IS NOT NULL")
"""Which events each of the selections is for."""


_HAD = """(SELECT h.department_id FROM cases_caseevent h
    WHERE h.id > c.id * 10000 AND h.id < (c.id + 1) * 10000 AND h.at <= s.at
    ORDER BY h.id DESC LIMIT 1)"""
"""Who had the case when it was asked about."""


def answer_row(area: str, zone: str = "%(zone)s") -> str:
    """The selection for an answer ``s`` on how content somebody is."""
    counted = dict(
        zip(ANSWERS, ("1", "CASE WHEN s.score >= 4 THEN 1 END", "s.score::int"), strict=True)
    )
    return (
        f"SELECT (c.id / 100000000)::int, {_zoned('s.at', zone)}, {area}, c.case_class_id,"
        f" coalesce({_HAD}, 0), {_cells(counted)}"
    )


def post_rows() -> tuple[tuple[str, str], ...]:
    """Selections of rows of `POST_KEYS` and `POSTS` with filters, by whose each counter is."""
    head = "(c.id / 100000000)::int, e.day, {who}, {role}, c.district_code"
    found = []
    for who in ("e.user_id", *dict.fromkeys(CREDITED.values())):
        own = [n for n in POSTS if CREDITED.get(n, "e.user_id") == who]
        cells = ", ".join(
            f"CASE WHEN {BY_NAME[name].condition} THEN 1 END" if name in own else "NULL::int"
            for name in POSTS
        )
        moves = sorted({move for name in own for move in BY_NAME[name].moves})
        names = ", ".join(f"'{move}'" for move in moves)
        role = f"'{CREDITED_ROLES[who]}'" if who in CREDITED_ROLES else "e.role"
        wanted = f"e.move IN ({names}) AND {who} IS NOT NULL"
        if who == "e.user_id":
            wanted += f" AND e.role IN ({_PEOPLE_ROLES})"
        else:
            told = " OR ".join(f"({BY_NAME[name].condition})" for name in own)
            wanted += f" AND ({told})"
        found.append((f"SELECT {head.format(who=who, role=role)}, {cells}", wanted))
    return tuple(found)


COLUMNS = ", ".join((*KEYS, *NAMES))
POST_COLUMNS = ", ".join((*POST_KEYS, *POSTS))
SUMS = ", ".join(f"nullif(sum({name}), 0)::int" for name in NAMES)
POST_SUMS = ", ".join(f"nullif(sum({name}), 0)::int" for name in POSTS)
GROUPS = ", ".join(KEYS)
POST_GROUPS = ", ".join(POST_KEYS)
assert set(OBLIGATIONS) < set(NAMES)  # noqa: S101 - read at import, of constants
