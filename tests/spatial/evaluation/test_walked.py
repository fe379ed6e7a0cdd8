"""Patrol coverage by hand: grids walked of grids to be walked, in schemes like any indicator."""

from datetime import timedelta

import numpy as np
from django.utils import timezone

from spatial.evaluation.models import WeightScheme
from spatial.evaluation.periods import period_of
from spatial.evaluation.services.evaluating import evaluate
from spatial.evaluation.services.objects import Asked, objects_of
from spatial.evaluation.services.publishing import publish, verify
from spatial.evaluation.services.schemes import scheme_for
from spatial.evaluation.services.values import values_of
from spatial.evaluation.services.walked import grids_walked
from spatial.patrol.models import AreaGrid, PatrolArea
from spatial.patrol.services.positions import take_positions
from spatial.patrol.services.walks import fold_walks
from tests.spatial.patrol.conftest import beat, noon, sent  # noqa: F401

DAY = noon().date()


def scheme(kind, key):
    return WeightScheme.objects.create(
        key=key, kind=kind, name=key, state="published", published_at=timezone.now(),
        parts=[{"indicator": "patrol_coverage", "weight": 1}], grades=scheme_for(kind).grades,
        least_cases=1,
    )  # fmt: skip


def test_coverage_of_every_kind_is_so_many_grids_of_so_many(beat):  # noqa: F811
    grids = beat.grids()
    area = PatrolArea.objects.filter(in_use=True).order_by("code").first()
    area.inspectors.add(beat.inspector)
    mine = sorted(AreaGrid.objects.filter(area=area).values_list("grid_code", flat=True))
    beat.duty()
    walked = [one for one in grids if one.code in mine[:2]]
    take_positions(beat.inspector, [sent(one, ago_s=7000 - 900 * k)
                                    for k, one in enumerate(walked)])  # fmt: skip
    fold_walks()
    period = period_of(DAY - timedelta(days=6), DAY + timedelta(days=1))
    for kind, code, whole in (
        ("patrol", area.code, len(mine)),
        ("inspector", str(beat.inspector.pk), len(mine)),
        ("street", mine[0][:9], sum(one.code.startswith(mine[0][:9]) for one in grids)),
        ("district", "110101", len(grids)),
    ):
        run = evaluate(Asked(kind, "110101"), period, scheme(kind, f"walk-{kind}"))
        if kind == "inspector":
            assert run.place(code) is not None
        (term,) = run.terms(run.place(code))
        assert (term["numerator"], term["denominator"]) == (2, whole), kind
    # The usual scheme now weighs it; the map follows, and so does what is published.
    scheme("grid", "walk-grid")
    grid = np.frombuffer(values_of("grade", beat.plan, period).content, np.uint8)
    graded = {one.code for one, byte in zip(grids, grid, strict=True) if byte == 1}
    assert graded == {one.code for one in walked}
    over = period_of(DAY, DAY)
    made = publish(Asked("street", "110101"), over, scheme("street", "walk-2"), None)
    assert verify(made) == made.results
    asked = Asked("patrol", "110101")
    rows = grids_walked("patrol", area.code, objects_of(asked, over), over, "110101")
    assert sorted(row[1] for row in rows) == [0] * (len(mine) - 2) + [1, 1]
    assert rows[0][1] == 0


def test_before_there_is_patrol_nothing_is_due(beat):  # noqa: F811
    period = period_of(DAY - timedelta(days=6), DAY)
    run = evaluate(Asked("district", "110101"), period, scheme("district", "walk"))
    assert set(run.scores.state) == {"none"}
