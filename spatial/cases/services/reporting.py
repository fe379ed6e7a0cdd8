"""Takes reports in: placed on the grid of the day, numbered, and never taken twice."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.contrib.gis.geos import Point
from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from spatial.basemap.gazetteer.reverse import words_at
from spatial.cases.models import Case, CaseClass, CaseEvent, Channel, Kind, Priority
from spatial.cases.moves import MOVES, NEW
from spatial.cases.services import campaigns, clocks, photos, sendings
from spatial.cases.services.announcing import announce
from spatial.cases.services.effects.work import Work
from spatial.cases.services.given import Given, Report, digest
from spatial.cases.services.months import ensure_month
from spatial.cases.services.moving import write_event
from spatial.cases.services.placing import Spot, require_point, spot_of
from spatial.cases.services.rights import holds
from spatial.cases.stages import Role, Stage
from spatial.components.models import Component
from spatial.core.errors import ForbiddenError, InputError
from spatial.core.srid import STORE_SRID

LONGEST = {"description": 2000, "place": 200, "contact": 100}
AHEAD_MIN = 5
"""A phone's clock may be ahead by so much; what it says is taken as now."""
BACK_D = 30
"""A report may have waited so long for a network."""


def report(user: Any, sent: Report, *, key: UUID | None = None) -> Case:
    """Take a report in as a new case.

    Parameters
    ----------
    user : user or None
        Who reports; None for the public.
    sent : Report
        What is reported.
    key : UUID, optional
        Given by the device: the same report sent twice with it is one case.

    Raises
    ------
    InputError
        ``E-CASE-NOPLACE``, ``E-CASE-OUTSIDE``, ``E-CASE-CLASS``, ``E-CASE-CHANNEL``,
        ``E-CASE-FUTURE``, ``E-CASE-OLD``, ``E-CASE-LONG``, ``E-CASE-COMPONENT``, and those of
        photos.
    ForbiddenError
        ``E-CASE-ROLE``.
    ConflictError
        ``E-CASE-KEY``.
    """
    role = _reporting_role(user)
    now = timezone.now()
    at = _time_of(sent, now)
    _refuse_words(sent)
    require_point(sent.lon, sent.lat)
    made = photos.encoded(sent.photos)
    # Slow and of no consequence: before anything is locked.
    words = sent.place.strip() or words_at(sent.lon, sent.lat)[: LONGEST["place"]]
    ensure_month(timezone.localdate(at))
    with photos.files_of_this() as files, transaction.atomic():
        asker = user.pk if role != Role.PUBLIC else None
        before = sendings.claim(key, digest(asker, sent))
        if before is not None:
            return CaseEvent.objects.select_related("case").get(pk=before).case
        case = _new(sent, at, user if asker else None)
        case.place = words
        campaigns.join(case, timezone.localdate(at))
        unit = clocks.enter_stage(case, Stage.REPORTED, now)
        clocks.show(case, unit=unit)
        work = Work(case=case, given=Given(), user=user, now=now)
        if made:
            work.facts["photos"] = photos.keep(case, made, now, files)
        event = write_event(work, MOVES["report"], role, NEW, Stage.REPORTED)
        case.save(force_insert=True)
        announce(case, event, None)
        sendings.settle(key, event.pk)
    return case


def _reporting_role(user: Any) -> Role:
    for role in MOVES["report"].roles:
        if holds(user, role):
            return role
    text = _("Your role does not allow the move “%(move)s”.") % {"move": MOVES["report"].label}
    raise ForbiddenError("E-CASE-ROLE", text, move="report")


def _time_of(sent: Report, now: datetime) -> datetime:
    if sent.at is None:
        return now
    if sent.at > now + timedelta(minutes=AHEAD_MIN):
        text = _("The report is dated in the future; set the clock of the device right.")
        raise InputError("E-CASE-FUTURE", text)
    if sent.at < now - timedelta(days=BACK_D):
        text = _("The report is older than %(days)d days; look whether it is still so.")
        raise InputError("E-CASE-OLD", text % {"days": BACK_D})
    return min(sent.at, now)


def _refuse_words(sent: Report) -> None:
    if sent.channel not in Channel.values or sent.priority not in Priority.values:
        text = _("Source or priority is not one of those there are.")
        raise InputError("E-CASE-CHANNEL", text)
    for name, most in LONGEST.items():
        if len(getattr(sent, name)) > most:
            text = _("A text is longer than %(most)d characters.") % {"most": most}
            raise InputError("E-CASE-LONG", text, field=name)


def _new(sent: Report, at: datetime, user: Any) -> Case:
    spot = spot_of(sent.lon, sent.lat)
    kind = CaseClass.objects.filter(pk=sent.case_class, in_use=True).first()
    if kind is None:
        raise InputError("E-CASE-CLASS", _("There is no such class in use; choose one."))
    return Case(
        id=_next_id(at),
        kind=kind.kind,
        case_class=kind,
        point=Point(sent.lon, sent.lat, srid=STORE_SRID),
        component=_component(sent, kind, spot),
        description=sent.description.strip(),
        channel=sent.channel,
        reporter=user,
        contact=sent.contact.strip(),
        reported_at=at,
        priority=sent.priority,
        district_code=spot.district,
        street_code=spot.street,
        community_code=spot.community,
        grid_code=spot.grid,
        plan_id=spot.plan,
    )


def _component(sent: Report, kind: CaseClass, spot: Spot) -> Component | None:
    """The component that is named; it has to be of the class and the district."""
    if not sent.component:
        return None
    found = Component.objects.filter(code=sent.component, district_code=spot.district).first()
    fits = found is not None and kind.kind == Kind.COMPONENT
    if not fits or kind.component_class_id not in (None, found.kind_id):
        text = _("Component %(code)s is not there, or not of the case's class and district.")
        raise InputError("E-CASE-COMPONENT", text % {"code": sent.component[:20]})
    return found


def _next_id(at: datetime) -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT cases_next_id(%s)", [timezone.localdate(at)])
        return cursor.fetchone()[0]
