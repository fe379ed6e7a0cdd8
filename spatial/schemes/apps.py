"""Schemes app: grid schemes beside the unit grids, their editions and cells."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SchemesConfig(AppConfig):
    """Grid schemes."""

    name = "spatial.schemes"
    label = "schemes"
    verbose_name = _("Grid schemes")
    default_auto_field = "django.db.models.BigAutoField"
