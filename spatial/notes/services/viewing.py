"""Keeps views of the map: saves, renames, makes one the first, deletes and takes that back."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.contrib.auth import get_user_model
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from spatial.core.errors import ConflictError
from spatial.notes.models import SavedView
from spatial.notes.selectors import no_view, views_of

MOST_VIEWS = 50
UNDO = timedelta(days=1)


@transaction.atomic
def save_view(user: Any, name: str, address: str) -> SavedView:
    """Keep a view; one of the same name is replaced, its link stays.

    Raises
    ------
    ConflictError
        ``E-VIEW-MANY`` for one more than 50.
    """
    _alone(user)
    SavedView.objects.filter(owner=user, gone_at__lt=timezone.now() - UNDO).delete()
    mine = views_of(user)
    if mine.count() >= MOST_VIEWS and not mine.filter(name=name).exists():
        raise _too_many()
    made, _new = mine.update_or_create(
        name=name, defaults={"address": address}, create_defaults=_made(user, name, address)
    )
    return made


def _made(user: Any, name: str, address: str) -> dict[str, Any]:
    return {"owner": user, "name": name, "address": address}


@transaction.atomic
def change_view(user: Any, key: UUID, values: dict[str, Any]) -> SavedView:
    """Rename a view, make it the first one or not, or take its deletion back.

    Raises
    ------
    WanmiError
        ``E-VIEW-MISSING``; ``E-VIEW-NAME`` where another has the name, ``E-VIEW-MANY``.
    """
    _alone(user)
    view = SavedView.objects.filter(owner=user, key=key).first()
    if view is None or (view.gone_at and values.get("gone") is not False):
        raise no_view()
    others = views_of(user).exclude(pk=view.pk)
    if view.gone_at and others.count() >= MOST_VIEWS:
        raise _too_many()
    view.gone_at = None
    view.name = values.get("name", view.name)
    if others.filter(name=view.name).exists():
        text = _("You keep another view named %(name)s; choose another name.")
        raise ConflictError("E-VIEW-NAME", text % {"name": view.name})
    view.home = values.get("home", view.home)
    if view.home:
        others.filter(home=True).update(home=False)
    view.save()
    return view


@transaction.atomic
def drop_view(user: Any, key: UUID) -> None:
    """Delete a view; for a day `change_view` takes that back.

    Raises
    ------
    NotFoundError
        ``E-VIEW-MISSING``.
    """
    if not views_of(user).filter(key=key).update(gone_at=timezone.now(), home=False):
        raise no_view()


def _alone(user: Any) -> None:
    """Nobody else changes the same user's views until the transaction ends."""
    get_user_model().objects.select_for_update().get(pk=user.pk)


def _too_many() -> ConflictError:
    text = _("You keep %(most)d views already; delete one first.") % {"most": MOST_VIEWS}
    return ConflictError("E-VIEW-MANY", text)
