"""Vectors of counts by edition, and the index by which cases that left a grid are found."""

from django.db import migrations

from spatial.evaluation.services.vectors import DROP_TABLE, MAKE_TABLE


class Migration(migrations.Migration):
    dependencies = [("evaluation", "0003_guards")]

    operations = [
        migrations.RunSQL(MAKE_TABLE, DROP_TABLE),
        migrations.RunSQL(
            "CREATE INDEX evaluation_relocated ON cases_caseevent (id) WHERE move = 'relocate'",
            "DROP INDEX evaluation_relocated",
        ),
    ]
