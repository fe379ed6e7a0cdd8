from django.db import migrations, models


class Migration(migrations.Migration):
    """The reference system of an upload by its name: GCJ-02 and BD-09 have no number."""

    dependencies = [("basemap", "0004_cancel")]

    operations = [
        # There is no number to keep for most rows, and null is no text.
        migrations.RunSQL(
            "ALTER TABLE basemap_upload ALTER COLUMN crs TYPE varchar(20)"
            " USING coalesce('EPSG:' || crs::text, ''), ALTER COLUMN crs SET NOT NULL",
            "ALTER TABLE basemap_upload ALTER COLUMN crs DROP NOT NULL,"
            " ALTER COLUMN crs TYPE integer"
            " USING nullif(substring(crs from '^EPSG:([0-9]+)$'), '')::integer",
            state_operations=[
                migrations.AlterField(
                    model_name="upload",
                    name="crs",
                    field=models.CharField(
                        blank=True,
                        help_text=(
                            "EPSG:N, GCJ-02 or BD-09 where the user said so; else that of the file."
                        ),
                        max_length=20,
                        verbose_name="reference system",
                    ),
                ),
            ],
        ),
    ]
