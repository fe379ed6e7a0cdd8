"""Patrol app: areas that inspectors walk, teams, shifts, duty, trails, who answers for a grid."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PatrolConfig(AppConfig):
    """Patrol."""

    name = "spatial.patrol"
    label = "patrol"
    verbose_name = _("Patrol")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Areas and persons follow the grids when an edition is published."""
        from spatial.grids.signals import plan_published
        from spatial.patrol.services.following import follow_plan

        # After components and cases: areas count what lies in the new grids.
        plan_published.connect(follow_plan, dispatch_uid="patrol.follow_plan")
