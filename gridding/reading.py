"""One layer of a file as a frame, with remarks on what had to be changed to read it."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import numpy as np
import pyogrio
import shapely
from shapely.errors import GEOSException

from gridding.errors import InputError
from gridding.remarks import counted, place_of
from gridding.surfaces import footprint, is_surface
from gridding.types import Geometries, Problem

# Words of OGR SQL for what GDAL draws as chords; one of surfaces and one of lines may be straight.
_CURVES = ("CIRCULARSTRING", "COMPOUNDCURVE", "CURVEPOLYGON", "MULTICURVE", "MULTISURFACE")
_FAULTS = (pyogrio.errors.DataSourceError, pyogrio.errors.DataLayerError, OSError)


def layer_names(path: Path) -> list[str]:
    """Return the names of the layers of a file.

    Raises
    ------
    InputError
        ``E-GRID-FILE``.
    """
    try:
        return [str(name) for name in pyogrio.list_layers(path)[:, 0]]
    except _FAULTS as error:
        raise InputError("E-GRID-FILE", f"{path} cannot be opened: {error}.") from error


def read_layer(path: Path, layer: str) -> tuple[gpd.GeoDataFrame, list[Problem]]:
    """Return a layer in two or three dimensions and of straight parts, and remarks on the rest.

    Curves come as chords; of surfaces of triangles or faces the footprint is taken; what cannot
    be read as a geometry is left without one.

    Raises
    ------
    InputError
        ``E-GRID-FILE``.
    """
    try:
        frame = gpd.read_file(path, layer=layer, on_invalid="ignore")
        if not isinstance(frame, gpd.GeoDataFrame):
            raise InputError("E-GRID-FILE", f"{path}, layer {layer} has no geometry.")
        remarks = _curve_remarks(path, layer, len(frame))
        if frame.geometry.isna().any():
            shapes, more = _mended(path, layer, np.asarray(frame.geometry.values, object))
            frame, remarks = frame.set_geometry(list(shapes), crs=frame.crs), remarks + more
    except _FAULTS as error:
        raise InputError(
            "E-GRID-FILE", f"{path}, layer {layer}: cannot be read ({error})."
        ) from error
    return frame, remarks


def _curve_remarks(path: Path, layer: str, rows: int) -> list[Problem]:
    declared = str(pyogrio.read_info(path, layer=layer)["geometry_type"] or "")
    if declared != "Unknown" and declared.split()[0].upper() not in _CURVES:
        return []
    words = ", ".join(f"'{word}'" for word in _CURVES)
    name = layer.replace('"', '\\"')
    sql = f'SELECT * FROM "{name}" WHERE OGR_GEOMETRY IN ({words})'  # noqa: S608
    wkb = pyogrio.raw.read(path, sql=sql, sql_dialect="OGRSQL", columns=[])[2]
    if not len(wkb):
        return []
    x, y = place_of(shapely.from_wkb(wkb[:1], on_invalid="ignore")[0])
    message = (
        f"{len(wkb)} of {rows} rows of layer {layer} are curves, or may be; arcs in them were "
        "taken as chords, one for each four degrees."
    )
    return [Problem("W-GRID-CURVE", "", message, x, y)]


def _mended(path: Path, layer: str, shapes: Geometries) -> tuple[Geometries, list[Problem]]:
    """Footprints of surfaces among geometries that were not read, and remarks on all of these."""
    shapes = shapes.copy()
    wkb = pyogrio.raw.read(path, layer=layer, columns=[])[2]
    lost = np.array([w is not None for w in wkb]) & shapely.is_missing(shapes)
    surface = np.zeros(len(shapes), bool)
    for row in np.flatnonzero(lost).tolist():
        surface[row] = is_surface(wkb[row])
        if surface[row]:
            try:
                shapes[row] = footprint(wkb[row])
            except (GEOSException, ValueError):
                surface[row] = False
    name = f"rows of layer {layer}"
    what = "are surfaces of triangles or faces; the ground they cover was taken."
    broken = "hold what is no geometry (a ring that is not closed, a part of no size); left out."
    return shapes, [
        *counted("W-GRID-SURFACE", name, shapes, surface, what),
        *counted("W-GRID-BROKEN", name, shapes, lost & ~surface, broken),
    ]
