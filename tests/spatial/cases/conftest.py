"""A small district with grids, departments, classes and people, and cases at any stage."""

import io
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group, Permission
from PIL import Image

from spatial.cases.models import (
    Case,
    CaseClass,
    Department,
    FilingStandard,
    Kind,
    Level,
    Unit,
)
from spatial.cases.services.given import Given, More, Part, Report, Shot
from spatial.cases.services.moving import make_move
from spatial.cases.services.reporting import report
from spatial.cases.stages import Stage
from spatial.components.models import ComponentClass
from spatial.core import roles
from tests.spatial.components.conftest import LAMP, at, make_ground


def jpeg(colour="red", size=(64, 48)):
    packed = io.BytesIO()
    Image.new("RGB", size, colour).save(packed, "JPEG")
    return packed.getvalue()


SHOT = Shot(jpeg())
SPOT = (130, 140)
"""Metres from the corner of the district; in the middle of a grid, not on an edge."""


def person(name, *groups, right=None):
    user = get_user_model().objects.create_user(name)
    user.groups.set([Group.objects.get_or_create(name=group)[0] for group in groups])
    if right:
        user.user_permissions.add(Permission.objects.get(codename=right))
    return user


class World:
    """Everything a case needs, and the way to any stage."""

    def __init__(self):
        self.plan = make_ground()
        self.operator = person("operator", roles.OPERATOR)
        self.dispatcher = person("dispatcher", roles.DISPATCHER)
        self.inspector = person("inspector", roles.INSPECTOR)
        self.other_inspector = person("inspector2", roles.INSPECTOR)
        self.worker = person("worker", roles.DEPARTMENT)
        self.other_worker = person("worker2", roles.DEPARTMENT)
        self.leader = person("leader", right="grant_extension")
        self.forcer = person("forcer", right="force_close")
        self.lamps = Department.objects.create(code="D1", name="路灯所")
        self.roads = Department.objects.create(code="D2", name="市政所")
        self.city = Department.objects.create(code="C1", name="市水务局", level=Level.CITY)
        self.lamps.members.add(self.worker)
        self.roads.members.add(self.other_worker)
        self.lamp = self._class(Kind.COMPONENT, "01", "37", "路灯")
        self.lamp.component_class = ComponentClass.objects.get(code=LAMP)
        self.lamp.save()
        self.litter = self._class(Kind.EVENT, "01", "10", "暴露生活垃圾")
        self.standard = self._standard(self.litter, Decimal(4), Unit.HOUR)
        self.of_lamps = self._standard(self.lamp, Decimal(2), Unit.WORKING_DAY)
        self.point = at(SPOT)[0].coords[0]

    @staticmethod
    def _class(kind, main, code, name):
        return CaseClass.objects.create(
            catalogue="test", kind=kind, main_code=main, main_name="大类", code=main + code,
            name=name,
        )  # fmt: skip

    @staticmethod
    def _standard(of, limit, unit):
        return FilingStandard.objects.create(
            case_class=of, number=1, condition="有", limit_n=limit, limit_unit=unit, closing="无"
        )

    def sent(self, **more):
        lon, lat = self.point
        usual = Report(case_class=self.litter.pk, lon=lon, lat=lat, channel="inspector")
        return replace(usual, **more)

    def given(self, move, case=None):
        """What a move needs, so that it may be made."""
        part = case.tasks.filter(department=self.lamps).first() if case else None
        return Given(
            reason="因为",
            photos=(SHOT,),
            department=self.city.pk if move == "transfer" else self.roads.pk,
            inspector=self.inspector.pk,
            standard=self.standard.pk,
            into=self.report().pk if move == "merge" else None,
            parts=(Part(self.lamps.pk, "灯"), Part(self.roads.pk, "路")),
            part=part.pk if part else None,
            more=More(Decimal(1), Unit.DAY),
        )

    def report(self, **more):
        return report(self.inspector, self.sent(**more))

    def do(self, case, *steps):
        """Make moves: names of an actor and a move."""
        for actor, move in steps:
            given = self.given(move, case)
            if move == "dispatch":
                given = replace(given, department=self.lamps.pk)
            make_move(getattr(self, actor), case.pk, move, given)
        return Case.objects.get(pk=case.pk)

    def case(self, stage=Stage.REPORTED):
        """A case at a stage, come there by the table."""
        return self.do(self.report(), *WAYS[stage])


_FILED = [("operator", "file")]
_SENT = [*_FILED, ("dispatcher", "dispatch")]
_HANDLED = [*_SENT, ("worker", "accept")]
_ANSWERED = [*_HANDLED, ("worker", "answer")]
_PASSED = [*_ANSWERED, ("dispatcher", "pass_on")]
_VERIFYING = [*_PASSED, ("operator", "ask_verify")]
WAYS = {
    Stage.REPORTED: [],
    Stage.CHECKING: [("operator", "ask_check")],
    Stage.CHECKED: [("operator", "ask_check"), ("inspector", "confirm")],
    Stage.FILED: _FILED,
    Stage.DISPATCHED: _SENT,
    Stage.HANDLING: _HANDLED,
    Stage.DIVIDED: [*_FILED, ("dispatcher", "split")],
    Stage.HELD: [*_HANDLED, ("dispatcher", "hold")],
    Stage.ANSWERED: _ANSWERED,
    Stage.TO_VERIFY: _PASSED,
    Stage.VERIFYING: _VERIFYING,
    Stage.VERIFIED: [*_VERIFYING, ("inspector", "verify")],
    Stage.FAILED: [*_VERIFYING, ("inspector", "fail")],
    Stage.CLOSED: [*_VERIFYING, ("inspector", "verify"), ("operator", "close")],
    Stage.REFUSED: [("operator", "refuse")],
    Stage.REJECTED: [("operator", "reject")],
    Stage.MERGED: [("operator", "merge")],
}
TODAY = date(2026, 11, 28)


@pytest.fixture
def photos_apart(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "photos"
    return settings.MEDIA_ROOT


@pytest.fixture
def world(db, photos_apart):
    return World()


@pytest.fixture
def real_world(transactional_db, photos_apart):
    """The same with real commits, for several connections at once."""
    return World()
