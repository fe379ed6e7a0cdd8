"""Erasing: by time, and for one who asks to be forgotten."""
