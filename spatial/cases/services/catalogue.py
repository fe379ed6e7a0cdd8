"""Brings classes of cases and their filing standards into the database."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from fixtures import cases
from spatial.cases.models import CaseClass, FilingStandard, Kind
from spatial.components.models import Catalogue, ComponentClass
from spatial.core import audit
from spatial.core.errors import InputError, NotFoundError

EVERYWHERE = ""


def catalogue_of(name: str) -> cases.CaseCatalogue:
    """A catalogue that comes with the platform, or that of a city's ``.json`` file.

    Raises
    ------
    NotFoundError
        ``E-CATALOGUE-MISSING``.
    InputError
        ``E-CATALOGUE-FILE`` with what contradicts what.
    """
    if not name.endswith(".json"):
        if name not in cases.versions():
            text = _("There is no catalogue %(version)s; there are: %(known)s.")
            facts = {"version": name[:40], "known": ", ".join(cases.versions())}
            raise NotFoundError("E-CATALOGUE-MISSING", text % facts)
        return cases.load(name)
    try:
        return cases.read(Path(name))
    except (ValueError, OSError) as error:
        text = _("The catalogue cannot be used: %s") % error
        raise InputError("E-CATALOGUE-FILE", text) from error


@transaction.atomic
def store_case_classes(found: cases.CaseCatalogue, user: Any = None) -> dict[str, int]:
    """Write a catalogue of cases; how many classes and standards are in use then.

    What the catalogue no longer has goes out of use: cases that were filed by it keep it.

    Raises
    ------
    NotFoundError
        ``E-CATALOGUE-MISSING`` when the component classes it is about were not loaded.
    """
    parts = _component_classes(found)
    mains = {(one.kind, one.code): one for one in found.main_classes}
    classes, standards = [], []
    for one in found.classes:
        main = mains[one.kind, one.main]
        row, _new = CaseClass.objects.update_or_create(
            catalogue=found.version,
            kind=one.kind,
            code=one.code,
            defaults={
                "main_code": main.code,
                "main_name": main.name_zh,
                "main_name_en": main.name_en,
                "name": one.name_zh,
                "name_en": one.name_en,
                "component_class": parts[one.code] if one.kind == Kind.COMPONENT else None,
                "symbol": one.symbol,
                "local": one.local,
                "in_use": True,
            },
        )
        classes.append(row.pk)
        standards += _standards(row, one, found)
    ours = CaseClass.objects.filter(catalogue=found.version)
    ours.exclude(pk__in=classes).update(in_use=False)
    filed_by = FilingStandard.objects.filter(case_class__in=ours)
    filed_by.exclude(pk__in=standards).update(in_use=False)
    audit.record(user, "catalogue.stored", "CaseCatalogue", found.version)
    return {"classes": len(classes), "standards": len(standards)}


def _component_classes(found: cases.CaseCatalogue) -> dict[str, ComponentClass]:
    if not Catalogue.objects.filter(version=found.components).exists():
        text = _("Load the catalogue of components %(version)s first.")
        raise NotFoundError("E-CATALOGUE-MISSING", text % {"version": found.components})
    rows = ComponentClass.objects.filter(catalogue__version=found.components)
    return {row.code: row for row in rows}


def _standards(row: CaseClass, one: cases.CaseClass, found: cases.CaseCatalogue) -> list[int]:
    """One row for each standard, and one more for each class of area with limits of its own."""
    keys = []
    areas = {EVERYWHERE: 1.0}
    areas |= {area.code: area.limit_factor for area in found.area_classes if area.limit_factor != 1}
    for standard in one.standards:
        for area, factor in areas.items():
            stored, _new = FilingStandard.objects.update_or_create(
                case_class=row,
                number=standard.number,
                area_class=area,
                defaults={
                    "condition": standard.condition_zh,
                    "condition_en": standard.condition_en,
                    "limit_n": round(Decimal(str(standard.limit * factor)), 2),
                    "limit_unit": standard.unit,
                    "closing": standard.closing_zh,
                    "closing_en": standard.closing_en,
                    "in_use": True,
                },
            )
            keys.append(stored.pk)
    return keys
