"""Cases for the test town: their classes, departments, people, and tasks for an inspector."""

from __future__ import annotations

import io

from django.contrib.auth import get_user_model
from PIL import Image

from fixtures import cases
from spatial.cases.models import Case, CaseClass, Department, FilingStandard
from spatial.cases.services.catalogue import store_case_classes
from spatial.cases.services.given import Given, Report, Shot
from spatial.cases.services.moving import make_move
from spatial.cases.services.reporting import report
from tests.e2e.places import centre_of
from tests.e2e.town import make_components, make_user

CATALOGUE = "cjt214-yuncheng"
LITTER = "暴露"
CHECK_AT, VERIFY_AT, SENT_AT = (9, 4), (12, 4), (4, 9)


def jpeg(colour: str = "red", size: tuple[int, int] = (640, 480)) -> bytes:
    """A picture."""
    packed = io.BytesIO()
    Image.new("RGB", size, colour).save(packed, "JPEG")
    return packed.getvalue()


def someone(name: str):
    """A user by his name."""
    return get_user_model().objects.get(username=name)


def make_people() -> None:
    """Classes with standards, both centres, a department with a worker, an inspector."""
    make_components()
    store_case_classes(cases.load(CATALOGUE))
    for role in ("operator", "dispatcher"):
        make_user(role, role)
    make_user("department", "worker")
    make_user("inspector", "second")
    Department.objects.create(code="D1", name="市政所").members.add(someone("worker"))


def reported(place: tuple[int, int], words: str) -> Case:
    """A report of the hotline in the middle of a grid."""
    lon, lat = centre_of(place)
    kind = CaseClass.objects.filter(catalogue=CATALOGUE, name__startswith=LITTER).first()
    sent = Report(kind.pk, lon, lat, "hotline", description=words, photos=(Shot(jpeg()),))
    return report(someone("operator"), sent)


def moved(case: Case, *steps: str) -> Case:
    """A case after moves, each written ``who:move``."""
    standard = FilingStandard.objects.filter(case_class=case.case_class).first()
    given = Given(
        reason="因为",
        photos=(Shot(jpeg("green"), "after"),),
        department=Department.objects.get(code="D1").pk,
        inspector=someone("inspector").pk,
        standard=standard.pk,
    )
    for step in steps:
        who, move = step.split(":")
        make_move(someone(who), case.pk, move, given)
    return Case.objects.get(pk=case.pk)


FOUND = ("operator:ask_check", "inspector:confirm", "operator:file", "dispatcher:dispatch")
HANDLED = ("worker:accept", "worker:answer", "dispatcher:pass_on", "operator:ask_verify")


def make_cases() -> None:
    """A check and a verification for the inspector, a case that was dispatched to the worker."""
    make_people()
    moved(reported(CHECK_AT, "路口有垃圾"), "operator:ask_check")
    moved(reported(VERIFY_AT, "垃圾清了没有"), *FOUND, *HANDLED)
    moved(reported(SENT_AT, "请清扫"), *FOUND)
