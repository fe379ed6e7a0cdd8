"""Takes components out as a file, with the fields of CJ/T 214 as surveys have them.

What is written can be imported again and changes nothing. Rows come by COPY into Arrow, words that
stand again and again once: 1.4 million rows must fit a small server.
"""

from __future__ import annotations

import tempfile
from functools import partial
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.csv
import shapely
from django.utils.translation import gettext as _
from numpy.typing import NDArray

from spatial.basemap.io.writers import Field
from spatial.basemap.models import Dataset
from spatial.basemap.services.export_regions import made_up, named, region_on
from spatial.basemap.services.exporting import Order, Source, Table
from spatial.components.models import State
from spatial.components.services import picking
from spatial.components.services.past import state_of
from spatial.components.services.texts import WORDS
from spatial.core.errors import InputError
from spatial.core.jobs import Progress
from spatial.core.reading import reader

_REGISTER, _CATALOGUE = "register", "catalogue"
_PARTIES = (
    ("1", "supervisor", "主管部门", "responsible department"),
    ("2", "owner", "权属单位", "owner"),
    ("3", "keeper", "养护单位", "keeper"),
)
_FIELDS = (
    Field("OBJID", "部件代码", "code of the component", "text", _REGISTER),
    Field("OBJNAME", "部件名称", "name", "text", _REGISTER),
    Field("CLASSCODE", "小类代码", "code of the class", "text", _CATALOGUE),
    Field("CLASSNAME", "小类名称", "name of the class", "text", _CATALOGUE),
    Field("MAINCODE", "大类代码", "code of the main class", "text", _CATALOGUE),
    Field("MAINNAME", "大类名称", "name of the main class", "text", _CATALOGUE),
    *(
        Field(f"DEPT{what}{number}", f"{zh}{word}", f"{part} of the {en}", "text", _REGISTER)
        for number, _role, zh, en in _PARTIES
        for what, word, part in (("CODE", "代码", "code"), ("NAME", "名称", "name"))
    ),
    Field("BGID", "所在单元网格", "code of the unit grid", "text", _REGISTER),
    Field("OBJPOS", "位置描述", "position in words", "text", _REGISTER),
    Field("OBJSTATE", "部件状态", "state", "text", _REGISTER),
    Field("ORDATE", "初始日期", "first day", "date", _REGISTER),
    Field("CHDATE", "变更日期", "day of the last change", "date", _REGISTER),
    Field("DATASOURCE", "数据来源", "how the data was got", "text", _REGISTER),
    Field("NOTE", "备注", "remark", "text", _REGISTER),
)
_TEXT = {
    "OBJNAME": "w.name",
    "CLASSCODE": "k.code",
    "CLASSNAME": "k.name",
    "MAINCODE": "m.code",
    "MAINNAME": "m.name",
    **{
        f"DEPT{what}{number}": f"coalesce({role}.{column}, '')"
        for number, role, _zh, _en in _PARTIES
        for what, column in (("CODE", "code"), ("NAME", "name"))
    },
    "BGID": "w.grid_code",
    "OBJPOS": "w.position",
    "DATASOURCE": "w.data_source",
    "NOTE": "w.note",
}
_OTHER = {
    "OBJID": ("w.code", pa.string()),
    "ORDATE": ("w.valid_from", pa.date32()),
    "CHDATE": ("w.changed", pa.date32()),
    "X": ("ST_X(w.point)", pa.float64()),
    "Y": ("ST_Y(w.point)", pa.float64()),
    "DATASET": ("w.dataset_id", pa.int64()),
}
_FEW = pa.dictionary(pa.int32(), pa.string())
_STEPS = 3
_JOINS = """
JOIN components_componentclass k ON k.id = w.kind_id JOIN components_mainclass m ON m.id = k.main_id
JOIN components_catalogue t ON t.id = k.catalogue_id
LEFT JOIN components_organisation supervisor ON supervisor.id = w.supervisor_id
LEFT JOIN components_organisation owner ON owner.id = w.owner_id
LEFT JOIN components_organisation keeper ON keeper.id = w.keeper_id
"""
POINT, LINE, AREA = 0, 1, 2


