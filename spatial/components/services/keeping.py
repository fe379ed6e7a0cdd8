"""Keeps single components: registered on the map, changed, moved, taken out; each with history."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.contrib.gis.geos import Point
from django.db import connection, transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from spatial.basemap.models import Dataset
from spatial.components.models import (
    DISTRICT_DIGITS,
    ROLES,
    CodeCounter,
    Component,
    ComponentChange,
    ComponentClass,
    Organisation,
    State,
)
from spatial.components.services.difference import MOST
from spatial.core import audit
from spatial.core.errors import ConflictError, InputError
from spatial.core.srid import STORE_SRID
from spatial.grids.services.locate import locate

BY_HAND = "map"
"""The data set of components that were registered on the map."""
TEXTS = ("name", "position", "data_source", "note")
_DISTRICT = """
SELECT code FROM basemap_region WHERE level = 'district' AND valid_to IS NULL
    AND ST_Intersects(geom, ST_SetSRID(ST_MakePoint(%s, %s), 4326)) ORDER BY code LIMIT 1
"""


@transaction.atomic
def register(
    kind: ComponentClass, lon: float, lat: float, values: Mapping[str, Any], user: Any = None
) -> Component:
    """Add a component at a point, with the next code of its district and class.

    Raises
    ------
    InputError
        ``E-COMPONENT-OUTSIDE`` for a point in no district.
    ConflictError
        ``E-COMPONENT-FULL``.
    """
    grid, district = place_of(lon, lat)
    dataset, _new = Dataset.objects.get_or_create(name=BY_HAND)
    component = Component(
        code=_next_code(district, kind),
        kind=kind,
        district_code=district,
        grid_code=grid,
        point=Point(lon, lat, srid=STORE_SRID),
        dataset=dataset,
        valid_from=timezone.localdate(),
    )
    _set(component, values)
    component.save()
    _note_dataset(dataset)
    audit.record(user, "component.registered", "Component", component.code)
    return component


@transaction.atomic
def change(
    component: Component,
    values: Mapping[str, Any],
    user: Any = None,
    day: date | None = None,
    revision: str | None = None,
) -> Component:
    """Change attributes, the state, or the point ``(lon, lat)`` of a component.

    ``revision`` is the one the caller read: it refuses to undo what someone else did meanwhile.

    Raises
    ------
    InputError
        ``E-COMPONENT-OUTSIDE``, ``E-COMPONENT-DISTRICT`` for a point in another district.
    ConflictError
        ``E-COMPONENT-STALE`` when the component was changed since it was read.
    """
    component = Component.objects.select_for_update(of=("self",)).get(pk=component.pk)
    _refuse_stale(component, revision)
    before = _shown(component)
    point = values.get("point")
    if point is not None:
        _move(component, *point)
    _set(component, values)
    after = _shown(component)
    differing = [name for name in before if before[name] != after[name]]
    if not differing:
        return component
    day = day or timezone.localdate()
    component.changed_on = max(day, component.valid_from)
    component.valid_to = component.changed_on if component.state == State.REMOVED else None
    component.save()
    ComponentChange.objects.create(
        component=component,
        kind=_kind_of(before, after),
        day=day,
        before={name: before[name] for name in differing},
        after={name: after[name] for name in differing},
        made_by=user if user is not None and user.is_authenticated else None,
    )
    _note_dataset(component.dataset)
    audit.record_change(user, "component.changed", "Component", component.code, before, after)
    return component


def place_of(lon: float, lat: float) -> tuple[str, str]:
    """Code of the unit grid, perhaps empty, and of the district at a point.

    Raises
    ------
    InputError
        ``E-COMPONENT-OUTSIDE``.
    """
    grid = locate([(lon, lat)])[0]
    if grid is not None:
        return grid.code, grid.code[:DISTRICT_DIGITS]
    with connection.cursor() as cursor:
        cursor.execute(_DISTRICT, [lon, lat])
        row = cursor.fetchone()
    if row is None:
        text = _("The point lies in no district of this site.")
        raise InputError("E-COMPONENT-OUTSIDE", text, lon=lon, lat=lat)
    return "", row[0]


def _next_code(district: str, kind: ComponentClass) -> str:
    mine = {"district_code": district, "class_code": kind.code}
    CodeCounter.objects.get_or_create(**mine)
    CodeCounter.objects.filter(**mine).update(last=F("last") + 1)
    number = CodeCounter.objects.get(**mine).last
    if number > MOST:
        text = _("District %(district)s has no more numbers for class %(code)s.")
        facts = {"district": district, "code": kind.code}
        raise ConflictError("E-COMPONENT-FULL", text % facts)
    return f"{district}{kind.code}{number:06d}"


def _refuse_stale(component: Component, revision: str | None) -> None:
    if revision is None:
        return
    last = component.changes.order_by("-pk").values_list("pk", flat=True).first()
    if revision != str(last or 0):
        text = _("Someone else changed component %(code)s meanwhile; look at it again.")
        raise ConflictError("E-COMPONENT-STALE", text % {"code": component.code})


def _move(component: Component, lon: float, lat: float) -> None:
    grid, district = place_of(lon, lat)
    if district != component.district_code:
        text = _("The point lies in district %(district)s; the code is of another.")
        raise InputError("E-COMPONENT-DISTRICT", text % {"district": district})
    component.point, component.grid_code = Point(lon, lat, srid=STORE_SRID), grid


def _set(component: Component, values: Mapping[str, Any]) -> None:
    for name in (*TEXTS, "state"):
        if name in values:
            setattr(component, name, values[name])
    for role in ROLES:
        if role in values:
            setattr(component, role, _organisation(values[role]))


def _organisation(name: str) -> Organisation | None:
    """The organisation of a name; one known with a code before one without."""
    if not name:
        return None
    found = Organisation.objects.filter(name=name).order_by("-code").first()
    return found or Organisation.objects.create(name=name)


def _shown(component: Component) -> dict[str, Any]:
    """What a component is, as its history keeps it."""
    return {
        **{name: getattr(component, name) for name in (*TEXTS, "state", "grid_code")},
        **{role: str(getattr(component, f"{role}_id") or "") for role in ROLES},
        "point": [round(value, 8) for value in component.point.coords],
    }


def _kind_of(before: Mapping[str, Any], after: Mapping[str, Any]) -> str:
    kinds = ComponentChange.Kind
    if before["state"] != after["state"] and State.REMOVED in (before["state"], after["state"]):
        return kinds.GONE if after["state"] == State.REMOVED else kinds.BACK
    return kinds.MOVED if before["point"] != after["point"] else kinds.CHANGED


def _note_dataset(dataset: Dataset) -> None:
    """Whoever shows the components sees by the version that something changed."""
    Dataset.objects.filter(pk=dataset.pk).update(version=F("version") + 1)
