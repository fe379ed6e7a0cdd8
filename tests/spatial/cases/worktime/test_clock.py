"""Deadlines as a table, then as rules that hold for every case."""

from __future__ import annotations

import math
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from spatial.cases.worktime import (
    Calendar,
    Hold,
    Hours,
    Light,
    OutsideCalendarError,
    Unit,
    bulk,
    deadline,
    elapsed,
    light,
    light_at,
    on_time,
    remaining,
)
from spatial.cases.worktime.civil import instant_us, moment

CHINA = Calendar()
THROUGH = Calendar(hours=Hours.parse("08:30-17:30"), emergency=Hours.parse("06:00-22:00"))
HELSINKI = Calendar(country="FI", zone="Europe/Helsinki")
NIGHT = Calendar(country="FI", zone="Europe/Helsinki", hours=Hours.parse("00:00-06:00 22:00-24:00"))
AZORES = Calendar(country="PT", zone="Atlantic/Azores")
CALENDARS = (CHINA, THROUGH, HELSINKI, NIGHT, AZORES)
"""In the Azores clocks change at midnight: a day begins at one, and another has midnight twice."""
E_H, E_D, W_H, W_D, N_H, N_D = Unit


def at(text: str, calendar: Calendar = CHINA) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=calendar.tz)


@pytest.mark.parametrize(
    ("calendar", "start", "limit", "unit", "due"),
    [
        # within a day, over the noon break, over night, over a weekend
        (CHINA, "2026-11-24T09:00", 2, W_H, "2026-11-24T11:00"),
        (CHINA, "2026-11-24T11:00", 2, W_H, "2026-11-24T15:00"),
        (CHINA, "2026-11-24T17:00", 2, W_H, "2026-11-25T09:00"),
        (CHINA, "2026-11-27T17:00", 4, W_H, "2026-11-30T11:00"),
        (CHINA, "2026-11-27T10:00", 1, W_D, "2026-11-30T10:00"),
        (CHINA, "2026-11-24T10:00", 0.5, W_D, "2026-11-24T16:00"),
        # starts in the break, at night, on a rest day, at the opening and the closing minute
        (CHINA, "2026-11-24T12:30", 1, W_H, "2026-11-24T15:00"),
        (CHINA, "2026-11-24T22:00", 1, W_H, "2026-11-25T09:00"),
        (CHINA, "2026-11-28T10:00", 1, W_D, "2026-11-30T18:00"),
        (CHINA, "2026-11-24T08:00", 1, W_D, "2026-11-24T18:00"),
        (CHINA, "2026-11-24T18:00", 1, W_H, "2026-11-25T09:00"),
        (CHINA, "2026-11-24T12:00", 1, W_H, "2026-11-24T15:00"),
        (CHINA, "2026-11-24T20:00", 0, W_H, "2026-11-24T20:00"),
        # holidays with make-up days, year ends, leap day
        (CHINA, "2025-09-30T17:00", 2, W_H, "2025-10-09T09:00"),
        (CHINA, "2025-09-27T10:00", 1, W_D, "2025-09-28T18:00"),
        (CHINA, "2025-10-10T17:00", 2, W_H, "2025-10-11T09:00"),
        (CHINA, "2026-09-30T17:00", 3, W_D, "2026-10-10T17:00"),
        (CHINA, "2026-02-13T17:00", 2, W_D, "2026-02-24T17:00"),
        (CHINA, "2026-02-15T10:00", 1, W_H, "2026-02-24T09:00"),
        (CHINA, "2025-12-31T16:00", 1, W_D, "2026-01-04T16:00"),
        (CHINA, "2024-02-28T10:00", 1, W_D, "2024-02-29T10:00"),
        (CHINA, "2024-02-28T10:00", 2, N_D, "2024-03-01T10:00"),
        (CHINA, "2025-02-28T10:00", 1, N_D, "2025-03-01T10:00"),
        # what runs through nights and holidays
        (CHINA, "2026-10-01T23:00", 2, E_H, "2026-10-02T01:00"),
        (CHINA, "2026-10-01T23:00", 2, E_D, "2026-10-03T23:00"),
        (CHINA, "2026-09-30T10:00", 15, N_D, "2026-10-15T10:00"),
        (CHINA, "2026-09-30T10:00", 5, N_H, "2026-09-30T15:00"),
        (CHINA, "2026-12-31T23:30", 1, E_H, "2027-01-01T00:30"),
        # no break at noon; an emergency shift of sixteen hours, rest days too
        (THROUGH, "2026-11-24T11:00", 2, W_H, "2026-11-24T13:00"),
        (THROUGH, "2026-11-24T17:30", 1, W_D, "2026-11-25T17:30"),
        (THROUGH, "2026-11-28T21:00", 2, E_H, "2026-11-29T07:00"),
        (THROUGH, "2026-11-28T21:00", 1, E_D, "2026-11-29T21:00"),
        # summer time begins on 2026-03-29 at 03:00 and ends on 2026-10-25 at 04:00
        (HELSINKI, "2026-03-28T10:00", 1, N_D, "2026-03-29T10:00"),
        (HELSINKI, "2026-10-24T10:00", 1, N_D, "2026-10-25T10:00"),
        (HELSINKI, "2026-03-28T10:00", 24, E_H, "2026-03-29T11:00"),
        (HELSINKI, "2026-10-24T10:00", 24, N_H, "2026-10-25T09:00"),
        (HELSINKI, "2026-03-27T16:00", 1, W_D, "2026-03-30T16:00"),
        (HELSINKI, "2026-03-28T03:30", 1, N_D, "2026-03-29T04:00"),
        (HELSINKI, "2026-10-24T03:30", 1, N_D, "2026-10-25T03:30"),
        # a night shift from Friday on, when Sunday's night does not work
        (NIGHT, "2026-03-27T23:00", 2, W_H, "2026-03-30T01:00"),
        (AZORES, "2026-03-28T12:00", 1, N_D, "2026-03-29T12:00"),
        (AZORES, "2026-10-24T12:00", 1, N_D, "2026-10-25T12:00"),
    ],
)
def test_deadlines(calendar: Calendar, start: str, limit: float, unit: Unit, due: str) -> None:
    found = deadline(at(start, calendar), limit, unit, calendar)
    assert found is not None
    assert found.isoformat()[:16] == due
    assert instant_us(found) == instant_us(at(due, calendar))


