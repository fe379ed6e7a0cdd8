"""What evaluation keeps beside its counts: months counted, schemes of weights, what is published.

The counts themselves are no models (`spatial.evaluation.tables`).
"""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


class ObjectKind(models.TextChoices):
    """What is graded."""

    GRID = "grid", _("unit grid")
    COMMUNITY = "community", _("community")
    STREET = "street", _("street")
    DISTRICT = "district", _("district")
    PATROL = "patrol", _("patrol area")
    CELL = "cell", _("cell of a grid scheme")
    POLYGON = "polygon", _("drawn polygon")
    DEPARTMENT = "department", _("responsible department")
    AUTHORITY = "authority", _("competent authority")
    INSPECTOR = "inspector", _("inspector")
    OPERATOR = "operator", _("operator")
    SHIFT_LEADER = "shift_leader", _("shift leader")
    DISPATCHER = "dispatcher", _("dispatcher")
    CENTRE = "centre", _("centre")


class CountedMonth(models.Model):
    """A month of reports whose counts were rebuilt, or wait for it."""

    cohort = models.PositiveIntegerField(_("month"), primary_key=True)
    pending = models.BooleanField(_("waits"), default=False)
    rebuilt_at = models.DateTimeField(_("rebuilt at"), null=True)
    rows = models.PositiveBigIntegerField(_("rows"), default=0)

    class Meta:
        verbose_name = _("counted month")
        verbose_name_plural = _("counted months")
        ordering = ["cohort"]

    def __str__(self) -> str:
        return str(self.cohort)


class AreaClass(models.Model):
    """A class of areas that are judged alike, such as central (中心区) and ordinary ones."""

    code = models.CharField(_("code"), max_length=20, primary_key=True)
    name = models.CharField(_("name"), max_length=40)
    name_en = models.CharField(_("English name"), max_length=40, blank=True)

    class Meta:
        verbose_name = _("class of area")
        verbose_name_plural = _("classes of areas")
        ordering = ["code"]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"


class ClassedArea(models.Model):
    """The class of an area from a day on; areas within it have it too, unless they have their own.

    Without a class the area has that of the area around it again.
    """

    code = models.CharField(
        _("area"), max_length=40,
        help_text=_("Code of a district, street, community, unit grid or patrol area."),
    )  # fmt: skip
    area_class = models.ForeignKey(
        AreaClass, null=True, blank=True, on_delete=models.PROTECT, related_name="+",
        verbose_name=_("class of area"),
    )  # fmt: skip
    valid_from = models.DateField(_("valid from"))

    class Meta:
        verbose_name = _("area with its class")
        verbose_name_plural = _("areas with their class")
        ordering = ["code", "-valid_from"]
        constraints = [
            models.UniqueConstraint(fields=["code", "valid_from"], name="classed_area_once"),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.area_class_id or '–'}"


