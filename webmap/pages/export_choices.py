"""What the export page offers to choose from for cases and for results of evaluation."""

from __future__ import annotations

from typing import Any

from django.utils.translation import get_language

from spatial.basemap.io.writers import Field
from spatial.cases.models import CaseClass
from spatial.evaluation.models import ObjectKind, Publication, WeightScheme
from spatial.evaluation.services.export import CORRECTED, fields_of_parts
from spatial.evaluation.services.export_results import AREAS
from spatial.evaluation.services.ledger import months_with_cases
from spatial.schemes.models import SchemeEdition

MOST_PUBLISHED = 200


def field_forms(fields: tuple[Field, ...]) -> list[tuple[str, str]]:
    """Names of fields with their meaning in the language of the page."""
    english = get_language() == "en"
    return [(f.name, f.meaning_en if english else f.meaning_zh) for f in fields]


def case_class_forms() -> list[dict[str, Any]]:
    """Main classes of cases, each with its classes, by catalogue and kind."""
    found: dict[tuple[str, str, str], dict[str, Any]] = {}
    for one in CaseClass.objects.order_by("catalogue", "kind", "code"):
        main = found.setdefault(
            (one.catalogue, one.kind, one.main_code),
            {
                "catalogue": one.catalogue, "of": one.kind, "code": one.main_code,
                "name": one.main_name, "name_en": one.main_name_en, "classes": [],
            },
        )  # fmt: skip
        main["classes"].append({"code": one.code, "name": one.name, "name_en": one.name_en})
    return list(found.values())


def result_forms() -> dict[str, Any]:
    """Schemes of weights with their fields, periods, published results, editions of cells."""
    schemes = WeightScheme.objects.filter(kind__in=AREAS, state=WeightScheme.State.PUBLISHED)
    published = Publication.objects.filter(kind__in=AREAS).select_related("scheme")
    cells = SchemeEdition.objects.exclude(state=SchemeEdition.State.DRAFT)
    return {
        "objects": [(name, str(ObjectKind(name).label)) for name in AREAS],
        "schemes": [
            {
                "name": str(one), "kind": one.kind, "title": one.name, "title_en": one.name_en,
                "usual": not one.area_class, "fields": field_forms(fields_of_parts(one.parts)),
            }
            for one in schemes.order_by("-published_at", "-version")
        ],
        "published": [
            {
                "id": one.pk, "kind": one.kind, "period": one.period, "scheme": str(one.scheme),
                "district": one.district_code, "object": str(ObjectKind(one.kind).label),
            }
            for one in published[:MOST_PUBLISHED]
        ],
        "corrected": field_forms(CORRECTED),
        "editions": [
            {"version": one.version, "title": one.scheme.name, "district": one.district.code}
            for one in cells.select_related("scheme", "district")
        ],
        "months": months_with_cases()[::-1],
    }  # fmt: skip
