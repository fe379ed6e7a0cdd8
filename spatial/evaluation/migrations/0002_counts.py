"""Tables of counts, the triggers that write them, and the counts of the cases that are there."""

from django.conf import settings
from django.db import migrations

from spatial.evaluation.tables import DROP_TABLES, DROP_TRIGGERS, MAKE_TABLES, make_triggers


def wait(apps, schema_editor):
    """Months that have cases wait to be counted, by ``rebuild_counts --resume``."""
    with schema_editor.connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO evaluation_countedmonth (cohort, pending, rows)"
            " SELECT DISTINCT (id / 100000000)::int, true, 0 FROM cases_case"
        )


class Migration(migrations.Migration):
    dependencies = [("evaluation", "0001_initial"), ("cases", "0011_event_request")]

    operations = [
        migrations.RunSQL(MAKE_TABLES, DROP_TABLES),
        migrations.RunSQL(make_triggers(settings.TIME_ZONE), DROP_TRIGGERS),
        migrations.RunPython(wait, migrations.RunPython.noop),
    ]
