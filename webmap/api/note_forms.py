"""What the addresses of notes and of saved views take and give."""

from __future__ import annotations

import json
import re
from typing import Any

from django.contrib.gis.geos import GEOSException, GEOSGeometry, LineString, Point, Polygon
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from spatial.core.srid import STORE_SRID
from spatial.notes.models import COLOURS, Note, SavedView, SeenBy
from webmap.api.component_forms import is_place

MOST_CORNERS = 500
FARTHEST_LON, FARTHEST_LAT = 180, 85
ADDRESS = re.compile(r"#[0-9A-Za-z/.&=~%_,:;+()!'*-]{1,3999}")
SHAPES = {"Point": 0, "LineString": 1, "Polygon": 2}
"""Kinds of shapes, each with how deep its list of places lies."""


@extend_schema_field({"type": "object", "required": ["type", "coordinates"]})
class ShapeField(serializers.JSONField):
    """A point, line or polygon drawn on the map, as GeoJSON in degrees."""

    def to_internal_value(self, data: Any) -> GEOSGeometry:
        """The shape, of a bearable size."""
        value = super().to_internal_value(data)
        # In a tuple: what is no text, and has no hash, is no kind either.
        if not (isinstance(value, dict) and value.get("type") in (*SHAPES,) and "crs" not in value):
            raise _bad_shape()
        places = _places(value.get("coordinates"), SHAPES[value["type"]])
        if len(places) > MOST_CORNERS:
            raise serializers.ValidationError(_("The shape has more than 500 points."))
        try:
            shape = _made(value["type"], places)
        except (GEOSException, ValueError, TypeError) as error:
            raise _bad_shape() from error
        if shape.empty or not shape.valid:
            raise _bad_shape()
        return shape


def _places(value: Any, depth: int) -> list[Any]:
    if depth == 0:
        value = [value]
    if depth == 2:
        # A note has no holes.
        value = value[0] if isinstance(value, list) and len(value) == 1 else None
    if not (isinstance(value, list) and value and all(map(_on_map, value))):
        raise _bad_shape()
    return [place[:2] for place in value]


def _on_map(place: Any) -> bool:
    return is_place(place) and abs(place[0]) <= FARTHEST_LON and abs(place[1]) <= FARTHEST_LAT


def _made(kind: str, places: list[Any]) -> GEOSGeometry:
    if kind == "Point":
        return Point(places[0], srid=STORE_SRID)
    shape = LineString if kind == "LineString" else Polygon
    return shape(places, srid=STORE_SRID)


def _bad_shape() -> serializers.ValidationError:
    text = _("Give a GeoJSON point, line or polygon in degrees that does not cross itself.")
    return serializers.ValidationError(text)


class NoteOrder(serializers.Serializer):
    """A note."""

    text = serializers.CharField(max_length=500)
    colour = serializers.ChoiceField(COLOURS, default=COLOURS[0])
    seen_by = serializers.ChoiceField(SeenBy.choices, default=SeenBy.ME)
    geometry = ShapeField(source="geom")


class NoteForm(serializers.Serializer):
    """A note as its readers see it."""

    key = serializers.UUIDField()
    text = serializers.CharField()
    colour = serializers.CharField()
    seen_by = serializers.ChoiceField(SeenBy.choices)
    by = serializers.CharField(help_text="Who wrote it; empty for readers who are not logged in.")
    mine = serializers.BooleanField()
    removable = serializers.BooleanField(help_text="Whether the reader may delete it.")
    district = serializers.CharField(allow_blank=True)
    made_at = serializers.DateTimeField()
    changed_at = serializers.DateTimeField()
    geometry = serializers.JSONField()


class NotesForm(serializers.Serializer):
    """Notes that the user may see, the latest first."""

    notes = NoteForm(many=True)
    more = serializers.BooleanField(help_text="Whether there are more than are listed.")


def note_form(note: Note, user: Any, *, removable: bool) -> dict[str, Any]:
    """A note as the API shows it."""
    names = ("key", "text", "colour", "seen_by", "made_at", "changed_at")
    return {
        **{name: getattr(note, name) for name in names},
        "by": note.owner.get_username() if user.is_authenticated else "",
        "mine": note.owner_id == user.pk,
        "removable": removable,
        "district": note.district_code,
        "geometry": json.loads(note.geom.geojson),
    }


class ViewOrder(serializers.Serializer):
    """A view to keep."""

    name = serializers.CharField(max_length=60)
    address = serializers.RegexField(
        rf"^{ADDRESS.pattern}\Z", help_text="The map's address from its # on."
    )


class ViewChange(serializers.Serializer):
    """What is to be changed of a view; what is left out stays."""

    name = serializers.CharField(max_length=60, required=False)
    home = serializers.BooleanField(required=False, help_text="The user's map opens with it.")
    gone = serializers.ChoiceField(
        [False], required=False, help_text="False: not deleted after all."
    )


class ViewForm(serializers.Serializer):
    """A view that is kept."""

    key = serializers.UUIDField()
    name = serializers.CharField()
    address = serializers.CharField()
    home = serializers.BooleanField()
    mine = serializers.BooleanField()


def view_form(view: SavedView, user: Any) -> dict[str, Any]:
    """A view as the API shows it; whose first one it is concerns nobody else."""
    mine = view.owner_id == user.pk
    return {"key": view.key, "name": view.name, "address": view.address,
            "home": mine and view.home, "mine": mine}  # fmt: skip
