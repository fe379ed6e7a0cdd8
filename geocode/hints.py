"""Words that are neither name nor number: 方位, fillers, and words of crossings."""

from __future__ import annotations

import re

_WAY = "东南|东北|西南|西北|东|南|西|北"
_FAR = (
    r"(?:大?约|大概)?(?:\d+|[一二三四五六七八九十百两几]+)(?:多|余|来)?"
    r"(?:米|M|公里|KM)(?:左右|处|外)?"
)
_HINT = re.compile(
    rf"(?:以|偏|往|向|朝|正|路|马路)?(?:{_WAY})(?:侧|边|面|方|方向|向|角|端|头|口|段|部)?(?:{_FAR})"
    rf"|(?:以|偏|往|向|朝|正|路|马路)(?:{_WAY})(?:侧|边|面|方|角|端|头|口)?(?![^\d])"
    rf"|(?:{_WAY})(?:侧|边|面|方向|角|端|头|口|门口|门外|门)"
    r"|斜?对(?:面|过)|旁边?|附近|周边|周围|隔壁|边上|拐角处?|门(?:口|前|外|旁)|楼(?:下|前|后|旁)"
    r"|院(?:内|里|外|门口)|里面|外面|前面|后面|靠近|紧邻|临近"
    rf"|{_FAR}"
)
_LAST_WAY = re.compile(rf"(?:{_WAY})$")
_FILLER = re.compile(
    r"中国|中华人民共和国|地址|位置|地点|位于|坐落于?|就在|在|的|请到|这里|那里|那个|处|内|到|有(?:人|一个)?"
)
_CROSS = re.compile(
    r"十字路口|丁字路口|三岔路口|交叉路?口|交叉处|交汇处?|交会处?|交界处?|相交处?|交接处|路口|交口|拐角"
)
_JOIN = re.compile(r"[/×]|与|和|及|跟|同|交|-|(?<=[\u4e00-\u9fff])X(?=[\u4e00-\u9fff])")


def spans(spelling: str) -> list[tuple[int, int]]:
    """Where 方位 words stand in a key."""
    found = [match.span() for match in _HINT.finditer(spelling)]
    last = _LAST_WAY.search(spelling)
    if last and all(end <= last.start() for _, end in found):
        found.append(last.span())
    return found


def fillers(spelling: str) -> list[tuple[int, int]]:
    """Where words stand that say nothing about the place."""
    return [match.span() for match in _FILLER.finditer(spelling)]


def crossing_words(spelling: str) -> list[tuple[int, int]]:
    """Where words for a crossing stand, 交叉口 and the like."""
    return [match.span() for match in _CROSS.finditer(spelling)]


def joints(spelling: str) -> list[tuple[int, int]]:
    """Where words or signs stand that may join the names of two roads."""
    return [match.span() for match in _JOIN.finditer(spelling)]
