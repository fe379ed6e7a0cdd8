"""Open cases on the card of a component, for those who may see them."""

from spatial.cases.stages import Stage
from spatial.components.services.keeping import register
from spatial.components.services.kinds import catalogue_named, class_of
from tests.spatial.cases.conftest import World, photos_apart, world  # noqa: F401 - fixtures
from tests.spatial.components.conftest import LAMP
from tests.webmap.test_components import FIRST


def test_open_cases_are_shown_to_who_may_see_them(world: World, client):  # noqa: F811
    lamp = register(class_of(catalogue_named("cjt214-2007"), LAMP), *world.point, {})
    assert lamp.code == FIRST
    case = world.report(case_class=world.lamp.pk, component=lamp.code)
    address = f"/api/v1/components/{FIRST}"
    client.force_login(world.operator)
    answer = client.get(address)
    assert answer.status_code == 200, answer.content
    (found,) = answer.json()["cases"]
    assert (found["number"], found["name"], found["stage"]) == (case.number, "路灯", "reported")
    # Cases are not for everybody.
    client.logout()
    assert client.get(address).json()["cases"] == []
    client.force_login(world.worker)
    assert client.get(address).json()["cases"] == []
    client.force_login(world.operator)
    world.do(case, ("operator", "refuse"))
    assert type(case).objects.get(pk=case.pk).stage == Stage.REFUSED
    assert client.get(address).json()["cases"] == []
