"""Tells whoever listens (channel ``cases``) what happened, when and only if it is committed."""

from __future__ import annotations

import json

from django.db import connection

from spatial.cases.models import Case, CaseEvent

CHANNEL = "cases"


def announce(case: Case, event: CaseEvent, former_department: int | None) -> None:
    """Send a move to the channel; both the department that had the case and that has it hear."""
    told = {
        "case": case.pk,
        "number": case.number,
        "step": case.step,
        "move": event.move,
        "before": event.stage_before,
        "stage": case.stage,
        "department": case.department_id,
        "former": former_department,
        "grid": case.grid_code,
        "user": event.user_id,
    }
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_notify(%s, %s)", [CHANNEL, json.dumps(told)])
