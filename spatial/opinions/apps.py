"""Opinions app: forms of questions, polls of residents, and what they answered."""

from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class OpinionsConfig(AppConfig):
    """Opinions of residents (外部评价)."""

    name = "spatial.opinions"
    label = "opinions"
    verbose_name = _("Opinions of residents")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """A new store has one form to begin with."""
        from spatial.opinions.services.forms import ensure_form

        post_migrate.connect(ensure_form, sender=self, dispatch_uid="opinions.ensure_form")
