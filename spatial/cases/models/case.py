"""The case itself: one row for its whole life, in the month of its report."""

from django.conf import settings
from django.contrib.gis.db import models
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from spatial.cases.models.campaigns import Campaign
from spatial.cases.models.catalogue import CaseClass, FilingStandard, Unit
from spatial.cases.models.departments import Department
from spatial.cases.models.words import Channel, Kind, Level, Outcome, Priority
from spatial.cases.stages import Stage
from spatial.components.models import Component
from spatial.core.srid import STORE_SRID
from spatial.grids.models import GridPlan

__all__ = ["Case", "Channel", "InHand", "Kind", "Level", "Outcome", "Priority"]


def _person(verbose_name: str):
    """A key to a user; whoever has cases is switched off, not deleted."""
    return models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,
        verbose_name=verbose_name,
    )


def _count(verbose_name: str):
    return models.PositiveSmallIntegerField(verbose_name, default=0)


class Case(models.Model):
    """A case (案卷). It changes only through `spatial.cases.services`.

    The key is the day of the report and a number of that day (``20261128000123``), so that the
    table is parted by month and a key is looked up in one month only. The case number is the
    district's code before the key. What lies in no unit grid has no ``grid_code``.
    """

    id = models.BigIntegerField(primary_key=True)
    kind = models.CharField(_("kind"), max_length=9, choices=Kind)
    case_class = models.ForeignKey(
        CaseClass, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    standard = models.ForeignKey(
        FilingStandard,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,
    )

    point = models.PointField(_("point"), srid=STORE_SRID, spatial_index=False)
    district_code = models.CharField(_("district"), max_length=6)
    street_code = models.CharField(_("street"), max_length=9, blank=True)
    community_code = models.CharField(_("community"), max_length=12, blank=True)
    grid_code = models.CharField(_("unit grid"), max_length=16, blank=True)
    plan = models.ForeignKey(
        GridPlan,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,
        verbose_name=_("edition of the grids"),
    )
    place = models.CharField(_("place in words"), max_length=200, blank=True)
    component = models.ForeignKey(
        Component,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="cases",
        db_index=False,
    )
    description = models.TextField(_("description"), max_length=2000, blank=True)

    channel = models.CharField(_("source"), max_length=10, choices=Channel)
    reporter = _person(_("reporter"))
    contact = models.CharField(_("contact of the reporter"), max_length=100, blank=True)
    reported_at = models.DateTimeField(_("reported at"))

    stage = models.CharField(_("stage"), max_length=10, choices=Stage, default=Stage.REPORTED)
    stage_since = models.DateTimeField(_("at this stage since"))
    stage_deadline = models.DateTimeField(_("limit of the stage"), null=True, blank=True)
    step = models.PositiveIntegerField(
        _("step"), default=0, help_text=_("Number of its last event; what a move has to have seen.")
    )
    level = models.PositiveSmallIntegerField(_("level"), choices=Level, default=Level.DISTRICT)
    priority = models.PositiveSmallIntegerField(
        _("priority"), choices=Priority, default=Priority.ORDINARY
    )
    campaign = models.ForeignKey(
        Campaign, null=True, blank=True, on_delete=models.PROTECT, related_name="+",
        db_index=False,
    )  # fmt: skip
    department = models.ForeignKey(
        Department, null=True, blank=True, on_delete=models.PROTECT, related_name="cases",
        db_index=False,
    )  # fmt: skip
    person = _person(_("person in charge"))
    filer = _person(_("filed by"))
    checker = _person(_("checked by"))
    verifier = _person(_("verified by"))
    on_site = models.BooleanField(_("found on site"), null=True, blank=True)

    limit_n = models.DecimalField(_("limit"), max_digits=6, decimal_places=2, null=True, blank=True)
    limit_unit = models.CharField(_("unit of the limit"), max_length=14, choices=Unit, blank=True)
    filed_at = models.DateTimeField(_("filed at"), null=True, blank=True)
    clock_from = models.DateTimeField(_("clock runs since"), null=True, blank=True)
    deadline = models.DateTimeField(_("deadline"), null=True, blank=True)
    due_at = models.DateTimeField(
        _("due"), null=True, blank=True,
        help_text=_("Of what counts now: handling while a department has it, else the stage."),
    )  # fmt: skip
    warn_at = models.DateTimeField(_("yellow from"), null=True, blank=True)
    handed_on_at = models.DateTimeField(_("handed on at"), null=True, blank=True)
    late = models.BooleanField(
        _("late"), null=True, blank=True, help_text=_("Fixed when the department hands on.")
    )
    exempt = models.BooleanField(
        _("exempt"), default=False, help_text=_("An appeal was upheld: lateness does not count.")
    )
    closed_at = models.DateTimeField(_("ended at"), null=True, blank=True)
    outcome = models.CharField(_("outcome"), max_length=8, choices=Outcome, blank=True)
    erased_at = models.DateTimeField(
        _("personal words erased at"), null=True, blank=True, editable=False
    )
    merged_into = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="merged",
        db_index=False,
    )  # fmt: skip

    declines = _count(_("declined"))
    redispatches = _count(_("improper dispatches"))
    escalations = _count(_("escalations"))
    holds = _count(_("holds"))
    extensions = _count(_("extensions"))
    reworks = _count(_("reworks"))
    reopenings = _count(_("reopenings"))
    presses = _count(_("presses"))
    appeals = _count(_("appeals"))

    class Meta:
        verbose_name = _("case")
        verbose_name_plural = _("cases")
        ordering = ["-id"]
        permissions = [
            ("grant_extension", "Can grant extensions at the second level"),
            ("force_close", "Can close cases by force"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(stage__in=["closed", "refused", "rejected", "merged"],
                            closed_at__isnull=False)
                | (~Q(stage__in=["closed", "refused", "rejected", "merged"])
                   & Q(closed_at__isnull=True, outcome="")),
                name="case_end_fits_stage",
            ),
            models.CheckConstraint(
                condition=(Q(stage="merged", merged_into__isnull=False)
                           | (~Q(stage="merged") & Q(merged_into__isnull=True))),
                name="case_merged_into_one",
            ),
        ]  # fmt: skip
        # Every index is there once a month: what is asked of cases in hand is asked of `InHand`.
        indexes = [
            models.Index(fields=["grid_code", "id"], name="case_grid"),
            models.Index(fields=["department", "id"], name="case_department"),
            models.Index(fields=["reporter", "id"], condition=Q(reporter__isnull=False),
                         name="case_reporter"),
            models.Index(fields=["checker", "id"], condition=Q(checker__isnull=False),
                         name="case_checker"),
            models.Index(fields=["verifier", "id"], condition=Q(verifier__isnull=False),
                         name="case_verifier"),
            models.Index(fields=["component"], condition=Q(component__isnull=False),
                         name="case_component"),
            models.Index(fields=["campaign", "id"], condition=Q(campaign__isnull=False),
                         name="case_campaign"),
            models.Index(fields=["case_class", "id"],
                         condition=Q(channel__in=["web", "app", "hotline"]),
                         name="case_of_public"),
            # What a night's erasing asks for; both are small once the old cases are done.
            models.Index(fields=["closed_at"], name="case_contact_to_erase",
                         condition=Q(closed_at__isnull=False) & ~Q(contact="")),
            models.Index(fields=["closed_at"], name="case_to_erase",
                         condition=Q(closed_at__isnull=False, erased_at__isnull=True)),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.number

    @property
    def number(self) -> str:
        """The case number: district 6, day 8, number of the day 6."""
        return f"{self.district_code}{self.id}"

    @property
    def is_open(self) -> bool:
        """Whether somebody still has to act."""
        return self.closed_at is None


def _copied(to: type[models.Model]):
    """A key as the case has it; the case's own is checked."""
    return models.ForeignKey(
        to,
        null=True,
        on_delete=models.DO_NOTHING,
        related_name="+",
        db_constraint=False,
        db_index=False,
    )


class InHand(models.Model):
    """A case that somebody still has to act on: what lists, counts and maps ask for.

    The database writes it with every change of a case and takes it out when that ends, so that
    daily work reads one small table however many closed cases there are. Nobody else writes it.
    """

    case = models.OneToOneField(
        Case, primary_key=True, on_delete=models.DO_NOTHING, related_name="+", db_constraint=False
    )
    kind = models.CharField(max_length=9, choices=Kind)
    case_class = _copied(CaseClass)
    point = models.PointField(srid=STORE_SRID)
    district_code = models.CharField(max_length=6)
    street_code = models.CharField(max_length=9)
    community_code = models.CharField(max_length=12)
    grid_code = models.CharField(max_length=16)
    channel = models.CharField(max_length=10, choices=Channel)
    reporter = _copied(settings.AUTH_USER_MODEL)
    reported_at = models.DateTimeField()
    stage = models.CharField(max_length=10, choices=Stage)
    stage_since = models.DateTimeField()
    stage_deadline = models.DateTimeField(null=True)
    step = models.PositiveIntegerField()
    level = models.PositiveSmallIntegerField(choices=Level)
    priority = models.PositiveSmallIntegerField(choices=Priority)
    department = _copied(Department)
    person = _copied(settings.AUTH_USER_MODEL)
    checker = _copied(settings.AUTH_USER_MODEL)
    verifier = _copied(settings.AUTH_USER_MODEL)
    deadline = models.DateTimeField(null=True)
    due_at = models.DateTimeField(null=True)
    warn_at = models.DateTimeField(null=True)
    component = _copied(Component)
    campaign = _copied(Campaign)
    words = models.TextField(default="", help_text=_("Place and description, to be searched."))

    class Meta:
        verbose_name = _("case in hand")
        verbose_name_plural = _("cases in hand")
        ordering = ["due_at", "case_id"]
        indexes = [
            models.Index(fields=["due_at", "case"], name="in_hand_due"),
            models.Index(fields=["department", "due_at", "case"], name="in_hand_department_due"),
            models.Index(fields=["stage", "due_at", "case"], name="in_hand_stage_due"),
            GinIndex(OpClass("words", name="gin_trgm_ops"), name="in_hand_words"),
            models.Index(fields=["grid_code"], name="in_hand_grid"),
            models.Index(fields=["reporter"], name="in_hand_reporter"),
            models.Index(fields=["checker"], name="in_hand_checker"),
            models.Index(fields=["verifier"], name="in_hand_verifier"),
        ]

    def __str__(self) -> str:
        return str(self.case_id)
