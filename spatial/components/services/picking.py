"""Which components are meant: of a region, and by what they are, as a condition in SQL.

Exports and labels pick by it. The names in SQL are those of `state_of` in ``services.past``: ``w``
is a component as it was on a day, ``k`` its class, ``m`` its main class.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from spatial.basemap.services.drawn import drawn_polygon
from spatial.components.models import DISTRICT_DIGITS, ROLES, State
from spatial.core.errors import InputError

MOST_CODES = 5_000
_EQUAL = {
    "catalogue": "t.version",
    "main": "m.code",
    "kind": "k.code",
    "state": "w.state",
    "supervisor": "w.supervisor_id",
    "owner": "w.owner_id",
    "keeper": "w.keeper_id",
}
FILTERS = frozenset({*_EQUAL, "polygon", "codes"})
"""What components can be picked by, besides their region."""


def check_only(only: Mapping[str, Any]) -> None:
    """Refuse filters that cannot be used.

    Raises
    ------
    InputError
        ``E-EXPORT-FILTER`` for a value that is none of its kind, ``E-EXPORT-POLYGON``.
    """
    for name, value in only.items():
        _check(name, value)


def _check(name: str, value: Any) -> None:
    if name == "polygon":
        drawn_polygon(value)
        return
    fits = {
        "state": lambda: value in State.values,
        "codes": lambda: isinstance(value, list) and 0 < len(value) <= MOST_CODES,
        **dict.fromkeys(ROLES, lambda: str(value).isdigit()),
    }.get(name, lambda: isinstance(value, str) and len(value) <= 40)
    if not fits():
        text = _("%(name)s cannot be %(value)s.") % {"name": name, "value": str(value)[:60]}
        raise InputError("E-EXPORT-FILTER", text, name=name)


def condition(region: str, only: Mapping[str, Any]) -> tuple[str, dict[str, Any]]:
    """The condition in SQL and its values.

    A street or community is told by the beginning of the unit grid's code; a component in no grid
    belongs to its district only. An empty region stands for all.
    """
    parts, values = ["true"], {name: only[name] for name in _EQUAL if name in only}
    if region:
        values["district"] = region[:DISTRICT_DIGITS]
        parts.append("w.district_code = %(district)s")
    if len(region) > DISTRICT_DIGITS:
        values["region"] = region
        parts.append("starts_with(w.grid_code, %(region)s)")
    parts += [f"{column} = %({name})s" for name, column in _EQUAL.items() if name in only]
    for name in ROLES:
        if name in values:
            values[name] = int(values[name])
    if "codes" in only:
        values["codes"] = list(only["codes"])
        parts.append("w.code = ANY(%(codes)s)")
    if "polygon" in only:
        values["polygon"] = drawn_polygon(only["polygon"])
        shape = "ST_SetSRID(ST_GeomFromGeoJSON(%(polygon)s), 4326)"
        parts.append(f"ST_Intersects(w.point, {shape})")
    return " AND ".join(parts), values
