"""Tables of counts and the triggers that write them, as SQL for migrations.

They are no models: a row of a count has no key of its own, and nothing points to one. A counter
that is added later comes with a migration that adds its column and makes the triggers anew.
"""

from __future__ import annotations

from spatial.evaluation.bookings import (
    AREA_BY_LOOKING,
    EVENT_FILTERS,
    answer_row,
    event_rows,
    post_rows,
)
from spatial.evaluation.counters import NAMES, POSTS

# ruff: noqa: S608 - the statements are made of constants of this package

_KEYS = (
    ("cohort", "integer"), ("day", "date"), ("area", 'varchar(16) COLLATE "C"'),
    ("case_class_id", "bigint"), ("department_id", "bigint"),
)  # fmt: skip
_POST_KEYS = (
    ("cohort", "integer"), ("day", "date"), ("user_id", "bigint"), ("role", "varchar(20)"),
    ("district_code", "varchar(6)"),
)  # fmt: skip
_Keys = tuple[tuple[str, str], ...]


def _table(name: str, keys: _Keys, names: tuple[str, ...]) -> str:
    columns = [f"{key} {kind} NOT NULL" for key, kind in keys]
    columns += [f"{one} integer" for one in names]
    return f"CREATE TABLE {name} ({', '.join(columns)});"


# A move only leaves a mark, without an index: nobody waits, and what it adds is computed later.
MAKE_TABLES = "\n".join((
    _table("evaluation_count", _KEYS, NAMES),
    _table("evaluation_post", _POST_KEYS, POSTS),
))  # fmt: skip
# Rows of a month of reports are written together, so that few pages have to be looked at.
MAKE_INDEXES = """
CREATE INDEX evaluation_count_day ON evaluation_count (day);
CREATE INDEX evaluation_count_cohort ON evaluation_count USING brin (cohort)
    WITH (pages_per_range = 16);
CREATE INDEX evaluation_post_day ON evaluation_post (day);
CREATE INDEX evaluation_post_cohort ON evaluation_post USING brin (cohort)
    WITH (pages_per_range = 16);
"""
DROP_TABLES = "DROP TABLE evaluation_post; DROP TABLE evaluation_count;"
MAKE_MARKS = """
CREATE TABLE evaluation_mark (case_id bigint NOT NULL, former integer NOT NULL,
    step integer NOT NULL, answer_id bigint);
"""
DROP_MARKS = "DROP TABLE evaluation_mark;"


_MARKED = """unnest(marks) m JOIN cases_case c ON c.id = m.case_id
        JOIN cases_caseevent e ON e.id > m.case_id * 10000::bigint + m.former
            AND e.id <= m.case_id * 10000::bigint + m.step"""
_ANSWERED = """unnest(marks) m JOIN cases_satisfaction s ON s.id = m.answer_id
        JOIN cases_case c ON c.id = s.case_id"""


def _moves(zone: str) -> str:
    rows = zip(event_rows(AREA_BY_LOOKING, zone), EVENT_FILTERS, strict=True)
    parts = [f"{row} FROM {_MARKED} WHERE m.answer_id IS NULL AND {wanted}" for row, wanted in rows]
    parts.append(f"{answer_row(AREA_BY_LOOKING, zone)} FROM {_ANSWERED}")
    return "\n    UNION ALL ".join(parts)


def _posts() -> str:
    return "\n    UNION ALL ".join(
        f"{row} FROM {_MARKED} WHERE m.answer_id IS NULL AND {wanted}"
        for row, wanted in post_rows()
    )


def _booked(name: str, keys: _Keys, names: tuple[str, ...], rows: str) -> str:
    """A function that gives the rows of marks, each found by the key of its case and event."""
    typed = [(key, kind.split("(")[0]) for key, kind in keys]
    plain = ", ".join(f"{key} {kind}" for key, kind in typed)
    cast = ", ".join(f"{key}::{kind}" for key, kind in typed)
    columns = ", ".join(f"{one} integer" for one in names)
    named = ", ".join((*(key for key, _kind in typed), *names))
    return f"""
CREATE FUNCTION {name}(marks evaluation_mark[]) RETURNS TABLE ({plain}, {columns})
LANGUAGE plpgsql STABLE STRICT SET enable_seqscan = off SET enable_hashjoin = off
SET enable_mergejoin = off SET jit = off SET plan_cache_mode = force_generic_plan AS $$
#variable_conflict use_column
BEGIN RETURN QUERY SELECT {cast}, {", ".join(names)} FROM ({rows}) b ({named}); END $$;
"""


def make_functions(zone: str) -> str:
    """What marks stand for, with days of a time zone: functions, and what is not folded yet."""
    name = zone.replace("'", "")
    waiting = "(SELECT array_agg(m) FROM evaluation_mark m)"
    return f"""
{_booked("evaluation_booked", _KEYS, NAMES, _moves(f"'{name}'"))}
{_booked("evaluation_posted", _POST_KEYS, POSTS, _posts())}
CREATE VIEW evaluation_delta AS SELECT * FROM evaluation_booked({waiting});
CREATE VIEW evaluation_postdelta AS SELECT * FROM evaluation_posted({waiting});
"""


DROP_FUNCTIONS = """
DROP VIEW evaluation_postdelta; DROP VIEW evaluation_delta;
DROP FUNCTION evaluation_posted(evaluation_mark[]);
DROP FUNCTION evaluation_booked(evaluation_mark[]);
"""
# The mark hangs on the case, which is written after its event, or in the same statement: all events
# since the step that it had are counted. Cases that are written with their last step before their
# events are rebuilt by whoever writes so (``cases_written``).
MAKE_TRIGGERS = """
CREATE FUNCTION evaluation_mark_moves() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO evaluation_mark VALUES
        (NEW.id, CASE WHEN TG_OP = 'UPDATE' THEN OLD.step ELSE 0 END, NEW.step, NULL);
    RETURN NULL;
END $$;
CREATE TRIGGER evaluation_count_inserted AFTER INSERT ON cases_case
    FOR EACH ROW EXECUTE FUNCTION evaluation_mark_moves();
CREATE TRIGGER evaluation_count_moved AFTER UPDATE OF step ON cases_case
    FOR EACH ROW WHEN (NEW.step > OLD.step) EXECUTE FUNCTION evaluation_mark_moves();

CREATE FUNCTION evaluation_mark_answer() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO evaluation_mark VALUES (NEW.case_id, 0, 0, NEW.id);
    RETURN NULL;
END $$;
CREATE TRIGGER evaluation_count_answer AFTER INSERT ON cases_satisfaction
    FOR EACH ROW EXECUTE FUNCTION evaluation_mark_answer();
"""
DROP_TRIGGERS = """
DROP TRIGGER evaluation_count_answer ON cases_satisfaction;
DROP FUNCTION evaluation_mark_answer();
DROP TRIGGER evaluation_count_moved ON cases_case;
DROP TRIGGER evaluation_count_inserted ON cases_case;
DROP FUNCTION evaluation_mark_moves();
"""
