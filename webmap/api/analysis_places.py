"""Hot spots, clusters and the coming week."""

from __future__ import annotations

from typing import Any

from rest_framework.request import Request
from rest_framework.response import Response

from spatial.evaluation.analysis.findings import places
from webmap.analysis import answer_or_order, yesterday
from webmap.api.analysis_forms import (
    ClustersForm,
    DistrictQuery,
    ForecastForm,
    HotSpotsForm,
    HotSpotsQuery,
    SelectionQuery,
    selection,
)
from webmap.api.base import DataView
from webmap.api.params import read
from webmap.api.schema import answers
from webmap.tasks import analysis_task

TAGS = {"tags": ["analysis"]}


class HotSpots(DataView):
    """Hot spots."""

    @answers(
        HotSpotsForm, 400, 403, 404, parameters=[HotSpotsQuery],
        operation_id="analysis_hotspots", summary="Hot and cold unit grids", **TAGS,
    )  # fmt: skip
    def get(self, request: Request) -> Response:
        """Gi* of Getis and Ord; values of grids by their codes."""
        asked = read(HotSpotsQuery, request)
        found = places.hot_spots(
            selection(asked), per_area=asked["per"] == "area", band_m=asked["band_m"],
            level=asked["level"],
        )  # fmt: skip
        return Response(found)


class Clusters(DataView):
    """Clusters in space and time."""

    @answers(
        ClustersForm, 400, 403, 404, parameters=[SelectionQuery],
        operation_id="analysis_clusters", summary="Clusters in space and time", **TAGS,
    )  # fmt: skip
    def get(self, request: Request) -> Response:
        """Today's answer, or 202 while it is made; only days and main class narrow it."""
        asked = selection(read(SelectionQuery, request))
        days = {"first": asked.first.isoformat(), "last": asked.last.isoformat()}
        return _kept("clusters", {"district": asked.district, "main": asked.main, **days}, request)


class Forecast(DataView):
    """The coming week."""

    @answers(
        ForecastForm, 400, 403, 404, parameters=[DistrictQuery],
        operation_id="analysis_forecast", summary="Expected cases of the coming week", **TAGS,
    )  # fmt: skip
    def get(self, request: Request) -> Response:
        """Today's answer, or 202 while it is made."""
        district = read(DistrictQuery, request)["district"]
        asked = {"district": district, "last": yesterday().isoformat()}
        return _kept("forecast", asked, request)


def _kept(question: str, asked: dict[str, str], request: Request) -> Response:
    answer, job, new = answer_or_order(question, asked, request.user)
    if job is not None and new:
        analysis_task.enqueue(str(job.pk))
    own = job is not None and job.created_by_id == request.user.pk
    body: dict[str, Any] = {
        "ready": answer is not None,
        "job": job.pk if job is not None and own else None,
        "answer": answer,
    }
    return Response(body, status=200 if answer is not None else 202)
