"""The row that names the state of the counts."""

from django.db import migrations

from spatial.evaluation.services.state import DROP_TABLE, MAKE_TABLE


class Migration(migrations.Migration):
    dependencies = [("evaluation", "0008_kinds")]
    operations = [migrations.RunSQL(MAKE_TABLE, DROP_TABLE)]
