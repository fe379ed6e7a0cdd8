"""Opens a file for one import: unpack, check, list the layers, clean up behind.

GDAL only ever sees links with plain names in a folder of our own, never the user's path, so that
no path can turn into one of GDAL's virtual file systems and no stray sidecar is read.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pyogrio
from django.utils.translation import gettext_lazy as _
from pyogrio.errors import DataLayerError, DataSourceError

from spatial.basemap.io import archive, drivers, encoding, shapefile
from spatial.basemap.io.problems import problem

PREFIX = "wanmi-import-"
CHUNK = 4 * 1024**2


@dataclass(frozen=True, slots=True)
class Layer:
    """One layer of an opened file."""

    file: str
    """File name for messages."""
    path: Path
    name: str
    driver: str
    geometry_type: str
    fields: tuple[str, ...]
    crs: str | None
    """``EPSG:N`` or WKT as GDAL found it; None when the file names none."""
    features: int
    """Count the driver tells without reading, -1 when it cannot."""
    encoding: str


@dataclass(frozen=True, slots=True)
class Source:
    """An opened file: its layers, and a folder that is removed when it is closed."""

    file: str
    folder: Path
    layers: tuple[Layer, ...]

    @property
    def driver(self) -> str:
        """Driver of all layers; a source never mixes drivers."""
        return self.layers[0].driver

    def layer(self, name: str) -> Layer:
        """The layer of this name, case disregarded.

        Raises
        ------
        InputError
            ``E-LAYER-MISSING``.
        """
        for layer in self.layers:
            if layer.name.casefold() == name.casefold():
                return layer
        names = ", ".join(layer.name for layer in self.layers)
        text = _("The layer is not in the file, which has: %s.") % names
        raise problem("E-LAYER-MISSING", text, self.file, name)


def fingerprint(path: Path) -> str:
    """SHA-256 of a file, or of all parts of a shapefile.

    Raises
    ------
    InputError
        ``E-FILE-MISSING``.
    """
    if not path.is_file():
        raise problem("E-FILE-MISSING", _("There is no such file; check the path."), path.name)
    total = hashlib.sha256()
    for part in _parts(path):
        with part.open("rb") as file:
            while chunk := file.read(CHUNK):
                total.update(chunk)
    return total.hexdigest()


@contextmanager
def open_source(path: Path, text_encoding: str = "auto") -> Iterator[Source]:
    """Open a file and yield its layers; the temporary folder goes away afterwards.

    Raises
    ------
    InputError
        Every ``E-FILE-``, ``E-ZIP-``, ``E-SHP-`` and ``E-TEXT-`` code that can be told without
        reading features.
    """
    remove_stale()
    shown = path.name
    driver = drivers.identify(path, shown)
    folder = Path(tempfile.mkdtemp(prefix=f"{PREFIX}{os.getpid()}-"))
    try:
        packed = driver == drivers.ZIP
        files = _unpacked(path, folder, shown) if packed else [_linked(path, folder)]
        layers = [layer for file in files for layer in _layers(file, shown, text_encoding)]
        if not layers:
            raise problem("E-LAYER-MISSING", _("The file has no layer; export it again."), shown)
        yield Source(shown, folder, tuple(layers))
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def remove_stale() -> None:
    """Remove folders that a killed import of this machine left behind."""
    for folder in Path(tempfile.gettempdir()).glob(f"{PREFIX}*-*"):
        pid = folder.name.removeprefix(PREFIX).split("-")[0]
        if pid.isdigit() and not Path(f"/proc/{pid}").exists():
            shutil.rmtree(folder, ignore_errors=True)


def _parts(path: Path) -> list[Path]:
    if path.suffix.lower() != ".shp":
        return [path]
    found = [shapefile.part(path, suffix) for suffix in shapefile.SIDECARS]
    return [part for part in found if part is not None]


def _plain(stem: str) -> str:
    """A file name GDAL cannot take for anything but a name; it also names the layer."""
    return re.sub(r"[^\w-]", "_", stem)[:100] or "layer"


def _linked(path: Path, folder: Path) -> Path:
    """Link a file, or a shapefile's parts, into the folder under a plain name."""
    suffix = ".osm.pbf" if path.suffix.lower() == ".pbf" else path.suffix.lower()
    stem = _plain(path.name.split(".")[0] if suffix == ".osm.pbf" else path.stem)
    for part in _parts(path):
        ending = suffix if part == path else part.suffix.lower()
        (folder / f"{stem}{ending}").symlink_to(part.resolve())
    return folder / f"{stem}{suffix}"


def _unpacked(path: Path, folder: Path, shown: str) -> list[Path]:
    """Unpack an archive and return its data files: shapefiles, or one file of another kind."""
    inside = folder / "zip"
    inside.mkdir()
    members = archive.unpack(path, inside, shown)
    data = [member for member in members if drivers.driver_of(member.name)]
    kinds = {drivers.driver_of(member.name) for member in data}
    if not data:
        text = _("The zip holds no .shp, .gpkg, .geojson or .osm.pbf; check what was packed.")
        raise problem("E-ZIP-EMPTY", text, shown)
    if len(kinds) > 1 or (len(data) > 1 and kinds != {drivers.SHAPEFILE}):
        text = _("The zip holds more than one data set; pack one at a time.")
        raise problem("E-ZIP-MANY", text, shown, members=[member.name for member in data])
    for member in data:
        drivers.identify(member, member.name)
    return [_linked(member, folder) for member in data]


def _layers(file: Path, shown: str, text_encoding: str) -> list[Layer]:
    driver = drivers.driver_of(file.name) or ""
    text = "UTF-8"
    if driver == drivers.SHAPEFILE:
        shapefile.check(file, shown)
        text = encoding.detect(file, shown, text_encoding)
    try:
        names = [name for name, kind in pyogrio.list_layers(file) if kind is not None]
        return [_layer(file, str(name), shown, driver, text) for name in names]
    except (DataSourceError, DataLayerError) as error:
        sentence = _("The file cannot be read; export it again.")
        raise problem("E-FILE-BROKEN", sentence, shown, reason=str(error)[:200]) from error


def _layer(file: Path, name: str, shown: str, driver: str, text: str) -> Layer:
    wanted = text if driver == drivers.SHAPEFILE else None
    facts = pyogrio.read_info(file, layer=name, encoding=wanted)
    if facts["driver"] != driver:
        sentence = _("The file is not what its name says; export it again.")
        raise problem("E-FILE-CONTENT", sentence, shown, driver=facts["driver"])
    return Layer(
        file=shown,
        path=file,
        name=name,
        driver=driver,
        geometry_type=facts["geometry_type"] or "Unknown",
        fields=tuple(str(field) for field in facts["fields"]),
        crs="EPSG:4326" if driver == drivers.OSM else facts["crs"],
        features=facts["features"],
        encoding=text,
    )
