"""Which grids were walked: kept as counts, so that nobody looks through trails of a month."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _


class Walk(models.Model):
    """What an inspector walked on a day, and how much of his own grids; made of his trail."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+",
        verbose_name=_("inspector"), db_index=False,
    )  # fmt: skip
    day = models.DateField(_("day"))
    grids = ArrayField(models.CharField(max_length=16), verbose_name=_("unit grids"))
    own = models.PositiveIntegerField(_("own grids walked"))
    due = models.PositiveIntegerField(_("own grids"))

    class Meta:
        verbose_name = _("day of an inspector")
        verbose_name_plural = _("days of inspectors")
        ordering = ["day", "user"]
        constraints = [models.UniqueConstraint(fields=["day", "user"], name="walk_once")]

    def __str__(self) -> str:
        return f"{self.user_id} {self.day}"


class WalkedMonth(models.Model):
    """On which days of a month a grid was walked by anybody: a bit for each, the first lowest."""

    month = models.PositiveIntegerField(_("month"), help_text=_("Such as 202611."))
    grid_code = models.CharField(_("unit grid"), max_length=16)
    days = models.IntegerField(_("days"))

    class Meta:
        verbose_name = _("walked month")
        verbose_name_plural = _("walked months")
        constraints = [
            models.UniqueConstraint(
                fields=["month", "grid_code"], include=["days"], name="walked_month_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.month} {self.grid_code}"


class WaitingWalk(models.Model):
    """A day of an inspector of which something came in that is not counted yet."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", db_index=False
    )
    day = models.DateField()
    marked_at = models.DateTimeField()

    class Meta:
        verbose_name = _("day to be counted")
        verbose_name_plural = _("days to be counted")
        constraints = [models.UniqueConstraint(fields=["user", "day"], name="waiting_walk_once")]

    def __str__(self) -> str:
        return f"{self.user_id} {self.day}"
