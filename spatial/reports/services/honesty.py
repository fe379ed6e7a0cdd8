"""All patterns of faked ledgers of a period in one list."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.utils.translation import gettext as _

from spatial.cases.moves import MOVES
from spatial.evaluation.analysis import honesty
from spatial.evaluation.analysis.honesty import RULES, Finding
from spatial.evaluation.analysis.reading import suspicion
from spatial.evaluation.analysis.reading.suspicion import Period
from spatial.reports.services.photos import shown_photos, waiting_photos


def findings(asked: Period) -> list[Finding]:
    """What all rules find, rule by rule."""
    heaps = [
        replace(one, cases=suspicion.cases_of_work(asked, one.who, one.evidence["move"]))
        for one in honesty.bulk(suspicion.work_by_day(asked), asked.last)
    ]
    return [
        *honesty.quick(suspicion.quick_verifications(asked)),
        *honesty.same_photo(shown_photos(asked)),
        *honesty.far(suspicion.far_visits(asked)),
        *heaps,
        *honesty.backdated(suspicion.old_photos(asked)),
        *honesty.same_reason(suspicion.reasons_given(asked)),
    ]


def checked(asked: Period) -> dict[str, Any]:
    """The same with thresholds, as it is kept; `says` has the words."""
    return {
        "district": asked.district,
        "from": asked.first,
        "to": asked.last,
        "photos_waiting": waiting_photos(),
        "rules": [{"code": rule.code, "limits": dict(rule.limits)} for rule in RULES.values()],
        "findings": [
            {
                "rule": one.rule,
                "who": one.who,
                "count": one.count,
                "evidence": one.evidence,
                "cases": [f"{asked.district}{key}" for key in one.cases],
            }
            for one in findings(asked)
        ],
    }


def says(one: dict[str, Any]) -> str:
    """A finding of `checked` in words."""
    sentences = {
        "quick": _("Verified within %(below_s)d seconds after the answer: %(count)d times."),
        "photo": _("The same photo with %(count)d cases."),
        "far": _("On site, but the trail was up to %(furthest_m)d m away: %(count)d times."),
        "bulk": _("%(count)d times “%(move)s” on one of the last days; usual are %(usual_a_day)s."),
        "backdated": _("Photos of the work are older than the case: %(count)d times."),
        "reason": _("The same reason in %(count)d of %(of)d: “%(reason)s”."),
    }
    facts = {**one["evidence"], "count": one["count"]}
    if "move" in facts:
        facts["move"] = MOVES[facts["move"]].label
    return sentences[one["rule"]] % facts
