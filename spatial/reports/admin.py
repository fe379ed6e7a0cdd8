"""Subscriptions in the admin, and what went out."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from spatial.core.admin import Administrators, Audited, Looked, LookOnly
from spatial.core.masking import masked
from spatial.reports.models import SentReport, Subscription


@admin.register(Subscription)
class SubscriptionAdmin(Looked, Audited, Administrators, admin.ModelAdmin):
    """Who gets the monthly report."""

    list_display = ("masked_email", "district_code", "language", "in_use")
    list_filter = ("in_use", "district_code")
    search_fields = ("=email",)

    @admin.display(description=_("e-mail"))
    def masked_email(self, row: Subscription) -> str:
        """In lists masked; the page of one has it in full."""
        return masked(row.email)


@admin.register(SentReport)
class SentReportAdmin(LookOnly, admin.ModelAdmin):
    """What went out, the latest first."""

    list_display = ("period", "district", "sent_at")
    list_filter = ("period",)
    list_select_related = ("subscription",)

    @admin.display(description=_("district"))
    def district(self, row: SentReport) -> str:
        """Of which district; to whom stands with the subscription."""
        return row.subscription.district_code
