"""Evaluation: results, their explanation, the cases behind each number, publications, colours."""

from __future__ import annotations

from typing import Any

import numpy as np
import shapely
from django.utils import timezone
from rest_framework.request import Request
from rest_framework.response import Response

from spatial.evaluation.models import Publication, PublishedResult, WeightScheme
from spatial.evaluation.periods import Period, parse_period
from spatial.evaluation.selectors import kind_named, published_result
from spatial.evaluation.services.appeals import Proposal, correct_by_appeals, proposals
from spatial.evaluation.services.behind import cases_behind
from spatial.evaluation.services.evaluating import Evaluation, evaluate
from spatial.evaluation.services.explaining import explain, trend
from spatial.evaluation.services.ledger import months_with_cases
from spatial.evaluation.services.objects import Asked, objects_of
from spatial.evaluation.services.publishing import correct, publication_named, publish, verify
from spatial.evaluation.services.schemes import scheme_for
from spatial.evaluation.services.walked import grids_walked
from webmap.api.area_classes import NO_CLASS, class_forms, classes_of_run
from webmap.api.base import DataView
from webmap.api.evaluation_forms import (
    AppealOrder,
    BehindForm,
    BehindQuery,
    CorrectionForm,
    CorrectOrder,
    ExplanationForm,
    FreezeOrder,
    OnePublicationForm,
    PeriodQuery,
    PeriodsForm,
    PolygonOrder,
    ProposalForm,
    ProposalsQuery,
    PublicationForm,
    ResultsForm,
    ResultsQuery,
    TrendPointForm,
    TrendQuery,
    WalkedForm,
    WeightSchemeForm,
)
from webmap.api.evaluation_polygon import behind_form
from webmap.api.params import read, read_body
from webmap.api.schema import answers

TAGS = {"tags": ["evaluation"]}
MOST_WALKED = 500


def period_form(period: Period) -> dict[str, Any]:
    """A period as the API shows it."""
    return {"name": period.name, "first": period.first, "last": period.last,
            "running": period.running, "clock_changes": period.clock_changes}  # fmt: skip


def _asked(
    kind: str, values: dict[str, Any], polygon: str = ""
) -> tuple[Asked, Period, WeightScheme | None]:
    period = parse_period(values["period"] or f"{timezone.localdate():%Y-%m}")
    known = kind_named(kind)
    asked = Asked(known, values["district"], values["edition"], polygon)
    scheme = scheme_for(known, values["scheme"]) if values["scheme"] else None
    return asked, period, scheme


class Results(DataView):
    """The results of a kind of object."""

    @answers(
        ResultsForm, 400, 403, 404, parameters=[ResultsQuery], operation_id="evaluation_results",
        summary="Results with ranks", **TAGS,
    )  # fmt: skip
    def get(self, request: Request, kind: str) -> Response:
        """All objects of a kind, a page at a time."""
        values = read(ResultsQuery, request)
        return Response(_page(evaluate(*_asked(kind, values)), values))

    @answers(
        ResultsForm, 400, 403, 404, request=PolygonOrder, operation_id="evaluation_polygon",
        summary="The result of a drawn polygon", **TAGS,
    )  # fmt: skip
    def post(self, request: Request, kind: str) -> Response:
        """Grids whose centre lies in the polygon, as one object; the kind is ``polygon``."""
        values = read_body(PolygonOrder, request)
        shape = shapely.to_geojson(shapely.from_wkb(bytes(values["polygon"].wkb)))
        run = evaluate(*_asked(kind, values, shape))
        told = _page(run, {"q": "", "grade": "", "sort": "rank", "offset": 0, "limit": 1})
        there = len(run.inputs.codes) > 0
        return Response({
            **told,
            "terms": run.terms(0) if there else [],
            "counts": run.inputs.row(0) if there else {},
        })  # fmt: skip


def _page(run: Evaluation, values: dict[str, Any]) -> dict[str, Any]:
    places = np.arange(len(run.inputs.codes))
    classes = classes_of_run(run)
    if asked := values.get("area_class"):
        places = places[classes[places] == ("" if asked == NO_CLASS else asked)]
    if codes := values.get("codes"):
        wanted = set(codes.split(","))
        places = np.array([n for n in places if run.inputs.codes[n] in wanted], int)
    if values["grade"]:
        places = places[run.scores.grade[places] == values["grade"]]
    if words := values["q"].casefold():
        names = run.objects.names
        told = [f"{code} {names.get(code, '')}".casefold() for code in run.inputs.codes]
        places = np.array([n for n in places if words in told[n]], int)
    places = places[np.argsort(_order(run, values["sort"])[places], kind="stable")]
    part = places[values["offset"] : values["offset"] + values["limit"]]
    grades, counts = np.unique(run.scores.grade.astype(str), return_counts=True)
    return {
        "kind": run.asked.kind,
        "period": period_form(run.period),
        "scheme": str(run.scheme),
        "classes": class_forms(run, classes),
        "count": len(places),
        "grades": {name or "none": int(n) for name, n in zip(grades, counts, strict=True)},
        "indicators": [
            {"key": one.part.indicator.key, "zh": one.part.indicator.zh,
             "en": one.part.indicator.en, "unit": one.part.indicator.unit,
             "better": one.part.indicator.better, "weight": one.part.weight}
            for one in run.scores.parts
        ],
        "results": [run.result(n) for n in part],
    }  # fmt: skip