def test_a_night_in_which_clocks_change_is_worked_as_it_passes() -> None:
    shift = Calendar(country="FI", zone="Europe/Helsinki", emergency=Hours.parse("00:00-06:00"))
    spring, autumn = (at(f"{day}T00:00", shift) for day in ("2026-03-29", "2026-10-25"))
    day = timedelta(days=1)
    assert elapsed(spring, spring + day, Unit.EMERGENCY_HOUR, shift) == 5
    assert elapsed(autumn, autumn + day, Unit.EMERGENCY_HOUR, shift) == 7
    assert elapsed(spring - day, spring, Unit.EMERGENCY_HOUR, shift) == 6


@pytest.mark.parametrize(
    ("calendar", "day", "hours", "counted_h"),
    [
        (HELSINKI, "2026-03-29", "02:00-03:30 03:45-04:00 04:00-05:00", 2),
        (HELSINKI, "2026-03-29", "02:00-03:00 03:15-03:45", 1),
        (HELSINKI, "2026-10-25", "02:00-03:30 03:45-05:00", 3.75),
        (AZORES, "2026-03-29", "00:15-00:45 01:00-03:00", 2),
        (AZORES, "2026-03-29", "00:00-02:00", 1),
        (AZORES, "2026-10-25", "00:00-02:00", 3),
    ],
)
def test_shifts_that_begin_or_end_in_the_hour_of_change(
    calendar: Calendar, day: str, hours: str, counted_h: float
) -> None:
    shift = Calendar(calendar.country, calendar.zone, emergency=Hours.parse(hours))
    noon = at(f"{day}T12:00", shift)
    before = at(f"{day}T12:00", shift) - timedelta(days=1)
    assert elapsed(before, noon, Unit.EMERGENCY_HOUR, shift) == counted_h


def test_a_day_that_an_island_left_out_does_not_count() -> None:
    """Samoa went from Thursday, 2011-12-29, to Saturday."""
    samoa = Calendar("WS", "Pacific/Apia", emergency=Hours.parse("06:00-22:00"))
    thursday, saturday = at("2011-12-29T12:00", samoa), at("2011-12-31T12:00", samoa)
    assert elapsed(thursday, saturday, N_H, samoa) == 24
    assert elapsed(thursday, saturday, E_H, samoa) == 16
    assert elapsed(thursday, saturday, W_H, samoa) == 4
    assert deadline(thursday, 2, N_D, samoa) == saturday


def test_zone_of_the_asker_does_not_matter() -> None:
    start = at("2026-11-24T11:00")
    abroad = start.astimezone(ZoneInfo("America/New_York"))
    assert deadline(abroad, 2, W_H, CHINA) == at("2026-11-24T15:00")


def test_holds_stop_the_clock() -> None:
    start = at("2026-11-24T09:00")
    hold = Hold(at("2026-11-24T10:00"), at("2026-11-25T10:00"))
    assert deadline(start, 2, W_H, CHINA, [hold]) == at("2026-11-25T11:00")
    assert elapsed(start, at("2026-11-25T09:00"), W_H, CHINA, [hold]) == 1
    assert remaining(start, at("2026-11-25T10:30"), 2, W_H, CHINA, [hold]) == 0.5


