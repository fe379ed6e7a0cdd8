"""Deletes drafts; what was in force once is never deleted."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from spatial.core import audit
from spatial.core.errors import ConflictError
from spatial.grids.models import GridPlan


@transaction.atomic
def discard_plan(plan: GridPlan, user: Any = None) -> None:
    """Delete a draft with its grids, edits and pinned borders.

    Raises
    ------
    ConflictError
        ``E-PLAN-PUBLISHED`` for a plan that is or was in force.
    """
    held = GridPlan.objects.select_for_update().select_related("district").get(pk=plan.pk)
    if held.state not in (GridPlan.State.DRAFT, GridPlan.State.CHECKED):
        raise ConflictError(
            "E-PLAN-PUBLISHED",
            _("Plan %(version)s is or was in force and stays for ever.")
            % {"version": held.version},
        )
    version, grids = held.version, held.grid_count
    held.delete()
    audit.record(user, "plan.deleted", "GridPlan", version, grids=grids)
