"""Back in clarification the clock stands still; launched again, it goes on."""

from datetime import date
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils.translation import override

from notifications import reminders
from notifications.models import Reminder
from rollout import answers
from rollout.models import Activity, Deadline, StoppedClock
from rollout.web.history import entries_of
from tests.factories import (
    make_activity,
    make_focus_area,
    make_indicator,
    make_initiative,
    make_member,
    make_milestone,
    make_objective,
    make_place,
    make_request,
    make_round,
    make_user,
)
from tests.notifications.factories import at, make_period
from workflows.engine import perform

pytestmark = pytest.mark.django_db

STOPPED, RESUMED = "2026-03-09", "2026-03-20"


@pytest.fixture
def activity():
    return make_activity(state=Activity.State.LAUNCHED, responsible=make_user())


@pytest.fixture
def manager(activity):
    return make_member(activity.programme)


def stop(activity, manager, day=STOPPED):
    return perform(activity, "adjust", by=manager, at=at(day, 10), reason="justeres")


def go_on(activity, manager, day=RESUMED):
    return perform(
        *(activity, "launch"), by=manager, at=at(day, 10), reason="klar", override=True
    )


def due(thing):
    thing.refresh_from_db()
    return thing.due_on


@pytest.mark.parametrize(
    ("before", "stopped", "resumed", "after"),
    [
        # Nine working days from Monday the 9th to Friday the 20th.
        ("2026-04-15", "2026-03-09", "2026-03-20", "2026-04-28"),
        # Over Easter: what is added is counted past it.
        ("2026-04-01", "2026-03-09", "2026-03-11", "2026-04-08"),
        # The days of Easter are none of the pause.
        ("2026-05-04", "2026-04-01", "2026-04-07", "2026-05-05"),
        # A weekend alone adds nothing.
        ("2026-04-15", "2026-03-06", "2026-03-08", "2026-04-15"),
        # Overdue as it stopped, it is as much overdue as it goes on.
        ("2026-03-02", "2026-03-09", "2026-03-11", "2026-03-04"),
        ("2026-04-15", "2026-03-09", "2026-03-09", "2026-04-15"),
    ],
)
def test_the_working_days_of_the_pause_are_added(
    activity, manager, before, stopped, resumed, after
):
    milestone = make_milestone(activity=activity, due_on=date.fromisoformat(before))

    go_on(stop(activity, manager, stopped), manager, resumed)

    assert due(milestone).isoformat() == after


def test_closing_days_are_none_of_the_pause(activity, manager):
    make_period(activity.programme, "2026-03-10", "2026-03-12", kind="closed")
    milestone = make_milestone(activity=activity)

    go_on(stop(activity, manager, "2026-03-09"), manager, "2026-03-13")

    assert due(milestone) == date(2026, 4, 16)


def test_while_it_stands_nobody_is_reminded_and_nothing_is_overdue(activity, manager):
    milestone = make_milestone(activity=activity, due_on=date(2026, 3, 10))
    needed = make_milestone(
        activity=activity, due_on=date(2026, 3, 10), before_launch=True
    )

    stop(activity, manager)

    holds = dict(Deadline.objects.values_list("object_id", "hold"))
    assert holds == {milestone.pk: "stopped", needed.pk: ""}


def test_the_ledger_follows_held_then_moved(activity, manager):
    make_milestone(activity=activity, due_on=date(2026, 3, 9))
    reminders.plan(now=at(STOPPED))
    row = Reminder.objects.get(kind="milestone", step=0)

    stopped = stop(activity, manager)
    reminders.plan(now=at(STOPPED, 11))
    row.refresh_from_db()
    held = (row.state, row.reason)
    go_on(stopped, manager)
    reminders.plan(now=at(RESUMED, 11))

    row.refresh_from_db()
    assert held == ("held", "stopped")
    assert (row.state, row.reason, row.params) == (
        *("cancelled", "moved", {"due_on": "2026-03-20"}),
    )


def test_a_date_that_somebody_chose_meanwhile_stays(activity, manager):
    chosen, late, finished = (make_milestone(activity=activity) for _ in range(3))
    stopped = stop(activity, manager)
    chosen.due_on = date(2026, 6, 1)
    chosen.save()
    perform(finished, "finish", by=manager, at=at("2026-03-10"))
    added = make_milestone(activity=activity, due_on=date(2026, 5, 4))

    go_on(stopped, manager)

    assert due(chosen) == date(2026, 6, 1)
    assert due(finished) == date(2026, 4, 15)
    assert due(added) == date(2026, 5, 4)
    assert due(late) == date(2026, 4, 28)


def test_a_second_pause_counts_for_itself(activity, manager):
    milestone = make_milestone(activity=activity)

    once = go_on(stop(activity, manager, "2026-03-09"), manager, "2026-03-10")
    go_on(stop(once, manager, "2026-03-16"), manager, "2026-03-18")

    assert due(milestone) == date(2026, 4, 20)
    assert [clock.paused_days for clock in StoppedClock.objects.all()] == [1, 2]


