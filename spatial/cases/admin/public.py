"""The public side in the admin: answers on satisfaction, keys of programs."""

from typing import Any

from django.contrib import admin, messages
from django.http import HttpRequest
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from spatial.cases.models import OutsideReport, ReportKey, Satisfaction
from spatial.cases.services.public import make_key
from spatial.core.admin import Administrators, Audited, Looked, LookOnly
from spatial.core.masking import masked


@admin.register(Satisfaction)
class SatisfactionAdmin(Looked, LookOnly, admin.ModelAdmin):
    """Answers as they came, the latest first."""

    list_display = ("at", "number", "case_class", "department", "score", "words", "by")
    list_filter = ("score", "by", "at")
    search_fields = ("words", "=case__id")
    list_select_related = ("case__case_class", "case__department")
    show_full_result_count = False

    def look_key(self, row: Satisfaction) -> str:
        """By the number of the case."""
        return row.case.number

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
class ReportKeyAdmin(Looked, Audited, Administrators, admin.ModelAdmin):
    """Keys: made with a name, shown once, switched off when they are no longer wanted."""

    list_display = ("name", "masked_contact", "in_use", "made_by", "made_at")
    list_filter = ("in_use",)
    fields = ("name", "contact", "in_use")
    hidden = ("key_hash",)

    @admin.display(description=_("contact"))
    def masked_contact(self, row: ReportKey) -> str:
        """In lists masked."""
        return masked(row.contact)

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Administrators only."""
        return self.has_module_permission(request)

    def save_model(self, request: HttpRequest, obj: ReportKey, form: Any, change: bool) -> None:
        """A new key is shown this once."""
        if change:
            super().save_model(request, obj, form, change)
            return
        made, secret = make_key(obj.name, obj.contact, request.user)
        obj.pk = made.pk
        # That it was made is told already.
        form.state_before = self._state(made)
        text = gettext("api_key of %(name)s, shown this once: %(key)s")
        messages.warning(request, text % {"name": made.name, "key": secret})


@admin.register(OutsideReport)
class OutsideReportAdmin(Looked, LookOnly, admin.ModelAdmin):
    """What other programs said beside a report; addresses are text, nothing is fetched."""

    list_display = ("number", "key", "masked_account", "masked_device", "media_url")
    list_filter = ("key",)
    list_select_related = ("case", "key")
    show_full_result_count = False

    @admin.display(description=_("case"))
    def number(self, row: OutsideReport) -> str:
        """Number of the case."""
        return row.case.number

    def look_key(self, row: OutsideReport) -> str:
        """By the number of the case."""
        return row.case.number

    @admin.display(description=_("account there"))
    def masked_account(self, row: OutsideReport) -> str:
        """In lists masked."""
        return masked(row.account)

    @admin.display(description=_("device"))
    def masked_device(self, row: OutsideReport) -> str:
        """In lists masked."""
        return masked(row.device)
