"""Saved views: kept by name, shared by link, one of them the first, deleted and taken back."""

import datetime
import json
import re

import pytest
from django.utils import timezone

from spatial.notes.models import SavedView
from spatial.notes.services import viewing
from tests.webmap import factories

ADDRESS = "/api/v1/views"
WHERE = "#14/39.91/116.4&d=110101&l=grids.roads"
JSON = {"content_type": "application/json"}


def save(client, name="王府井", address=WHERE):
    return client.post(ADDRESS, {"name": name, "address": address}, **JSON)


def change(client, key, **values):
    return client.patch(f"{ADDRESS}/{key}", values, **JSON)


def names(client):
    return [one["name"] for one in client.get(ADDRESS).json()]


def test_a_view_is_kept_under_its_name_and_replaced_by_one_of_the_same(client_of, town):
    client = client_of("viewer")
    first = save(client).json()
    again = save(client, address="#12/39.9/116.4").json()
    assert again["key"] == first["key"]
    assert names(client) == ["王府井"]
    assert again["address"] == "#12/39.9/116.4"


def test_whoever_has_the_link_opens_it_but_changes_nothing(client_of, client, town, settings):
    key = save(client_of("viewer")).json()["key"]
    told = client.get(f"{ADDRESS}/{key}").json()
    assert (told["address"], told["mine"], told["home"]) == (WHERE, False, False)
    other = client_of("operator")
    assert names(other) == []
    answer = change(other, key, name="x")
    assert (answer.status_code, answer.json()["code"]) == (404, "E-VIEW-MISSING")
    assert other.delete(f"{ADDRESS}/{key}").status_code == 404
    settings.PUBLIC_MAP = False
    assert client.get(f"{ADDRESS}/{key}").status_code == 401


def config_of(client):
    page = client.get("/").content.decode()
    return json.loads(re.search(r'id="wanmi-config"[^>]*>(.*?)</script>', page, re.S)[1])


def test_the_map_opens_with_the_first_view(client_of, client, town):
    viewer = client_of("viewer")
    one, two = save(viewer, "一").json()["key"], save(viewer, "二", "#11/39/116").json()["key"]
    assert config_of(viewer)["home_view"] == ""
    assert change(viewer, one, home=True).json()["home"]
    assert change(viewer, two, home=True).json()["home"]
    assert config_of(viewer)["home_view"] == "#11/39/116"
    assert [view["home"] for view in viewer.get(ADDRESS).json()].count(True) == 1
    change(viewer, two, home=False)
    assert config_of(viewer)["home_view"] == ""
    assert config_of(client)["home_view"] == ""


def test_renaming(client_of, town):
    client = client_of("viewer")
    one = save(client, "一").json()["key"]
    save(client, "二")
    assert change(client, one, name="三").json()["name"] == "三"
    answer = change(client, one, name="二")
    assert (answer.status_code, answer.json()["code"]) == (409, "E-VIEW-NAME")


def test_a_deleted_view_can_be_taken_back_with_its_link(client_of, client, town):
    viewer = client_of("viewer")
    key = save(viewer).json()["key"]
    assert viewer.delete(f"{ADDRESS}/{key}").status_code == 204
    assert names(viewer) == []
    assert client.get(f"{ADDRESS}/{key}").json()["code"] == "E-VIEW-MISSING"
    assert change(viewer, key, name="x").status_code == 404
    assert change(viewer, key, gone=False).status_code == 200
    assert client.get(f"{ADDRESS}/{key}").status_code == 200


def test_after_a_day_it_is_gone_for_good(client_of, town):
    client = client_of("viewer")
    key = save(client).json()["key"]
    client.delete(f"{ADDRESS}/{key}")
    old = timezone.now() - datetime.timedelta(days=2)
    SavedView.objects.filter(key=key).update(gone_at=old)
    save(client, "another")
    assert SavedView.objects.count() == 1


def test_a_name_taken_meanwhile_keeps_a_deleted_one_away(client_of, town):
    client = client_of("viewer")
    key = save(client).json()["key"]
    client.delete(f"{ADDRESS}/{key}")
    save(client)
    assert change(client, key, gone=False).json()["code"] == "E-VIEW-NAME"


@pytest.mark.parametrize(
    "address",
    ["", "x", "#", "javascript:1", "#<b>", "#1/2\n/3", "//evil.example/#1", "#" + "1" * 4000],
)
def test_an_address_is_one_of_the_map(client_of, town, address):
    answer = save(client_of("viewer"), address=address)
    assert (answer.status_code, answer.json()["code"]) == (400, "E-REQUEST-INVALID")


def test_there_is_an_end_to_views(client_of, town, monkeypatch):
    monkeypatch.setattr(viewing, "MOST_VIEWS", 1)
    client = client_of("viewer")
    assert save(client, "一").status_code == 201
    answer = save(client, "二")
    assert (answer.status_code, answer.json()["code"]) == (409, "E-VIEW-MANY")
    assert save(client, "一").status_code == 201


def test_views_need_a_log_in(client, town):
    for answer in (client.get(ADDRESS), save(client)):
        assert (answer.status_code, answer.json()["code"]) == (401, "E-LOGIN-MISSING")
    assert factories.User.objects.count() == 0
