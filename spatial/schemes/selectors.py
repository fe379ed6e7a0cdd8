"""Reads of schemes and their editions, each under the rights of the one who asks."""

from __future__ import annotations

from datetime import date

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from spatial.core.errors import NotFoundError
from spatial.core.roles import DRAFT_READERS, role_names
from spatial.core.validity import valid_on
from spatial.schemes.models import GridScheme, SchemeEdition


def scheme_named(key: str) -> GridScheme:
    """The scheme with this key.

    Raises
    ------
    NotFoundError
        ``E-SCHEME-MISSING``.
    """
    found = GridScheme.objects.filter(key=key).first()
    if found is None:
        raise NotFoundError(
            "E-SCHEME-MISSING", _("There is no grid scheme %(key)s.") % {"key": key}, key=key
        )
    return found


def _editions() -> QuerySet[SchemeEdition]:
    editions = SchemeEdition.objects.select_related("scheme", "district", "created_by")
    return editions.defer("district__geom", "district__geom3857")


def visible_editions(user) -> QuerySet[SchemeEdition]:
    """Editions a user may see: published and former ones for all, drafts for GIS staff."""
    if user is not None and role_names(user) & DRAFT_READERS:
        return _editions()
    return _editions().exclude(state=SchemeEdition.State.DRAFT)


def edition_named(version: str, editions: QuerySet[SchemeEdition] | None = None) -> SchemeEdition:
    """The edition named like ``fire-110101-e2`` among some, or among all.

    Raises
    ------
    NotFoundError
        ``E-SCHEME-EDITION``.
    """
    rest, _dash, number = version.rpartition("-e")
    key, _dash, code = rest.rpartition("-")
    if number.isascii() and number.isdigit() and len(number) < 9:
        among = _editions() if editions is None else editions
        found = among.filter(scheme__key=key, district__code=code, edition=int(number)).first()
        if found is not None:
            return found
    raise NotFoundError(
        "E-SCHEME-EDITION", _("There is no edition %(version)s.") % {"version": version}
    )


def edition_in_force(key: str, district_code: str, on: date | None = None) -> SchemeEdition:
    """The edition of a scheme in force in a district now, or on a past day.

    Raises
    ------
    NotFoundError
        ``E-SCHEME-MISSING``; ``E-SCHEME-EDITION`` when there is none on the day.
    """
    scheme = scheme_named(key)
    of_district = _editions().filter(scheme=scheme, district__code=district_code)
    found = of_district.filter(valid_on(on)).first()
    if found is None:
        raise NotFoundError(
            "E-SCHEME-EDITION",
            _("Scheme %(key)s has no edition in force in district %(code)s.")
            % {"key": key, "code": district_code},
            key=key,
            district=district_code,
        )
    return found
