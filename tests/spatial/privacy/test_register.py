"""Every text, place, file and list of the store is in the register or said to be plain."""

import re
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.contrib.gis.db import models
from django.contrib.postgres.fields import ArrayField

from spatial.core.roles import ROLES
from spatial.privacy.plain import PLAIN
from spatial.privacy.register import PUBLIC, REGISTER, Erasing
from spatial.privacy.services.steps import STEPS

TYPES = (
    models.CharField, models.TextField, models.JSONField, models.FileField, models.BinaryField,
    models.GenericIPAddressField, models.GeometryField, ArrayField,
)  # fmt: skip
PERSONAL = re.compile(
    r"phone|tel$|telephone|mobile|e?mail|contact|reporter|address|(^|_)ip(_|$)|first_name|last_name"
    r"|user_?name|device|account|words|reason|caller|identity"
)
"""How fields are called that must be in the register, whatever else is thought of them."""
OF_PLACES = {"basemap.Place.address"}
"""Called like one, and public: addresses of houses on the map."""
DOCS = Path(__file__).parents[3] / "docs"


def fields():
    """Fields that can hold something of a person; fixed words and keys to other rows cannot."""
    for model in apps.get_models():
        if model._meta.app_label == "gis":
            continue
        for field in model._meta.concrete_fields:
            wide = isinstance(field, TYPES) and not field.choices
            if wide and not isinstance(field, models.BinaryField):
                yield f"{model._meta.label}.{field.name}"


REGISTERED = [one.field for one in REGISTER]
SAID_PLAIN = [f"{model}.{name}" for model, names in PLAIN.items() for name in names.split()]


def test_each_field_is_in_exactly_one_of_both():
    assert len(set(REGISTERED)) == len(REGISTERED)
    assert not set(REGISTERED) & set(SAID_PLAIN)
    assert sorted(fields()) == sorted([*REGISTERED, *SAID_PLAIN])


def test_what_is_called_like_something_personal_is_in_the_register():
    named = {name for name in fields() if PERSONAL.search(name.rsplit(".", 1)[1])}
    assert named - set(REGISTERED) == OF_PLACES


@pytest.mark.parametrize("one", REGISTER, ids=lambda one: one.field)
def test_each_entry_is_whole(one):
    assert one.seen_by <= {*ROLES, PUBLIC}
    by_time = one.erasing in (Erasing.BLANK, Erasing.DELETE, Erasing.COARSEN)
    assert by_time == bool(one.keep and one.erasing != Erasing.ELSEWHERE)
    assert by_time or one.note
    if one.keep:
        assert getattr(settings, one.keep) >= 7


def test_each_time_is_a_setting_that_is_documented_and_a_step_goes_by_it():
    keeps = {one.keep for one in REGISTER if one.keep and one.erasing != Erasing.ELSEWHERE}
    # Trails are dropped by whole days.
    assert keeps == {step.keep for step in STEPS}
    for page in ("settings.md", "privacy.md"):
        text = (DOCS / page).read_text()
        assert all(f"`WANMI_{keep}`" in text for keep in keeps), page


def test_the_page_names_each_field():
    text = (DOCS / "privacy.md").read_text()
    assert [name for name in REGISTERED if f"`{name}`" not in text] == []
