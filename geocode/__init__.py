"""Chinese place and address text, and the offset systems of Chinese web maps: pure functions."""

from geocode.bd09 import from_bd09, to_bd09
from geocode.errors import AddressError
from geocode.gcj02 import from_gcj02, to_gcj02
from geocode.geocoder import geocode, geocode_many
from geocode.normalize import fold
from geocode.spelling import key, sound, variants, warm_up

__all__ = [
    "AddressError",
    "fold",
    "from_bd09",
    "geocode",
    "geocode_many",
    "from_gcj02",
    "key",
    "sound",
    "to_bd09",
    "to_gcj02",
    "variants",
    "warm_up",
]
