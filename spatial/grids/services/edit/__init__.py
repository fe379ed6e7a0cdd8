"""Edits of draft plans by hand: each leaves an exact coverage, and can be undone."""
