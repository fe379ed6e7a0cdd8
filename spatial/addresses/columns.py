"""Which column of a list holds the address, and what columns the result adds."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from spatial.basemap.io.writers.layer import Field

ADDRESS = (
    "地址", "详细地址", "标准地址", "原始地址", "具体地址", "位置", "位置描述", "详细位置",
    "案发地址", "发生地址", "发生地点", "地点", "住址", "家庭住址", "坐落",
    "address", "addr", "full_address", "location",
)  # fmt: skip
"""Usual names, the likeliest first; case and blanks at the ends are disregarded."""
ORIGIN = "geocoding"


def _field(name: str, zh: str, en: str, kind: str = "text", unit: str = "") -> Field:
    return Field(name, zh, en, kind, ORIGIN, unit)


ADDED = (
    _field("lon", "经度", "longitude (EPSG:4326)", "number", "°"),
    _field("lat", "纬度", "latitude (EPSG:4326)", "number", "°"),
    _field("grid", "单元网格编码", "unit grid; empty where only a road or region is known"),
    _field("community", "社区代码", "code of the community"),
    _field("community_name", "社区名称", "name of the community"),
    _field("street", "街道代码", "code of the street (subdistrict)"),
    _field("street_name", "街道名称", "name of the street (subdistrict)"),
    _field("level", "达到的地址级别", "level reached, 1 to 10 (GB/T 37149-2018)", "integer"),
    _field("kind", "点位类型", "what the point is: place, interpolated, road, crossing, region …"),
    _field("name", "匹配名称", "name of what was matched"),
    _field("score", "得分", "score, 1 for a text read and found wholly", "number"),
    _field("verdict", "结论", "exact, partial, ambiguous or none"),
    _field("crs", "坐标系", "system in which coordinates were written"),
    _field("hint", "方位提示", "words of direction, never part of the position"),
    _field("code", "错误码", "why the text is no address"),
    _field("second", "次选名称", "of doubtful rows the second best"),
    _field("second_lon", "次选经度", "longitude of the second best", "number", "°"),
    _field("second_lat", "次选纬度", "latitude of the second best", "number", "°"),
    _field("second_score", "次选得分", "score of the second best", "number"),
)
"""What is added to each row."""
REVIEWED = _field("reviewed", "人工核对", "decision: open, accepted, corrected, placed")
"""Added to what was reviewed in the browser."""


def address_column(columns: Iterable[str], wanted: str | None = None) -> str | None:
    """The column that holds the address: the wanted one, or one with a usual name."""
    known = {column.strip().casefold(): column for column in columns}
    names = ADDRESS if wanted is None else (wanted.strip().casefold(),)
    return next((known[name] for name in names if name in known), None)


def free_names(names: Sequence[str], taken: Iterable[str]) -> list[str]:
    """Names for the added columns that no column of the list has, case disregarded."""
    used = {name.strip().casefold() for name in taken}
    free = []
    for name in names:
        while name.casefold() in used:
            name += "_found"
        free.append(name)
    return free
