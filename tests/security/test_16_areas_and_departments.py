"""Test 16: somebody of department A asks for what department B or another inspector has.

The condition itself, on all cases and on those in hand, is tried in
`tests/spatial/cases/test_seeing.py`; who hears of which move in `tests/webmap/test_case_stream.py`;
that a stranger gets no photo in `test_10_photos.py`. Here: every way over HTTP.
"""

import gzip
import uuid
from dataclasses import replace

import pytest
from django.contrib.auth.models import Group, User
from django.test import Client

from spatial.cases.models import Attachment, Case
from spatial.cases.services.reporting import report
from spatial.cases.stages import Stage
from spatial.patrol.models import PatrolArea
from tests.spatial.cases.conftest import World, person, photos_apart, real_world, world  # noqa: F401
from tests.spatial.cases.test_races import heard, listener
from tests.webmap import mvt_reader
from tests.webmap.conftest import own_folders  # noqa: F401
from tests.webmap.test_public_reports import without_import_map
from webmap import casestream
from webmap.tiles.address import TileAddress

CASES = "/api/v1/cases"
STRANGERS = ("other_worker", "other_inspector", "viewer", "planner")


@pytest.fixture
def his(world):  # noqa: F811
    """A case that the lamps' department has, with a photo."""
    for name in ("viewer", "planner"):
        setattr(world, name, person(name, name))
    return world.case(Stage.ANSWERED)


def client_for(user):
    client = Client()
    client.force_login(user)
    return client


def box(world):  # noqa: F811
    lon, lat = world.point
    return f"west={lon - 0.01}&east={lon + 0.01}&south={lat - 0.01}&north={lat + 0.01}"


def area(world):  # noqa: F811
    lon, lat = world.point
    ring = [[lon - 1e-3, lat - 1e-3], [lon + 1e-3, lat - 1e-3], [lon, lat + 1e-3]]
    return {"type": "Polygon", "coordinates": [[*ring, ring[0]]]}


def ways(world, case, key):  # noqa: F811
    """Ways to one case: method, address, body."""
    one = f"{CASES}/{case.number}"
    return [
        ("get", one, None),
        ("get", f"{one}/standards", None),
        ("get", f"{one}/inspectors", None),
        ("get", f"{one}/photos/{key}", None),
        ("post", f"{one}/moves/press", {"reason": "x"}),
        ("post", f"{one}/moves/answer", {}),
        ("post", f"{one}/moves/accept", {"seen": 1}),
    ]


@pytest.mark.parametrize("who", STRANGERS)
def test_one_case_is_as_if_it_were_not_there(world, his, who):  # noqa: F811
    client = client_for(getattr(world, who))
    absent = Case(id=his.id + 77, district_code=his.district_code)
    key = Attachment.objects.filter(case=his).first().key
    for there, gone in zip(ways(world, his, key), ways(world, absent, uuid.uuid4()), strict=True):
        told = []
        for (method, address, body), case in ((there, his), (gone, absent)):
            answer = getattr(client, method)(address, body, content_type="application/json")
            told.append((answer.status_code, answer.content.decode().replace(case.number, "N")))
        # Word for word the same, whether it is there or not.
        assert told[0] == told[1], there
        assert told[0][0] == (404 if who.startswith("other") else 403)
    other_district = f"999999{his.id}"
    assert client.get(f"{CASES}/{other_district}").status_code in (403, 404)


@pytest.mark.parametrize("who", ["other_worker", "other_inspector"])
def test_lists_counts_dots_tables_know_nothing_of_it(world, his, who):  # noqa: F811
    client, number = client_for(getattr(world, who)), his.number
    sure = client_for(world.operator)
    lon, lat = world.point
    looks = [
        f"{CASES}",
        f"{CASES}?text={number}",
        f"{CASES}?department={world.lamps.pk}",
        f"{CASES}?order=new",
        f"{CASES}/counts",
        f"{CASES}/dots?{box(world)}",
        f"{CASES}/similar?lon={lon}&lat={lat}",
        f"{CASES}.csv",
    ]

    def body(one, address):
        answer = one.get(address)
        assert answer.status_code == 200, (address, answer.content)
        assert "private" in answer["Cache-Control"] or "no-store" in answer["Cache-Control"]
        return (b"".join(answer.streaming_content) if answer.streaming else answer.content).decode()

    for address in looks:
        assert number not in body(client, address)
        if not address.endswith("counts"):
            assert number in body(sure, address), address
    assert client.get(f"{CASES}/counts").json() == []
    assert sure.get(f"{CASES}/counts").json() != []
    for one, found in ((client, False), (sure, True)):
        answer = one.post(f"{CASES}/within", {"area": area(world)}, content_type="application/json")
        assert (number in answer.content.decode()) is found


def test_of_many_at_once_a_stranger_moves_none(world, his):  # noqa: F811
    client = client_for(world.other_worker)
    sent = {"move": "accept", "cases": [{"number": his.number}, {"number": "1" * 20}]}
    answer = client.post(f"{CASES}/moves", sent, content_type="application/json")
    assert {row["code"] for row in answer.json()} == {"E-CASE-MISSING"}
    merge = {"into": his.number}
    loose = world.report()
    told = client_for(world.other_worker).post(
        f"{CASES}/{loose.number}/moves/merge", merge, content_type="application/json"
    )
    assert told.status_code == 404


