"""Campaigns: their places on the ground, and which one a case belongs to."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from django.contrib.gis.geos import GEOSGeometry, MultiPolygon
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

import gridding
from spatial.cases.models import Campaign, CampaignPlace, Case
from spatial.core import audit
from spatial.core.errors import InputError, NotFoundError
from spatial.core.srid import STORE_SRID

LEAST_REACH_M = 5
"""A point or a line has no ground of its own."""
MOST_REACH_M = 2000


def campaign_of(code: str) -> Campaign:
    """The campaign of a code.

    Raises
    ------
    NotFoundError
        ``E-CAMPAIGN-MISSING``.
    """
    found = Campaign.objects.filter(code=code).first()
    if found is None:
        text = _("There is no campaign %(code)s.") % {"code": code[:30]}
        raise NotFoundError("E-CAMPAIGN-MISSING", text)
    return found


@transaction.atomic
def save_campaign(
    values: dict[str, Any], classes: list[int], user: Any, former: Campaign | None = None
) -> Campaign:
    """Make a campaign or change one; cases that carry it keep it.

    Raises
    ------
    InputError
        ``E-CAMPAIGN-DAYS``, ``E-CAMPAIGN-CODE``.
    """
    campaign = former or Campaign()
    before = audit.values_of(former) if former else {}
    for name, value in values.items():
        setattr(campaign, name, value)
    if campaign.ends < campaign.starts:
        raise InputError("E-CAMPAIGN-DAYS", _("The last day lies before the first one."))
    if Campaign.objects.filter(code=campaign.code).exclude(pk=campaign.pk).exists():
        text = _("There is a campaign %(code)s already; choose another code.")
        raise InputError("E-CAMPAIGN-CODE", text % {"code": campaign.code})
    campaign.save()
    campaign.classes.set(classes)
    after = audit.values_of(campaign)
    audit.record_change(user, "campaign.saved", "Campaign", campaign.code, before, after)
    return campaign


def save_place(
    campaign: Campaign, kind: str, name: str, geom: GEOSGeometry, reach_m: int, user: Any
) -> CampaignPlace:
    """Put a place into a campaign, or another shape for one of the same name.

    Raises
    ------
    InputError
        ``E-CAMPAIGN-SHAPE``.
    """
    require_shape(geom, reach_m)
    former = CampaignPlace.objects.filter(campaign=campaign, name=name).first()
    before = audit.values_of(former) if former else {}
    place, _new = CampaignPlace.objects.update_or_create(
        campaign=campaign,
        name=name,
        defaults={
            "kind": kind,
            "geom": geom,
            "reach_m": reach_m,
            "ground": ground_of(geom, reach_m),
        },
    )
    key = f"{campaign.code} {name}"
    audit.record_change(user, "campaign.place", "Campaign", key, before, audit.values_of(place))
    return place


def require_shape(geom: GEOSGeometry, reach_m: int) -> None:
    """Refuse a place without ground.

    Raises
    ------
    InputError
        ``E-CAMPAIGN-SHAPE``.
    """
    west, south, east, north = geom.extent if not geom.empty else (0, 0, 0, 0)
    on_earth = west >= -180 and east <= 180 and south >= -90 and north <= 90
    if geom.empty or not geom.valid or not on_earth or not 0 <= reach_m <= MOST_REACH_M:
        text = _("Draw a point, a line or an area, with a reach of at most %(most)d m.")
        raise InputError("E-CAMPAIGN-SHAPE", text % {"most": MOST_REACH_M})


def ground_of(geom: GEOSGeometry, reach_m: int) -> MultiPolygon:
    """What belongs to a place: the shape and what lies within reach, in degrees."""
    reach_m = reach_m if geom.dims == 2 else max(reach_m, LEAST_REACH_M)
    flat = geom.transform(gridding.metric_crs(geom.centroid.x, geom.centroid.y), clone=True)
    wide = flat.buffer(reach_m) if reach_m else flat
    wide.transform(STORE_SRID)
    return MultiPolygon(wide, srid=STORE_SRID) if wide.geom_type == "Polygon" else wide


def remove_place(campaign: Campaign, name: str, user: Any) -> None:
    """Take a place out of a campaign; cases that carry the campaign keep it.

    Raises
    ------
    NotFoundError
        ``E-CAMPAIGN-NOPLACE``.
    """
    done, _rows = campaign.places.filter(name=name).delete()
    if not done:
        text = _("The campaign has no place of this name.")
        raise NotFoundError("E-CAMPAIGN-NOPLACE", text)
    audit.record(user, "campaign.place.removed", "Campaign", f"{campaign.code} {name}")


def join(case: Case, day: date) -> None:
    """Give a new case its campaign, the one that weighs most of those that fit."""
    fits = Campaign.objects.filter(
        Q(classes__isnull=True) | Q(classes=case.case_class_id),
        in_use=True,
        starts__lte=day,
        ends__gte=day,
        places__ground__intersects=case.point,
    )
    case.campaign = fits.order_by("-priority", "limit_factor", "code").first()
    if case.campaign is not None:
        case.priority = max(case.priority, case.campaign.priority)


def limit_of(case: Case, limit_n: Decimal) -> Decimal:
    """The limit of a filing standard for a case: shorter in a campaign that says so."""
    if case.campaign is None:
        return limit_n
    return max(round(limit_n * case.campaign.limit_factor, 2), Decimal("0.01"))
