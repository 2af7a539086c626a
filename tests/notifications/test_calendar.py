"""The calendar table agrees with the arithmetic, and says why a mail was moved."""

from datetime import date, timedelta

import pytest
from django.utils.translation import override
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from notifications import calendar, reminders, wording
from notifications.models import Calendar, CalendarDay, Reminder
from rollout.models import ClosingPeriod
from tests.factories import make_programme
from tests.notifications.factories import (
    at,
    make_due_milestone,
    make_ladder,
    make_period,
    make_running_activity,
    steps_of,
)
from workflows.schedule import WorkingCalendar

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("day", "is_working"),
    [
        ("2027-04-23", True),  # Store Bededag was abolished from 2024
        ("2026-12-24", False),
        ("2026-12-31", False),
        ("2026-04-01", True),
        ("2026-04-02", False),  # skærtorsdag
        ("2026-04-03", False),
        ("2026-04-06", False),  # 2. påskedag
        ("2026-04-07", True),
        ("2026-05-01", True),  # off only from noon, and only by a setting
        ("2026-05-14", False),  # Kristi himmelfart
        ("2026-06-05", True),
    ],
)
def test_a_danish_municipality_is_at_work_or_not(day, is_working):
    make_programme()
    calendar.refresh(on=date(2026, 3, 2))

    found = CalendarDay.objects.get(calendar__programme=None, day=day)

    assert found.is_working is is_working


@pytest.mark.parametrize(
    ("due", "step", "expected", "moved_from", "why"),
    [
        # Before, on and after an ordinary Wednesday.
        ("2026-04-15", -20, "2026-03-13", None, ""),
        ("2026-04-15", -5, "2026-04-08", None, ""),
        ("2026-04-15", 0, "2026-04-15", None, ""),
        ("2026-04-15", 5, "2026-04-22", None, ""),
        # Easter: the mail of a due date within it leaves before it.
        ("2026-04-02", 0, "2026-04-01", "2026-04-02", "holiday"),
        ("2026-04-04", 0, "2026-04-01", "2026-04-04", "weekend"),
        ("2026-04-06", 0, "2026-04-01", "2026-04-06", "holiday"),
        ("2026-04-06", -1, "2026-04-01", None, ""),
        ("2026-04-06", 1, "2026-04-07", None, ""),
        ("2026-04-07", -5, "2026-03-26", None, ""),
        # A Saturday counts like the Friday before it, but is said to be moved.
        ("2026-03-14", 0, "2026-03-13", "2026-03-14", "weekend"),
        ("2026-03-14", -1, "2026-03-13", None, ""),
        ("2026-03-14", 5, "2026-03-20", None, ""),
        # Christmas: 24, 25, 26 (a Saturday) and 31 December, and 1 January, are off.
        ("2026-12-24", 0, "2026-12-23", "2026-12-24", "holiday"),
        ("2027-01-04", -5, "2026-12-22", None, ""),
        ("2026-12-23", 5, "2027-01-05", None, ""),
    ],
)
def test_a_step_goes_out_on_the_right_working_day(due, step, expected, moved_from, why):
    milestone = make_due_milestone(due)
    make_ladder(milestone.programme, step)

    reminders.plan(now=at(expected))

    row = Reminder.objects.get(kind="milestone")
    assert row.send_on.isoformat() == expected
    assert (row.moved_from and row.moved_from.isoformat()) == moved_from
    assert row.moved_off == why
    Reminder.objects.all().delete()
    reminders.plan(now=at(date.fromisoformat(expected) - timedelta(days=1)))
    assert not steps_of(milestone), "not a day earlier"


@pytest.mark.parametrize(
    ("due", "step", "expected"),
    [
        ("2026-07-15", 0, "2026-06-30"),  # up to the due date: before the quiet period
        ("2026-07-15", -5, "2026-06-30"),
        ("2026-08-05", -20, "2026-06-30"),
        ("2026-06-29", 5, "2026-08-03"),  # overdue: after it
        ("2026-07-15", 5, "2026-08-03"),
    ],
)
def test_a_step_in_a_quiet_period_goes_out_before_or_after_it(due, step, expected):
    milestone = make_due_milestone(due)
    make_ladder(milestone.programme, step)
    make_period(milestone.programme, "2026-07-01", "2026-07-31")

    reminders.plan(now=at(expected))

    row = Reminder.objects.get(kind="milestone")
    assert row.send_on.isoformat() == expected
    assert (row.moved_off, row.moved_name) == ("quiet", "Sommerferie")


