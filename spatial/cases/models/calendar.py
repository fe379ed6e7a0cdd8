"""Which hours count for limits, where and when."""

from django.contrib.gis.db import models
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from spatial.cases.worktime import Hours


def written_as_hours(text: str) -> None:
    """Refuse working hours that cannot be read."""
    try:
        Hours.parse(text)
    except ValueError as error:
        example = _("Write working hours like 08:30-12:00 13:30-17:30.")
        raise ValidationError(example) from error


class WorkCalendar(models.Model):
    """The working calendar of a district, or with an empty region that of the whole site."""

    region_code = models.CharField(
        _("region"), max_length=6, blank=True, unique=True, help_text=_("Empty for the whole site.")
    )
    country = models.CharField(_("country"), max_length=2, default="CN")
    zone = models.CharField(_("time zone"), max_length=40, default="Asia/Shanghai")
    hours = models.CharField(
        _("working hours"), max_length=80, default="08:00-12:00 14:00-18:00",
        validators=[written_as_hours],
    )  # fmt: skip
    emergency = models.CharField(
        _("hours of the emergency shift"), max_length=80, default="00:00-24:00",
        validators=[written_as_hours],
    )  # fmt: skip

    class Meta:
        verbose_name = _("working calendar")
        verbose_name_plural = _("working calendars")
        ordering = ["region_code"]

    def __str__(self) -> str:
        return self.region_code or "*"


class CalendarDay(models.Model):
    """A day on which people work, or do not, whatever the calendar says else."""

    calendar = models.ForeignKey(WorkCalendar, on_delete=models.CASCADE, related_name="days")
    day = models.DateField(_("day"))
    works = models.BooleanField(_("working day"))
    note = models.CharField(_("note"), max_length=60, blank=True)

    class Meta:
        verbose_name = _("day of a calendar")
        verbose_name_plural = _("days of calendars")
        ordering = ["day"]
        constraints = [
            models.UniqueConstraint(fields=["calendar", "day"], name="calendar_day_unique"),
        ]

    def __str__(self) -> str:
        return f"{self.day} {self.works}"
