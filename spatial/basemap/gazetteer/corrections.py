"""Names that people give a place, beside those of its source."""

from __future__ import annotations

from typing import Any

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from spatial.basemap.gazetteer import faults
from spatial.basemap.gazetteer.models import Place, PlaceName
from spatial.basemap.gazetteer.naming import name
from spatial.core import audit
from spatial.core.errors import InputError

CHUNK = 1_000


def correct(place: Place, text: str, user: Any) -> PlaceName:
    """Let a place be found by a text that its source does not have.

    Raises
    ------
    InputError
        ``E-PLACE-NAME``, ``E-PLACE-LONG``, ``E-PLACE-CONTROL``, ``E-PLACE-MARKUP``.
    """
    wanted = text.strip()
    if code := fault_of(wanted):
        raise InputError(code, faults.SENTENCES[code])
    made = name(PlaceName.Kind.CORRECTION, wanted)
    given = PlaceName.objects.create(
        place=place,
        kind=made.kind,
        text=made.text,
        key=made.key,
        sound=made.sound,
        variants=list(made.variants),
        level=place.level,
        valid_from=timezone.localdate(),
    )
    audit.record(user, "place.named", "Place", str(place.pk), place=place.name, text=wanted)
    return given


def fault_of(text: str) -> str:
    """The code of what makes a text no name, empty when nothing does."""
    code = faults.of_text({"name": text})
    return code or ("" if name(PlaceName.Kind.CORRECTION, text).key else "E-PLACE-NAME")


def withdraw(given: PlaceName, user: Any) -> None:
    """Take a correction back.

    Raises
    ------
    InputError
        ``E-PLACE-NAMED`` for a name that comes from a source.
    """
    if given.kind != PlaceName.Kind.CORRECTION:
        text = _("The name comes from the source; correct it there and import again.")
        raise InputError("E-PLACE-NAMED", text)
    facts = {"place": given.place.name, "text": given.text}
    audit.record(user, "place.unnamed", "Place", str(given.place_id), **facts)
    given.delete()


def respell() -> int:
    """Make the forms of names anew that no source has any more; the number of them."""
    others = PlaceName.objects.filter(
        Q(kind=PlaceName.Kind.CORRECTION)
        | Q(kind=PlaceName.Kind.OLD, valid_to__isnull=False, live=True)
    )
    rows = list(others.select_related("place"))
    for row in rows:
        made = name(row.kind, row.text)
        row.key, row.sound, row.variants = made.key, made.sound, list(made.variants)
        row.level = row.place.level
    PlaceName.objects.bulk_update(rows, ["key", "sound", "variants", "level"], CHUNK)
    return len(rows)