def test_an_own_closing_day_is_no_working_day_in_that_programme_alone():
    closed = make_due_milestone("2026-05-20")
    other = make_due_milestone("2026-05-20")
    make_period(closed.programme, "2026-05-15", "2026-05-15", kind="closed")

    reminders.plan(now=at("2026-05-13"))

    rows = Reminder.objects.filter(step=-5, state="planned")
    # Ascension Day on the 14th is off for both; the 15th only for the one.
    assert [row.object_id for row in rows.filter(send_on="2026-05-11")] == [closed.pk]
    assert [row.object_id for row in rows.filter(send_on="2026-05-12")] == [other.pk]


def test_a_refresh_writes_nothing_when_nothing_changed(django_assert_num_queries):
    make_period(make_programme(), "2026-07-01", "2026-07-31")
    assert calendar.refresh(on=date(2026, 3, 2)) == 2

    with django_assert_num_queries(5):
        assert calendar.refresh(on=date(2026, 3, 3)) == 0


def test_1_may_and_5_june_are_days_off_only_where_a_programme_says_so():
    there = make_due_milestone("2026-05-01")
    programme = there.programme
    programme.has_may_1_off = True
    programme.save()
    here = make_due_milestone("2026-05-01")
    june = make_due_milestone("2026-06-05", activity=there.activity)

    reminders.plan(now=at("2026-06-05"))

    first, second = (
        Reminder.objects.get(object_id=one.pk, kind="milestone", step=0)
        for one in (there, here)
    )
    assert (first.send_on, first.moved_from) == (date(2026, 4, 30), date(2026, 5, 1))
    with override("en"):
        assert wording.moved(first, on=date(2026, 5, 4)).startswith("moved from ")
    assert first.moved_off == "holiday"
    assert (second.send_on, second.moved_from) == (date(2026, 5, 1), None)
    own = Reminder.objects.get(object_id=june.pk, kind="milestone", step=0)
    assert own.send_on == date(2026, 6, 5)
    assert programme.working_calendar().add(date(2026, 4, 30), 1) == date(2026, 5, 4)


def test_a_programme_without_closing_periods_shares_the_national_calendar_again():
    programme = make_programme()
    make_period(programme, "2026-07-01", "2026-07-31")
    calendar.refresh(on=date(2026, 3, 2))
    ClosingPeriod.objects.all().delete()

    calendar.refresh(on=date(2026, 3, 2))

    assert [found.programme_id for found in Calendar.objects.all()] == [None]


def test_a_mistyped_year_does_not_stop_the_others():
    activity = make_running_activity()
    far = make_due_milestone("9026-04-15", activity=activity)
    long_ago = make_due_milestone("0206-04-15", activity=activity)
    near = make_due_milestone("2026-04-15", activity=activity)

    reminders.plan(now=at("2026-04-15"))

    planned = Reminder.objects.filter(state="planned")
    assert {row.object_id for row in planned} == {long_ago.pk, near.pk}
    assert far.pk not in {row.object_id for row in planned}


@settings(
    max_examples=150,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    due=st.dates(date(2026, 1, 1), date(2035, 12, 31)),
    step=st.integers(-30, 30),
)
def test_the_table_and_the_arithmetic_agree_over_ten_years(due, step, ten_years):
    expected = WorkingCalendar().add(due, step)

    assert calendar_step(due, step) == expected
    assert expected.weekday() < 5


def calendar_step(due: date, step: int) -> date:
    """Look a step up in the table as planning does."""
    days = CalendarDay.objects.filter(calendar__programme=None)
    on = days.get(day=due)
    index = on.working_index + step + (step < 0 and not on.is_working)
    return days.get(working_index=index, is_working=True).day


@pytest.fixture
def ten_years():
    make_programme(starts_on=date(2026, 1, 1), ends_on=date(2036, 12, 31))
    calendar.refresh(on=date(2028, 1, 1))
