"""Departments and the table by which cases are dispatched, in the admin."""

from django.contrib import admin

from spatial.cases.models import Department, DispatchRule
from spatial.core.admin import Audited, Kept, Lines


@admin.register(Department)
class DepartmentAdmin(Audited, Kept, admin.ModelAdmin):
    """Departments with their people."""

    list_display = ("code", "name", "level", "region_code", "parent", "in_use")
    list_filter = ("in_use", "level")
    search_fields = ("code", "name", "name_en", "members__username")
    list_select_related = ("parent",)
    autocomplete_fields = ("parent", "members")
    raw_id_fields = ("organisations",)


@admin.register(DispatchRule)
class DispatchRuleAdmin(Audited, Lines, admin.ModelAdmin):
    """Dispatch rules in the order in which they are read."""

    list_display = ("position", "kind", "main_code", "case_class", "place", "owner", "department",
                    "valid_from", "valid_to")  # fmt: skip
    list_filter = ("kind", "department", "main_code")
    search_fields = ("place", "note", "case_class__name", "department__name", "owner__name")
    list_select_related = ("case_class", "owner", "department")
    autocomplete_fields = ("case_class", "department")
    raw_id_fields = ("owner",)
