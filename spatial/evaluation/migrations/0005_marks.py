"""Moves leave marks, spans have sheets; stores that counted otherwise are moved."""

from django.conf import settings
from django.db import migrations

from spatial.evaluation.bookings import COLUMNS, POST_COLUMNS
from spatial.evaluation.services.sheets import DROP_TABLES, MAKE_TABLES
from spatial.evaluation.tables import (
    DROP_FUNCTIONS,
    DROP_MARKS,
    DROP_TRIGGERS,
    MAKE_INDEXES,
    MAKE_MARKS,
    MAKE_TRIGGERS,
    make_functions,
)

# What was added and not folded goes to the counts; indexes are made anew below.
# ruff: noqa: S608 - the statements are made of names of columns
FORMER = f"""
INSERT INTO evaluation_count ({COLUMNS}) SELECT {COLUMNS} FROM evaluation_delta;
INSERT INTO evaluation_post ({POST_COLUMNS}) SELECT {POST_COLUMNS} FROM evaluation_postdelta;
DROP TRIGGER evaluation_count_answer ON cases_satisfaction;
DROP FUNCTION evaluation_count_answer();
DROP TRIGGER evaluation_count_moved ON cases_case;
DROP TRIGGER evaluation_count_inserted ON cases_case;
DROP FUNCTION evaluation_count_moves();
DROP TABLE evaluation_delta, evaluation_postdelta, evaluation_vector;
DROP INDEX evaluation_count_day, evaluation_count_cohort, evaluation_count_area,
    evaluation_count_due, evaluation_post_day, evaluation_post_cohort;
"""


def leave_former(apps, schema_editor):
    """Move what a store counted before there were marks."""
    with schema_editor.connection.cursor() as cursor:
        cursor.execute("SELECT to_regclass('evaluation_vector') IS NOT NULL")
        if cursor.fetchone()[0]:
            cursor.execute("LOCK TABLE cases_case, cases_satisfaction IN SHARE ROW EXCLUSIVE MODE")
            cursor.execute(FORMER)


class Migration(migrations.Migration):
    dependencies = [("evaluation", "0004_vectors")]

    operations = [
        migrations.RunPython(leave_former, migrations.RunPython.noop),
        migrations.RunSQL(MAKE_INDEXES, migrations.RunSQL.noop),
        migrations.RunSQL(MAKE_TABLES, DROP_TABLES),
        migrations.RunSQL(MAKE_MARKS, DROP_MARKS),
        migrations.RunSQL(make_functions(settings.TIME_ZONE), DROP_FUNCTIONS),
        migrations.RunSQL(MAKE_TRIGGERS, DROP_TRIGGERS),
    ]
