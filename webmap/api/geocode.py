"""Addresses to points, and points to addresses."""

from __future__ import annotations

from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from webmap import geocoding
from webmap.api.base import DataView
from webmap.api.geocode_forms import GeocodeForm, ReverseForm
from webmap.api.params import finite, read
from webmap.api.schema import answers

TAGS = {"tags": ["addresses"]}


class GeocodeQuery(serializers.Serializer):
    """What to find."""

    q = serializers.CharField(
        allow_blank=True,
        help_text="An address, place, crossing, unit grid code or coordinates; at most 200 signs.",
    )
    district = serializers.RegexField(
        r"^\d{6}$", required=False, default=None, help_text="Only places of this district."
    )
    limit = serializers.IntegerField(min_value=1, max_value=20, default=5)


class ReverseQuery(serializers.Serializer):
    """A point in degrees; the range is checked by the work itself, which tells swapped axes."""

    lon = serializers.FloatField(validators=[finite])
    lat = serializers.FloatField(validators=[finite])


class Geocode(DataView):
    """The places that a text may mean."""

    throttle_scope = "geocode"

    @answers(
        GeocodeForm, 400, 404, 429,
        operation_id="geocode", summary="Find an address", parameters=[GeocodeQuery], **TAGS,
    )  # fmt: skip
    def get(self, request: Request) -> Response:
        """Candidates with their points, what of the text each explains, and how far to trust it."""
        values = read(GeocodeQuery, request)
        return Response(geocoding.address(values["q"], values["district"], values["limit"]))


class Reverse(DataView):
    """What is at a point."""

    throttle_scope = "geocode"

    @answers(
        ReverseForm, 400, 429,
        operation_id="reverse", summary="What is at a point", parameters=[ReverseQuery], **TAGS,
    )  # fmt: skip
    def get(self, request: Request) -> Response:
        """Unit grid, regions, nearest road, door and crossing of a point, and words for it."""
        values = read(ReverseQuery, request)
        return Response(geocoding.reverse(values["lon"], values["lat"]))
