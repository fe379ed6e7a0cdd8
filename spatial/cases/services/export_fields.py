"""What an exported case says of itself: fields, columns of the database, words."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
from django.conf import settings
from django.db.models import Case as Either
from django.db.models import CharField, F, FloatField, Func, IntegerField, TextField, Value
from django.db.models import When as If
from django.db.models.functions import Cast
from django.utils import translation

from spatial.basemap.io.writers import Field
from spatial.cases.models import Channel, Kind, Level, Outcome, Priority
from spatial.cases.models.words import SEEN
from spatial.cases.stages import Stage
from spatial.core.masking import BLOT, NUMBERS

CASES, CATALOGUE, GRIDS = "cases", "catalogue", "grids"
FIELDS = (
    Field("CASENO", "案卷编号", "number of the case", "text", CASES),
    Field("KIND", "类别：部件或事件", "component (部件) or event (事件)", "text", CATALOGUE),
    Field("MAINCODE", "大类代码", "code of the main class", "text", CATALOGUE),
    Field("MAINNAME", "大类名称", "name of the main class", "text", CATALOGUE),
    Field("CLASSCODE", "小类代码", "code of the class", "text", CATALOGUE),
    Field("CLASSNAME", "小类名称", "name of the class", "text", CATALOGUE),
    Field("STANDARD", "立案条件序号", "number of the filing standard", "integer", CATALOGUE),
    Field("CHANNEL", "问题来源", "how it came in", "text", CASES),
    Field("STAGE", "阶段代码", "stage, as the platform calls it", "text", CASES),
    Field("STAGENAME", "阶段", "stage", "text", CASES),
    Field("LEVEL", "处置层级", "level on which it is handled", "text", CASES),
    Field("PRIORITY", "紧急程度", "weight", "text", CASES),
    Field("DEPTCODE", "处置部门代码", "code of the department", "text", CASES),
    Field("DEPTNAME", "处置部门名称", "name of the department", "text", CASES),
    Field("OBJID", "部件代码", "code of the component", "text", CASES),
    Field("QXCODE", "区县代码", "code of the district", "text", CASES),
    Field("JDCODE", "街道代码", "code of the street (subdistrict)", "text", CASES),
    Field("SQCODE", "社区代码", "code of the community", "text", CASES),
    Field("BGID", "所在单元网格；已结束案卷为当日网格",
          "code of the unit grid; an ended case has that of its day", "text", GRIDS),
    Field("EDITION", "网格版次", "number of the edition of the grids", "integer", GRIDS),
    Field("PLACE", "位置描述", "place in words", "text", CASES),
    Field("DESCR", "问题描述；公众来源为空",
          "description; empty where residents wrote it", "text", CASES),
    Field("RPTDATE", "上报日期", "day of the report", "date", CASES),
    Field("RPTTIME", "上报时间", "time of the report", "text", CASES),
    Field("FILTIME", "立案时间", "when it was filed", "text", CASES),
    Field("DUETIME", "处置时限", "deadline of handling", "text", CASES),
    Field("ANSTIME", "处置反馈时间", "when the department reported it done", "text", CASES),
    Field("ENDTIME", "结束时间", "when it ended", "text", CASES),
    Field("OUTCOME", "结果", "how it ended", "text", CASES),
    Field("LATE", "是否超时，1 是 0 否", "late, 1 yes 0 no", "integer", CASES),
    Field("EXEMPT", "超时是否免责，1 是 0 否", "lateness exempted, 1 yes 0 no", "integer", CASES),
    Field("ONSITE", "现场核实属实，1 是 0 否", "found on site, 1 yes 0 no", "integer", CASES),
    Field("REWORKS", "返工次数", "times sent back to rework", "integer", CASES),
    Field("REDISP", "改派次数", "improper dispatches", "integer", CASES),
    Field("DECLINES", "退回次数", "times declined", "integer", CASES),
    Field("EXTENDS", "延期次数", "times more time was given", "integer", CASES),
    Field("HOLDS", "挂起次数", "times put on hold", "integer", CASES),
    Field("PRESSES", "督办次数", "times pressed", "integer", CASES),
    Field("REOPENS", "重新立案次数", "times opened again", "integer", CASES),
)  # fmt: skip

ON_DAY = (
    Field("BGIDON", "所选日期版次中的单元网格（按位置）",
          "unit grid of the edition of the chosen day, by place", "text", GRIDS),
    Field("EDITIONON", "所选日期的网格版次", "number of the edition of the chosen day", "integer",
          GRIDS),
)  # fmt: skip
"""Fields that are there where a day is asked for."""


def _blotted(column: Any) -> Func:
    return Func(column, Value(NUMBERS), Value(BLOT), Value("g"), function="regexp_replace",
                output_field=CharField())  # fmt: skip


def _time(column: str) -> Func:
    """A moment as people write it, in the time of the site."""
    here = Func(Value(settings.TIME_ZONE), F(column), function="timezone")
    return Func(here, Value("YYYY-MM-DD HH24:MI:SS"), function="to_char", output_field=CharField())


def _flag(column: str) -> Cast:
    return Cast(column, IntegerField())


_OWN_WORDS = Either(
    If(channel__in=sorted(SEEN), then=F("description")), default=Value(""), output_field=TextField()
)
COLUMNS: Mapping[str, tuple[Any, Any]] = {
    "key": (F("id"), pa.int64()),
    "district": (F("district_code"), pa.string()),
    "kind_": (F("kind"), pa.string()),
    "MAINCODE": (F("case_class__main_code"), pa.string()),
    "MAINNAME": (F("case_class__main_name"), pa.string()),
    "CLASSCODE": (F("case_class__code"), pa.string()),
    "CLASSNAME": (F("case_class__name"), pa.string()),
    "STANDARD": (F("standard__number"), pa.int32()),
    "channel_": (F("channel"), pa.string()),
    "STAGE": (F("stage"), pa.string()),
    "level_": (F("level"), pa.int32()),
    "priority_": (F("priority"), pa.int32()),
    "DEPTCODE": (F("department__code"), pa.string()),
    "DEPTNAME": (F("department__name"), pa.string()),
    "OBJID": (F("component__code"), pa.string()),
    "JDCODE": (F("street_code"), pa.string()),
    "SQCODE": (F("community_code"), pa.string()),
    "BGID": (F("grid_code"), pa.string()),
    "EDITION": (F("plan__edition"), pa.int32()),
    "PLACE": (_blotted(F("place")), pa.string()),
    "DESCR": (_blotted(_OWN_WORDS), pa.string()),
    "RPTTIME": (_time("reported_at"), pa.string()),
    "FILTIME": (_time("filed_at"), pa.string()),
    "DUETIME": (_time("deadline"), pa.string()),
    "ANSTIME": (_time("handed_on_at"), pa.string()),
    "ENDTIME": (_time("closed_at"), pa.string()),
    "outcome_": (F("outcome"), pa.string()),
    "LATE": (_flag("late"), pa.int32()),
    "EXEMPT": (_flag("exempt"), pa.int32()),
    "ONSITE": (_flag("on_site"), pa.int32()),
    **{
        name: (F(column), pa.int32())
        for name, column in {
            "REWORKS": "reworks", "REDISP": "redispatches", "DECLINES": "declines",
            "EXTENDS": "extensions", "HOLDS": "holds", "PRESSES": "presses",
            "REOPENS": "reopenings",
        }.items()
    },
    "x": (Func(F("point"), function="ST_X", output_field=FloatField()), pa.float64()),
    "y": (Func(F("point"), function="ST_Y", output_field=FloatField()), pa.float64()),
}  # fmt: skip
"""What is read of the database, by name: an expression and the type it is read as."""
_WORDS = {
    "KIND": ("kind_", Kind),
    "CHANNEL": ("channel_", Channel),
    "STAGENAME": ("STAGE", Stage),
    "LEVEL": ("level_", Level),
    "PRIORITY": ("priority_", Priority),
    "OUTCOME": ("outcome_", Outcome),
}


def columns_of(batch: pa.RecordBatch) -> dict[str, Any]:
    """The fields of rows as they were read, as columns of Arrow."""
    found = {name: batch[name] for name in batch.schema.names}
    number = pc.binary_join_element_wise(found["district"], found["key"].cast(pa.string()), "")
    found |= {"CASENO": number, "QXCODE": found["district"]}
    found["RPTDATE"] = pc.utf8_slice_codeunits(found["RPTTIME"], 0, 10).cast(pa.date32())
    for name, (column, choices) in _WORDS.items():
        found[name] = _in_words(found[column], choices)
    return {field.name: found[field.name] for field in FIELDS}


def _in_words(values: pa.Array, choices: Callable[..., Any]) -> pa.Array:
    """Keys as the Chinese words of the field, which files have in whatever language they are
    ordered."""
    with translation.override("zh-hans"):
        words = {one.value: str(one.label) for one in choices}  # type: ignore[attr-defined]
    place = pc.index_in(values, pa.array(list(words), values.type))
    return pa.array(words.values(), pa.string()).take(place)
