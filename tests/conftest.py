"""What every test stands on."""

import pytest
from django.conf import settings
from django.contrib.auth.models import Group
from django.db import connection, connections
from django.db.models.signals import post_migrate
from hypothesis import settings as hypothesis_settings

from spatial.core.roles import ROLES
from tests.databases import migrated

COUNTS = (
    "evaluation_count", "evaluation_mark", "evaluation_post", "evaluation_sheet",
)  # fmt: skip

# Time on a busy machine is no property of the code: examples have no deadline.
hypothesis_settings.register_profile("wanmi", deadline=None)
hypothesis_settings.load_profile("wanmi")


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix):
    """The database of these tests is a copy of a migrated one."""
    settings.DATABASES["default"]["TEST"]["TEMPLATE"] = migrated()


@pytest.fixture(autouse=True, scope="session")
def roles_come_back():
    """A test with real commits ends by emptying all tables; the roles of the migration return."""

    def make(using, **_kwargs):
        for name in ROLES:
            Group.objects.using(using).get_or_create(name=name)
        # Counts are no models, so that nothing else empties their tables.
        with connections[using].cursor() as cursor:
            cursor.execute(f"TRUNCATE {', '.join(COUNTS)}")

    def connect(sender, using, **kwargs):
        if sender.label == "core" and kwargs["verbosity"] == 0:
            make(using)

    post_migrate.connect(connect)
    yield
    post_migrate.disconnect(connect)


@pytest.fixture(autouse=True)
def static_names_as_written(settings):
    """Pages in this process name static files as they are; the browser's tests collect theirs."""
    plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    settings.STORAGES = {**settings.STORAGES, "staticfiles": plain}


@pytest.fixture
def unguarded(db):
    """The database takes grids of a draft that are no exact coverage, until the test ends."""
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE grids_unitgrid DISABLE TRIGGER grids_changed_stays_exact")
