"""Takes from GDAL, before it starts, everything that follows references out of a file.

A renamed VRT, GDALG or GTI text would otherwise make GDAL read other local files or run a
pipeline, and a web driver or a link in a file would make it send requests. ``GDAL_SKIP`` counts
only before the drivers are registered, so ``harden`` runs when the app is loaded. Files from
outside are opened by the reader process alone, which has a single driver; this is the wall for
what GeoDjango and the exports do with GDAL in the site's own processes.
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


def environment() -> dict[str, str]:
    """The environment variables that keep GDAL and PROJ from following references."""
    return {
        "GDAL_SKIP": ",".join(SKIPPED),
        "GDAL_HTTP_PROXY": DEAD_PROXY,
        "GDAL_HTTP_TIMEOUT": "1",
        "GDAL_HTTP_MAX_RETRY": "0",
        "PROJ_NETWORK": "OFF",
        "CPL_VSIL_CURL_ALLOWED_EXTENSIONS": "{none}",
    }


def harden() -> None:
    """Set the environment of GDAL; has no effect once GDAL has registered its drivers."""
    given = [name for name in os.environ.get("GDAL_SKIP", "").split(",") if name]
    os.environ.update(environment())
    os.environ["GDAL_SKIP"] = ",".join(dict.fromkeys([*SKIPPED, *given]))
