"""Special campaigns: what they are, where, and their cases apart."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

from django.contrib.gis.gdal import GDALException
from django.contrib.gis.geos import GEOSException, GEOSGeometry, WKBWriter
from django.utils import timezone
from django.utils.translation import gettext as _
from rest_framework import serializers
from rest_framework.permissions import SAFE_METHODS
from rest_framework.request import Request
from rest_framework.response import Response

from spatial.cases.lists import campaign_totals
from spatial.cases.models import Campaign, CampaignPlace, CaseClass, Priority
from spatial.cases.services import campaigns
from spatial.core.errors import InputError
from spatial.core.roles import ADMINISTRATOR, CASE_WORKERS, OPERATOR
from spatial.core.srid import STORE_SRID
from webmap.api.base import DataView
from webmap.api.params import read_body
from webmap.api.permissions import Holder
from webmap.api.schema import answers
from webmap.language import in_language

TAGS = {"tags": ["campaigns"]}
MOST_BYTES = 200_000
# A tuple: what is no text, and has no hash, is no kind either.
SHAPES = ("Point", "LineString", "Polygon", "MultiPoint", "MultiLineString", "MultiPolygon")


class CampaignWorker(Holder):
    """Whoever works with cases sees campaigns; supervision and administrators make them."""

    def has_permission(self, request, view) -> bool:
        """Allow by role and method."""
        reads = request.method in SAFE_METHODS
        self.roles = CASE_WORKERS if reads else frozenset({ADMINISTRATOR, OPERATOR})
        return super().has_permission(request, view)


class ShapeField(serializers.JSONField):
    """A shape as GeoJSON in degrees."""

    def to_internal_value(self, data: Any) -> GEOSGeometry:
        """The shape in the store's reference system."""
        value = super().to_internal_value(data)
        fits = isinstance(value, dict) and value.get("type") in SHAPES and "crs" not in value
        text = json.dumps(value)
        if not fits or len(text) > MOST_BYTES:
            raise serializers.ValidationError(_("Give a GeoJSON shape in degrees."))
        try:
            shape = GEOSGeometry(text, srid=STORE_SRID)
            west, south, east, north = shape.extent
        except (GDALException, GEOSException, ValueError, TypeError, IndexError) as error:
            raise serializers.ValidationError(_("Give a GeoJSON shape in degrees.")) from error
        if not (-180 <= west <= east <= 180 and -90 <= south <= north <= 90):
            raise serializers.ValidationError(_("Give a GeoJSON shape in degrees."))
        return _flat(shape)


def _flat(shape: GEOSGeometry) -> GEOSGeometry:
    """The shape without heights, which the store has no room for."""
    if not shape.hasz:
        return shape
    return GEOSGeometry(WKBWriter(dim=2).write(shape), srid=shape.srid)


class CampaignOrder(serializers.Serializer):
    """A campaign to be made or changed."""

    code = serializers.SlugField(max_length=30)
    name = serializers.CharField(max_length=60)
    name_en = serializers.CharField(max_length=60, default="", allow_blank=True)
    starts = serializers.DateField()
    ends = serializers.DateField()
    priority = serializers.ChoiceField(Priority.choices, default=Priority.IMPORTANT)
    limit_factor = serializers.DecimalField(
        4, 2, default=1, min_value=Decimal("0.05"), max_value=10
    )
    classes = serializers.ListField(
        child=serializers.IntegerField(min_value=1, max_value=2**31), default=list, max_length=300
    )
    in_use = serializers.BooleanField(default=True)


class CampaignPlaceOrder(serializers.Serializer):
    """A place of a campaign."""

    kind = serializers.ChoiceField(CampaignPlace.Kind.choices)
    name = serializers.CharField(max_length=60)
    shape = ShapeField(help_text="GeoJSON geometry in degrees.")
    reach_m = serializers.IntegerField(min_value=0, max_value=campaigns.MOST_REACH_M, default=0)


class CampaignPlaceForm(serializers.Serializer):
    """A place of a campaign with the ground that belongs to it."""

    kind = serializers.ChoiceField(CampaignPlace.Kind.choices)
    name = serializers.CharField()
    reach_m = serializers.IntegerField()
    ground = serializers.JSONField(help_text="GeoJSON geometry in degrees.")


class CampaignTotalsForm(serializers.Serializer):
    """Cases of a campaign."""

    reported = serializers.IntegerField()
    filed = serializers.IntegerField()
    closed = serializers.IntegerField()
    open = serializers.IntegerField()
    overdue = serializers.IntegerField()


