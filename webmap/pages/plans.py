"""The plans among the data pages: what there is and is being cut, and the review of one."""

from __future__ import annotations

from itertools import groupby
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from gridding import DEFAULT_SCHEME, scheme_names
from spatial.core.errors import NotFoundError
from spatial.core.roles import DRAFT_EDITORS, role_names
from spatial.grids.models import GridPlan
from spatial.grids.selectors import plan_by_version, visible_plans
from webmap import plans
from webmap.api.plans import plan_form, plan_forms
from webmap.api.regions import DRAFT_STATES, district_forms
from webmap.pages.config import data_context, page_config
from webmap.pages.map import map_config


@require_safe
@cache_control(private=True, no_cache=True)
def plans_page(request: HttpRequest) -> HttpResponse:
    """All plans by district, and the form that orders a new one."""
    districts = district_forms(request.user)
    config = {
        **page_config(request),
        "cutting": [
            {"id": str(job.pk), "state": job.state}
            for job in plans.running().filter(created_by=request.user)
        ],
    }
    context = data_context(
        request,
        "plans",
        config,
        districts=districts,
        groups=_by_district(request, {d["code"]: d for d in districts}),
        schemes=scheme_names(),
        default_scheme=DEFAULT_SCHEME,
        may_cut=bool(role_names(request.user) & DRAFT_EDITORS),
    )
    return render(request, "webmap/data/plans.html", context)


def _by_district(request: HttpRequest, districts: dict[str, Any]) -> list[tuple[Any, list[Any]]]:
    grouped = groupby(plan_forms(request.user), key=lambda row: row["district"])
    return [(districts.get(code, {"code": code}), list(own)) for code, own in grouped]


@require_safe
@cache_control(private=True, no_cache=True)
def review_page(request: HttpRequest, version: str) -> HttpResponse:
    """One plan on the map beside another, with all there is to look at."""
    plan = _plan(request, version)
    others = visible_plans(request.user).filter(district__code=plan.district.code)
    config = {
        **_plan_config(request, plan),
        "others": [
            {"version": other.version, "state": other.state, "grid_count": other.grid_count}
            for other in others.exclude(pk=plan.pk).order_by("-edition")
        ],
    }
    context = data_context(request, "plans", config, plan=config["plan"])
    return render(request, "webmap/data/review.html", context)


@require_safe
@cache_control(private=True, no_cache=True)
def edit_page(request: HttpRequest, version: str) -> HttpResponse:
    """A draft on the map, to be edited; of a plan that is none, its review."""
    plan = _plan(request, version)
    if plan.state not in DRAFT_STATES:
        return redirect("plan-page", version)
    config = _plan_config(request, plan)
    context = data_context(request, "plans", config, plan=config["plan"])
    return render(request, "webmap/data/edit.html", context)


def _plan(request: HttpRequest, version: str) -> GridPlan:
    try:
        return plan_by_version(request.user, version)
    except NotFoundError as error:
        raise Http404 from error


def _plan_config(request: HttpRequest, plan: GridPlan) -> dict[str, Any]:
    form = plan_form(plan, request.user)
    return {**map_config(request), "plan": {**form, "valid_from": str(form["valid_from"] or "")}}
