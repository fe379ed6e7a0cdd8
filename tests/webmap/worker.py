"""What the worker does, in the process of a test."""

from django.core.management import call_command


def work() -> None:
    """Work until nothing waits."""
    call_command("db_worker", "--batch", "--no-startup-delay", verbosity=0)
