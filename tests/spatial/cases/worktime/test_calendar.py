"""Working days and hours: known holidays, own days, zones, wrong input."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest

from spatial.cases.worktime import Calendar, DayTable, Hours, Unit, read_table
from spatial.cases.worktime.units import WORDS

CHINA = Calendar()
SHANGHAI = ZoneInfo("Asia/Shanghai")


@pytest.mark.parametrize(
    ("day", "works"),
    [
        ("2025-01-26", True),  # Sunday, made up for Spring Festival
        ("2025-01-28", False),
        ("2025-02-04", False),
        ("2025-02-05", True),
        ("2025-02-08", True),  # Saturday, made up
        ("2025-09-28", True),  # Sunday, made up for National Day
        ("2025-10-01", False),
        ("2025-10-08", False),
        ("2025-10-09", True),
        ("2025-10-11", True),  # Saturday, made up
        ("2025-10-12", False),
        ("2025-12-31", True),
        ("2026-01-01", False),
        ("2026-01-04", True),  # Sunday, made up for New Year
        ("2026-02-14", True),  # Saturday, made up for Spring Festival
        ("2026-02-16", False),
        ("2026-02-23", False),
        ("2026-02-24", True),
        ("2026-02-28", True),  # Saturday, made up
        ("2026-09-20", True),  # Sunday, made up for National Day
        ("2026-10-07", False),
        ("2026-10-08", True),
        ("2026-10-10", True),  # Saturday, made up
        ("2024-02-29", True),
    ],
)
def test_known_days_of_china(day: str, works: bool) -> None:
    assert CHINA.is_working_day(date.fromisoformat(day)) is works


def test_the_library_says_how_far_it_goes_and_weekdays_follow() -> None:
    assert CHINA.settled_to is not None
    assert CHINA.settled_to >= date(2026, 12, 31)
    assert CHINA.is_working_day(date(2040, 10, 1))  # a Monday nobody has decided on yet
    assert not CHINA.is_working_day(date(2040, 10, 6))


def test_own_days_override_and_extend() -> None:
    own = read_table(
        {
            "settled_to": "2040-12-31",
            "days": [
                {"from": "2026-10-07", "work": True},
                {"from": "2026-10-08", "work": False},
                {"from": "2026-10-10", "work": False},
                {"from": "2040-10-01", "to": "2040-10-05", "work": False},
                {"from": "2040-10-06", "work": True},
            ],
        }
    )
    calendar = Calendar(own=own)
    assert calendar.settled_to == date(2040, 12, 31)
    days = [date(2026, 10, day) for day in range(6, 12)]
    works = [calendar.is_working_day(day) for day in days]
    assert works == [False, True, False, True, False, False]
    days = [date(2040, 10, day) for day in range(1, 7)]
    assert [calendar.is_working_day(day) for day in days] == [False] * 5 + [True]


def test_other_countries_have_weekends_and_what_is_given() -> None:
    calendar = Calendar(country="FI", own=DayTable({date(2026, 12, 24): False}))
    assert calendar.settled_to is None
    assert calendar.is_working_day(date(2026, 10, 1))
    assert not calendar.is_working_day(date(2026, 10, 10))
    assert not calendar.is_working_day(date(2026, 12, 24))


def test_open_up_to_the_closing_minute() -> None:
    hours = [(7, 59), (8, 0), (11, 59), (12, 0), (13, 59), (14, 0), (17, 59), (18, 0)]
    opened = [CHINA.is_open(datetime(2026, 11, 27, *at, tzinfo=SHANGHAI)) for at in hours]
    assert opened == [False, True, True, False, False, True, True, False]
    assert not CHINA.is_open(datetime(2026, 11, 28, 9, tzinfo=SHANGHAI))
    assert CHINA.is_open(datetime(2026, 11, 27, 1, tzinfo=ZoneInfo("UTC")))


@pytest.mark.parametrize(
    ("text", "length_min"),
    [("08:30-17:30", 540), ("8:30-12:00, 13:30–17:30", 450), ("00:00-24:00", 1440)],
)
def test_hours_from_text(text: str, length_min: int) -> None:
    hours = Hours.parse(text)
    assert hours.length_min == length_min
    assert Hours.parse(str(hours)) == hours


@pytest.mark.parametrize(
    "text",
    [
        "", "nine to five", "08:00-12:00 noon", "12:00-08:00", "22:00-06:00", "08:00-08:00",
        "08:00-25:00", "08:70-12:00", "08:00-12:00 11:00-17:00", "14:00-18:00 08:00-12:00",
    ],
)  # fmt: skip
def test_hours_that_are_none(text: str) -> None:
    with pytest.raises(ValueError):
        Hours.parse(text)


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ({}, "row 1 of the days"),
        ({"from": "2027-13-01", "work": True}, "row 1 of the days"),
        ({"from": "2027-01-01"}, "row 1 of the days"),
        ({"from": "2027-01-01", "work": "no"}, "work is true or false"),
        ({"from": "2027-01-02", "to": "2027-01-01", "work": True}, "ends before it begins"),
        ({"from": "2027-01-01", "to": "2207-01-01", "work": True}, "after a year"),
        ("2027-01-01", "row 1 of the days"),
    ],
)
def test_rows_that_are_no_days(row: object, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        read_table({"days": [row]})


def test_rows_that_contradict_each_other() -> None:
    first = {"from": "2027-02-01", "to": "2027-02-07", "work": False}
    with pytest.raises(ValueError, match="row 2 of the days contradicts another on 2027-02-07"):
        read_table({"days": [first, {"from": "2027-02-07", "work": True}]})


@pytest.mark.parametrize(
    "wrong",
    [
        {"first_year": 2027, "last_year": 2026},
        {"zone": "Asia/Nowhere"},
        {
            "first_year": 2027, "last_year": 2027, "country": "FI",
            "own": read_table({"days": [{"from": "2027-01-01", "to": "2027-12-31", "work": False}]})
        },
    ],
)  # fmt: skip
def test_calendars_that_are_none(wrong: dict[str, object]) -> None:
    with pytest.raises((ValueError, KeyError)):
        Calendar(**wrong).tz  # noqa: B018


def test_a_day_outside_the_years_is_refused() -> None:
    with pytest.raises(ValueError, match="outside the years"):
        CHINA.is_working_day(date(2041, 1, 1))


def test_units_by_their_words() -> None:
    assert {Unit.of_words(words) for words in WORDS} == set(Unit)
    assert Unit.of_words(" 紧急工作时 ") is Unit.EMERGENCY_HOUR
    with pytest.raises(ValueError, match="is no unit"):
        Unit.of_words("周")
