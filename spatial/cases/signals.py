"""What cases tell the apps that stand on them, which they do not know."""

from django.dispatch import Signal

cases_written = Signal()
"""Sent inside the transaction that wrote many cases at once, with ``months`` such as 202611.

A move of one case sends nothing: who keeps counts of moves has the database do it.
"""
