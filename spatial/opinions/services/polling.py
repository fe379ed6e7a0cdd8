"""Polls: who is asked is drawn by chance from a seed, and every area has one open link."""

from __future__ import annotations

import random
import secrets
from collections import defaultdict
from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from spatial.basemap.models import Region
from spatial.cases.following import hash_of
from spatial.cases.models import Case
from spatial.cases.models.words import OF_PUBLIC
from spatial.cases.stages import Stage
from spatial.core import audit
from spatial.core.errors import InputError
from spatial.opinions.models import Form, Invitation, Poll
from spatial.patrol.keys import day_span

KEY_BYTES = 18
MOST_DAYS = 400
MOST_TARGET = 5_000
ASKED_FOR_EACH = 4
"""So many are asked for each answer that is wanted: a quarter answers, or fewer."""


@transaction.atomic
def make_poll(
    form: Form, name: str, district: str, level: str, days: tuple[date, date], closes_at: date,
    target: int, user: Any, *, open_share: float = 0.5, weights: dict[str, float] | None = None,
    seed: int | None = None,
) -> tuple[Poll, list[dict[str, str]]]:  # fmt: skip
    """Make a poll and draw who is asked; the links of those are given here and never again.

    Drawn are closed cases of the days that residents reported, in every area the same number where
    there are so many.

    Raises
    ------
    InputError
        ``E-OPINION-POLL``.
    """
    first, last = days
    _check(name, first, last, closes_at, target)
    areas = _areas(district, level)
    wanted = dict(weights or {})
    if not areas or not 0 <= open_share <= 1 or not _good(wanted, areas):
        text = _("The district has areas of this level, the share lies within 0 and 1, and "
                 "weights are numbers above zero for codes of its areas.")  # fmt: skip
        raise InputError("E-OPINION-POLL", text)
    poll = Poll.objects.create(
        form=form, name=name.strip(), district_code=district, level=level, first=first, last=last,
        closes_at=closes_at, target=target, open_share=open_share, weights=wanted, made_by=user,
        seed=secrets.randbits(40) if seed is None else seed,
    )  # fmt: skip
    links = _draw(poll, areas)
    for code in areas:
        token = secrets.token_urlsafe(KEY_BYTES)
        Invitation.objects.create(poll=poll, area_code=code, token=token, token_hash=hash_of(token))
    audit.record(user, "opinions.poll", "Poll", str(poll.pk), name=name, asked=len(links))
    return poll, links


def _check(name: str, first: date, last: date, closes_at: date, target: int) -> None:
    today = timezone.localdate()
    good = first <= last <= today and (last - first).days < MOST_DAYS and closes_at >= today
    if not name.strip() or not good or not 0 < target <= MOST_TARGET:
        text = _("A poll has a name, days that have begun (the first before the last, at most "
                 "%(days)d), a last day of answers that is not over, and wants 1 to %(most)d "
                 "answers from each area.")  # fmt: skip
        raise InputError("E-OPINION-POLL", text % {"days": MOST_DAYS, "most": MOST_TARGET})


def _good(weights: dict[str, float], areas: list[str]) -> bool:
    return all(code in areas and isinstance(one, int | float) and 0 < one < 1e6
               for code, one in weights.items())  # fmt: skip


def _areas(district: str, level: str) -> list[str]:
    rows = Region.objects.filter(level=level, code__startswith=district, valid_to__isnull=True)
    return sorted(rows.values_list("code", flat=True))


def _draw(poll: Poll, areas: list[str]) -> list[dict[str, str]]:
    """Links of the cases that were drawn."""
    chance = random.Random(poll.seed)  # noqa: S311 - a sample, to be drawn again from its seed
    begin, end = day_span(poll.first)[0], day_span(poll.last)[1]
    column = "street_code" if poll.level == Poll.Level.STREET else "community_code"
    rows = Case.objects.filter(
        district_code=poll.district_code, stage=Stage.CLOSED, channel__in=OF_PUBLIC,
        closed_at__gte=begin, closed_at__lt=end,
    ).order_by("pk")  # fmt: skip
    by_area: dict[str, list[Case]] = defaultdict(list)
    for case in rows.only("pk", "district_code", column):
        by_area[getattr(case, column)].append(case)
    links, made = [], []
    for area in areas:
        known = by_area[area]
        for case in chance.sample(known, min(len(known), ASKED_FOR_EACH * poll.target)):
            token = secrets.token_urlsafe(KEY_BYTES)
            made.append(Invitation(poll=poll, area_code=area, case_id=case.pk,
                                   token_hash=hash_of(token)))  # fmt: skip
            links.append({"area": area, "case": case.number, "token": token})
    Invitation.objects.bulk_create(made, batch_size=2_000)
    return links
