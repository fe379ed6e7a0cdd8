"""Service requests as other programs read them: what residents reported, and nothing private."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from spatial.cases.following import hash_of
from spatial.cases.models import Attachment, Case, Following, InHand, OutsideReport, ReportKey
from spatial.cases.models.words import OF_PUBLIC
from spatial.cases.public import of_public, public_stage, result_photos
from spatial.cases.selectors import DISTRICT_DIGITS, NUMBER_DIGITS
from spatial.core.errors import InputError, NotFoundError
from webmap.public import class_name, department_name, photo_addresses, service_code

SPAN_D = 90
"""By the specification no answer spans more days."""
MOST = 1_000
NUMBERS_OF_DAY = 10**6


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which requests, all conditions together; classes are given by their keys."""

    start: datetime | None = None
    end: datetime | None = None
    classes: Sequence[int] | None = None
    is_open: bool | None = None
    district: str = ""
    page: int = 1
    page_size: int = MOST


def span_of(start: datetime | None, end: datetime | None) -> tuple[datetime, datetime]:
    """The span that is asked for: 90 days up to an end, or from a beginning.

    Raises
    ------
    InputError
        ``E-OPEN311-SPAN``.
    """
    days = timedelta(days=SPAN_D)
    if end is None:
        now = timezone.now()
        end = now if start is None else min(start + days, max(now, start))
    if start is None:
        start = end - days
    if start > end or end - start > days:
        text = _("start_date has to be before end_date, by %(days)d days at most.")
        raise InputError("E-OPEN311-SPAN", text % {"days": SPAN_D})
    return start, end


def requests_where(wanted: Wanted) -> list[Case]:
    """One page of the requests that fit, the latest first."""
    start, end = span_of(wanted.start, wanted.end)
    first = _first_key(start)
    last = _first_key(end + timedelta(days=1))
    # A report that waited for a network is numbered by the day it was made: keys follow the days.
    if wanted.is_open:
        rows = InHand.objects.filter(
            channel__in=OF_PUBLIC, case_id__gte=first, case_id__lt=last
        ).order_by("-case_id")
        key = "case_id"
    else:
        rows = of_public().filter(pk__gte=first, pk__lt=last).order_by("-pk")
        key = "pk"
    rows = _filtered(rows.filter(reported_at__gte=start, reported_at__lte=end), wanted)
    at = (wanted.page - 1) * wanted.page_size
    keys = list(rows.values_list(key, flat=True)[at : at + wanted.page_size])
    found = of_public().in_bulk(keys)
    return [found[one] for one in keys if one in found]


def _first_key(at: datetime) -> int:
    return int(timezone.localtime(at).strftime("%Y%m%d")) * NUMBERS_OF_DAY


def _filtered(rows: QuerySet, wanted: Wanted) -> QuerySet:
    if wanted.is_open is False:
        rows = rows.filter(closed_at__isnull=False)
    if wanted.classes is not None:
        rows = rows.filter(case_class__in=list(wanted.classes))
    if wanted.district:
        rows = rows.filter(district_code=wanted.district)
    return rows


def requests_of(numbers: Sequence[str]) -> list[Case]:
    """The requests of some numbers, in their order; numbers of others are left out."""
    keys = [
        (int(number[DISTRICT_DIGITS:]), number)
        for number in dict.fromkeys(numbers)
        if number.isascii() and number.isdigit() and len(number) == NUMBER_DIGITS
    ]
    found = of_public().in_bulk([key for key, _number in keys])
    return [found[key] for key, number in keys if key in found and found[key].number == number]


def request_of(number: str) -> Case:
    """One request.

    Raises
    ------
    NotFoundError
        ``E-OPEN311-REQUEST``, also for a case that no resident reported.
    """
    found = requests_of([number])
    if not found:
        text = _("There is no service request %(number)s.") % {"number": number[:NUMBER_DIGITS]}
        raise NotFoundError("E-OPEN311-REQUEST", text)
    return found[0]


def request_of_token(token: str) -> Case:
    """The request that a secret follows.

    Raises
    ------
    NotFoundError
        ``E-OPEN311-TOKEN``.
    """
    found = Following.objects.select_related("case").filter(token_hash=hash_of(token)).first()
    if found is None:
        raise NotFoundError("E-OPEN311-TOKEN", _("There is no service request of this token."))
    return found.case


def request_forms(cases: list[Case], key: ReportKey | None, root: str) -> list[dict[str, Any]]:
    """Requests in the form of the specification.

    A description is given to the program that sent it, by its key; ``root`` is the site's address.
    """
    photos = result_photos(cases)
    own: set[int] = set()
    if key is not None:
        sent = OutsideReport.objects.filter(key=key, case__in=[case.pk for case in cases])
        own = set(sent.values_list("case", flat=True))
    return [_form(case, photos.get(case.pk, []), case.pk in own, root) for case in cases]


def _form(case: Case, photos: list[Attachment], own: bool, root: str) -> dict[str, Any]:
    shown = photo_addresses(case, photos)
    lon, lat = case.point.coords
    return {
        "service_request_id": case.number,
        "status": "open" if case.is_open else "closed",
        "status_notes": _notes(case),
        "service_name": class_name(case.case_class),
        "service_code": service_code(case.case_class),
        "description": case.description if own else "",
        "agency_responsible": department_name(case.department) or None,
        "service_notice": None,
        "requested_datetime": case.reported_at,
        "updated_datetime": case.closed_at or case.stage_since,
        "expected_datetime": case.deadline,
        "address": case.place,
        "address_id": None,
        "zipcode": None,
        "lat": round(lat, 7),
        "long": round(lon, 7),
        "media_url": f"{root}{shown[0]}" if shown else None,
    }


def _notes(case: Case) -> str:
    words = str(public_stage(case).label)
    return f"{words} ({case.merged_into.number})" if case.merged_into else words
