"""What the data pages know of past cases in files: attributes, catalogues, sources."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from fixtures import cases
from spatial.cases.feeding.columns import NAMES, is_feed, recognised
from spatial.cases.models import CaseClass, Channel
from webmap.language import in_language


def attributes() -> list[dict[str, str]]:
    """The attributes that a file of past cases may have columns for, with their names."""
    titles = {
        "number": _("number there"),
        "kind": _("component or event"),
        "main": _("main class"),
        "class": _("class (name or code)"),
        "standard": _("filing standard"),
        "description": _("description"),
        "reported_at": _("reported at"),
        "filed_at": _("filed at"),
        "dispatched_at": _("dispatched at"),
        "deadline": _("deadline"),
        "answered_at": _("handled at"),
        "verified_at": _("verified at"),
        "closed_at": _("ended at"),
        "department": _("department"),
        "lon": _("longitude"),
        "lat": _("latitude"),
        "address": _("address"),
        "grid": _("unit grid"),
        "channel": _("source"),
        "component": _("component"),
        "status": _("stage"),
    }
    return [{"name": name, "title": str(titles[name])} for name in NAMES]


def catalogues() -> list[tuple[str, str]]:
    """Version and name of the catalogues of cases that are loaded."""
    found = set(CaseClass.objects.filter(in_use=True).values_list("catalogue", flat=True))
    known = set(cases.versions())
    names = {}
    for version in sorted(found):
        one = cases.load(version) if version in known else None
        names[version] = in_language(one.name_zh, one.name_en) if one else version
    return list(names.items())


def channels() -> list[tuple[str, str]]:
    """Sources of cases with their names."""
    return [(value, str(label)) for value, label in Channel.choices]


def seen_in(inspected: dict[str, Any]) -> dict[str, Any]:
    """Whether an inspected file looks like one of past cases, and its recognised columns."""
    layers, likely = {}, False
    for layer in inspected.get("layers", []):
        fields = [field["name"] for field in layer["fields"]]
        likely |= is_feed(fields)
        layers[layer["name"]] = {"columns": recognised(fields)}
    return {"likely": likely, "layers": layers}
