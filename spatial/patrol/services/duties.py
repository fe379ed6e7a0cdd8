"""Inspectors go on duty and off it."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from spatial.core import audit
from spatial.core.errors import ConflictError, ForbiddenError, NotFoundError
from spatial.core.roles import INSPECTOR, role_names
from spatial.patrol.models import Duty, Shift
from spatial.patrol.models.duty import LONGEST_DUTY, still_on
from spatial.patrol.services.walks import mark_days


def shift_at(now: datetime) -> Shift | None:
    """The shift that runs at a time: of several the one that began last."""
    local = timezone.localtime(now)
    running = []
    for shift in Shift.objects.all():
        for back in (0, 1):
            day = local.date() - timedelta(days=back)
            start = datetime.combine(day, shift.starts, local.tzinfo)
            end = datetime.combine(day, shift.ends, local.tzinfo)
            if shift.ends <= shift.starts:
                end += timedelta(days=1)
            if day.isoweekday() in shift.days and start <= local < end:
                running.append((start, shift.pk, shift))
    return max(running)[2] if running else None


def start_duty(user: Any, shift: int | None = None, *, trail: bool = True) -> Duty:
    """Go on duty; who is on duty already stays so, and the switch of his trail is set.

    Raises
    ------
    ForbiddenError
        ``E-DUTY-ROLE`` for one who is no inspector.
    NotFoundError
        ``E-DUTY-SHIFT``.
    """
    if INSPECTOR not in role_names(user):
        text = _("Only inspectors go on duty; ask an administrator for the role.")
        raise ForbiddenError("E-DUTY-ROLE", text)
    chosen = _shift(shift)
    _end_forgotten(user)
    try:
        with transaction.atomic():
            duty, created = Duty.objects.get_or_create(
                user=user,
                ended_at=None,
                defaults={"started_at": timezone.now(), "shift": chosen, "trail_on": trail},
            )
            if created:
                mark_days(user.pk, [timezone.localdate(duty.started_at)])
                audit.record(user, "duty.started", "Duty", str(duty.pk))
    except IntegrityError:
        # The same log-in on two devices at once: one of them made it.
        duty, created = Duty.objects.get(user=user, ended_at=None), False
    if not created and duty.trail_on != trail:
        duty.trail_on = trail
        duty.save(update_fields=["trail_on"])
    return duty


def _end_forgotten(user: Any) -> None:
    """End a duty that went on for longer than one may be on."""
    forgotten = Duty.objects.filter(user=user, ended_at__isnull=True)
    forgotten.exclude(still_on(timezone.now())).update(ended_at=F("started_at") + LONGEST_DUTY)


def _shift(key: int | None) -> Shift | None:
    if key is None:
        return shift_at(timezone.now())
    found = Shift.objects.filter(pk=key).first()
    if found is None:
        raise NotFoundError("E-DUTY-SHIFT", _("There is no such shift; leave it out or choose."))
    return found


@transaction.atomic
def end_duty(user: Any) -> Duty:
    """Go off duty.

    Raises
    ------
    ConflictError
        ``E-DUTY-NONE`` for one who is not on duty.
    """
    _end_forgotten(user)
    duty = Duty.objects.select_for_update().filter(user=user, ended_at=None).first()
    if duty is None:
        raise ConflictError("E-DUTY-NONE", _("You are not on duty; start first."))
    duty.ended_at = timezone.now()
    duty.save(update_fields=["ended_at"])
    audit.record(user, "duty.ended", "Duty", str(duty.pk))
    return duty
