"""The database extensions everything stands on."""

from django.contrib.postgres.operations import (
    BtreeGistExtension,
    CreateExtension,
    TrigramExtension,
)
from django.db import migrations


class Migration(migrations.Migration):
    dependencies = []

    operations = [CreateExtension("postgis"), BtreeGistExtension(), TrigramExtension()]
