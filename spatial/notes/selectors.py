"""Reads of notes and views: each note only for those it was written for."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from spatial.core.errors import NotFoundError
from spatial.core.roles import ADMINISTRATOR, DISPATCHER, INSPECTOR, OPERATOR, role_names
from spatial.notes.models import Note, SavedView, SeenBy

CENTRES = {
    "supervision": frozenset({OPERATOR, INSPECTOR}),
    "command": frozenset({DISPATCHER}),
}
"""The two centres by the roles that belong to them."""
MOST_LISTED = 500


def centres_of(user: Any) -> list[str]:
    """The centres a user belongs to, by his roles."""
    held = role_names(user)
    return [name for name, roles in CENTRES.items() if held & roles]


def visible_notes(user: Any) -> QuerySet[Note]:
    """Notes a user may see: his own, those of his centre, those for everyone; the newest first.

    An administrator sees what is shared with either centre, but nobody's own notes.
    """
    seen = Q(seen_by=SeenBy.ALL)
    if user.is_authenticated:
        is_chief = ADMINISTRATOR in role_names(user)
        mine = list(CENTRES) if is_chief else centres_of(user)
        seen |= Q(owner=user) | Q(seen_by=SeenBy.CENTRE, centre__in=mine)
    return Note.objects.filter(seen).select_related("owner")


def note_of_key(user: Any, key: UUID) -> Note:
    """The note of a key that a user may see.

    Raises
    ------
    NotFoundError
        ``E-NOTE-MISSING``, also for one that is not for him.
    """
    found = visible_notes(user).filter(key=key).first()
    if found is None:
        raise NotFoundError("E-NOTE-MISSING", _("There is no such note, or it is not for you."))
    return found


def views_of(user: Any) -> QuerySet[SavedView]:
    """A user's views by name, without deleted ones."""
    return SavedView.objects.filter(owner=user, gone_at=None)


def home_view(user: Any) -> str:
    """The address that a user's map opens with; empty where he chose none."""
    if not user.is_authenticated:
        return ""
    return views_of(user).filter(home=True).values_list("address", flat=True).first() or ""


def view_of_key(key: UUID) -> SavedView:
    """The view of a key, whoever kept it: who has its link may open it.

    Raises
    ------
    NotFoundError
        ``E-VIEW-MISSING``.
    """
    found = SavedView.objects.filter(key=key, gone_at=None).first()
    if found is None:
        raise no_view()
    return found


def no_view() -> NotFoundError:
    """The answer for a view that is not there."""
    return NotFoundError("E-VIEW-MISSING", _("There is no such view; it may have been deleted."))
