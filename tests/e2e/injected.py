"""A town in which everything that people write carries a script."""

from __future__ import annotations

from datetime import timedelta

from django.contrib.auth import get_user_model
from django.utils import timezone

from fixtures import catalogues
from spatial.cases.models import Campaign, Department, FilingStandard
from spatial.cases.services.given import Given, Report
from spatial.cases.services.moving import make_move
from spatial.cases.services.reporting import report
from spatial.components.models import Component
from spatial.components.services.catalogue import store_catalogue
from spatial.components.services.keeping import register
from spatial.components.services.kinds import class_of
from tests.e2e.casetown import litter, make_case_people, person, shot
from tests.e2e.places import PASSWORD, centre_of

LAMP = "1101010118000077"
PAYLOADS = (
    "<img src=x onerror=window.pwned=1>",
    "</script><script>window.pwned=1</script>",
    "javascript:window.pwned=1",
)


def make_all() -> None:
    """Departments, campaigns, cases with reasons, a component: each with a payload."""
    image, script, address = PAYLOADS
    make_case_people()
    get_user_model().objects.create_superuser("chief", password=PASSWORD)
    Department.objects.filter(code="D1").update(name=script, name_en=script)
    today = timezone.localdate()
    Campaign.objects.create(
        code="injected", name=script, name_en=script, starts=today - timedelta(days=1),
        ends=today + timedelta(days=9),
    )  # fmt: skip
    _make_cases(image, script, address)
    _make_component(image, script)


def _make_cases(image: str, script: str, address: str) -> None:
    lon, lat = centre_of((5, 4))
    words = f"{image} {script} {address}"
    sent = Report(case_class=litter().pk, lon=lon, lat=lat, channel="inspector",
                  description=words, place=image, photos=(shot("sienna"),))  # fmt: skip
    case = report(person("inspector"), sent)
    standard = FilingStandard.objects.filter(case_class=litter()).first()
    make_move(person("operator"), case.pk, "file", Given(standard=standard.pk, reason=script))
    cleaners = Department.objects.get(code="D1")
    given = Given(department=cleaners.pk, reason=address)
    make_move(person("dispatcher"), case.pk, "dispatch", given)
    other = report(person("inspector"), sent)
    make_move(person("operator"), other.pk, "ask_check",
              Given(inspector=person("inspector").pk, reason=image))  # fmt: skip


def _make_component(image: str, script: str) -> None:
    lon, lat = centre_of((5, 4))
    catalogue = store_catalogue(catalogues.load("cjt214-2007"))
    lamp = register(class_of(catalogue, "0118"), lon, lat, {"owner": script})
    Component.objects.filter(code=lamp.code).update(code=LAMP, note=image, position=image)
