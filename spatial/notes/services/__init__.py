"""Writes of notes and of saved views."""
