"""The features of the base map by kind, as they are exported."""

from __future__ import annotations

from functools import partial

import numpy as np
from django.utils.translation import gettext as _

from spatial.basemap.io.writers import Field
from spatial.basemap.models import BaseFeature, Dataset
from spatial.basemap.services.export_regions import made_up, named, region_on
from spatial.basemap.services.exporting import Order, Source, Table, gathered
from spatial.core.errors import InputError
from spatial.core.jobs import Progress

BASEMAP = "basemap"
_FIELDS = (
    Field("NAME", "名称", "name", "text", BASEMAP),
    Field("CLASS", "等级，1 最高；0 无等级", "class, 1 the highest; 0 none", "integer", BASEMAP),
    Field("SUBTYPE", "来源中的类别", "the source's own word", "text", BASEMAP),
    Field("USE", "用地类别", "land use", "text", BASEMAP),
    Field("UNDERGRD", "是否地下，1 是 0 否", "underground, 1 yes 0 no", "integer", BASEMAP),
    Field("SOURCEKEY", "来源标识", "layer and identifier in the source", "text", BASEMAP),
)
_READ = ("name", "line_class", "subtype", "use", "underground", "source_key")
_TITLES = {
    "road": ("道路", "roads"),
    "rail": ("铁路", "railways"),
    "water_line": ("水系线", "water lines"),
    "water_area": ("水系面", "water areas"),
    "wall": ("围墙", "walls and fences"),
    "building": ("建筑", "buildings"),
    "compound": ("院落", "compounds"),
    "green": ("绿地", "green areas"),
    "ground": ("用地", "ground by land use"),
}


def _check(order: Order) -> None:
    if order.on is not None:
        text = _("The base map is kept as it is now only; leave the day out.")
        raise InputError("E-EXPORT-NODAY", text)
    region_on(order.region)


def _read(kind: str, order: Order, progress: Progress) -> Table:
    """Whole features that meet the region; none is cut at its border."""
    ground = region_on(order.region)
    found = BaseFeature.objects.filter(kind=kind, geom__intersects=ground.geom)
    read, geometry = gathered(found.order_by("source_key", "pk"), _READ, progress)
    datasets = Dataset.objects.filter(pk__in=found.values("dataset"))
    version = max(datasets.values_list("version", flat=True), default=0)
    return Table(
        geometry=geometry,
        columns={
            "NAME": read["name"],
            "CLASS": np.array(read["line_class"], np.int32),
            "SUBTYPE": read["subtype"],
            "USE": read["use"],
            "UNDERGRD": np.array(read["underground"], np.int32),
            "SOURCEKEY": read["source_key"],
        },
        labels=read["name"],
        groups=[f"{kind}_{number}" if number else kind for number in read["line_class"]],
        edition=f"{order.region}-v{version}",
        facts=made_up(datasets),
        origins={BASEMAP: named(datasets)},
    )


FEATURE_SOURCES = tuple(
    Source(kind, *_TITLES[kind], fields=_FIELDS, check=_check, read=partial(_read, kind))
    for kind in BaseFeature.Kind.values
)
