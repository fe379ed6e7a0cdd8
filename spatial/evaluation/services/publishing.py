"""Publishing freezes results; what becomes known later stands beside them."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from spatial.core import audit
from spatial.core.errors import ConflictError, InputError, NotFoundError
from spatial.evaluation.models import (
    Correction,
    ObjectKind,
    Publication,
    PublishedResult,
    WeightScheme,
)
from spatial.evaluation.periods import Period, parse_period
from spatial.evaluation.scoring import Part, Scores
from spatial.evaluation.services.evaluating import Evaluation, evaluate
from spatial.evaluation.services.grouping import Grouped, score_grouped
from spatial.evaluation.services.objects import Asked

AT_ONCE = 5_000
LONGEST_REASON = 1000


def digest_of(
    scheme: WeightScheme,
    period: Period,
    rows: list[tuple[str, dict[str, int]]],
    classed: Sequence[tuple[str, str, WeightScheme]] = (),
) -> str:
    """SHA-256 of everything that results follow from: scheme, days, and counts of every object.

    Where objects have a class of area, also of their classes and the schemes of these.
    """
    told: dict[str, Any] = {
        "scheme": _weights(scheme),
        "days": [period.first.isoformat(), period.last.isoformat()],
        "rows": rows,
    }
    if classed:
        told["classes"] = [(code, area_class) for code, area_class, _scheme in classed]
        told["schemes"] = {area_class: _weights(own) for _code, area_class, own in classed}
    text = json.dumps(told, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def _weights(scheme: WeightScheme) -> dict[str, Any]:
    return {"parts": scheme.parts, "grades": scheme.grades, "least": scheme.least_cases}


@transaction.atomic
def publish(asked: Asked, period: Period, scheme: WeightScheme | None, user: Any) -> Publication:
    """Freeze the results of a period that is over.

    Raises
    ------
    ConflictError
        ``E-EVAL-RUNNING`` for a period that is not over, ``E-EVAL-TWICE`` for one that is
        published.
    InputError
        ``E-EVAL-OBJECT`` for polygons, which nobody finds again.
    """
    if asked.kind in (ObjectKind.POLYGON, ObjectKind.CELL):
        text = _("Drawn polygons and cells are evaluated and not published.")
        raise InputError("E-EVAL-OBJECT", text, field="kind")
    if period.running:
        text = _("%s is not over; publish it from the day after its last.") % period.name
        raise ConflictError("E-EVAL-RUNNING", text)
    run = evaluate(asked, period, scheme)
    rows = [(code, run.inputs.row(n)) for n, code in enumerate(run.inputs.codes)]
    groups = [run.grouped.group(n)[0] for n in range(len(rows))]
    classed = [
        (code, one.area_class, one.scheme)
        for code, one in zip(run.inputs.codes, groups, strict=True)
        if one.area_class
    ]
    try:
        with transaction.atomic():
            made = Publication.objects.create(
                kind=asked.kind, scheme=run.scheme, period=period.name, first=period.first,
                last=period.last, district_code=asked.district, results=len(rows),
                digest=digest_of(run.scheme, period, rows, classed), made_by=user,
            )  # fmt: skip
    except IntegrityError as error:
        text = _("%s is published already; what became known later is a correction.")
        raise ConflictError("E-EVAL-TWICE", text % period.name) from error
    PublishedResult.objects.bulk_create(
        [_result(made, run, n, counts) for n, (_code, counts) in enumerate(rows)],
        batch_size=AT_ONCE,
    )
    audit.record(user, "evaluation.published", "Publication", str(made.pk), period=period.name,
                 kind=asked.kind, digest=made.digest)  # fmt: skip
    return made


def _result(made: Publication, run: Evaluation, n: int, counts: dict[str, int]) -> PublishedResult:
    score, (group, _n) = run.scores.score[n], run.grouped.group(n)
    return PublishedResult(
        publication=made, code=run.inputs.codes[n], inputs=counts,
        score=None if np.isnan(score) else float(score), grade=run.scores.grade[n],
        rank=int(run.rank[n]) or None, area_class=group.area_class,
        scheme=group.scheme if group.scheme != run.scheme else None,
    )  # fmt: skip


def publication_named(key: int) -> Publication:
    """A publication.

    Raises
    ------
    NotFoundError
        ``E-EVAL-MISSING``.
    """
    found = Publication.objects.select_related("scheme").filter(pk=key).first()
    if found is None:
        raise NotFoundError("E-EVAL-MISSING", _("There is no such published evaluation."))
    return found


def verify(made: Publication) -> int:
    """Compute the results anew from the inputs that were kept; of how many.

    Raises
    ------
    ConflictError
        ``E-EVAL-HASH`` where hash or results are not those that were published.
    """
    kept = list(made.rows.select_related("scheme").order_by("pk"))
    rows = [(row.code, row.inputs) for row in kept]
    classed = [(row.code, row.area_class, row.scheme or made.scheme) for row in kept
               if row.area_class]  # fmt: skip
    period = parse_period(made.period)
    found = scores_of(made, kept)
    scores, rank = found.scores, found.rank
    same = all(
        (row.score is None) == bool(np.isnan(scores.score[n]))
        and (row.score is None or row.score == float(scores.score[n]))
        and row.grade == scores.grade[n]
        and (row.rank or 0) == rank[n]
        for n, row in enumerate(kept)
    )
    if not same or digest_of(made.scheme, period, rows, classed) != made.digest:
        text = _("What is stored of %s is not what was published; restore it from a backup.")
        raise ConflictError("E-EVAL-HASH", text % made.period)
    return len(rows)


def scores_of(made: Publication, rows: list[PublishedResult]) -> Grouped:
    """Scores by the counts that rows hold, each by the scheme that it was published by."""
    schemes = _schemes(made, rows)
    parts = [Part.read(one) for scheme in schemes.values() for one in scheme.parts]
    names = {name for part in parts for name in part.indicator.counters} | {"grids", "days"}
    counts = {name: np.array([row.inputs.get(name, 0) for row in rows], float) for name in names}
    classes = np.array([row.area_class for row in rows], object)
    days = (made.last - made.first).days + 1
    return score_grouped(schemes, classes, counts, days, len(rows))


def _schemes(made: Publication, rows: Iterable[PublishedResult]) -> dict[str, WeightScheme]:
    return {"": made.scheme} | {row.area_class: row.scheme for row in rows if row.scheme}


def published_schemes(made: Publication) -> dict[str, WeightScheme]:
    """The schemes that results were published by, by class of area."""
    others = made.rows.exclude(scheme=None).select_related("scheme")
    return _schemes(made, others.order_by("area_class").distinct("area_class"))


def rescored(row: PublishedResult, inputs: dict[str, int]) -> Scores:
    """What other counts would give a published object, by the scheme it was published by."""
    other = PublishedResult(area_class=row.area_class, scheme=row.scheme, inputs=inputs)
    return scores_of(row.publication, [other]).scores


@transaction.atomic
def correct(made: Publication, code: str, reason: str, user: Any) -> Correction:
    """Note what an object would have been given by what is known now; the published row stays.

    An appeal that was upheld and a case that was opened again change the counts of their own days
    and not those of a period that is over, except where its days are still being settled. So a
    correction says what became known in words, beside the counts as they are now.

    Raises
    ------
    InputError
        ``E-EVAL-REASON``.
    NotFoundError
        ``E-EVAL-MISSING``.
    """
    reason = reason.strip()
    if not reason or len(reason) > LONGEST_REASON:
        text = _("Say in words, at most %(most)d characters, why the result is corrected.")
        raise InputError("E-EVAL-REASON", text % {"most": LONGEST_REASON})
    row = made.rows.filter(code=code).first()
    if row is None:
        raise NotFoundError("E-EVAL-MISSING", _("There is no such published evaluation."))
    run = evaluate(Asked(made.kind, made.district_code), parse_period(made.period), made.scheme)
    place = run.place(code)
    inputs = run.inputs.row(place) if place is not None else {}
    scores = rescored(row, inputs)
    score = None if np.isnan(scores.score[0]) else float(scores.score[0])
    found = Correction.objects.create(
        result=row, inputs=inputs, score=score, grade=scores.grade[0], reason=reason, made_by=user,
        made_at=timezone.now(),
    )  # fmt: skip
    audit.record(user, "evaluation.corrected", "PublishedResult", str(row.pk), code=code,
                 reason=reason, score=score)  # fmt: skip
    return found
