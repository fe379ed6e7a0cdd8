"""Chinese place and address text, and the offset systems of Chinese web maps: pure functions."""

from geocode.bd09 import from_bd09, to_bd09
from geocode.gcj02 import from_gcj02, to_gcj02
from geocode.normalize import fold

__all__ = ["fold", "from_bd09", "from_gcj02", "to_bd09", "to_gcj02"]
