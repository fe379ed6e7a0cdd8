"""Takes from GDAL, before it starts, everything that follows references out of a file.

A renamed VRT, GDALG or GTI text would otherwise make GDAL read other local files or run a
pipeline, and a web driver or a link in a file would make it send requests. ``GDAL_SKIP`` counts
only before the drivers are registered, so ``harden`` runs when the app is loaded.
"""

from __future__ import annotations

import os

SKIPPED = (
    "VRT", "OGR_VRT", "GDALG", "GTI", "STACIT", "STACTA", "DERIVED", "HTTP", "WMS", "WMTS",
    "WCS", "WFS", "OAPIF", "OGCAPI", "EEDA", "EEDAI", "PLSCENES", "PLMosaic", "Elasticsearch",
    "Carto", "AmigoCloud", "CSW", "NGW", "DAAS", "KMLSUPEROVERLAY", "LIBKML", "KML",
    "GML", "GeoRSS", "GPSBabel", "ADBC", "MVT", "PMTiles", "MBTiles", "TopoJSON",
    "ESRIJSON", "JSONFG", "GeoJSONSeq", "PDF", "PGDUMP", "OGR_GMT", "OGR_PDS", "Selafin", "MapML",
    "SXF", "VDV", "EDIGEO", "LVBAG", "GTFS", "VFK",
)  # fmt: skip
DEAD_PROXY = "127.0.0.1:9"
"""Port 9 (discard) of this machine: every request GDAL might still try ends there."""


def harden() -> None:
    """Set the environment of GDAL; has no effect once GDAL has registered its drivers."""
    given = [name for name in os.environ.get("GDAL_SKIP", "").split(",") if name]
    os.environ["GDAL_SKIP"] = ",".join(dict.fromkeys([*SKIPPED, *given]))
    os.environ["GDAL_HTTP_PROXY"] = DEAD_PROXY
    os.environ["GDAL_HTTP_TIMEOUT"] = "1"
    os.environ["GDAL_HTTP_MAX_RETRY"] = "0"
    os.environ["PROJ_NETWORK"] = "OFF"
    os.environ["CPL_VSIL_CURL_ALLOWED_EXTENSIONS"] = "{none}"
