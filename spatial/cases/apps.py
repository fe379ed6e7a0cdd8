"""Cases app: what is reported, filed, dispatched, handled, verified and closed."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CasesConfig(AppConfig):
    """Cases."""

    name = "spatial.cases"
    label = "cases"
    verbose_name = _("Cases")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Open cases follow the grids when an edition is published."""
        from spatial.cases.services.placing import follow_plan
        from spatial.grids.signals import plan_published

        plan_published.connect(follow_plan, dispatch_uid="cases.follow_plan")
