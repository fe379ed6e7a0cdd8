"""Names given by hand."""

import pytest
from django.contrib.auth import get_user_model
from django.urls import reverse

from geocode import geocode
from spatial.basemap.gazetteer.build import build_gazetteer
from spatial.basemap.gazetteer.corrections import correct, withdraw
from spatial.basemap.gazetteer.store import DatabaseStore
from spatial.basemap.models import Place, PlaceName
from spatial.core.errors import InputError
from spatial.core.models import AuditEntry


@pytest.fixture
def palace(district, place):
    made = place("poi", "孚王府")
    build_gazetteer()
    made.refresh_from_db()
    return made


def found(text: str) -> list[str]:
    return [candidate.name for candidate in geocode(text, DatabaseStore()).candidates]


def test_a_correction_finds_the_place_and_stays(palace):
    assert found("老九爷府") == []
    correct(palace, "老九爷府", None)
    assert found("老九爷府") == ["孚王府"]
    Place.objects.filter(pk=palace.pk).update(name="孚郡王府", digest=b"other")
    build_gazetteer(afresh=True)
    assert found("老九爷府") == ["孚郡王府"]
    assert found("孚王府")[0] == "孚郡王府"
    assert AuditEntry.objects.get(action="place.named").detail["text"] == "老九爷府"


def test_only_corrections_are_taken_back(palace):
    withdraw(correct(palace, "老九爷府", None), None)
    assert found("老九爷府") == []
    with pytest.raises(InputError) as caught:
        withdraw(palace.names.get(), None)
    assert caught.value.code == "E-PLACE-NAMED"


@pytest.mark.parametrize(
    ("text", "code"),
    [("", "E-PLACE-NAME"), ("!!", "E-PLACE-NAME"), ("<b>x</b>", "E-PLACE-MARKUP"),
     ("a\x00", "E-PLACE-CONTROL"), ("长" * 300, "E-PLACE-LONG")],
)  # fmt: skip
def test_what_is_no_name(palace, text, code):
    with pytest.raises(InputError) as caught:
        correct(palace, text, None)
    assert caught.value.code == code
    assert palace.names.count() == 1


def test_the_admin_gives_and_takes_corrections(palace, client):
    client.force_login(get_user_model().objects.create_superuser("root", password="x"))
    address = reverse("admin:basemap_placename_add")
    assert client.post(address, {"place": palace.pk, "text": "<b>x</b>"}).status_code == 200
    assert client.post(address, {"place": palace.pk, "text": "老九爷府"}).status_code == 302
    given = PlaceName.objects.get(kind="correction")
    assert given.variants
    assert client.get(reverse("admin:basemap_placename_changelist")).status_code == 200
    page = client.get(reverse("admin:basemap_place_change", args=[palace.pk]))
    assert "老九爷府" in page.content.decode()
    of_source = PlaceName.objects.exclude(pk=given.pk).first()
    for row, status, left in ((of_source, 403, 1), (given, 302, 0)):
        gone = reverse("admin:basemap_placename_delete", args=[row.pk])
        assert client.post(gone, {"post": "yes"}).status_code == status
        assert PlaceName.objects.filter(kind="correction").count() == left
