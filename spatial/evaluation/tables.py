"""Tables of counts and the triggers that write them, as SQL for migrations.

They are no models: a row of a count has no key of its own, and nothing points to one. A counter
that is added later comes with a migration that adds its column and makes the triggers anew.
"""

from __future__ import annotations

import re

from spatial.evaluation.bookings import (
    AREA_BY_LOOKING,
    COLUMNS,
    EVENT_FILTERS,
    POST_COLUMNS,
    answer_row,
    event_rows,
    post_rows,
)
from spatial.evaluation.counters import NAMES, POSTS

# ruff: noqa: S608 - the statements are made of constants of this package

_KEYS = """cohort integer NOT NULL, day date NOT NULL, area varchar(16) COLLATE "C" NOT NULL,
    case_class_id bigint NOT NULL, department_id bigint NOT NULL"""
_POST_KEYS = """cohort integer NOT NULL, day date NOT NULL, user_id bigint NOT NULL,
    role varchar(20) NOT NULL, district_code varchar(6) NOT NULL"""


def _table(name: str, keys: str, names: tuple[str, ...]) -> str:
    columns = ", ".join(f"{one} integer" for one in names)
    return f"CREATE TABLE {name} ({keys}, {columns});"


# What is added and not folded yet stands apart, without an index: moves only append.
MAKE_TABLES = "\n".join((
    _table("evaluation_count", _KEYS, NAMES),
    _table("evaluation_delta", _KEYS, NAMES),
    _table("evaluation_post", _POST_KEYS, POSTS),
    _table("evaluation_postdelta", _POST_KEYS, POSTS),
    "CREATE INDEX evaluation_count_day ON evaluation_count (day);",
    "CREATE INDEX evaluation_count_cohort ON evaluation_count (cohort);",
    "CREATE INDEX evaluation_count_area ON evaluation_count (area, day);",
    "CREATE INDEX evaluation_count_due ON evaluation_count (day)"
    " INCLUDE (area, case_class_id, department_id, fell_due, recovered)"
    " WHERE fell_due IS NOT NULL OR recovered IS NOT NULL;",
    "CREATE INDEX evaluation_post_day ON evaluation_post (day);",
    "CREATE INDEX evaluation_post_cohort ON evaluation_post (cohort);",
))  # fmt: skip
DROP_TABLES = """
DROP TABLE evaluation_postdelta; DROP TABLE evaluation_post;
DROP TABLE evaluation_delta; DROP TABLE evaluation_count;
"""


def _of_case(text: str) -> str:
    """With the row of the trigger in place of the case."""
    return re.sub(r"\bc\.", "NEW.", text)


def _moves(zone: str) -> str:
    parts = [
        f"{_of_case(row)} FROM e WHERE {_of_case(wanted)}"
        for row, wanted in zip(event_rows("area", zone), EVENT_FILTERS, strict=True)
    ]
    return "\n    UNION ALL ".join(parts)


def _posts() -> str:
    parts = [f"{_of_case(row)} FROM e WHERE {_of_case(wanted)}" for row, wanted in post_rows()]
    return "\n    UNION ALL ".join(parts)


def make_triggers(zone: str) -> str:
    """The triggers, with days of a time zone.

    The trigger hangs on the case, which is written after its event, or in the same statement: all
    events since the step that it had are counted. Cases that are written with their last step
    before their events are rebuilt by whoever writes so (``cases_written``).
    """
    name = zone.replace("'", "")
    quoted = f"'{name}'"
    return f"""
CREATE FUNCTION evaluation_count_moves() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE area varchar; former integer := 0;
BEGIN
    IF TG_OP = 'UPDATE' THEN former := OLD.step; END IF;
    area := {_of_case(AREA_BY_LOOKING)};
    WITH e AS (SELECT * FROM cases_caseevent
        WHERE id > NEW.id * 10000 + former AND id <= NEW.id * 10000 + NEW.step),
    posted AS (INSERT INTO evaluation_postdelta ({POST_COLUMNS})
    {_posts()})
    INSERT INTO evaluation_delta ({COLUMNS})
    {_moves(quoted)};
    RETURN NULL;
END $$;
CREATE TRIGGER evaluation_count_inserted AFTER INSERT ON cases_case
    FOR EACH ROW EXECUTE FUNCTION evaluation_count_moves();
CREATE TRIGGER evaluation_count_moved AFTER UPDATE OF step ON cases_case
    FOR EACH ROW WHEN (NEW.step > OLD.step) EXECUTE FUNCTION evaluation_count_moves();

CREATE FUNCTION evaluation_count_answer() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO evaluation_delta ({COLUMNS})
    {answer_row(AREA_BY_LOOKING, quoted)}
    FROM cases_case c, (SELECT NEW.*) s WHERE c.id = NEW.case_id;
    RETURN NULL;
END $$;
CREATE TRIGGER evaluation_count_answer AFTER INSERT ON cases_satisfaction
    FOR EACH ROW EXECUTE FUNCTION evaluation_count_answer();
"""


DROP_TRIGGERS = """
DROP TRIGGER evaluation_count_answer ON cases_satisfaction;
DROP FUNCTION evaluation_count_answer();
DROP TRIGGER evaluation_count_moved ON cases_case;
DROP TRIGGER evaluation_count_inserted ON cases_case;
DROP FUNCTION evaluation_count_moves();
"""