def _order(run: Evaluation, sort: str) -> Any:
    if sort == "code":
        return np.arange(len(run.rank))
    if sort == "rank":
        # Of several classes one after the other: ranks are those within a class.
        ranks = np.where(run.rank > 0, run.rank, len(run.rank) + 1)
        return run.grouped.of * (len(run.rank) + 2) + ranks
    score = np.nan_to_num(run.scores.score, nan=np.inf if sort == "score" else -np.inf)
    return score if sort == "score" else -score


class Explanation(DataView):
    """A result explained."""

    @answers(
        ExplanationForm, 400, 403, 404, parameters=[PeriodQuery], operation_id="evaluation_object",
        summary="A result as the sum it is", **TAGS,
    )  # fmt: skip
    def get(self, request: Request, kind: str, code: str) -> Response:
        """Indicators with counts, scores, weights and contributions, and what would lift it."""
        asked, period, scheme = _asked(kind, read(PeriodQuery, request))
        told = explain(asked, code, period, scheme)
        row = published_result(asked.kind, period.name, code)
        return Response({**told, "period": period_form(period), "published": row and _kept(row)})


def _kept(row: PublishedResult) -> dict[str, Any]:
    return {
        "publication": row.publication_id, "score": row.score, "grade": row.grade,
        "rank": row.rank, "corrections": [_correction(one) for one in row.corrections.all()],
    }  # fmt: skip


def _correction(one: Any) -> dict[str, Any]:
    return {
        "code": one.result.code, "score": one.score, "grade": one.grade, "reason": one.reason,
        "made_at": one.made_at, "made_by": one.made_by.get_username() if one.made_by else "",
    }  # fmt: skip


class Behind(DataView):
    """Cases behind a number."""

    @answers(
        BehindForm, 400, 403, 404, parameters=[BehindQuery], operation_id="evaluation_cases",
        summary="Cases behind a number", **TAGS,
    )  # fmt: skip
    def get(self, request: Request, kind: str, code: str) -> Response:
        """Cases that a counter counts in the period, the latest first."""
        values = read(BehindQuery, request)
        asked, period, _scheme = _asked(kind, values)
        objects = objects_of(asked, period)
        found = cases_behind(
            request.user, asked, code, objects, values["counter"], period,
            after=values["after"], limit=values["limit"],
        )  # fmt: skip
        return Response(behind_form(values["counter"], found))


class Walked(DataView):
    """Grids behind patrol coverage."""

    @answers(
        WalkedForm(many=True), 400, 403, 404, parameters=[PeriodQuery],
        operation_id="evaluation_walked", summary="Unit grids behind patrol coverage", **TAGS,
    )  # fmt: skip
    def get(self, request: Request, kind: str, code: str) -> Response:
        """Days on which each grid of an area was walked and to be walked, the worst first."""
        asked, period, _scheme = _asked(kind, read(PeriodQuery, request))
        found = grids_walked(asked.kind, code, objects_of(asked, period), period, asked.district)
        rows = [{"grid": grid, "walked": walked, "due": due} for grid, walked, due in found]
        return Response(rows[:MOST_WALKED])


class Trend(DataView):
    """A result through time."""

    @answers(
        TrendPointForm(many=True), 400, 403, 404, parameters=[TrendQuery],
        operation_id="evaluation_trend", summary="Results of an object in following periods",
        **TAGS,
    )  # fmt: skip
    def get(self, request: Request, kind: str, code: str) -> Response:
        """So many periods, the earliest first."""
        values = read(TrendQuery, request)
        asked, period, scheme = _asked(kind, values)
        return Response(trend(asked, code, period, values["count"], scheme))


class Periods(DataView):
    """Periods."""

    @answers(
        PeriodsForm, 403, operation_id="evaluation_periods",
        summary="Months that have cases, and what is published", **TAGS,
    )  # fmt: skip
    def get(self, request: Request) -> Response:  # noqa: ARG002
        """For choosing."""
        months = months_with_cases()
        rows = Publication.objects.select_related("scheme", "made_by")
        first = parse_period(months[0]).first if months else None
        return Response({"first": first, "months": months,
                         "published": [publication_form(row) for row in rows]})  # fmt: skip


