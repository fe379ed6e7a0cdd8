"""The index by which cases that left a grid are found."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("evaluation", "0003_guards")]

    operations = [
        migrations.RunSQL(
            "CREATE INDEX evaluation_relocated ON cases_caseevent (id) WHERE move = 'relocate'",
            "DROP INDEX evaluation_relocated",
        ),
    ]
