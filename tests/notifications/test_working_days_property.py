"""Each step goes out exactly once, on a working day, in office hours: over ten years,
around every holiday and over the nights when the clock changes.

The days are counted here a second time, from Easter on, sharing nothing with the code.
"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from functools import cache

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from notifications import calendar, compose, outbox, reminders
from notifications.models import LadderStep, Message, Reminder
from rollout.models import Milestone
from tests.factories import make_member, make_partner, make_programme, make_user
from tests.notifications.factories import (
    COPENHAGEN,
    at,
    make_due_milestone,
    make_ladder,
    make_running_activity,
)
from workflows.engine import perform

STEPS = (-20, -5, -1, 0, 1, 5)
#: To the partner's head, announced by the step at 1.
TO_THE_HEAD = 4
#: For the moving clock, so that it need not run for months.
FEW_STEPS = STEPS[1:]
DAY = timedelta(days=1)
FIRST, LAST = date(2026, 1, 1), date(2035, 12, 31)


@cache
def easter(year: int) -> date:
    """Return Easter Sunday (the anonymous Gregorian algorithm)."""
    a, b, c = year % 19, year // 100, year % 100
    d = (19 * a + b - b // 4 - (b - (b + 8) // 25 + 1) // 3 + 15) % 30
    e = (32 + 2 * (b % 4) + 2 * (c // 4) - d - c % 4) % 7
    f = d + e - 7 * ((a + 11 * d + 22 * e) // 451) + 114
    return date(year, f // 31, f % 31 + 1)


@cache
def days_off(year: int) -> frozenset[date]:
    """Return the holidays of a Danish municipality; Store Bededag is none any more."""
    around_easter = (-3, -2, 0, 1, 39, 49, 50)
    fixed = ((1, 1), (12, 24), (12, 25), (12, 26), (12, 31))
    return frozenset(
        [easter(year) + n * DAY for n in around_easter]
        + [date(year, month, day) for month, day in fixed]
    )


def is_working(day: date) -> bool:
    return day.weekday() < 5 and day not in days_off(day.year)


def goes_out_on(due: date, step: int) -> date:
    """Return the day of a step, counted day by day."""
    day, left = due, abs(step)
    while left:
        day += DAY if step > 0 else -DAY
        left -= is_working(day)
    while not is_working(day):
        day -= DAY
    return day


def last_sunday(year: int, month: int) -> date:
    """Return the day on which the clock changes, in March or October."""
    day = date(year, month, 31)
    return day - timedelta(days=(day.weekday() + 1) % 7)


def due_dates_of_interest() -> list[date]:
    """Return days around every holiday and change of the clock in ten years."""
    years = range(FIRST.year, LAST.year + 1)
    special = {day for year in years for day in days_off(year)}
    special |= {last_sunday(year, month) for year in years for month in (3, 10)}
    return sorted(special | {date(2028, 2, 29), date(2032, 2, 29)})


@pytest.fixture
def activity(no_nudges):
    """A running activity over all these years, with a ladder of single steps."""
    programme = make_programme(starts_on=FIRST, ends_on=date(2036, 12, 31))
    ladder = make_ladder(programme, *STEPS)
    ladder.steps.create(offset_days=TO_THE_HEAD, audience="lead")
    calendar.refresh(on=FIRST)
    head = make_partner(programme=programme, lead=make_user(name="Centerchef"))
    return make_running_activity(programme=programme, responsible_partner=head)


@pytest.mark.django_db
def test_every_step_of_every_due_date_in_ten_years_falls_on_the_right_day(activity):
    dues = [FIRST + n * DAY for n in range((LAST - FIRST).days + 1)]
    milestones = Milestone.objects.bulk_create(
        Milestone(activity=activity, title="Frist", due_on=due) for due in dues
    )
    due_of = {f"milestone:{m.pk}": m.due_on for m in milestones}
    before = FIRST - 60 * DAY

    coming = reminders.coming(activity=activity, on=before, until=LAST + 60 * DAY)

    found = {(row.key, row.step): row.send_on for row in coming}
    steps = (*STEPS, TO_THE_HEAD)
    assert len(found) == len(coming) == len(dues) * len(steps), "each exactly once"
    wrong = [
        (due_of[key], step, day)
        for (key, step), day in found.items()
        if day != goes_out_on(due_of[key], step)
    ]
    assert wrong == []


@pytest.mark.parametrize("examples", [2, pytest.param(40, marks=pytest.mark.long)])
@pytest.mark.django_db
def test_with_a_moving_clock_each_step_leaves_once_in_office_hours_and_never_when_done(
    examples, activity
):
    @settings(
        max_examples=examples,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(data=st.data())
    def each(data):
        live_through_some_weeks(data, activity)

    each()


def live_through_some_weeks(data, activity):
    anchor = data.draw(
        st.sampled_from(due_dates_of_interest()) | st.dates(FIRST, LAST), "around"
    )
    dues = [anchor + n * DAY for n in data.draw(offsets, "days from it")]
    done = data.draw(st.lists(st.integers(-15, 8) | st.none(), min_size=6), "done")
    sends_at = data.draw(st.sampled_from([7, 10, 13, 16]), "hour of sending")
    with transaction.atomic():
        LadderStep.objects.exclude(offset_days__in=[*FEW_STEPS, TO_THE_HEAD]).delete()
        rehearsed = Clockwork(activity, dues, done[: len(dues)], sends_at)
        rehearsed.run()
        transaction.set_rollback(True)

    assert sorted(rehearsed.left) == sorted(rehearsed.expected())
    for _due, _step, moment in rehearsed.left:
        assert is_working(moment.date())
        assert 7 <= moment.hour < 17


offsets = st.lists(st.integers(-4, 6), min_size=3, max_size=6, unique=True)


class Clockwork:
    """Moves the clock from day to day, as production does, but faster.

    Planning runs before, in and after office hours and in the night hour that a
    change of the clock skips or repeats; a sender claims and looks again. At noon
    on some days something is finished.
    """

    def __init__(self, activity, dues, done, sends_at):
        self.sends_at = sends_at
        self.manager = make_member(activity.programme)
        self.milestones = {
            make_due_milestone(
                due.isoformat(),
                activity=activity,
                responsible=make_user(),
                responsible_partner=activity.responsible_partner,
            ): None if days is None else due + days * DAY
            for due, days in zip(dues, [*done, *[None] * 6], strict=False)
        }
        #: On these the clock is looked at more often.
        self.busy_days = {goes_out_on(due, step) for due in dues for step in (-5, 0)}
        #: Due date, step and local time of everything that left.
        self.left = []

    def run(self):
        dues = [milestone.due_on for milestone in self.milestones]
        day = min(dues) - 20 * DAY
        while day <= max(dues) + 16 * DAY:
            self.live_through(day)
            day += DAY

    def live_through(self, day):
        moments = [(self.sends_at, 5)]
        if day in self.busy_days:
            moments = [(2, 30), (6, 59), *moments, (17, 0)]
        for hour, minute in moments:
            if hour >= 12:
                self.finish(day)
            now = at(day, hour, minute)
            compose.remind(now=now)
            self.send(now)
        self.finish(day)

    def finish(self, day):
        for milestone, done_on in self.milestones.items():
            milestone.refresh_from_db()
            if done_on == day and milestone.state == "open":
                perform(milestone, "finish", by=self.manager, at=at(day, 12))

    def send(self, now):
        """Claim and look again as a sender does; write down what would leave."""
        run = outbox._Run(now=now, times=outbox.timing(), any_time=False)
        while batch := run.claim():
            for wanted in compose.still_wanted(batch, now=now).values():
                if not isinstance(wanted, compose.Dropped):
                    self.left += [
                        (row.due_on, row.step, now.astimezone(COPENHAGEN))
                        for row in wanted
                    ]
            Message.objects.filter(claim_token=run.token).update(
                state="sent", sent_at=now, claim_token=None, lease_until=None
            )

    def expected(self):
        """Return what should have left, and when, day counted by day."""
        wanted = []
        for milestone, done_on in self.milestones.items():
            newest = {}
            for step in FEW_STEPS:
                # Of two steps on one day only the later is told.
                newest[goes_out_on(milestone.due_on, step)] = step
            to_the_head = goes_out_on(milestone.due_on, TO_THE_HEAD), TO_THE_HEAD
            for day, step in [*newest.items(), to_the_head]:
                moment = datetime.combine(day, time(self.sends_at, 5), COPENHAGEN)
                noon = done_on and datetime.combine(done_on, time(12), COPENHAGEN)
                if noon is None or moment < noon:
                    wanted.append((milestone.due_on, step, moment))
        return wanted


@pytest.mark.django_db
def test_in_the_nights_when_the_clock_changes_nothing_leaves_and_nothing_is_missed(
    activity,
):
    years = range(2026, 2030)
    for monday in (last_sunday(y, month) + DAY for y in years for month in (3, 10)):
        if not is_working(monday):
            continue  # Easter Monday
        milestone = make_due_milestone(monday.isoformat(), activity=activity)
        for moment in the_night_before(monday):
            assert compose.remind(now=moment)[1] == 0, moment
        assert compose.remind(now=at(monday, 7))[1] == 1
        assert compose.remind(now=at(monday, 7, 1))[1] == 0
        assert Reminder.objects.get(object_id=milestone.pk, step=0).state == "merged"


def the_night_before(monday):
    """Return moments around the hour that March skips and October repeats."""
    sunday = monday - DAY
    two = at(sunday, 1, 30)
    half_hours = [two + n * timedelta(minutes=30) for n in range(5)]
    return [*half_hours, at(sunday, 12), at(monday, 6, 59)]


@pytest.mark.parametrize(
    ("due", "step", "day"),
    [
        ("2027-04-23", 0, "2027-04-23"),  # was Store Bededag until 2023
        ("2026-12-24", 0, "2026-12-23"),
        ("2026-04-02", 0, "2026-04-01"),  # Maundy Thursday to Easter Monday
        ("2026-04-06", 0, "2026-04-01"),
        ("2026-12-31", 0, "2026-12-30"),
        ("2026-05-01", 0, "2026-05-01"),  # off from noon only
        ("2026-06-05", 0, "2026-06-05"),
        ("2026-05-14", 0, "2026-05-13"),  # Ascension Day
        ("2026-05-15", -1, "2026-05-13"),
        ("2026-05-25", 1, "2026-05-26"),  # Whit Monday
        ("2027-01-01", 1, "2027-01-04"),
        ("2028-02-29", 0, "2028-02-29"),
    ],
)
def test_the_second_count_knows_the_danish_calendar(due, step, day):
    assert goes_out_on(date.fromisoformat(due), step).isoformat() == day
