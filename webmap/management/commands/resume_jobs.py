"""Begins jobs again whose worker died: to be run before a worker starts."""

from typing import Any

from spatial.core.commands import WanmiCommand
from webmap.jobs import begin_again


class Command(WanmiCommand):
    help = "Put jobs whose worker died back in the queue; one that died twice is closed."
    example = "&& python manage.py db_worker"

    def work(self, **options: Any) -> dict[str, Any]:  # noqa: ARG002
        """Begin them again; print how many."""
        return {"begun again": begin_again()}
