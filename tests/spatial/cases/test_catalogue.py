"""Classes of cases and filing standards from their catalogues."""

from dataclasses import replace

import pytest

from fixtures import cases, catalogues
from spatial.cases.models import CaseClass, FilingStandard, Unit
from spatial.cases.services.catalogue import catalogue_of, store_case_classes
from spatial.components.services.catalogue import store_catalogue
from spatial.core.errors import WanmiError


@pytest.mark.parametrize("version", cases.versions())
def test_every_catalogue_goes_in_and_twice_is_once(db, version):
    found = catalogue_of(version)
    store_catalogue(catalogues.load(found.components))
    counts = store_case_classes(found)
    rows = list(CaseClass.objects.order_by("pk").values())
    assert counts["classes"] == len(rows) == len(found.classes)
    assert counts["standards"] == sum(len(one.standards) for one in found.classes)
    assert store_case_classes(found) == counts
    assert list(CaseClass.objects.order_by("pk").values()) == rows
    cover = CaseClass.objects.select_related("component_class").get(
        kind="component", name="污水井盖"
    )
    assert cover.component_class.code == cover.code
    first = cover.standards.get(number=1)
    assert (first.limit_n, first.limit_unit) == (2, Unit.EMERGENCY_HOUR)


def test_what_a_catalogue_no_longer_has_goes_out_of_use(db):
    found = catalogue_of("cjt214-yuncheng")
    store_catalogue(catalogues.load(found.components))
    store_case_classes(found)
    first = found.classes[0]
    fewer = replace(
        found, classes=(replace(first, standards=first.standards[:1]), *found.classes[2:])
    )
    store_case_classes(fewer)
    gone = CaseClass.objects.get(in_use=False)
    assert gone.code == found.classes[1].code
    assert not gone.standards.filter(in_use=True).exists()
    kept = FilingStandard.objects.filter(case_class__code=first.code, case_class__kind=first.kind)
    assert list(kept.filter(in_use=True).values_list("number", flat=True)) == [1]


def test_classes_of_an_area_with_limits_of_its_own(db):
    found = catalogue_of("cjt214-yuncheng")
    store_catalogue(catalogues.load(found.components))
    centre, ordinary = found.area_classes
    store_case_classes(replace(found, area_classes=(replace(centre, limit_factor=0.5), ordinary)))
    both = FilingStandard.objects.filter(case_class__code="0101", case_class__kind="component")
    limits = both.filter(number=4).order_by("area_class").values_list("area_class", "limit_n")
    assert list(limits) == [("", 5), ("1", 2.5)]


def test_what_is_not_there_is_told(db, tmp_path):
    with pytest.raises(WanmiError, match="E-CATALOGUE-MISSING"):
        catalogue_of("none")
    with pytest.raises(WanmiError, match="E-CATALOGUE-MISSING"):
        store_case_classes(catalogue_of("cjt214-yuncheng"))
    path = tmp_path / "own.json"
    path.write_text("[]", encoding="utf-8")
    with pytest.raises(WanmiError, match="E-CATALOGUE-FILE"):
        catalogue_of(str(path))
