"""Reference systems the store uses."""

STORE_SRID = 4326
"""Stored coordinates; taken as equal to CGCS2000 (EPSG:4490) at city scale, centimetres apart."""

TILE_SRID = 3857
"""Web Mercator of the tiles; never a source of areas or lengths."""
