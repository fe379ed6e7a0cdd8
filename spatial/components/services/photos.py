"""Photos of components: encoded anew, kept by a key."""

from __future__ import annotations

import uuid
from typing import Any

from django.core.files.base import ContentFile
from django.db import transaction
from django.utils.translation import gettext as _

from spatial.components.models import Component, ComponentPhoto
from spatial.core import audit
from spatial.core.errors import ConflictError
from spatial.core.photos import encoded_anew

MOST_PHOTOS = 30


def add_photo(
    component: Component, content: bytes, note: str = "", user: Any = None
) -> ComponentPhoto:
    """Keep a photo of a component; place and camera are left out, the time it was taken stays.

    Raises
    ------
    InputError
        ``E-PHOTO-SIZE``, ``E-PHOTO-FORMAT``, ``E-PHOTO-PIXELS``.
    ConflictError
        ``E-PHOTO-MANY``.
    """
    if component.photos.count() >= MOST_PHOTOS:
        text = _("A component has at most %(most)s photos; remove one first.")
        raise ConflictError("E-PHOTO-MANY", text % {"most": MOST_PHOTOS})
    made = encoded_anew(content)
    photo = ComponentPhoto(
        component=component,
        key=uuid.uuid4(),
        width_px=made.width_px,
        height_px=made.height_px,
        taken_at=made.taken_at,
        note=note,
        added_by=user if user is not None and user.is_authenticated else None,
    )
    with transaction.atomic():
        photo.file.save("photo.jpg", ContentFile(made.content), save=True)
        audit.record(user, "component.photo", "Component", component.code, photo=str(photo.key))
    return photo


def remove_photo(photo: ComponentPhoto, user: Any = None) -> None:
    """Take a photo out; its file goes when the row is surely gone."""
    file, storage = photo.file.name, photo.file.storage
    with transaction.atomic():
        code, key = photo.component.code, str(photo.key)
        photo.delete()
        audit.record(user, "component.photo-removed", "Component", code, photo=key)
        transaction.on_commit(lambda: storage.delete(file))
