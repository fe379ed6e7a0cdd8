"""Teams, shifts and persons in the administration."""

from django.contrib import admin

from spatial.core.admin import Audited, Looked
from spatial.patrol.models import GridResponsible, Shift, Team


@admin.register(Team)
class TeamAdmin(Audited, admin.ModelAdmin):
    """Teams."""

    list_display = ("code", "name", "street_code")
    search_fields = ("code", "name")


@admin.register(Shift)
class ShiftAdmin(Audited, admin.ModelAdmin):
    """Shifts."""

    list_display = ("name", "starts", "ends", "days")


@admin.register(GridResponsible)
class GridResponsibleAdmin(Looked, Audited, admin.ModelAdmin):
    """Persons who answer for grids."""

    list_display = ("code", "role", "name", "post", "organisation", "valid_from", "valid_to")
    list_filter = ("level", "role")
    search_fields = ("code", "name", "organisation")

    def look_key(self, row: GridResponsible) -> str:
        """By the region or grid that is answered for."""
        return row.code
