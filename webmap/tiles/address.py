"""Tile addresses of the usual Web Mercator scheme."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

WORLD_M = 40_075_016.685578488
"""Side of the Web Mercator square in its own units."""

TILE_PX = 256


@dataclass(frozen=True, slots=True)
class TileAddress:
    """Zoom, column and row; row 0 is in the north."""

    z: int
    x: int
    y: int

    @property
    def inside(self) -> bool:
        """Whether such a tile exists."""
        return 0 <= self.z <= 24 and 0 <= self.x < 2**self.z and 0 <= self.y < 2**self.z

    def children(self) -> Iterator[TileAddress]:
        """The four tiles of the next zoom that cover this one."""
        for dy in (0, 1):
            for dx in (0, 1):
                yield TileAddress(self.z + 1, 2 * self.x + dx, 2 * self.y + dy)

    def corners(self, margin: float = 0.0) -> tuple[float, float, float, float]:
        """West, south, east, north in degrees, with so many sides of the tile around it."""
        west, east = ((self.x + side) / 2**self.z * 360 - 180 for side in (-margin, 1 + margin))
        south, north = (
            math.degrees(math.atan(math.sinh(math.pi * (1 - 2 * (self.y + side) / 2**self.z))))
            for side in (1 + margin, -margin)
        )
        return west, south, east, north

    def metres(self, margin: float = 0.0) -> tuple[float, float, float, float]:
        """The same in Web Mercator units."""
        side, half = WORLD_M / 2**self.z, WORLD_M / 2
        west, north = self.x * side - half, half - self.y * side
        more = margin * side
        return west - more, north - side - more, west + side + more, north + more

    @classmethod
    def of_point(cls, z: int, lon: float, lat: float) -> TileAddress:
        """The tile of a zoom that holds a point."""
        last = 2**z - 1
        x = int((lon + 180) / 360 * 2**z)
        y = int((1 - math.asinh(math.tan(math.radians(lat))) / math.pi) / 2 * 2**z)
        return cls(z, min(max(x, 0), last), min(max(y, 0), last))


def pixel_m(z: int) -> float:
    """Side of a screen pixel at a zoom, in Web Mercator units."""
    return WORLD_M / TILE_PX / 2**z
