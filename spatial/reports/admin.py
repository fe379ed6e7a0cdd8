"""Subscriptions in the admin, and what went out."""

from django.contrib import admin

from spatial.core.admin import Administrators, Audited, LookOnly
from spatial.reports.models import SentReport, Subscription


@admin.register(Subscription)
class SubscriptionAdmin(Audited, Administrators, admin.ModelAdmin):
    """Who gets the monthly report."""

    list_display = ("email", "district_code", "language", "in_use")
    list_filter = ("in_use", "district_code")
    search_fields = ("email",)


@admin.register(SentReport)
class SentReportAdmin(LookOnly, admin.ModelAdmin):
    """What went out, the latest first."""

    list_display = ("period", "subscription", "sent_at")
    list_filter = ("period",)
    list_select_related = ("subscription",)
