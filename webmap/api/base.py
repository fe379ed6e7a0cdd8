"""The base of the API's views."""

from rest_framework.views import APIView


class DataView(APIView):
    """A view whose answers no cache hands to someone else, unless the view says so."""

    def finalize_response(self, request, response, *args, **kwargs):
        """Mark the answer as private and to be checked each time."""
        answer = super().finalize_response(request, response, *args, **kwargs)
        answer.headers.setdefault("Cache-Control", "private, no-cache")
        return answer
