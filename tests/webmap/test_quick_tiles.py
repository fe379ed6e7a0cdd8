"""Tiles for everybody are answered without asking who is there; all others as ever."""

import base64
import gzip

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext, override_settings

from tests.webmap import factories
from webmap.tiles.address import TileAddress

CENTER = (factories.WEST + 3 * factories.STEP_LON, factories.NORTH - 3 * factories.STEP_LAT)
GZIP = {"Accept-Encoding": "gzip"}
SAME = (
    "ETag",
    "Cache-Control",
    "Content-Type",
    "Content-Encoding",
    "X-Content-Type-Options",
    "Access-Control-Allow-Origin",
    "Access-Control-Expose-Headers",
)


def address_of(client, form="mvt", z=12) -> str:
    place = TileAddress.of_point(z, *CENTER)
    named = client.get("/tiles/grids.json?district=110101").json()["tiles"][0]
    return named.format(z=z, x=place.x, y=place.y).replace(".mvt", f".{form}")


@pytest.fixture
def kept(client, town):
    """The address of a tile that is a file, of an edition known to be for everybody."""
    address = address_of(client)
    assert client.get(address, headers=GZIP).status_code == 200
    return address


@pytest.mark.parametrize("form", ["mvt", "px"])
def test_the_answer_is_that_of_the_view(client, town, form):
    address = address_of(client, form)
    client.get(address)
    quick = client.get(address, headers=GZIP)
    cache.clear()
    slow = client.get(address, headers=GZIP)
    # The view speaks a language and has a policy for pages; a tile has no use for either.
    assert "Content-Language" in slow
    assert "Content-Language" not in quick
    assert quick.content == slow.content
    for name in SAME:
        assert quick[name] == slow[name], name
    assert "Accept-Encoding" in quick["Vary"]
    assert quick["X-Request-ID"]


def test_neither_session_nor_database_is_asked(client_of, kept):
    operator = client_of("operator")
    with CaptureQueriesContext(connection) as asked:
        answer = operator.get(kept, headers=GZIP)
    assert answer.status_code == 200
    assert not asked.captured_queries


def test_who_takes_no_gzip_gets_it_plain_and_who_has_it_a_304(client, kept):
    packed = client.get(kept, headers=GZIP)
    plain = client.get(kept)
    assert "Content-Encoding" not in plain
    assert plain.content == gzip.decompress(packed.content)
    again = client.get(kept, headers={"If-None-Match": packed["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert client.head(kept).content == b""


def test_a_map_that_is_not_open_asks_who_is_there(client, kept):
    with override_settings(PUBLIC_MAP=False):
        assert client.get(kept).status_code == 401
    assert client.get(kept).status_code == 200


def test_a_wrong_password_is_refused(client, kept):
    pair = base64.b64encode(b"operator:wrong").decode()
    assert client.get(kept, headers={"Authorization": f"Basic {pair}"}).status_code == 401


def test_other_hosts_and_methods_are_refused(client, kept):
    assert client.get(kept, headers={"Host": "elsewhere.example"}).status_code == 400
    assert client.post(kept).status_code == 405