def test_the_stream_tells_only_whom_it_concerns(real_world):  # noqa: F811
    town, plain = real_world, listener()
    try:
        town.case(Stage.ANSWERED)
        moves = heard(plain, 10)
    finally:
        plain.close()
    told = {}
    for name in ("worker", "other_worker", "inspector", "other_inspector", "operator"):
        user = getattr(town, name)
        mine = frozenset(user.departments.values_list("pk", flat=True))
        one = casestream.Listener(user.pk, mine, name == "operator", "zh-hans")
        told[name] = [move["move"] for move in moves if one.concerns(move)]
    everything = ["report", "file", "dispatch", "accept", "answer"]
    assert told == {"worker": everything[2:], "other_worker": [], "inspector": everything,
                    "other_inspector": [], "operator": everything}  # fmt: skip


def test_open311_shows_residents_reports_only(world, his, client):  # noqa: F811
    assert client.get(f"/open311/v2/requests/{his.number}.json").status_code == 404
    listed = client.get("/open311/v2/requests.json").content.decode()
    assert his.number not in listed
    # Whoever has the number follows the case (docs/public.md): its stage, no person, no words.
    Case.objects.filter(pk=his.pk).update(description="机密的话", contact="13800000000")
    for address in (f"/api/v1/public/reports/{his.number}", f"/report/{his.number}/"):
        shown = without_import_map(client.get(address).content.decode())
        for secret in ("机密的话", "13800000000", "worker", "因为", "operator"):
            assert secret not in shown, (address, secret)
    key = Attachment.objects.filter(case=his).first().key
    assert client.get(f"/report/{his.number}/photos/{key}.jpg").status_code == 404


def test_the_admin_is_closed_to_them(world, his):  # noqa: F811
    User.objects.filter(username__in=["worker2", "inspector2"]).update(is_staff=True)
    for user in (world.other_worker, world.other_inspector):
        client = client_for(User.objects.get(pk=user.pk))
        for address in ("cases/satisfaction/", "cases/department/", "core/auditentry/"):
            assert client.get(f"/admin/{address}").status_code == 403
        assert client.get("/admin/cases/case/").status_code == 404


def test_patrol_shows_an_inspector_his_own(world, his):  # noqa: F811
    for number, user in ((1, world.inspector), (2, world.other_inspector)):
        row = PatrolArea.objects.create(
            code=f"110101001-0{number}", district_code="110101", street_code="110101001",
            in_use=True,
        )  # fmt: skip
        row.inspectors.add(user)
    client = client_for(world.other_inspector)
    assert client.get("/api/v1/patrol/areas/110101001-02").status_code == 200
    others = client.get("/api/v1/patrol/areas/110101001-01")
    absent = client.get("/api/v1/patrol/areas/110101001-09")
    assert (others.status_code, absent.status_code) == (404, 404)
    assert others.json()["code"] == absent.json()["code"] == "E-PATROL-MISSING"
    assert client.get("/api/v1/patrol/trails/inspector").status_code == 404
    assert "110101001-01" not in client.get("/api/v1/patrol/areas?district=110101").content.decode()
    listed = client.get("/api/v1/patrol/positions").content.decode()
    assert '"inspector"' not in listed


def test_a_change_of_role_or_department_counts_with_the_next_request(world, his):  # noqa: F811
    address, user = f"{CASES}/{his.number}", world.other_worker
    client = client_for(user)
    assert client.get(address).status_code == 404
    world.lamps.members.add(user)
    assert client.get(address).status_code == 200
    world.lamps.members.remove(user)
    assert client.get(address).status_code == 404
    operator = Group.objects.get(name="operator")
    user.groups.add(operator)
    assert client.get(address).status_code == 200
    user.groups.clear()
    told = client.get(address)
    assert (told.status_code, told.json()["code"]) == (403, "E-ROLE-MISSING")
    User.objects.filter(pk=user.pk).update(is_active=False)
    assert client.get(address).status_code == 401


def test_a_copy_kept_on_the_way_never_reaches_another(world, his):  # noqa: F811
    client = client_for(world.operator)
    photo = Attachment.objects.filter(case=his).first()
    for address in (f"{CASES}/{his.number}", CASES, f"{CASES}/{his.number}/photos/{photo.key}"):
        kept = client.get(address)
        assert "public" not in kept["Cache-Control"]
        assert "private" in kept["Cache-Control"] or "no-store" in kept["Cache-Control"]
        assert "Cookie" in kept["Vary"]


def test_a_key_of_another_gives_nothing_away(world, his):  # noqa: F811
    """A key that a device of A used is of no use to B."""
    key = uuid.uuid4()
    sent = replace(world.sent(), description="甲")
    report(world.inspector, sent, key=key)
    lon, lat = world.point
    form = {"case_class": world.litter.pk, "lon": lon, "lat": lat, "channel": "inspector",
            "description": "甲", "key": key}  # fmt: skip
    told = client_for(world.other_inspector).post(f"{CASES}/reports", form)
    assert (told.status_code, told.json()["code"]) == (409, "E-CASE-KEY")


