"""Loads a catalogue of component classes that comes with the platform."""

from __future__ import annotations

from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from spatial.components.services.catalogue import of_standard, store_catalogue
from webmap.api.base import DataView
from webmap.api.schema import answers


class LoadedForm(serializers.Serializer):
    """A catalogue that was loaded."""

    version = serializers.CharField()
    main_classes = serializers.IntegerField()
    classes = serializers.IntegerField()


class CatalogueLoad(DataView):
    """A catalogue of a standard."""

    @answers(
        LoadedForm, 403, 404, 409, request=None,
        operation_id="catalogue_load", summary="Load a catalogue", tags=["components"],
    )  # fmt: skip
    def post(self, request: Request, version: str) -> Response:
        """Bring a catalogue that comes with the platform in; one that is there is renewed."""
        row = store_catalogue(of_standard(version), request.user)
        counts = {"main_classes": row.main_classes.count(), "classes": row.classes.count()}
        return Response({"version": row.version, **counts})
