import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("cases", "0007_in_hand_words"),
    ]

    operations = [
        migrations.CreateModel(
            name="CaseSource",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=200, unique=True, verbose_name="name")),
                ("made_up", models.BooleanField(default=False, verbose_name="made up")),
                ("facts", models.JSONField(default=dict)),
                ("done_to", models.DateField(blank=True, null=True, verbose_name="written to")),
                ("made_at", models.DateTimeField(auto_now_add=True, verbose_name="first used")),
            ],
            options={
                "verbose_name": "source of past cases",
                "verbose_name_plural": "sources of past cases",
                "ordering": ["name"],
            },
        ),
        migrations.CreateModel(
            name="SourceNumber",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.CharField(max_length=60, verbose_name="number there")),
                (
                    "digest",
                    models.CharField(help_text="Hash of the row it was read from.", max_length=32),
                ),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="cases.case",
                    ),
                ),
                (
                    "source",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="numbers",
                        to="cases.casesource",
                    ),
                ),
            ],
            options={
                "verbose_name": "number in a source",
                "verbose_name_plural": "numbers in sources",
                "ordering": ["source", "number"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("source", "number"), name="source_number_unique"
                    )
                ],
            },
        ),
    ]
