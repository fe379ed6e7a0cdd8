from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("cases", "0010_campaign_index")]

    operations = [
        migrations.AddField(
            model_name="caseevent",
            name="request_id",
            field=models.CharField(
                blank=True,
                db_default="",
                default="",
                max_length=64,
                verbose_name="request",
                help_text="Its id in the log; empty for a command and for work in the background.",
            ),  # fmt: skip
        ),
    ]
