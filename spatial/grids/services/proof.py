"""Proves the grids and codes of all editions that are or were in force; nothing is changed."""

from __future__ import annotations

from typing import Any

from django.db.models import Q

import gridding
from spatial.core.jobs import Progress, silent
from spatial.core.proof import Proof, judge, one_state
from spatial.grids.models import GridPlan
from spatial.grids.selectors import PUBLIC_STATES
from spatial.grids.services.check import measure

COVERAGE = {
    "empty": "an edition has no grids",
    "gap_area_m2": "ground of the district without a grid",
    "overlap_area_m2": "ground with several grids",
    "outside_area_m2": "grids reach out of the district",
    "invalid_edges": "grids with an edge that is not exactly a neighbour's",
    "invalid_geometries": "grids whose outline is not valid",
    "multipart": "grids in several parts",
    "in_several_communities": "grids in several communities",
    "area_wrong": "grids whose area is not that of their outline",
}
"""What may be wrong with the ground of an edition; each is counted by editions."""

CODES = {
    "form": "the code is not one of its edition's scheme",
    "community": "the code does not begin with its community's",
    "dates": "the days of the grid are not those of its edition",
    "twice": "the code is in force twice at a time",
    "returned": "the code came back after it was out of force",
    "unregistered": "the code is not in the register of codes",
    "retired": "the code is in force after the day it was retired",
}
REGISTER = {
    "unused": "a code of the register was never in force",
    "first": "the register has another first day than the grids",
    "unretired": "the register has another last day than the grids",
}
EDITIONS = {
    "ordinals": "ordinals are not 1 to the number of grids, or the edition counts others",
    "lapse": "an edition does not begin on the day the one before it ended",
}
FAULTS = {**CODES, **REGISTER, **EDITIONS}
"""What may be wrong with codes."""

_GRIDS = """
SELECT h.code AS key,
    h.length IS NULL OR h.code !~ '^[0-9]+$' OR length(h.code) <> h.length
        OR substr(h.code, 13) ~ '^0*$' AS form,
    left(h.code, 12) <> rpad(h.community, 12, '0') AS community,
    (h.valid_from, h.valid_to) IS DISTINCT FROM (h.plan_from, h.plan_to) AS dates,
    h.ended > h.valid_from AS twice, h.ended < h.valid_from AS returned,
    c.code IS NULL AS unregistered,
    c.retired_on < coalesce(h.valid_to, 'infinity') AS retired
FROM (
    SELECT g.code, g.valid_from, g.valid_to, s.length, r.code AS community,
        p.valid_from AS plan_from, p.valid_to AS plan_to,
        max(coalesce(g.valid_to, 'infinity')) OVER (PARTITION BY g.code
            ORDER BY g.valid_from, g.id ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS ended
    FROM grids_unitgrid g
    JOIN grids_gridplan p ON p.id = g.plan_id
    JOIN basemap_region r ON r.id = g.community_id
    LEFT JOIN unnest(%(schemes)s::text[], %(lengths)s::int[]) AS s(name, length)
        ON s.name = p.scheme
    WHERE p.state = ANY(%(states)s) OR g.valid_from IS NOT NULL
) h LEFT JOIN grids_gridcode c ON c.code = h.code
"""
_REGISTER = """
SELECT c.code AS key, g.code IS NULL AS unused, g.first <> c.first_published AS first,
    g.last <> coalesce(c.retired_on, 'infinity') AS unretired
FROM grids_gridcode c LEFT JOIN (
    SELECT code, min(valid_from) AS first, max(coalesce(valid_to, 'infinity')) AS last
    FROM grids_unitgrid WHERE valid_from IS NOT NULL GROUP BY code
) g ON g.code = c.code
"""
_EDITIONS = """
SELECT d.code || '-e' || p.edition AS key,
    coalesce((n.grids, n.least, n.most), (0::bigint, 1, 0))
        IS DISTINCT FROM (p.grid_count::bigint, 1, p.grid_count) AS ordinals,
    lag(p.valid_to) OVER way <> p.valid_from AS lapse
FROM grids_gridplan p JOIN basemap_region d ON d.id = p.district_id
LEFT JOIN (
    SELECT plan_id, count(*) AS grids, min(ordinal) AS least, max(ordinal) AS most
    FROM grids_unitgrid GROUP BY plan_id
) n ON n.plan_id = p.id
WHERE p.state = ANY(%(states)s)
WINDOW way AS (PARTITION BY d.code ORDER BY p.valid_from)
"""


def prove_coverage(progress: Progress = silent) -> Proof:
    """Measure the ground of every edition that is or was in force; counts editions."""
    proof = Proof()
    plans = GridPlan.objects.select_related("district").filter(_in_force())
    wanted = list(plans.order_by("district__code", "edition"))
    for n, plan in enumerate(wanted):
        progress(n, len(wanted), plan.version)
        _prove_plan(plan, proof)
    return proof


def _in_force() -> Q:
    return Q(state__in=PUBLIC_STATES) | Q(valid_from__isnull=False)


def _prove_plan(plan: GridPlan, proof: Proof) -> None:
    found = measure(plan)
    if found is None:
        proof.fault("empty", 1, [plan.version])
        return
    proof.looked_at += len(found.rows)
    codes = [found.rows[n][0] for n in found.bad]
    for name, value in found.report.items():
        # Which grids is told once for the edition: its faults lie on the same ground.
        told = f"{plan.version}: {value:,.4g}"
        proof.fault(name, int(bool(value)), [f"{told} ({', '.join(codes[:3])})" if codes else told])


def prove_codes(_progress: Progress = silent) -> Proof:
    """Look at every code: well formed, one grid at a time, and retired for ever."""
    schemes = gridding.scheme_names()
    values: dict[str, Any] = {
        "schemes": list(schemes),
        "lengths": [12 + len(str(gridding.max_number(name))) for name in schemes],
        "states": [str(state) for state in PUBLIC_STATES],
    }
    with one_state() as cursor:
        proof = judge(cursor, _GRIDS, CODES, values)
        looked_at = proof.looked_at
        proof.add(judge(cursor, _REGISTER, REGISTER, values))
        proof.add(judge(cursor, _EDITIONS, EDITIONS, values))
    proof.looked_at = looked_at
    return proof
