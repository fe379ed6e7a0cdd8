"""Schemes of weights and what is published, in the admin."""

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.forms import ModelForm
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from spatial.core.admin import Audited, Kept, LookOnly
from spatial.core.errors import WanmiError
from spatial.evaluation.models import (
    AreaClass,
    ClassedArea,
    Correction,
    Publication,
    WeightScheme,
)
from spatial.evaluation.services.schemes import (
    check_area_class,
    check_grades,
    check_parts,
    publish_scheme,
)


class WeightSchemeForm(ModelForm):
    """Refuses weights, bands and grades that are none, with the code of the error."""

    def clean(self) -> dict[str, Any]:
        """Check them as the service does."""
        values = super().clean() or {}
        for name, check in (
            ("parts", check_parts),
            ("grades", check_grades),
            ("area_class", check_area_class),
        ):
            try:
                check(values.get(name))
            except WanmiError as error:
                self.add_error(name, ValidationError(str(error)))
        return values


@admin.register(WeightScheme)
class WeightSchemeAdmin(Audited, Kept, admin.ModelAdmin):
    """Drafts are changed here and published; a published one is looked at."""

    form = WeightSchemeForm
    list_display = ("key", "version", "kind", "area_class", "name", "state", "published_at")
    list_filter = ("kind", "state")
    fields = ("key", "version", "kind", "area_class", "name", "name_en", "parts", "grades",
              "least_cases", "note")  # fmt: skip
    actions = ("publish",)

    def has_change_permission(self, request: HttpRequest, obj: object = None) -> bool:
        """Administrators, and drafts only."""
        draft = not isinstance(obj, WeightScheme) or obj.state == WeightScheme.State.DRAFT
        return draft and super().has_change_permission(request, obj)

    @admin.action(description=_("Publish"))
    def publish(self, request: HttpRequest, rows: QuerySet[WeightScheme]) -> None:
        """From now on these are used, and never change."""
        for row in rows:
            try:
                publish_scheme(row, request.user)
            except WanmiError as error:
                messages.error(request, str(error))


@admin.register(Publication)
class PublicationAdmin(LookOnly, admin.ModelAdmin):
    """What was published."""

    list_display = ("period", "kind", "district_code", "scheme", "results", "made_by", "made_at")
    list_filter = ("kind", "made_at")
    list_select_related = ("scheme", "made_by")


@admin.register(Correction)
class CorrectionAdmin(LookOnly, admin.ModelAdmin):
    """What became known later."""

    list_display = ("result", "grade", "score", "reason", "made_by", "made_at")
    list_select_related = ("result", "made_by")


@admin.register(AreaClass)
class AreaClassAdmin(Audited, Kept, admin.ModelAdmin):
    """Classes of areas."""

    list_display = ("code", "name", "name_en")


@admin.register(ClassedArea)
class ClassedAreaAdmin(Audited, Kept, admin.ModelAdmin):
    """Which area is of which class from when on."""

    list_display = ("code", "area_class", "valid_from")
    list_filter = ("area_class",)
    search_fields = ("code",)
