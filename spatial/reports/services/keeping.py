"""Answers that take long are made once a day."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.utils import timezone

from spatial.reports.models import KeptAnswer


def kept(kind: str, asked: dict[str, Any]) -> dict[str, Any] | None:
    """Today's answer to a question, if there is one."""
    found = KeptAnswer.objects.filter(kind=kind, key=_key(asked), day=timezone.localdate()).first()
    return found and found.answer | {"made_at": found.made_at}


def newest(kind: str, district: str) -> dict[str, Any] | None:
    """The answer for a district that was made last, today or before, if there is one."""
    rows = KeptAnswer.objects.filter(kind=kind, key__contains=f'"district": "{district}"')
    found = rows.order_by("-made_at").first()
    return found and found.answer | {"made_at": found.made_at}


def keep(kind: str, asked: dict[str, Any], make: Callable[[], dict[str, Any]]) -> dict[str, Any]:
    """Make an answer and keep it for the day, in place of that of a former day."""
    answer = json.loads(json.dumps(make(), cls=DjangoJSONEncoder))
    today = timezone.localdate()
    row, _new = KeptAnswer.objects.update_or_create(
        kind=kind, key=_key(asked), defaults={"day": today, "answer": answer}
    )
    # What was asked once on another day is not asked again.
    KeptAnswer.objects.filter(kind=kind, day__lt=today).delete()
    return answer | {"made_at": row.made_at}


def _key(asked: dict[str, Any]) -> str:
    return json.dumps(asked, sort_keys=True, default=str)[:200]
