"""Base map app: regions, features and places, and the only code that opens files."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class BasemapConfig(AppConfig):
    """Regions, base features, places and their imports."""

    name = "spatial.basemap"
    label = "basemap"
    verbose_name = _("Base map")
    default_auto_field = "django.db.models.BigAutoField"