def test_holds_that_overlap_count_once_and_those_outside_not_at_all() -> None:
    start = at("2026-11-24T09:00")
    overlapping = [
        Hold(at("2026-11-24T10:30"), at("2026-11-24T11:30")),
        Hold(at("2026-11-24T10:00"), at("2026-11-24T11:00")),
        Hold(at("2026-11-24T10:00"), at("2026-11-24T10:15")),
    ]
    assert deadline(start, 2, W_H, CHINA, overlapping) == at("2026-11-24T14:30")
    outside = [
        Hold(at("2026-11-23T09:00"), at("2026-11-23T10:00")),
        Hold(at("2026-11-24T11:00"), at("2026-11-24T12:00")),
    ]
    assert deadline(start, 2, W_H, CHINA, outside) == at("2026-11-24T11:00")
    before = [Hold(at("2026-11-24T08:30"), at("2026-11-24T09:30"))]
    assert deadline(start, 2, W_H, CHINA, before) == at("2026-11-24T11:30")


def test_a_hold_that_goes_on_has_no_deadline_and_no_delay() -> None:
    start, much_later = at("2026-11-24T09:00"), at("2027-11-24T09:00")
    going_on = [Hold(at("2026-11-24T10:00")), Hold(at("2026-11-24T11:00"), much_later)]
    assert deadline(start, 2, W_H, CHINA, going_on) is None
    assert elapsed(start, much_later, W_H, CHINA, going_on) == 1
    assert on_time(start, much_later, 2, W_H, CHINA, going_on)
    assert light_at(start, much_later, 2, W_H, CHINA, going_on) is Light.GREEN
    assert deadline(start, 1, W_H, CHINA, going_on) == at("2026-11-24T10:00")


def test_lights() -> None:
    shares = (0, 0.79, 0.8, 1, 1.01)
    green, yellow, red = Light
    assert [light(4 * share, 4) for share in shares] == [green, green, yellow, yellow, red]


def test_what_comes_after_closing_time_is_late_though_nothing_counts_at_night() -> None:
    start, due = at("2026-11-24T10:00"), at("2026-11-24T18:00")
    evening = at("2026-11-24T20:00")
    assert deadline(start, 6, W_H, CHINA) == due
    assert on_time(start, due, 6, W_H, CHINA)
    assert light_at(start, due, 6, W_H, CHINA) is Light.YELLOW
    assert not on_time(start, evening, 6, W_H, CHINA)
    assert light_at(start, evening, 6, W_H, CHINA) is Light.RED
    assert elapsed(start, evening, W_H, CHINA) == 6


@pytest.mark.parametrize("limit", [-1, math.nan, math.inf])
def test_a_limit_is_a_number(limit: float) -> None:
    with pytest.raises(ValueError, match="a limit is a number"):
        deadline(at("2026-11-24T09:00"), limit, W_H, CHINA)


def test_times_that_cannot_be() -> None:
    start = at("2026-11-24T09:00")
    with pytest.raises(ValueError, match="has no time zone"):
        deadline(start.replace(tzinfo=None), 1, W_H, CHINA)
    with pytest.raises(ValueError, match="lies before"):
        elapsed(start, start - timedelta(seconds=1), W_H, CHINA)
    with pytest.raises(ValueError, match="a hold ends before it begins"):
        Hold(start, start - timedelta(seconds=1))
    with pytest.raises(OutsideCalendarError):
        deadline(at("1999-11-24T09:00"), 1, W_H, CHINA)
    for unit in Unit:
        with pytest.raises(OutsideCalendarError):
            deadline(at("2040-12-31T17:00"), 40, unit, CHINA)


INSTANTS = st.integers(
    instant_us(at("2024-01-01T00:00")) // 60_000_000,
    instant_us(at("2027-12-31T00:00")) // 60_000_000,
).map(lambda minute: minute * 60_000_000)
NEAR = st.integers(0, 40 * 24 * 60).map(lambda minute: minute * 60_000_000)
UNITS = st.sampled_from(Unit)
PLACES = st.sampled_from(CALENDARS)
LIMITS = st.integers(0, 960).map(lambda part: part / 32)


@given(INSTANTS, LIMITS, UNITS, PLACES)
def test_what_has_run_at_the_deadline_is_the_limit(
    start_us: int, limit: float, unit: Unit, calendar: Calendar
) -> None:
    start = moment(start_us, calendar.tz)
    due = deadline(start, limit, unit, calendar)
    assert due is not None
    run = elapsed(start, due, unit, calendar)
    leapt = unit is Unit.DAY and run - limit <= 1 / 24
    assert run == limit or (leapt and run > limit)
    assert on_time(start, due, limit, unit, calendar)
    if instant_us(due) > start_us:
        just_before = moment(instant_us(due) - 1, calendar.tz)
        assert elapsed(start, just_before, unit, calendar) < limit


