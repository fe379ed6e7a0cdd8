import pytest
from django.core.cache import cache
from django.test import Client

from tests.webmap import factories


@pytest.fixture(autouse=True)
def own_folders(settings, tmp_path):
    """Tiles and exports of a test are its own, and nothing is remembered from another."""
    settings.TILE_DIR = tmp_path / "tiles"
    settings.EXPORT_DIR = tmp_path / "exports"
    settings.UPLOAD_DIR = tmp_path / "uploads"
    settings.MEDIA_ROOT = tmp_path / "photos"
    settings.STATIC_ROOT = tmp_path
    # Nothing is collected for these tests, so names stay as they are.
    plain = "django.contrib.staticfiles.storage.StaticFilesStorage"
    settings.STORAGES = settings.STORAGES | {"staticfiles": {"BACKEND": plain}}
    cache.clear()


@pytest.fixture
def town(db):
    """A district with its regions and a published edition of 36 grids."""
    return factories.plan(factories.district())


@pytest.fixture
def client_of(db):
    """A client logged in with some roles."""

    def make(*roles: str) -> Client:
        client = Client()
        if roles:
            client.force_login(factories.user(*[r for r in roles if r != "nobody"]))
        return client

    return make


@pytest.fixture
def queued_gis(client_of, settings):
    """A client of GIS staff whose jobs wait until `tests.webmap.worker.work` is called."""
    settings.TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}
    return client_of("gis_staff")
