"""A capital that can be lost and put up again: dump, photos, settings, and the proof of both."""
