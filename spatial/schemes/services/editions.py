"""Schemes are made; their editions are stored, put in force, and drafts deleted."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

import numpy as np
import shapely
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _
from numpy.typing import NDArray

import gridding
from spatial.basemap.models import Region
from spatial.core import audit
from spatial.core.bulk import copy_rows
from spatial.core.errors import ConflictError, InputError
from spatial.core.srid import STORE_SRID
from spatial.grids.services.metric import projected
from spatial.schemes.models import GridScheme, SchemeCell, SchemeEdition

COLUMNS = ("edition_id", "ordinal", "code", "name", "geom", "area_m2")
State = SchemeEdition.State


def make_scheme(
    key: str, name: str, name_en: str = "", purpose: str = "", user: Any = None
) -> GridScheme:
    """Note a new scheme.

    Raises
    ------
    InputError
        ``E-SCHEME-KEY`` for a key of another form; ``E-SCHEME-NAME`` without a name.
    ConflictError
        ``E-SCHEME-THERE`` when there is one with this key.
    """
    if GridScheme.objects.filter(key=key).exists():
        raise ConflictError(
            "E-SCHEME-THERE", _("There is a grid scheme %(key)s already.") % {"key": key}
        )
    scheme = GridScheme(key=key, name=name, name_en=name_en, purpose=purpose, created_by=user)
    try:
        scheme.clean_fields()
    except ValidationError as error:
        wrong = "E-SCHEME-KEY" if "key" in error.message_dict else "E-SCHEME-NAME"
        raise InputError(wrong, " ".join(error.messages), fields=error.message_dict) from error
    scheme.save()
    audit.record(user, "scheme.made", "GridScheme", key, name=name)
    return scheme


@transaction.atomic
def store_edition(
    scheme: GridScheme,
    district: Region,
    srid: int,
    cells: tuple[Sequence[str], Sequence[str], NDArray[np.object_]],
    origin: str,
    source: dict[str, Any],
    user: Any = None,
) -> SchemeEdition:
    """Keep cells (codes, names, polygons in degrees) as a new draft of a scheme in a district.

    ``srid`` is the metric reference system areas are measured in.
    """
    codes, names, polygons = cells
    # Two at once would take the same number.
    GridScheme.objects.select_for_update().get(pk=scheme.pk)
    editions = SchemeEdition.objects.filter(scheme=scheme, district__code=district.code)
    shapes = np.array([_multi(polygon) for polygon in polygons], object)
    metric = gridding.project(shapes, STORE_SRID, srid)
    whole = projected([district.geom], srid)[0]
    within = shapely.area(shapely.intersection(metric, whole))
    edition = SchemeEdition.objects.create(
        scheme=scheme,
        district=district,
        edition=(editions.aggregate(last=Max("edition"))["last"] or 0) + 1,
        origin=origin,
        source=source,
        metric_srid=srid,
        cell_count=len(codes),
        covered_share=min(float(within.sum() / whole.area), 1.0),
        created_by=user,
    )
    stored = shapely.to_wkb(shapely.set_srid(shapes, STORE_SRID), hex=True, include_srid=True)
    order = sorted(range(len(codes)), key=lambda i: codes[i])
    areas = shapely.area(metric)
    rows = [
        (edition.pk, n, codes[i], names[i], stored[i], float(areas[i]))
        for n, i in enumerate(order, 1)
    ]
    copy_rows(SchemeCell._meta.db_table, COLUMNS, rows)
    audit.record(user, "scheme.edition-made", "SchemeEdition", edition.version, cells=len(codes))
    return edition


def _multi(polygon: shapely.Geometry) -> shapely.MultiPolygon:
    parts = shapely.get_parts(polygon)
    return shapely.MultiPolygon(list(parts[shapely.get_type_id(parts) == 3]))


def may_be_published_by(edition: SchemeEdition, user: Any) -> bool:
    """Whether a user is the second person that an edition needs, or none is asked for."""
    if user is None or not settings.SECOND_PERSON_PUBLISHES:
        return True
    return edition.created_by_id != user.pk


@transaction.atomic
def publish_edition(
    edition: SchemeEdition, on: date | None = None, user: Any = None
) -> SchemeEdition:
    """Put a draft in force from a day on; the edition in force before is superseded that day.

    Raises
    ------
    ConflictError
        ``E-SCHEME-STATE`` for what is no draft; ``E-SCHEME-SECOND`` when its maker would publish
        it and a second person has to (setting ``SECOND_PERSON_PUBLISHES``); ``E-SCHEME-DATE`` for
        a day to come, or one not after the first day of the edition in force.
    """
    edition = _draft(edition)
    if not may_be_published_by(edition, user):
        text = _("You made edition %(version)s; someone else has to publish it.")
        raise ConflictError("E-SCHEME-SECOND", text % {"version": edition.version})
    day = on or timezone.localdate()
    former = (
        SchemeEdition.objects.select_for_update()
        .filter(scheme=edition.scheme, district__code=edition.district.code, state=State.PUBLISHED)
        .first()
    )
    if day > timezone.localdate() or (former is not None and former.valid_from >= day):
        text = _("An edition begins today or on a past day after the first of the one in force.")
        raise ConflictError("E-SCHEME-DATE", text)
    if former is not None:
        former.state, former.valid_to = State.SUPERSEDED, day
        former.save(update_fields=["state", "valid_to"])
    edition.state, edition.valid_from = State.PUBLISHED, day
    edition.save(update_fields=["state", "valid_from"])
    audit.record(user, "scheme.published", "SchemeEdition", edition.version, valid_from=str(day))
    return edition


@transaction.atomic
def discard_edition(edition: SchemeEdition, user: Any = None) -> None:
    """Delete a draft with its cells.

    Raises
    ------
    ConflictError
        ``E-SCHEME-STATE`` for one that is or was in force.
    """
    edition = _draft(edition)
    version = edition.version
    edition.delete()
    audit.record(user, "scheme.edition-deleted", "SchemeEdition", version)


def _draft(edition: SchemeEdition) -> SchemeEdition:
    held = SchemeEdition.objects.select_for_update(of=("self",))
    held = held.select_related("scheme", "district").get(pk=edition.pk)
    if held.state != State.DRAFT:
        text = _("Edition %(version)s is or was in force and stays as it is.")
        raise ConflictError("E-SCHEME-STATE", text % {"version": held.version})
    return held
