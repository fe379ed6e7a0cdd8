"""Classes of cases, and the standards by which they are filed, with their limits."""

from django.contrib.gis.db import models
from django.core.validators import MinValueValidator
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from spatial.cases.models.words import Kind
from spatial.cases.stages import Stage
from spatial.components.models import ComponentClass


class Unit(models.TextChoices):
    """In what a limit is counted; the words are those of `spatial.cases.worktime.Unit`."""

    EMERGENCY_HOUR = "emergency_hour", _("emergency working hours")
    EMERGENCY_DAY = "emergency_day", _("emergency working days")
    WORKING_HOUR = "working_hour", _("working hours")
    WORKING_DAY = "working_day", _("working days")
    HOUR = "hour", _("hours")
    DAY = "day", _("calendar days")


class CaseClass(models.Model):
    """A class (小类) of one version of a catalogue of cases, with its main class (大类)."""

    catalogue = models.CharField(_("catalogue"), max_length=40)
    kind = models.CharField(_("kind"), max_length=9, choices=Kind)
    main_code = models.CharField(_("main class"), max_length=2)
    main_name = models.CharField(_("name of the main class"), max_length=60)
    main_name_en = models.CharField(max_length=80, blank=True)
    code = models.CharField(_("code"), max_length=5)
    name = models.CharField(_("name"), max_length=60)
    name_en = models.CharField(_("English name"), max_length=100, blank=True)
    component_class = models.ForeignKey(
        ComponentClass,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("component class"),
    )
    symbol = models.SlugField(_("symbol"), max_length=40, blank=True)
    local = models.BooleanField(_("local"), default=False)
    in_use = models.BooleanField(_("in use"), default=True)
    public = models.BooleanField(
        _("public"), default=True, help_text=_("Offered to everybody who reports.")
    )

    class Meta:
        verbose_name = _("case class")
        verbose_name_plural = _("case classes")
        ordering = ["catalogue", "kind", "code"]
        constraints = [
            models.UniqueConstraint(
                fields=["catalogue", "kind", "code"], name="case_class_code_unique"
            ),
            models.CheckConstraint(
                condition=Q(kind=Kind.COMPONENT) | Q(component_class__isnull=True),
                name="case_class_of_component",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"


class FilingStandard(models.Model):
    """A filing standard (立案条件) of a class: when it is filed, until when, and what ends it.

    The limit hangs on the standard, not on the class: one class has several.
    """

    case_class = models.ForeignKey(CaseClass, on_delete=models.PROTECT, related_name="standards")
    number = models.PositiveSmallIntegerField(_("number"))
    area_class = models.CharField(
        _("class of area"), max_length=20, blank=True, help_text=_("Empty for all areas.")
    )
    condition = models.CharField(_("condition"), max_length=300)
    condition_en = models.CharField(_("condition in English"), max_length=300, blank=True)
    limit_n = models.DecimalField(
        _("limit"), max_digits=6, decimal_places=2, validators=[MinValueValidator(0)]
    )
    limit_unit = models.CharField(_("unit of the limit"), max_length=14, choices=Unit)
    closing = models.CharField(_("closing condition"), max_length=300, blank=True)
    closing_en = models.CharField(max_length=300, blank=True)
    local = models.BooleanField(
        _("local"), default=True, help_text=_("A city's own, not of the national standard.")
    )
    in_use = models.BooleanField(_("in use"), default=True)

    class Meta:
        verbose_name = _("filing standard")
        verbose_name_plural = _("filing standards")
        ordering = ["case_class", "number", "area_class"]
        constraints = [
            models.UniqueConstraint(
                fields=["case_class", "number", "area_class"], name="filing_standard_unique"
            ),
            models.CheckConstraint(condition=Q(limit_n__gt=0), name="filing_standard_limit"),
        ]

    def __str__(self) -> str:
        return f"{self.case_class_id}.{self.number} {self.condition}"


class StageLimit(models.Model):
    """How long a case may stand at a stage before somebody acts; without a row it may stand."""

    stage = models.CharField(_("stage"), max_length=10, choices=Stage, unique=True)
    limit_n = models.DecimalField(_("limit"), max_digits=6, decimal_places=2)
    limit_unit = models.CharField(_("unit of the limit"), max_length=14, choices=Unit)

    class Meta:
        verbose_name = _("limit of a stage")
        verbose_name_plural = _("limits of stages")
        constraints = [
            models.CheckConstraint(condition=Q(limit_n__gt=0), name="stage_limit_positive"),
        ]

    def __str__(self) -> str:
        return f"{self.stage} {self.limit_n} {self.limit_unit}"
