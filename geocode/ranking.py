"""From scored readings to an answer."""

from __future__ import annotations

from collections.abc import Sequence

from geocode import scores
from geocode.answers import Answer, Candidate, Kind, Point, Read, Verdict
from geocode.drafts import Draft
from geocode.fitting import candidate
from geocode.memory import apart_m
from geocode.text import Text

COMPARED = 50
"""Readings looked at for the candidates: many say the same."""


def answer(
    text: Text, scored: Sequence[tuple[float, Draft]], limit: int, near: Point | None
) -> Answer:
    """The best candidates, the nearest to ``near`` of equals first, and the verdict on them."""

    def rank(item: tuple[float, Draft]) -> tuple[float, float, int, int]:
        score, draft = item
        far = apart_m(near, (draft.entry.lon, draft.entry.lat)) if near else 0.0
        return -round(score, 2), far, -draft.level, draft.entry.key

    ordered = sorted((item for item in scored if item[0] >= scores.NONE_BELOW), key=rank)
    best = _different([draft for _, draft in ordered])[: max(limit, 2)]
    candidates = [candidate(draft, text) for draft in best]
    used = best[0].used if best else 0
    read = Read(text.key, text.hint(used), text.unread(used))
    return Answer(tuple(candidates[:limit]), _verdict(candidates), read)


def _different(ordered: Sequence[Draft]) -> list[Draft]:
    """One draft for each place and kind; the first is the best."""
    kept: list[Draft] = []
    for draft in ordered[:COMPARED]:
        point = draft.entry.lon, draft.entry.lat
        if not any(
            draft.kind is other.kind
            and draft.level is other.level
            and draft.name == other.name
            and apart_m(point, (other.entry.lon, other.entry.lat)) < scores.SAME_PLACE_M
            for other in kept
        ):
            kept.append(draft)
    return kept


def _verdict(candidates: Sequence[Candidate]) -> Verdict:
    if not candidates:
        return Verdict.NONE
    best = candidates[0]
    rivals = [c for c in candidates[1:] if best.score - c.score < scores.TELL_APART]
    if any(_apart(best, rival) for rival in rivals):
        return Verdict.AMBIGUOUS
    if best.score < scores.EXACT_FROM or best.kind is Kind.INTERPOLATED:
        return Verdict.PARTIAL
    return Verdict.EXACT


def _apart(one: Candidate, other: Candidate) -> bool:
    if one.point is None or other.point is None:
        return False
    return apart_m(one.point, other.point) > scores.SAME_PLACE_M
