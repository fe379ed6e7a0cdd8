"""Forms of questions: checked, kept in versions."""

from __future__ import annotations

import math
import re
from typing import Any

from django.db import DEFAULT_DB_ALIAS, transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from spatial.core import audit
from spatial.core.errors import InputError
from spatial.opinions.models import Form

SCALE, YES_NO = "scale", "yesno"
MOST_QUESTIONS = 20
LONGEST = 200
KEY = re.compile(r"[a-z][a-z0-9_]{0,19}\Z")
FIRST_FORM = {
    "key": "satisfaction", "name": "城市管理满意度调查",
    "name_en": "Satisfaction with city management",
    "questions": [
        {"key": "clean", "zh": "街面整洁程度如何？", "en": "How clean are the streets?",
         "kind": SCALE, "weight": 1},
        {"key": "order", "zh": "街面秩序（占道、停车、摊贩）如何？",
         "en": "How orderly are they (obstacles, parking, vendors)?", "kind": SCALE, "weight": 1},
        {"key": "facilities", "zh": "公共设施（路面、路灯、井盖）维护如何？",
         "en": "How well are surfaces, lamps and covers kept?", "kind": SCALE, "weight": 1},
        {"key": "speed", "zh": "反映的问题处理得快不快？",
         "en": "How fast are problems dealt with?", "kind": SCALE, "weight": 1},
        {"key": "overall", "zh": "总体而言您满意吗？", "en": "How content are you on the whole?",
         "kind": SCALE, "weight": 2},
    ],
}  # fmt: skip


def check_questions(questions: Any) -> None:
    """Refuse what is no list of questions that score.

    Raises
    ------
    InputError
        ``E-OPINION-FORM``.
    """
    good = isinstance(questions, list) and 0 < len(questions) <= MOST_QUESTIONS
    good = good and all(_is_question(one) for one in questions)
    if not good or len({one["key"] for one in questions}) < len(questions):
        text = _(
            "Give 1 to %(most)d questions, each with a key of its own (letters and digits), words "
            "in Chinese and English, the kind scale or yesno, and a weight above zero."
        )
        raise InputError("E-OPINION-FORM", text % {"most": MOST_QUESTIONS})


def _is_question(one: Any) -> bool:
    if not isinstance(one, dict) or not KEY.match(str(one.get("key", ""))):
        return False
    words = all(isinstance(one.get(name), str) and 0 < len(one[name].strip()) <= LONGEST
                for name in ("zh", "en"))  # fmt: skip
    weight = one.get("weight")
    number = isinstance(weight, int | float) and math.isfinite(weight) and weight > 0
    return words and number and one.get("kind") in (SCALE, YES_NO)


@transaction.atomic
def save_form(key: str, name: str, name_en: str, questions: Any, user: Any) -> Form:
    """Keep a new version of a form.

    Raises
    ------
    InputError
        ``E-OPINION-FORM``.
    """
    check_questions(questions)
    last = Form.objects.filter(key=key).aggregate(last=Max("version"))["last"] or 0
    row = Form.objects.create(
        key=key, version=last + 1, name=name, name_en=name_en, questions=questions
    )
    audit.record(user, "opinions.form", "Form", str(row), questions=questions)
    return row


def score_of(questions: list[dict[str, Any]], given: dict[str, Any]) -> float:
    """The weighted mean of the answers, 0 to 100: of 1 to 5 the worst is 0, of yes and no no is 0.

    Raises
    ------
    InputError
        ``E-OPINION-ANSWER`` where a question is not answered or not so.
    """
    total = weights = 0.0
    for one in questions:
        value = given.get(one["key"])
        most = 5 if one["kind"] == SCALE else 1
        least = 1 if one["kind"] == SCALE else 0
        if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
            text = _("Answer every question; “%s” has no answer.")
            raise InputError("E-OPINION-ANSWER", text % one["zh"], question=one["key"])
        total += one["weight"] * 100 * (value - least) / (most - least)
        weights += one["weight"]
    return total / weights


def ensure_form(using: str = DEFAULT_DB_ALIAS, **_signal: Any) -> None:
    """A store without a form gets one."""
    rows = Form.objects.using(using)
    if not rows.exists():
        rows.create(**FIRST_FORM)
