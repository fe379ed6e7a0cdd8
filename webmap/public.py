"""What everybody may read of cases, in the form that page and API show."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.urls import reverse
from django.utils import timezone

from spatial.cases.following import Follower
from spatial.cases.models import Case, CaseClass, Department, Satisfaction
from spatial.cases.public import (
    Change,
    progress_of,
    public_stage,
    result_photos,
)
from spatial.cases.services.reopening import WITHIN_D, refusal
from spatial.cases.stages import Stage
from webmap.language import in_language


def service_code(kind: CaseClass) -> str:
    """The name of a class in addresses and in Open311: catalogue, kind and code."""
    return f"{kind.catalogue}.{kind.kind[0]}{kind.code}"


def class_name(kind: CaseClass) -> str:
    """The name of a class in the reader's language."""
    return in_language(kind.name, kind.name_en)


def department_name(department: Department | None) -> str:
    """The name of a department in the reader's language, empty without one."""
    return in_language(department.name, department.name_en) if department else ""


def page_of(case: Case, token: str = "") -> str:
    """Address of the page that follows a case; with a secret the reporter's own."""
    address = reverse("follow-page", kwargs={"number": case.number})
    return f"{address}?key={token}" if token else address


def similar_form(case: Case) -> dict[str, Any]:
    """A case near by that has ``away``."""
    stage = public_stage(case)
    return {
        "number": case.number,
        "name": class_name(case.case_class),
        "symbol": case.case_class.symbol,
        "distance_m": round(case.away.m, 1),
        "stage": stage.value,
        "stage_words": stage.label,
        "url": page_of(case),
    }


def progress_form(case: Case, follower: Follower | None = None) -> dict[str, Any]:
    """How a case goes on, and with the reporter's secret what is for him alone."""
    stage = public_stage(case)
    return {
        "number": case.number,
        "name": class_name(case.case_class),
        "symbol": case.case_class.symbol,
        "place": case.place,
        "center": [round(value, 6) for value in case.point.coords],
        "stage": stage.value,
        "stage_words": stage.label,
        "reported_at": case.reported_at,
        "deadline": case.deadline if case.is_open else None,
        "closed_at": case.closed_at,
        "department": department_name(case.department),
        "merged_into": case.merged_into.number if case.merged_into else None,
        "changes": [_change_form(change) for change in progress_of(case)],
        "photos": photo_addresses(case),
        "own": _own_form(case, follower) if follower else None,
    }


def photo_addresses(case: Case, photos: list[Any] | None = None) -> list[str]:
    """Addresses of the photos of the result."""
    found = result_photos([case]).get(case.pk, []) if photos is None else photos
    return [
        reverse("result-photo", kwargs={"number": case.number, "key": photo.key}) for photo in found
    ]


def _change_form(change: Change) -> dict[str, Any]:
    return {
        "stage": change.stage.value,
        "words": change.stage.label,
        "at": change.at,
        "department": department_name(change.department),
    }


def _own_form(case: Case, follower: Follower) -> dict[str, Any]:
    answer = Satisfaction.objects.filter(following=follower.following).first()
    closed = case.stage == Stage.CLOSED
    until = case.closed_at + timedelta(days=WITHIN_D) if closed else None
    return {
        "description": case.description,
        "score": answer.score if answer else None,
        "may_answer": closed and answer is None,
        "may_reopen": refusal(follower.following, case, timezone.now()) is None,
        "reopen_until": until,
    }
