"""Sends monthly reports to those who subscribed, each once."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from spatial.core.errors import ConflictError, WanmiError
from spatial.core.jobs import Progress, silent
from spatial.reports.models import SentReport, Subscription
from spatial.reports.monthly.facts import month_of
from spatial.reports.monthly.making import FORMS, MEDIA, file_name, monthly_report


def send_reports(month: str, progress: Progress = silent) -> dict[str, Any]:
    """Send the report of a month to everybody who has not got it; what failed is tried next time.

    Raises
    ------
    InputError
        ``E-REPORT-MONTH``.
    ConflictError
        ``E-REPORT-MAIL`` when no mail server is set.
    """
    month_of(month)
    if not settings.EMAIL_HOST:
        raise ConflictError("E-REPORT-MAIL", _("Set WANMI_EMAIL_HOST: no mail server is known."))
    wanted = list(Subscription.objects.filter(in_use=True).exclude(sent__period=month))
    made: dict[tuple[str, str, str], bytes] = {}
    counts: dict[str, Any] = {"month": month, "sent": 0, "failed": 0, "problems": []}
    for n, one in enumerate(wanted, 1):
        try:
            counts["sent"] += _send(one, month, made)
        except (WanmiError, OSError) as error:
            # A mail server that is away raises OSError or its child SMTPException.
            counts["failed"] += 1
            counts["problems"].append(f"{one.email}: {error}")
        progress(n, len(wanted), one.district_code)
    return counts


def _send(one: Subscription, month: str, made: dict[tuple[str, str, str], bytes]) -> int:
    """Send one report; 1 if it went out, 0 if another process had it."""
    with transaction.atomic():
        Subscription.objects.select_for_update().get(pk=one.pk)
        _row, new = SentReport.objects.get_or_create(subscription=one, period=month)
        if new:
            _mail(one, month, made).send()
    return int(new)


def _mail(one: Subscription, month: str, made: dict[tuple[str, str, str], bytes]) -> EmailMessage:
    said = {"district": one.district_code, "month": month}
    with translation.override(one.language):
        subject = _("Monthly report of cases %(month)s, district %(district)s") % said
        body = _("The report is attached as PDF and as a workbook.")
    mail = EmailMessage(subject, body, settings.DEFAULT_FROM_EMAIL, [one.email])
    for form in FORMS:
        key = (one.district_code, one.language, form)
        if key not in made:
            made[key] = monthly_report(month, one.district_code, form, language=one.language)
        mail.attach(file_name(month, one.district_code, form), made[key], MEDIA[form])
    return mail
