"""Tells whoever listens (channel ``cases``) what happened, when and only if it is committed."""

from __future__ import annotations

import json

from django.db import connection

from spatial.cases.models import Case, CaseEvent
from spatial.cases.stages import Stage

CHANNEL = "cases"


def announce(case: Case, event: CaseEvent, former_department: int | None) -> None:
    """Send a move to the channel, with all whom it concerns: who had the case hears, too."""
    departments = {case.department_id}
    if case.stage == Stage.DIVIDED:
        departments.update(case.tasks.values_list("department", flat=True))
    former = {former_department} - departments - {None}
    told = {
        "case": case.pk,
        "number": case.number,
        "step": case.step,
        "move": event.move,
        "before": event.stage_before,
        "stage": case.stage,
        "departments": sorted(departments - {None}),
        "former": sorted(former),
        "people": sorted({case.reporter_id, case.checker_id, case.verifier_id} - {None}),
        "grid": case.grid_code,
        "user": event.user_id,
    }
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_notify(%s, %s)", [CHANNEL, json.dumps(told)])
