"""Orders and answers of editing."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from spatial.grids.models import GridEdit, GridPlan
from webmap.api.forms import COORDINATE, CoordinateField, PolygonField

KINDS = GridEdit.Kind
COUNTS = {KINDS.SPLIT: 1, KINDS.REASSIGN: 2, KINDS.PIN: 2, KINDS.UNPIN: 2}
"""How many grids a kind names; others name any number."""
DRAWN = frozenset({KINDS.SPLIT, KINDS.REASSIGN})
MOST_GRIDS, MOST_POINTS, MOST_MOVES = 200, 2_000, 500
WIDEST_SNAP_M = 20
LINES = {"type": "array", "items": {"type": "array", "items": COORDINATE}}


class PlaceField(CoordinateField):
    """Longitude and latitude in degrees, checked."""

    def to_internal_value(self, data: Any) -> list[float]:
        """The two numbers; "not a number" and infinity are no places."""
        place = super().to_internal_value(data)
        if not (len(place) == 2 and -180 <= place[0] <= 180 and -90 <= place[1] <= 90):
            raise serializers.ValidationError(_("Give longitude and latitude, in this order."))
        return place


class MoveOrder(serializers.Serializer):
    """A vertex of a border, or a point on one, and where it goes."""

    to = PlaceField()

    def get_fields(self) -> dict[str, serializers.Field]:
        """The fields; ``from`` is no name in Python."""
        return {"from": PlaceField(), **super().get_fields()}


class TurnOrder(serializers.Serializer):
    """What the plan looked like to the editor."""

    revision = serializers.IntegerField(
        min_value=0, max_value=2**31 - 1, help_text="Revision of the plan that was looked at."
    )


class EditOrder(TurnOrder):
    """An edit; which fields it needs depends on its kind."""

    kind = serializers.ChoiceField(KINDS.choices)
    grids = serializers.ListField(
        child=serializers.IntegerField(min_value=1, max_value=2**31 - 1),
        required=False,
        min_length=1,
        max_length=MOST_GRIDS,
        help_text="Ordinals. split: one; reassign: giver, taker; pin, unpin: two; "
        "merge, leave, release: any number. Not for move.",
    )
    line = serializers.ListField(
        child=PlaceField(),
        required=False,
        max_length=MOST_POINTS,
        help_text="For split and reassign.",
    )
    moves = MoveOrder(many=True, required=False, help_text="For move.")
    snap_m = serializers.FloatField(
        required=False,
        min_value=0,
        max_value=WIDEST_SNAP_M,
        help_text="How far points go to features of the base map, and ends of a line to the "
        "border, in m.",
    )

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Each kind has what it needs."""
        kind, moves = attrs["kind"], attrs.get("moves")
        if kind == KINDS.MOVE:
            if not moves or len(moves) > MOST_MOVES:
                self._refuse("moves", _("Give 1 to %(most)s moves.") % {"most": MOST_MOVES})
            return attrs
        wanted, grids = COUNTS.get(kind), attrs.get("grids")
        if not grids or (wanted and len(grids) != wanted):
            self._refuse("grids", _("This kind of edit needs another number of grids."))
        if kind in DRAWN and "line" not in attrs:
            self._refuse("line", _("This kind of edit needs a line."))
        return attrs

    def _refuse(self, name: str, text: str) -> None:
        raise serializers.ValidationError({name: [text]})


class BoxQuery(serializers.Serializer):
    """A box in degrees."""

    west = serializers.FloatField(min_value=-180, max_value=180)
    south = serializers.FloatField(min_value=-90, max_value=90)
    east = serializers.FloatField(min_value=-180, max_value=180)
    north = serializers.FloatField(min_value=-90, max_value=90)


@extend_schema_field(LINES)
class LinesField(serializers.JSONField):
    """Lines as lists of places."""


class EditedGridForm(serializers.Serializer):
    """A grid of a draft, short."""

    ordinal = serializers.IntegerField()
    code = serializers.CharField()
    area_m2 = serializers.FloatField()
    perimeter_m = serializers.FloatField()
    on_feature_share = serializers.FloatField()
    neighbours = serializers.ListField(child=serializers.IntegerField(), help_text="Ordinals.")
    left_alone = serializers.BooleanField()
    revision = serializers.IntegerField(help_text="Revision that changed it last; 0 as cut.")
    geometry = PolygonField()


class EditForm(serializers.Serializer):
    """A step in the history of a plan."""

    number = serializers.IntegerField()
    kind = serializers.ChoiceField(KINDS.choices)
    state = serializers.ChoiceField(GridEdit.State.choices)
    made_by = serializers.CharField(help_text="Empty when the account is gone.")
    made_at = serializers.DateTimeField()


class PlanStateForm(serializers.Serializer):
    """Where a plan stands."""

    version = serializers.CharField()
    state = serializers.ChoiceField(GridPlan.State.choices)
    revision = serializers.IntegerField()
    grid_count = serializers.IntegerField()
    can_undo = serializers.BooleanField()
    can_redo = serializers.BooleanField()
    pins = LinesField(help_text="Pinned borders.")


class HistoryForm(PlanStateForm):
    """The history of a plan, the last edit first."""

    edits = EditForm(many=True)


class CutForm(serializers.Serializer):
    """Something that a new border passes through (``W-EDIT-CUT``)."""

    unit = serializers.ChoiceField(["building", "compound"])
    place = CoordinateField()


class DoneForm(PlanStateForm):
    """What an edit did."""

    cuts = CutForm(many=True, help_text="Told, not refused; the review lists them.")

    edit = EditForm()
    grids = EditedGridForm(many=True, help_text="Grids that are new or not as they were.")
    gone = serializers.ListField(child=serializers.IntegerField(), help_text="Ordinals.")


class PlanGridsForm(serializers.Serializer):
    """Grids of a plan in a box."""

    revision = serializers.IntegerField()
    grids = EditedGridForm(many=True)