@given(INSTANTS, NEAR, UNITS, PLACES)
def test_the_deadline_of_what_has_run_is_no_later(
    start_us: int, span_us: int, unit: Unit, calendar: Calendar
) -> None:
    start, end = (moment(us, calendar.tz) for us in (start_us, start_us + span_us))
    run = elapsed(start, end, unit, calendar)
    due = deadline(start, run, unit, calendar)
    assert due is not None
    assert instant_us(due) <= instant_us(end)
    if unit is not Unit.DAY:
        assert elapsed(start, due, unit, calendar) == run


@given(st.lists(INSTANTS, min_size=2, max_size=2), LIMITS, LIMITS, UNITS, PLACES)
def test_later_starts_and_longer_limits_are_due_no_earlier(
    starts: list[int], limit: float, more: float, unit: Unit, calendar: Calendar
) -> None:
    first, second = (moment(us, calendar.tz) for us in sorted(starts))
    due = deadline(first, limit, unit, calendar)
    for later in (
        deadline(second, limit, unit, calendar),
        deadline(first, limit + more, unit, calendar),
    ):
        assert due is not None
        assert later is not None
        assert instant_us(due) <= instant_us(later)


@given(INSTANTS, NEAR, NEAR, UNITS, PLACES, st.data())
def test_parts_of_a_time_add_up(
    start_us: int,
    first_us: int,
    second_us: int,
    unit: Unit,
    calendar: Calendar,
    data: st.DataObject,
) -> None:
    ends = (start_us, start_us + first_us, start_us + first_us + second_us)
    start, middle, end = (moment(us, calendar.tz) for us in ends)
    holds = data.draw(st.lists(holds_near(start_us, calendar), max_size=3))
    whole = elapsed(start, end, unit, calendar, holds)
    parts = (
        elapsed(start, middle, unit, calendar, holds),
        elapsed(middle, end, unit, calendar, holds),
    )
    assert sum(parts) == pytest.approx(whole, abs=1e-9)
    assert min(parts) >= 0


def holds_near(start_us: int, calendar: Calendar) -> st.SearchStrategy[Hold]:
    return st.tuples(NEAR, NEAR).map(
        lambda pair: Hold(
            moment(start_us + pair[0] // 8, calendar.tz),
            moment(start_us + pair[0] // 8 + pair[1] // 8, calendar.tz),
        )
    )


@given(INSTANTS, LIMITS, NEAR, NEAR, UNITS, PLACES)
def test_a_hold_moves_the_deadline_by_the_work_time_it_takes(
    start_us: int, limit: float, after_us: int, span_us: int, unit: Unit, calendar: Calendar
) -> None:
    start = moment(start_us, calendar.tz)
    hold = Hold(
        moment(start_us + after_us // 8, calendar.tz),
        moment(start_us + after_us // 8 + span_us // 8, calendar.tz),
    )
    due = deadline(start, limit, unit, calendar)
    moved = deadline(start, limit, unit, calendar, [hold])
    assert due is not None
    if instant_us(due) <= instant_us(hold.start):
        assert moved == due
        return
    assert hold.end is not None
    longer = limit + elapsed(hold.start, hold.end, unit, calendar)
    expected = deadline(start, longer, unit, calendar)
    assert moved is not None
    assert expected is not None
    assert abs(instant_us(moved) - instant_us(expected)) <= 1


@given(INSTANTS, LIMITS, UNITS, PLACES, st.data())
def test_what_has_run_with_holds_is_the_limit_at_the_deadline(
    start_us: int, limit: float, unit: Unit, calendar: Calendar, data: st.DataObject
) -> None:
    start = moment(start_us, calendar.tz)
    holds = data.draw(st.lists(holds_near(start_us, calendar), max_size=4))
    due = deadline(start, limit, unit, calendar, holds)
    assert due is not None
    run = elapsed(start, due, unit, calendar, holds)
    assert 0 <= run - limit <= (1 / 24 if unit is Unit.DAY else 0)


@given(st.lists(INSTANTS, min_size=1, max_size=30), UNITS, PLACES, LIMITS)
def test_many_are_as_one(
    starts_us: list[int], unit: Unit, calendar: Calendar, limit: float
) -> None:
    starts = np.array(starts_us)
    dues_us = bulk.deadlines_us(starts, limit, unit, calendar)
    one_by_one = [deadline(moment(us, calendar.tz), limit, unit, calendar) for us in starts_us]
    assert dues_us.tolist() == [instant_us(due) for due in one_by_one if due]
    runs = bulk.elapsed(starts, dues_us, unit, calendar)
    assert runs.tolist() == [
        elapsed(moment(us, calendar.tz), due, unit, calendar)
        for us, due in zip(starts_us, one_by_one, strict=True)
        if due
    ]
