"""Classes, filing standards and limits of stages in the admin."""

from __future__ import annotations

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from spatial.cases.models import CaseClass, FilingStandard, Kind, StageLimit
from spatial.core import audit
from spatial.core.admin import Audited, Kept, Lines

LOCAL = "local"
OF_CATALOGUE = ("code", "name", "name_en", "kind", "main_code", "main_name", "main_name_en")


class CaseClassForm(forms.ModelForm):
    """A class of the city's own; one of a catalogue comes with it."""

    class Meta:
        model = CaseClass
        fields = (*OF_CATALOGUE, "component_class", "symbol", "in_use", "public")

    def clean(self) -> dict:
        """A code is there once, and an event is about no component."""
        values = super().clean()
        if self.instance.pk is None:
            self.instance.catalogue, self.instance.local = LOCAL, True
        if not self.instance.local:
            return values
        if values.get("kind") == Kind.EVENT and values.get("component_class"):
            self.add_error("component_class", gettext("An event is about no component class."))
        for name, digits in (("main_code", 2), ("code", 4)):
            text = values.get(name, "")
            if text and not (text.isascii() and text.isdigit() and len(text) >= digits):
                self.add_error(name, ValidationError(gettext("Write the code in digits.")))
        return values


@admin.register(CaseClass)
class CaseClassAdmin(Audited, Kept, admin.ModelAdmin):
    """Classes: those of catalogues may be offered to everybody, the city's own are kept here."""

    form = CaseClassForm
    list_display = ("code", "name", "main_name", "kind", "catalogue", "in_use", "public")
    list_filter = ("public", "in_use", "local", "catalogue", "kind", "main_name")
    search_fields = ("code", "name", "name_en")
    autocomplete_fields = ()
    raw_id_fields = ("component_class",)
    actions = ("offer", "withhold")

    def get_readonly_fields(self, request: HttpRequest, obj: CaseClass | None = None) -> tuple:
        """What a catalogue says is not changed here: it would come back with the catalogue."""
        if obj is None or obj.local:
            return ()
        return (*OF_CATALOGUE, "component_class", "symbol", "in_use")

    @admin.action(description=_("Offer to everybody who reports"))
    def offer(self, request: HttpRequest, rows: QuerySet[CaseClass]) -> None:
        """Classes that people can see and name."""
        self._set(request, rows, public=True)

    @admin.action(description=_("Do not offer to everybody"))
    def withhold(self, request: HttpRequest, rows: QuerySet[CaseClass]) -> None:
        """Classes for those who work here."""
        self._set(request, rows, public=False)

    def _set(self, request: HttpRequest, rows: QuerySet[CaseClass], *, public: bool) -> None:
        keys = sorted(rows.exclude(public=public).values_list("pk", flat=True))
        CaseClass.objects.filter(pk__in=keys).update(public=public)
        sides = {"before": {"public": not public}, "after": {"public": public}}
        audit.record(request.user, "case_class.public", "CaseClass", "", classes=keys, **sides)


@admin.register(FilingStandard)
class FilingStandardAdmin(Audited, Kept, admin.ModelAdmin):
    """Filing standards: condition, limit and what ends a case."""

    list_display = ("case_class", "number", "area_class", "condition", "limit_n", "limit_unit",
                    "in_use")  # fmt: skip
    list_filter = ("in_use", "local", "limit_unit", "area_class", "case_class__main_name")
    search_fields = ("condition", "case_class__code", "case_class__name")
    list_select_related = ("case_class",)
    autocomplete_fields = ("case_class",)


@admin.register(StageLimit)
class StageLimitAdmin(Audited, Lines, admin.ModelAdmin):
    """How long a case may stand at a stage."""

    list_display = ("stage", "limit_n", "limit_unit")
    list_filter = ("limit_unit",)
    search_fields = ("stage",)
