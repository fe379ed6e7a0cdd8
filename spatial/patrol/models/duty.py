"""Who is on duty, and where he was."""

from datetime import datetime, timedelta

from django.conf import settings
from django.contrib.gis.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from spatial.core.srid import STORE_SRID
from spatial.patrol.models.areas import Shift

LONGEST_DUTY = timedelta(hours=16)
"""Who forgets to go off duty is off by himself: nobody is followed on his way home for days."""


def still_on(now: datetime) -> Q:
    """Duties that go on at a time."""
    return Q(ended_at__isnull=True, started_at__gt=now - LONGEST_DUTY)


class Duty(models.Model):
    """One time an inspector is on duty; open until he ends it, for 16 hours at most.

    It knows his last position, so that those on duty are shown without looking through trails.
    """

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="duties",
        verbose_name=_("inspector"),
    )  # fmt: skip
    shift = models.ForeignKey(
        Shift, null=True, blank=True, on_delete=models.SET_NULL, related_name="+",
        verbose_name=_("shift"),
    )  # fmt: skip
    trail_on = models.BooleanField(
        _("trail"), default=True, help_text=_("Whether positions are taken.")
    )
    started_at = models.DateTimeField(_("started at"))
    ended_at = models.DateTimeField(_("ended at"), null=True, blank=True)
    last_at = models.DateTimeField(_("last position at"), null=True, blank=True)
    last_point = models.PointField(
        _("last position"), srid=STORE_SRID, null=True, blank=True, spatial_index=False
    )
    last_accuracy_m = models.FloatField(_("accuracy (m)"), null=True, blank=True)

    class Meta:
        verbose_name = _("duty")
        verbose_name_plural = _("duties")
        ordering = ["-started_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["user"], condition=Q(ended_at__isnull=True), name="duty_one_at_a_time"
            ),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True) | Q(ended_at__gte=F("started_at")),
                name="duty_times_in_order",
            ),
        ]
        indexes = [models.Index(fields=["user", "started_at"], name="duty_of_user")]

    def __str__(self) -> str:
        return f"{self.user_id} {self.started_at:%Y-%m-%d %H:%M}"


class Position(models.Model):
    """Where an inspector was at a time.

    The key is the time in milliseconds times 2²² and the key of the user: the same point sent twice
    is one row, and the table is parted by day of the key, so that a day is read alone and an old
    one is dropped as a whole. Writing goes through `spatial.patrol.services.positions`.
    """

    id = models.BigIntegerField(primary_key=True)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    point = models.PointField(srid=STORE_SRID, spatial_index=False)
    at = models.DateTimeField(_("at"))
    accuracy_m = models.FloatField(_("accuracy (m)"))

    class Meta:
        verbose_name = _("position")
        verbose_name_plural = _("positions")
        ordering = ["id"]
        indexes = [models.Index(fields=["user", "id"], name="position_of_user")]

    def __str__(self) -> str:
        return f"{self.user_id} {self.at}"