def publication_form(row: Publication) -> dict[str, Any]:
    """A publication as the API shows it."""
    names = ("id", "kind", "period", "first", "last", "digest", "results", "made_at")
    return {
        **{name: getattr(row, name) for name in names},
        "district": row.district_code,
        "scheme": str(row.scheme),
        "made_by": row.made_by.get_username() if row.made_by else "",
    }


class Publications(DataView):
    """Freezes results."""

    @answers(
        PublicationForm, 400, 403, 404, 409, status=201, request=FreezeOrder,
        operation_id="evaluation_publish", summary="Publish the results of a period", **TAGS,
    )  # fmt: skip
    def post(self, request: Request) -> Response:
        """Freeze the results of a period that is over."""
        values = read_body(FreezeOrder, request)
        asked, period, scheme = _asked(values["kind"], values)
        made = publish(asked, period, scheme, request.user)
        return Response(publication_form(made), status=201)


class OnePublication(DataView):
    """A published evaluation."""

    @answers(
        OnePublicationForm, 403, 404, 409, operation_id="evaluation_publication",
        summary="Published results, proved by their hash", **TAGS,
    )  # fmt: skip
    def get(self, request: Request, publication_id: int) -> Response:  # noqa: ARG002
        """Results as they were published, and corrections beside them."""
        made = publication_named(publication_id)
        verify(made)
        rows = made.rows.prefetch_related("corrections__made_by", "corrections__result")
        told = [{"code": row.code, "score": row.score, "grade": row.grade, "rank": row.rank}
                for row in rows]  # fmt: skip
        corrections = [_correction(one) for row in rows for one in row.corrections.all()]
        return Response({**publication_form(made), "verified": True, "rows": told,
                         "corrections": corrections})  # fmt: skip


class Corrections(DataView):
    """Corrects a published result."""

    @answers(
        CorrectionForm, 400, 403, 404, status=201, request=CorrectOrder,
        operation_id="evaluation_correct", summary="Correct a published result", **TAGS,
    )  # fmt: skip
    def post(self, request: Request, publication_id: int) -> Response:
        """What is known now is noted beside what was published."""
        order = read_body(CorrectOrder, request)
        made = publication_named(publication_id)
        return Response(_correction(correct(made, **order, user=request.user)), status=201)


class Proposals(DataView):
    """Corrections that upheld appeals ask for."""

    @answers(
        ProposalForm(many=True), 400, 403, parameters=[ProposalsQuery],
        operation_id="evaluation_proposals",
        summary="Corrections that appeals upheld after publishing ask for", **TAGS,
    )  # fmt: skip
    def get(self, request: Request) -> Response:
        """What nobody has corrected yet."""
        found = proposals(read(ProposalsQuery, request)["district"])
        return Response([_proposal(one) for one in found])


class AppealCorrections(DataView):
    """Corrects a published result by the appeals upheld since."""

    @answers(
        CorrectionForm, 400, 403, 404, status=201, request=AppealOrder,
        operation_id="evaluation_correct_by_appeals",
        summary="Correct a published result by upheld appeals", **TAGS,
    )  # fmt: skip
    def post(self, request: Request, publication_id: int) -> Response:
        """What the result is when the cases are not late; it is noted beside what was published."""
        code = read_body(AppealOrder, request)["code"]
        made = publication_named(publication_id)
        return Response(_correction(correct_by_appeals(made, code, request.user)), status=201)


def _proposal(one: Proposal) -> dict[str, Any]:
    made = one.result.publication
    return {
        "publication": made.pk, "kind": made.kind, "period": made.period, "code": one.result.code,
        "score": one.result.score, "grade": one.result.grade, "corrected_score": one.score,
        "corrected_grade": one.grade, "cases": one.numbers,
    }  # fmt: skip


class WeightSchemes(DataView):
    """Schemes of weights."""

    @answers(
        WeightSchemeForm(many=True), 403, operation_id="evaluation_schemes",
        summary="Schemes of weights", **TAGS,
    )  # fmt: skip
    def get(self, request: Request) -> Response:  # noqa: ARG002
        """All versions that are published."""
        rows = WeightScheme.objects.filter(state=WeightScheme.State.PUBLISHED)
        return Response([
            {"name": str(row), "kind": row.kind, "title": row.name, "title_en": row.name_en,
             "area_class": row.area_class, "state": row.state, "parts": row.parts,
             "grades": row.grades, "least_cases": row.least_cases}
            for row in rows
        ])  # fmt: skip
