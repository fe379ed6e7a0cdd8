"""Counts of a grid by class are read from the index alone."""

from django.db import migrations, models


class Migration(migrations.Migration):
    """The index of grids holds class and end too."""

    dependencies = [("components", "0002_guard")]

    operations = [
        migrations.RemoveIndex("component", "component_grid"),
        migrations.AddIndex(
            "component",
            models.Index(fields=["grid_code", "kind", "valid_to"], name="component_grid"),
        ),
    ]
