"""A lattice of ragged grids with shared borders: like what the engine cuts, as large as wanted."""

from __future__ import annotations

import math

import numpy as np
import shapely
from pyproj import Transformer

WEST_M, SOUTH_M = 12_950_000, 4_830_000
"""In Web Mercator, by Beijing."""
BENDS = 4
"""Vertices between two corners: twenty a grid."""
CORNER, BEND = 0.25, 0.05
"""How far corners and bends may lie off the lattice, as a share of a side."""


def side_of(side_m: float) -> float:
    """A length on the ground in Web Mercator at 40° north."""
    return side_m / math.cos(math.radians(40))


def lattice(count: int, side_m: float) -> np.ndarray:
    """So many grids of about ``side_m`` squared, row by row, in Web Mercator."""
    columns = math.isqrt(count - 1) + 1
    rows = -(-count // columns)
    dice = np.random.default_rng(1)
    step = side_of(side_m)
    corners = np.stack(np.meshgrid(np.arange(columns + 1.0), np.arange(rows + 1.0)), axis=-1)
    corners += dice.uniform(-CORNER, CORNER, corners.shape)
    share = np.linspace(0, 1, BENDS + 2)[:-1, None]

    def borders(begin: np.ndarray, end: np.ndarray) -> np.ndarray:
        line = begin[..., None, :] * (1 - share) + end[..., None, :] * share
        line[..., 1:, :] += dice.uniform(-BEND, BEND, line[..., 1:, :].shape)
        return line

    across = borders(corners[:, :-1], corners[:, 1:])
    upward = borders(corners[:-1], corners[1:])
    # Back along the upper and the left side: from the far corner, bends in the other order.
    back = np.concatenate([corners[1:, 1:, None], across[1:, :, :0:-1]], axis=2)
    down = np.concatenate([corners[1:, :-1, None], upward[:, :-1, :0:-1]], axis=2)
    rings = np.concatenate([across[:-1], upward[:, 1:], back, down], axis=2)
    rings = rings.reshape(-1, rings.shape[2], 2)[:count] * step + (WEST_M, SOUTH_M)
    return shapely.polygons(rings)


def middle(count: int, side_m: float) -> tuple[float, float]:
    """Latitude and longitude of the middle of such a lattice."""
    half = math.sqrt(count) * side_of(side_m) / 2
    to_degrees = Transformer.from_crs(3857, 4326, always_xy=True)
    lon, lat = to_degrees.transform(WEST_M + half, SOUTH_M + half)
    return lat, lon


def in_degrees(shapes: np.ndarray) -> np.ndarray:
    """The same in EPSG:4326."""
    to_degrees = Transformer.from_crs(3857, 4326, always_xy=True)
    return shapely.transform(shapes, to_degrees.transform, interleaved=False)
