"""The OpenAPI description and its reading page, without a script inside the page."""

from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView


class Schema(SpectacularAPIView):
    """OpenAPI description of the API."""


class Docs(SpectacularSwaggerSplitView):
    """Swagger UI from our own server."""

    url_name = "schema"
    template_name = "webmap/docs.html"
