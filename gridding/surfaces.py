"""Footprints of surfaces of triangles or faces, which shapely cannot read, from their WKB."""

from __future__ import annotations

import struct
from dataclasses import dataclass

import numpy as np
import shapely

# OGC 06-103r4, table 7; thousands say which of Z and M there are, or the older way high bits.
_Z_BIT, _M_BIT = 0x80000000, 0x40000000
_POLYGON, _POLYHEDRAL, _TIN, _TRIANGLE = 3, 15, 16, 17
_RINGED = (_POLYGON, _TRIANGLE)
_ORDINATES = {0: 2, 1: 3, 2: 3, 3: 4}


def _sort(code: int) -> tuple[int, int]:
    """Type and number of ordinates; 0 ordinates for a code that is none."""
    bits = bool(code & _Z_BIT) + bool(code & _M_BIT)
    thousands, sort = divmod(code & ~(_Z_BIT | _M_BIT), 1000)
    return sort, 2 + bits if bits else _ORDINATES.get(thousands, 0)


@dataclass(slots=True)
class _Reader:
    """Where in some little-endian WKB the reading stands."""

    wkb: bytes
    at: int = 0

    def head(self) -> tuple[int, int, int]:
        """Return type, number of ordinates, and count of what follows."""
        code, count = struct.unpack_from("<II", self.wkb, self.at + 1)
        self.at += 9
        return *_sort(code), count

    def ring(self, ordinates: int) -> shapely.LinearRing:
        (count,) = struct.unpack_from("<I", self.wkb, self.at)
        values = np.frombuffer(self.wkb, "<f8", count * ordinates, self.at + 4)
        self.at += 4 + 8 * len(values)
        return shapely.LinearRing(values.reshape(-1, ordinates)[:, :2])

    def polygons(self) -> list[shapely.Polygon]:
        sort, ordinates, count = self.head()
        if sort in _RINGED:
            rings = [self.ring(ordinates) for _ in range(count)]
            return [shapely.Polygon(rings[0], rings[1:])] if rings else []
        return [polygon for _ in range(count) for polygon in self.polygons()]


def is_surface(wkb: bytes) -> bool:
    """Return whether some WKB is a triangle, a TIN or a polyhedral surface."""
    code = int.from_bytes(wkb[1:5], "little") if wkb[:1] == b"\x01" else 0
    sort, ordinates = _sort(code)
    return ordinates > 0 and sort in (_POLYHEDRAL, _TIN, _TRIANGLE)


def footprint(wkb: bytes) -> shapely.Geometry:
    """Return the ground a surface covers; faces that stand upright cover none."""
    faces = shapely.make_valid(np.array(_Reader(wkb).polygons(), object))
    return shapely.union_all(faces[shapely.area(faces) > 0])