class WeightScheme(models.Model):
    """A version of the weights by which a kind of object is scored; published it never changes."""

    class State(models.TextChoices):
        DRAFT = "draft", _("draft")
        PUBLISHED = "published", _("published")

    key = models.SlugField(_("key"), max_length=40)
    version = models.PositiveIntegerField(_("version"), default=1)
    kind = models.CharField(_("object"), max_length=12, choices=ObjectKind)
    area_class = models.CharField(
        _("class of area"), max_length=20, blank=True, help_text=_("Empty for all areas.")
    )
    name = models.CharField(_("name"), max_length=80)
    name_en = models.CharField(_("English name"), max_length=80, blank=True)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.DRAFT)
    parts = models.JSONField(
        _("parts"), help_text=_("Indicator, weight, and bands where it is no rate.")
    )
    grades = models.JSONField(_("grades"), help_text=_("From which score on each grade is given."))
    least_cases = models.PositiveIntegerField(
        _("fewest cases"), default=5, help_text=_("Fewer give no grade: “too few”.")
    )
    note = models.CharField(_("remark"), max_length=500, blank=True)
    published_at = models.DateTimeField(_("published at"), null=True, blank=True)

    class Meta:
        verbose_name = _("scheme of weights")
        verbose_name_plural = _("schemes of weights")
        ordering = ["kind", "key", "-version"]
        constraints = [
            models.UniqueConstraint(fields=["key", "version"], name="weight_scheme_version"),
            models.CheckConstraint(
                condition=Q(state="draft", published_at__isnull=True)
                | Q(state="published", published_at__isnull=False),
                name="weight_scheme_published_at",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.key}-v{self.version}"


class Publication(models.Model):
    """Results of a period that were made known; they stay as they were, with their inputs' hash."""

    kind = models.CharField(_("object"), max_length=12, choices=ObjectKind)
    scheme = models.ForeignKey(WeightScheme, on_delete=models.PROTECT, related_name="+")
    period = models.CharField(_("period"), max_length=24)
    first = models.DateField(_("first day"))
    last = models.DateField(_("last day"))
    district_code = models.CharField(_("district"), max_length=6, blank=True)
    digest = models.CharField(_("hash of the inputs"), max_length=64)
    results = models.PositiveIntegerField(_("results"))
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+",
        verbose_name=_("published by"),
    )  # fmt: skip
    made_at = models.DateTimeField(_("published at"), auto_now_add=True)

    class Meta:
        verbose_name = _("published evaluation")
        verbose_name_plural = _("published evaluations")
        ordering = ["-last", "kind"]
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "scheme", "period", "district_code"], name="publication_once"
            ),
            models.CheckConstraint(condition=Q(first__lte=F("last")), name="publication_span"),
        ]

    def __str__(self) -> str:
        return f"{self.period} {self.kind}"


class PublishedResult(models.Model):
    """The result of one object, with the counts it was computed from."""

    publication = models.ForeignKey(Publication, on_delete=models.PROTECT, related_name="rows")
    code = models.CharField(_("code"), max_length=40)
    inputs = models.JSONField(_("inputs"))
    score = models.FloatField(_("score"), null=True)
    grade = models.CharField(_("grade"), max_length=1, blank=True)
    rank = models.PositiveIntegerField(
        _("rank"), null=True, help_text=_("Among those of its class of area.")
    )
    area_class = models.CharField(_("class of area"), max_length=20, blank=True, default="")
    scheme = models.ForeignKey(
        WeightScheme, null=True, on_delete=models.PROTECT, related_name="+",
        verbose_name=_("scheme of its class"), help_text=_("Empty: that of the publication."),
    )  # fmt: skip

    class Meta:
        verbose_name = _("published result")
        verbose_name_plural = _("published results")
        ordering = ["publication", "rank", "code"]
        constraints = [
            models.UniqueConstraint(fields=["publication", "code"], name="published_result_once"),
        ]

    def __str__(self) -> str:
        return f"{self.publication_id} {self.code}"


class Correction(models.Model):
    """What became known of a published result later; it stands beside it and changes nothing."""

    result = models.ForeignKey(
        PublishedResult, on_delete=models.PROTECT, related_name="corrections"
    )
    inputs = models.JSONField(_("inputs"))
    score = models.FloatField(_("score"), null=True)
    grade = models.CharField(_("grade"), max_length=1, blank=True)
    reason = models.CharField(_("reason"), max_length=1000)
    cases = ArrayField(
        models.BigIntegerField(), default=list, blank=True, verbose_name=_("cases"),
        help_text=_("Whose appeals were upheld, by key."),
    )  # fmt: skip
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+",
        verbose_name=_("corrected by"),
    )  # fmt: skip
    made_at = models.DateTimeField(_("corrected at"), auto_now_add=True)

    class Meta:
        verbose_name = _("correction of a result")
        verbose_name_plural = _("corrections of results")
        ordering = ["made_at"]

    def __str__(self) -> str:
        return f"{self.result_id} {self.made_at:%Y-%m-%d}"
