"""Writes notes: each is its owner's to change; an administrator may take shared ones away."""

from __future__ import annotations

from typing import Any

from django.contrib.auth import get_user_model
from django.contrib.gis.geos import GEOSGeometry
from django.contrib.gis.geos import Point as Place
from django.db import transaction
from django.utils.translation import gettext as _

from spatial.basemap.models import Region
from spatial.core import audit
from spatial.core.errors import ConflictError, ForbiddenError, InputError
from spatial.core.roles import owns
from spatial.core.validity import valid_on
from spatial.notes.models import Note, SeenBy
from spatial.notes.selectors import centres_of

MOST_NOTES = 200
FIELDS = ("text", "colour", "seen_by", "geom")


@transaction.atomic
def add_note(user: Any, values: dict[str, Any]) -> Note:
    """Keep a note.

    Raises
    ------
    WanmiError
        ``E-NOTE-MANY`` for one more than 200, ``E-NOTE-CENTRE``.
    """
    # Two at a time would both count as the last one.
    get_user_model().objects.select_for_update().get(pk=user.pk)
    if user.map_notes.count() >= MOST_NOTES:
        text = _("You keep %(most)d notes already; delete one first.") % {"most": MOST_NOTES}
        raise ConflictError("E-NOTE-MANY", text)
    note = Note(owner=user)
    _set(note, values, user)
    note.save()
    audit.record(user, "note.added", "note", str(note.key), seen_by=str(note.seen_by))
    return note


def change_note(user: Any, note: Note, values: dict[str, Any]) -> Note:
    """Change what is given of a note.

    Raises
    ------
    WanmiError
        ``E-NOTE-OWNER`` for somebody else's, ``E-NOTE-CENTRE``.
    """
    if note.owner_id != user.pk:
        raise _not_yours()
    _set(note, values, user)
    note.save()
    named = sorted(name for name in FIELDS if name in values)
    audit.record(user, "note.changed", "note", str(note.key), changed=", ".join(named))
    return note


def remove_note(user: Any, note: Note) -> None:
    """Delete a note.

    Raises
    ------
    ForbiddenError
        ``E-NOTE-OWNER``.
    """
    if not owns(user, note.owner_id):
        raise _not_yours()
    audit.record(user, "note.removed", "note", str(note.key), owner=note.owner.get_username())
    note.delete()


def _not_yours() -> ForbiddenError:
    text = _("Somebody else wrote this note; only its writer may change it.")
    return ForbiddenError("E-NOTE-OWNER", text)


def _set(note: Note, values: dict[str, Any], user: Any) -> None:
    for name in FIELDS:
        if name in values:
            setattr(note, name, values[name])
    if "geom" in values:
        note.district_code = district_at(values["geom"])
    if note.seen_by != SeenBy.CENTRE:
        note.centre = ""
    elif "seen_by" in values:
        note.centre = next(iter(centres_of(user)), "")
        if not note.centre:
            text = _("You belong to neither centre; share it with everyone or keep it to yourself.")
            raise InputError("E-NOTE-CENTRE", text)


def district_at(shape: GEOSGeometry) -> str:
    """The code of the district that a shape begins in, empty outside of all."""
    lon, lat = shape.point_on_surface.coords[:2]
    found = Region.objects.filter(
        valid_on(None), level=Region.Level.DISTRICT, geom__intersects=Place(lon, lat, srid=4326)
    )
    return found.order_by("code").values_list("code", flat=True).first() or ""
