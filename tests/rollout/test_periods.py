"""Periods of measuring part time without gaps, and are called what people call them."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from rollout.periods import Period, period_of, periods_ending_in

RHYTHMS = ["monthly", "quarterly", "half_yearly", "school_year", "yearly"]
DAYS = st.dates(date(2020, 1, 1), date(2035, 12, 31))
LENGTHS = st.integers(0, 1500).map(lambda days: timedelta(days=days))
DAY = timedelta(days=1)


@given(rhythm=st.sampled_from(RHYTHMS), day=DAYS)
def test_every_day_lies_in_one_period_and_the_next_day_after_it_in_the_next(
    rhythm, day
):
    period = period_of(rhythm, day)

    assert day in period
    assert period_of(rhythm, period.starts_on) == period
    assert period_of(rhythm, period.ends_on) == period
    assert period_of(rhythm, period.ends_on + DAY).starts_on == period.ends_on + DAY


@given(rhythm=st.sampled_from(RHYTHMS), first=DAYS, length=LENGTHS)
def test_rounds_that_follow_one_another_ask_for_each_period_once(rhythm, first, length):
    whole = Period(first, first + length + length + DAY)
    early = Period(first, first + length)
    late = Period(first + length + DAY, whole.ends_on)

    parts = periods_ending_in(early, rhythm) + periods_ending_in(late, rhythm)

    assert parts == periods_ending_in(whole, rhythm)
    assert all(a.ends_on + DAY == b.starts_on for a, b in pairwise(parts))


@given(first=DAYS, length=LENGTHS, spans=st.lists(st.tuples(DAYS, LENGTHS), max_size=8))
def test_own_periods_are_those_that_end_in_the_round_each_once(first, length, spans):
    span = Period(first, first + length)
    own = [Period(start, start + days) for start, days in spans]

    found = periods_ending_in(span, "custom", own + own)

    assert found == sorted({one for one in own if one.ends_on in span})


def week(year: int, number: int) -> Period:
    monday = date.fromisocalendar(year, number, 1)
    return Period(monday, monday + 6 * DAY)


@given(day=DAYS)
def test_a_week_has_seven_days_and_is_called_by_its_number(day):
    year, number, _weekday = day.isocalendar()
    found = week(year, number)

    assert day in found
    assert found.is_whole_weeks
    assert str(found) == f"uge {number} i {year}"
    assert found.ends_on - found.starts_on == 6 * DAY


@given(rhythm=st.sampled_from(RHYTHMS), day=DAYS, years=st.integers(1, 4))
def test_a_period_shifted_by_years_is_a_period_of_the_same_rhythm(rhythm, day, years):
    period = period_of(rhythm, day)

    later = period.shifted(years=years)

    assert later == period_of(rhythm, later.starts_on)
    assert later.starts_on.year == period.starts_on.year + years
    assert later.starts_on.month == period.starts_on.month


@given(day=DAYS, weeks=st.integers(1, 40), years=st.integers(1, 4))
def test_whole_weeks_stay_whole_weeks_when_they_are_shifted(day, weeks, years):
    monday = week(*day.isocalendar()[:2]).starts_on
    period = Period(monday, monday + timedelta(days=7 * weeks - 1))
    assume(not period.is_whole_months)

    later = period.shifted(years=years)

    assert later.is_whole_weeks
    assert later.ends_on - later.starts_on == period.ends_on - period.starts_on


def test_months_that_are_whole_weeks_by_chance_are_shifted_as_months():
    half_year = Period(date(2025, 12, 1), date(2026, 5, 31))
    assert half_year.is_whole_weeks

    later = half_year.shifted(years=1)

    assert later == Period(date(2026, 12, 1), date(2027, 5, 31))


@pytest.mark.parametrize(
    ("period", "danish"),
    [
        (Period(date(2026, 1, 1), date(2026, 12, 31)), "2026"),
        (Period(date(2026, 7, 1), date(2026, 12, 31)), "2. halvår 2026"),
        (Period(date(2026, 4, 1), date(2026, 6, 30)), "2. kvartal 2026"),
        (Period(date(2026, 2, 1), date(2026, 2, 28)), "februar 2026"),
        (Period(date(2025, 8, 1), date(2026, 7, 31)), "skoleåret 2025/26"),
        (week(2026, 53), "uge 53 i 2026"),
        (Period(date(2026, 1, 5), date(2026, 3, 1)), "uge 2 til 9 i 2026"),
        (Period(date(2026, 1, 2), date(2026, 3, 1)), "2. jan. 2026 – 1. marts 2026"),
    ],
)
def test_a_period_is_called_what_people_here_call_it(period, danish):
    assert str(period) == danish


def test_what_is_measured_irregularly_is_measured_for_the_round_itself():
    span = Period(date(2026, 1, 1), date(2026, 6, 30))

    assert periods_ending_in(span, "irregular") == [span]
