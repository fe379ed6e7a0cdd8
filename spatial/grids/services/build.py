"""Makes a draft plan: collect, cut, number, store. Nothing is stored unless all of it is."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import shapely
from django.db import connection, transaction
from django.db.models import Max, Q, QuerySet
from django.utils.translation import gettext as _
from numpy.typing import NDArray

import gridding
from spatial.core import audit
from spatial.core.bulk import copy_rows
from spatial.core.errors import ConflictError, InputError
from spatial.core.jobs import Progress, silent
from spatial.core.mercator import to_mercator
from spatial.core.srid import STORE_SRID, TILE_SRID
from spatial.grids.models import GridCode, GridPin, GridPlan, UnitGrid
from spatial.grids.services.former import Edition, figures_of, in_degrees, read_edition
from spatial.grids.services.inputs import CutInput, chosen_regions, collect, district_now
from spatial.grids.services.metric import as_arrays
from spatial.grids.services.numbering import assign_codes

LOCK_SPACE = 0x67726964
"""First key of the advisory locks of grid plans."""

COLUMNS = (
    "plan_id",
    "ordinal",
    "code",
    "community_id",
    "geom",
    "geom3857",
    "area_m2",
    "perimeter_m",
    "on_feature_share",
    "neighbours",
    "note",
    "fingerprint",
    "left_alone",
)


@dataclass(frozen=True, slots=True)
class Cut:
    """A finished run: what was cut, by which rules, beside which edition, and what came out."""

    source: CutInput
    rules: gridding.GridRules
    digest: str
    edition: Edition
    former: GridPlan | None
    result: gridding.GridResult


def make_plan(
    district_code: str,
    *,
    target_area_m2: float = 10_000.0,
    scheme: str = "gbt30428",
    land_use: str = "",
    cut_compounds: bool = False,
    afresh: bool = False,
    only: Sequence[str] = (),
    workers: int = 1,
    user: Any = None,
    progress: Progress = silent,
) -> GridPlan:
    """Cut a district into unit grids and keep them as a draft plan.

    Grids of the edition in force at which nothing has changed are kept as they are, unless
    ``afresh``. Cutting the same map by the same rules again gives back the plan that is already
    there.

    Parameters
    ----------
    district_code : str
    target_area_m2 : float
    scheme : str
        Code scheme.
    land_use : str
        Rules by land use: ``default``, or the path of a TOML file (`gridding.landuse`); empty for
        none.
    cut_compounds : bool
        Whether compounds above the target may be cut.
    afresh : bool
    only : sequence of str
        Codes of the streets or communities to cut; all other grids of the edition in force stay,
        whatever has changed there. Empty for the whole district.
    workers : int
        Processes.
    user : User, optional
    progress : callable

    Raises
    ------
    NotFoundError
        ``E-DISTRICT-MISSING``; ``E-PLAN-REGION`` for a code in ``only`` that is not in it.
    InputError
        Whatever the engine refuses, with its own code (``E-GRID-…``, ``E-CODE-…``).
    ConflictError
        ``E-PLAN-BUSY`` when the district is being cut by someone else right now; ``E-PLAN-ONLY``
        when only a part is to be cut and there is no edition in force to keep the rest of.
    """
    progress(0, 1, _("collecting the base map"))
    try:
        rules = gridding.GridRules(
            target_area_m2=target_area_m2,
            scheme=scheme,
            keep_compounds=not cut_compounds,
            land_use=gridding.land_use_named(land_use or None),
        )
        source = collect(district_now(district_code), land_use=bool(rules.land_use))
        part = chosen_regions(source, only)
        digest = _digest(source, rules, part, afresh)
        in_force = _plans_of(source).filter(state=GridPlan.State.PUBLISHED).first()
        # Metres of another zone have other bits: nothing could be kept to the bit.
        keep = in_force is not None and in_force.metric_srid == source.srid
        if part and not keep:
            raise _nothing_to_keep(source)
        keep = keep and (bool(part) or not afresh)
        former = in_force if keep else None
        same = _same(source, digest, former)
        if same is not None:
            return same
        edition = read_edition(in_force, source.srid)
        result = gridding.make_grids(
            source.communities,
            source.features,
            rules,
            former=edition.to_keep(part, afresh) if keep else None,
            workers=workers,
            progress=lambda done, total: progress(done, total, _("cutting communities")),
        )
        cut = Cut(source, rules, digest, edition, former, result)
        with transaction.atomic():
            return _store(cut, user)
    except gridding.GridError as error:
        raise InputError(error.code, error.message, community=error.community) from error


def _nothing_to_keep(source: CutInput) -> ConflictError:
    return ConflictError(
        "E-PLAN-ONLY",
        _(
            "District %(code)s has no edition in force of which the rest could be kept; cut the "
            "whole district first."
        )
        % {"code": source.district.code},
    )


def _digest(source: CutInput, rules: gridding.GridRules, part: frozenset[str], afresh: bool) -> str:
    # The version of the engine counts: a better engine makes another plan of the same map.
    asked = [rules.settled(), gridding.ENGINE_VERSION, *([sorted(part), afresh] if part else [])]
    settled = json.dumps(asked, sort_keys=True)
    return hashlib.sha256((source.digest + settled).encode()).hexdigest()


def _same(source: CutInput, digest: str, former: GridPlan | None) -> GridPlan | None:
    """The plan of this map and these rules: the one in force, or one made from the same edition.

    A draft that was edited is no longer what the engine makes of the map.
    """
    plans = _plans_of(source).filter(input_digest=digest).exclude(state=GridPlan.State.SUPERSEDED)
    in_force = Q(state=GridPlan.State.PUBLISHED)
    plans = plans.filter(in_force | Q(revision=0))
    return plans.filter(Q(former=former) if former is None else Q(former=former) | in_force).first()


def _store(cut: Cut, user: Any) -> GridPlan:
    source, rules, result = cut.source, cut.rules, cut.result
    _lock(int(source.district.code))
    editions = _plans_of(source)
    plan = GridPlan.objects.create(
        district=source.district,
        edition=(editions.aggregate(last=Max("edition"))["last"] or 0) + 1,
        scheme=rules.scheme,
        target_area_m2=rules.target_area_m2,
        metric_srid=source.srid,
        grid_count=len(result.polygons),
        rules=rules.settled(),
        figures=_figures(result),
        former=cut.former,
        input_digest=cut.digest,
        created_by=user,
    )
    codes = assign_codes(
        result,
        source.communities.codes,
        rules.scheme,
        cut.edition.grids,
        _largest_numbers(source.district.code),
    )
    copy_rows(UnitGrid._meta.db_table, COLUMNS, _rows(plan, cut, codes))
    if cut.former is not None:
        # The engine has proved that each is a border again.
        pins = [GridPin(plan=plan, geom=pin.geom) for pin in cut.former.pins.order_by("pk")]
        GridPin.objects.bulk_create(pins)
    audit.record(user, "plan.made", "GridPlan", plan.version, grids=plan.grid_count)
    return plan


def _plans_of(source: CutInput) -> QuerySet[GridPlan]:
    """Plans of the district by code: a district whose outline changed has a new row."""
    return GridPlan.objects.filter(district__code=source.district.code)


def _lock(district_code: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s, %s)", [LOCK_SPACE, district_code])
        if not cursor.fetchone()[0]:
            raise ConflictError(
                "E-PLAN-BUSY", _("This district is being cut right now; wait until it has ended.")
            )


def _largest_numbers(district_code: str) -> dict[str, int]:
    largest: dict[str, int] = {}
    codes = GridCode.objects.filter(code__startswith=district_code)
    for code in codes.values_list("code", flat=True):
        largest[code[:12]] = max(largest.get(code[:12], 0), int(code[12:]))
    return largest


def _rows(plan: GridPlan, cut: Cut, codes: list[str]) -> list[tuple[Any, ...]]:
    source, result = cut.source, cut.result
    order = np.argsort(np.array(codes))
    rank = np.empty(len(order), int)
    rank[order] = np.arange(1, len(order) + 1)
    borders = as_arrays([region.geom for region in source.regions])
    degrees = in_degrees(result.polygons, source.srid, [cut.edition.stored, borders])
    # Of what is stored, as the next run will read it.
    in_metres = gridding.project(degrees, STORE_SRID, source.srid)
    # A kept grid keeps its mark: what changed where nothing was cut is seen by the next run.
    marks = gridding.fingerprints(in_metres, source.features, cut.rules)
    stored, tiled = _hex(degrees, STORE_SRID), _hex(to_mercator(degrees), TILE_SRID)
    figures = figures_of(result, cut.edition)
    return [
        (
            plan.pk,
            rank[i],
            codes[i],
            source.regions[result.community[i]].pk,
            stored[i],
            tiled[i],
            *figures[i],
            "{" + ",".join(str(n) for n in sorted(rank[result.neighbours.of(i)])) + "}",
            "",
            marks[i] if result.former[i] < 0 else cut.edition.fingerprints[result.former[i]],
            bool(result.former[i] >= 0 and cut.edition.alone[result.former[i]]),
        )
        for i in order
    ]


def _hex(geometry: NDArray[np.object_], srid: int) -> NDArray[np.object_]:
    return np.asarray(shapely.to_wkb(shapely.set_srid(geometry, srid), hex=True, include_srid=True))


def _figures(result: gridding.GridResult) -> dict[str, Any]:
    figures = asdict(result.report)
    del figures["coverage"]
    for problem in figures["problems"]:
        problem["x"], problem["y"] = _finite(problem["x"]), _finite(problem["y"])
    figures["problems"] = list(figures["problems"])
    return figures


def _finite(value: float) -> float | None:
    return value if np.isfinite(value) else None
