"""Danish working days and dates that follow one another."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workflows.schedule import (
    HALF_DAYS,
    Cycle,
    WorkingCalendar,
    danish_holidays,
    in_order,
    pushed,
)

CALENDAR = WorkingCalendar()
dates = st.dates(date(2025, 1, 1), date(2035, 12, 31))


@pytest.mark.parametrize(
    ("day", "is_working"),
    [
        (date(2027, 4, 23), True),  # Store Bededag, abolished from 2024
        (date(2023, 5, 5), False),  # Store Bededag, its last year
        (date(2026, 12, 24), False),
        (date(2026, 12, 31), False),
        (date(2026, 4, 2), False),  # Maundy Thursday
        (date(2026, 4, 6), False),  # Easter Monday
        (date(2026, 4, 7), True),
        (date(2026, 5, 1), True),  # off from noon only
        (date(2026, 6, 5), True),
        (date(2026, 5, 14), False),  # Ascension Day
        (date(2026, 3, 7), False),  # Saturday
    ],
)
def test_danish_working_days(day, is_working):
    assert CALENDAR.is_working(day) is is_working


def test_half_days_may_count_as_days_off():
    calendar = WorkingCalendar(half_days=HALF_DAYS)

    assert not calendar.is_working(date(2026, 5, 1))


def test_own_closing_days_count_as_days_off():
    calendar = WorkingCalendar(closed=frozenset({date(2026, 5, 15)}))

    assert calendar.add(date(2026, 5, 13), 1) == date(2026, 5, 18)


def test_holidays_have_danish_names():
    assert danish_holidays(2026)[date(2026, 4, 6)] == "Anden påskedag"


def test_zero_days_from_a_holiday_is_the_working_day_before():
    assert CALENDAR.add(date(2026, 4, 6), 0) == date(2026, 4, 1)


def test_one_working_day_before_easter_monday_is_the_wednesday_before():
    assert CALENDAR.add(date(2026, 4, 6), -1) == date(2026, 4, 1)


@given(dates, st.integers(1, 60))
def test_adding_and_taking_away_are_opposites_on_working_days(day, days):
    start = CALENDAR.add(day, 0)

    assert CALENDAR.add(CALENDAR.add(start, days), -days) == start


@given(dates, st.integers(0, 90))
def test_between_counts_what_add_adds(day, days):
    start = CALENDAR.add(day, 0)

    assert CALENDAR.between(start, CALENDAR.add(start, days)) == days


def test_a_cycle_is_named_in_order():
    with pytest.raises(Cycle, match=r"a → b → c → a|b → c → a → b|c → a → b → c"):
        in_order({"a": ["c"], "b": ["a"], "c": ["b"]})


def test_followers_keep_their_distance_in_working_days():
    monday = date(2026, 3, 2)
    due = {"a": monday, "b": monday + timedelta(days=7), "c": date(2026, 3, 20)}

    changed = pushed(due, {"b": ["a"], "c": ["b"]}, {"a": date(2026, 3, 30)}, CALENDAR)

    assert changed["b"] == date(2026, 4, 9)  # twenty working days on, after Easter
    assert CALENDAR.between(changed["b"], changed["c"]) == CALENDAR.between(
        due["b"], due["c"]
    )


def test_nothing_follows_a_date_that_moves_earlier():
    due = {"a": date(2026, 3, 9), "b": date(2026, 3, 16)}

    changed = pushed(due, {"b": ["a"]}, {"a": date(2026, 3, 2)}, CALENDAR)

    assert changed == {"a": date(2026, 3, 2)}
