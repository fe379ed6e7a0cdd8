"""The reference systems that files may be in."""

from __future__ import annotations

from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from spatial.basemap.services import systems
from webmap.api.base import DataView
from webmap.api.schema import answers


class SystemForm(serializers.Serializer):
    """A reference system."""

    value = serializers.CharField(help_text="What is given: EPSG:N, GCJ-02, LOCAL:NAME …")
    name = serializers.CharField()


class Systems(DataView):
    """Reference systems by name."""

    @answers(
        SystemForm(many=True),
        403,
        operation_id="crs",
        summary="Reference systems by name",
        tags=["imports"],
    )
    def get(self, request: Request) -> Response:  # noqa: ARG002
        """The usual systems and the local ones; any EPSG number can be given besides."""
        return Response(systems.choices())
