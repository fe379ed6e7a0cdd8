from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("cases", "0009_public"),
        ("components", "0002_guard"),
        ("grids", "0007_succession_components"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddIndex(
            model_name="case",
            index=models.Index(
                condition=models.Q(("campaign__isnull", False)),
                fields=["campaign", "id"],
                name="case_campaign",
            ),
        ),
    ]
