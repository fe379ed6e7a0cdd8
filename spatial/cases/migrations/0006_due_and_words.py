import django.contrib.gis.db.models.fields
import django.contrib.postgres.indexes
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("cases", "0005_in_hand"),
        ("components", "0002_guard"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Campaign",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("code", models.SlugField(max_length=30, unique=True, verbose_name="code")),
                ("name", models.CharField(max_length=60, verbose_name="name")),
                (
                    "name_en",
                    models.CharField(blank=True, max_length=60, verbose_name="English name"),
                ),
                ("starts", models.DateField(verbose_name="first day")),
                ("ends", models.DateField(verbose_name="last day")),
                (
                    "priority",
                    models.PositiveSmallIntegerField(
                        choices=[(0, "ordinary"), (1, "important"), (2, "urgent")],
                        default=1,
                        verbose_name="priority",
                    ),
                ),
                (
                    "limit_factor",
                    models.DecimalField(
                        decimal_places=2,
                        default=1,
                        help_text="0.5 halves the limits of filing standards.",
                        max_digits=4,
                        verbose_name="factor of limits",
                    ),
                ),
                ("in_use", models.BooleanField(default=True, verbose_name="in use")),
            ],
            options={
                "verbose_name": "campaign",
                "verbose_name_plural": "campaigns",
                "ordering": ["-starts", "code"],
            },
        ),
        migrations.CreateModel(
            name="CampaignPlace",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("venue", "venue"),
                            ("route", "route"),
                            ("street", "key street"),
                            ("area", "area"),
                        ],
                        max_length=6,
                        verbose_name="kind",
                    ),
                ),
                ("name", models.CharField(max_length=60, verbose_name="name")),
                (
                    "geom",
                    django.contrib.gis.db.models.fields.GeometryField(
                        help_text="As it was drawn.", srid=4326, verbose_name="shape"
                    ),
                ),
                (
                    "reach_m",
                    models.PositiveSmallIntegerField(
                        default=0,
                        help_text="How far around the shape cases belong to it.",
                        verbose_name="reach in metres",
                    ),
                ),
                (
                    "ground",
                    django.contrib.gis.db.models.fields.MultiPolygonField(
                        srid=4326, verbose_name="ground"
                    ),
                ),
            ],
            options={
                "verbose_name": "place of a campaign",
                "verbose_name_plural": "places of campaigns",
                "ordering": ["campaign", "name"],
            },
        ),
        migrations.CreateModel(
            name="SavedSearch",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=60, verbose_name="name")),
                (
                    "query",
                    models.CharField(
                        help_text="As in the address.", max_length=1000, verbose_name="filter"
                    ),
                ),
            ],
            options={
                "verbose_name": "saved search",
                "verbose_name_plural": "saved searches",
                "ordering": ["name"],
            },
        ),
        migrations.AlterModelOptions(
            name="inhand",
            options={
                "ordering": ["due_at", "case_id"],
                "verbose_name": "case in hand",
                "verbose_name_plural": "cases in hand",
            },
        ),
        migrations.RemoveIndex(
            model_name="inhand",
            name="in_hand_deadline",
        ),
        migrations.RemoveIndex(
            model_name="inhand",
            name="in_hand_department",
        ),
        migrations.RemoveIndex(
            model_name="inhand",
            name="in_hand_stage",
        ),
        migrations.AddField(
            model_name="case",
            name="due_at",
            field=models.DateTimeField(
                blank=True,
                help_text="Of what counts now: handling while a department has it, else the stage.",
                null=True,
                verbose_name="due",
            ),
        ),
        migrations.AddField(
            model_name="case",
            name="warn_at",
            field=models.DateTimeField(blank=True, null=True, verbose_name="yellow from"),
        ),
        migrations.AddField(
            model_name="inhand",
            name="component",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                to="components.component",
            ),
        ),
        migrations.AddField(
            model_name="inhand",
            name="due_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="inhand",
            name="warn_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="inhand",
            name="words",
            field=models.TextField(default="", help_text="Place and description, to be searched."),
        ),
        migrations.AddField(
            model_name="campaign",
            name="classes",
            field=models.ManyToManyField(
                blank=True, related_name="+", to="cases.caseclass", verbose_name="classes"
            ),
        ),
        migrations.AddField(
            model_name="case",
            name="campaign",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="cases.campaign",
            ),
        ),
        migrations.AddField(
            model_name="inhand",
            name="campaign",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                to="cases.campaign",
            ),
        ),
        migrations.AddIndex(
            model_name="inhand",
            index=models.Index(fields=["due_at", "case"], name="in_hand_due"),
        ),
        migrations.AddIndex(
            model_name="inhand",
            index=models.Index(
                fields=["department", "due_at", "case"], name="in_hand_department_due"
            ),
        ),
        migrations.AddIndex(
            model_name="inhand",
            index=models.Index(fields=["stage", "due_at", "case"], name="in_hand_stage_due"),
        ),
        migrations.AddIndex(
            model_name="inhand",
            index=django.contrib.postgres.indexes.GinIndex(
                django.contrib.postgres.indexes.OpClass("words", name="gin_trgm_ops"),
                name="in_hand_words",
            ),
        ),
        migrations.AddField(
            model_name="campaignplace",
            name="campaign",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="places",
                to="cases.campaign",
            ),
        ),
        migrations.AddField(
            model_name="savedsearch",
            name="user",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="case_searches",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddConstraint(
            model_name="campaign",
            constraint=models.CheckConstraint(
                condition=models.Q(("ends__gte", models.F("starts"))), name="campaign_days"
            ),
        ),
        migrations.AddConstraint(
            model_name="campaign",
            constraint=models.CheckConstraint(
                condition=models.Q(("limit_factor__gt", 0)), name="campaign_factor"
            ),
        ),
        migrations.AddConstraint(
            model_name="campaignplace",
            constraint=models.UniqueConstraint(
                fields=("campaign", "name"), name="campaign_place_unique"
            ),
        ),
        migrations.AddConstraint(
            model_name="savedsearch",
            constraint=models.UniqueConstraint(fields=("user", "name"), name="saved_search_unique"),
        ),
    ]
