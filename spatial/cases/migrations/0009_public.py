import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

# Whether a month is there was asked again under the lock, but of a cache that had not heard yet
# of the one who had it before: of two first reports of a month one failed. A scan sees it.
MONTHS = """
CREATE OR REPLACE FUNCTION cases_add_month(month date) RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE
    first bigint := to_char(month, 'YYYYMM')::bigint * 100000000;
    after bigint := to_char(month + interval '1 month', 'YYYYMM')::bigint * 100000000;
    label text := to_char(month, 'YYYYMM');
BEGIN
    IF to_regclass('cases_case_' || label) IS NOT NULL THEN
        RETURN false;
    END IF;
    PERFORM pg_advisory_xact_lock(25441, 0);
    IF EXISTS (SELECT 1 FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
               WHERE i.inhparent = 'cases_case'::regclass
                 AND c.relname = 'cases_case_' || label) THEN
        RETURN false;
    END IF;
    EXECUTE format('CREATE TABLE %I (LIKE cases_case INCLUDING DEFAULTS INCLUDING CONSTRAINTS)',
        'cases_case_' || label);
    EXECUTE format('ALTER TABLE cases_case ATTACH PARTITION %I FOR VALUES FROM (%s) TO (%s)',
        'cases_case_' || label, first, after);
    EXECUTE format('CREATE TABLE %I (LIKE cases_caseevent INCLUDING DEFAULTS'
        ' INCLUDING CONSTRAINTS)', 'cases_caseevent_' || label);
    EXECUTE format('ALTER TABLE cases_caseevent ATTACH PARTITION %I FOR VALUES FROM (%s) TO (%s)',
        'cases_caseevent_' || label, first * 10000, after * 10000);
    RETURN true;
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("cases", "0008_feed"),
        ("components", "0002_guard"),
        ("grids", "0007_succession_components"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Following",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("token_hash", models.CharField(editable=False, max_length=64, unique=True)),
                (
                    "channel",
                    models.CharField(
                        choices=[
                            ("inspector", "inspector"),
                            ("hotline", "hotline"),
                            ("web", "web page"),
                            ("app", "phone app"),
                            ("video", "video"),
                            ("sensor", "sensor"),
                            ("department", "department"),
                            ("media", "media"),
                            ("leader", "leader's letter box"),
                        ],
                        max_length=10,
                        verbose_name="source",
                    ),
                ),
                ("made_at", models.DateTimeField(auto_now_add=True, verbose_name="made at")),
            ],
            options={
                "verbose_name": "link to follow a case",
                "verbose_name_plural": "links to follow cases",
                "ordering": ["-made_at"],
            },
        ),
        migrations.CreateModel(
            name="OutsideReport",
            fields=[
                (
                    "case",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="+",
                        serialize=False,
                        to="cases.case",
                    ),
                ),
                (
                    "account",
                    models.CharField(blank=True, max_length=100, verbose_name="account there"),
                ),
                ("device", models.CharField(blank=True, max_length=100, verbose_name="device")),
                (
                    "media_url",
                    models.CharField(
                        blank=True, max_length=500, verbose_name="address of a picture"
                    ),
                ),
                ("attributes", models.JSONField(default=dict, verbose_name="attributes")),
            ],
            options={
                "verbose_name": "report of another program",
                "verbose_name_plural": "reports of other programs",
                "ordering": ["-case_id"],
            },
        ),
        migrations.CreateModel(
            name="ReportKey",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=80, unique=True, verbose_name="name")),
                ("contact", models.CharField(blank=True, max_length=120, verbose_name="contact")),
                ("key_hash", models.CharField(editable=False, max_length=64, unique=True)),
                ("in_use", models.BooleanField(default=True, verbose_name="in use")),
                ("made_at", models.DateTimeField(auto_now_add=True, verbose_name="made at")),
            ],
            options={
                "verbose_name": "key of a program",
                "verbose_name_plural": "keys of programs",
                "ordering": ["name"],
            },
        ),
        migrations.CreateModel(
            name="Satisfaction",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "by",
                    models.CharField(
                        choices=[("link", "link of the reporter"), ("survey", "survey")],
                        default="link",
                        max_length=6,
                        verbose_name="asked by",
                    ),
                ),
                (
                    "score",
                    models.PositiveSmallIntegerField(
                        help_text="1 bad … 5 very good.", verbose_name="score"
                    ),
                ),
                ("words", models.CharField(blank=True, max_length=500, verbose_name="words")),
                ("at", models.DateTimeField(auto_now_add=True, verbose_name="at")),
            ],
            options={
                "verbose_name": "answer on satisfaction",
                "verbose_name_plural": "answers on satisfaction",
                "ordering": ["-at"],
            },
        ),
        migrations.AddField(
            model_name="caseclass",
            name="public",
            field=models.BooleanField(
                default=True, help_text="Offered to everybody who reports.", verbose_name="public"
            ),
        ),
        migrations.AddIndex(
            model_name="case",
            index=models.Index(
                condition=models.Q(("channel__in", ["web", "app", "hotline"])),
                fields=["case_class", "id"],
                name="case_of_public",
            ),
        ),
        migrations.AddField(
            model_name="following",
            name="case",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="followings",
                to="cases.case",
            ),
        ),
        migrations.AddField(
            model_name="reportkey",
            name="made_by",
            field=models.ForeignKey(
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="made by",
            ),
        ),
        migrations.AddField(
            model_name="outsidereport",
            name="key",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="reports",
                to="cases.reportkey",
                verbose_name="key of a program",
            ),
        ),
        migrations.AddField(
            model_name="satisfaction",
            name="case",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="answers", to="cases.case"
            ),
        ),
        migrations.AddField(
            model_name="satisfaction",
            name="following",
            field=models.OneToOneField(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="answer",
                to="cases.following",
                verbose_name="link",
            ),
        ),
        migrations.AddConstraint(
            model_name="satisfaction",
            constraint=models.CheckConstraint(
                condition=models.Q(("score__gte", 1), ("score__lte", 5)), name="satisfaction_score"
            ),
        ),
        migrations.AddConstraint(
            model_name="satisfaction",
            constraint=models.CheckConstraint(
                condition=models.Q(("by", "survey"), ("following__isnull", False), _connector="OR"),
                name="satisfaction_by_link",
            ),
        ),
        migrations.RunSQL(MONTHS, migrations.RunSQL.noop),
    ]