class CampaignForm(serializers.Serializer):
    """A campaign with its totals."""

    id = serializers.IntegerField()
    code = serializers.CharField()
    name = serializers.CharField()
    title = serializers.CharField(help_text="Its name in the language of the request.")
    name_en = serializers.CharField()
    starts = serializers.DateField()
    ends = serializers.DateField()
    runs = serializers.BooleanField()
    in_use = serializers.BooleanField()
    priority = serializers.IntegerField()
    limit_factor = serializers.FloatField()
    classes = serializers.ListField(child=serializers.IntegerField())
    places = CampaignPlaceForm(many=True)
    totals = CampaignTotalsForm()


class Campaigns(DataView):
    """Campaigns."""

    @answers(
        CampaignForm(many=True), 403, operation_id="campaigns", summary="Campaigns", **TAGS
    )  # fmt: skip
    def get(self, request: Request) -> Response:  # noqa: ARG002
        """All campaigns, the latest first, each with the totals of its cases."""
        totals = campaign_totals(timezone.now())
        rows = Campaign.objects.prefetch_related("places", "classes")
        return Response([_form(row, totals) for row in rows])

    @answers(
        CampaignForm, 400, 403, status=201, request=CampaignOrder, operation_id="campaign_make",
        summary="Make a campaign", **TAGS,
    )  # fmt: skip
    def post(self, request: Request) -> Response:
        """Make a campaign; its places come after."""
        return Response(_form(_saved(read_body(CampaignOrder, request), request.user)), status=201)


class OneCampaign(DataView):
    """A campaign."""

    @answers(
        CampaignForm, 400, 403, 404, request=CampaignOrder(partial=True),
        operation_id="campaign_change", summary="Change a campaign", **TAGS,
    )  # fmt: skip
    def patch(self, request: Request, code: str) -> Response:
        """Change what is given; cases that carry the campaign keep it."""
        campaign = campaigns.campaign_of(code)
        order = read_body(CampaignOrder, request, partial=True)
        order.setdefault("classes", [one.pk for one in campaign.classes.all()])
        return Response(_form(_saved(order, request.user, campaign), _totals()))


class CampaignPlaces(DataView):
    """Places of a campaign."""

    @answers(
        CampaignForm, 400, 403, 404, request=CampaignPlaceOrder, operation_id="campaign_place",
        summary="Put a place into a campaign", **TAGS,
    )  # fmt: skip
    def post(self, request: Request, code: str) -> Response:
        """Put a place in, or another shape for the one of that name."""
        campaign, order = campaigns.campaign_of(code), read_body(CampaignPlaceOrder, request)
        shape, user = order["shape"], request.user
        campaigns.save_place(campaign, order["kind"], order["name"], shape, order["reach_m"], user)
        return Response(_form(campaign, _totals()))


class CampaignPlaceOut(DataView):
    """A place of a campaign."""

    @answers(
        None, 403, 404, status=204, operation_id="campaign_place_remove",
        summary="Take a place out of a campaign", **TAGS,
    )  # fmt: skip
    def delete(self, request: Request, code: str, name: str) -> Response:
        """Take a place out."""
        campaigns.remove_place(campaigns.campaign_of(code), name, request.user)
        return Response(status=204)


def _saved(order: dict[str, Any], user: Any, former: Campaign | None = None) -> Campaign:
    classes = order.pop("classes")
    known = set(CaseClass.objects.filter(pk__in=classes).values_list("pk", flat=True))
    if known != set(classes):
        raise InputError("E-CASE-CLASS", _("There is no such class in use; choose one."))
    return campaigns.save_campaign(order, classes, user, former)


def _totals() -> dict[int, dict[str, int]]:
    return campaign_totals(timezone.now())


def _form(row: Campaign, totals: dict[int, dict[str, int]] | None = None) -> dict[str, Any]:
    names = ("code", "name", "name_en", "starts", "ends", "in_use", "priority")
    none = dict.fromkeys(CampaignTotalsForm().fields, 0)
    return {
        "id": row.pk,
        **{name: getattr(row, name) for name in names},
        "title": in_language(row.name, row.name_en),
        "runs": row.in_use and row.starts <= timezone.localdate() <= row.ends,
        "limit_factor": float(row.limit_factor),
        "classes": [one.pk for one in row.classes.all()],
        "places": [_place(place) for place in row.places.all()],
        "totals": (totals or {}).get(row.pk, none),
    }


def _place(place: CampaignPlace) -> dict[str, Any]:
    return {
        "kind": place.kind,
        "name": place.name,
        "reach_m": place.reach_m,
        "ground": json.loads(place.ground.geojson),
    }