def features(client, case, query=""):
    """Ways to a case among features: address, answer."""
    root = "/ogc/collections/cases/items"
    for address in (f"{root}/{case.pk}", f"{root}?number={case.number}",
                    f"{root}?limit=10000{query}", f"{root}?stage={case.stage}{query}",
                    f"{root}?bbox=-180,-90,180,90", f"{root}?department=D1",
                    f"{root}?datetime=2000-01-01/.."):  # fmt: skip
        yield address, client.get(address)


@pytest.mark.parametrize("who", ["other_worker", "other_inspector"])
def test_features_know_nothing_of_it(world, his, who):  # noqa: F811
    client, sure = client_for(getattr(world, who)), client_for(world.operator)
    for address, answer in features(client, his):
        one = f"/items/{his.pk}" in address
        assert answer.status_code == (404 if one else 200), address
        if not one:
            assert answer.json()["numberReturned"] == answer.json()["numberMatched"] == 0
            assert answer.json()["features"] == []
    for address, answer in features(sure, his):
        assert his.number in answer.content.decode(), address
    # Word for word as one that is not there.
    absent = client.get(f"/ogc/collections/cases/items/{his.pk + 77}")
    there = client.get(f"/ogc/collections/cases/items/{his.pk}")
    assert (absent.status_code, absent.content) == (there.status_code, there.content)


def tiles_of(world, z):  # noqa: F811
    place = TileAddress.of_point(z, *world.point)
    return f"/tiles/cases/{place.z}/{place.x}/{place.y}.mvt"


@pytest.mark.parametrize("z", [8, 12, 17])
@pytest.mark.parametrize("who", ["other_worker", "other_inspector"])
def test_tiles_are_without_it_and_its_count(world, his, who, z):  # noqa: F811
    strange = client_for(getattr(world, who)).get(tiles_of(world, z))
    assert (strange.status_code, strange.content) == (204, b"")
    world.report()
    layers = mvt_reader.read(client_for(world.operator).get(tiles_of(world, z)).content)
    mine = mvt_reader.read(client_for(world.inspector).get(tiles_of(world, z)).content)
    # Both were reported by this inspector: a count is of what one sees.
    assert layers == mine
    count = sum(f.properties.get("count", 1) for layer in layers.values() for f in layer.features)
    assert count == 2
    worker = mvt_reader.read(client_for(world.worker).get(tiles_of(world, z)).content)
    (only,) = worker["cases"].features
    assert only.properties["number"] == his.number


def test_a_tile_kept_by_one_is_not_told_to_another(world, his):  # noqa: F811
    address = tiles_of(world, 17)
    kept = client_for(world.operator).get(address)
    assert kept["Cache-Control"] == "private, no-cache"
    vary = {one.strip() for one in kept["Vary"].split(",")}
    assert {"Cookie", "Authorization"} <= vary
    # By its tag another learns nothing: he gets his own, which is empty.
    with_tag = {"if-none-match": kept["ETag"]}
    other = client_for(world.other_worker).get(address, headers=with_tag)
    assert (other.status_code, other.content) == (204, b"")
    same = client_for(world.dispatcher).get(address, headers=with_tag)
    assert same.status_code == 304
    assert Client().get(address, headers=with_tag).status_code == 401
    packed = client_for(world.operator).get(address, headers={"accept-encoding": "gzip"})
    assert his.number in gzip.decompress(packed.content).decode("latin-1")


def test_features_and_tiles_follow_a_change_of_role(world, his):  # noqa: F811
    item, tile = f"/ogc/collections/cases/items/{his.pk}", tiles_of(world, 17)
    user = world.other_worker
    client = client_for(user)
    assert (client.get(item).status_code, client.get(tile).status_code) == (404, 204)
    world.lamps.members.add(user)
    assert (client.get(item).status_code, client.get(tile).status_code) == (200, 200)
    world.lamps.members.remove(user)
    assert (client.get(item).status_code, client.get(tile).status_code) == (404, 204)
    user.groups.clear()
    assert (client.get(item).status_code, client.get(tile).status_code) == (403, 403)
    User.objects.filter(pk=user.pk).update(is_active=False)
    assert (client.get(item).status_code, client.get(tile).status_code) == (401, 401)


@pytest.mark.parametrize("who", ["viewer", "planner", None])
def test_others_are_not_even_told_that_there_are_cases(world, his, who):  # noqa: F811
    client = client_for(getattr(world, who)) if who else Client()
    for address in ("/ogc/collections", "/ogc/api", "/tiles/style.json", "/ogc/?f=html"):
        text = client.get(address).content.decode()
        assert "collections/cases" not in text, address
        assert "tiles/cases" not in text, address
    for address in ("/ogc/collections/cases", tiles_of(world, 17), "/tiles/cases.json"):
        assert client.get(address).status_code == (403 if who else 401)
