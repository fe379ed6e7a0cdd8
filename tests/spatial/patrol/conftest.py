"""A small district with published grids, components, and inspectors."""

from datetime import timedelta

import pytest
from django.utils import timezone

from spatial.core import roles
from spatial.grids.models import UnitGrid
from spatial.patrol.models import Duty
from spatial.patrol.services.cutting import make_areas
from spatial.patrol.services.judging import Sent
from tests.spatial.cases.conftest import person
from tests.spatial.components.conftest import make_ground


def noon():
    """Yesterday at noon: long before and after it is the same day, whenever the tests run."""
    day = timezone.localtime() - timedelta(days=1)
    return day.replace(hour=12, minute=0, second=0, microsecond=0)


class Beat:
    """The district cut into areas of about four grids, and the people."""

    def __init__(self):
        self.plan = make_ground()
        self.made = make_areas("110101", 4)
        self.inspector = person("inspector", roles.INSPECTOR)
        self.other = person("inspector2", roles.INSPECTOR)
        self.operator = person("operator", roles.OPERATOR)
        self.viewer = person("viewer", roles.VIEWER)

    def duty(self, user=None, hours=2, **more):
        """On duty since some hours before noon."""
        started = noon() - timedelta(hours=hours)
        return Duty.objects.create(user=user or self.inspector, started_at=started, **more)

    def grids(self):
        return list(UnitGrid.objects.filter(plan=self.plan).order_by("code"))


def sent(grid_or_xy, ago_s=60.0, accuracy_m=8.0, at=None):
    """A position in a grid or at longitude and latitude, some seconds before noon."""
    at = at or noon() - timedelta(seconds=ago_s)
    if hasattr(grid_or_xy, "geom"):
        point = grid_or_xy.geom.point_on_surface
        grid_or_xy = point.x, point.y
    return Sent(at, *grid_or_xy, accuracy_m)


@pytest.fixture
def beat(db):
    return Beat()
