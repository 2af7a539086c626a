"""Reminders leave in office hours, on days on which a programme reminds people."""

import pytest
from django.db import connection

from notifications import calendar, window
from notifications.models import CalendarDay
from rollout.models import Activity, Programme
from tests.factories import make_programme
from tests.notifications.factories import at, make_period, make_running_activity

pytestmark = pytest.mark.django_db

#: A working day like any other.
NOON = at("2026-04-15", hour=11)


def has_a_day_off(programme):
    make_period(programme=programme, first="2026-04-15", last="2026-04-15")


def let(now=NOON):
    """Return the programmes that a window lets, as the ORM and as SQL find them."""
    found = window.at(now)
    rows = Activity.objects.filter(found.lets()).values_list("programme", flat=True)
    with connection.cursor() as cursor:
        lets = window.LETS.format(programme="id")
        cursor.execute(
            f"SELECT id FROM rollout_programme WHERE {lets}", found.parameters
        )
        by_sql = {key for (key,) in cursor.fetchall()}
        cursor.execute(f"SELECT {window.LETS_ANY}", found.parameters)
        assert cursor.fetchone() == (bool(by_sql),)
    assert set(rows) == by_sql
    return by_sql


@pytest.fixture
def programmes():
    made = [make_programme() for _each in range(3)]
    for programme in made:
        make_running_activity(programme=programme)
    return made


def test_on_a_working_day_everybody_is_reminded_but_not_at_night(programmes):
    calendar.refresh(on=NOON.date())

    assert let() == {one.pk for one in programmes}
    assert let(at("2026-04-15", hour=6)) == set()
    assert let(at("2026-04-18", hour=11)) == set(), "a Saturday"


def test_a_programmes_own_day_off_keeps_only_its_own(programmes):
    closed, *others = programmes
    has_a_day_off(closed)
    calendar.refresh(on=NOON.date())

    assert let() == {one.pk for one in others}


def test_a_programme_that_works_alone_reminds_alone(programmes):
    alone = programmes[0]
    has_a_day_off(alone)
    calendar.refresh(on=NOON.date())
    days = CalendarDay.objects.filter(day=NOON.date())
    days.filter(calendar__programme=None).update(off="holiday")
    days.filter(calendar__programme=alone).update(off="")

    assert let() == {alone.pk}


def test_where_all_have_a_day_off_of_their_own_nothing_leaves(programmes):
    for programme in programmes:
        has_a_day_off(programme)
    calendar.refresh(on=NOON.date())

    assert let() == set()
    assert Programme.objects.count() == 3
