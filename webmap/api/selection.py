"""What lies in an area that was drawn on the map."""

from __future__ import annotations

import gzip
import json
from typing import Any

from django.http import HttpResponse
from django.utils import timezone
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request

from spatial.basemap.models import Region
from spatial.cases.selecting import RECENT_D, Selected, Tally, selected
from spatial.cases.stages import Stage
from spatial.components.models import ComponentClass
from spatial.core.validity import valid_on
from spatial.grids.models import GridPlan
from spatial.grids.selectors import plan_by_version, visible_plans
from webmap.api.base import DataView
from webmap.api.params import read_body
from webmap.api.schema import answers
from webmap.api.selection_forms import SelectionForm, SelectionOrder
from webmap.language import in_language
from webmap.tiles.caching import packed_answer

FAST = 1


class Selection(DataView):
    """What lies in an area."""

    throttle_scope = "search"

    @answers(
        SelectionForm, 400, 404, 413, 429, request=SelectionOrder, operation_id="selection",
        summary="What lies in a drawn area", tags=["selection"],
    )  # fmt: skip
    def post(self, request: Request) -> HttpResponse:
        """Grids, components by class and cases in a polygon, a circle or along a line.

        Components and cases count by their own place; the columns of the grids count only what
        lies in the area.
        """
        values = read_body(SelectionOrder, request)
        area = SelectionOrder.area(values)
        plans = _plans(request.user, values["editions"])
        found = selected(request.user, area, plans, timezone.localdate())
        told = {
            "area_m2": round(found.area_m2, 1),
            "polygon": json.loads(area.geojson),
            "grids": _grids(found, plans),
            "components": _components(found.components),
            "cases": _cases(found),
        }
        # The rows of a whole city are 1.8 MB, packed 0.2.
        packed = gzip.compress(JSONRenderer().render(told), FAST, mtime=0)
        return packed_answer(request, packed, "application/json")


def _plans(user: Any, versions: list[str]) -> list[GridPlan]:
    """The editions that are named, else those in force."""
    if versions:
        return [plan_by_version(user, version) for version in dict.fromkeys(versions)]
    return list(visible_plans(user).filter(valid_on(None)))


def _grids(found: Selected, plans: list[GridPlan]) -> dict[str, Any]:
    by_key = {plan.pk: plan for plan in plans}
    columns = list(zip(*found.grids, strict=True)) or [()] * 5
    plan_keys, ordinals, codes, communities, areas = columns
    editions = list(dict.fromkeys(plan_keys))
    leaves = list(dict.fromkeys(communities))
    at = {key: n for n, key in enumerate(editions)}
    leaf_at = {key: n for n, key in enumerate(leaves)}
    return {
        "count": len(codes),
        "area_m2": round(sum(areas), 1),
        "editions": [
            {"version": by_key[key].version, "district": _region(by_key[key].district),
             "count": plan_keys.count(key)}
            for key in editions
        ],
        "communities": _regions(leaves),
        "rows": {
            "edition": [at[key] for key in plan_keys],
            "ordinal": ordinals,
            "code": codes,
            "community": [leaf_at[key] for key in communities],
            "area_m2": [round(area, 1) for area in areas],
            "components": _column(found.components, codes),
            "open": _column(found.open, codes),
            "recent": _column(found.recent, codes),
        },
    }  # fmt: skip


def _column(tally: Tally | None, codes: tuple[str, ...]) -> list[int] | None:
    return None if tally is None else [tally.in_grid.get(code, 0) for code in codes]


def _regions(keys: list[int]) -> list[dict[str, str]]:
    known = Region.objects.only("code", "name", "name_en").in_bulk(keys)
    return [_region(known[key]) for key in keys]


def _region(region: Region) -> dict[str, str]:
    return {"code": region.code, "name": region.name, "name_en": region.name_en}


def _components(tally: Tally) -> dict[str, Any]:
    known = ComponentClass.objects.in_bulk([int(key) for key in tally.of])
    most_first = sorted(tally.of.items(), key=lambda one: (-one[1], known[int(one[0])].code))
    classes = [
        {"kind": kind.code, "kind_name": in_language(kind.name, kind.name_en),
         "symbol": kind.symbol, "count": n}
        for kind, n in ((known[int(key)], n) for key, n in most_first)
    ]  # fmt: skip
    return {"count": tally.count, "classes": classes}


def _cases(found: Selected) -> dict[str, Any] | None:
    if found.open is None or found.recent is None:
        return None
    stages = [
        {"stage": stage, "stage_name": stage.label, "n": found.open.of[stage]}
        for stage in Stage
        if stage in found.open.of
    ]
    return {
        "open": {"count": found.open.count, "stages": stages},
        "recent": {"count": found.recent.count, "days": RECENT_D},
    }
