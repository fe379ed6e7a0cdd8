"""What the data pages know of components: attributes, catalogues, owners, surveys in files."""

from __future__ import annotations

from typing import Any

from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _

from fixtures import catalogues
from spatial.components.models import Catalogue, Component, MainClass, Organisation
from spatial.components.services.columns import NAMES, is_survey, recognised
from spatial.components.services.kinds import UNKNOWN, Kinds
from spatial.components.services.survey import CATALOGUE

STANDARD = CATALOGUE
"""The catalogue that is offered where none is loaded."""
MOST_OWNERS = 1_000
"""A longer list nobody chooses from."""
_FIELDS = {"grid": "grid_code"}
_CODE = "_code"


def attributes() -> list[dict[str, str]]:
    """The attributes that a survey may have columns for, with their names."""
    return [{"name": name, "title": _title(name)} for name in NAMES]


def _title(name: str) -> str:
    if name.endswith(_CODE):
        return _("%(what)s: code") % {"what": _title(name.removesuffix(_CODE))}
    return str(Component._meta.get_field(_FIELDS.get(name, name)).verbose_name)


def catalogue_forms() -> list[dict[str, Any]]:
    """The catalogues that are loaded, each with its classes."""
    found = Catalogue.objects.prefetch_related("classes")
    names = ("code", "name", "name_en")
    return [
        {
            "version": one.version,
            "name": one.name,
            "name_en": one.name_en,
            "classes": [
                {name: getattr(kind, name) for name in names} for kind in one.classes.all()
            ],
        }
        for one in found
    ]


def main_class_forms() -> list[dict[str, Any]]:
    """The main classes of all catalogues, each with its classes."""
    found = MainClass.objects.select_related("catalogue").prefetch_related("classes")
    names = ("code", "name", "name_en")
    return [
        {
            "catalogue": one.catalogue.version,
            **{name: getattr(one, name) for name in names},
            "classes": [
                {name: getattr(kind, name) for name in names}
                for kind in sorted(one.classes.all(), key=lambda kind: kind.code)
            ],
        }
        for one in found.order_by("catalogue__version", "code")
    ]


def owner_choices() -> list[tuple[int, str]]:
    """The owners of components by name, the first `MOST_OWNERS`: key and name."""
    owned = Component.objects.filter(owner=OuterRef("pk"), valid_to__isnull=True)
    found = Organisation.objects.filter(Exists(owned)).order_by("name", "code")
    return [(one.pk, str(one)) for one in found[:MOST_OWNERS]]


def standard() -> dict[str, str]:
    """The catalogue that can be loaded at once."""
    found = catalogues.load(STANDARD)
    return {"version": found.version, "name": found.name_zh, "name_en": found.name_en}


def seen_in(inspected: dict[str, Any]) -> dict[str, Any]:
    """What an import of components would make of an inspected file.

    Recognised columns, the class each layer is named after by catalogue, and whether it looks like
    a survey at all.
    """
    kinds = [Kinds(catalogue) for catalogue in Catalogue.objects.all()]
    layers, likely = {}, False
    for layer in inspected.get("layers", []):
        fields = [field["name"] for field in layer["fields"]]
        likely |= is_survey(fields)
        layers[layer["name"]] = {
            "columns": recognised(fields),
            "classes": {
                one.catalogue.version: one.known[index].code
                for one in kinds
                if (index := one.of_layer(layer["name"])) != UNKNOWN
            },
        }
    return {"likely": likely, "layers": layers}
