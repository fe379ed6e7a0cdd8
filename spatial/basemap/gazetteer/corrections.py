"""Names that people give a place, beside those of its source, and places that only people know.

A text has one meaning in a district: a later correction takes the place of an earlier one.
"""

from __future__ import annotations

from hashlib import md5
from typing import Any
from uuid import uuid4

import shapely
from django.contrib.gis.geos import GEOSGeometry, Point
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from spatial.basemap.gazetteer import faults
from spatial.basemap.gazetteer.models import Place, PlaceName
from spatial.basemap.gazetteer.naming import name
from spatial.basemap.models import Dataset
from spatial.basemap.selectors import codes_at
from spatial.core import audit
from spatial.core.errors import InputError
from spatial.core.mercator import to_mercator
from spatial.core.srid import STORE_SRID, TILE_SRID

CHUNK = 1_000
DATASET = "corrections (gazetteer)"
"""Holds the places that were set by hand. No file has this name, so that no import empties it."""


@transaction.atomic
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
    for earlier in _of_key(made.key, place.district_code):
        if earlier.place_id == place.pk:
            return earlier
        withdraw(earlier, user)
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


@transaction.atomic
def place_by_hand(text: str, lon: float, lat: float, user: Any) -> PlaceName:
    """Make a place that is found by a text, at a point in degrees.

    It is a point of interest whatever its text looks like: read as an address, a text with an
    error would make a road of that error.

    Raises
    ------
    InputError
        As `correct`.
    """
    wanted = text.strip()
    if code := fault_of(wanted):
        raise InputError(code, faults.SENTENCES[code])
    owner, _new = Dataset.objects.get_or_create(name=DATASET)
    [(district, street, community)] = codes_at([(lon, lat)])
    [flat] = to_mercator(shapely.points([(lon, lat)]))
    digest = md5(f"{wanted}\x1f{lon}\x1f{lat}".encode(), usedforsecurity=False).digest()
    place = Place.objects.create(
        dataset=owner,
        kind=Place.Kind.POI,
        level=Place.Level.POI,
        name=wanted,
        poi=wanted,
        district_code=district,
        street_code=street,
        community_code=community,
        geom=Point(lon, lat, srid=STORE_SRID),
        geom3857=GEOSGeometry(shapely.to_wkt(flat), srid=TILE_SRID),
        source_key=f"correction/{uuid4()}",
        digest=digest,
        built=digest,
        valid_from=timezone.localdate(),
    )
    return correct(place, wanted, user)


def _of_key(key: str, district: str) -> list[PlaceName]:
    """Corrections of a spelling in a district, and where it is not known in which."""
    given = PlaceName.objects.filter(kind=PlaceName.Kind.CORRECTION, key=key, live=True)
    here = given if not district else given.filter(place__district_code__in=("", district))
    return list(here.select_related("place__dataset"))


def fault_of(text: str) -> str:
    """The code of what makes a text no name, empty when nothing does."""
    code = faults.of_text({"name": text})
    return code or ("" if name(PlaceName.Kind.CORRECTION, text).key else "E-PLACE-NAME")


def withdraw(given: PlaceName, user: Any) -> None:
    """Take a correction back; a place that was set by hand for it goes too.

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
    others = given.place.names.filter(kind=PlaceName.Kind.CORRECTION).exclude(pk=given.pk)
    if given.place.dataset.name == DATASET and not others.exists():
        given.place.delete()
    else:
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
