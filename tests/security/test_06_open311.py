"""6: the place a resident's program sends is two numbers or refused; nothing is fetched."""

import pytest

from spatial.cases.models import Case
from tests.security.test_06_09_geometry_by_api import payloads
from tests.spatial.cases.conftest import World, photos_apart, world  # noqa: F401 - fixtures

REQUESTS = "/open311/v2/requests.json"
LITTER = "test.e0110"


@pytest.fixture(autouse=True)
def open_to_all(settings):
    settings.OPEN311_OPEN = True


@pytest.mark.parametrize("name", ["lat", "long"])
def test_6_open311_takes_numbers_only(world, client, trap, name):  # noqa: F811
    lon, lat = world.point
    usual = {"service_code": LITTER, "lat": lat, "long": lon, "description": "垃圾"}
    links = (f"{trap.address}/x", f"/vsicurl/{trap.address}/x", "NaN", "Infinity", "1e999")
    shapes = [shape for shape in payloads(trap).values() if len(shape) < 5_000 and shape != "5"]
    for value in (*links, *shapes):
        answer = client.post(REQUESTS, usual | {name: value})
        assert answer.status_code == 400, value[:80]
        (told,) = answer.json()
        assert told["code"] == 400
        assert told["description"].startswith("E-")
    assert trap.hits == []
    assert not Case.objects.exists()
    # With the two numbers alone it is a report.
    assert client.post(REQUESTS, usual).status_code == 200
    assert Case.objects.count() == 1
