"""Lists of addresses with what the geocoder found for each row, and what a person decided."""

import uuid

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from spatial.basemap.models import PlaceName


class BatchRun(models.Model):
    """One list that was geocoded; it is there only when all of its rows are."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    file = models.CharField(_("file"), max_length=255)
    columns = models.JSONField(_("columns"), help_text=_("Names of the list's own columns."))
    field = models.CharField(_("column of the address"), max_length=255)
    district = models.CharField(_("district"), max_length=6, blank=True)
    row_count = models.PositiveIntegerField(_("rows"))
    counts = models.JSONField(_("counts"), help_text=_("Rows by verdict, as they were found."))
    seconds = models.FloatField(_("seconds"))
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)
    changed_at = models.DateTimeField(_("changed at"), auto_now=True)

    class Meta:
        verbose_name = _("list of addresses")
        verbose_name_plural = _("lists of addresses")
        ordering = ["-created_at"]

    def __str__(self) -> str:
        return f"{self.file} ({self.row_count})"


class BatchRow(models.Model):
    """A row of a list: its own values, the candidates, and the decision."""

    class State(models.TextChoices):
        OPEN = "open", _("not looked at")
        ACCEPTED = "accepted", _("accepted")
        CORRECTED = "corrected", _("corrected")
        PLACED = "placed", _("set by hand")

    class Verdict(models.TextChoices):
        EXACT = "exact", _("exact")
        PARTIAL = "partial", _("partial")
        AMBIGUOUS = "ambiguous", _("ambiguous")
        NONE = "none", _("not found")

    run = models.ForeignKey(BatchRun, on_delete=models.CASCADE, related_name="rows")
    number = models.PositiveIntegerField(_("row"))
    values = models.JSONField(_("values"), help_text=_("In the order of the list's columns."))
    text = models.TextField(_("address"))
    verdict = models.CharField(_("verdict"), max_length=10, choices=Verdict.choices)
    code = models.CharField(
        _("error code"), max_length=40, blank=True, help_text=_("Why the text is no address.")
    )
    hint = models.CharField(_("hint"), max_length=200, blank=True)
    candidates = models.JSONField(_("candidates"), default=list)
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.OPEN)
    choice = models.PositiveSmallIntegerField(_("chosen candidate"), null=True, blank=True)
    hand = models.JSONField(_("place set by hand"), null=True, blank=True)
    correction = models.ForeignKey(
        PlaceName, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    decided_at = models.DateTimeField(_("decided at"), null=True, blank=True)

    class Meta:
        verbose_name = _("row of a list of addresses")
        verbose_name_plural = _("rows of lists of addresses")
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["run", "number"], name="batch_row_unique"),
        ]
        indexes = [
            models.Index(fields=["run", "verdict", "number"], name="batch_row_by_verdict"),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.text}"
