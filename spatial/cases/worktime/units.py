"""Units of the limit of a case."""

from __future__ import annotations

from enum import StrEnum


class Unit(StrEnum):
    """What a limit is counted in."""

    EMERGENCY_HOUR = "emergency_hour"
    """紧急工作时: an hour of the emergency shift, which also runs on rest days."""
    EMERGENCY_DAY = "emergency_day"
    """紧急工作日: as many hours as the emergency shift has in a day."""
    WORKING_HOUR = "working_hour"
    """工作时: an hour of the working hours of a working day."""
    WORKING_DAY = "working_day"
    """工作日: as many hours as a working day has; ten in the morning to ten on the next one."""
    HOUR = "hour"
    """自然时: an hour that passes."""
    DAY = "day"
    """自然日: the same time of the clock on the next day, be it a rest day or not."""

    @classmethod
    def of_words(cls, words: str) -> Unit:
        """The unit for the words of a table of filing standards, such as 工作日 or 小时.

        Raises
        ------
        ValueError
            Where no unit is written this way.
        """
        unit = WORDS.get(words.strip())
        if unit is None:
            raise ValueError(f"{words!r} is no unit; units are {', '.join(WORDS)}")
        return unit


WORDS = {
    "紧急工作时": Unit.EMERGENCY_HOUR,
    "紧急工作日": Unit.EMERGENCY_DAY,
    "工作时": Unit.WORKING_HOUR,
    "小时": Unit.WORKING_HOUR,
    "工作日": Unit.WORKING_DAY,
    "天": Unit.WORKING_DAY,
    "自然时": Unit.HOUR,
    "自然日": Unit.DAY,
}
"""小时 and 天 are read as 工作时 and 工作日: Yuncheng writes both for the same limits."""
