"""Plans: cut, looked at, compared, checked, published, deleted."""

from __future__ import annotations

from collections import Counter
from typing import Any

from django.db import transaction
from rest_framework.permissions import SAFE_METHODS
from rest_framework.request import Request
from rest_framework.response import Response

from spatial.core.models import Job
from spatial.core.roles import DRAFT_EDITORS, DRAFT_READERS, role_names
from spatial.grids.models import GridPlan
from spatial.grids.selectors import plan_by_version, visible_plans
from spatial.grids.services.check import check_plan
from spatial.grids.services.discard import discard_plan
from spatial.grids.services.publish import may_be_published_by, publish_plan
from spatial.grids.services.review import changes, review
from webmap import plans
from webmap.api.base import DataView
from webmap.api.exports import job_form
from webmap.api.forms import JobForm
from webmap.api.params import read, read_body
from webmap.api.permissions import Holder
from webmap.api.plan_forms import (
    AgainstQuery,
    ChangesForm,
    CutOrder,
    PlanForm,
    PlansForm,
    PublishOrder,
    ReviewForm,
)
from webmap.api.regions import DRAFT_STATES, edition_form
from webmap.api.schema import answers
from webmap.tasks import build_pyramid, cut_plan_task


class PlanReader(Holder):
    """Whoever sees plans that are not published yet."""

    roles = DRAFT_READERS


class PlanHolder(Holder):
    """Who sees drafts may look; who edits them may change."""

    def has_permission(self, request, view) -> bool:
        """Allow by role and method."""
        self.roles = DRAFT_READERS if request.method in SAFE_METHODS else DRAFT_EDITORS
        return super().has_permission(request, view)


class Plans(DataView):
    """All plans."""

    @answers(PlansForm, 403, operation_id="plans", summary="All plans", tags=["plans"])
    def get(self, request: Request) -> Response:
        """Plans of all districts, the newest first, and districts that are being cut."""
        cutting = plans.running().order_by("created_at")
        return Response(
            {
                "plans": plan_forms(request.user),
                "cutting": [_cut_form(job, request.user) for job in cutting],
            }
        )

    @answers(
        JobForm,
        400,
        403,
        404,
        409,
        status=202,
        request=CutOrder,
        operation_id="plan_cut",
        summary="Cut a district",
        tags=["plans"],
    )
    def post(self, request: Request) -> Response:
        """Order a new draft; the job says how far it is, its result names the plan."""
        order = read_body(CutOrder, request)
        with transaction.atomic():
            job = plans.order(order, request.user)
            cut_plan_task.enqueue(str(job.pk))
        return Response(job_form(Job.objects.get(pk=job.pk)), status=202)


class Plan(DataView):
    """A plan."""

    @answers(PlanForm, 403, 404, operation_id="plan", summary="A plan", tags=["plans"])
    def get(self, request: Request, version: str) -> Response:
        """Figures and state of a plan, and what may be done with it."""
        return Response(plan_form(plan_by_version(request.user, version), request.user))

    @answers(
        None,
        403,
        404,
        409,
        status=204,
        operation_id="plan_delete",
        summary="Delete a draft",
        tags=["plans"],
    )
    def delete(self, request: Request, version: str) -> Response:
        """Delete a draft with all that belongs to it; what was in force stays."""
        discard_plan(plan_by_version(request.user, version), request.user)
        return Response(status=204)


class PlanReview(DataView):
    """What is to be looked at in a plan."""

    @answers(
        ReviewForm,
        403,
        404,
        operation_id="plan_review",
        summary="Problems and areas of a plan",
        tags=["plans"],
    )
    def get(self, request: Request, version: str) -> Response:
        """Problems with their places, from the grids as they stand now."""
        plan = plan_by_version(request.user, version)
        return Response({"revision": plan.revision, **review(plan)})


class PlanChanges(DataView):
    """Two plans side by side."""

    @answers(
        ChangesForm,
        400,
        403,
        404,
        operation_id="plan_changes",
        summary="Compare two plans",
        tags=["plans"],
        parameters=[AgainstQuery],
    )
    def get(self, request: Request, version: str) -> Response:
        """Which grids are kept, changed, new or gone against another plan."""
        plan = plan_by_version(request.user, version)
        other = plan_by_version(request.user, read(AgainstQuery, request)["against"])
        grids = changes(plan, other)
        return Response(
            {
                "version": plan.version,
                "against": other.version,
                "counts": Counter(grid["state"] for grid in grids),
                "grids": grids,
            }
        )


class PlanCheck(DataView):
    """Proves a plan."""

    @answers(
        PlanForm,
        403,
        404,
        409,
        request=None,
        operation_id="plan_check",
        summary="Check a plan",
        tags=["plans"],
    )
    def post(self, request: Request, version: str) -> Response:
        """Measure gaps, overlaps, edges and codes; a draft without faults becomes checked."""
        plan = plan_by_version(request.user, version)
        check_plan(plan, request.user)
        return Response(plan_form(plan, request.user))


class PlanPublish(DataView):
    """Puts a plan in force."""

    @answers(
        PlanForm,
        400,
        403,
        404,
        409,
        request=PublishOrder,
        operation_id="plan_publish",
        summary="Publish a plan",
        tags=["plans"],
    )
    def post(self, request: Request, version: str) -> Response:
        """Supersede the edition in force from a day on; the tiles are built after it."""
        order = read_body(PublishOrder, request)
        plan = plan_by_version(request.user, version)
        with transaction.atomic():
            plan = publish_plan(plan, order["valid_from"], request.user)
            build_pyramid.enqueue("grids", plan.version)
        return Response(plan_form(plan, request.user))


def plan_forms(user: Any) -> list[dict[str, Any]]:
    """All plans a user may see, by district, the newest first."""
    found = visible_plans(user).select_related("created_by", "former__district")
    # Outlines and figures of the former editions are large, and only their names are shown.
    unused = ("figures", "check_report", "rules", "district__geom", "district__geom3857")
    found = found.defer(*(f"former__{name}" for name in unused))
    editor = _edits(user)
    return [_form(plan, user, editor) for plan in found.order_by("district__code", "-edition")]


def plan_form(plan: GridPlan, user: Any) -> dict[str, Any]:
    """A plan as the API shows it to a user."""
    return _form(plan, user, _edits(user))


def _edits(user: Any) -> bool:
    return bool(role_names(user) & DRAFT_EDITORS)


def _form(plan: GridPlan, user: Any, editor: bool) -> dict[str, Any]:
    draft = plan.state in DRAFT_STATES
    second = draft and editor and not may_be_published_by(plan, user)
    return {
        **edition_form(plan),
        "district": plan.district.code,
        "revision": plan.revision,
        "created_by": plan.created_by.get_username() if plan.created_by else "",
        "created_at": plan.created_at,
        "former": plan.former.version if plan.former else None,
        "check_report": plan.check_report,
        "may_edit": draft and editor,
        "may_publish": plan.state == GridPlan.State.CHECKED and editor and not second,
        "needs_second": second,
    }


def _cut_form(job: Job, user: Any) -> dict[str, Any]:
    return {
        "id": job.pk,
        "district": job.params["district"],
        "state": job.state,
        "is_mine": job.created_by_id == user.pk,
    }
