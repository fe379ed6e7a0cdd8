"""Who handles cases, and by which rules they come to whom."""

from django.conf import settings
from django.contrib.gis.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from spatial.cases.models.catalogue import CaseClass
from spatial.cases.models.words import Kind, Level
from spatial.components.models import Organisation


class Department(models.Model):
    """A body that handles cases: a department, a street office, a company.

    ``organisations`` are the names under which component surveys know it.
    """

    code = models.CharField(_("code"), max_length=30, unique=True)
    name = models.CharField(_("name"), max_length=100)
    name_en = models.CharField(_("English name"), max_length=100, blank=True)
    level = models.PositiveSmallIntegerField(_("level"), choices=Level, default=Level.DISTRICT)
    region_code = models.CharField(
        _("region"), max_length=12, blank=True, help_text=_("Empty for the whole site.")
    )
    parent = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="children"
    )
    organisations = models.ManyToManyField(
        Organisation, blank=True, related_name="departments", verbose_name=_("organisations")
    )
    members = models.ManyToManyField(
        settings.AUTH_USER_MODEL, blank=True, related_name="departments", verbose_name=_("members")
    )
    in_use = models.BooleanField(_("in use"), default=True)

    class Meta:
        verbose_name = _("department")
        verbose_name_plural = _("departments")
        ordering = ["code"]

    def __str__(self) -> str:
        return self.name


class DispatchRule(models.Model):
    """A line of the table by which cases are dispatched; the first line that fits counts.

    An empty column fits everything. Lines are read by ``position``.
    """

    position = models.PositiveIntegerField(_("position"), unique=True)
    kind = models.CharField(_("kind"), max_length=9, choices=Kind, blank=True)
    main_code = models.CharField(_("main class"), max_length=2, blank=True)
    case_class = models.ForeignKey(
        CaseClass, null=True, blank=True, on_delete=models.CASCADE, verbose_name=_("case class")
    )
    place = models.CharField(
        _("place"),
        max_length=16,
        blank=True,
        help_text=_("Code of a district, street, community or grid, or how it begins."),
    )
    owner = models.ForeignKey(
        Organisation,
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="+",
        verbose_name=_("owner of the component"),
    )
    valid_from = models.DateField(_("valid from"), null=True, blank=True)
    valid_to = models.DateField(_("valid to"), null=True, blank=True)
    department = models.ForeignKey(
        Department, on_delete=models.PROTECT, related_name="rules", verbose_name=_("department")
    )
    note = models.CharField(_("note"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("dispatch rule")
        verbose_name_plural = _("dispatch rules")
        ordering = ["position"]
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True)
                | Q(valid_from__isnull=True)
                | Q(valid_to__gt=F("valid_from")),
                name="dispatch_rule_dates_in_order",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.position}: {self.department_id}"
