"""Grids app: plans (editions), unit grids, succession between editions."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class GridsConfig(AppConfig):
    """Grid plans and unit grids."""

    name = "spatial.grids"
    label = "grids"
    verbose_name = _("Unit grids")
    default_auto_field = "django.db.models.BigAutoField"
