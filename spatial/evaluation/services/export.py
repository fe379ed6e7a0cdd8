"""Takes results of evaluation out as a file: outline, score, grade, rank, and every indicator."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa
from django.utils import timezone
from django.utils.translation import gettext as _

from spatial.basemap.io.writers import Fact, Field
from spatial.basemap.services.export_regions import region_on
from spatial.basemap.services.exporting import Order, Source, Table
from spatial.core.errors import InputError
from spatial.core.jobs import Progress
from spatial.evaluation.indicators import HOURS, INDICATORS, SHARE
from spatial.evaluation.models import ObjectKind
from spatial.evaluation.scoring import Scored
from spatial.evaluation.services.export_outlines import edition_of, outlines_of
from spatial.evaluation.services.export_results import Results, Wanted, results_of, wanted_of

FILTERS = frozenset({"object", "period", "scheme", "edition", "publication"})
"""What results are told by."""
_LEDGER, _SCHEME, _LATER = "ledger", "scheme", "corrections"
_FIELDS = (
    Field("CODE", "代码", "code of the object", "text", _LEDGER),
    Field("NAME", "名称", "name", "text", _LEDGER),
    Field("NAME_EN", "英文名称", "English name", "text", _LEDGER),
    Field("OBJECT", "评价对象", "kind of object", "text", _LEDGER),
    Field("PERIOD", "评价周期", "period", "text", _LEDGER),
    Field("FIRSTDAY", "起始日期", "first day", "date", _LEDGER),
    Field("LASTDAY", "截止日期", "last day", "date", _LEDGER),
    Field("AREA_CLASS", "区域类别；空为未分类", "class of area; empty for none", "text", _LEDGER),
    Field("SCHEME", "权重方案", "scheme of weights", "text", _SCHEME),
    Field("SCORE", "得分", "score", "number", _LEDGER, "0–100"),
    Field("LOW", "得分下界（95%）", "lower bound of the score (95 %)", "number", _LEDGER, "0–100"),
    Field("HIGH", "得分上界（95%）", "upper bound of the score (95 %)", "number", _LEDGER, "0–100"),
    Field("GRADE", "等级；空为未评级", "grade; empty where there is none", "text", _LEDGER),
    Field("RANK", "名次（同类区域内）", "rank within the class", "integer", _LEDGER),
    Field("STATE", "graded 已评级，few 数量过少，none 无可评",
          "graded, few (too few cases for a grade), none (nothing to grade)", "text", _LEDGER),
    Field("SAMPLE", "样本量", "sample: things counted", "integer", _LEDGER),
    Field("GRIDS", "单元网格数", "unit grids of the object", "integer", _LEDGER),
)  # fmt: skip
CORRECTED = (
    Field("CORRSCORE", "更正后得分", "score as last corrected", "number", _LATER, "0–100"),
    Field("CORRGRADE", "更正后等级", "grade as last corrected", "text", _LATER),
    Field("CORRDATE", "更正日期", "day of the last correction", "date", _LATER),
)
"""Fields that only published results have."""
_UNITS = {SHARE: "0–1", HOURS: "h"}
_SIDES = (
    ("VALUE", "值", "value"),
    ("NUM", "分子", "numerator"),
    ("DEN", "分母", "denominator"),
    ("SCORE", "得分", "score"),
    ("WEIGHT", "实际权重", "weight as it counted"),
)


def fields_of_parts(parts: list[dict[str, Any]]) -> tuple[Field, ...]:
    """The fields of the indicators of a scheme, numbered in its order.

    A shapefile has room for ten letters: the data dictionary says what each is.
    """
    found = []
    for number, part in enumerate(parts, start=1):
        one = INDICATORS[part["indicator"]]
        units = {"VALUE": _UNITS.get(one.unit, ""), "SCORE": "0–100", "WEIGHT": "0–1"}
        found += [
            Field(f"I{number:02d}_{side}", f"{one.zh}：{zh}", f"{one.en}: {en}", "number",
                  one.key, units.get(side, ""))
            for side, zh, en in _SIDES
        ]  # fmt: skip
    return tuple(found)


def _fields_of(order: Order) -> tuple[Field, ...]:
    wanted = wanted_of(order)
    later = CORRECTED if wanted.publication else ()
    return (*_FIELDS, *later, *fields_of_parts(wanted.parts))


def _check(order: Order) -> None:
    if order.on is not None:
        text = _("Results are of a period; leave the day out.")
        raise InputError("E-EXPORT-NODAY", text)
    region_on(order.region)
    wanted = wanted_of(order)
    if wanted.kind == ObjectKind.CELL:
        edition_of(wanted)


def _read(order: Order, progress: Progress) -> Table:
    wanted = wanted_of(order)
    progress(0, 1, _("reading"))
    results = results_of(wanted)
    outlines = outlines_of(wanted, results.codes, progress)
    inside = [n for n, code in enumerate(results.codes) if _belongs(wanted, code)]
    places = [n for n in inside if results.codes[n] in outlines]
    shapes = np.empty(len(places), object)
    shapes[:] = [outlines[results.codes[n]] for n in places]
    columns = _columns(wanted, results, places)
    scores = columns["SCORE"]
    return Table(
        geometry=shapes,
        columns=columns,
        labels=[_label(*pair) for pair in zip(columns["CODE"], columns["GRADE"], strict=True)],
        groups=[grade or str(_state) for grade, _state in
                zip(columns["GRADE"], columns["STATE"], strict=True)],
        edition=f"{wanted.scheme} {wanted.period.name}",
        facts=_facts(wanted, len(results.codes), len(inside) - len(scores)),
        origins=_origins(wanted),
    )  # fmt: skip


def _label(code: str, grade: str) -> str:
    return f"{code} {grade}".strip()


def _belongs(wanted: Wanted, code: str) -> bool:
    return wanted.kind == ObjectKind.CELL or code.startswith(wanted.region)


def _columns(wanted: Wanted, results: Results, places: list[int]) -> dict[str, Any]:
    codes = [results.codes[n] for n in places]
    scores, period = results.scores, wanted.period
    days = {"FIRSTDAY": period.first, "LASTDAY": period.last}
    told = {"OBJECT": wanted.kind.value, "PERIOD": period.name}
    columns: dict[str, Any] = {
        "CODE": codes,
        "NAME": [results.objects.names.get(code, code) for code in codes],
        "NAME_EN": [results.objects.names_en.get(code, "") for code in codes],
        **{name: [text] * len(codes) for name, text in told.items()},
        "AREA_CLASS": [results.grouped.group(n)[0].area_class for n in places],
        "SCHEME": [str(results.grouped.group(n)[0].scheme) for n in places],
        **{name: _days([day] * len(codes)) for name, day in days.items()},
        "SCORE": _rounded([results.score[n] for n in places]),
        "LOW": _rounded(scores.low[places]),
        "HIGH": _rounded(scores.high[places]),
        "GRADE": [str(scores.grade[n]) for n in places],
        "RANK": pa.array([results.rank[n] for n in places], pa.int32()),
        "STATE": [str(scores.state[n]) for n in places],
        "SAMPLE": scores.sample[places].astype(np.int32),
        "GRIDS": results.grids[places].astype(np.int32),
    }
    if wanted.publication:
        columns |= _corrected(results, codes)
    found = {part.part.indicator.key: part for part in scores.parts}
    for number, one in enumerate(wanted.parts, start=1):
        part = found.get(one["indicator"])
        columns |= {f"I{number:02d}_{side}": values for side, values in _sides(part, places)}
    return columns


def _sides(part: Scored | None, places: list[int]) -> list[tuple[str, Any]]:
    if part is None:
        # No object is of the class whose scheme has it.
        return [(side, _rounded([None] * len(places))) for side, _zh, _en in _SIDES]
    return [
        ("VALUE", _rounded(part.value[places], 6)),
        ("NUM", _rounded(part.numerator[places])),
        ("DEN", _rounded(part.denominator[places])),
        ("SCORE", _rounded(part.score[places])),
        ("WEIGHT", _rounded(part.weight[places], 6)),
    ]


def _corrected(results: Results, codes: list[str]) -> dict[str, Any]:
    last = [results.corrections.get(code) for code in codes]
    return {
        "CORRSCORE": _rounded([one and one.score for one in last]),
        "CORRGRADE": [one.grade if one else "" for one in last],
        "CORRDATE": _days([one and timezone.localdate(one.made_at) for one in last]),
    }


def _rounded(values: Any, digits: int = 2) -> pa.Array:
    """As the page shows them; what is no number is empty."""
    numbers = np.array([np.nan if one is None else one for one in values], float).round(digits)
    return pa.array(numbers, pa.float64(), from_pandas=True)


def _days(values: list[Any]) -> pa.Array:
    return pa.array(values, pa.date32())


def _facts(wanted: Wanted, ranked: int, without: int) -> tuple[Fact, ...]:
    period, made = wanted.period, wanted.publication
    facts = [
        Fact("period", "评价周期", "period", f"{period.name}: {period.first} – {period.last}"),
        Fact("scheme", "权重方案", "scheme of weights", str(wanted.scheme)),
        Fact("ranked", "参评对象数", "objects that were ranked among one another", str(ranked)),
    ]
    if made:
        told = f"{made.pk} {timezone.localtime(made.made_at):%Y-%m-%d %H:%M} SHA-256 {made.digest}"
        facts.append(Fact("publication", "已发布结果", "publication", told))
    else:
        running = "进行中 running" if period.running else "已结束 over"
        facts.append(Fact("state", "状态", "state", running))
    if without:
        facts.append(Fact("without_outline", "无边界而未输出", "left out, without outline",
                          str(without)))  # fmt: skip
    return tuple(facts)


def _origins(wanted: Wanted) -> dict[str, str]:
    parts = [INDICATORS[one["indicator"]] for one in wanted.parts]
    return {
        _LEDGER: "评价台账 counts of moves",
        _SCHEME: str(wanted.scheme),
        _LATER: "更正记录 corrections",
        **{one.key: f"{one.key}: {one.source or one.status}" for one in parts},
    }


RESULT_SOURCE = Source(
    "evaluation", "评价结果", "evaluation results", fields=_FIELDS, check=_check, read=_read,
    filters=FILTERS, fields_of=_fields_of,
)  # fmt: skip
"""Results of evaluation with the outlines of what was graded."""
