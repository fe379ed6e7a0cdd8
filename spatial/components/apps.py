"""Components app: the catalogue of classes, components with their history, who answers for them."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ComponentsConfig(AppConfig):
    """Components."""

    name = "spatial.components"
    label = "components"
    verbose_name = _("Components")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Components follow the grids when an edition is published."""
        from spatial.components.services.placing import follow_plan
        from spatial.grids.signals import plan_published

        plan_published.connect(follow_plan, dispatch_uid="components.follow_plan")
