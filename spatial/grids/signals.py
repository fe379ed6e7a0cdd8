"""What the grids tell the apps that stand on them, which they do not know."""

from django.dispatch import Signal

plan_published = Signal()
"""Sent inside the transaction that publishes a plan, with ``plan`` and ``former`` (or None).

Who receives it moves what lies on the grids; its error takes the whole publication back.
"""
