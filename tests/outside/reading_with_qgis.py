"""Reads a site with QGIS's own library and prints what it found: run by `test_qgis.py`.

Debian's Python runs it, since the library is built for that one.
"""

import json
import sys
import tempfile

from qgis.core import (
    Qgis,
    QgsApplication,
    QgsAuthMethodConfig,
    QgsDataSourceUri,
    QgsFeatureRequest,
    QgsMapBoxGlStyleConversionContext,
    QgsMapBoxGlStyleConverter,
    QgsMapRendererParallelJob,
    QgsMapSettings,
    QgsRectangle,
    QgsVectorLayer,
    QgsVectorTileLayer,
)
from qgis.PyQt.QtCore import QSize
from qgis.PyQt.QtGui import QColor


def features(root, collection, name="", password="", box="", where=""):
    """Fields, count and values of a collection by QGIS's provider for OGC API Features."""
    uri = QgsDataSourceUri()
    uri.setParam("url", f"{root}/ogc/")
    uri.setParam("typename", collection)
    uri.setParam("restrictToRequestBBOX", "1")
    if name:
        uri.setAuthConfigId(account(name, password))
    layer = QgsVectorLayer(uri.uri(False), collection, "OAPIF")
    request = QgsFeatureRequest()
    if box:
        request.setFilterRect(QgsRectangle(*map(float, box.split(","))))
    if where:
        request.setFilterExpression(where)
    found = list(layer.getFeatures(request)) if layer.isValid() else []
    names = [field.name() for field in layer.fields()]
    extent = QgsRectangle()
    for one in found:
        extent.combineExtentWith(one.geometry().boundingBox())
    return {
        "valid": layer.isValid(),
        "error": layer.error().message() if not layer.isValid() else "",
        "fields": names,
        "count": len(found),
        "values": {name: [str(one[name]) for one in found] for name in names},
        "crs": layer.crs().authid(),
        "bounds": [extent.xMinimum(), extent.yMinimum(), extent.xMaximum(), extent.yMaximum()],
    }


def account(name, password):
    """A log-in by HTTP Basic, kept as QGIS keeps such."""
    keeper = QgsApplication.authManager()
    keeper.setMasterPassword("only for this test", True)
    config = QgsAuthMethodConfig("Basic")
    config.setName("wanmi")
    config.setConfig("username", name)
    config.setConfig("password", password)
    keeper.storeAuthenticationConfig(config)
    return config.id()


def tiles(root, layer, style, west, south, east, north):
    """A vector tile layer drawn with our style: how many pixels are not those of the ground."""
    from urllib.request import urlopen

    uri = f"type=xyz&url={root}/tiles/{layer}/{{z}}/{{x}}/{{y}}.mvt&zmin=9&zmax=14"
    shown = QgsVectorTileLayer(uri, layer)
    text = urlopen(style).read().decode()
    converter, context = QgsMapBoxGlStyleConverter(), QgsMapBoxGlStyleConversionContext()
    context.setTargetUnit(Qgis.RenderUnit.Pixels if hasattr(Qgis, "RenderUnit") else 2)
    result = converter.convert(json.loads(text), context)
    shown.setRenderer(converter.renderer())
    shown.setLabeling(converter.labeling())
    settings = QgsMapSettings()
    settings.setLayers([shown])
    settings.setDestinationCrs(shown.crs())
    settings.setExtent(QgsRectangle(*map(float, (west, south, east, north))))
    settings.setOutputSize(QSize(256, 256))
    settings.setBackgroundColor(QColor("#ffffff"))
    job = QgsMapRendererParallelJob(settings)
    job.start()
    job.waitForFinished()
    image = job.renderedImage()
    ground = QColor("#ffffff").rgb()
    painted = sum(
        image.pixel(x, y) != ground for x in range(image.width()) for y in range(image.height())
    )
    return {
        "valid": shown.isValid(),
        "converted": int(result) == 0,
        "error": converter.errorMessage(),
        "warnings": list(converter.warnings()),
        "styles": len(converter.renderer().styles()),
        "painted": painted,
    }


def main():
    """Print what the named function tells."""
    with tempfile.TemporaryDirectory() as folder:
        QgsApplication.setPrefixPath("/usr", True)
        app = QgsApplication([], False, folder)
        app.initQgis()
        told = {"features": features, "tiles": tiles}[sys.argv[1]](*sys.argv[2:])
        print(json.dumps(told))
        sys.stdout.flush()
        app.exitQgis()


if __name__ == "__main__":
    main()
