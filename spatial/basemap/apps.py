"""Base map app: regions, features and places, and the only code that opens files."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from spatial.basemap.io.hardening import harden

# Here and not in ready(): the checks of other apps may start GDAL before ready() is called.
harden()


class BasemapConfig(AppConfig):
    """Regions, base features, places and their imports."""

    name = "spatial.basemap"
    label = "basemap"
    verbose_name = _("Base map")
    default_auto_field = "django.db.models.BigAutoField"
