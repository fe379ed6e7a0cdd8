"""Which labels are wanted: of components picked by region and filters, or of a list of codes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db import connection
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from spatial.basemap.models import Region
from spatial.basemap.selectors import current_regions
from spatial.components.labels import Label
from spatial.components.services import picking
from spatial.components.services.past import state_of
from spatial.core.errors import InputError

MOST = 5_000
"""Labels in one job: 209 sheets of 24."""
SHOWN = 5
_PICKED = """
SELECT w.code, k.name, k.name_en, w.district_code FROM ({components}) w
JOIN components_componentclass k ON k.id = w.kind_id JOIN components_mainclass m ON m.id = k.main_id
JOIN components_catalogue t ON t.id = k.catalogue_id
WHERE {condition} ORDER BY w.code LIMIT %(limit)s
"""


@dataclass(frozen=True, slots=True)
class Wanted:
    """Components whose labels are wanted."""

    site: str
    """Address of the site; what a label's code leads to lies below it."""
    region: str = ""
    """Code of a district, street or community; empty with ``codes`` among the filters."""
    only: Mapping[str, Any] = field(default_factory=dict)


def labels_of(wanted: Wanted) -> list[Label]:
    """The labels by code, or in the order of the codes asked for.

    Raises
    ------
    InputError
        ``E-LABEL-EMPTY``, ``E-LABEL-MANY``, ``E-LABEL-MISSING`` for codes of no component that is
        there, ``E-LABEL-URL``, ``E-LABEL-SITE``, and those of `picking.check_only`.
    """
    if not wanted.site:
        text = _("Say under which address the site is reached: --site or WANMI_SITE_URL.")
        raise InputError("E-LABEL-SITE", text)
    picking.check_only(wanted.only)
    rows = _picked(wanted)
    codes = list(dict.fromkeys(wanted.only.get("codes", ())))
    if codes:
        rows = _in_order(rows, codes, "polygon" in wanted.only or len(wanted.only) > 1)
    if not rows:
        raise InputError("E-LABEL-EMPTY", _("There is nothing to print a label for."))
    if len(rows) > MOST:
        text = _("More than %(most)d labels are too many for one job; take a smaller region.")
        raise InputError("E-LABEL-MANY", text % {"most": MOST}, most=MOST)
    names = _districts()
    root = wanted.site.rstrip("/")
    english = get_language() == "en"
    return [
        Label(code, (english and name_en) or name, names.get(district, district),
              f"{root}/components/{code}/")
        for code, name, name_en, district in rows
    ]  # fmt: skip


def _picked(wanted: Wanted) -> list[tuple[str, str, str, str]]:
    components, values = state_of(None)
    condition, more = picking.condition(wanted.region, wanted.only)
    query = _PICKED.format(components=components, condition=condition)
    with connection.cursor() as cursor:
        cursor.execute(query, values | more | {"limit": MOST + 1})
        return cursor.fetchall()


def _in_order(
    rows: list[tuple[str, str, str, str]], codes: list[str], filtered: bool
) -> list[tuple[str, str, str, str]]:
    """Rows in the order of the codes; one that is not there is an error, not a gap in the roll."""
    found = {row[0]: row for row in rows}
    missing = [code for code in codes if code not in found]
    if missing and not filtered:
        text = _("There is no component %(codes)s; take it out of the list.")
        shown = ", ".join(code[:20] for code in missing[:SHOWN])
        raise InputError("E-LABEL-MISSING", text % {"codes": shown}, codes=missing[:MOST])
    return [found[code] for code in codes if code in found]


def _districts() -> dict[str, str]:
    found = current_regions(Region.Level.DISTRICT).values_list("code", "name", "name_en")
    english = get_language() == "en"
    return {code: (english and name_en) or name for code, name, name_en in found}
