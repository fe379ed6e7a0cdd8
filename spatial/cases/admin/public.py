"""The public side in the admin: answers on satisfaction, keys of programs, public classes."""

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from spatial.cases.models import CaseClass, OutsideReport, ReportKey, Satisfaction
from spatial.cases.services.public import make_key
from spatial.core import audit
from spatial.core.roles import ADMINISTRATOR, role_names


class Administrators:
    """For administrators only, whatever other permissions there are; nothing is deleted."""

    def has_module_permission(self, request: HttpRequest) -> bool:
        """Administrators only."""
        return ADMINISTRATOR in role_names(request.user)

    def has_view_permission(self, request: HttpRequest, obj: object = None) -> bool:
        """Administrators only."""
        return self.has_module_permission(request)

    def has_change_permission(self, request: HttpRequest, obj: object = None) -> bool:
        """Administrators only."""
        return self.has_module_permission(request)

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Never."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: object = None) -> bool:
        """Never."""
        return False


class LookOnly(Administrators):
    """To look things up."""

    def has_change_permission(self, request: HttpRequest, obj: object = None) -> bool:
        """Never."""
        return False


@admin.register(Satisfaction)
class SatisfactionAdmin(LookOnly, admin.ModelAdmin):
    """Answers as they came, the latest first."""

    list_display = ("at", "number", "case_class", "department", "score", "words", "by")
    list_filter = ("score", "by", "at")
    search_fields = ("words", "=case__id")
    list_select_related = ("case__case_class", "case__department")
    show_full_result_count = False

    @admin.display(description=_("case"))
    def number(self, row: Satisfaction) -> str:
        """Number of the case."""
        return row.case.number

    @admin.display(description=_("case class"))
    def case_class(self, row: Satisfaction) -> str:
        """Class of the case."""
        return row.case.case_class.name

    @admin.display(description=_("department"))
    def department(self, row: Satisfaction) -> str:
        """Which department had it last."""
        return row.case.department.name if row.case.department else ""


@admin.register(ReportKey)
class ReportKeyAdmin(Administrators, admin.ModelAdmin):
    """Keys: made with a name, shown once, switched off when they are no longer wanted."""

    list_display = ("name", "contact", "in_use", "made_by", "made_at")
    list_filter = ("in_use",)
    fields = ("name", "contact", "in_use")

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Administrators only."""
        return self.has_module_permission(request)

    def save_model(self, request: HttpRequest, obj: ReportKey, form: object, change: bool) -> None:
        """A new key is shown this once; of an old one it is noted who changed it."""
        if change:
            super().save_model(request, obj, form, change)
            audit.record(
                request.user, "report_key.changed", "ReportKey", obj.name, in_use=obj.in_use
            )
            return
        made, secret = make_key(obj.name, obj.contact, request.user)
        obj.pk = made.pk
        text = gettext("api_key of %(name)s, shown this once: %(key)s")
        messages.warning(request, text % {"name": made.name, "key": secret})


@admin.register(OutsideReport)
class OutsideReportAdmin(LookOnly, admin.ModelAdmin):
    """What other programs said beside a report; addresses are text, nothing is fetched."""

    list_display = ("number", "key", "account", "device", "media_url")
    list_filter = ("key",)
    list_select_related = ("case", "key")
    show_full_result_count = False

    @admin.display(description=_("case"))
    def number(self, row: OutsideReport) -> str:
        """Number of the case."""
        return row.case.number


@admin.register(CaseClass)
class CaseClassAdmin(Administrators, admin.ModelAdmin):
    """Classes: which of them everybody may report. All else comes from the catalogue."""

    list_display = ("code", "name", "main_name", "kind", "catalogue", "in_use", "public")
    list_filter = ("public", "in_use", "catalogue", "kind", "main_name")
    search_fields = ("code", "name", "name_en")
    fields = ("code", "name", "name_en", "main_name", "catalogue", "in_use", "public")
    readonly_fields = ("code", "name", "name_en", "main_name", "catalogue", "in_use")
    actions = ("offer", "withhold")

    @admin.action(description=_("Offer to everybody who reports"))
    def offer(self, request: HttpRequest, rows: QuerySet[CaseClass]) -> None:
        """Classes that people can see and name."""
        self._set(request, rows, public=True)

    @admin.action(description=_("Do not offer to everybody"))
    def withhold(self, request: HttpRequest, rows: QuerySet[CaseClass]) -> None:
        """Classes for those who work here."""
        self._set(request, rows, public=False)

    def _set(self, request: HttpRequest, rows: QuerySet[CaseClass], *, public: bool) -> None:
        keys = sorted(rows.values_list("pk", flat=True))
        rows.update(public=public)
        audit.record(
            request.user, "case_class.public", "CaseClass", "", public=public, classes=keys
        )

    def save_model(self, request: HttpRequest, obj: CaseClass, form: object, change: bool) -> None:
        """Note who offered it or took it back."""
        super().save_model(request, obj, form, change)
        audit.record(request.user, "case_class.public", "CaseClass", str(obj), public=obj.public)
