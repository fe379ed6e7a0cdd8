"""Notes app: notes drawn on the map, and saved views."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class NotesConfig(AppConfig):
    """Notes."""

    name = "spatial.notes"
    label = "notes"
    verbose_name = _("Notes and views")
    default_auto_field = "django.db.models.BigAutoField"
