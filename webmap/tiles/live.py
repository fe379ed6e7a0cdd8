"""Makes one tile in the database."""

from __future__ import annotations

from typing import Any

from spatial.core.reading import reader
from webmap.tiles import basemap, citygrids, grids, regions
from webmap.tiles.address import TileAddress
from webmap.tiles.sources import TileSource

QUERIES = {
    "districts": regions.query,
    "streets": regions.query,
    "communities": regions.query,
    "grids": grids.query,
    "city-grids": citygrids.query,
    "basemap": basemap.query,
}


def make(source: TileSource, address: TileAddress) -> bytes:
    """The tile as plain MVT; no bytes when nothing is there."""
    return run(*QUERIES[source.layer.name](source, address))


def run(sql: str, values: dict[str, Any]) -> bytes:
    """The bytes a statement answers with."""
    with reader().cursor() as cursor:
        cursor.execute(sql, values)
        return bytes(cursor.fetchone()[0] or b"")
