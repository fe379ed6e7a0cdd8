"""The schemes of weights that are there from the start.

They follow the one public implementation that was found (UMP; no text of GB/T 30428.4 or CJ/T 292
was available) where it can be followed:

- of areas, its weights sum to 0.7 and one rate is used upside down: 立案数 10, 监督举报率 20
  (inverse), 结案率 30 and 按期结案率 40 per cent is the likely intention, not a fact;
- 立案数分值 of an area is asked of unit grids; of larger areas it is the mean of their grids;
- bands of departments overlap at their edges there: here the lower edge belongs to a band;
- bands are those of a month: numbers of other periods are brought to 30 days first;
- bands for dispatchers were not found: those of 受理员 stand in; weights of centres are our own.
"""

from __future__ import annotations

from typing import Any

GRADES = [["A", 90], ["B", 75], ["C", 60], ["D", 40], ["E", 0]]
_FILED_1 = [[0, 1, 100], [1, 3, 90], [3, 5, 75], [5, 7, 60], [7, 9, 40], [9, None, 0]]
_FILED_2 = [[0, 1, 100], [1, 4, 90], [4, 6, 75], [6, 8, 60], [8, 10, 40], [10, None, 0]]
_BY_DEPARTMENT = [[0, 51, 100], [51, 100, 90], [100, 200, 75], [200, 500, 60], [500, 1000, 40],
                  [1000, None, 0]]  # fmt: skip
_INTAKE = [[0, 101, 0], [101, 301, 40], [301, 501, 60], [501, 1201, 75], [1201, 2001, 90],
           [2001, None, 100]]  # fmt: skip


def _part(indicator: str, weight: float, bands: list | None = None) -> dict[str, Any]:
    told: dict[str, Any] = {"indicator": indicator, "weight": weight}
    return told | {"bands": bands} if bands else told


def _area(bands: list) -> list[dict[str, Any]]:
    return [
        _part("filed_per_grid", 0.1, bands),
        _part("complaint_rate", 0.2),
        _part("closing_rate", 0.3),
        _part("closing_on_time_rate", 0.4),
    ]


_AREAS = ("grid", "community", "street", "district", "patrol", "cell", "polygon")
_NAMES = {
    "grid": ("单元网格", "Unit grids"), "community": ("社区", "Communities"),
    "street": ("街道", "Streets"), "district": ("区", "Districts"),
    "patrol": ("责任网格", "Patrol areas"), "cell": ("其他网格", "Cells of grid schemes"),
    "polygon": ("任意范围", "Drawn polygons"),
    "department": ("责任部门", "Responsible departments"),
    "authority": ("主管部门", "Competent authorities"),
    "inspector": ("监督员", "Inspectors"), "operator": ("受理员", "Operators"),
    "shift_leader": ("值班长", "Shift leaders"),
    "dispatcher": ("派遣员", "Dispatchers"), "centre": ("两个中心", "Both centres"),
}  # fmt: skip
_DEPARTMENT = [
    _part("filed_count", 0.1, _BY_DEPARTMENT),
    _part("closing_rate", 0.3),
    _part("handling_on_time_rate", 0.3),
    _part("rework_rate", 0.3),
]
_PARTS = {
    **{kind: _area(_FILED_1) for kind in _AREAS},
    "department": _DEPARTMENT,
    "authority": _DEPARTMENT,
    "inspector": [
        _part("valid_report_rate", 0.4),
        _part("missed_rate", 0.2),
        _part("check_on_time_rate", 0.2),
        _part("verify_on_time_rate", 0.2),
    ],
    "operator": [
        _part("intake_count", 0.25, _INTAKE),
        _part("check_sent_on_time_rate", 0.4),
        _part("verify_sent_on_time_rate", 0.35),
    ],
    "shift_leader": [
        _part("filing_on_time_rate", 0.25),
        _part("filing_accuracy", 0.4),
        _part("ending_on_time_rate", 0.35),
    ],
    "dispatcher": [
        _part("dispatch_count", 0.2, _INTAKE),
        _part("dispatch_on_time_rate", 0.4),
        _part("dispatch_accuracy", 0.4),
    ],
    "centre": [
        _part("filing_on_time_rate", 0.15),
        _part("filing_accuracy", 0.2),
        _part("ending_on_time_rate", 0.15),
        _part("dispatch_on_time_rate", 0.25),
        _part("dispatch_accuracy", 0.25),
    ],
}
LEAST = {"grid": 5, "community": 10, "street": 20, "district": 20, "department": 20,
         "authority": 20}  # fmt: skip
LEAST_OF_OTHERS = 10


def default_schemes() -> list[dict[str, Any]]:
    """Fields of the schemes, by kind of object; a second one for areas of class 2."""
    found = [
        {
            "key": kind, "kind": kind, "area_class": "", "name": _NAMES[kind][0],
            "name_en": _NAMES[kind][1], "parts": parts, "grades": GRADES,
            "least_cases": LEAST.get(kind, LEAST_OF_OTHERS),
        }
        for kind, parts in _PARTS.items()
    ]  # fmt: skip
    second = next(one for one in found if one["kind"] == "grid") | {
        "key": "grid-2", "area_class": "2", "name": "单元网格（二类区域）",
        "name_en": "Unit grids (areas of class 2)", "parts": _area(_FILED_2),
    }  # fmt: skip
    return [*found, second]
