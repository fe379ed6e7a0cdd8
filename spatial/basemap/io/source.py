"""Opens a file for one import: unpack, check, list the layers, clean up behind.

GDAL runs in a process of its own (``reader``) and only ever sees links with plain names in a folder
of our own, never the user's path, so that no path can turn into one of GDAL's virtual file systems
and no stray sidecar is read.
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

from django.utils.translation import gettext_lazy as _

from spatial.basemap.io import (
    archive,
    drawing,
    drivers,
    encoding,
    filegdb,
    limits,
    plaintext,
    shapefile,
    spreadsheet,
    table,
)
from spatial.basemap.io.limits import Limits
from spatial.basemap.io.problems import problem
from spatial.basemap.io.reader import Reader
from spatial.core.errors import InputError

PREFIX = "wanmi-import-"
CHUNK = 4 * 1024**2


@dataclass(frozen=True, slots=True)
class Layer:
    """One layer of an opened file."""

    file: str
    """File name for messages."""
    path: Path
    name: str
    reader: Reader
    """The process that reads it; it ends when the source is closed."""
    geometry_type: str
    fields: tuple[str, ...]
    types: tuple[str, ...]
    """Type of each field as numpy names it; ``object`` is text."""
    crs: str | None
    """``EPSG:N`` or WKT as GDAL found it; None when the file names none."""
    features: int
    """Count the driver tells without reading, -1 when it cannot."""
    encoding: encoding.Found
    xy: tuple[str, str] | None = None
    """Columns of the coordinates where the layer is a table."""

    @property
    def driver(self) -> str:
        """GDAL's driver, which has been checked against the bytes of the file."""
        return self.reader.driver

    @property
    def reading(self) -> str | None:
        """The encoding GDAL must be told; only shapefiles leave it open."""
        return self.encoding.name if self.driver == drivers.SHAPEFILE else None


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
def open_source(
    path: Path,
    text_encoding: str = "auto",
    shown: str | None = None,
    most: Limits | None = None,
    *,
    bare: bool = False,
) -> Iterator[Source]:
    """Open a file and yield its layers; folder and reader process go away afterwards.

    Parameters
    ----------
    path : Path
        The file.
    text_encoding : str
        Of a shapefile or CSV; ``auto`` finds UTF-8 and GB18030.
    shown : str, optional
        The name its user knows it by, whose ending says what it should be; else that of ``path``.
    most : Limits, optional
        What the reader may take; else the site's limits.
    bare : bool
        Tables without coordinates are wanted too; their layers have no geometry type.

    Raises
    ------
    InputError
        Every ``E-FILE-``, ``E-FORMAT``, ``E-ZIP-``, ``E-SHP-``, ``E-TEXT-``, ``E-TABLE-`` and
        ``E-READER-`` code that can be told without reading features; ``E-DISK-FULL``.
    """
    remove_stale()
    shown = shown or path.name
    driver = drivers.identify(path, shown)
    folder = Path(tempfile.mkdtemp(prefix=f"{PREFIX}{os.getpid()}-"))
    try:
        files = _files(path, folder, shown, driver)
        texts = [_text(file, shown, text_encoding) for file in files]
        options = {"DXF_ENCODING": texts[0].name}
        most = most or limits.of_settings()
        with Reader(_driver(files[0]), folder, shown, most, options) as reader:
            pairs = zip(files, texts, strict=True)
            layers = [layer for file, text in pairs for layer in _layers(file, reader, text, bare)]
            if not layers:
                raise problem(
                    "E-LAYER-MISSING", _("The file has no layer; export it again."), shown
                )
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


def _driver(file: Path) -> str:
    """The driver of a file in our folder, whose kind has been checked."""
    if file.suffix.lower() == filegdb.SUFFIX:
        return drivers.FILEGDB
    return drivers.driver_of(file.name) or ""


def _plain(stem: str) -> str:
    """A file name GDAL cannot take for anything but a name; it also names the layer."""
    return re.sub(r"[^\w-]", "_", stem)[:60] or "layer"


def _files(path: Path, folder: Path, shown: str, driver: str) -> list[Path]:
    """The data files in our folder: unpacked or linked, under plain names."""
    if driver == drivers.ZIP:
        return _unpacked(path, folder, shown)
    return [_linked(path, folder, shown)]


