"""What a re-cut remembers: the edition it was made from, and what stood at each grid."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("grids", "0002_guards")]

    operations = [
        migrations.AddField(
            model_name="gridplan",
            name="former",
            field=models.ForeignKey(
                blank=True,
                help_text="The edition whose unchanged grids were kept; none when all was cut "
                "afresh.",
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to="grids.gridplan",
                verbose_name="former edition",
            ),
        ),
        migrations.AddField(
            model_name="unitgrid",
            name="fingerprint",
            field=models.CharField(
                blank=True,
                help_text="Hash of what stood here when the grid was cut.",
                max_length=32,
            ),
        ),
    ]
