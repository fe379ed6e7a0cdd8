"""Who may call the API."""

from django.conf import settings
from rest_framework.permissions import BasePermission


class MapIsOpen(BasePermission):
    """Anyone while the map is public, else whoever is logged in."""

    def has_permission(self, request, view) -> bool:
        """Allow by the setting ``PUBLIC_MAP`` or by login."""
        return settings.PUBLIC_MAP or request.user.is_authenticated
