"""Cases for the browser tests: classes with limits, departments, people, and cases to work on."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from io import BytesIO

from django.contrib.auth import get_user_model
from django.contrib.auth.models import Permission
from django.utils import timezone
from PIL import Image

from fixtures import catalogues
from spatial.basemap.gazetteer.build import build_gazetteer
from spatial.cases.following import hash_of
from spatial.cases.models import CaseClass, Department, DispatchRule, FilingStandard
from spatial.cases.services.catalogue import catalogue_of, store_case_classes
from spatial.cases.services.given import Given, More, Report, Shot
from spatial.cases.services.moving import make_move
from spatial.cases.services.reporting import report
from spatial.components.services.catalogue import store_catalogue
from spatial.opinions.models import Form, Invitation
from spatial.opinions.services.polling import make_poll
from tests.e2e.places import centre_of
from tests.e2e.town import make_user

LITTER = "0110"
PLACES = ((3, 3), (4, 3), (5, 3), (11, 3), (12, 8))


def shot(colour: str) -> Shot:
    packed = BytesIO()
    Image.new("RGB", (64, 48), colour).save(packed, "JPEG")
    return Shot(packed.getvalue())


def person(name: str):
    return get_user_model().objects.get(username=name)


def make_case_people() -> None:
    """Both centres, two dispatchers, an inspector, and a department with one man."""
    store_catalogue(catalogues.load("cjt214-2007"))
    store_case_classes(catalogue_of("cjt214-yuncheng"))
    for role, name in (("operator", "operator"), ("dispatcher", "dispatcher"),
                       ("dispatcher", "dispatcher2"), ("department", "worker")):  # fmt: skip
        make_user(role, name)
    if not get_user_model().objects.filter(username="inspector").exists():
        make_user("inspector", "inspector")
    cleaners = Department.objects.create(code="D1", name="环卫中心", name_en="Sanitation")
    Department.objects.create(code="D2", name="城管执法队", name_en="Enforcement")
    cleaners.members.add(person("worker"))
    DispatchRule.objects.create(position=1, kind="event", department=cleaners, note="环卫")


def litter() -> CaseClass:
    return CaseClass.objects.get(kind="event", code=LITTER)


def one_case(place: tuple[int, int], words: str):
    """A case as an inspector reports it."""
    lon, lat = centre_of(place)
    sent = Report(case_class=litter().pk, lon=lon, lat=lat, channel="inspector",
                  description=words, photos=(shot("sienna"),))  # fmt: skip
    return report(person("inspector"), sent)


def make_cases() -> None:
    """Five cases: one reported, two to be dispatched, one with the department, one to check."""
    make_case_people()
    standard = FilingStandard.objects.filter(case_class=litter()).first()
    operator, dispatcher = person("operator"), person("dispatcher")
    cases = [one_case(place, f"第{n}堆垃圾") for n, place in enumerate(PLACES, 1)]
    for case in cases[1:4]:
        make_move(operator, case.pk, "file", Given(standard=standard.pk))
    cleaners = Department.objects.get(code="D1")
    make_move(dispatcher, cases[3].pk, "dispatch", Given(department=cleaners.pk))
    make_move(operator, cases[4].pk, "ask_check", Given(inspector=person("inspector").pk))


def make_more() -> None:
    """More time asked for and agreed to, a leader, one more inspector, and addresses to find."""
    build_gazetteer()
    make_user("inspector", "inspector2")
    make_user("dispatcher", "leader")
    person("leader").groups.clear()
    person("leader").user_permissions.add(Permission.objects.get(codename="grant_extension"))
    standard = FilingStandard.objects.filter(case_class=litter()).first()
    case, cleaners = one_case((13, 8), "要延期的"), Department.objects.get(code="D1")
    steps = (
        ("operator", "file", Given(standard=standard.pk)),
        ("dispatcher", "dispatch", Given(department=cleaners.pk)),
        ("worker", "accept", Given()),
        ("worker", "ask_extension", Given(reason="下雪", more=More(Decimal(1), "day"))),
        ("dispatcher", "agree_extension", Given()),
    )
    for name, move, given in steps:
        make_move(person(name), case.pk, move, given)


def make_poll_link(district: str, token: str) -> None:
    """A poll of the last week, with an open link that tests know."""
    today = timezone.localdate()
    days, closes_at = (today - timedelta(days=7), today), today + timedelta(days=7)
    poll, _links = make_poll(
        Form.objects.get(), "满意度", district, "street", days, closes_at, 5, None
    )
    link = Invitation.objects.filter(poll=poll, case=None).first()
    Invitation.objects.filter(pk=link.pk).update(token_hash=hash_of(token))
