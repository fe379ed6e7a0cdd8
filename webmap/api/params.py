"""Reads the values of a query string or a body; what cannot be used is E-REQUEST-INVALID."""

from __future__ import annotations

import math
from typing import TypeVar

from django.utils.translation import gettext as _
from rest_framework import serializers
from rest_framework.request import Request

Values = TypeVar("Values", bound=serializers.Serializer)


def finite(value: float) -> None:
    """Refuse "nan", which passes every comparison with a limit."""
    if not math.isfinite(value):
        raise serializers.ValidationError(_("Not a number."))


class OnDay(serializers.Serializer):
    """The day asked for; today when it is left out."""

    on = serializers.DateField(required=False, default=None, help_text="YYYY-MM-DD")


class PointQuery(OnDay):
    """A point in degrees."""

    lon = serializers.FloatField(min_value=-180, max_value=180, validators=[finite])
    lat = serializers.FloatField(min_value=-90, max_value=90, validators=[finite])


class TileJsonQuery(OnDay):
    """Which grids; ``version`` names an edition, also a draft. ``on`` is for grids and regions."""

    district = serializers.CharField(required=False, max_length=12)
    version = serializers.CharField(required=False, max_length=40)


def read(form: type[Values], request: Request) -> dict:
    """The checked values of the query string."""
    serializer = form(data=request.query_params)
    serializer.is_valid(raise_exception=True)
    return serializer.validated_data


def read_body(form: type[Values], request: Request, *, partial: bool = False) -> dict:
    """The checked values of the body; of a partial one what is given."""
    serializer = form(data=request.data, partial=partial)
    serializer.is_valid(raise_exception=True)
    return dict(serializer.validated_data)