def _check(dimension: int, order: Order) -> None:
    if order.on is not None and dimension != POINT:
        text = _("Shapes of components are kept as they are now only; leave the day out.")
        raise InputError("E-EXPORT-NODAY", text)
    # A component may be older than the borders in force: the region need not have been there.
    region_on(order.region)
    picking.check_only(order.only)


def _read(dimension: int, order: Order, progress: Progress) -> Table:
    rows = _rows(dimension, order, progress)
    datasets = Dataset.objects.filter(pk__in=rows["DATASET"].unique().to_pylist())
    version = max(datasets.values_list("version", flat=True), default=0)
    return Table(
        geometry=_geometry(rows, dimension),
        columns={field.name: rows[field.name] for field in _FIELDS},
        labels=rows["OBJID"],
        groups=rows["CLASSCODE"],
        edition=f"{order.region}-v{version}",
        facts=made_up(datasets),
        origins={_REGISTER: named(datasets), _CATALOGUE: _catalogues(rows)},
    )


def _rows(dimension: int, order: Order, progress: Progress) -> pa.Table:
    """The rows by code, by way of a file: it costs no memory, and COPY is the fastest there is."""
    query, values = _query(dimension, order)
    progress(0, _STEPS, _("reading"))
    with tempfile.TemporaryFile() as file:
        with reader().cursor() as cursor:
            statement = cursor.mogrify(f"COPY ({query}) TO STDOUT (FORMAT csv, HEADER)", values)
            cursor.copy_expert(statement.decode(), file)
        progress(1, _STEPS, _("reading"))
        file.seek(0)
        kinds = {name: kind for name, (_column, kind) in _OTHER.items()}
        kinds |= dict.fromkeys((*_TEXT, "OBJSTATE", "CATALOGUE"), _FEW) | {"WKB": pa.string()}
        read = pyarrow.csv.read_csv(
            file,
            parse_options=pyarrow.csv.ParseOptions(newlines_in_values=True),
            convert_options=pyarrow.csv.ConvertOptions(column_types=kinds),
        )
    progress(2, _STEPS, _("reading"))
    return read.unify_dictionaries()


def _query(dimension: int, order: Order) -> tuple[str, dict[str, Any]]:
    components, values = state_of(order.on)
    condition, more = picking.condition(order.region, order.only)
    columns = {name: column for name, (column, _kind) in _OTHER.items()} | _TEXT
    columns["OBJSTATE"] = _state_words()
    columns["CATALOGUE"] = "t.version"
    if dimension:
        columns["WKB"] = "encode(ST_AsBinary(w.shape), 'hex')"
        condition += f" AND ST_Dimension(w.shape) = {dimension}"
    listed = ", ".join(f'{column} AS "{name}"' for name, column in columns.items())
    tables = f"FROM ({components}) w {_JOINS}"
    return f"SELECT {listed} {tables} WHERE {condition} ORDER BY w.code", values | more


def _state_words() -> str:
    """The states as surveys write them."""
    cases = " ".join(f"WHEN '{state}' THEN '{WORDS[state]}'" for state in State.values)
    return f"CASE w.state {cases} END"


def _geometry(rows: pa.Table, dimension: int) -> NDArray[np.object_]:
    if dimension:
        return np.asarray(shapely.from_wkb(np.array(rows["WKB"].to_pylist(), dtype=object)))
    return np.asarray(shapely.points(rows["X"].to_numpy(), rows["Y"].to_numpy()))


def _catalogues(rows: pa.Table) -> str:
    return ", ".join(sorted(rows["CATALOGUE"].unique().to_pylist()))


COMPONENT_SOURCES = tuple(
    Source(
        *titles,
        fields=_FIELDS,
        check=partial(_check, dimension),
        read=partial(_read, dimension),
        filters=picking.FILTERS,
    )
    for dimension, titles in (
        (POINT, ("components", "部件", "components")),
        (LINE, ("component_lines", "线状部件", "components drawn as lines")),
        (AREA, ("component_areas", "面状部件", "components drawn as areas")),
    )
)
"""All components by a point, and those that are drawn as lines or areas by their shape."""
