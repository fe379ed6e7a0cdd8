"""Hot spots, clusters and the coming week."""

from __future__ import annotations

from rest_framework.request import Request
from rest_framework.response import Response

from spatial.evaluation.analysis.findings import places
from spatial.evaluation.analysis.reading.selection import Selection
from webmap.analysis import yesterday
from webmap.api.analysis_forms import (
    ClustersForm,
    ClustersQuery,
    DistrictQuery,
    ForecastForm,
    HotSpotsForm,
    HotSpotsQuery,
    days_of,
    selection,
)
from webmap.api.analysis_kept import kept_or_ordered
from webmap.api.base import DataView
from webmap.api.params import read
from webmap.api.schema import answers

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
        ClustersForm, 400, 403, 404, parameters=[ClustersQuery],
        operation_id="analysis_clusters", summary="Clusters in space and time", **TAGS,
    )  # fmt: skip
    def get(self, request: Request) -> Response:
        """Today's answer, or 202 while it is made."""
        asked = read(ClustersQuery, request)
        chosen = Selection(asked["district"], **days_of(asked))
        days = {"first": chosen.first.isoformat(), "last": chosen.last.isoformat()}
        question = {"district": chosen.district, "main": asked["main"], **days}
        return kept_or_ordered("clusters", question, request)


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
        return kept_or_ordered("forecast", asked, request)
