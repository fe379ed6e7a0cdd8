"""Publishes a checked plan: closes the old edition and opens the new one in the same instant."""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np
from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from spatial.core import audit
from spatial.core.errors import ConflictError
from spatial.core.models import AuditEntry
from spatial.grids.models import GridCode, GridPlan, GridSuccession, UnitGrid
from spatial.grids.selectors import grids_of
from spatial.grids.services.metric import projected
from spatial.grids.services.numbering import overlaps, settle_ordinals
from spatial.grids.signals import plan_published

EDITED = ("plan.edited", "plan.edit-undone", "plan.edit-redone")
"""What the audit log calls the editing of a plan."""


@transaction.atomic
def publish_plan(plan: GridPlan, on: date | None = None, user: Any = None) -> GridPlan:
    """Put a checked plan in force from a day on: today, or a past day that was agreed on.

    A published plan stays as it is when published again. ``user`` is None for a command on the
    server, which is not asked for a second person.

    Raises
    ------
    ConflictError
        ``E-PLAN-SECOND`` when the user cut or edited the plan and another has to publish it
        (setting ``SECOND_PERSON_PUBLISHES``); ``E-PLAN-UNCHECKED`` before a clean check;
        ``E-PLAN-SUPERSEDED`` for a former edition; ``E-PLAN-DATE`` for a day to come, since what
        is published is in force, and when the edition in force began on the same day or later;
        ``E-PLAN-STALE`` when another edition was published after the plan was cut, since both may
        have given one number to different ground.
    """
    plan = (
        GridPlan.objects.select_for_update(of=("self",), no_key=True)
        .select_related("district")
        .get(pk=plan.pk)
    )
    if plan.state == GridPlan.State.PUBLISHED:
        return plan
    _refuse_unready(plan)
    _refuse_maker(plan, user)
    day = on or timezone.localdate()
    _refuse_future(day)
    former = _close_former(plan, day)
    if plan.revision:
        settle_ordinals(plan)
    plan.state, plan.valid_from = GridPlan.State.PUBLISHED, day
    plan.published_at = timezone.now()
    plan.save(update_fields=["state", "valid_from", "published_at"])
    UnitGrid.objects.filter(plan=plan).update(valid_from=day)
    _register_codes(plan, former, day)
    if former is not None:
        _keep_succession(former, plan)
    plan_published.send(GridPlan, plan=plan, former=former)
    audit.record(user, "plan.published", "GridPlan", plan.version, valid_from=str(day))
    return plan


def makers_of(plan: GridPlan) -> frozenset[int]:
    """Keys of the users who cut a plan or edited it, also where the edit was undone."""
    # The name of a deleted draft may have been given again: only what came after this one.
    entries = AuditEntry.objects.filter(
        object_type="GridPlan",
        object_key=plan.version,
        action__in=EDITED,
        at__gte=plan.created_at,
        actor__isnull=False,
    )
    edited = entries.order_by().values_list("actor_id", flat=True).distinct()
    return frozenset(edited) | ({plan.created_by_id} - {None})


def may_be_published_by(plan: GridPlan, user: Any) -> bool:
    """Whether a user is the second person that a plan needs, or none is asked for."""
    if user is None or not settings.SECOND_PERSON_PUBLISHES:
        return True
    return user.pk not in makers_of(plan)


def _refuse_maker(plan: GridPlan, user: Any) -> None:
    if not may_be_published_by(plan, user):
        raise ConflictError(
            "E-PLAN-SECOND",
            _("You cut or edited plan %(version)s; someone else has to publish it.")
            % {"version": plan.version},
        )


def _refuse_unready(plan: GridPlan) -> None:
    if plan.state == GridPlan.State.SUPERSEDED:
        raise ConflictError(
            "E-PLAN-SUPERSEDED", _("A former edition is not published again; make a new plan.")
        )
    if plan.state != GridPlan.State.CHECKED:
        raise ConflictError(
            "E-PLAN-UNCHECKED",
            _("Plan %(version)s has not passed its check; run check_grids %(version)s first.")
            % {"version": plan.version},
        )


def _refuse_future(day: date) -> None:
    if day > timezone.localdate():
        raise ConflictError(
            "E-PLAN-DATE",
            _("%(day)s has not come yet; publish the plan on that day.") % {"day": day},
        )


def _close_former(plan: GridPlan, day: date) -> GridPlan | None:
    former = (
        GridPlan.objects.select_for_update(no_key=True)
        .filter(district__code=plan.district.code, state=GridPlan.State.PUBLISHED)
        .first()
    )
    if former is None:
        return None
    if former.published_at is not None and former.published_at > plan.created_at:
        # Both drafts took the numbers after the largest ever published: the same for other ground.
        raise ConflictError(
            "E-PLAN-STALE",
            _("Edition %(version)s was published after this plan was cut; cut the district again.")
            % {"version": former.version},
        )
    if former.valid_from >= day:
        raise ConflictError(
            "E-PLAN-DATE",
            _("Edition %(version)s is in force from %(day)s; the new one must begin later.")
            % {"version": former.version, "day": former.valid_from},
        )
    former.state, former.valid_to = GridPlan.State.SUPERSEDED, day
    former.save(update_fields=["state", "valid_to"])
    UnitGrid.objects.filter(plan=former).update(valid_to=day)
    return former


def _register_codes(plan: GridPlan, former: GridPlan | None, day: date) -> None:
    codes = set(grids_of(plan).values_list("code", flat=True))
    new = [GridCode(code=code, first_published=day) for code in sorted(codes)]
    GridCode.objects.bulk_create(new, ignore_conflicts=True, batch_size=5000)
    if former is not None:
        gone = set(grids_of(former).values_list("code", flat=True)) - codes
        GridCode.objects.filter(code__in=gone).update(retired_on=day)


def _keep_succession(former: GridPlan, plan: GridPlan) -> None:
    old, new = _polygons(former, plan.metric_srid), _polygons(plan, plan.metric_srid)
    i, j, shared = overlaps(new[1], old[1])
    GridSuccession.objects.bulk_create(
        [
            GridSuccession(old_id=old[0][o], new_id=new[0][n], shared_area_m2=float(area))
            for n, o, area in zip(i, j, shared, strict=True)
        ],
        batch_size=5000,
    )


def _polygons(plan: GridPlan, srid: int) -> tuple[list[int], np.ndarray]:
    rows = list(grids_of(plan).values_list("pk", "geom"))
    return [pk for pk, _geom in rows], projected([geom for _pk, geom in rows], srid)
