"""Chinese place and address text: pure functions, no data of their own, standard library only."""

from geocode.normalize import fold

__all__ = ["fold"]
