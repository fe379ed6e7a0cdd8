"""Evaluation app: counts kept as cases move, indicators, schemes of weights, results."""

from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class EvaluationConfig(AppConfig):
    """Evaluation."""

    name = "spatial.evaluation"
    label = "evaluation"
    verbose_name = _("Evaluation")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Cases that are written many at once are counted when they are there."""
        from spatial.cases.signals import cases_written
        from spatial.evaluation.services.classes import ensure_classes
        from spatial.evaluation.services.ledger import count_months
        from spatial.evaluation.services.schemes import ensure_schemes

        post_migrate.connect(ensure_classes, sender=self, dispatch_uid="evaluation.ensure_classes")
        post_migrate.connect(ensure_schemes, sender=self, dispatch_uid="evaluation.ensure_schemes")
        cases_written.connect(count_months, dispatch_uid="evaluation.count_months")
