"""Searches that users keep under names of their own."""

from __future__ import annotations

from django.utils.translation import gettext as _
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from spatial.cases.models import SavedSearch
from spatial.core.errors import ConflictError, NotFoundError
from webmap.api.base import DataView
from webmap.api.params import read_body
from webmap.api.schema import answers

TAGS = {"tags": ["cases"]}
MOST = 50


class SavedSearchOrder(serializers.Serializer):
    """A search to be kept."""

    name = serializers.CharField(max_length=60)
    query = serializers.CharField(max_length=1000, allow_blank=True)


class SavedSearchForm(SavedSearchOrder):
    """A search that is kept."""

    id = serializers.IntegerField()


class CaseSearches(DataView):
    """Searches of the user."""

    @answers(
        SavedSearchForm(many=True), 403, operation_id="case_searches", summary="Saved searches",
        **TAGS,
    )  # fmt: skip
    def get(self, request: Request) -> Response:
        """The user's own searches by name."""
        return Response([_form(one) for one in request.user.case_searches.all()])

    @answers(
        SavedSearchForm, 400, 403, 409, status=201, request=SavedSearchOrder,
        operation_id="case_search_save", summary="Save a search", **TAGS,
    )  # fmt: skip
    def post(self, request: Request) -> Response:
        """Keep a search; one of the same name is replaced."""
        order, mine = read_body(SavedSearchOrder, request), request.user.case_searches
        if mine.count() >= MOST and not mine.filter(name=order["name"]).exists():
            text = _("You keep %(most)d searches already; delete one first.") % {"most": MOST}
            raise ConflictError("E-SEARCH-MANY", text)
        made, _new = SavedSearch.objects.update_or_create(
            user=request.user, name=order["name"], defaults={"query": order["query"]}
        )
        return Response(_form(made), status=201)


class CaseSearch(DataView):
    """A search of the user."""

    @answers(
        None, 403, 404, status=204, operation_id="case_search_delete", summary="Delete a search",
        **TAGS,
    )  # fmt: skip
    def delete(self, request: Request, search_id: int) -> Response:
        """Delete a search."""
        done, _rows = request.user.case_searches.filter(pk=search_id).delete()
        if not done:
            raise NotFoundError("E-SEARCH-MISSING", _("There is no such search."))
        return Response(status=204)


def _form(one: SavedSearch) -> dict:
    return {"id": one.pk, "name": one.name, "query": one.query}
