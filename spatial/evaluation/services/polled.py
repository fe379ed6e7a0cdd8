"""External evaluation: what residents answered to polls about the days of a period."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import numpy as np

from spatial.evaluation.models import ObjectKind, WeightScheme
from spatial.evaluation.periods import Period
from spatial.evaluation.services.inputs import LENGTH, Inputs
from spatial.opinions.selectors import counts_of

ANSWERS, CONTENT = "opinion_answers", "opinion_content"
OPINIONS = (ANSWERS, CONTENT)
INDICATOR = "opinion_rate"


def asks_for_opinions(schemes: Iterable[WeightScheme]) -> bool:
    """Whether a scheme weighs opinions of residents."""
    return any(one["indicator"] == INDICATOR for scheme in schemes for one in scheme.parts)


def with_opinions(inputs: Inputs, kind: str, period: Period, near: str) -> Inputs:
    """Counts of districts, streets and communities, with answers to polls."""
    if kind not in LENGTH:
        return inputs
    found = counts_of(period.first, period.last, LENGTH[ObjectKind(kind)], near)
    both = np.array([found.get(code, (0, 0)) for code in inputs.codes], float).reshape(-1, 2)
    return replace(inputs, counts={**inputs.counts, CONTENT: both[:, 0], ANSWERS: both[:, 1]})
