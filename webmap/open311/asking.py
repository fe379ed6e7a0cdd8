"""Reads the conditions of a query for service requests."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from rest_framework import serializers

from spatial.cases.models import CaseClass
from spatial.core.errors import InputError
from webmap.open311.reading import MOST, Wanted
from webmap.open311.services import class_where

YEARS = range(2000, 2200)
STATES = {"open": True, "closed": False}


class Query(serializers.Serializer):
    """The plain fields of a query."""

    service_code = serializers.CharField(required=False, default="", max_length=2_000)
    start_date = serializers.CharField(required=False, default="", max_length=40)
    end_date = serializers.CharField(required=False, default="", max_length=40)
    status = serializers.CharField(required=False, default="", max_length=20)
    jurisdiction_id = serializers.CharField(required=False, default="", max_length=6)
    page = serializers.IntegerField(required=False, default=1, min_value=1, max_value=10_000)
    page_size = serializers.IntegerField(required=False, default=MOST, min_value=1, max_value=MOST)


def wanted_of(values: Any) -> Wanted:
    """What a query string asks for.

    Raises
    ------
    InputError
        ``E-OPEN311-DATE``, ``E-OPEN311-STATUS``.
    """
    form = Query(data={name: value for name, value in values.items() if value != ""})
    form.is_valid(raise_exception=True)
    asked = form.validated_data
    return Wanted(
        start=_time(asked["start_date"]),
        end=_time(asked["end_date"]),
        classes=_classes(asked["service_code"]),
        is_open=_state(asked["status"]),
        district=asked["jurisdiction_id"],
        page=asked["page"],
        page_size=asked["page_size"],
    )


def _classes(codes: str) -> list[int] | None:
    """Keys of classes, also of those no longer offered; a code of none finds nothing."""
    if not codes:
        return None
    found = [class_where(CaseClass.objects.all(), code.strip()) for code in codes.split(",")[:50]]
    return [kind.pk for kind in found if kind is not None]


def _state(words: str) -> bool | None:
    asked = {word.strip() for word in words.split(",") if word.strip()}
    if asked - set(STATES):
        raise InputError("E-OPEN311-STATUS", _("A status is open or closed."))
    return STATES[asked.pop()] if len(asked) == 1 else None


def _time(text: str) -> datetime | None:
    if not text:
        return None
    # In a query a plus that was not encoded arrives as a space.
    try:
        found = parse_datetime(text.replace(" ", "+") if "T" in text else text)
    except ValueError:
        found = None
    # Other years overflow when days are added, and no case is of them.
    if found is None or found.year not in YEARS:
        raise InputError("E-OPEN311-DATE", _("Write a time like 2026-11-28T00:00:00Z."))
    return found if timezone.is_aware(found) else timezone.make_aware(found)
