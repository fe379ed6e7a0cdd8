"""When what runs in the background was last at work, told by itself."""

from __future__ import annotations

from django.utils import timezone

from spatial.core.models import Heartbeat

WORKER = "worker"
FOLD = "fold_counts"


def beat(name: str) -> None:
    """Say that it is at work now."""
    Heartbeat.objects.update_or_create(name=name, defaults={"at": timezone.now()})


def ages_s() -> dict[str, float]:
    """Seconds since each was last at work."""
    now = timezone.now()
    return {name: (now - at).total_seconds() for name, at in Heartbeat.objects.values_list()}
