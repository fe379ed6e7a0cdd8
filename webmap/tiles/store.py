"""Tiles as gzipped files, written so that a reader never sees half a one."""

from __future__ import annotations

import gzip
import os
import shutil
import tempfile
from pathlib import Path

from django.conf import settings

from webmap.tiles.address import TileAddress
from webmap.tiles.sources import TileSource

GZIP_LEVEL = 6
RENAME_TRIES = 5
VECTORS, PIXELS = "mvt", "px"
"""Forms of a tile, as its address ends."""
CONTENT_TYPES = {
    VECTORS: "application/vnd.mapbox-vector-tile",
    PIXELS: "application/octet-stream",
}


def layer_folder(layer_name: str) -> Path:
    """Folder of all versions of a layer."""
    return Path(settings.TILE_DIR) / layer_name


def folder(source: TileSource) -> Path:
    """Folder of a source's tiles."""
    return layer_folder(source.layer.name) / source.folder


def tile_path(base: Path, address: TileAddress, form: str = VECTORS) -> Path:
    """File of one tile below a source's folder."""
    return base / str(address.z) / str(address.x) / f"{address.y}.{form}.gz"


def read(source: TileSource, address: TileAddress, form: str = VECTORS) -> bytes | None:
    """The gzipped tile, or None when there is no file."""
    try:
        return tile_path(folder(source), address, form).read_bytes()
    except OSError:
        return None


def pack(data: bytes) -> bytes:
    """Gzip without a time stamp, so that equal tiles are equal bytes."""
    return gzip.compress(data, GZIP_LEVEL, mtime=0)


def write(base: Path, address: TileAddress, packed: bytes, form: str = VECTORS) -> None:
    """Write a tile under another name, then rename it."""
    path = tile_path(base, address, form)
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, suffix=".part")
    with os.fdopen(handle, "wb") as file:
        file.write(packed)
    os.chmod(name, 0o644)
    os.replace(name, path)


def new_folder(layer_name: str) -> Path:
    """An empty folder beside the versions, to build a pyramid in."""
    parent = layer_folder(layer_name)
    parent.mkdir(parents=True, exist_ok=True)
    made = Path(tempfile.mkdtemp(dir=parent, prefix=".build-"))
    made.chmod(0o755)
    return made


def publish(built: Path, source: TileSource) -> None:
    """Put a finished folder in the place of a source's folder."""
    target = folder(source)
    for _attempt in range(RENAME_TRIES):
        old = new_folder(source.layer.name)
        if target.exists():
            os.rename(target, old)
        try:
            os.rename(built, target)
        except OSError:
            # A live tile was stored in between and made the folder anew.
            continue
        finally:
            shutil.rmtree(old, ignore_errors=True)
        return
    raise OSError(f"{target} could not be replaced")


def forget(layer_name: str, keep: int) -> int:
    """Remove all but the newest ``keep`` versions of a layer; return how many went."""
    found = [p for p in layer_folder(layer_name).glob("[!.]*") if p.is_dir()]
    old = sorted(found, key=lambda p: p.stat().st_mtime, reverse=True)[keep:]
    for path in old:
        shutil.rmtree(path, ignore_errors=True)
    return len(old)
