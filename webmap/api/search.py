"""The search box."""

from __future__ import annotations

from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from webmap.api.base import DataView
from webmap.api.forms import SearchForm
from webmap.api.params import OnDay, read
from webmap.api.schema import answers
from webmap.search import search


class SearchQuery(OnDay):
    """What to look for."""

    q = serializers.CharField(max_length=60, help_text="A code, or part of a code or name.")
    limit = serializers.IntegerField(min_value=1, max_value=50, default=10)


class Search(DataView):
    """Searches grids, regions, roads, places and addresses."""

    throttle_scope = "search"

    @answers(
        SearchForm,
        400,
        429,
        operation_id="search",
        summary="Search",
        tags=["search"],
        parameters=[SearchQuery],
    )
    def get(self, request: Request) -> Response:
        """Grids by code; regions by code or name; roads, places and addresses by name."""
        values = read(SearchQuery, request)
        return Response({"results": search(values["q"], values["limit"], values["on"])})
