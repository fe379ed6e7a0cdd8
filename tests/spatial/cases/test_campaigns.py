"""Campaigns: which cases they take, what they make of them, and their totals."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.contrib.gis.geos import GEOSGeometry, LineString, Point, Polygon
from django.utils import timezone

from spatial.cases.lists import campaign_totals
from spatial.cases.models import Campaign, Case
from spatial.cases.services.campaigns import campaign_of, remove_place, save_campaign, save_place
from spatial.core.errors import InputError, NotFoundError

EAST_DEG = 0.001
"""About 85 m there."""


def campaign(code="games", **more):
    today = timezone.localdate()
    usual = {"code": code, "name": "奥运", "starts": today, "ends": today + timedelta(days=40),
             "priority": 1, "limit_factor": Decimal("0.5")}  # fmt: skip
    return save_campaign(usual | more, [], None)


def around(world, kind="venue", reach_m=100, east=0.0, of=None, name="体育馆"):
    lon, lat = world.point
    shape = Point(lon + east, lat, srid=4326)
    return save_place(of or campaign(), kind, name, shape, reach_m, None)


def test_cases_at_its_places_carry_it_and_are_due_sooner(world):
    around(world)
    case = world.report()
    assert (case.campaign.code, case.priority) == ("games", 1)
    filed = world.do(case, ("operator", "file"))
    assert filed.limit_n == world.standard.limit_n / 2


@pytest.mark.parametrize(
    ("more", "east"),
    [
        ({}, 2 * EAST_DEG),
        ({"starts": date(2020, 1, 1), "ends": date(2020, 2, 1)}, 0),
        ({"in_use": False}, 0),
    ],
)
def test_others_do_not(world, more, east):
    around(world, of=campaign(**more), east=east)
    case = world.report()
    assert (case.campaign, case.priority) == (None, 0)
    assert world.do(case, ("operator", "file")).limit_n == world.standard.limit_n


def test_the_weightiest_of_several_counts_and_classes_are_kept(world):
    around(world, of=campaign("low", priority=0))
    heavy = campaign("high", priority=2)
    around(world, of=heavy)
    heavy.classes.set([world.lamp])
    assert world.report().campaign.code == "low"
    heavy.classes.set([world.lamp, world.litter])
    assert world.report().campaign.code == "high"


def test_a_route_reaches_to_both_sides_and_an_area_needs_no_reach(world):
    lon, lat = world.point
    games = campaign()
    line = LineString((lon - EAST_DEG, lat + 0.0002), (lon + EAST_DEG, lat + 0.0002), srid=4326)
    save_place(games, "route", "线路", line, 10, None)
    assert world.report().campaign is None
    save_place(games, "route", "线路", line, 30, None)
    assert world.report().campaign == games
    remove_place(games, "线路", None)
    box = (lon - EAST_DEG, lat - EAST_DEG, lon + EAST_DEG, lat + EAST_DEG)
    area = Polygon.from_bbox(box)
    area.srid = 4326
    save_place(games, "area", "片区", area, 0, None)
    assert world.report().campaign == games


def test_its_totals_stand_apart(world):
    around(world)
    world.report()
    case = world.report()
    world.do(case, ("operator", "file"), ("forcer", "force_close"))
    Case.objects.filter(pk=world.report().pk).update(due_at=timezone.now() - timedelta(hours=1))
    Campaign.objects.update(in_use=False)
    world.report()
    (totals,) = campaign_totals(timezone.now()).values()
    assert totals == {"reported": 3, "filed": 1, "closed": 1, "open": 2, "overdue": 1}


def test_what_is_refused(world):
    games = campaign()
    with pytest.raises(InputError) as caught:
        campaign(starts=date(2026, 2, 2), ends=date(2026, 2, 1), code="x")
    assert caught.value.code == "E-CAMPAIGN-DAYS"
    with pytest.raises(InputError) as caught:
        campaign()
    assert caught.value.code == "E-CAMPAIGN-CODE"
    bow_tie = GEOSGeometry("SRID=4326;POLYGON((0 0,1 1,1 0,0 1,0 0))")
    for shape, reach_m in ((bow_tie, 0), (Point(0, 0, srid=4326), 2001), (Polygon(srid=4326), 0)):
        with pytest.raises(InputError) as caught:
            save_place(games, "venue", "x", shape, reach_m, None)
        assert caught.value.code == "E-CAMPAIGN-SHAPE"
    for missing in (lambda: campaign_of("none"), lambda: remove_place(games, "none", None)):
        with pytest.raises(NotFoundError):
            missing()
