"""What polls found: by area, with its quality, and as counts for the evaluation."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from spatial.core.errors import NotFoundError
from spatial.opinions.models import Answer, Invitation, Poll

CONTENT_FROM = 75
"""Whose answers score so much is content: a mean of 4 of 5."""


@dataclass(frozen=True, slots=True)
class AreaResult:
    """What residents of an area said."""

    area: str
    asked: int
    """Reporters who got a link."""
    sampled: int
    """Answers of these that count."""
    open: int
    """Answers by the open link that count."""
    capped: int
    """Answers by the open link that are too many to count."""
    flagged: int
    content: int
    score: float | None
    """Mean of the answers that count."""

    @property
    def counted(self) -> int:
        """Answers that count."""
        return self.sampled + self.open


def poll_named(key: int) -> Poll:
    """A poll.

    Raises
    ------
    NotFoundError
        ``E-OPINION-MISSING``.
    """
    found = Poll.objects.select_related("form", "made_by").filter(pk=key).first()
    if found is None:
        raise NotFoundError("E-OPINION-MISSING", _("There is no such poll."))
    return found


def results_of(poll: Poll) -> list[AreaResult]:
    """Results by area, every area with a link."""
    links = Invitation.objects.filter(poll=poll)
    asked = Counter(links.exclude(case=None).values_list("area_code", flat=True))
    by_area: dict[str, list[Answer]] = defaultdict(list)
    for one in Answer.objects.filter(invitation__poll=poll).select_related("invitation"):
        by_area[one.invitation.area_code].append(one)
    drawn = bool(asked)
    codes = sorted(set(links.values_list("area_code", flat=True)))
    return [_result(poll, code, asked[code], by_area[code], drawn) for code in codes]


def _result(poll: Poll, area: str, asked: int, answers: list[Answer], drawn: bool) -> AreaResult:
    good = [one for one in answers if not one.flags]
    sampled = [one for one in good if one.alone]
    free = [one for one in good if not one.alone]
    kept = free[: most_open(poll.open_share, len(sampled))] if drawn else free
    counted = [*sampled, *kept]
    mean = sum(one.score for one in counted) / len(counted) if counted else None
    return AreaResult(
        area, asked, len(sampled), len(kept), len(free) - len(kept), len(answers) - len(good),
        sum(one.score >= CONTENT_FROM for one in counted), mean,
    )  # fmt: skip


def most_open(share: float, sampled: int) -> int:
    """How many open answers count beside so many of those who were drawn."""
    return 10**9 if share >= 1 else int(share / (1 - share) * sampled + 1e-9)


def whole(poll: Poll, rows: list[AreaResult]) -> tuple[int, int]:
    """Content and counted answers of several areas, weighted by area.

    The share of the whole is the mean of the areas' shares by their weights; it is told of as many
    answers as there are, so that its bounds are those of its answers.
    """
    there = [one for one in rows if one.counted]
    total = sum(one.counted for one in there)
    weights = [float(poll.weights.get(one.area, 1)) for one in there]
    if not total:
        return 0, 0
    share = sum(w * one.content / one.counted for w, one in zip(weights, there, strict=True))
    return round(total * share / sum(weights)), total


def counts_of(first: date, last: date, digits: int, near: str) -> dict[str, tuple[int, int]]:
    """Content and counted answers of areas with so many digits, by polls of these days.

    A poll counts in a period that all the days lie in that it asks about.
    """
    found: dict[str, tuple[int, int]] = {}
    polls = Poll.objects.filter(first__gte=first, last__lte=last, district_code__startswith=near)
    for poll in polls:
        groups: dict[str, list[AreaResult]] = defaultdict(list)
        for one in results_of(poll):
            if len(one.area) >= digits:
                groups[one.area[:digits]].append(one)
        for code, rows in groups.items():
            content, counted = whole(poll, rows)
            before = found.get(code, (0, 0))
            found[code] = (before[0] + content, before[1] + counted)
    return found


def quality_of(poll: Poll) -> dict[str, Any]:
    """What the answers are worth: how many answered, how long they took, what was remarked."""
    answers = list(Answer.objects.filter(invitation__poll=poll).values_list("seconds", "flags"))
    seconds = sorted(one for one, _flags in answers)
    flags = Counter(flag for _seconds, told in answers for flag in told)
    return {
        "answers": len(answers),
        "median_s": seconds[len(seconds) // 2] if seconds else None,
        "flags": dict(flags),
    }
