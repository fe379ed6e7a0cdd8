"""Working calendars with their days, in the admin."""

from zoneinfo import available_timezones

from django.contrib import admin
from django.core.exceptions import ValidationError
from django.utils.translation import gettext

from spatial.cases.models import CalendarDay, WorkCalendar
from spatial.core.admin import Audited, Kept, Lines


class DayInline(Lines, admin.TabularInline):
    """Days on which people work, or do not, whatever the calendar says else."""

    model = CalendarDay
    extra = 1


@admin.register(WorkCalendar)
class WorkCalendarAdmin(Audited, Kept, admin.ModelAdmin):
    """Calendars: that of the whole site has no region."""

    list_display = ("__str__", "region_code", "country", "zone", "hours", "emergency")
    list_filter = ("country",)
    search_fields = ("region_code",)
    inlines = (DayInline,)

    def formfield_for_dbfield(self, db_field, request, **kwargs):
        """A time zone is one that there is."""
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if db_field.name == "zone":
            field.validators.append(known_zone)
        return field


def known_zone(name: str) -> None:
    """Refuse a time zone that there is not."""
    if name not in available_timezones():
        raise ValidationError(gettext("Write a time zone like Asia/Shanghai."))
