"""Schemes of weights: checked, kept in versions, published once and for all."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from django.db import DEFAULT_DB_ALIAS, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from spatial.core import audit
from spatial.core.errors import ConflictError, InputError, NotFoundError
from spatial.evaluation.defaults import default_schemes
from spatial.evaluation.indicators import INDICATORS, SHARE
from spatial.evaluation.models import AreaClass, WeightScheme

TOLERANCE = 1e-9
BEST, WORST = 100, 0


def check_parts(parts: Any) -> None:
    """Refuse parts that are no weighted mean of known indicators.

    Raises
    ------
    InputError
        ``E-EVAL-INDICATOR``, ``E-EVAL-WEIGHTS``, ``E-EVAL-BANDS``.
    """
    if not isinstance(parts, list) or not parts:
        raise InputError("E-EVAL-WEIGHTS", _("A scheme needs at least one indicator."))
    names = [one.get("indicator") if isinstance(one, dict) else None for one in parts]
    for name in names:
        if name not in INDICATORS or names.count(name) > 1:
            text = _("“%s” is no indicator, or it comes twice.")
            raise InputError("E-EVAL-INDICATOR", text % str(name)[:40], indicator=str(name)[:40])
    weights = [one.get("weight") for one in parts]
    good = all(isinstance(one, int | float) and one > 0 and math.isfinite(one) for one in weights)
    if not good or abs(sum(weights) - 1) > TOLERANCE:
        text = _("The weights sum to %s; make each greater than zero and their sum one.")
        told = round(sum(weights), 6) if good else _("no number")
        raise InputError("E-EVAL-WEIGHTS", text % told)
    for name, one in zip(names, parts, strict=True):
        _check_bands(INDICATORS[str(name)], one.get("bands"))


def _check_bands(indicator: Any, bands: Any) -> None:
    """Half-open bands from zero up to any value, one beginning where the other ends."""
    facts = {"indicator": indicator.key}
    if not bands:
        if indicator.unit == SHARE:
            return
        text = _("%(indicator)s is no share: give the bands that say which value scores what.")
        raise InputError("E-EVAL-BANDS", text % facts, **facts)
    ends: list[Any] = [0]
    for band in bands:
        if not _is_band(band) or band[0] != ends[-1]:
            text = _(
                "Bands of %(indicator)s overlap or leave a gap: each is [from, below, score], the "
                "first begins at 0, each other where the one before ends, the last has no end."
            )
            raise InputError("E-EVAL-BANDS", text % facts, **facts)
        ends.append(band[1])
    if ends[-1] is not None:
        text = _("The last band of %(indicator)s has to be without an end.") % facts
        raise InputError("E-EVAL-BANDS", text, **facts)


def _is_band(band: Any) -> bool:
    if not isinstance(band, list | tuple) or len(band) != 3:
        return False
    low, high, score = band
    numbers = [one for one in band if one is not None]
    if low is None or score is None or not all(isinstance(one, int | float) for one in numbers):
        return False
    return (high is None or high > low) and WORST <= score <= BEST


def check_grades(grades: Any) -> None:
    """Refuse thresholds that do not fall from grade to grade down to zero.

    Raises
    ------
    InputError
        ``E-EVAL-BANDS``.
    """
    try:
        starts = [float(start) for _name, start in grades]
        names = [name for name, _start in grades]
    except (TypeError, ValueError):
        starts, names = [], []
    falls = all(a > b for a, b in zip(starts, starts[1:], strict=False))
    if not starts or not falls or starts[-1] != WORST or starts[0] > BEST or len(names) != 5:
        text = _("Give five grades, each with the score from which it is given, from the best down "
                 "to zero.")  # fmt: skip
        raise InputError("E-EVAL-BANDS", text)


def check_area_class(code: str) -> None:
    """Refuse a class of areas that there is not.

    Raises
    ------
    NotFoundError
        ``E-EVAL-CLASS``.
    """
    if code and not AreaClass.objects.filter(pk=code).exists():
        known = ", ".join(map(str, AreaClass.objects.all()))
        text = _("There is no class of areas “%(code)s”; there are %(all)s.")
        raise NotFoundError("E-EVAL-CLASS", text % {"code": code[:20], "all": known or "–"})


@transaction.atomic
def save_scheme(told: dict[str, Any], user: Any) -> WeightScheme:
    """Keep a draft: a new version of its key, or the draft that is there changed.

    Raises
    ------
    InputError
        Those of `check_parts` and `check_grades`.
    NotFoundError
        ``E-EVAL-CLASS``.
    """
    check_parts(told["parts"])
    check_grades(told["grades"])
    check_area_class(told.get("area_class", ""))
    last = WeightScheme.objects.select_for_update().filter(key=told["key"]).first()
    version = 1 if last is None else last.version + (last.state == WeightScheme.State.PUBLISHED)
    row, _new = WeightScheme.objects.update_or_create(
        key=told["key"], version=version, defaults={**told, "state": WeightScheme.State.DRAFT}
    )
    audit.record(user, "scheme.saved", "WeightScheme", str(row), parts=row.parts, grades=row.grades)
    return row


@transaction.atomic
def publish_scheme(row: WeightScheme, user: Any) -> WeightScheme:
    """From now on it is used, and never changes.

    Raises
    ------
    ConflictError
        ``E-EVAL-PUBLISHED`` for one that is.
    """
    row = WeightScheme.objects.select_for_update().get(pk=row.pk)
    if row.state == WeightScheme.State.PUBLISHED:
        text = _("Scheme %s is published and stays as it is; save a new version.") % row
        raise ConflictError("E-EVAL-PUBLISHED", text)
    check_parts(row.parts)
    check_grades(row.grades)
    row.state, row.published_at = WeightScheme.State.PUBLISHED, timezone.now()
    row.save()
    audit.record(user, "scheme.published", "WeightScheme", str(row))
    return row


def scheme_for(kind: str, name: str = "") -> WeightScheme:
    """The scheme of a name such as ``grid-v2`` or ``grid-2``, else the usual one of a kind.

    Raises
    ------
    NotFoundError
        ``E-EVAL-SCHEME``.
    """
    rows = WeightScheme.objects.filter(kind=kind, state=WeightScheme.State.PUBLISHED)
    key, _dash, version = name.rpartition("-v")
    if not name:
        found = rows.filter(area_class="").order_by("-published_at", "-version").first()
    elif key and version.isdecimal():
        found = rows.filter(key=key, version=int(version)).first()
    else:
        found = rows.filter(key=name).order_by("-version").first()
    if found is None:
        text = _("There is no published scheme %(name)s of weights for this kind of object.")
        raise NotFoundError("E-EVAL-SCHEME", text % {"name": name[:50]}, kind=kind)
    return found


def schemes_of(kind: str) -> dict[str, WeightScheme]:
    """The usual scheme of each class of areas; that of no class under the empty name.

    Raises
    ------
    NotFoundError
        ``E-EVAL-SCHEME``.
    """
    found = {"": scheme_for(kind)}
    rows = WeightScheme.objects.filter(kind=kind, state=WeightScheme.State.PUBLISHED)
    for row in rows.exclude(area_class="").order_by("published_at", "version"):
        found[row.area_class] = row
    return found


def ensure_schemes(using: str = DEFAULT_DB_ALIAS, **_signal: Any) -> None:
    """Kinds of objects without any scheme get those of `spatial.evaluation.defaults`, published."""
    rows = WeightScheme.objects.using(using)
    known = set(rows.values_list("kind", flat=True).order_by().distinct())
    now = timezone.now()
    state = WeightScheme.State.PUBLISHED
    rows.bulk_create(
        WeightScheme(**told, state=state, published_at=now)
        for told in default_schemes()
        if told["kind"] not in known
    )


def grades_of(row: WeightScheme) -> Sequence[tuple[str, float]]:
    """Its grades, the best first."""
    return [(name, float(start)) for name, start in row.grades]
