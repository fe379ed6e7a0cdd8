"""Tables of counts; what counts the cases is made with the marks, in a later migration."""

from django.db import migrations

from spatial.evaluation.tables import DROP_TABLES, MAKE_TABLES


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
        migrations.RunPython(wait, migrations.RunPython.noop),
    ]
