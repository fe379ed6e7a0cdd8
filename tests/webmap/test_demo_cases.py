"""Cases of the demo: open ones for everybody, once, also in a store that was loaded before."""

from __future__ import annotations

import pytest
from django.contrib.auth import get_user_model

from spatial.cases.models import Case, InHand
from spatial.cases.selectors import in_hand
from spatial.cases.services.checking import check_cases
from tests.webmap import factories
from webmap.demo import make_logins
from webmap.demo_cases import make_demo_cases

pytestmark = pytest.mark.django_db


@pytest.fixture
def demo(settings):
    """Two districts with grids and the log-ins of the demo."""
    settings.DEMO_LOGINS = True
    factories.plan(factories.district())
    factories.plan(factories.district("990001"))
    make_logins()


def test_everybody_has_something_to_do_and_nothing_is_made_twice(demo):
    told = make_demo_cases("small")
    assert set(told) == {"110101 cases", "990001 cases"}
    count = Case.objects.count()
    assert 2_000 <= count <= 2_300 and InHand.objects.count() > 60
    user = get_user_model().objects
    for name in ("operator", "dispatcher", "department", "inspector"):
        assert in_hand(user.get(username=name)).exists(), name
    inspector = in_hand(user.get(username="inspector"))
    assert inspector.filter(stage__in=["checking", "verifying"]).exists()
    assert not check_cases().faults
    assert set(make_demo_cases("small").values()) == {"already loaded"}
    assert Case.objects.count() == count
    assert user.get(username="department").departments.count() == 1
