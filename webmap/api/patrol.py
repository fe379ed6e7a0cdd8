"""Patrol areas: shown, cut anew, changed by hand."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
from django.contrib.gis.db.models.functions import AsGeoJSON
from django.db.models import QuerySet
from rest_framework.request import Request
from rest_framework.response import Response

from spatial.core.models import Job
from spatial.grids.selectors import current_plan
from spatial.patrol.models import PatrolArea
from spatial.patrol.selectors import (
    area_seen,
    grids_of_area,
    members_by_ordinal,
    visible_areas,
)
from spatial.patrol.services.editing import Change, change_area, give_grid
from webmap import patrol
from webmap.api.base import DataView
from webmap.api.exports import job_form
from webmap.api.forms import JobForm
from webmap.api.grid_form import DEGREE_DIGITS
from webmap.api.params import read, read_body
from webmap.api.patrol_forms import (
    PatrolAreaChange,
    PatrolAreaForm,
    PatrolAreasForm,
    PatrolAreasQuery,
    PatrolGridOrder,
    PatrolOrder,
    WholePatrolAreaForm,
)
from webmap.api.schema import answers
from webmap.tasks import patrol_task

TAGS = {"tags": ["patrol"]}


class Areas(DataView):
    """All areas of a district."""

    @answers(
        PatrolAreasForm, 400, 403, 404, parameters=[PatrolAreasQuery], operation_id="patrol_areas",
        summary="Patrol areas", **TAGS,
    )  # fmt: skip
    def get(self, request: Request) -> Response:
        """Areas with outline, figures and people, and how even their burdens are."""
        district = read(PatrolAreasQuery, request)["district"]
        plan = current_plan(district)
        forms = area_forms(visible_areas(request.user).filter(district_code=district))
        return Response(
            {
                "district": district,
                "edition": plan.version,
                **_balance(forms),
                "areas": forms,
                "members": members_by_ordinal(plan, [form["code"] for form in forms]),
            }
        )

    @answers(
        JobForm, 400, 403, 404, 409, status=202, request=PatrolOrder,
        operation_id="patrol_cut", summary="Cut a district into patrol areas", **TAGS,
    )  # fmt: skip
    def post(self, request: Request) -> Response:
        """Order the areas anew; the job says how far it is, its result has the figures."""
        asked = read_body(PatrolOrder, request)
        job = patrol.order(asked["district"], asked["grids_per_area"], request.user)
        patrol_task.enqueue(str(job.pk))
        return Response(job_form(Job.objects.get(pk=job.pk)), status=202)


class OneArea(DataView):
    """A patrol area."""

    @answers(
        WholePatrolAreaForm, 403, 404, operation_id="patrol_area", summary="A patrol area", **TAGS
    )
    def get(self, request: Request, code: str) -> Response:
        """An area with the codes of its unit grids."""
        area = area_seen(request.user, code)
        (form,) = area_forms(PatrolArea.objects.filter(pk=area.pk))
        return Response({**form, "grid_codes": grids_of_area(area)})

    @answers(
        PatrolAreaForm, 400, 403, 404, request=PatrolAreaChange(partial=True),
        operation_id="patrol_area_change", summary="Change a patrol area", **TAGS,
    )  # fmt: skip
    def patch(self, request: Request, code: str) -> Response:
        """Rename an area, give it a team or inspectors."""
        asked = read_body(PatrolAreaChange, request, partial=True)
        area = change_area(code, Change(**asked), request.user)
        return Response(area_forms(PatrolArea.objects.filter(pk=area.pk))[0])


class AreaGrids(DataView):
    """The unit grids of an area."""

    @answers(
        PatrolAreaForm, 400, 403, 404, 409, request=PatrolGridOrder,
        operation_id="patrol_grid_give", summary="Give a unit grid to an area", **TAGS,
    )  # fmt: skip
    def post(self, request: Request, code: str) -> Response:
        """Take a unit grid from the area it is in; both have to hang together after it."""
        area = give_grid(read_body(PatrolGridOrder, request)["grid"], code, request.user)
        return Response(area_forms(PatrolArea.objects.filter(pk=area.pk))[0])


class Mine(DataView):
    """What an inspector walks."""

    @answers(
        WholePatrolAreaForm(many=True), 403, operation_id="patrol_mine", summary="My patrol areas",
        **TAGS,
    )  # fmt: skip
    def get(self, request: Request) -> Response:
        """The areas of the inspector who asks."""
        mine = PatrolArea.objects.filter(in_use=True, inspectors=request.user)
        codes = {area.code: grids_of_area(area) for area in mine}
        return Response([{**form, "grid_codes": codes[form["code"]]} for form in area_forms(mine)])


def area_forms(found: QuerySet[PatrolArea]) -> list[dict[str, Any]]:
    """Areas as the API shows them."""
    shown = found.annotate(shape=AsGeoJSON("geom", precision=DEGREE_DIGITS)).defer("geom")
    rows = shown.select_related("team").prefetch_related("inspectors").order_by("code")
    return [_form(area) for area in rows]


def _form(area: PatrolArea) -> dict[str, Any]:
    return {
        "code": area.code,
        "name": area.name,
        "street": area.street_code,
        "team": team_form(area),
        "inspectors": [inspector_form(user) for user in area.inspectors.all()],
        "island": area.island,
        "grids": area.grid_count,
        "area_m2": area.area_m2,
        "components": area.component_count,
        "cases": area.case_count,
        "burden": area.burden,
        "geometry": json.loads(area.shape) if area.shape else None,
    }


def team_form(area: PatrolArea) -> dict[str, str] | None:
    """The team of an area."""
    return area.team and {"code": area.team.code, "name": area.team.name}


def inspector_form(user: Any) -> dict[str, str]:
    """A person by log-in name and name."""
    return {"username": user.get_username(), "name": user.get_full_name() or user.get_username()}


def _balance(forms: list[dict[str, Any]]) -> dict[str, float]:
    """How even the burdens are; islands do not count."""
    borne = np.array([form["burden"] for form in forms if not form["island"]] or [0.0])
    mean = float(borne.mean())
    return {
        "mean_burden": mean,
        "most_by_mean": float(borne.max()) / mean if mean else 0.0,
        "variation": float(borne.std()) / mean if mean else 0.0,
    }
