"""Which columns of a file of places hold what, by their usual names."""

from __future__ import annotations

from collections.abc import Sequence

COLUMNS = {
    "name": ("name", "名称", "标准名称", "地名", "地名名称", "standard_name", "标准地名"),
    "address": ("address", "addr", "地址", "标准地址", "详细地址"),
    "alias": ("alias", "aliases", "别名", "别称", "简称"),
    "old_name": ("old name", "old_name", "曾用名", "旧名", "原名"),
    "level": ("level", "级别", "层级", "地址级别"),
    "subtype": ("type", "kind", "类型", "类别"),
    "road": ("road", "street", "道路", "街巷", "路街巷", "道路街巷"),
    "zone": ("zone", "小区", "地片", "区片", "地片区片"),
    "door": ("door", "housenumber", "house_no", "门牌", "门牌号"),
    "building": ("building", "楼牌", "楼牌号", "楼号"),
    "id": ("id", "code", "编码", "地名代码", "地址编码", "标识码"),
}
"""Names by what they mean, in order of preference; case and blanks at the ends are disregarded."""

LEVELS = (
    (1, ("省", "province")),
    (2, ("市", "city")),
    (3, ("区县", "县区", "区", "县", "district")),
    (4, ("街道", "乡镇", "乡镇街道", "street", "subdistrict")),
    (5, ("社区", "村", "村社区", "community")),
    (6, ("道路", "街巷", "道路街巷", "路街巷", "road")),
    (7, ("地片", "区片", "地片区片", "小区", "zone")),
    (8, ("门牌", "门牌号", "door")),
    (9, ("楼牌", "楼牌号", "building")),
    (10, ("poi", "兴趣点", "标识物")),
)
"""Words for the levels of table B.1 of GB/T 37149-2018."""
_BY_WORD = {word: level for level, words in LEVELS for word in words}


def found_in(fields: Sequence[str]) -> dict[str, str]:
    """The column of each meaning that some fields have."""
    known = {field.strip().casefold(): field for field in reversed(fields)}
    pairs = ((what, next((n for n in names if n in known), "")) for what, names in COLUMNS.items())
    return {what: known[name] for what, name in pairs if name}


def level_of(text: str) -> int | None:
    """The level that a number or word names, 0 for an empty text, None for anything else."""
    word = text.strip().casefold()
    if not word:
        return 0
    if word.isascii() and word.isdigit():
        return int(word) if len(word) <= 2 and 1 <= int(word) <= 10 else None
    return _BY_WORD.get(word)
