"""Notes on the map: who writes, who sees, who changes; bad shapes and sizes."""

import uuid

import pytest

from spatial.notes.models import Note
from spatial.notes.services import noting
from tests.webmap import factories

ADDRESS = "/api/v1/notes"
POINT = {"type": "Point", "coordinates": [116.401, 39.9195]}
JSON = {"content_type": "application/json"}


def note(client, **more):
    body = {"text": "井盖松动", "geometry": POINT} | more
    return client.post(ADDRESS, body, **JSON)


def keys(client):
    return {one["key"] for one in client.get(ADDRESS).json()["notes"]}


def test_a_note_is_kept_with_its_district_and_is_its_writers_own(client_of, client, town):
    operator = client_of("operator")
    made = note(operator)
    assert made.status_code == 201
    told = made.json()
    assert told["district"] == "110101"
    assert told["mine"]
    assert told["seen_by"] == "me"
    assert keys(operator) == {told["key"]}
    assert keys(client) == set()
    assert client.get(f"{ADDRESS}/{told['key']}").json()["code"] == "E-NOTE-MISSING"


@pytest.mark.parametrize(
    ("shape", "kind"),
    [
        ({"type": "LineString", "coordinates": [[116.40, 39.91], [116.41, 39.92]]}, "LineString"),
        ({"type": "Polygon", "coordinates": [[[116.40, 39.91], [116.41, 39.91], [116.41, 39.92],
                                              [116.40, 39.91]]]}, "Polygon"),
    ],
)  # fmt: skip
def test_lines_and_areas(client_of, town, shape, kind):
    assert note(client_of("viewer"), geometry=shape).json()["geometry"]["type"] == kind


def test_a_centre_shares_among_its_own(client_of, client, town):
    writer = client_of("operator")
    key = note(writer, seen_by="centre").json()["key"]
    assert keys(client_of("inspector")) == {key}
    assert keys(client_of("administrator")) == {key}
    for other in ("dispatcher", "department", "viewer"):
        assert keys(client_of(other)) == set(), other
    assert keys(client) == set()


def test_who_belongs_to_no_centre_cannot_share_with_it(client_of, town):
    answer = note(client_of("planner"), seen_by="centre")
    assert (answer.status_code, answer.json()["code"]) == (400, "E-NOTE-CENTRE")


def test_a_note_for_everyone_is_read_without_a_log_in_and_without_its_writers_name(
    client_of, client, town, settings
):
    told = note(client_of("operator"), seen_by="all", text="<b>1</b>").json()
    assert told["by"] == "operator"
    (seen,) = client.get(ADDRESS).json()["notes"]
    assert seen["text"] == "<b>1</b>"
    assert (seen["by"], seen["mine"], seen["removable"]) == ("", False, False)
    settings.PUBLIC_MAP = False
    assert client.get(ADDRESS).status_code == 401


def test_only_its_writer_changes_it_and_administrators_take_it_away(client_of, town):
    writer, other = client_of("operator"), client_of("dispatcher")
    key = note(writer, seen_by="all").json()["key"]
    address = f"{ADDRESS}/{key}"
    for answer in (other.patch(address, {"text": "y"}, **JSON), other.delete(address)):
        assert (answer.status_code, answer.json()["code"]) == (403, "E-NOTE-OWNER")
    changed = writer.patch(address, {"text": "换井盖", "seen_by": "me"}, **JSON).json()
    assert (changed["text"], changed["seen_by"]) == ("换井盖", "me")
    assert changed["geometry"] == POINT
    assert other.patch(address, {"text": "y"}, **JSON).status_code == 404
    # What somebody keeps to himself is nobody's to delete.
    assert client_of("administrator").delete(address).status_code == 404
    writer.patch(address, {"seen_by": "all"}, **JSON)
    chief = factories.User.objects.get(username="administrator")
    writer.logout()
    writer.force_login(chief)
    assert writer.delete(address).status_code == 204
    assert not Note.objects.exists()


@pytest.mark.parametrize(
    "bad",
    [
        {"text": ""},
        {"text": "x" * 501},
        {"colour": "red"},
        {"seen_by": "nobody"},
        {"geometry": None},
        {"geometry": {"type": "Point", "coordinates": [116.4, 95]}},
        {"geometry": {"type": "Point", "coordinates": ["a", "b"]}},
        {"geometry": {"type": "MultiPoint", "coordinates": [[116.4, 39.9]]}},
        {"geometry": {"type": "LineString", "coordinates": [[116.4, 39.9]]}},
        {"geometry": {"type": "LineString", "coordinates": [[116.4, 39.9]] * 501}},
        {
            "geometry": {
                "type": "Polygon",
                "coordinates": [[[0, 0], [1, 1], [0, 1], [1, 0], [0, 0]]],
            }
        },
        {"geometry": {"type": "Polygon", "coordinates": [[[0, 0], [1, 1]]]}},
    ],
)
def test_what_is_no_note_is_refused(client_of, town, bad):
    answer = note(client_of("viewer"), **bad)
    assert (answer.status_code, answer.json()["code"]) == (400, "E-REQUEST-INVALID")


def test_there_is_an_end_to_notes(client_of, town, monkeypatch):
    monkeypatch.setattr(noting, "MOST_NOTES", 2)
    client = client_of("viewer")
    assert [note(client).status_code for _n in range(3)] == [201, 201, 409]
    assert note(client).json()["code"] == "E-NOTE-MANY"


def test_writing_needs_a_log_in(client, town):
    answer = note(client)
    assert (answer.status_code, answer.json()["code"]) == (401, "E-LOGIN-MISSING")
    missing = client.get(f"{ADDRESS}/{uuid.uuid4()}")
    assert (missing.status_code, missing.json()["code"]) == (404, "E-NOTE-MISSING")