def test_the_clock_stands_on_while_the_activity_is_postponed(activity, manager):
    milestone = make_milestone(activity=activity)
    stopped = stop(activity, manager)

    back = perform(stopped, "postpone", by=manager, at=at("2026-03-10"), reason="vent")
    again = perform(back, "clarify", by=manager, at=at("2026-03-12"))
    go_on(again, manager)

    assert due(milestone) == date(2026, 4, 28)


def test_what_is_discontinued_and_planned_again_starts_over(activity, manager):
    milestone = make_milestone(activity=activity)
    ended = perform(
        *(stop(activity, manager), "discontinue"),
        by=manager,
        at=at("2026-03-10"),
        reason="udgår",
    )

    assert not StoppedClock.objects.all().standing().exists()
    assert due(milestone) == date(2026, 4, 15)
    assert ended.state == "discontinued"


def test_a_trace_says_how_long_and_from_which_day_to_which(activity, manager):
    make_milestone(activity=activity, title="Aftalen")

    fresh = go_on(stop(activity, manager), manager)

    with override("en"):
        told = [entry.text for entry in entries_of(fresh)]
    assert (
        "The clock stood still for 9 working days: “Aftalen” is due 28 Apr 2026"
        " instead of 15 Apr 2026"
    ) in told


# --- numbers --------------------------------------------------------------------------


@pytest.fixture
def request_of(activity):
    """A number that is asked on account of the activity."""
    area = activity.initiative.focus_area
    indicator = make_indicator(objective=make_objective(focus_area=area))
    return make_request(
        indicator=indicator,
        place=activity.place,
        round=make_round(programme=activity.programme, state="agreed"),
        due_on=date(2026, 4, 15),
    )


def test_a_number_asked_on_its_account_waits_and_moves_too(
    activity, manager, request_of
):
    stopped = stop(activity, manager)
    hold = Deadline.objects.get(kind="data_request").hold

    go_on(stopped, manager)

    assert hold == "stopped"
    assert due(request_of) == date(2026, 4, 28)
    assert request_of.round.due_on == date(2026, 8, 14), "LBF's own date stays"


def test_a_number_that_another_running_activity_needs_goes_on(
    activity, manager, request_of
):
    make_activity(
        initiative=make_initiative(focus_area=activity.initiative.focus_area),
        place=activity.place,
        state=Activity.State.LAUNCHED,
    )

    go_on(stop(activity, manager), manager)

    assert due(request_of) == date(2026, 4, 15)
    assert not StoppedClock.objects.exists()


def test_a_number_of_another_area_or_place_goes_on(activity, manager):
    area = make_focus_area(programme=activity.programme)
    other = make_request(
        indicator=make_indicator(objective=make_objective(focus_area=area)),
        place=make_place(programme=activity.programme),
    )

    stop(activity, manager)

    assert Deadline.objects.get(object_id=other.pk, kind="data_request").hold == ""


def test_a_delivered_number_stays_as_it_is(activity, manager, request_of):
    request_of.responsible = manager
    request_of.save()
    stopped = stop(activity, manager)
    answers.deliver_value(request_of, Decimal(3), by=manager, at=at("2026-03-10"))

    go_on(stopped, manager)

    assert due(request_of) == date(2026, 4, 15)


def test_a_number_goes_on_when_another_activity_comes_to_need_it(
    activity, manager, request_of
):
    stop(activity, manager)
    group = make_place(programme=activity.programme, kind="group")
    group.children.add(activity.place)
    request_of.place = group
    request_of.save()
    other = make_activity(
        initiative=make_initiative(focus_area=activity.initiative.focus_area),
        place=make_place(programme=activity.programme, parent=group),
        state=Activity.State.IN_CLARIFICATION,
    )

    go_on(other, manager)

    assert due(request_of) == date(2026, 4, 28)
    assert not StoppedClock.objects.all().standing().exists()


def test_a_number_goes_on_with_the_first_of_those_that_stopped(
    activity, manager, request_of
):
    other = make_activity(
        initiative=make_initiative(focus_area=activity.initiative.focus_area),
        place=activity.place,
        state=Activity.State.LAUNCHED,
    )
    stopped = stop(activity, manager)
    assert not StoppedClock.objects.exists(), "the other one needs it still"
    stop(other, manager)

    go_on(stopped, manager)

    assert due(request_of) == date(2026, 4, 28)
    assert not StoppedClock.objects.all().standing().exists()


def test_how_many_others_run_makes_no_difference_to_the_database(
    activity, manager, request_of
):
    def count():
        with CaptureQueriesContext(connection) as asked:
            StoppedClock.objects.all().stop(activity, on=date(2026, 3, 9))
        return len(asked)

    def make_another():
        make_activity(
            initiative=make_initiative(focus_area=activity.initiative.focus_area),
            place=make_place(programme=activity.programme),
            state=Activity.State.LAUNCHED,
        )

    make_another()
    one = count()
    make_another()
    make_another()

    assert count() == one