def _linked(path: Path, folder: Path, shown: str) -> Path:
    """Put a file, or a shapefile's parts, into the folder under a plain name."""
    suffix = Path(shown).suffix.lower()
    suffix = ".osm.pbf" if suffix == ".pbf" else suffix
    stem = _plain(shown.split(".")[0] if suffix == ".osm.pbf" else Path(shown).stem)
    target = folder / f"{stem}{suffix}"
    if suffix == ".csv":
        # It may have to be rewritten in UTF-8.
        _copy(path, target, shown)
        return target
    if suffix == ".xlsx" and (styles := spreadsheet.styles_with_whole_hours(path)):
        try:
            spreadsheet.copy_with(path, target, styles)
        except OSError as error:
            raise _of_disk(error, shown) from error
        return target
    for part in _parts(path):
        ending = suffix if part == path else part.suffix.lower()
        (folder / f"{stem}{ending}").symlink_to(part.resolve())
    return target


def _copy(path: Path, target: Path, shown: str) -> None:
    try:
        shutil.copyfile(path, target)
    except OSError as error:
        raise _of_disk(error, shown) from error


def _of_disk(error: OSError, shown: str) -> Exception:
    return archive.damaged(shown, error) if archive.is_full(error) else error


def _unpacked(path: Path, folder: Path, shown: str) -> list[Path]:
    """Unpack an archive and return its data files: shapefiles, or one file of another kind."""
    inside = folder / "zip"
    inside.mkdir()
    members = archive.unpack(path, inside, shown)
    bases = sorted({m.parent for m in members if m.parent != inside})
    top = [m for m in members if m.parent == inside and m.name not in drivers.COMPANIONS]
    data = [m for m in top if drivers.driver_of(m.name)]
    kinds = {drivers.driver_of(member.name) for member in data}
    if not data and not bases:
        text = _("The zip holds no file of a kind that is read; check what was packed.")
        raise problem("E-ZIP-EMPTY", text, shown)
    if len(kinds) + len(bases) > 1 or (len(data) > 1 and kinds != {drivers.SHAPEFILE}):
        text = _("The zip holds more than one data set; pack one at a time.")
        raise problem("E-ZIP-MANY", text, shown, members=[m.name for m in [*data, *bases]][:20])
    for base in bases:
        filegdb.check(base, shown)
    for member in data:
        drivers.identify(member, member.name)
    return [_moved(base, folder) for base in bases] or [_linked(m, folder, m.name) for m in data]


def _moved(base: Path, folder: Path) -> Path:
    target = folder / f"{_plain(base.stem)}{filegdb.SUFFIX}"
    return base.rename(target)


def _text(file: Path, shown: str, wanted: str) -> encoding.Found:
    """The encoding of a data file; a shapefile's parts are checked on the way."""
    driver = _driver(file)
    if driver == drivers.SHAPEFILE:
        shapefile.check(file, shown)
        return encoding.detect(file, shown, wanted)
    if driver not in (drivers.DXF, drivers.CSV):
        return encoding.Found("UTF-8", "format")
    is_drawing = driver == drivers.DXF
    said = drawing.declared(file) if is_drawing else ""
    found = plaintext.detect(file, shown, wanted, said)
    try:
        if is_drawing:
            drawing.give_header(file)
        else:
            table.to_utf8(file, found)
    except OSError as error:
        raise _of_disk(error, shown) from error
    return found


def _layers(file: Path, reader: Reader, text: encoding.Found, bare: bool) -> list[Layer]:
    tables = reader.driver in drivers.TABLES
    names = [name for name, kind in reader.layers(file) if kind is not None or tables]
    layers = [_layer(file, name, reader, text) for name in names]
    if not tables:
        return layers
    layers = [layer for layer in layers if layer.geometry_type or (bare and layer.fields)]
    if not layers:
        raise no_coordinates(reader.shown)
    return layers


def no_coordinates(shown: str, layer: str = "") -> InputError:
    """The error for a table that has no columns of coordinates where a map is wanted."""
    text = _(
        "No columns of coordinates are in the table; call them lon and lat, x and y, or 经度 and "
        "纬度."
    )
    return problem("E-TABLE-NOXY", text, shown, layer)


def _layer(file: Path, name: str, reader: Reader, text: encoding.Found) -> Layer:
    told = text.name if reader.driver == drivers.SHAPEFILE else None
    facts = reader.info(file, name, told)
    if facts["driver"] != reader.driver:
        raise drivers.disguised(reader.shown, driver=str(facts["driver"]))
    fields = tuple(facts["fields"])
    kind = facts["geometry_type"]
    xy = None if kind or reader.driver not in drivers.TABLES else table.coordinate_columns(fields)
    return Layer(
        file=reader.shown,
        path=file,
        name=name,
        reader=reader,
        geometry_type=kind or ("Point" if xy else ""),
        fields=fields,
        types=tuple(facts["types"]),
        crs="EPSG:4326" if reader.driver == drivers.OSM else facts["crs"],
        features=facts["features"],
        encoding=text,
        xy=xy,
    )
