"""How many components passed from a grid to the one that has its ground."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("grids", "0006_edit_guard")]

    operations = [
        migrations.AddField(
            model_name="gridsuccession",
            name="component_count",
            field=models.PositiveIntegerField(
                db_default=0,
                default=0,
                help_text="How many components passed with the ground; written by their app.",
                verbose_name="components",
            ),
        ),
    ]
