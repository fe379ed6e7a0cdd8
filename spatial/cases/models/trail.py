"""What happens to a case: events, parts, photos, extensions, holds, and what was sent twice."""

from django.conf import settings
from django.contrib.gis.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from spatial.cases.models.case import Case
from spatial.cases.models.catalogue import Unit
from spatial.cases.models.departments import Department
from spatial.cases.stages import Role, Stage

STEPS = 10_000
"""More than a case has events: the key of an event is its case's times this, plus its step."""


def _user(verbose_name: str = ""):
    return models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,
        verbose_name=verbose_name,
    )


class CaseEvent(models.Model):
    """One move, as it was made; the database keeps every row as it is.

    Parted by month like its case, whose key stands in its own.
    """

    id = models.BigIntegerField(primary_key=True)
    # Cases are never deleted, and an event is written while its case is locked. Events of a case
    # are asked for by their keys (`spatial.cases.selectors.events_of`): no way from the case here.
    case = models.ForeignKey(
        Case,
        on_delete=models.DO_NOTHING,
        related_name="+",
        db_constraint=False,
        db_index=False,
    )
    step = models.PositiveIntegerField(_("step"))
    move = models.CharField(_("move"), max_length=20)
    stage_before = models.CharField(_("stage before"), max_length=10, choices=Stage, blank=True)
    stage_after = models.CharField(_("stage after"), max_length=10, choices=Stage)
    role = models.CharField(_("role"), max_length=20, choices=Role)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.DO_NOTHING,
        db_constraint=False,
        db_index=False,
        related_name="+",
    )
    user_name = models.CharField(_("user"), max_length=150, blank=True)
    department = models.ForeignKey(
        Department,
        null=True,
        blank=True,
        on_delete=models.DO_NOTHING,
        db_constraint=False,
        db_index=False,
        related_name="+",
        help_text=_("Which had the case after the move."),
    )
    reason = models.CharField(_("reason"), max_length=1000, blank=True)
    evidence = models.JSONField(_("evidence"), default=dict)
    at = models.DateTimeField(_("at"))
    day = models.DateField(_("day"))
    request_id = models.CharField(
        _("request"), max_length=64, blank=True, default="", db_default="",
        help_text=_("Its id in the log; empty for a command and for work in the background."),
    )  # fmt: skip

    class Meta:
        verbose_name = _("case event")
        verbose_name_plural = _("case events")
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(id=F("case") * STEPS + F("step")) & Q(step__gte=1, step__lt=STEPS),
                name="case_event_key",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.case_id}.{self.step} {self.move}"


class Task(models.Model):
    """A part of a case that was split: what one department has to do of it."""

    class State(models.TextChoices):
        OPEN = "open", _("open")
        ANSWERED = "answered", _("done")
        DECLINED = "declined", _("declined")
        DROPPED = "dropped", _("dropped")

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="tasks")
    department = models.ForeignKey(Department, on_delete=models.PROTECT, related_name="tasks")
    what = models.CharField(_("what is to be done"), max_length=300)
    state = models.CharField(_("state"), max_length=8, choices=State, default=State.OPEN)
    made_at = models.DateTimeField(_("given at"))
    answered_at = models.DateTimeField(_("done at"), null=True, blank=True)
    late = models.BooleanField(_("late"), null=True, blank=True)

    class Meta:
        verbose_name = _("part of a case")
        verbose_name_plural = _("parts of cases")
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.case_id} {self.department_id}"


def photo_path(photo: "Attachment", _name: str) -> str:
    """Where a photo lies: by its own key, never by what the sender called it."""
    day = str(photo.case_id)
    return f"cases/{day[:6]}/{day[6:8]}/{photo.case_id}/{photo.key}.jpg"


class Attachment(models.Model):
    """A photo of a case, encoded anew when it came in; shown to those who may see the case."""

    class View(models.TextChoices):
        NEAR = "near", _("close up")
        FAR = "far", _("from afar")
        BEFORE = "before", _("before")
        AFTER = "after", _("after")

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="photos")
    step = models.PositiveIntegerField(_("step"), help_text=_("Of the event it came with."))
    key = models.UUIDField(unique=True, editable=False)
    view = models.CharField(_("view"), max_length=6, choices=View)
    file = models.FileField(upload_to=photo_path)
    width_px = models.PositiveIntegerField()
    height_px = models.PositiveIntegerField()
    taken_at = models.DateTimeField(_("taken at"), null=True, blank=True)
    added_at = models.DateTimeField(_("added at"))

    class Meta:
        verbose_name = _("photo of a case")
        verbose_name_plural = _("photos of cases")
        ordering = ["case", "step", "id"]

    def __str__(self) -> str:
        return f"{self.case_id} {self.key}"


class Extension(models.Model):
    """More time for a case: asked by the department, agreed by command, granted by a leader."""

    class State(models.TextChoices):
        ASKED = "asked", _("asked")
        AGREED = "agreed", _("agreed")
        GRANTED = "granted", _("granted")
        REFUSED = "refused", _("refused")

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="extension_rows")
    state = models.CharField(_("state"), max_length=7, choices=State, default=State.ASKED)
    more_n = models.DecimalField(_("more time"), max_digits=6, decimal_places=2)
    more_unit = models.CharField(_("unit"), max_length=14, choices=Unit)
    reason = models.CharField(_("reason"), max_length=1000)
    asked_by, asked_at = _user(_("asked by")), models.DateTimeField(_("asked at"))
    agreed_by = _user(_("agreed by"))
    agreed_at = models.DateTimeField(_("agreed at"), null=True, blank=True)
    settled_by = _user(_("settled by"))
    settled_at = models.DateTimeField(_("settled at"), null=True, blank=True)

    class Meta:
        verbose_name = _("extension")
        verbose_name_plural = _("extensions")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["case"],
                condition=Q(state__in=["asked", "agreed"]),
                name="extension_one_pending",
            ),
            models.CheckConstraint(condition=Q(more_n__gt=0), name="extension_more"),
        ]

    def __str__(self) -> str:
        return f"{self.case_id} {self.state}"


class Hold(models.Model):
    """A span in which the clock of a case stood still."""

    class Why(models.TextChoices):
        HELD = "held", _("on hold")
        HANDED_ON = "handed_on", _("with supervision")

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="hold_rows")
    why = models.CharField(_("why"), max_length=9, choices=Why)
    since = models.DateTimeField(_("since"))
    until = models.DateTimeField(_("until"), null=True, blank=True)

    class Meta:
        verbose_name = _("hold")
        verbose_name_plural = _("holds")
        ordering = ["since"]
        constraints = [
            models.UniqueConstraint(
                fields=["case"], condition=Q(until__isnull=True), name="hold_one_at_a_time"
            ),
            models.CheckConstraint(
                condition=Q(until__isnull=True) | Q(until__gte=F("since")),
                name="hold_times_in_order",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.case_id} {self.why} {self.since}"


class Sending(models.Model):
    """A key that a device gave to what it sent, so that sending it twice does it once."""

    key = models.UUIDField(primary_key=True)
    digest = models.CharField(max_length=64, help_text=_("Hash of what was sent."))
    event_id = models.BigIntegerField(null=True, help_text=_("What came of it."))
    at = models.DateTimeField(auto_now_add=True, db_index=True)

    class Meta:
        verbose_name = _("sending")
        verbose_name_plural = _("sendings")

    def __str__(self) -> str:
        return str(self.key)
